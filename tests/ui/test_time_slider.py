"""The time slider: what is seen inside is of the epoch that it stands at, and its right end is now."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.engine.protocol.events import ActivationsCaptured, EpochEnded, WeightsTaken
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.time_slider import TimeSlider
from tests.ui.conftest import Opening
from tests.ui.test_kept_runs import vowels
from tests.ui.test_training_panel import wait_for_state


class Seen:
    """A window whose network was trained for three epochs, with what was captured in it since."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot
        self.steps: list[int] = []
        self.captured: list[ActivationsCaptured] = []
        window.bridge.epoch_ended.connect(self._ended)
        window.bridge.captured.connect(self.captured.append)
        window.scene.select("lstm1")
        qtbot.keyClick(window, Qt.Key.Key_F5)
        wait_for_state(window, qtbot, "On the test samples")
        self.time = window.panel(CurvesPanel).findChild(TimeSlider)
        self.wait_for_step(self.steps[-1])

    def _ended(self, event: EpochEnded) -> None:
        self.steps.append(event.step)

    def wait_for_step(self, step: int) -> None:
        self._qtbot.waitUntil(lambda: bool(self.captured) and self.captured[-1].step == step, timeout=30_000)


@pytest.fixture
def seen(opening: Opening, tmp_path: Path, qtbot: QtBot) -> Seen:
    path = tmp_path / "vowels.network.json"
    files.write(vowels(3), path)
    return Seen(opening(path), qtbot)


def test_that_it_goes_back_to_each_epoch_and_comes_back_to_now(seen: Seen, qtbot: QtBot) -> None:
    assert seen.time.isVisible()
    now = seen.captured[-1].values
    slider = seen.time.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    seen.wait_for_step(seen.steps[0])
    first = seen.captured[-1].values
    assert not (first == now).all()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    seen.wait_for_step(seen.steps[1])
    qtbot.keyClick(slider, Qt.Key.Key_End)
    seen.wait_for_step(seen.steps[2])
    assert (seen.captured[-1].values == now).all()


def test_that_play_shows_every_epoch_in_its_order_and_ends_at_now(seen: Seen, qtbot: QtBot) -> None:
    taken: list[WeightsTaken] = []
    seen.window.bridge.weights_taken.connect(taken.append)
    qtbot.mouseClick(seen.time.findChild(QAbstractButton, "timePlay"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(taken) and taken[-1].is_last, timeout=30_000)
    assert [event.step for event in taken] == [*seen.steps, seen.steps[-1]]
    assert seen.time.slider.value() == 3
    seen.wait_for_step(seen.steps[2])


def test_that_it_goes_where_the_network_is_another_one_and_while_it_trains(seen: Seen, qtbot: QtBot) -> None:
    seen.window.editor.append("dropout", "lstm2")
    qtbot.waitUntil(lambda: not seen.time.isVisible())
    seen.window.editor.stack.undo()
    qtbot.waitUntil(seen.time.isVisible)
    qtbot.keyClick(seen.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not seen.time.isVisible())
    qtbot.waitUntil(lambda: not seen.window.bridge.training, timeout=60_000)
