"""The network from far away: bars for cards and thin lines for edges, each sort painted at once.

Thousands of cards may be in view then. To ask each of them to paint itself would take 20 µs a card; a list of
rectangles in one colour takes less than a thousandth of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsView,
    QRubberBand,
    QStyle,
    QStyleOptionGraphicsItem,
    QStyleOptionRubberBand,
    QWidget,
)

from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.brushes import pen
from designer.ui.canvas.layers.frame_layer import Frames
from designer.ui.canvas.layers.other_items import OtherItems
from designer.ui.canvas.layers.stage import Stage
from designer.ui.style.theme import Colours


class OverviewPainter:
    """Bars and lines of a scene, kept from frame to frame until `forget` is called."""

    def __init__(self, stage: Stage, frames: Frames, others: OtherItems) -> None:
        self._stage, self._frames, self._others = stage, frames, others
        self._lines = QPainterPath()
        self._bars: list[tuple[QColor, list[QRectF]]] = []
        self._wrong: list[QRectF] = []
        self._fresh = False

    def forget(self) -> None:
        """Something has come, gone, moved or changed its colour."""
        self._fresh = False

    def paint(self, painter: QPainter, to_view: QTransform, colours: Colours) -> None:
        """Paints all; what is neither card nor edge paints itself, below or above them by its z.

        What stands on another item has a z as that one has.

        `painter` is in pixels of the view, `to_view` leads there from the scene.
        """
        if not self._fresh:
            self._collect()
        others = self._others.in_order()
        paint_items(painter, (item for item in others if item.zValue() < 0), to_view)
        painter.save()
        painter.setTransform(to_view, True)
        self._paint_lines(painter, colours)
        self._paint_bars(painter, colours)
        painter.restore()
        paint_items(painter, (item for item in others if item.zValue() >= 0), to_view)

    def _collect(self) -> None:
        """What each item is like is asked for as seldom as can be: an edit may have moved thousands."""
        bars: defaultdict[str, list[QRectF]] = defaultdict(list)
        looks: dict[str, QColor] = {}
        lines, self._wrong = QPainterPath(), []
        for _, layers in self._frames.all_layers():
            for edge in layers.cards.edges.values():
                if edge.isVisible():
                    lines.addPath(edge.way)
            for card in layers.cards.cards.values():
                if type(card) is not BlockItem:
                    continue
                look, area = card.bar_look(), card.area
                if look not in looks:
                    looks[look] = card.bar_colour()
                bars[look].append(area)
                if card.problem:
                    self._wrong.append(area)
        self._lines = lines
        self._bars = [(looks[look], rects) for look, rects in bars.items()]
        self._fresh = True

    def _paint_lines(self, painter: QPainter, colours: Colours) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(colours.edge, cosmetic=True))  # one pixel wide, which is much faster than two
        painter.drawPath(self._lines)
        painter.setPen(pen(colours.accent, 2, cosmetic=True))
        for edge in self._stage.edges_that_stand_out():
            painter.drawPath(edge.way)

    def _paint_bars(self, painter: QPainter, colours: Colours) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in self._bars:
            painter.setBrush(colour)
            painter.drawRects(rects)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        chosen = [item.area for item in self._stage.selectedItems() if isinstance(item, BlockItem)]
        for border, rects in ((colours.error, self._wrong), (colours.accent, chosen)):
            painter.setPen(pen(border, 2, cosmetic=True))
            painter.drawRects(rects)


def paint_items(
    painter: QPainter, items: Iterable[QGraphicsItem], to_view: QTransform, on: QWidget | None = None
) -> None:
    """Has items paint themselves, as a QGraphicsView would; `to_view` leads from the scene to the painter's pixels."""
    for item in items:
        if not item.isVisible():
            continue
        option = QStyleOptionGraphicsItem()
        option.exposedRect = item.boundingRect()
        if item.isSelected():
            option.state |= QStyle.StateFlag.State_Selected
        painter.save()
        painter.setTransform(item.deviceTransform(to_view), True)
        painter.setOpacity(item.effectiveOpacity())
        item.paint(painter, option, on)
        painter.restore()


def draw_on_scene(
    painter: QPainter, to_view: QTransform, draw: Callable[[QPainter, QRectF], None], rect: QRectF
) -> None:
    """Draws in the scene's measures on a view."""
    painter.save()
    painter.setTransform(to_view, True)
    draw(painter, rect)
    painter.restore()


def paint_rubber_band(painter: QPainter, view: QGraphicsView) -> None:
    """The rectangle that selects, as Qt draws it."""
    if view.rubberBandRect().isEmpty():
        return
    option = QStyleOptionRubberBand()
    option.initFrom(view.viewport())
    option.rect = view.rubberBandRect()
    option.shape = QRubberBand.Shape.Rectangle
    option.opaque = False
    view.style().drawControl(QStyle.ControlElement.CE_RubberBand, option, painter, view.viewport())
