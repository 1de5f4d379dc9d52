"""A place for words that change all the time, in a room that does not depend on them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class Steady(QWidget):
    """Holds a label that takes what width there is. Only another height of it is laid out anew.

    QLabel asks for that with each text, and QMainWindow then lays out all of its panels: while a run tells its step,
    several times a second, which takes time from the training.
    """

    def __init__(self, label: QLabel) -> None:
        super().__init__()
        self._label = label
        label.setParent(self)
        self._height = label.sizeHint().height()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as the label; as wide as there is room."""
        return self._label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As high as the label."""
        return QSize(0, self._label.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The label has all of the room."""
        super().resizeEvent(event)
        self._label.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """The label has another text, and asks to be laid out."""
        if event.type() == QEvent.Type.LayoutRequest:
            height = self._label.sizeHint().height()
            if height != self._height:
                self._height = height
                self.updateGeometry()
            return True
        return super().event(event)
