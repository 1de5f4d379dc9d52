"""Edits that put blocks in order on the canvas: laid out, in line, at equal distances."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from designer.core import sugiyama
from designer.core.cards import CARD_HEIGHT, CARD_WIDTH, COLUMN, ROW
from designer.core.design import Design
from designer.core.layout import complete
from designer.core.settings import Position

Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
Direction = Literal["across", "down"]
Size = tuple[float, float]
_CARD = (CARD_WIDTH, CARD_HEIGHT)
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


def laid_out(design: Design, blocks: Collection[str] = (), sizes: Mapping[str, Size] | None = None) -> Design:
    """All blocks, or two and more that are named, laid out in rows from where they are (see `sugiyama`)."""
    places = complete(design.network, dict(design.view.positions))
    chosen = blocks if len(blocks) > 1 else None
    return design.placed(sugiyama.laid_out(design.network, places, chosen, sizes))


def aligned(design: Design, blocks: Collection[str], side: Side, sizes: Mapping[str, Size] | None = None) -> Design:
    """Blocks with a side in one line: the outermost one of them, or the middle of all.

    Where two would then cover each other, they go apart along the line, in the order in which they were.
    """
    axis, share = _AXES[side]
    spans = _Spans(design, blocks, sizes or {})
    low = min((spans.start(name, axis) for name in spans.names), default=0.0)
    high = max((spans.end(name, axis) for name in spans.names), default=0.0)
    for name in spans.names:
        spans.put(name, axis, low + (high - low - spans.size(name, axis)) * share)
    spans.part(1 - axis)
    return design.placed(spans.places)


def distributed(
    design: Design, blocks: Collection[str], direction: Direction, sizes: Mapping[str, Size] | None = None
) -> Design:
    """Blocks with equal gaps between them, across or down; the outermost stay, unless there is too little room."""
    axis = ("across", "down").index(direction)
    spans = _Spans(design, blocks, sizes or {})
    order = sorted(spans.names, key=lambda name: (spans.start(name, axis), spans.start(name, 1 - axis)))
    if len(order) < 3:
        return design
    first = spans.start(order[0], axis)
    room = max(spans.end(name, axis) for name in order) - first
    gap = (room - sum(spans.size(name, axis) for name in order)) / (len(order) - 1)
    if gap < 0:
        gap = _GAPS[axis]
    for name in order:
        spans.put(name, axis, first)
        first += spans.size(name, axis) + gap
    return design.placed(spans.places)


class _Spans:
    """Where some blocks begin and end along both axes."""

    def __init__(self, design: Design, blocks: Collection[str], sizes: Mapping[str, Size]) -> None:
        known = complete(design.network, dict(design.view.positions))
        self.names = [name for name in known if name in blocks]
        self.places: dict[str, Position] = {name: known[name] for name in self.names}
        self._sizes = sizes

    def size(self, name: str, axis: int) -> float:
        return self._sizes.get(name, _CARD)[axis]

    def start(self, name: str, axis: int) -> float:
        return self.places[name][axis]

    def end(self, name: str, axis: int) -> float:
        return self.places[name][axis] + self.size(name, axis)

    def put(self, name: str, axis: int, start: float) -> None:
        """Moves a block along one axis, to a whole pixel."""
        x, y = self.places[name]
        self.places[name] = (float(round(start)), y) if axis == 0 else (x, float(round(start)))

    def part(self, axis: int) -> None:
        """Moves blocks that cover others away from them, along one axis."""
        done: list[str] = []
        for name in sorted(self.names, key=lambda name: self.start(name, axis)):
            for other in done:
                if self._cover(name, other):
                    self.put(name, axis, self.end(other, axis) + _GAPS[axis])
            done.append(name)

    def _cover(self, first: str, second: str) -> bool:
        return all(
            self.start(first, axis) < self.end(second, axis) and self.start(second, axis) < self.end(first, axis)
            for axis in (0, 1)
        )
