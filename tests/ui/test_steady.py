"""Words that change all the time do not have the window laid out anew; what takes long is done turn by turn."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QTimer
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.sample import SamplePanel
from designer.ui.widgets.timers import TurnByTurn


class Layouts(QObject):
    """Counts how often a window is laid out."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt calls it
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_that_another_step_in_the_captions_lays_out_no_panel(window: MainWindow, qtbot: QtBot) -> None:
    maps, sample = window.panel(FeatureMapsPanel), window.panel(SamplePanel)
    qtbot.waitUntil(lambda: maps.shown is not None)
    qtbot.wait(100)
    layouts = Layouts()
    window.installEventFilter(layouts)
    for step in range(1, 30, 7):
        maps.caption.setText(f"32 maps, training, step {step}")
        sample.whose.setText(f"training, step {step}")
        qtbot.wait(1)
    assert layouts.count == 0
    assert (maps.caption.width(), sample.whose.width()) > (100, 100)
    assert maps.caption.geometry() == maps.caption.parentWidget().rect()
    window.removeEventFilter(layouts)


def test_that_what_takes_long_lets_other_events_in_between_its_steps(qtbot: QtBot) -> None:
    parent, told = QObject(), []

    def steps() -> Iterator[None]:
        for step in range(3):
            began = time.thread_time()
            while time.thread_time() - began < 0.006:
                pass
            told.append(step)
            yield

    other = QTimer(parent, interval=0)
    other.timeout.connect(lambda: told.append("other"))
    other.start()
    turns = TurnByTurn(parent)
    turns.begin(iter(()))
    turns.begin(steps())  # instead
    qtbot.waitUntil(lambda: 2 in told)
    other.stop()
    assert all("other" in told[told.index(step) : told.index(step + 1)] for step in (0, 1))
