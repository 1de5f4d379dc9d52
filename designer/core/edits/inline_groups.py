"""Groups that are open in place: how much room their insides take on a canvas, and how the rest makes way.

What lies right of a card goes right by as much as its frame is wider than the card, what lies below goes down, and so
on for each side, over the whole canvas. So the order of all blocks along both axes stays (the orthogonal order of
Misue, Eades, Lai and Sugiyama 1995, "Layout adjustment and the mental map"), columns stay columns, nothing comes to
lie on anything else, and closing the group is the exact inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from designer.core.edits.group_editing import opened, redefined
from designer.core.graph.definition import Definition, GroupBlock, definitions
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath, group_in, use_at
from designer.core.graph.network import Network, NetworkError
from designer.core.graph.settings import Position, View, within_reach
from designer.core.layout.cards import on_grid
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH, ROW, complete

TITLE = 28.0
"""The height of the bar on top of a frame."""
PADDING = 20.0
"""Between a frame and what is in it."""
_GAP = ROW - CARD_HEIGHT


class Box(NamedTuple):
    """A rectangle on a canvas, in pixels at 100 %."""

    left: float
    top: float
    right: float
    bottom: float

    def moved(self, dx: float, dy: float) -> Box:
        """The same rectangle elsewhere."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def overlaps(self, other: Box) -> bool:
        """Whether the two have more in common than a side."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


MOST_SHOWN = 2_000
"""Blocks that are seen inside groups open in place; of further groups only the card is seen."""
CARD = Box(0.0, 0.0, CARD_WIDTH, CARD_HEIGHT)
"""A card whose place is (0, 0)."""


@dataclass(frozen=True)
class ShownLevel:
    """A network that a canvas shows: the one at its root, or the inside of a group that is open in place in another.

    `offset` is where its place (0, 0) lies, counted from that of the root.
    """

    path: GroupPath
    design: Design
    offset: Position


def levels(design: Design, root: GroupPath = ()) -> Iterator[ShownLevel]:
    """What a canvas shows that has `root` open: that network, and the groups that are open in place, outer ones first.

    Raises NetworkError where there is no such group.
    """
    yield from _levels(root, opened(design, root), (0.0, 0.0))


def _levels(path: GroupPath, shown: Design, offset: Position) -> Iterator[ShownLevel]:
    yield ShownLevel(path, shown, offset)
    for block_id in open_uses(shown.network, shown.view):
        dx, dy = _shift(shown.view, block_id)
        inside = opened(shown, (block_id,))
        yield from _levels((*path, block_id), inside, (offset[0] + dx, offset[1] + dy))


def seen_in_place(design: Design, path: GroupPath, length: int) -> GroupPath:
    """As much of a path as can be seen where its first `length` groups fill the canvas: the rest is open in place."""
    network, view = design.network, design.view
    for place, name in enumerate(path):
        if place >= length and name not in open_uses(network, view):
            return path[:place]
        use = use_at(network, (name,))
        network, view = use.network, use.definition.view
    return path


def open_uses(network: Network, view: View) -> dict[str, GroupBlock]:
    """The groups of a network that are open in place and can be shown, as many as a canvas can take."""
    found = {}
    left = MOST_SHOWN
    for block_id in view.expanded:
        use = group_in(network, block_id)
        if use is not None and _can_be_shown(use) and _shown(use.definition) <= left:
            left -= _shown(use.definition)
            found[block_id] = use
    return found


def _shown(definition: Definition) -> int:
    """The blocks that are seen where it is open in place, with those of the groups that are open in it."""
    known: int | None = definition.remembered("shown")
    if known is None:
        uses = open_uses(definition.network, definition.view).values()
        known = len(definition.network.nodes) + sum(_shown(use.definition) for use in uses)
        definition.remember("shown", known)
    return known


def _can_be_shown(use: GroupBlock) -> bool:
    try:
        return bool(use.network)
    except NetworkError:  # values that do not go together
        return False


def frame(definition: Definition) -> Box:
    """The frame around what is in a group, counted from its inner place (0, 0)."""
    known: Box | None = definition.remembered("frame")
    if known is None:
        listed = [*boxes(definition.network, definition.view).values(), *_sheets(definition.view).values()]
        around = Box(
            min(box.left for box in listed) - PADDING,
            min(box.top for box in listed) - PADDING - TITLE,
            max(box.right for box in listed) + PADDING,
            max(box.bottom for box in listed) + PADDING,
        )
        definition.remember("frame", around)
        return around
    return known


def boxes(network: Network, view: View) -> dict[str, Box]:
    """The room that each block takes: its card, or its frame where it is a group that is open in place."""
    places = complete(network, dict(view.positions))
    found = {block_id: CARD.moved(*place) for block_id, place in places.items()}
    for block_id, use in open_uses(network, view).items():
        x, y = places[block_id]
        found[block_id] = frame_at_card(use, view.expanded[block_id]).moved(x, y)
    return found


def box_of(design: Design, block_id: str) -> Box:
    """The room that one block takes."""
    view = design.view
    use = open_uses(design.network, view.but(expanded=_only(view.expanded, block_id))).get(block_id)
    local = frame_at_card(use, view.expanded[block_id]) if use else CARD
    return local.moved(*view.positions[block_id])


def _only(items: Mapping[str, Position], key: str) -> dict[str, Position]:
    return {key: items[key]} if key in items else {}


def _sheets(view: View) -> dict[str, Box]:
    return {
        name: Box(*note.position, note.position[0] + note.size[0], note.position[1] + note.size[1])
        for name, note in view.notes.items()
    }


def frame_at_card(use: GroupBlock, anchor: Position) -> Box:
    """The frame of a group, counted from the place of its card."""
    return frame(use.definition).moved(-anchor[0], -anchor[1])


def _shift(view: View, block_id: str) -> Position:
    """Where the inner place (0, 0) of a group lies that is open in place."""
    (x, y), (left, top) = view.positions[block_id], view.expanded[block_id]
    return x - left, y - top


def expanded(design: Design, block_id: str) -> Design:
    """A group open in place: its inputs come to lie below the card's middle, and all else makes way.

    Raises NetworkError for what is no group, cannot be shown, or would be more than a canvas can take.
    """
    use = use_at(design.network, (block_id,))
    if block_id in open_uses(design.network, design.view):
        return design
    places = complete(use.network, dict(use.definition.view.positions))
    entries = [places[name][0] for name in use.definition.inputs]
    middle = on_grid(sum(entries) / len(entries))
    anchor = within_reach(middle, frame(use.definition).top)
    view = design.view.but(expanded={**design.view.expanded, block_id: anchor})
    if block_id not in open_uses(design.network, view):
        raise NetworkError(
            f"'{block_id}' cannot be opened in place: more than {MOST_SHOWN:,} blocks would be seen inside groups. "
            "Open it with a double-click, on a canvas of its own"
        )
    return replace(design, view=_with_room(design.network, view, block_id, CARD, frame_at_card(use, anchor)))


def collapsed(design: Design, block_id: str) -> Design:
    """A group as a card again; the room that it took is given back. Raises NetworkError for what is no group."""
    use_at(design.network, (block_id,))
    if block_id not in design.view.expanded:
        return design
    view = design.view.but(expanded={key: at for key, at in design.view.expanded.items() if key != block_id})
    old = _local(design.network, design.view, block_id)
    return replace(design, view=_with_room(design.network, view, block_id, old, CARD))


def closed(design: Design, block_ids: Iterable[str]) -> Design:
    """The design with these blocks as cards, whichever of them were open in place."""
    for block_id in block_ids:
        if block_id in design.view.expanded:
            design = collapsed(design, block_id)
    return design


def _local(network: Network, view: View, block_id: str) -> Box:
    """The room of a block, counted from the place of its card."""
    use = open_uses(network, view).get(block_id)
    return CARD if use is None else frame_at_card(use, view.expanded[block_id])


def settled(before: Design, after: Design) -> Design:
    """A design after any edit, where frames have the room that they need now, in the network and within groups.

    Groups that are gone are closed; what has grown is made room for, and what has shrunk gives room back.
    """
    known = definitions(before.network)
    for name in definitions(after.network):
        definition = definitions(after.network)[name]  # those within it may have made it another one
        old = known.get(name)
        if definition.view.expanded and old is not definition:
            view = _settled_view(
                old.network if old else None, old.view if old else None, definition.network, definition.view
            )
            if view != definition.view:
                after = redefined(after, name, replace(definition, view=view))
    if not after.view.expanded:
        return after
    view = _settled_view(before.network, before.view, after.network, after.view)
    return after if view == after.view else replace(after, view=view)


def _settled_view(old_network: Network | None, old: View | None, network: Network, view: View) -> View:
    if old_network is None or old is None:
        return view.only(network.nodes)
    for block_id in list(view.expanded):
        was = group_in(old_network, block_id)
        use = group_in(network, block_id)
        local = _local(old_network, old, block_id)
        if use is None:
            view = view.but(expanded={key: at for key, at in view.expanded.items() if key != block_id})
        if was is not None and block_id in old.expanded and local != _local(network, view, block_id):
            at = view.positions.get(block_id) or old.positions[block_id]
            view = _with_room(network, view, block_id, local, _local(network, view, block_id), at)
    return view


def _with_room(network: Network, view: View, block_id: str, old: Box, new: Box, at: Position | None = None) -> View:
    """The view where all else makes way for a block that took the room `old`, counted from its place, and takes `new`.

    Where room is given back, nothing comes to lie on what was put beside the frame in the meantime.
    """
    x, y = at or view.positions[block_id]
    old, new = old.moved(x, y), new.moved(x, y)
    blocks = {("block", key): box for key, box in boxes(network, view).items() if key != block_id}
    sheets = {("note", key): box for key, box in _sheets(view).items()}
    found = _make_way({**blocks, **sheets}, old, new)
    places, notes = dict(view.positions), dict(view.notes)
    for (kind, key), (dx, dy) in found.items():
        if kind == "note":
            left, top = notes[key].position
            notes[key] = notes[key].model_copy(update={"position": within_reach(left + dx, top + dy)})
        elif key in places:
            places[key] = within_reach(places[key][0] + dx, places[key][1] + dy)
    return view.but(positions=places, notes=notes)


_Key = tuple[str, str]


def _make_way(items: Mapping[_Key, Box], old: Box, new: Box) -> dict[_Key, Position]:
    """How far each of some rectangles goes when one of them, `old`, becomes `new`; those that stay are left out."""
    down = _way(items, old.bottom, new.bottom, _upright)
    up = _way(items, -old.top, -new.top, lambda box: _upright(Box(box.left, -box.bottom, box.right, -box.top)))
    right = _way(items, old.right, new.right, _lying)
    left = _way(items, -old.left, -new.left, lambda box: _lying(Box(-box.right, box.top, -box.left, box.bottom)))
    return {
        key: (right.get(key, 0.0) - left.get(key, 0.0), down.get(key, 0.0) - up.get(key, 0.0))
        for key in {**down, **up, **right, **left}
    }


class _Span(NamedTuple):
    """A rectangle along the axis on which it moves (near to far), and across it."""

    near: float
    far: float
    low: float
    high: float


def _upright(box: Box) -> _Span:
    return _Span(box.top, box.bottom, box.left, box.right)


def _lying(box: Box) -> _Span:
    return _Span(box.left, box.right, box.top, box.bottom)


def _way(items: Mapping[_Key, Box], old: float, new: float, span: Callable[[Box], _Span]) -> dict[_Key, float]:
    """How far what lies beyond an edge goes with it, from `old` to `new`; less far back, where something is there."""
    if old == new:
        return {}
    spans = {key: span(box) for key, box in items.items()}
    beyond = [key for key, there in spans.items() if there.near >= old]
    shift = new - old
    if shift < 0:
        stay = [there for there in spans.values() if there.near < old and there.far > new]
        free = min((_clearance(spans[key], stay) for key in beyond), default=-shift)
        if free < -shift:
            shift = -max(free - _GAP, 0.0)
    return dict.fromkeys(beyond, shift)


def _clearance(moving: _Span, stay: list[_Span]) -> float:
    """How far a rectangle may go back before it comes to lie on one of those that stay."""
    return min(
        (moving.near - there.far for there in stay if there.low < moving.high and moving.low < there.high),
        default=float("inf"),
    )
