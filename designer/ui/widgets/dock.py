"""A panel's frame, which comes to the front before it goes."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow


class Dock(QDockWidget):
    """In the View menu it is ticked as long as it is there, also behind another one.

    Who chooses it there while it is behind wants to see it, and not to lose it.
    """

    def __init__(self, title: str, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.toggleViewAction().triggered.connect(self._come_to_front)

    def _come_to_front(self, shown: bool) -> None:
        if shown:
            self.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closes what is seen; what is behind comes to the front instead."""
        if self.isVisible() and self.visibleRegion().isEmpty() and not self.isFloating():
            event.ignore()
            self.toggleViewAction().setChecked(True)
            self.raise_()
        else:
            super().closeEvent(event)
