"""What stands on a scene beside cards and edges: notes, frames, ghosts, marks. There are few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtWidgets import QGraphicsItem

from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.edge_item import EdgeItem


class OtherItems:
    """Kept by who adds and removes items: to ask Qt would make an object of each of what may be thousands."""

    def __init__(self) -> None:
        self._items: dict[QGraphicsItem, None] = {}

    def put(self, item: QGraphicsItem) -> None:
        """An item has come; a card or an edge is not kept."""
        if type(item) not in (BlockItem, EdgeItem):
            self._items[item] = None

    def take(self, item: QGraphicsItem) -> None:
        """An item has gone."""
        self._items.pop(item, None)

    def in_order(self) -> list[QGraphicsItem]:
        """All of them with what stands on them, in the order in which they are painted."""
        return list(with_what_stands_on(sorted(self._items, key=lambda item: item.zValue())))


def with_what_stands_on(items: Iterable[QGraphicsItem]) -> Iterator[QGraphicsItem]:
    """Items, each followed by those that stand on it."""
    for item in items:
        yield item
        yield from with_what_stands_on(item.childItems())
