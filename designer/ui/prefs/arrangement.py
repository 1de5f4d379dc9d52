"""Where the panels stand: side by side where there is room for it, behind one another where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal, get_args

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabBar

from designer.ui.prefs.settings import LAYOUT_VERSION, Settings
from designer.ui.widgets.dock import Dock
from designer.ui.widgets.tab_overflow import TabOverflow
from designer.ui.widgets.timers import once_after

Room = Literal["wide", "narrow", "small"]
"""All panels side by side; one row of tabs below the canvas; and another one at its right."""
ROOMS: tuple[Room, ...] = get_args(Room)
WIDE = QSize(1200, 560)
_LOW = 680
_STEADY_MS = 60
"""Milliseconds after which panels stand where somebody wants them."""
_BELOW = Qt.DockWidgetArea.BottomDockWidgetArea
_IN_FRONT = "FeatureMaps"
"""Of the panels below a narrow canvas: it shows something before anything is trained."""
_SIZES: Mapping[Room, tuple[int, int, int]] = {
    "wide": (190, 300, 270),
    "narrow": (170, 290, 230),
    "small": (168, 270, 190),
}
"""Widths of the palette and of the inspector, and the height of what is below, in pixels."""


def room_for(size: QSize) -> Room:
    """Which arrangement suits a window."""
    if size.width() >= WIDE.width() and size.height() >= WIDE.height():
        return "wide"
    return "small" if size.height() < _LOW else "narrow"


class Arrangement(QObject):
    """Keeps an arrangement for each room, as the person has left it; which panels are closed holds for all of them."""

    def __init__(self, window: QMainWindow, docks: Mapping[str, Dock]) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._kept: dict[Room, QByteArray] = {}
        self._first = QByteArray()
        self.room: Room = "wide"
        self._steady = once_after(self, _STEADY_MS, self._remember)
        window.installEventFilter(self)

    def prepare(self) -> None:
        """The arrangement of a first start, in a window that has all the room that is wanted."""
        self._size_docks()
        self._first = self._window.saveState(LAYOUT_VERSION)

    def start(self, settings: Settings) -> None:
        """The arrangement of the last time, or the first one; the window has its size already."""
        self._kept = {room: state for room in ROOMS if (state := settings.arrangement(room))}
        if "wide" in self._kept:
            self._window.restoreState(self._kept["wide"], LAYOUT_VERSION)
        else:
            self._kept["wide"] = self._first
        self.follow()
        for dock in self._docks.values():
            dock.shifted.connect(self._steady.start)

    def _remember(self) -> None:
        """When the window gets narrow its panels are squeezed before it is told: what they were must be known then."""
        if self._window.isVisible() and room_for(self._window.size()) == self.room:
            self._kept[self.room] = self._window.saveState(LAYOUT_VERSION)

    def keep(self, settings: Settings) -> None:
        """Remembers all arrangements for the next time."""
        self._kept[self.room] = self._window.saveState(LAYOUT_VERSION)
        for room, state in self._kept.items():
            settings.keep_arrangement(room, state)

    def reset(self) -> None:
        """As at the first start, with all panels."""
        self._kept = {"wide": self._first}
        self.room = "wide"
        self._window.restoreState(self._first, LAYOUT_VERSION)
        for dock in self._docks.values():
            dock.show()
        self._size_docks()
        self.follow()

    def follow(self) -> None:
        """Takes the arrangement for the size that the window has now."""
        room = room_for(self._window.size())
        if room == self.room:
            return
        closed = [dock for dock in self._docks.values() if dock.isHidden()]
        if self.room not in self._kept:
            self._kept[self.room] = self._window.saveState(LAYOUT_VERSION)
        before, self.room = self.room, room
        if room in self._kept:
            self._window.restoreState(self._kept[room], LAYOUT_VERSION)
        else:
            self._make(room, before)
        for dock in self._docks.values():
            if dock.isHidden() != (dock in closed):
                dock.setVisible(dock not in closed)

    def _make(self, room: Room, before: Room) -> None:
        """A narrow arrangement of the wide one; what the person has put elsewhere stays there."""
        if before != "wide":
            self._window.restoreState(self._kept["wide"], LAYOUT_VERSION)
        window = self._window
        below = [
            dock for dock in self._docks.values() if window.dockWidgetArea(dock) == _BELOW and not dock.isFloating()
        ]
        for left, right in pairwise(below):
            window.tabifyDockWidget(left, right)
        inspector, training = self._docks["Inspector"], self._docks["Training"]
        if room == "small" and window.dockWidgetArea(inspector) == window.dockWidgetArea(training):
            window.tabifyDockWidget(self._docks["About"], training)
        for dock in (inspector, self._docks[_IN_FRONT]):
            dock.raise_()
        self._size_docks()

    def _size_docks(self) -> None:
        docks, window = self._docks, self._window
        left, right, below = _SIZES[self.room]
        window.resizeDocks([docks["Palette"], docks["Inspector"]], [left, right], Qt.Orientation.Horizontal)
        window.resizeDocks([docks["Curves"]], [below], Qt.Orientation.Vertical)
        if self.room != "small":
            window.resizeDocks([docks["Inspector"], docks["Training"]], [380, 460], Qt.Orientation.Vertical)
        if self.room == "wide":
            three = [docks["Curves"], docks["Sample"], docks["FeatureMaps"]]
            window.resizeDocks(three, [390, 204, 526], Qt.Orientation.Horizontal)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window has another size; panels move once Qt is done with it. No tab's name is cut."""
        kind = event.type()  # asked once: every event of the window comes by
        if kind == QEvent.Type.LayoutRequest:
            for tabs in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
                if tabs.elideMode() != Qt.TextElideMode.ElideNone:
                    tabs.setElideMode(Qt.TextElideMode.ElideNone)
                TabOverflow.of(tabs).fit()
        elif kind == QEvent.Type.Resize and room_for(self._window.size()) != self.room:
            QTimer.singleShot(0, self, self.follow)
        return False
