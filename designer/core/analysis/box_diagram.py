"""Boxes in perspective, as papers draw networks: what each block gives as a box whose sides are its axes.

Data flow from left to right. An image C×H×W is a box as high as H, as deep as W and as thick as its channels; a
sequence L×F is a sheet of L by F; features F are a bar. What leaves the shape as it is and stands behind one block
alone (an activation, a normalisation) is a slab on that block's box. Lengths grow slower than the sizes, or the last
layers of a network could not be seen: with the square root for height, width and length, with the logarithm for
channels and features. Depth is drawn at 45° and shortened (a cabinet projection).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import log2, sqrt

from designer.core.graph.block import Category
from designer.core.graph.definition import GroupBlock
from designer.core.graph.design import Design
from designer.core.graph.network import Network
from designer.core.inference.infer import Inference, Result
from designer.core.schema.shape import Shape

Point = tuple[float, float]
Slot = tuple[float, float]
"""Left and right of a column."""

DEPTH = 0.35
"""How far to the right, and up, a unit of depth is drawn."""
_TALLEST, _SMALLEST, _BAR, _SLAB = 132.0, 10.0, 7.0, 6.0
_GAP, _LETTER, _LINE, _HEAD = 34.0, 6.4, 15.0, 10.0
_USUAL_LENGTH = 32
"""Steps of a sequence whose length varies."""
_SLABS: tuple[Category, ...] = ("Activation", "Regularisation", "Normalisation", "Data")


@dataclass(frozen=True)
class DiagramBox:
    """A block's box: the top left corner of its front, its thickness, height and depth, in pixels; and its words."""

    block: str
    category: Category
    x: float
    y: float
    thickness: float
    height: float
    depth: float
    above: str = ""
    below: tuple[str, ...] = ()
    known: bool = True

    @property
    def shift(self) -> float:
        """How far the back lies to the right of the front, and above it."""
        return self.depth * DEPTH

    @property
    def right(self) -> float:
        """The rightmost point."""
        return self.x + self.thickness + self.shift

    @property
    def top(self) -> float:
        """The highest point."""
        return self.y - self.shift

    @property
    def bottom(self) -> float:
        """The lowest point."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half way between the highest and the lowest point."""
        return (self.top + self.bottom) / 2

    @property
    def entry(self) -> float:
        """Where an arrow at half the height meets the front or, above it, the slanted edge of the top."""
        return self.x + max(0.0, self.y - self.middle)

    @property
    def exit(self) -> float:
        """Where an arrow at half the height leaves the right side."""
        return self.right - max(0.0, self.middle - (self.bottom - self.shift))

    @property
    def label_middle(self) -> float:
        """Where the words above and below are centred."""
        return (self.x + self.right) / 2


