"""What the doctor has found in runs that are over: with the file, and with the run that is selected in the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from designer.core.edits import network_edits
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.engine.protocol.events import Diagnosed, Started
from designer.engine.runs import metrics_file
from designer.engine.runs.run_findings import standing_findings
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.doctor_notes import DoctorNotes, FindingRow
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.training import TrainingPanel
from tests.made_runs import make_run
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT
from tests.ui.test_doctor import vowels

SATURATED = "91 % of what the gates of 'lstm1' gave lies at an end of their range."
OVERFITTING = "Overfitting has begun: validation was best in epoch 2."


def saturated(appears: bool = True) -> Diagnosed:
    return Diagnosed(20, 2, "saturated", appears, SATURATED if appears else "", "lstm1", ("lower_rate",))


def overfitting() -> Diagnosed:
    return Diagnosed(30, 3, "overfitting", True, OVERFITTING, "", ("best_epoch", "class_weights", "dropout"), 2)


def add(folder: Path, *events: Diagnosed | Started) -> Path:
    """More lines for a run."""
    for event in events:
        metrics_file.append(folder / "metrics.jsonl", event)
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "vowels.network.json"
    path.parent.mkdir()
    files.write(vowels(), path)
    return path


def run_of(file: Path, name: str, design: Design, begun: str, of: str = "") -> Path:
    return make_run(file.parent / "runs", name, design, begun=begun, file=of or str(file))


@pytest.fixture
def runs(file: Path) -> tuple[Path, Path, Path]:
    """The file's last run, one before it, and one of a network with another block."""
    last = run_of(file, "last", vowels(), "2026-11-25T10:00:00Z")
    before = run_of(file, "before", vowels(weight_decay=0.1), "2026-11-24T10:00:00Z")
    network = network_edits.rename(vowels().network, "lstm1", "first")
    other = run_of(file, "other", replace(vowels(), network=network), "2026-11-23T10:00:00Z", "elsewhere.network.json")
    add(last, overfitting(), saturated())
    add(before, replace(saturated(), text="It was saturated then."))
    add(other, replace(overfitting(), block="first"))
    return last, before, other


def notes(window: MainWindow) -> DoctorNotes:
    found = window.panel(TrainingPanel).findChild(DoctorNotes)
    assert found is not None
    return found


def advised(window: MainWindow) -> set[str]:
    return {name for name, card in window.scene.cards.items() if card.advice}


def press(window: MainWindow, qtbot: QtBot, row: FindingRow, name: str) -> None:
    window.panel(TrainingPanel).ensureWidgetVisible(row.buttons[name])
    qtbot.mouseClick(row.buttons[name], LEFT)


Choose = Callable[[MainWindow, str], None]


@pytest.fixture
def choose(qtbot: QtBot) -> Choose:
    """Selects a run in the list by a click."""

    def click_it(window: MainWindow, name: str) -> None:
        window.docks["Runs"].raise_()
        table = window.panel(RunsPanel).table
        model = window.panel(RunsPanel).model
        qtbot.waitUntil(lambda: model.total == 3)
        (row,) = [row for row in range(model.rowCount()) if model.run_at(row).name == name]
        qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(model.index(row, 1)).center())

    return click_it


def test_that_the_last_findings_of_a_run_are_read_from_its_lines(tmp_path: Path) -> None:
    folder = make_run(tmp_path, "run", vowels())
    assert standing_findings(folder) == ()
    add(folder, saturated(), overfitting(), saturated(appears=False))
    assert standing_findings(folder) == (overfitting(),)
    add(folder, saturated())
    assert standing_findings(folder) == (overfitting(), saturated())
    add(folder, Started("cpu", 100, 32, 8, 9, 90, 30), replace(saturated(), text="Still."))
    assert [finding.text for finding in standing_findings(folder)] == ["Still."]
    assert standing_findings(tmp_path / "nowhere") == ()


