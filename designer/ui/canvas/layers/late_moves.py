"""Late moves: what lies out of view after an edit goes to its place once the edit has been seen.

An insert near the top of a long network moves all that is below it. To move a card and its edges takes Qt, with its
index of what lies where, thirty times as long as to note where they belong; a thousand of them would be felt, and
nobody sees them move. So the document's places are known at once, items in view are there at once, and the others
follow soon after in small bites. Whoever asks one of them where it is finds it there; whoever asks Qt what lies at a
place goes through `Arrivals.settle` first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from time import perf_counter
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, QRectF

from designer.ui.widgets.timers import AfterEdit

AROUND = 400.0
"""So far around what is in view, in the scene's pixels, all is in its place: more than labels reach beside lines."""
_LABELS = 200.0
_PAUSE_MS = 15
_BITE = 0.004
"""Seconds: with what Qt does after it, well below a frame."""
Key = TypeVar("Key", bound=Hashable)


class MayBeLate(Protocol[Key]):
    """An item that may not be where it belongs yet: `late` is called with its key, and brings it there."""

    late: Callable[[Key], object] | None


class LateMoves(Generic[Key]):
    """Items of a layer that are not where they belong yet, by a key.

    `seen` says which are seen in a rectangle, where they are or where they belong; `move` brings one there.
    """

    def __init__(self, seen: Callable[[Collection[Key], QRectF], Iterable[Key]], move: Callable[[Key], object]) -> None:
        self._seen, self._move = seen, move
        self._items: dict[Key, MayBeLate[Key]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: Key) -> bool:
        return key in self._items

    def put(self, items: Mapping[Key, MayBeLate[Key]]) -> None:
        """These items belong elsewhere now; each goes there when it is asked where it is."""
        bring = self.bring
        for item in items.values():
            item.late = bring
        self._items |= items

    def drop(self, key: Key) -> None:
        """An item is gone, or somebody else has brought it to its place."""
        item = self._items.pop(key, None)
        if item is not None:
            item.late = None

    def bring(self, key: Key) -> None:
        """Brings an item to its place."""
        self.drop(key)
        self._move(key)

    def settle(self, rect: QRectF | None) -> None:
        """Brings those to their places that are seen in a rectangle; all without one."""
        for key in list(self._items if rect is None else self._seen(self._items, rect)):
            if key in self._items:
                self.bring(key)

    def bring_some(self, until: float) -> bool:
        """Brings items to their places until a time of `perf_counter`; whether that were all."""
        while self._items and perf_counter() < until:
            self.bring(next(iter(self._items)))
        return not self._items


class LateLayer(Protocol):
    """What has late moves of its own."""

    def is_late(self) -> bool:
        """Whether anything is not where it belongs yet."""

    def settle(self, rect: QRectF | None = None) -> None:
        """Brings all of it to its place that is seen in a rectangle, or all."""

    def bring_some(self, until: float) -> bool:
        """Brings some of it to its place until a time of `perf_counter`; whether that were all."""


class Arrivals(QObject):
    """Sees to it that what is late arrives: soon after an edit in bites, and before anybody looks for it."""

    def __init__(self, scene: QObject, layers: Callable[[], Iterable[LateLayer]]) -> None:
        super().__init__(scene)
        self._layers = layers
        self.in_view: Callable[[], QRectF] = QRectF
        """What the view shows of the scene; empty where nothing may be late, as nobody tells what is looked at."""
        self._calm = QRectF()
        """Where all is in its place."""
        self._soon = AfterEdit(self, _PAUSE_MS, self._bite)

    def near(self) -> QRectF | None:
        """An edit moves much: only what is seen in this has to be in its place at once; None where all has to be."""
        seen = self.in_view()
        if seen.isEmpty():
            return None
        self._look_at(seen)
        self._soon.start()
        return self._calm

    def seen(self, rect: QRectF) -> None:
        """A part of the scene comes into view."""
        if not self._calm.contains(rect) and self._is_late():
            self._look_at(rect)

    def settle(self, rect: QRectF | None = None) -> None:
        """Somebody looks for what lies in a rectangle, or anywhere."""
        if rect is not None:
            rect = rect.adjusted(-_LABELS, -_LABELS, _LABELS, _LABELS)
            if self._calm.contains(rect):
                return
        for layer in self._layers():
            if layer.is_late():
                layer.settle(rect)

    def _look_at(self, seen: QRectF) -> None:
        calm = seen.adjusted(-AROUND, -AROUND, AROUND, AROUND)
        if calm != self._calm:
            for layer in self._layers():
                layer.settle(calm)
            self._calm = calm

    def _is_late(self) -> bool:
        return any(layer.is_late() for layer in self._layers())

    def _bite(self) -> None:
        until = perf_counter() + _BITE
        if not all(layer.bring_some(until) for layer in self._layers()):
            self._soon.start()