@dataclass(frozen=True)
class Perspective:
    """Boxes in the order in which they are drawn, and the arrows between them, as the corners of their lines."""

    boxes: tuple[DiagramBox, ...]
    arrows: tuple[tuple[Point, ...], ...]

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that is drawn, with its words."""
        lefts = [box.label_middle - _words_width(box) / 2 for box in self.boxes] + [box.x for box in self.boxes]
        rights = [box.label_middle + _words_width(box) / 2 for box in self.boxes] + [box.right for box in self.boxes]
        tops = [box.top - _LINE for box in self.boxes] + [y for arrow in self.arrows for _, y in arrow]
        bottoms = [box.bottom + _LINE * (1 + len(box.below)) for box in self.boxes]
        return min(lefts, default=0.0), min(tops, default=0.0), max(rights, default=0.0), max(bottoms, default=0.0)


def perspective(design: Design, inference: Inference) -> Perspective:
    """The boxes of a network; blocks whose shape is not known are flat, with a question mark."""
    network = design.network
    carriers = _carriers(network, inference)
    columns = _columns(network, carriers)
    lanes = _lanes(design, columns, carriers)
    boxes, slots = _boxes(inference, columns, lanes, carriers)
    return Perspective(tuple(boxes.values()), tuple(_arrows(network, boxes, slots, carriers)))


def _carriers(network: Network, inference: Inference) -> dict[str, str]:
    """For each block the one whose box it is drawn on: itself, or for a slab the block at the head of its chain."""
    carriers: dict[str, str] = {}
    for node in network.nodes.values():
        sources = node.sources
        slab = (
            node.block.category in _SLABS
            and len(sources) == 1
            and len(network.consumers[sources[0]]) == 1
            and inference.results[node.id].shape is not None
        )
        carriers[node.id] = carriers[sources[0]] if slab else node.id
    return carriers


def _columns(network: Network, carriers: Mapping[str, str]) -> list[list[str]]:
    """The blocks with a box of their own, by the longest way that leads to them."""
    depth: dict[str, int] = {}
    columns: list[list[str]] = []
    for node in network.nodes.values():
        if carriers[node.id] == node.id:
            depth[node.id] = 1 + max((depth[carriers[source]] for source in node.sources), default=-1)
            if depth[node.id] == len(columns):
                columns.append([])
            columns[depth[node.id]].append(node.id)
    return columns


def _lanes(design: Design, columns: list[list[str]], carriers: Mapping[str, str]) -> dict[str, float]:
    """Ways side by side stay in their lanes; those that part from one block, or meet in one, lie around its lane."""
    network, places = design.network, design.view.positions
    lanes: dict[str, float] = {}
    for column in columns:
        wanted = {}
        for name in column:
            above = [lanes[carriers[source]] for source in network.nodes[name].sources]
            wanted[name] = sum(above) / len(above) if above else 0.0
        ordered = sorted(column, key=lambda name: (wanted[name], places.get(name, (0.0, 0.0))[0]))
        lanes |= _apart(ordered, wanted)
    return lanes


def _apart(ordered: list[str], wanted: Mapping[str, float]) -> dict[str, float]:
    """Lanes at least 1 apart; those that had to make room for each other lie around where they wanted to be."""
    clusters: list[list[str]] = []
    for name in ordered:
        clusters.append([name])
        while len(clusters) > 1 and _start(clusters[-1], wanted) < _start(clusters[-2], wanted) + len(clusters[-2]):
            last = clusters.pop()
            clusters[-1] = clusters[-1] + last
    return {name: _start(members, wanted) + place for members in clusters for place, name in enumerate(members)}


def _start(members: list[str], wanted: Mapping[str, float]) -> float:
    return sum(wanted[name] for name in members) / len(members) - (len(members) - 1) / 2


def _boxes(
    inference: Inference, columns: list[list[str]], lanes: Mapping[str, float], carriers: Mapping[str, str]
) -> tuple[dict[str, DiagramBox], dict[str, Slot]]:
    """All boxes from left to right, each with its slabs behind it, and the columns that they and their words fill."""
    measure = _Measure(inference)
    slabs: dict[str, list[str]] = {}
    for name, carrier in carriers.items():
        if name != carrier:
            slabs.setdefault(carrier, []).append(name)
    sized = {name: measure.box(inference.results[name]) for column in columns for name in column}
    lane_height = max((box.height + box.shift for box in sized.values()), default=0.0) + 6 * _LINE
    boxes: dict[str, DiagramBox] = {}
    slots: dict[str, Slot] = {}
    x = 0.0
    for column in columns:
        width = max(_column_width(sized[name], len(slabs.get(name, ()))) for name in column)
        for name in column:
            parts = list(_with_slabs(sized[name], [inference.results[slab] for slab in slabs.get(name, ())]))
            whole = parts[-1].right - parts[0].x
            for part in parts:
                y = lanes[name] * lane_height - (part.height - part.shift) / 2
                slots[part.block] = x, x + width
                boxes[part.block] = replace(part, x=part.x + x + (width - whole) / 2, y=y)
        x += width + _GAP
    return boxes, slots


def _column_width(box: DiagramBox, slabs: int) -> float:
    return max(box.thickness + slabs * _SLAB + box.shift, _words_width(box))


def _words_width(box: DiagramBox) -> float:
    """About as wide as the words are; the painter's font is as wide as any at its size."""
    return _LETTER * max(map(len, (box.above, *box.below)), default=0)


