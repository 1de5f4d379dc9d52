"""Paints the boxes in perspective that `core.analysis.box_diagram` has placed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from designer.core.analysis.box_diagram import DiagramBox, Perspective, Point
from designer.core.graph.block import Category
from designer.ui.canvas.items.brushes import mixed
from designer.ui.canvas.items.level_of_detail import card_font
from designer.ui.style.theme import CATEGORY_HUES, Colours

MARGIN = 24.0
_LINE = 15.0
_ARROW = 5.0
_LEGEND = 12.0


def bounds(found: Perspective) -> QRectF:
    """All that is painted, with a margin and the legend."""
    left, top, right, bottom = found.bounds()
    width = max(right - left, sum(_legend_width(category) for category in _categories(found)))
    return QRectF(left, top, width, bottom - top + 2 * _LINE + _LEGEND).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)


def paint(painter: QPainter, found: Perspective, colours: Colours) -> None:
    """Arrows and boxes from left to right, then the legend of their hues."""
    painter.setFont(card_font(11))
    for arrow in found.arrows:
        _paint_arrow(painter, arrow, QColor(colours.edge))
    for box in found.boxes:
        _paint_box(painter, box, colours)
    for box in found.boxes:
        _paint_words(painter, box, colours)
    left, _, _, bottom = found.bounds()
    _paint_legend(painter, _categories(found), QPointF(left, bottom + 2 * _LINE), colours)


def _categories(found: Perspective) -> list[Category]:
    return list(dict.fromkeys(box.category for box in found.boxes))


def _paint_box(painter: QPainter, box: DiagramBox, colours: Colours) -> None:
    """The front, the top and the right side, as if the light came from above."""
    hue = CATEGORY_HUES[box.category]
    x, y, right, bottom, shift = box.x, box.y, box.x + box.thickness, box.bottom, box.shift
    front = QPolygonF([QPointF(x, y), QPointF(right, y), QPointF(right, bottom), QPointF(x, bottom)])
    top = QPolygonF(
        [QPointF(x, y), QPointF(x + shift, y - shift), QPointF(right + shift, y - shift), QPointF(right, y)]
    )
    side = QPolygonF(
        [
            QPointF(right, y),
            QPointF(right + shift, y - shift),
            QPointF(right + shift, bottom - shift),
            QPointF(right, bottom),
        ]
    )
    pen = QPen(mixed(hue, colours.text, 0.45), 0.8)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if not box.known:
        pen.setStyle(Qt.PenStyle.DashLine)
        pen.setColor(QColor(colours.error))
    painter.setPen(pen)
    for face, light in ((front, 0.45), (top, 0.7), (side, 0.2)):
        painter.setBrush(mixed(hue, colours.canvas, light) if box.known else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(face)


def _paint_words(painter: QPainter, box: DiagramBox, colours: Colours) -> None:
    centre, wide = Qt.AlignmentFlag.AlignCenter, 400.0
    left = box.label_middle - wide / 2
    if box.above:
        painter.setPen(QColor(colours.text if box.known else colours.error))
        painter.drawText(QRectF(left, box.top - _LINE - 3, wide, _LINE), centre, box.above)
    for number, words in enumerate(box.below):
        painter.setFont(card_font(11, QFont.Weight.DemiBold if number == 0 else QFont.Weight.Normal))
        painter.setPen(QColor(colours.text if number == 0 else colours.muted))
        painter.drawText(QRectF(left, box.bottom + 5 + number * _LINE, wide, _LINE), centre, words)
    painter.setFont(card_font(11))


def _paint_arrow(painter: QPainter, corners: tuple[Point, ...], colour: QColor) -> None:
    """A line with a head that points to the right."""
    points = [QPointF(*corner) for corner in corners]
    painter.setPen(QPen(colour, 1.2))
    painter.drawPolyline(QPolygonF(points))
    tip, before = points[-1], points[-2]
    back = tip - before
    length = max((back.x() ** 2 + back.y() ** 2) ** 0.5, 1e-6)
    along = back / length
    across = QPointF(-along.y(), along.x())
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    base = tip - along * 1.6 * _ARROW
    painter.drawPolygon(QPolygonF([tip, base + across * _ARROW * 0.6, base - across * _ARROW * 0.6]))


def _legend_width(category: Category) -> float:
    return 2 * _LEGEND + 7.0 * len(category) + 8


def _paint_legend(painter: QPainter, categories: list[Category], start: QPointF, colours: Colours) -> None:
    """What the hues stand for. Hues that two categories share have both their names."""
    x = start.x()
    for category in categories:
        painter.setPen(QPen(mixed(CATEGORY_HUES[category], colours.text, 0.45), 0.8))
        painter.setBrush(mixed(CATEGORY_HUES[category], colours.canvas, 0.45))
        painter.drawRect(QRectF(x, start.y(), _LEGEND, _LEGEND))
        painter.setPen(QColor(colours.muted))
        place = QRectF(x + _LEGEND + 5, start.y() - 2, _legend_width(category), _LEGEND + 4)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, category)
        x += _legend_width(category)
