"""Lines around cards: the ways that the core finds, as paths on the scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from designer.core.network import block_of
from designer.core.routes import End, Routes
from designer.core.routing import Lane

_FARTHEST_BEND = 160.0
_LEAST_BEND = 24.0


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
        self._edges: dict[End, tuple[str, QPointF, QPointF]] = {}
        self._moved: dict[End, None] = {}

    def put_card(self, name: str, rect: QRectF) -> None:
        """A card is there, or elsewhere than before."""
        self._routes.put_card(name, (rect.left(), rect.top(), rect.right(), rect.bottom()))

    def take_card(self, name: str) -> None:
        """A card is gone."""
        self._routes.take_card(name)

    def put_edge(self, end: End, ref: str, start: QPointF, stop: QPointF) -> None:
        """An edge from an output of a block is there, or its ends are elsewhere than before."""
        self._routes.put_edge(end, ref, block_of(ref), (start.x(), start.y()), (stop.x(), stop.y()))
        self._edges[end] = ref, start, stop
        self._moved[end] = None

    def move_edge(self, end: End, by: QPointF) -> None:
        """Both ends of an edge have moved in the same way."""
        ref, start, stop = self._edges[end]
        self.put_edge(end, ref, start + by, stop + by)

    def take_edge(self, end: End) -> None:
        """An edge is gone."""
        self._routes.take_edge(end)
        self._edges.pop(end, None)
        self._moved.pop(end, None)

    def settle(self) -> list[Way]:
        """The ways of the edges that are to be drawn anew."""
        moved, self._moved = self._moved, {}
        for end in self._routes.settle():
            moved[end] = None
        return [Way(end, *self._edges[end][1:], self._routes.lanes(end)) for end in moved]