def _with_slabs(box: DiagramBox, slabs: list[Result]) -> Iterator[DiagramBox]:
    """The box at x = 0 and the slabs on its right side; the last of them knows no words."""
    yield box
    for place, result in enumerate(slabs):
        x = box.thickness + place * _SLAB
        yield DiagramBox(result.node.id, result.node.block.category, x, 0.0, _SLAB, box.height, box.depth)


class _Measure:
    """Lengths in pixels for sizes of axes, within one network: the largest size of a sort is the longest."""

    def __init__(self, inference: Inference) -> None:
        shapes = [result.shape for result in inference.results.values() if result.shape]
        sides = [size for shape in shapes for size in _sides(shape)]
        features = [_channels(shape) for shape in shapes]
        self._largest = max(sides, default=1)
        self._most = max(features, default=1)

    def box(self, result: Result) -> DiagramBox:
        """A box at the origin; what is not known is flat."""
        node, shape = result.node, result.shape
        block = node.block
        below = (node.id, block.definition.name if isinstance(block, GroupBlock) else block.title)
        if shape is None:
            return DiagramBox(node.id, block.category, 0, 0, _BAR, 48, 24, "?", below, known=False)
        sides, channels = _sides(shape), _channels(shape)
        if len(sides) > 1:
            thickness, height, depth = self._thickness(channels), self._side(sides[-2]), self._side(sides[-1])
        elif sides and shape.names[-1] == "F":
            thickness, height, depth = _BAR, self._side(sides[0]), self._bar(channels)
        else:
            thickness, height, depth = _BAR, self._side(sides[0]) if sides else self._bar(channels), _BAR
        return DiagramBox(node.id, block.category, 0, 0, thickness, height, depth, str(shape), below)

    def _side(self, size: int) -> float:
        return _SMALLEST + (_TALLEST - _SMALLEST) * sqrt(size / self._largest)

    def _bar(self, size: int) -> float:
        return _SMALLEST + (_TALLEST - _SMALLEST) * log2(size + 1) / log2(self._most + 1)

    @staticmethod
    def _thickness(channels: int) -> float:
        return 3 + 3 * log2(channels + 1)


def _sides(shape: Shape) -> tuple[int, ...]:
    """The sizes of the axes along which things lie beside each other: steps, height and width."""
    pairs = zip(shape.names, shape.sizes, strict=True)
    return tuple(_USUAL_LENGTH if size is None else size for name, size in pairs if name not in ("C", "F", "A"))


def _channels(shape: Shape) -> int:
    """How many numbers stand at each place."""
    pairs = zip(shape.names, shape.sizes, strict=True)
    return next((size for name, size in pairs if name in ("C", "F", "A") and size is not None), 1)


def _arrows(
    network: Network, boxes: Mapping[str, DiagramBox], slots: Mapping[str, Slot], carriers: Mapping[str, str]
) -> Iterator[tuple[Point, ...]]:
    """An arrow for each edge between two boxes: level beside their words, and over the boxes that lie in its way."""
    over = 0
    from_left = sorted(boxes.values(), key=lambda box: box.x)
    lefts = [box.x for box in from_left]
    for node in network.nodes.values():
        for source in node.sources:
            if carriers[node.id] == carriers[source]:
                continue
            start, end = boxes[source], boxes[node.id]
            a, b = (start.exit + 3, start.middle), (end.entry - 3, end.middle)
            between = from_left[bisect_right(lefts, start.right) : bisect_left(lefts, end.x)]
            tops = [box.top for box in between if _in_the_way(box, a, b)]
            out, into = max(slots[source][1], a[0]), min(slots[node.id][0], b[0] - _HEAD)
            if tops:
                y = min(tops) - 2.2 * _LINE - 7 * (over % 4)
                over += 1
                yield a, (out + 4, a[1]), (out + 4, y), (into - 4, y), (into - 4, b[1]), b
            else:
                yield a, (out, a[1]), (into, b[1]), b


def _in_the_way(box: DiagramBox, a: Point, b: Point) -> bool:
    """Whether a straight line from a to b would cross a box."""
    share = (box.label_middle - a[0]) / max(b[0] - a[0], 1.0)
    y = a[1] + share * (b[1] - a[1])
    return box.top - 4 < y < box.bottom + 4
