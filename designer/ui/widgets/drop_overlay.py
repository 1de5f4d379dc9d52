"""What lies over a widget while files are dragged over it: that they are welcome, and what a drop would do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.ui.style.theme import Theme

_FROM_EDGE, _ROUND = 8.0, 10.0
_VEIL = 150
"""Of 255: what is below is seen through it."""
_AROUND_WORDS = 18.0


class DropOverlay(QWidget):
    """A veil with a frame and words on a card. It takes no mouse and no drag: what is below has them all the same."""

    def __init__(self, over: QWidget, theme: Theme) -> None:
        super().__init__(over)
        self.setObjectName("dropOverlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._over, self._theme, self.words = over, theme, ""
        theme.changed.connect(self.update)
        self.hide()

    def show_words(self, words: str) -> None:
        """Lies over all of the widget, as large as it is now."""
        self.words = words
        self.setAccessibleName(words)
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The veil, the dashed frame and, in the middle, the words."""
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colours.window)
        veil.setAlpha(_VEIL)
        painter.fillRect(self.rect(), veil)
        frame = QRectF(self.rect()).adjusted(_FROM_EDGE, _FROM_EDGE, -_FROM_EDGE, -_FROM_EDGE)
        painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, _ROUND, _ROUND)
        font = self.font()
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        painter.setFont(font)
        wrapped = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        room = frame.adjusted(_AROUND_WORDS, _AROUND_WORDS, -_AROUND_WORDS, -_AROUND_WORDS)
        needed = painter.boundingRect(room, wrapped, self.words)
        painter.setPen(QPen(QColor(colours.accent), 1))
        painter.setBrush(QColor(colours.card))
        half = _AROUND_WORDS / 2
        card = needed.adjusted(-_AROUND_WORDS, -half, _AROUND_WORDS, half)
        painter.drawRoundedRect(card, _ROUND, _ROUND)
        painter.setPen(QColor(colours.text))
        painter.drawText(needed, wrapped, self.words)