def test_that_a_file_that_is_opened_again_has_the_findings_of_its_last_run(
    opening: Opening, file: Path, runs: tuple[Path, Path, Path], qtbot: QtBot
) -> None:
    window = opening(file)
    shown = notes(window)
    qtbot.waitUntil(lambda: bool(shown.rows), timeout=20_000)
    assert list(shown.shown.values()) == [overfitting(), saturated()]
    assert shown.whose.said == "Found in the run “last” of 25 Nov 10:00:"
    assert shown.count.text() == "2 notes on the run"
    assert advised(window) == {"lstm1"}
    buttons = shown.rows["overfitting"].buttons
    assert {name: button.isEnabled() for name, button in buttons.items()} == {
        "best_epoch": False,
        "class_weights": True,
        "dropout": True,
    }
    assert buttons["best_epoch"].toolTip() == "The weights of epoch 2 are not kept any longer."
    press(window, qtbot, shown.rows["overfitting"], "class_weights")
    assert window.editor.design.training.class_weights == "balanced"
    qtbot.waitUntil(lambda: not buttons["class_weights"].isEnabled())
    assert buttons["class_weights"].toolTip() == "The design has it already, or has no place for it."
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(buttons["class_weights"].isEnabled)


def test_that_a_run_of_the_list_has_its_findings_shown_and_those_of_now_come_back(
    opening: Opening, file: Path, runs: tuple[Path, Path, Path], qtbot: QtBot, choose: Choose
) -> None:
    window = opening(file)
    shown = notes(window)
    qtbot.waitUntil(lambda: len(shown.rows) == 2, timeout=20_000)
    choose(window, "before")
    qtbot.waitUntil(lambda: "“before”" in shown.whose.said)
    assert [finding.text for finding in shown.shown.values()] == ["It was saturated then."]
    assert advised(window) == {"lstm1"}
    assert shown.rows["saturated"].buttons["lower_rate"].isEnabled()
    choose(window, "other")
    qtbot.waitUntil(lambda: "“other”" in shown.whose.said)
    assert advised(window) == set()
    buttons = shown.rows["overfitting"].buttons
    assert not any(button.isEnabled() for button in buttons.values())
    assert all("another network than the open one" in button.toolTip() for button in buttons.values())
    choose(window, "last")
    qtbot.waitUntil(lambda: "“last”" in shown.whose.said)
    assert list(shown.shown) == ["overfitting", "saturated"]


def test_that_a_run_that_begins_has_findings_of_its_own_alone(
    opening: Opening, file: Path, runs: tuple[Path, Path, Path], qtbot: QtBot, choose: Choose
) -> None:
    files.write(vowels(epochs=400), file)
    window = opening(file)
    shown = notes(window)
    qtbot.waitUntil(lambda: bool(shown.rows), timeout=20_000)
    with qtbot.waitSignal(window.bridge.epoch_ended, timeout=60_000):
        window.bench.kept_runs.begin()
    assert (shown.shown, shown.whose.said) == ({}, "")
    window.bridge.diagnosed.emit(replace(saturated(), text="Now."))
    choose_from_four(window, qtbot, "before")
    qtbot.wait(250)  # longer than a run has to be the selected one
    assert [finding.text for finding in shown.shown.values()] == ["Now."]
    window.bridge.stop()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=30_000)
    choose_from_four(window, qtbot, "last")
    qtbot.waitUntil(lambda: "“last”" in shown.whose.said)
    choose_from_four(window, qtbot, "before")
    qtbot.waitUntil(lambda: "“before”" in shown.whose.said)
    choose_from_four(window, qtbot, "vowels")
    qtbot.waitUntil(lambda: not shown.whose.said)
    assert [finding.text for finding in shown.shown.values()] == ["Now."]


def choose_from_four(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.docks["Runs"].raise_()
    panel = window.panel(RunsPanel)
    qtbot.waitUntil(lambda: panel.model.total == 4)
    (folder,) = [panel.model.run_at(row).folder for row in range(4) if panel.model.run_at(row).name == name]
    panel.table.select_folders([folder])
