"""Labels of edges: the shape that each output sends along, beside the line, where there is room for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsScene

from designer.core.layout import CARD_HEIGHT, CARD_WIDTH
from designer.core.shape import Shape
from designer.ui.canvas.block_item import PORT_RADIUS, BlockItem
from designer.ui.canvas.edge_item import LABEL_ROOM, EdgeItem
from designer.ui.theme import Colours

LEAST_ZOOM = 0.55
"""Farther away the words could not be read."""
_PIXELS = 10
_HEIGHT = 14.0
_PADDING = 3.0
_BESIDE = 5.0
"""From the line to the words."""
_LONG = 200.0
"""An edge that goes farther down than this says at its end, too, what comes."""
_HALO = 215


def paint_labels(
    painter: QPainter, exposed: QRectF, scene: QGraphicsScene, colours: Colours, covered: Iterable[QRectF] = ()
) -> None:
    """Writes the shapes of all edges in a part of the scene; a hovered edge's with the letters of the axes.

    All edges of an output carry the same, so that it is written once, at the output; long edges say it at their end
    again. A label that would lie on a card, on another label or on what is `covered` is left out.
    """
    painter.setFont(_font())
    written = list(covered)
    told: set[str] = set()
    edges = [item for item in scene.items(exposed) if isinstance(item, EdgeItem) and item.isVisible()]
    for edge in sorted(edges, key=lambda item: (not item.hovered, item.source, item.target, item.port)):
        if edge.shape_carried is None:
            continue
        words = label_words(edge.shape_carried, edge.hovered)
        places = [label_place(scene, edge, words, written)] if edge.source not in told else []
        if edge.end.y() - edge.start.y() > _LONG:
            places.append(label_place(scene, edge, words, written, at_end=True))
        for rect in filter(None, places):
            written.append(rect)
            _write(painter, rect, words, colours, edge.hovered or edge.isSelected())
        told.add(edge.source)


def label_words(shape: Shape, named: bool = False) -> str:
    """What an edge says: 32×26×26, or with the letters of the axes C 32 × H 26 × W 26."""
    if not named:
        return str(shape)
    return " × ".join(name if size is None else f"{name} {size}" for name, size in shape.axes)


def label_place(
    scene: QGraphicsScene, edge: EdgeItem, words: str, written: list[QRectF], at_end: bool = False
) -> QRectF | None:
    """Beside the line at one of its ends, away from where it leans; None where there is no room.

    Cards and words that are written there already are in the way; at an edge's end, where others may arrive close by,
    other lines are, too.
    """
    width = _width(words) + 2 * _PADDING
    if width > LABEL_ROOM - _BESIDE:
        return None
    point, lean = edge.start, edge.end.x() - edge.start.x()
    if at_end:
        point, lean = edge.end - QPointF(0, _HEIGHT + 2 * PORT_RADIUS), -lean
    sides = (point.x() + _BESIDE, point.x() - _BESIDE - width)
    for left in reversed(sides) if lean > 1 else sides:
        rect = QRectF(left, point.y() + PORT_RADIUS, width, _HEIGHT)
        if any(rect.intersects(other) for other in written) or _on_a_card(scene, rect):
            continue
        if not (at_end and any(isinstance(item, EdgeItem) and item is not edge for item in scene.items(rect))):
            return rect
    return None


def _on_a_card(scene: QGraphicsScene, rect: QRectF) -> bool:
    card = QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT)
    near = scene.items(rect, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
    return any(isinstance(item, BlockItem) and item.mapRectToScene(card).intersects(rect) for item in near)


def _write(painter: QPainter, rect: QRectF, words: str, colours: Colours, strong: bool) -> None:
    """The words on a halo, so that they can be read where a line passes."""
    halo = QColor(colours.canvas)
    halo.setAlpha(_HALO)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(halo)
    painter.drawRoundedRect(rect, _PADDING, _PADDING)
    painter.setPen(QColor(colours.accent if strong else colours.muted))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)


@lru_cache(maxsize=1)
def _font() -> QFont:
    made = QFont()
    made.setPixelSize(_PIXELS)
    return made


@lru_cache(maxsize=4096)
def _width(words: str) -> float:
    return QFontMetricsF(_font()).horizontalAdvance(words)
