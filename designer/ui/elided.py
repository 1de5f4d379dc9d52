"""A label that never widens what it stands in: what there is no room for is left out, and told by its tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent
from PySide6.QtWidgets import QLabel, QStylePainter, QToolTip

_LEAST = "0.00…"


class ElidedLabel(QLabel):
    """A line of plain text. `text()` is all of it."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), self.fontMetrics().horizontalAdvance(_LEAST)), whole.height())

    def shown(self) -> str:
        """What fits of the text."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def event(self, event: QEvent) -> bool:
        """The tip tells all of a text that is cut."""
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.shown() != self.text():
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws what fits."""
        painter = QStylePainter(self)
        room, role = self.contentsRect(), self.foregroundRole()
        flags = int(self.alignment().value)
        self.style().drawItemText(painter, room, flags, self.palette(), self.isEnabled(), self.shown(), role)
