"""Labels and lists that never widen what they stand in: what there is no room for is left out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent
from PySide6.QtWidgets import QComboBox, QLabel, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip, QWidget

from designer.ui.widgets.message_box import as_tip

_LEAST = "0.00…"
_BOX_GAP = 6
"""Pixels between the entry of a list and its arrow."""


def show_whole_tip(event: QHelpEvent, words: str, widget: QWidget) -> None:
    """The tip of words that are cut: all of them, as they stand."""
    QToolTip.showText(event.globalPos(), as_tip(words), widget)


class ElidedLabel(QLabel):
    """A line of plain text. `text()` is all of it; of what is cut the end is left out, or the middle."""

    def __init__(self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text)
        self._mode, self._shorter = mode, ""
        self.setTextFormat(Qt.TextFormat.PlainText)

    def tell(self, text: str, shorter: str) -> None:
        """A text, with words that say the same where there is no room for it."""
        super().setText(text)
        self._shorter = shorter

    def setText(self, text: str) -> None:
        """A text that has no shorter words."""
        self._shorter = ""
        super().setText(text)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), self.fontMetrics().horizontalAdvance(_LEAST)), whole.height())

    def shown(self) -> str:
        """What fits of the text."""
        room, metrics, whole = self.contentsRect().width(), self.fontMetrics(), self.text()
        if self._shorter and metrics.horizontalAdvance(whole) > room:
            whole = self._shorter
        return metrics.elidedText(whole, self._mode, room)

    def event(self, event: QEvent) -> bool:
        """The tip tells all of a text that is cut."""
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.shown() != self.text():
            show_whole_tip(event, self.text(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws what fits."""
        painter = QStylePainter(self)
        room, role = self.contentsRect(), self.foregroundRole()
        flags = int(self.alignment().value)
        self.style().drawItemText(painter, room, flags, self.palette(), self.isEnabled(), self.shown(), role)


class ElidedBox(QComboBox):
    """What there is no room for of its entry ends in an ellipsis; styles would cut it within a letter."""

    def shown(self) -> str:
        """What fits of the entry."""
        option, complex_control = QStyleOptionComboBox(), QStyle.ComplexControl.CC_ComboBox
        self.initStyleOption(option)
        field = self.style().subControlRect(complex_control, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        room = field.width() - _BOX_GAP
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
