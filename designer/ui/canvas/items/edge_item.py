"""EdgeItem: a line from an output port to an input port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log10
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsRectItem,
    QGraphicsSceneHoverEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from designer.core.layout.edge_routing import Lane
from designer.core.schema.shape import Shape
from designer.ui.canvas.items.brushes import colour, pen
from designer.ui.canvas.items.edge_paths import edge_path, outline_of
from designer.ui.canvas.items.rect_grid import Sides, sides_of
from designer.ui.style.labels import memory, noun
from designer.ui.style.theme import Look
from designer.ui.widgets.message_box import as_tip

LABEL_ROOM = 150.0
"""On each side of a line, for the shape that is written there."""
THINNEST, THICKEST = 1.2, 5.0
MOST_ELEMENTS = 1_000_000
"""A line is as thick as it gets for so many numbers."""
_HIT_WIDTH = 12.0
_NOWHERE = QRectF(0, 0, 1, 1)
"""Until it is led: where one comes that takes up nothing at all, Qt has the whole scene painted anew."""
_STRONGER = 1.2
_BESIDE = LABEL_ROOM - THICKEST - _STRONGER


def thickness(shape: Shape | None) -> float:
    """A line's width in pixels: it grows with the logarithm of the numbers in a sample."""
    if shape is None:
        return THINNEST
    share = log10(max(shape.elements, 1)) / log10(MOST_ELEMENTS)
    return THINNEST + (THICKEST - THINNEST) * min(share, 1.0)


def edge_words(source: str, target: str, shape: Shape | None) -> str:
    """The tool tip of an edge: its ends, what its axes are, how much it carries, and what its thickness says."""
    if shape is None:
        return f"{source} → {target}\nNot known yet what it carries"
    step = " for each step" if shape.varies else ""
    return (
        f"{source} → {target}\n{shape.spelled}\n"
        f"{shape.elements:,} {noun(shape.elements, 'number')}, {memory(shape.bytes)} for one sample{step}\n"
        f"Thickness: {thickness(shape):.1f} px, from {THINNEST:g} for one number to {THICKEST:g} for a million"
    )


class EdgeStage(Protocol):
    """What an edge tells the scene that it lies on."""

    def edge_drawn(self, edge: EdgeItem) -> None:
        """An edge is in what is being painted."""


class EdgeItem(QGraphicsRectItem):
    """One edge; it can be selected, to be deleted.

    Its rectangle is the line with what is written beside it: of one that is kept, Qt asks no Python.
    """

    def __init__(self, stage: EdgeStage, source: str, target: str, port: int, theme: Look) -> None:
        super().__init__(_NOWHERE)
        self.setPen(Qt.PenStyle.NoPen)
        self._stage = stage
        self.source, self.target, self.port = source, target, port
        self._theme = theme
        self.wanted = False
        """Whether a block that is being dragged would go into this edge."""
        self.hovered = False
        """Whether the mouse is over it."""
        self.shape_carried: Shape | None = None
        """What flows along it; None where that is not known."""
        self.late: Callable[[tuple[str, int]], object] | None = None
        """Brings it to its place, where it is not there yet: an edit leaves what is out of view for later."""
        self._way = QPainterPath()
        self.extent = QRectF()
        """The line alone, as thick as it may get, where it is now."""
        self.sides: Sides | None = None
        """All of it with what is written beside it, where it is drawn now; None before that."""
        self.width = THINNEST
        """How thick it is, where it does not stand out."""
        self._hit: QPainterPath | None = None
        self._outline: QPainterPath | None = None
        self._outlined = 0.0
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setAcceptHoverEvents(True)
        self.setZValue(-1)

    @property
    def way(self) -> QPainterPath:
        """What it is drawn along."""
        if self.late is not None:
            self.late((self.target, self.port))
        return self._way

    @property
    def start(self) -> QPointF:
        """Where it leaves its output port."""
        first = self.way.elementAt(0)
        return QPointF(first.x, first.y)

    @property
    def end(self) -> QPointF:
        """Where it arrives."""
        return self.way.currentPosition()

    def show_shape(self, shape: Shape | None) -> None:
        """Shows what flows along it."""
        if shape != self.shape_carried:
            self.shape_carried = shape
            self.width = thickness(shape)
            if self.hovered:
                self.setToolTip(as_tip(self.toolTip()))
            self.update()

    def toolTip(self) -> str:
        """What the edge says under the mouse. Qt is told when the mouse comes."""
        return edge_words(self.source, self.target, self.shape_carried)

    def draw_between(self, start: QPointF, end: QPointF, lanes: Sequence[Lane] = ()) -> None:
        """Follows the two ports, through the lanes that lead it around cards."""
        thick, way = THICKEST + _STRONGER, edge_path(start, end, lanes)
        self._take(way, way.controlPointRect().adjusted(-LABEL_ROOM, -thick, LABEL_ROOM, thick))

    def shift(self, by: QPointF) -> None:
        """Lies elsewhere, and looks as before."""
        self._take(self.way.translated(by), self.rect().translated(by))

    def _take(self, way: QPainterPath, bounds: QRectF) -> None:
        self._hit, self._outline, self._way = None, None, way
        self.extent, self.sides = bounds.adjusted(_BESIDE, 0, -_BESIDE, 0), sides_of(bounds)
        self.setRect(bounds)
        self.update()  # which a rectangle that is as it was does not

    def shape(self) -> QPainterPath:
        """A line that is easy to hit."""
        if self._hit is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(_HIT_WIDTH)
            self._hit = stroker.createStroke(self._way)
        return self._hit

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """A line under the mouse stands out, and names its axes."""
        self._hover(True)
        self.setToolTip(as_tip(self.toolTip()))
        super().hoverEnterEvent(event)

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """It is as it was."""
        self._hover(False)
        super().hoverLeaveEvent(event)

    def _hover(self, over: bool) -> None:
        self.hovered = over
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the line; the scene writes on it, once all is drawn."""
        self._stage.edge_drawn(self)
        self.draw(painter)

    @property
    def stands_out(self) -> bool:
        """Whether it is stronger than others: under the mouse, selected, or where a dragged block would go."""
        return self.hovered or self.wanted or self.isSelected()

    def draw(self, painter: QPainter) -> None:
        """Draws the line on the scene; in files it stays a line."""
        colours = self._theme.colours
        ink = colours.accent if self.stands_out else colours.edge
        if painter.paintEngine().type() == QPaintEngine.Type.Raster:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(ink))
            painter.drawPath(self.outline())
        else:
            painter.setPen(pen(ink, self._width_now()))
            painter.drawPath(self._way)

    def outline(self) -> QPainterPath:
        """What the line covers."""
        width = self._width_now()
        if self._outline is None or self._outlined != width:
            self._outline, self._outlined = outline_of(self._way, width), width
        return self._outline

    def _width_now(self) -> float:
        return self.width + _STRONGER if self.stands_out else self.width
