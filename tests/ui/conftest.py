"""A real window for each test, without a screen."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from designer.ui.app.application import open_window
from designer.ui.app.main_window import MainWindow
from designer.ui.style.theme import Theme
from tests.ui.driving import CTRL, Answers, choose

Opening = Callable[..., MainWindow]


def engine_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "designer-engine"]


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture(autouse=True)
def large_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a screen Qt makes up one of 800×800, which the window would fit."""
    monkeypatch.setattr(QScreen, "availableGeometry", lambda screen: QRect(0, 0, 1920, 1080))


_left: list[weakref.ref[MainWindow]] = []
"""Windows that have been closed and are not known to be gone: a test, or what it has put in place, may hold them on."""


def collect() -> None:
    """Ends what is left of windows: here, and not on the engine's thread of the next test, where Qt's objects may not.

    What is there when no window is left stays to the end, and is not looked through again.
    """
    gc.collect()
    _left[:] = [window for window in _left if window()]
    if not _left:
        gc.freeze()


@pytest.fixture
def opening(theme: Theme, answers: Answers, qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Opening]:
    """Opens windows as the program does; closes those that are left, and sees that their threads end.

    A message box that a test does not wait for fails it, instead of holding it up.
    """
    if _left:
        collect()
        _left.clear()  # what lives on after its test is over is not looked for again
    windows: list[MainWindow] = []

    def open_one(path: Path | None = None, data: str | Path | None = None) -> MainWindow:
        window = open_window(theme, path, data)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: QApplication.activeWindow() in (window, *window.findChildren(QDialog)))
        return window

    yield open_one
    for window in windows:
        window.editor.stack.setClean()
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert engine_threads() == []
    _left.extend(map(weakref.ref, windows))
    windows.clear()
    window = None  # else this frame would hold the last one
    request.node.funcargs.clear()
    collect()
    assert answers.unexpected == []


@pytest.fixture
def window(opening: Opening, qtbot: QtBot) -> MainWindow:
    """The window of a first start: the article's CNN, with conv1 selected."""
    made = opening()
    qtbot.waitUntil(lambda: made.scene.current == "conv1")
    return made


@pytest.fixture
def empty_window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.action("actionNew").trigger()
    qtbot.waitUntil(lambda: not window.scene.cards)
    return window


@pytest.fixture
def answers(qapp: QApplication) -> Iterator[Answers]:
    """Closes message boxes as they come, and remembers them."""
    made = Answers()
    yield made
    made.stop()


@pytest.fixture
def grouped(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The article's CNN with its second convolution and pooling as a group."""
    choose(window, "conv2", "pool2")
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    assert "group1" in window.scene.cards
    return window
