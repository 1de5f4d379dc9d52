"""A panel of fields that scrolls up and down, and is as wide as its fields need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QScrollArea


class FieldArea(QScrollArea):
    """Fields whose letters may be large have their room beside the bar."""

    _least = 0
    """Pixels that the fields were as wide as at least when that was told last."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The fields may need more room than before: a scroll area by itself tells nobody."""
        told = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            least = self.minimumSizeHint().width()
            if least != self._least:
                self._least = least
                self.updateGeometry()
        return told

    def room_for_the_bar(self) -> int:
        """Pixels at the right that are the bar's alone."""
        return self.verticalScrollBar().sizeHint().width()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the fields beside the bar."""
        fields = self.widget()
        least = fields.minimumSizeHint().width() + self.room_for_the_bar() if fields else 0
        return QSize(least, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self.updateGeometry)
