"""A network that another process trains: its window says so, looks into it, and trains it in a folder of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_lock import RunLock
from designer.engine.runs.run_summary import read_summary
from designer.engine.training import preparation
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.runs_model import STATE
from tests.helpers import stopped_at
from tests.made_runs import make_run
from tests.ui.conftest import Opening
from tests.ui.driving import Answers
from tests.ui.test_runs_panel import cells, choose, said
from tests.ui.test_training_panel import state_text, wait_for_state

HOLDS = """
import sys
from pathlib import Path
from designer.engine.runs.run_lock import RunLock
lock = RunLock(Path(sys.argv[1]) / "lock")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "vowels.network.json"
    path.parent.mkdir()
    design = files.read(example("vowels_lstm"))
    files.write(replace(design, training=design.training.model_copy(update={"epochs": 5000})), path)
    return path


@pytest.fixture
def elsewhere(file: Path) -> Iterator[Path]:
    """The folder of a run in its second epoch, at work on which another process is."""
    design, folder = files.read(file), file.parent / "runs" / "2026-11-30_10-00-00_vowels"
    stopped_at(12, design, preparation.load(design), Run.create(folder, design))
    lines = Run(folder).metrics.read_bytes().splitlines(keepends=True)
    Run(folder).metrics.write_bytes(b"".join(lines[:-1]))
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        yield folder
        process.kill()


def test_that_a_network_that_is_trained_elsewhere_is_told_looked_into_and_trained_beside_it(
    opening: Opening, file: Path, elsewhere: Path, qtbot: QtBot, answers: Answers
) -> None:
    window = opening(file)
    wait_for_state(window, qtbot, "It is being trained in another window or program, since today")
    assert "of 5000, step" in state_text(window)
    assert state_text(window).endswith("Train begins a run of its own.")
    taken: list[object] = []
    window.bridge.weights_taken.connect(taken.append)
    window.bench.kept_runs.take_weights(elsewhere)
    qtbot.waitUntil(lambda: bool(taken), timeout=30_000)
    assert read_summary(elsewhere).state == "running"

    window.docks["Runs"].raise_()
    panel = window.panel(RunsPanel)
    qtbot.waitUntil(lambda: cells(panel, STATE) == ["running"])
    panel.table.select_folders([str(elsewhere)])
    choose(panel, "runDelete")
    qtbot.waitUntil(lambda: "stays: it is being trained in another window or program, since today" in said(panel))
    assert elsewhere.is_dir()

    qtbot.mouseClick(window.findChild(QPushButton, "trainButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.bridge.has_run, timeout=30_000)
    own = window.bench.kept_runs.folder
    assert own is not None
    assert own != elsewhere
    assert answers.seen == []
    qtbot.mouseClick(window.findChild(QPushButton, "stopButton"), Qt.MouseButton.LeftButton)
    wait_for_state(window, qtbot, "Stopped in epoch")
    assert {read_summary(own).state, read_summary(elsewhere).state} == {"stopped", "running"}
    assert {path.name for path in own.parent.iterdir()} == {own.name, elsewhere.name}


def test_that_it_is_gone_on_with_once_the_other_process_has_ended(
    opening: Opening, file: Path, qtbot: QtBot, answers: Answers
) -> None:
    folder = make_run(file.parent / "runs", "one", files.read(file), "lost", epochs=5000, file=str(file))
    lock = RunLock(folder / "lock")
    (folder / "lock").write_text('{"process": 1, "computer": "another", "since": "2026-11-30 10:00:00"}')
    window = opening(file)
    wait_for_state(window, qtbot, "It is being trained in another window or program")
    kept = window.bench.kept_runs
    assert kept.to_go_on_with is None
    assert kept._elsewhere.isActive()
    lock.release()
    kept._elsewhere.timeout.emit()
    wait_for_state(window, qtbot, "Trained before: 3 epochs, 30 steps.")
    assert kept.to_go_on_with is not None
    assert not kept._elsewhere.isActive()
