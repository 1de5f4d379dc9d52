"""A panel's frame, which comes to the front before it goes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow


class Dock(QDockWidget):
    """In the View menu it is ticked as long as it is there, also behind another one.

    Who chooses it there while it is behind wants to see it, and not to lose it. `shifted()` comes when it has another
    size or place.
    """

    shifted = Signal()

    def __init__(self, title: str, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.toggleViewAction().triggered.connect(self._come_to_front)

    def _come_to_front(self, shown: bool) -> None:
        if shown:
            self.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Its neighbours, the window or the person have given it another size."""
        super().resizeEvent(event)
        self.shifted.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        """It stands elsewhere."""
        super().moveEvent(event)
        self.shifted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closes what is seen; what is behind comes to the front instead."""
        if self.isVisible() and self.visibleRegion().isEmpty() and not self.isFloating():
            event.ignore()
            self.toggleViewAction().setChecked(True)
            self.raise_()
        else:
            super().closeEvent(event)
