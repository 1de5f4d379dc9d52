"""A heading that folds away what lies below it, with what is to be told of that: as many whole parts as fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOption, QStylePainter, QToolButton

from designer.ui.widgets.message_box import as_tip

_ARROW, _GAP, _ABOVE = 12, 4, 3
"""Pixels of the arrow, of the gaps beside it and at the end, and above and below the words."""
_ROUND = 3.0


class FoldHeading(QToolButton):
    """Checked is open. Is as wide as there is room; `about` is its tip, with all parts where some are left out.

    It looks as a heading does, open or not: a button that is pressed would stand out from the others as if it were on.
    """

    def __init__(self, title: str, about: str) -> None:
        super().__init__(autoRaise=True)
        self.setCheckable(True)
        self._title, self._about = title, about
        self._parts: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.tell(())

    def tell(self, parts: Sequence[str]) -> None:
        """Other parts are to be told."""
        self._parts = tuple(parts)
        self._fit()

    def sizeHint(self) -> QSize:
        """Room for the arrow and the words."""
        return QSize(self._width_of(self.text()), self.fontMetrics().height() + 2 * _ABOVE)

    def minimumSizeHint(self) -> QSize:
        """As high as it is wanted."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is another room for them."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws an arrow, the title and, fainter, what is told; a ground under the mouse, a ring for the keyboard."""
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        ring = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_fainter(palette.color(QPalette.ColorRole.Mid)))
            painter.drawRoundedRect(ring, _ROUND, _ROUND)
        if self.hasFocus():
            painter.setPen(palette.color(QPalette.ColorRole.Accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ring, _ROUND, _ROUND)
        self._draw_arrow(painter)
        title, told = self._in_two()
        room = self.rect().adjusted(_ARROW + _GAP, 0, -_GAP, 0)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        painter.setFont(self._heading)
        painter.drawText(room, flags, title)
        painter.setFont(self.font())
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(room.adjusted(QFontMetrics(self._heading).horizontalAdvance(title), 0, 0, 0), flags, told)

    def _draw_arrow(self, painter: QStylePainter) -> None:
        option, element = QStyleOption(), QStyle.PrimitiveElement
        option.initFrom(self)
        option.rect = QRect(_GAP // 2, (self.height() - _ARROW) // 2, _ARROW, _ARROW)
        painter.drawPrimitive(
            element.PE_IndicatorArrowDown if self.isChecked() else element.PE_IndicatorArrowRight, option
        )

    @property
    def _heading(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _in_two(self) -> tuple[str, str]:
        """The title, and what is told behind it."""
        return self._title, self.text().removeprefix(self._title)

    def _fit(self) -> None:
        texts = list(self._texts())
        text = next((text for text in texts if self._width_of(text) <= self.width()), texts[-1])
        if text != self.text():
            self.setText(text)
        whole = "" if text == texts[0] else f"\n{texts[0]}."
        self.setToolTip(as_tip(f"{self._about}{whole}"))
        self.setAccessibleName(texts[0])

    def _texts(self) -> list[str]:
        """All that may stand there, the longest first; of a part that stands alone the first words, if no more fit."""
        parts, many = self._parts, len(self._parts)
        if not parts:
            return [self._title]
        fewer = [f"{', '.join(parts[:some])} and {many - some} more" for some in range(many - 1, 0, -1)]
        words = parts[0].split() if many == 1 else []
        cut = [f"{' '.join(words[:some]).rstrip(',')} …" for some in range(len(words) - 1, 0, -1)]
        return [f"{self._title}: {told}" for told in (", ".join(parts), *fewer, *cut, f"{many} changed")]

    def _width_of(self, text: str) -> int:
        """With the arrow and the gaps."""
        told = self.fontMetrics().horizontalAdvance(text.removeprefix(self._title))
        return _ARROW + 2 * _GAP + QFontMetrics(self._heading).horizontalAdvance(self._title) + told


def _fainter(colour: QColor) -> QColor:
    colour.setAlpha(90)
    return colour
