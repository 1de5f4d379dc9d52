"""The line at the bottom of the window: a message that is too long ends in an ellipsis, and its tip tells all of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStatusBar, QWidget

from designer.ui.widgets.elided import show_whole_tip

_GAP = 8


class StatusBar(QStatusBar):
    """Qt's own cuts a message within a letter, where what stands at the right begins."""

    def __init__(self, at_the_right: QWidget) -> None:
        super().__init__()
        self._at_the_right = at_the_right
        self.addPermanentWidget(at_the_right)

    def shown(self) -> str:
        """What fits of the message."""
        return self.fontMetrics().elidedText(self.currentMessage(), Qt.TextElideMode.ElideRight, self._room().width())

    def _room(self) -> QRect:
        room = self.rect().adjusted(_GAP, 0, -_GAP, 0)
        if self._at_the_right.isVisible():
            room.setRight(self._at_the_right.x() - _GAP)
        return room

    def event(self, event: QEvent) -> bool:
        """The tip tells all of a message that is cut."""
        if isinstance(event, QHelpEvent) and self.shown() != self.currentMessage():
            show_whole_tip(event, self.currentMessage(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt's own draws a message, but only what fits."""
        if not self.currentMessage():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self._room(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.shown())
