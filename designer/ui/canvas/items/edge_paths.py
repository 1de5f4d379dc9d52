"""Lines around cards: the ways that the core finds, as paths on the scene."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QTransform

from designer.core.graph.network import End, block_of
from designer.core.layout.edge_routing import Lane, Point
from designer.core.layout.route_cache import Routes
from designer.ui.canvas.items.rect_grid import Sides

_FARTHEST_BEND = 160.0
_LEAST_BEND = 24.0
_FINEST = 4.0
"""Outlines are smooth where so many pixels of the screen, or fewer, are one of the scene."""


def edge_path(start: QPointF, end: QPointF, lanes: Sequence[Lane] = ()) -> QPainterPath:
    """A curve that leaves downwards and arrives from above, through lanes where there are some."""
    path = QPainterPath(start)
    if not lanes:
        _curve(path, end, _bend(start, end))
        return path
    for lane in lanes:
        top = QPointF(lane.x, lane.top)
        _curve(path, top, top.y() - path.currentPosition().y())
        path.lineTo(lane.x, lane.bottom)
    _curve(path, end, end.y() - path.currentPosition().y())
    return path


def _curve(path: QPainterPath, end: QPointF, bend: float) -> None:
    """To a place, upright at both ends."""
    start = path.currentPosition()
    if abs(end.x() - start.x()) < 1 and end.y() > start.y():
        path.lineTo(end)
    else:
        path.cubicTo(start + QPointF(0, bend), end - QPointF(0, bend), end)


def _bend(start: QPointF, end: QPointF) -> float:
    bend = max(abs(end.y() - start.y()) * 0.5, _LEAST_BEND)
    if end.y() < start.y():  # swings out far enough to arrive from above all the same, and not through the card
        bend = max(bend, min(abs(end.x() - start.x()) * 0.4, _FARTHEST_BEND))
    return bend


def outline_of(way: QPainterPath, width: float) -> QPainterPath:
    """What a line of a width with round ends covers, as a polygon that is smooth up to _FINEST.

    To fill it takes half as long as to draw the line, which would find the same anew for each frame, and its curves.
    """
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setCurveThreshold(0.5 / _FINEST)
    finer = QTransform.fromScale(_FINEST, _FINEST)
    polygon = QPainterPath()
    polygon.addPolygon(stroker.createStroke(way).toFillPolygon(finer))
    outline = finer.inverted()[0].map(polygon)
    outline.setFillRule(Qt.FillRule.WindingFill)
    return outline


@dataclass(frozen=True)
class Way:
    """What an edge is drawn along."""

    end: End
    start: QPointF
    stop: QPointF
    lanes: tuple[Lane, ...]


class Routing:
    """The edges of a network on a scene whose ends or ways have changed since the last `settle`."""

    def __init__(self) -> None:
        self._routes = Routes()
        self._changed: dict[End, None] = {}
        self._shifted: dict[End, QPointF] = {}

    def put_card(self, name: str, rect: QRectF) -> None:
        """A card is there, or elsewhere than before."""
        self._routes.put_card(name, (rect.left(), rect.top(), rect.right(), rect.bottom()))

    def take_card(self, name: str) -> None:
        """A card is gone."""
        self._routes.take_card(name)

    def put_edge(self, end: End, ref: str, start: QPointF, stop: QPointF) -> None:
        """An edge from an output of a block is there, or its ends are elsewhere than before."""
        self._routes.put_edge(end, ref, block_of(ref), (start.x(), start.y()), (stop.x(), stop.y()))
        self._changed[end] = None

    def move_cards(self, cards: Iterable[str], by: Point) -> None:
        """Cards have moved together."""
        self._routes.move_cards(cards, by)

    def move_edges(self, edges: Collection[End], by: Point) -> None:
        """Edges have moved together, with the cards at both their ends; to be settled before they move again."""
        self._routes.move_edges(edges, by)
        self._shifted.update(dict.fromkeys(edges, QPointF(*by)))

    def move_late(self, edges: Iterable[End], by: Point) -> None:
        """Edges have moved together that are drawn when somebody looks at them, by `way`."""
        self._routes.move_edges(edges, by)

    def take_edge(self, end: End) -> None:
        """An edge is gone."""
        self._routes.take_edge(end)
        self._changed.pop(end, None)
        self._shifted.pop(end, None)

    def long_ones(self, cards: Container[str]) -> list[End]:
        """The edges to some cards that pass where others could lie: they may be seen where their ends are not."""
        return self._routes.long_ones(cards)

    def settle(self) -> tuple[list[Way], dict[End, QPointF]]:
        """The ways of the edges that are to be drawn anew, and by how much others have moved that look as before.

        An edge with lanes is drawn anew: what it leads around may have stayed where it was.
        """
        changed, self._changed = self._changed, {}
        shifted, self._shifted = self._shifted, {}
        changed.update(dict.fromkeys(self._routes.settle()))
        changed.update(dict.fromkeys(end for end in shifted if self._routes.lanes(end)))
        return [self.way(end) for end in changed], {end: by for end, by in shifted.items() if end not in changed}

    def meets(self, end: End, near: Sides) -> bool:
        """Whether the line of an edge may have a point in a rectangle: where that is not certain, it has."""
        (left, high), (right, low) = self._routes.ends(end)
        if low > high:
            if low + _LEAST_BEND < near[1] or high - _LEAST_BEND > near[3]:
                return False
        else:
            swing = max((high - low) / 2, _FARTHEST_BEND)
            if high + swing < near[1] or low - swing > near[3]:
                return False
        across = (left, right, *(lane.x for lane in self._routes.lanes(end)))
        return max(across) >= near[0] and min(across) <= near[2]

    def way(self, end: End) -> Way:
        """What an edge is to be drawn along."""
        start, stop = self._routes.ends(end)
        return Way(end, QPointF(*start), QPointF(*stop), self._routes.lanes(end))
