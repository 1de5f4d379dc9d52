"""The scale of a coloured picture: what its colours stand for, below the network."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from designer.core.schema.units import Quantity, shown
from designer.ui.canvas.items.level_of_detail import card_font
from designer.ui.style.cost_colormap import TITLES, paint_ramp
from designer.ui.style.theme import Colours

ROOM = 60.0
"""Height of the scale with its words."""
WIDTH = 188.0
_BAR, _LINE = 10.0, 16.0


def paint(painter: QPainter, corner: QPointF, quantity: Quantity, largest: float, colours: Colours) -> None:
    """The title, the colours from nothing to the largest amount, and both amounts; `corner` is the top left one."""
    bar = QRectF(corner.x(), corner.y() + _LINE + 2, WIDTH, _BAR)
    paint_ramp(painter, bar, colours)
    painter.setFont(card_font(11))
    painter.setPen(QColor(colours.text))
    painter.drawText(QRectF(bar.left(), corner.y(), bar.width(), _LINE), Qt.AlignmentFlag.AlignLeft, TITLES[quantity])
    painter.setPen(QColor(colours.muted))
    below = QRectF(bar.left(), bar.bottom() + 2, bar.width(), _LINE)
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, shown(largest, quantity))
