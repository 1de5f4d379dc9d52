"""The status bar: what is said there has the room that it needs, or ends in an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QStatusBar, QStyle, QStyleOption, QStylePainter, QToolTip, QWidget

_AROUND = 6


class StatusBar(QStatusBar):
    """`yielding` stands at its right, and makes way while a message needs its place."""

    def __init__(self, yielding: QWidget) -> None:
        super().__init__()
        self._yielding = yielding
        self.addPermanentWidget(yielding)
        self.messageChanged.connect(lambda text: self._make_way())

    def shown(self) -> str:
        """What fits of the message."""
        return self.fontMetrics().elidedText(self.currentMessage(), Qt.TextElideMode.ElideRight, self._room().width())

    def _room(self) -> QRect:
        """What is left of what stands at the right."""
        taken = [part.x() for part in self.children() if isinstance(part, QWidget) and part.isVisible()]
        return self.rect().adjusted(_AROUND, 0, min([*taken, self.width()]) - self.width() - _AROUND, 0)

    def _make_way(self) -> None:
        """Decides anew, from the width that all would have, so that nothing flickers."""
        self._yielding.show()
        self.layout().activate()
        self._yielding.setVisible(self.shown() == self.currentMessage())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_way()

    def event(self, event: QEvent) -> bool:
        """The tip tells all of a message that is cut."""
        if isinstance(event, QHelpEvent) and self.shown() != self.currentMessage():
            QToolTip.showText(event.globalPos(), self.currentMessage(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws what fits of the message."""
        painter, option = QStylePainter(self), QStyleOption()
        option.initFrom(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self._room(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self.shown())
