"""Edits that put blocks in order on the canvas: laid out, in line, at equal distances."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from designer.core.edits.inline_groups import Box, boxes
from designer.core.graph.design import Design
from designer.core.graph.settings import Position
from designer.core.layout import sugiyama
from designer.core.layout.cards import CARD_HEIGHT, CARD_WIDTH, COLUMN, ROW
from designer.core.layout.placement import complete
from designer.core.layout.sugiyama.graph import Size

Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
Direction = Literal["across", "down"]
_GAPS = (COLUMN - CARD_WIDTH, ROW - CARD_HEIGHT)
_AXES: dict[Side, tuple[int, float]] = {
    "left": (0, 0.0),
    "centre": (0, 0.5),
    "right": (0, 1.0),
    "top": (1, 0.0),
    "middle": (1, 0.5),
    "bottom": (1, 1.0),
}
"""Along which axis a side lies, and where on a card, as a share of its size."""


def laid_out(design: Design, blocks: Collection[str] = ()) -> Design:
    """All blocks, or two and more that are named, laid out in rows from where they are (see `sugiyama`)."""
    rooms = _Rooms(design)
    sizes = {name: rooms.sides(name) for name in rooms.boxes}
    corners = {name: (box.left, box.top) for name, box in rooms.boxes.items()}
    for name, place in sugiyama.laid_out(design.network, corners, blocks if len(blocks) > 1 else None, sizes).items():
        rooms.put(name, *place)
    return rooms.placed()


def aligned(design: Design, blocks: Collection[str], side: Side) -> Design:
    """Blocks with a side in one line: the outermost one of them, or the middle of all.

    Where two would then cover each other, they go apart along the line, in the order in which they were.
    """
    axis, share = _AXES[side]
    rooms = _Rooms(design, blocks)
    low = min((box[axis] for box in rooms.boxes.values()), default=0.0)
    high = max((box[axis + 2] for box in rooms.boxes.values()), default=0.0)
    for name in rooms.boxes:
        rooms.move(name, axis, low + (high - low - rooms.size(name, axis)) * share)
    rooms.part(1 - axis)
    return rooms.placed()


def distributed(design: Design, blocks: Collection[str], direction: Direction) -> Design:
    """Blocks with equal gaps between them, across or down; the outermost stay, unless there is too little room."""
    axis = ("across", "down").index(direction)
    rooms = _Rooms(design, blocks)
    order = rooms.ordered(axis)
    if len(order) < 3:
        return design
    start = rooms.boxes[order[0]][axis]
    room = max(box[axis + 2] for box in rooms.boxes.values()) - start
    gap = (room - sum(rooms.size(name, axis) for name in order)) / (len(order) - 1)
    if gap < 0:
        gap = _GAPS[axis]
    for name in order:
        rooms.move(name, axis, start)
        start += rooms.size(name, axis) + gap
    return rooms.placed()


class _Rooms:
    """The rectangles that some blocks take, or all: cards, and the frames of groups that are open in place."""

    def __init__(self, design: Design, blocks: Collection[str] | None = None) -> None:
        self._design = design.placed(complete(design.network, dict(design.view.positions)))
        found = boxes(self._design.network, self._design.view)
        self._before = {name: box for name, box in found.items() if blocks is None or name in blocks}
        self.boxes = dict(self._before)

    def size(self, name: str, axis: int) -> float:
        return self.boxes[name][axis + 2] - self.boxes[name][axis]

    def sides(self, name: str) -> Size:
        """What a block takes beside the line on which it stands: for a frame, that of its inputs."""
        box, middle = self.boxes[name], self._design.view.positions[name][0] + CARD_WIDTH / 2
        return Size(middle - box.left, box.right - middle, box.bottom - box.top)

    def ordered(self, axis: int) -> list[str]:
        """The names from the left to the right, or from the top down."""
        return sorted(self.boxes, key=lambda name: (self.boxes[name][axis], self.boxes[name][1 - axis]))

    def put(self, name: str, left: float, top: float) -> None:
        """Moves a block, so that its corner is there."""
        box = self.boxes[name]
        self.boxes[name] = box.moved(left - box.left, top - box.top)

    def move(self, name: str, axis: int, start: float) -> None:
        """Moves a block along one axis, to a whole pixel."""
        box = self.boxes[name]
        self.boxes[name] = box.moved(*((round(start) - box.left, 0.0) if axis == 0 else (0.0, round(start) - box.top)))

    def part(self, axis: int) -> None:
        """Moves blocks that cover others away from them, along one axis."""
        done: list[str] = []
        for name in self.ordered(axis):
            for other in done:
                if _cover(self.boxes[name], self.boxes[other]):
                    self.move(name, axis, self.boxes[other][axis + 2] + _GAPS[axis])
            done.append(name)

    def placed(self) -> Design:
        """The design with the blocks at their places."""
        places: dict[str, Position] = {}
        for name, box in self.boxes.items():
            (x, y), was = self._design.view.positions[name], self._before[name]
            places[name] = (x + box.left - was.left, y + box.top - was.top)
        return self._design.placed(places)


def _cover(first: Box, second: Box) -> bool:
    return all(first[axis] < second[axis + 2] and second[axis] < first[axis + 2] for axis in (0, 1))
