"""Runs that hang, and runs that were cut off: what is said of them in the window, and their log."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_log import read_log
from designer.engine.training.learner import Learner
from designer.ui.app.exception_hook import ExceptionHook
from designer.ui.app.main_window import MainWindow
from designer.ui.features.silent_runs import Silence
from designer.ui.panels.runs_dialogs import LogDialog
from tests.made_runs import make_run
from tests.ui.conftest import Opening
from tests.ui.test_training_panel import state_text, wait_for_state

STOOD = "This is where the program stood:\n"
LEFT = Qt.MouseButton.LeftButton


class Held:
    """The sixth step of a run waits until it is let go."""

    def __init__(self) -> None:
        self.is_there, self.may_go_on, self._steps = threading.Event(), threading.Event(), 0
        self._step: Callable[..., Any] = Learner.step

    def step(self, learner: Learner, *given: Any) -> Any:
        self._steps += 1
        if self._steps == 6:
            self.is_there.set()
            assert self.may_go_on.wait(60)
        return self._step(learner, *given)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    made = Held()
    monkeypatch.setattr(Learner, "step", lambda learner, *given: made.step(learner, *given))
    yield made
    made.may_go_on.set()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "vowels.network.json"
    path.parent.mkdir()
    design = files.read(example("vowels_lstm"))
    files.write(replace(design, training=design.training.model_copy(update={"epochs": 900})), path)
    return path


def log_of(window: MainWindow) -> str:
    found = [dialog for dialog in window.findChildren(LogDialog) if dialog.isVisible()]
    return found[-1].findChild(QPlainTextEdit, "runLog").toPlainText()


def close_log(window: MainWindow) -> None:
    for dialog in window.findChildren(LogDialog):
        dialog.reject()


def test_that_a_training_that_says_nothing_is_told_with_its_log_and_where_it_stands(
    opening: Opening, file: Path, held: Held, qtbot: QtBot
) -> None:
    window = opening(file)
    silence = window.bench.findChild(Silence)
    assert silence is not None
    assert not silence.watch.timer.isActive()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert silence.watch.timer.isActive()
    qtbot.waitUntil(held.is_there.is_set, timeout=60_000)
    assert "silent run" not in window.notices.texts()
    qtbot.waitUntil(lambda: window.bridge.silent_seconds > 0.3)  # what had been said before has come
    silence.watch.patience = 0.3
    silence.watch.timer.setInterval(20)
    qtbot.waitUntil(lambda: "silent run" in window.notices.texts())
    assert window.notices.texts()["silent run"].startswith("The training has said nothing for over a minute.")
    assert state_text(window).startswith("Nothing has come from the training for ")
    bar = window.notices.findChild(QPushButton, "silentLog")
    qtbot.mouseClick(bar, LEFT)
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(LogDialog)))
    log = log_of(window)
    assert "The run begins" in log
    where = log[log.index("Where the program stands:") :]
    assert where.index("Thread designer-engine") < where.index("Thread MainThread")
    assert "assert self.may_go_on.wait(60)" in where
    close_log(window)
    assert window.notices.findChild(QPushButton, "silentLog") is bar  # it is told once, and not again and again
    folder = window.bench.kept_runs.folder
    assert folder is not None
    qtbot.waitUntil(lambda: f"{STOOD}Thread" in read_log(folder))
    assert read_log(folder).count(f"{STOOD}Thread") == 1

    silence.watch.patience = 60.0
    held.may_go_on.set()
    qtbot.waitUntil(lambda: "silent run" not in window.notices.texts(), timeout=30_000)
    qtbot.waitUntil(lambda: state_text(window).startswith("Epoch "), timeout=30_000)
    qtbot.mouseClick(window.findChild(QPushButton, "pauseButton"), LEFT)
    wait_for_state(window, qtbot, "Paused in epoch")
    silence.watch.patience = 0.0
    looks: list[float] = []
    silence.watch.timer.timeout.connect(lambda: looks.append(silence.watch.patience))
    qtbot.waitUntil(lambda: len(looks) > 2)
    assert "silent run" not in window.notices.texts()  # who rests owes no word
    qtbot.mouseClick(window.findChild(QPushButton, "stopButton"), LEFT)
    wait_for_state(window, qtbot, "Stopped in epoch")
    assert not silence.watch.timer.isActive()


def test_that_a_run_whose_program_crashed_is_offered_in_plain_words_with_its_log(
    opening: Opening, file: Path, qtbot: QtBot
) -> None:
    folder = make_run(file.parent / "runs", "one", files.read(file), "lost", epochs=20)
    (folder / "crash.txt").write_text("Fatal Python error: Segmentation fault\n\nThread 0x1:\n  File loop.py\n")
    window = opening(file)
    qtbot.waitUntil(lambda: "lost run" in window.notices.texts(), timeout=30_000)
    assert window.notices.texts()["lost run"] == (
        "The training of “one” was cut off in epoch 4 of 20, after 30 steps. Its program crashed: a library used "
        "memory that is not its own (segmentation fault)."
    )
    qtbot.mouseClick(window.notices.findChild(QPushButton, "lostRunLog"), LEFT)
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(LogDialog)))
    assert "The run one begins." in log_of(window)
    assert log_of(window).endswith("Fatal Python error: Segmentation fault\n\nThread 0x1:\n  File loop.py")
    close_log(window)


def test_that_an_error_of_the_window_is_in_the_log_of_the_run_that_is_under_way(
    opening: Opening, file: Path, held: Held, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window = opening(file)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: held.is_there.is_set() and window.bridge.has_run, timeout=60_000)
    folder = window.bench.kept_runs.folder
    assert folder is not None
    with ExceptionHook(window, window.bench.kept_runs.note):
        window.hide()  # the box is another test's
        error = ZeroDivisionError("drawn too small")
        sys.excepthook(ZeroDivisionError, error, None)
        window.show()
    assert "drawn too small" in capsys.readouterr().err
    qtbot.waitUntil(lambda: "ZeroDivisionError: drawn too small" in read_log(folder))
    held.may_go_on.set()
    window.bridge.stop()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=30_000)
    assert Run(folder).has_checkpoint
