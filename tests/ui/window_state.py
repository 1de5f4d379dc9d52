"""Everything that a window knows and shows, entry by entry: what a test has left in it is seen there."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterator, Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QDialog,
    QDockWidget,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QProgressBar,
    QStackedWidget,
    QTabBar,
    QTextEdit,
    QTreeView,
    QWidget,
)
from shiboken6 import isValid

from designer.ui.app.main_window import MainWindow

Entry = tuple[Hashable, ...]
_PLAIN = (bool, int, float, str, bytes, Enum, PurePath, type(None))
_OURS = ("designer.", "tests.")


State = Counter[Entry]


def state_of(window: MainWindow) -> State:
    """What its widgets and actions show, and what every object of the program that can be reached from it holds."""
    parts = (window, *window.findChildren(QWidget))
    shown = [entry for widget in parts for entry in _of_widget(widget, window)]
    actions = (action for action in window.findChildren(QAction) if action.objectName() not in _NEVER_SEEN)
    return Counter([*shown, *map(of_action, actions), *_held(window)])


def differences(before: State, after: State) -> list[str]:
    """What only one of two states has, a line each."""
    gone, come = before - after, after - before
    return sorted([f"- {entry}" for entry in gone] + [f"+ {entry}" for entry in come], key=lambda line: line[2:])


_PASSED_OVER: Mapping[str, tuple[str, ...]] = {
    "AnalyzerModel": ("_next",),
    "AnalyzerPanel": ("_selected",),
    "Bridge": ("_torch_is_in", "_worker"),
    "CardLayer": ("_chosen",),
    "ConfusionPanel": ("shown",),
    "ConfusionView": ("_classes", "_counts", "_picture"),
    "GarbageCollector": (
        *("_calm", "_counted", "_has_frozen_the_window", "_lasting", "_modules", "_modules_seen", "_new"),
        *("_put_off", "_timer", "_young"),
    ),
    "InspectorPanel": ("_form_key",),
    "KindHelp": ("_labels", "_shown"),
    "OverviewPainter": ("_bars",),
    "Routes": ("_cards", "_free"),
    "RunsPanel": ("_known",),
    "RunsReader": ("_before", "_heard", "_reading"),
    "Snapping": ("_room",),
    "SomeOf": ("named",),
    "UseBox": ("_name_shown",),
    "Sprites": ("_kept", "_seen", "bytes_kept"),
}
"""What is made when it is wanted first, and what is worked out anew before it is used, such as what was selected last.

Each test has its own engine.
"""
_COUNTED = dict.fromkeys(("FeatureMapsPanel", "HiddenStatesPanel", "ValuesPanel"), ("shown",))
"""Of panels whose pictures are made when something is shown there first: whether something is."""
_NEVER_SEEN = ("", "actionEmptyDataCache")
"""Actions that are not the program's, and one whose text is written each time before it is seen."""
_QTS_OWN = (QTabBar, QLineEdit)
"""What has buttons that Qt lets come and fade: arrows at tabs, and the cross in a line."""
_UNSEEN = ("EntryMessage", "MapGrid", "ScaleBar", "SignalInstance")
"""What holds nothing but what is seen of it, or nothing."""


def _name(part: QObject) -> str:
    return f"{type(part).__name__} {part.objectName()}"


def _of_widget(widget: QWidget, window: MainWindow) -> Iterator[Entry]:
    """What is out of sight counts for nothing: it is made when it is wanted first, and filled anew each time."""
    if isinstance(widget, QDialog):
        yield "dialog", _name(widget)  # who looks for one would find it
    if widget.isVisibleTo(window) and not isinstance(widget.parent(), _QTS_OWN):
        yield _name(widget), widget.isEnabled(), widget.toolTip(), widget.property("role") or ""
        yield from ((_name(widget), *look(widget)) for kind, look in _LOOKS.items() if isinstance(widget, kind))


_LOOKS: Mapping[type, Any] = {
    QLabel: lambda label: (label.text(),),
    QAbstractButton: lambda button: (button.text(), button.isChecked()),
    QLineEdit: lambda line: (line.text(), line.placeholderText()),
    QComboBox: lambda box: (box.currentIndex(), tuple(box.itemText(place) for place in range(box.count()))),
    QAbstractSlider: lambda slider: (slider.value(),),
    QProgressBar: lambda bar: (bar.value(), bar.maximum()),
    QTabBar: lambda bar: (bar.currentIndex(), tuple(bar.tabText(place) for place in range(bar.count()))),
    QStackedWidget: lambda stack: (stack.currentIndex(), stack.count()),
    QPlainTextEdit: lambda text: (text.toPlainText(),),
    QTextEdit: lambda text: (text.toPlainText(),),
    QHeaderView: lambda header: (
        tuple(header.sectionSize(place) for place in range(header.count())),
        header.sortIndicatorSection(),
    ),
    QTreeView: lambda tree: (tree.isExpanded(tree.model().index(0, 0)) if tree.model() else None,),
    QAbstractItemView: lambda view: (
        (view.model().rowCount(), view.currentIndex().row(), len(view.selectedIndexes())) if view.model() else ()
    ),
    QGraphicsView: lambda view: (len(view.items()) if view.scene() else 0,),
    QDockWidget: lambda dock: (dock.isFloating(), not dock.visibleRegion().isEmpty() and dock.geometry().getRect()),
    QMainWindow: lambda window: window.size().toTuple(),
}


def of_action(action: QAction) -> Entry:
    keys = tuple(shortcut.toString() for shortcut in action.shortcuts())
    return _name(action), action.text(), action.isEnabled(), action.isVisible(), action.isChecked(), keys


def _held(window: MainWindow) -> Iterator[Entry]:
    """The attributes of our objects, from one to the next."""
    walk = _Walk(window)
    for part in walk.objects():
        kind = type(part).__name__
        name = _name(part) if isinstance(part, QObject) else kind
        for key, value in getattr(part, "__dict__", {}).items():
            if _counts(kind, key) and type(value).__name__ not in _UNSEEN:
                yield name, key, walk.told(value)


class _Walk:
    """Goes through the objects of the program that hold one another: those that `told` has met come next."""

    def __init__(self, first: object) -> None:
        self._waiting = deque([first])
        self._seen = {id(first)}

    def objects(self) -> Iterator[object]:
        while self._waiting:
            yield self._waiting.popleft()

    def told(self, value: object) -> Hashable:
        """A value by what it is; an object by its name alone."""
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, QObject) and not isValid(value):
            return "gone"
        for kind, tell in _TOLD.items():
            if isinstance(value, kind):
                return tell(value, self.told)
        kind = type(value)
        if kind.__module__.startswith(_OURS) and id(value) not in self._seen:
            self._seen.add(id(value))
            self._waiting.append(value)
        return _name(value) if isinstance(value, QObject) else kind.__name__


_TOLD: Mapping[type | tuple[type, ...], Any] = {
    (list, tuple, deque): lambda parts, told: tuple(map(told, parts)),
    (set, frozenset): lambda parts, told: tuple(sorted(str(told(part)) for part in parts)),
    dict: lambda parts, told: tuple((told(key), what) for key, part in parts.items() if (what := told(part)) != ()),
    QTimer: lambda timer, told: timer.interval(),
    QUndoStack: lambda stack, told: (stack.count(), stack.index(), stack.cleanIndex()),
    type: lambda kind, told: kind.__name__,
}


def _counts(kind: str, key: str) -> bool:
    return key in _COUNTED.get(kind, (key,)) and key not in _PASSED_OVER.get(kind, ())
