"""Labels of edges: the shape that each output sends along, beside the line, where there is room for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from designer.core.schema.shape import Shape
from designer.ui.canvas.items.brushes import colour
from designer.ui.canvas.items.card_outlines import PORT_RADIUS
from designer.ui.canvas.items.edge_item import LABEL_ROOM, EdgeItem
from designer.ui.canvas.items.lines_of_words import letters_of, line_of
from designer.ui.canvas.items.rect_grid import RectGrid
from designer.ui.canvas.items.sprites import Sprite, Sprites
from designer.ui.canvas.layers.stage import Stage
from designer.ui.style.theme import Colours

_PIXELS = 10
_HEIGHT = 14.0
_PADDING = 3.0
_BESIDE = 5.0
"""From the line to the words."""
_LONG = 200.0
"""An edge that goes farther down than this says at its end, too, what comes."""
_HALO = 215
_Label = tuple[QRectF, str]
_NOWHERE: tuple[str, list[QRectF]] = "", []
_Near = Callable[[QPointF], list[QRectF]]
"""The labels that are written near a place."""


class EdgeLabels:
    """The labels of a scene.

    Where they stand is found when they are first seen, and kept until `forget`; of an edge that carries something else
    it is found anew, and the others stay where they are.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._places: dict[EdgeItem, tuple[str, list[QRectF]]] = {}
        """The words that were written, and where."""
        self._written = RectGrid[tuple[EdgeItem, int]]()
        """All of `_places`, by edge and number."""
        self._told: dict[tuple[str, float, float], EdgeItem] = {}

    def forget(self) -> None:
        """Cards or edges are elsewhere, or letters are others."""
        self._places.clear()
        self._written.clear()
        self._told.clear()

    def paint(
        self, painter: QPainter, drawn: Iterable[EdgeItem], colours: Colours, covered: Iterable[QRectF] = ()
    ) -> None:
        """Writes the shapes of the edges that have just been drawn; a hovered edge's with the letters of the axes.

        All edges of an output carry the same, so that it is written once, at the output; long edges say it at their
        end again. A label that would lie on a card, on another label or on what is `covered` is left out.
        """
        said = {edge: label_words(edge.shape_carried) for edge in drawn if edge.shape_carried}
        new = [edge for edge, words in said.items() if self._places.get(edge, _NOWHERE)[0] != words]
        for edge in new:
            for number in range(len(self._places.pop(edge, _NOWHERE)[1])):
                self._written.take((edge, number))
        for edge in sorted(new, key=lambda item: (item.source, item.target, item.port)):
            found = self._found(edge, said[edge])
            self._places[edge] = said[edge], found
            for number, rect in enumerate(found):
                self._written.put((edge, number), rect)
        hovered = next((edge for edge in said if edge.hovered), None)
        shown = {edge: self._places[edge][1] for edge in said}
        over = list(covered)
        if hovered:
            shown[hovered] = self._named(hovered)
            over += shown[hovered]
        labels: defaultdict[str, list[_Label]] = defaultdict(list)
        for edge, rects in shown.items():
            words = label_words(edge.shape_carried, named=True) if edge is hovered else said[edge]
            strong = edge is hovered or edge.isSelected()
            labels[colours.accent if strong else colours.muted] += [
                (rect, words) for rect in rects if edge is hovered or not any(rect.intersects(other) for other in over)
            ]
        _write(painter, labels, colours, self._stage.sprites)

    def _found(self, edge: EdgeItem, words: str) -> list[QRectF]:
        """Where there is room for an edge's words beside the labels that are known."""
        start = edge.start  # in groups that are open in place, others may be called the same
        teller = self._told.setdefault((edge.source, start.x(), start.y()), edge)
        return self._room(edge, words, teller is edge, self._written_near)

    def _named(self, edge: EdgeItem) -> list[QRectF]:
        """Where the longer words of the edge under the mouse have room: labels of others give way."""
        return self._room(edge, label_words(edge.shape_carried, named=True), True, lambda place: [])

    def _room(
        self, edge: EdgeItem, words: str, at_start: bool, near: Callable[[QPointF], list[QRectF]]
    ) -> list[QRectF]:
        places = [label_place(self._stage, edge, words, near(edge.start))] if at_start else []
        if edge.end.y() - edge.start.y() > _LONG:
            written = [*near(edge.end), *filter(None, places)]
            places.append(label_place(self._stage, edge, words, written, at_end=True))
        return [rect for rect in places if rect is not None]

    def _written_near(self, place: QPointF) -> list[QRectF]:
        """The labels that one at an end of an edge there could lie on."""
        around = QRectF(place.x() - LABEL_ROOM, place.y() - LABEL_ROOM, 2 * LABEL_ROOM, 2 * LABEL_ROOM)
        return [self._written.rect(key) for key in self._written.touching(around)]


def label_words(shape: Shape | None, named: bool = False) -> str:
    """What an edge says: 32×26×26, or with the letters of the axes C 32 × H 26 × W 26."""
    if shape is None:
        return ""
    if not named:
        return str(shape)
    return " × ".join(name if size is None else f"{name} {size}" for name, size in shape.axes)


def label_place(stage: Stage, edge: EdgeItem, words: str, written: list[QRectF], at_end: bool = False) -> QRectF | None:
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
        if any(rect.intersects(other) for other in written) or not stage.is_free(rect):
            continue
        if not (at_end and any(isinstance(item, EdgeItem) and item is not edge for item in stage.items(rect))):
            return rect
    return None


def _write(painter: QPainter, labels: Mapping[str, list[_Label]], colours: Colours, sprites: Sprites) -> None:
    """The words, by their colours, on halos, so that they can be read where a line passes."""
    on_a_screen, found = isinstance(painter.device(), QWidget), []
    for ink, some in labels.items():
        for rect, words in some:
            here = QRectF(0, 0, rect.width(), rect.height())
            paint = partial(_paint_label, words=words, rect=here, ink=ink, canvas=colours.canvas)
            found.append(Sprite((words, ink), rect.x(), rect.y(), here, paint))
    if on_a_screen:
        sprites.draw_all(painter, found)
        return
    for label in found:
        painter.translate(label.x, label.y)
        label.paint(painter)
        painter.translate(-label.x, -label.y)


def _paint_label(painter: QPainter, words: str, rect: QRectF, ink: str, canvas: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_halo(canvas))
    painter.drawRoundedRect(rect, _PADDING, _PADDING)
    painter.setPen(colour(ink))
    letters = letters_of(_PIXELS)
    line_of(letters, words, LABEL_ROOM).paint(painter, QPointF(_PADDING, letters.above(_HEIGHT / 2)))


@lru_cache(maxsize=8)
def _halo(canvas: str) -> QColor:
    halo = QColor(canvas)
    halo.setAlpha(_HALO)
    return halo


def forget_font() -> None:
    """The system's font is another one."""
    _width.cache_clear()


@lru_cache(maxsize=4096)
def _width(words: str) -> float:
    return letters_of(_PIXELS).metrics.horizontalAdvance(words)
