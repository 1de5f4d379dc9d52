"""Garbage: a window that is closed goes, and the libraries are not looked through for it."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path
from types import ModuleType

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QGraphicsView
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.ui.app.application import open_window
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.values import ValuesPanel
from designer.ui.run import gc_control
from designer.ui.run.gc_control import GarbageCollector
from designer.ui.style.theme import Theme


def end(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def opened_and_closed(theme: Theme, qtbot: QtBot) -> list[weakref.ref[object]]:
    """What was in a window that has looked into two blocks, and is gone with the frame of this function."""
    window = open_window(theme)
    window.show()
    qtbot.waitUntil(lambda: window.panel(FeatureMapsPanel).shown is not None, timeout=60_000)
    window.scene.select("dense1")
    qtbot.waitUntil(lambda: window.panel(ValuesPanel).shown is not None, timeout=60_000)
    end(window)
    return [weakref.ref(part) for part in (window, window.scene, window.bridge, window.panel(ValuesPanel))]


def test_that_nothing_holds_a_window_that_was_closed(theme: Theme, qtbot: QtBot) -> None:
    parts = opened_and_closed(theme, qtbot)
    gc.collect()
    assert [part() for part in parts] == [None] * len(parts)


def test_that_a_closed_window_leaves_the_libraries_out_of_what_is_collected(theme: Theme, tmp_path: Path) -> None:
    window = open_window(theme, example("mnist_cnn"))  # closed before the engine has said anything
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    end(window)
    assert gc.get_freeze_count() > frozen - 100  # one or the other goes by itself
    assert gc.isenabled()


def plots(window: MainWindow) -> list[QGraphicsView]:
    return [view for view in window.findChildren(QGraphicsView) if isinstance(view, pg.GraphicsView)]


def test_that_plots_are_made_when_there_is_something_to_draw(theme: Theme, qtbot: QtBot) -> None:
    window = open_window(theme)
    assert plots(window) == []
    made = window.panel(CurvesPanel).loss
    assert plots(window) == [made]
    end(window)


def test_that_all_is_looked_through_once_a_quarter_as_much_has_come(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gc_control, "_MOST", 10_000_000)  # whatever the tests before have left
    parent, seen, thresholds = QObject(), [], gc.get_threshold()
    gc.set_threshold(1, 1, 1)
    gc.callbacks.append(note := lambda phase, info: phase == "start" and seen.append(info["generation"]))
    try:
        collector = GarbageCollector(parent)
        collector._lasting = 4_000
        old = [gc.collect(1) for _ in range(4)]  # so often that a full collection is due by the thresholds
        kept = [[]]
        seen.clear()
        while 2 not in seen:
            kept += [[] for _ in range(300)]
            collector.collect()
        assert 1_000 <= len(kept) < 2_200
        assert len(old) < seen.index(2) == len(seen) - 1
        gc.collect(1)
        gc.collect(1)
        seen.clear()
        collector.collect()
        assert 2 not in seen
    finally:
        gc.callbacks.remove(note)
        gc.set_threshold(*thresholds)
        collector.stop()


class Ring:
    """Garbage that only a collection finds, once nobody has it."""

    def __init__(self) -> None:
        self.itself = self


def is_looked_through(kept: object) -> bool:
    return any(kept is other for other in gc.get_objects())


def test_that_a_library_that_comes_while_the_window_is_open_is_not_looked_through_for_long(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent, in_use = QObject(), [[]]
    collector = GarbageCollector(parent)
    try:
        for _ in range(100):
            collector.collect()
        assert is_looked_through(in_use)  # the first are frozen when the engine has its own
        monkeypatch.setitem(sys.modules, "a_first_library", ModuleType("a_first_library"))
        collector.leave_alone()
        in_use, garbage = [[]], Ring()
        gone = weakref.ref(garbage)
        del garbage
        monkeypatch.setitem(sys.modules, "a_second_library", ModuleType("a_second_library"))
        collector.collect()
        assert is_looked_through(in_use)  # the import may go on
        for _ in range(100):
            collector.collect()
        assert not is_looked_through(in_use)
        assert gone() is None
        in_use = [[]]
        for _ in range(100):
            collector.collect()
        assert is_looked_through(in_use)
    finally:
        collector.stop()


def test_that_what_takes_long_to_look_through_is_put_off_until_most_of_it_is_gone_or_it_has_waited_long(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread lists thousands of files: each time only the newest objects are looked through."""
    parent, seen, thresholds = QObject(), [], gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(1, 1, 1)
    monkeypatch.setattr(gc_control, "_PATIENCE", 4)
    gc.callbacks.append(note := lambda phase, info: phase == "start" and seen.append(info["generation"]))
    try:
        collector = GarbageCollector(parent)
        seen.clear()
        listed = [[] for _ in range(2 * gc_control._MOST)]
        for _ in range(3 * gc_control._LATER):
            kept = [[] for _ in range(9)]
            collector.collect()
        assert set(seen) == {0}
        del listed[:], kept[:]
        for _ in range(gc_control._LATER + 1):
            kept = [[] for _ in range(9)]
            collector.collect()
        assert max(seen) > 0
        listed += [[] for _ in range(2 * gc_control._MOST)]
        seen.clear()
        for _ in range(5 * gc_control._LATER):
            kept = [[] for _ in range(9)]
            collector.collect()
        assert max(seen) > 0, "a library that stays is looked through in the end"
    finally:
        gc.callbacks.remove(note)
        gc.set_threshold(*thresholds)
        collector.stop()
