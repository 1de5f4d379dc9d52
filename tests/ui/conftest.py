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
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from designer.ui.app.application import new_window, open_in
from designer.ui.app.main_window import MainWindow
from designer.ui.style.theme import Theme
from tests.ui.driving import CTRL, Answers, choose
from tests.ui.kept_window import KeptWindow, end, serve_events

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


@pytest.fixture(scope="session")
def kept(theme: Theme, tmp_path_factory: pytest.TempPathFactory) -> KeptWindow:
    return KeptWindow(theme, tmp_path_factory.getbasetemp() / "between-tests")


_given = pytest.StashKey[tuple[KeptWindow, MainWindow]]()
"""The window that a test had and that the next one may have."""


@pytest.fixture
def opening(
    theme: Theme,
    kept: KeptWindow,
    answers: Answers,
    qtbot: QtBot,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    data_folder: Path,
) -> Iterator[Opening]:
    """Opens windows as the program does; closes those that are left, and sees that their threads end.

    In modules that are marked `kept_window` the first one may have been another test's. A message box that a test does
    not wait for fails it, instead of holding it up.
    """
    if _left:
        collect()
        _left.clear()  # what lives on after its test is over is not looked for again
    windows: list[MainWindow] = []

    def may_be_kept() -> bool:
        return shares(request.node) and not (windows or data_folder.exists() or changes_of_ours(monkeypatch))

    def open_one(path: Path | None = None, data: str | Path | None = None) -> MainWindow:
        if may_be_kept():
            window = kept.take()
            request.node.stash[_given] = kept, window
        else:
            kept.let_go()
            window = new_window(theme)
        windows.append(window)
        open_in(window, path, data)
        window.show()
        window.activateWindow()
        qtbot.waitExposed(window)
        window.view.fit()  # as at the first sight: one that is kept has been seen before
        qtbot.waitUntil(lambda: QApplication.activeWindow() in (window, *window.findChildren(QDialog)))
        serve_events()
        return window

    yield open_one
    if len(windows) > 1 and _given in request.node.stash:
        del request.node.stash[_given]
    if _given in request.node.stash:
        windows.pop()
    for window in windows:
        end(window)
    _left.extend(map(weakref.ref, windows))
    windows.clear()
    window = None  # else this frame would hold the last one
    request.node.funcargs.clear()
    if _given not in request.node.stash:
        assert engine_threads() == []
        collect()
    assert answers.unexpected == []


def shares(item: pytest.Item) -> bool:
    """Whether a test may have the window of another one: its module says so, and it opens one."""
    return item.get_closest_marker("kept_window") is not None and "opening" in getattr(item, "fixturenames", ())


def changes_of_ours(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a test has put something of its own in place of the program's: its window is made with that, and goes."""
    return any(not getattr(target, "__module__", "").startswith("PySide6") for target, *_ in monkeypatch._setattr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[object]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[object]:
    """The window goes back behind all of a test's own endings, when what the test has put in place is gone."""
    try:
        return (yield)
    finally:
        if _given in item.stash:
            _take_back(item, nextitem)


def _take_back(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    kept, window = item.stash[_given]
    del item.stash[_given]
    if nextitem is not None and shares(nextitem) and _failed not in item.stash:
        kept.give_back(window)
    else:
        end(window)
    if not kept.has_one:
        _left.append(weakref.ref(window))
        del window  # else this frame would hold it
        assert engine_threads() == []
        collect()


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
