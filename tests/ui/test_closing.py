"""The end of the window: nothing of it speaks after it is gone, and an error in it is told once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from designer.ui.app.exception_hook import ExceptionHook

SCRIPT = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from designer.ui.app import application

def drive():
    (window,) = (widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "mainWindow")
    window.activateWindow()
    window.editor.remove(["conv2"])
    window.view.setFocus()
    window.scene.select("conv1")
    window.action("actionTrain").trigger()

    def discard():
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            box.button(QMessageBox.StandardButton.Discard).click()

    def close(event):
        window.bridge.batches_ended.disconnect(close)
        QTimer(window, interval=10, timeout=discard).start()
        window.close()

    window.bridge.batches_ended.connect(close)

application.make_application()
QTimer.singleShot(0, drive)
code = application.run(None)
print([thread.name for thread in threading.enumerate()])
sys.exit(code)
"""
BUSY = """
import atexit, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from designer.engine.service.worker import Worker
from designer.ui.app import application

Worker._work = lambda self: time.sleep(600)
Worker.close.__defaults__ = (0.01,)
atexit.register(print, "the interpreter is taken apart")
application.make_application()
QTimer.singleShot(0, lambda: [it.close() for it in QApplication.topLevelWidgets() if it.objectName() == "mainWindow"])
sys.exit(application.run(None))
"""
COMPARING = """
import atexit, sys, threading, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from designer.ui.app import application
from designer.ui.features.training import RunBaselines
from designer.ui.run import background, run_baselines

begun = threading.Event()
def measured(design, progress):
    begun.set()
    time.sleep(600)

run_baselines._measured = measured
background.Background.close.__defaults__ = (0.01,)
atexit.register(print, "the interpreter is taken apart")

def drive():
    (window,) = (widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "mainWindow")
    window.findChild(RunBaselines).measure(window.editor.design)
    begun.wait()
    window.close()

application.make_application()
QTimer.singleShot(0, drive)
sys.exit(application.run(None))
"""
_OF_THE_PLATFORM = "This plugin does not support propagateSizeHints()"


def run(script: str, data_folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DESIGNER_DATA": str(data_folder)}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_that_a_window_closed_while_it_trains_ends_without_a_word(data_folder: Path) -> None:
    ended = run(SCRIPT, data_folder)
    said = [line for line in ended.stderr.splitlines() if line != _OF_THE_PLATFORM]
    assert said == []
    assert (ended.returncode, ended.stdout.strip()) == (0, "['MainThread']")
    assert list((data_folder / "recovery").glob("*")) == []


@pytest.mark.parametrize("script", [BUSY, COMPARING], ids=["a batch", "a baseline"])
def test_that_what_outlasts_the_wait_has_no_interpreter_taken_apart_under_it(script: str, data_folder: Path) -> None:
    """Torch answers that with std::terminate, and the person with a report of a crash."""
    ended = run(script, data_folder)
    assert (ended.returncode, ended.stdout) == (0, "")


def raise_one(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def boxes(window: QWidget) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def test_that_an_error_after_the_window_is_gone_is_only_printed(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window = QWidget()
    window.show()
    with ExceptionHook(window):
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        raise_one("too late")
    assert "too late" in capsys.readouterr().err


def test_that_an_error_without_a_console_is_shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    with ExceptionHook(window):
        monkeypatch.setattr(sys, "stderr", None)
        raise_one("no console")
        (box,) = boxes(window)
        assert "no console" in box.text()
        box.close()


def test_that_errors_of_any_thread_are_shown_in_one_box(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    with ExceptionHook(window):
        other = threading.Thread(target=raise_one, args=("<b>from afar</b>",))
        other.start()
        other.join()
        assert boxes(window) == []  # it waits for the window's own thread
        qtbot.waitUntil(lambda: bool(boxes(window)))
        for _ in range(3):
            raise_one("again")
        (box,) = boxes(window)
        assert "<b>from afar</b>" in box.text()
        box.close()
