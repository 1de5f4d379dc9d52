"""The rows of tabs below panels that lie behind one another."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

from designer.ui.widgets.timers import once_after

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
_CHANGES = (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show)


class TabRows(QObject):
    """Cuts no name short, and hides the rows that Qt leaves behind.

    QMainWindow makes a row twice where a second group of tabs is made, and all rows anew where an arrangement is
    restored. Those that are no longer its own stay where they were, over whatever is there now.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._soon = once_after(self, 0, self.sweep)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window lays its panels out; its rows stand where they belong once it is done with that."""
        if event.type() in _CHANGES:
            if event.type() == QEvent.Type.LayoutRequest:
                self._show_whole_names()
            self._soon.start()
        return False

    def sweep(self) -> None:
        """Of the rows of each group, shows the one that stands below its panel, and hides all others."""
        fronts = [dock for dock in self._window.findChildren(QDockWidget, options=_DIRECT) if self._has_tabs(dock)]
        placed = [dock for dock in fronts if not dock.visibleRegion().isEmpty()]
        rows = [row for row in self._rows() if row.count() > 1]
        own = {self._row_of(dock, rows) for dock in placed}
        if None in own or not own:  # Qt is not done yet
            return
        for row in rows:
            row.setVisible(row in own)

    def _rows(self) -> list[QTabBar]:
        return self._window.findChildren(QTabBar, options=_DIRECT)

    def _has_tabs(self, dock: QDockWidget) -> bool:
        return not dock.isFloating() and any(not other.isHidden() for other in self._window.tabifiedDockWidgets(dock))

    def _row_of(self, dock: QDockWidget, rows: list[QTabBar]) -> QTabBar | None:
        """The newest row that stands below a panel and has its name; None as long as there is none."""
        corner = dock.geometry().bottomLeft()
        below = [row for row in rows if (row.x(), row.y()) == (corner.x(), corner.y() + 1)]
        return next((row for row in reversed(below) if dock.windowTitle() in _names(row)), None)

    def _show_whole_names(self) -> None:
        for row in self._rows():
            if row.elideMode() != Qt.TextElideMode.ElideNone:
                row.setElideMode(Qt.TextElideMode.ElideNone)


def _names(row: QTabBar) -> list[str]:
    return [row.tabText(place) for place in range(row.count())]
