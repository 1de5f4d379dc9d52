"""What the doctor finds, in the Training panel: its buttons do what they say, as one step, and nothing moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.protocol.events import Diagnosed
from designer.engine.runs.run_about import read_about
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.doctor_notes import DoctorNotes, FindingRow
from designer.ui.panels.training import TrainingPanel
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT
from tests.ui.test_kept_runs import runs_of
from tests.ui.test_training_panel import wait_for_state

F5 = Qt.Key.Key_F5


def vowels(**settings: object) -> Design:
    design = files.read(example("vowels_lstm"))
    return replace(design, training=design.training.model_copy(update=settings))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "vowels.network.json"
    path.parent.mkdir()
    files.write(vowels(epochs=4, learning_rate=1e-7), path)
    return path


def notes(window: MainWindow) -> DoctorNotes:
    found = window.panel(TrainingPanel).findChild(DoctorNotes)
    assert found is not None
    return found


def press(window: MainWindow, qtbot: QtBot, row: FindingRow, name: str) -> None:
    button = row.buttons[name]
    window.panel(TrainingPanel).ensureWidgetVisible(button)
    qtbot.mouseClick(button, LEFT)


def test_that_a_rate_that_is_too_low_is_told_and_raised_by_a_button_and_undone(
    opening: Opening, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("designer.engine.training.trainer.REPORT_SECONDS", 0.0)  # epochs are over too soon
    window = opening(file)
    panel = window.panel(TrainingPanel)
    form_at = panel.form.y()
    qtbot.keyClick(window, F5)
    qtbot.waitUntil(lambda: "rate_too_low" in notes(window).rows, timeout=60_000)
    wait_for_state(window, qtbot, "On the test samples")
    assert panel.form.y() == form_at
    count = window.findChild(QToolButton, "doctorCount")
    assert (count.text(), count.isVisible()) == ("1 note on the run", True)
    qtbot.mouseClick(count, LEFT)
    assert not notes(window).rows["rate_too_low"].visibleRegion().isEmpty()
    row = notes(window).rows["rate_too_low"]
    assert "learning rate of 1e-07 seems too low" in row.finding.text
    before = window.editor.design
    press(window, qtbot, row, "higher_rate")
    assert window.editor.design.training.learning_rate == 1e-6
    assert window.editor.stack.count() == 1
    assert row.buttons["higher_rate"].text() == "Ten Times the Rate: done"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.editor.design == before
    qtbot.mouseClick(row.findChild(QToolButton, "doctorDismiss"), LEFT)
    assert notes(window).rows == {}
    assert not count.isVisible()
    assert panel.form.y() == form_at


def test_that_a_run_goes_back_to_its_last_good_epoch_at_a_third_of_the_rate(
    opening: Opening, file: Path, qtbot: QtBot
) -> None:
    files.write(vowels(epochs=2, learning_rate=3e-3), file)
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_state(window, qtbot, "On the test samples")
    (first,) = runs_of(file)
    said = Diagnosed(20, 2, "rate_too_high", True, "The loss has risen from 1 to 5.", "", ("go_back", "lower_rate"), 1)
    window.bridge.diagnosed.emit(said)
    press(window, qtbot, notes(window).rows["rate_too_high"], "go_back")
    assert notes(window).rows == {}  # another run begins
    qtbot.waitUntil(lambda: len(runs_of(file)) == 2 and not window.bridge.training, timeout=60_000)
    (second,) = set(runs_of(file)) - {first}
    parent = read_about(second).parent
    assert parent is not None
    assert (parent.folder, parent.epoch) == (str(first), 1)
    assert files.read(second / "design.network.json").training.learning_rate == 1e-3
    assert window.editor.design.training.learning_rate == 1e-3
    assert window.editor.stack.count() == 1


def test_that_dropout_decay_and_a_larger_batch_are_each_one_step(opening: Opening, file: Path, qtbot: QtBot) -> None:
    window = opening(file)
    offers = ("dropout", "weight_decay", "augment", "larger_batch", "clip_norm", "class_weights", "look_at_data")
    window.bridge.diagnosed.emit(Diagnosed(9, 9, "overfitting", True, "Overfitting has begun at 9.", "lstm1", offers))
    row = notes(window).rows["overfitting"]
    assert "larger_batch" not in row.buttons  # it is 32 already
    for count, name in enumerate(name for name in offers if name in row.buttons and name != "look_at_data"):
        before = window.editor.design
        press(window, qtbot, row, name)
        assert window.editor.stack.count() == count + 1
        assert window.editor.design != before
        assert not window.editor.problems()
    design = window.editor.design
    dropped = [node for node in design.network.nodes.values() if node.block.title == "Dropout"]
    assert len(dropped) == 1
    assert [name for name, _ in design.network.consumers[dropped[0].id]] == ["dense"]
    assert (design.training.weight_decay, design.training.clip_norm) == (1e-4, 1.0)
    assert design.training.class_weights == "balanced"
    assert [item["kind"] for item in design.data.transforms] == ["noise"]
