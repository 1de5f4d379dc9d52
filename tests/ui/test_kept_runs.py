"""Runs in the window: paused, changed, gone on with, found again, branched, and offered when they were cut off."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.runs import run_about, run_log
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_summary import read_summary
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.run_figures import RunFigures
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.training import TrainingPanel
from tests.ui.conftest import Opening
from tests.ui.driving import SHIFT, Answers, Buttons, action
from tests.ui.test_runs_panel import choose
from tests.ui.test_training_panel import enter, setting, state_text, wait_for_state

F5, F6 = Qt.Key.Key_F5, Qt.Key.Key_F6


def vowels(epochs: int) -> Design:
    design = files.read(example("vowels_lstm"))
    return replace(design, training=design.training.model_copy(update={"epochs": epochs, "learning_rate": 0.002}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "vowels.network.json"
    path.parent.mkdir()
    files.write(vowels(900), path)
    return path


def runs_of(file: Path) -> list[Path]:
    return sorted((file.parent / "runs").iterdir()) if (file.parent / "runs").is_dir() else []


def wait_for_step(window: MainWindow, qtbot: QtBot, behind: int = 0) -> int:
    """Until the run has come further; how far."""
    steps: list[int] = []
    window.bridge.batches_ended.connect(lambda event: steps.append(event.step))
    qtbot.waitUntil(lambda: bool(steps) and steps[-1] > behind, timeout=60_000)
    return steps[-1]


def test_that_continue_goes_on_with_what_was_changed_in_a_pause(opening: Opening, file: Path, qtbot: QtBot) -> None:
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_step(window, qtbot)
    qtbot.keyClick(window, F6)
    wait_for_state(window, qtbot, "Paused in epoch")
    (folder,) = runs_of(file)
    enter(qtbot, setting(window, "learning_rate"), "0.0005")
    qtbot.keyClick(window, F6)
    wait_for_step(window, qtbot, read_summary(folder).step)
    qtbot.keyClick(window, F5, SHIFT)
    wait_for_state(window, qtbot, "Stopped in epoch")
    assert files.read(Run(folder).design).training.learning_rate == 0.0005
    kinds = [row["event"] for row in Run(folder).events() if row["event"] in ("settings_changed", "continued")]
    assert kinds == ["settings_changed", "continued"]


def test_that_a_run_is_paused_changed_gone_on_with_stopped_and_found_again_with_its_file(
    opening: Opening, file: Path, qtbot: QtBot, answers: Answers
) -> None:
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_step(window, qtbot)
    assert action(window, "actionPause").isEnabled()
    qtbot.keyClick(window, F6)
    wait_for_state(window, qtbot, "Paused in epoch")
    assert action(window, "actionPause").text() == "&Continue"
    (folder,) = runs_of(file)
    at = read_summary(folder)
    assert at.state == "paused"
    enter(qtbot, setting(window, "learning_rate"), "0.0005")
    apply = window.findChild(QPushButton, "applySettings")
    assert apply.isVisibleTo(window.panel(TrainingPanel))
    apply.click()
    qtbot.waitUntil(lambda: not apply.isVisibleTo(window.panel(TrainingPanel)), timeout=30_000)
    assert files.read(Run(folder).design).training.learning_rate == 0.0005
    qtbot.keyClick(window, F6)
    wait_for_step(window, qtbot, at.step)
    qtbot.keyClick(window, F5, SHIFT)
    wait_for_state(window, qtbot, "Stopped in epoch")
    stopped = read_summary(folder)
    assert (stopped.state, stopped.name, stopped.file) == ("stopped", "vowels", str(file))
    assert action(window, "actionSave").isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    window.close()

    again = opening(file)
    wait_for_state(again, qtbot, "Trained before")
    assert f"{stopped.step:,} steps" in state_text(again)
    answers.again = "train_go_on"
    qtbot.keyClick(again, F5)
    again.activateWindow()  # which a screen does by itself when the question has been answered
    went_on = wait_for_step(again, qtbot, stopped.step)
    assert went_on > stopped.step
    qtbot.keyClick(again, F5, SHIFT)
    wait_for_state(again, qtbot, "Stopped in epoch")
    assert runs_of(file) == [folder]
    kinds = [row["event"] for row in Run(folder).events()]
    assert kinds.count("started") == 2
    assert kinds.count("settings_changed") == 1
    assert [seen.name for seen in answers.seen] == ["trainAgainQuestion"]


def test_that_what_was_learned_is_seen_when_a_file_is_opened_again(opening: Opening, file: Path, qtbot: QtBot) -> None:
    files.write(vowels(1), file)
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_state(window, qtbot, "On the test samples")
    window.close()
    again = opening(file)
    wait_for_state(again, qtbot, "Trained before")
    (folder,) = runs_of(file)
    captured: list[object] = []
    again.bridge.captured.connect(captured.append)
    again.scene.select("lstm2")
    qtbot.waitUntil(lambda: bool(captured) and captured[-1].block == "lstm2", timeout=60_000)  # type: ignore[attr-defined]
    assert (captured[-1].weights, captured[-1].step) == ("trained", read_summary(folder).step)  # type: ignore[attr-defined]


@pytest.mark.parametrize("choice", ["train_go_on", "train_start_over", "train_branch", "cancel"])
def test_that_train_on_weights_that_exist_asks_what_it_means(
    choice: str, opening: Opening, file: Path, qtbot: QtBot, answers: Answers
) -> None:
    files.write(vowels(1), file)
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_state(window, qtbot, "On the test samples")
    (first,) = runs_of(file)
    kept = {path.name: path.read_bytes() for path in first.iterdir() if path.is_file() and path.name != "lock"}
    if choice == "cancel":
        answers.look = lambda box: box.setProperty("seen", True)
        answers.again = ""
    else:
        answers.again = choice
    qtbot.keyClick(window, F5)
    assert "has been trained for 1 epoch" in answers.seen[-1].text
    if choice == "cancel":
        answers.unexpected.clear()
        assert not window.bridge.training
        return
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
    runs = runs_of(file)
    assert len(runs) == (1 if choice == "train_go_on" else 2)
    assert read_summary(runs[-1]).epoch == (1 if choice == "train_start_over" else 2)
    if choice == "train_branch":
        parent = run_about.read_about(runs[-1]).parent
        assert parent is not None
        assert (parent.run, parent.epoch) == (read_summary(first).run, 1)
    if choice != "train_go_on":
        assert {name: (first / name).read_bytes() for name in kept} == kept


def test_that_nothing_is_asked_once_a_person_has_said_always_or_the_network_is_another(
    opening: Opening, file: Path, qtbot: QtBot, answers: Answers
) -> None:
    files.write(vowels(1), file)
    window = opening(file)
    window.settings.train_again = "go_on"
    for epochs in (1, 2):
        qtbot.keyClick(window, F5)
        qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
        assert read_summary(runs_of(file)[-1]).epoch == epochs
    window.settings.train_again = "ask"
    enter(qtbot, setting(window, "seed"), "5")
    qtbot.keyClick(window, F5)
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
    assert len(runs_of(file)) == 2
    assert answers.seen == []


def test_that_runs_that_began_before_a_design_was_saved_are_those_of_its_file(
    opening: Opening, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opening()
    action(window, "example_vowels_lstm").trigger()
    qtbot.waitUntil(lambda: window.scene.current == "lstm1")
    enter(qtbot, setting(window, "epochs"), "1")
    qtbot.keyClick(window, F5)
    wait_for_state(window, qtbot, "On the test samples")
    path = tmp_path / "mine.network.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    action(window, "actionSaveAs").trigger()
    window.close()
    again = opening(path)
    wait_for_state(again, qtbot, "Trained before")


def test_that_a_run_that_was_cut_off_is_offered_at_the_next_start_and_goes_on(
    opening: Opening, file: Path, qtbot: QtBot
) -> None:
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_step(window, qtbot)
    qtbot.keyClick(window, F6)
    wait_for_state(window, qtbot, "Paused in epoch")
    (folder,) = runs_of(file)
    dead = folder.with_name("dead")
    shutil.copytree(folder, dead)  # as it is on the disk when the power is cut
    step = read_summary(dead).step
    window.close()
    shutil.rmtree(folder)

    again = opening()
    again.settings.add_recent_file(file)
    qtbot.waitUntil(lambda: "lost run" in again.notices.texts(), timeout=30_000)
    assert "The training of “vowels” was cut off in epoch" in again.notices.texts()["lost run"]
    qtbot.mouseClick(again.findChild(QPushButton, "lostRunGoOn"), Qt.MouseButton.LeftButton)
    assert wait_for_step(again, qtbot, step) > step
    assert "lost run" not in again.notices.texts()
    curves = again.panel(CurvesPanel).runs
    qtbot.waitUntil(lambda: not curves.awaited)
    assert curves.main is not None
    steps = curves.main.training("loss").steps
    assert (steps[0] <= step < steps[-1], curves.main.folder) == (True, dead)
    qtbot.keyClick(again, F5, SHIFT)
    wait_for_state(again, qtbot, "Stopped in epoch")
    assert read_summary(dead).state == "stopped"


def test_that_a_run_that_is_dismissed_is_not_offered_again(opening: Opening, file: Path, qtbot: QtBot) -> None:
    run = Run.create(file.parent / "runs" / "one", vowels(3))
    run.close()
    started = {"event": "started", "protocol": 3, "run": "a", "device": "cpu", "parameters": 1, "training_samples": 1}
    started |= {"validation_samples": 0, "epochs": 3, "steps": 9, "step": 0}
    run.metrics.write_text(f"{json.dumps(started)}\n")
    window = opening(file)
    qtbot.waitUntil(lambda: "lost run" in window.notices.texts(), timeout=30_000)
    bar = window.notices
    qtbot.mouseClick(bar.findChild(QAbstractButton, "noticeClose"), Qt.MouseButton.LeftButton)
    assert run_about.read_about(run.folder).dismissed
    assert "lost run" not in window.notices.texts()


@pytest.mark.parametrize("meanwhile", ["file renamed", "run.json damaged"])
def test_that_a_run_beside_its_file_is_found(meanwhile: str, opening: Opening, file: Path, qtbot: QtBot) -> None:
    files.write(vowels(1), file)
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_state(window, qtbot, "On the test samples")
    window.close()
    if meanwhile == "file renamed":
        file = file.rename(file.with_name("speakers.network.json"))
    else:
        (runs_of(file)[0] / run_about.FILE).write_bytes(b"{")
    wait_for_state(opening(file), qtbot, "Trained before")


def test_that_train_asks_what_it_means_though_its_file_was_opened_again_while_it_trained(
    opening: Opening, file: Path, tmp_path: Path, qtbot: QtBot, answers: Answers
) -> None:
    other = tmp_path / "other" / "other.network.json"
    other.parent.mkdir()
    files.write(vowels(2), other)
    window = opening(file)
    qtbot.keyClick(window, F5)
    wait_for_step(window, qtbot)
    for path in (other, file):
        window.bench.opening.take_file(path)
        qtbot.waitUntil(lambda path=path: window.editor.document.path == path)
    qtbot.keyClick(window, F5, SHIFT)
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
    qtbot.waitUntil(lambda: window.bench.kept_runs.last is not None, timeout=5_000)
    answers.again = "train_go_on"
    qtbot.keyClick(window, F5)
    assert [seen.name for seen in answers.seen] == ["trainAgainQuestion"]
    action(window, "actionStop").trigger()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=20_000)
    assert len(runs_of(file)) == 1


def test_that_a_run_whose_file_has_a_file_in_the_place_of_its_runs_is_kept_elsewhere_and_that_is_said(
    opening: Opening, file: Path, qtbot: QtBot, data_folder: Path
) -> None:
    files.write(vowels(1), file)
    (file.parent / "runs").write_text("a file")
    window = opening(file)
    said: list[str] = []
    window.bridge.noticed.connect(lambda event: said.append(event.text))
    qtbot.keyClick(window, F5)
    wait_for_state(window, qtbot, "On the test samples")
    (folder,) = (data_folder / "runs").iterdir()
    assert read_summary(folder).state == "finished"
    assert len(said) == 1
    assert said[0].startswith(str(file.parent))
    assert said[0].endswith("This run is kept in the program's own folder.")
    assert said[0] in run_log.read_log(folder)
    told = figures_of(window)
    again = opening(file)
    wait_for_state(again, qtbot, "Trained before: 1 epoch")
    assert figures_of(again) == told
    assert "–" not in told


def figures_of(window: MainWindow) -> list[str]:
    """What the figures read: of training, validation and test."""
    figures = window.panel(TrainingPanel).findChild(RunFigures)
    assert figures is not None
    return [figures.shown(part, name) for part in ("train", "val", "test") for name in ("loss", "accuracy")]


def test_that_a_run_that_never_begins_leaves_no_folder(opening: Opening, file: Path, qtbot: QtBot) -> None:
    design = vowels(1)
    files.write(replace(design, training=design.training.model_copy(update={"validation_share": 0.9999})), file)
    window = opening(file)
    ended: list[object] = []
    window.bridge.failed.connect(ended.append)
    qtbot.keyClick(window, F5)
    qtbot.keyClick(window, F5, SHIFT)
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
    assert all(Run(folder).design.exists() for folder in runs_of(file))


def trained_twice(window: MainWindow, file: Path, qtbot: QtBot) -> tuple[Path, Path]:
    """Two runs of one network: the older one of one epoch, the newer one of two."""
    for epochs in ("1", "2"):
        enter(qtbot, setting(window, "epochs"), epochs)
        qtbot.keyClick(window, F5)
        qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
    older, newer = runs_of(file)
    return older, newer


@pytest.mark.parametrize("command", ["runOpen", "runTakeWeights"])
def test_that_a_run_that_is_chosen_is_the_one_whose_weights_and_figures_are_shown(
    command: str, opening: Opening, file: Path, qtbot: QtBot, answers: Answers
) -> None:
    window = opening(file)
    older, newer = trained_twice(window, file, qtbot)
    kept, curves = window.bench.kept_runs, window.panel(CurvesPanel)
    assert kept.last is not None
    assert kept.last.folder == newer
    answers.then = Buttons.Discard
    taken: list[str] = []
    window.bridge.weights_taken.connect(lambda event: taken.append(event.folder))
    window.docks["Runs"].raise_()
    panel = window.panel(RunsPanel)
    qtbot.waitUntil(lambda: panel.model.row_of(str(older)) is not None)
    panel.table.select_folders([str(older)])
    choose(panel, command)
    qtbot.waitUntil(lambda: taken == [str(older)])
    qtbot.waitUntil(lambda: curves.runs.main is not None and curves.runs.main.folder == older)
    assert kept.last.folder == older
    assert state_text(window).startswith("Trained before: 1 epoch, ")
    enter(qtbot, setting(window, "epochs"), "2")
    answers.again = "train_go_on"
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
    assert (read_summary(older).epoch, len(runs_of(file))) == (2, 2)
