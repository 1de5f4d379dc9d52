"""Change: what differs between two designs, part by part. It is found once for an edit, and handed to all who show it.

Networks share the nodes that an edit leaves alone, and views their places: what is the same object is not compared.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Flag, auto
from functools import cached_property
from itertools import compress, filterfalse, zip_longest
from operator import is_not
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from designer.core.graph.definition import GroupBlock, definitions
from designer.core.graph.design import Design
from designer.core.graph.network import AnyBlock, End, Network, Node

Key = TypeVar("Key", bound=Hashable)


class Parts(Flag):
    """The parts of a design, and the place in it that is shown. A listener names those that it cares for."""

    BLOCKS = auto()
    """Which there are, and their fields; a use of a group has all that is inside of it as a field."""
    EDGES = auto()
    GROUPS = auto()
    """Their definitions, by name."""
    PLACES = auto()
    """Where blocks lie; where they lie within a group is a part of the group."""
    NOTES = auto()
    EXPANDED = auto()
    """The groups that are open in place."""
    DATA = auto()
    TRAINING = auto()
    ABOUT = auto()
    PATH = auto()
    """The group that is being edited; none is, in the whole network."""
    ROOT = auto()
    """The group that fills the canvas."""

    NETWORK = BLOCKS | EDGES | GROUPS
    """All that shapes and counts depend on."""
    JUDGED = NETWORK | DATA
    """All that problems depend on."""
    COMPUTED = JUDGED | TRAINING
    """All that a run depends on."""
    WHERE = PATH | ROOT
    DRAWN = JUDGED | PLACES | NOTES | EXPANDED | WHERE
    """All that the canvas shows: cards tell problems, too."""
    DESIGN = COMPUTED | PLACES | NOTES | EXPANDED | ABOUT
    """All that a file holds."""


@dataclass(frozen=True)
class Differing(Generic[Key]):
    """Which of some things differ: those that came, those that are gone, those that are there, but not as before."""

    added: tuple[Key, ...] = ()
    removed: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __iter__(self) -> Iterator[Key]:
        yield from self.added
        yield from self.removed
        yield from self.changed

    def reversed(self) -> Differing[Key]:
        """What differs on the way back."""
        return Differing(self.removed, self.added, self.changed)


_NAMES = Differing[str]()
_ENDS = Differing[End]()


@dataclass(frozen=True)
class Change:
    """From one design to another. Each field names what differs; settings and words by the names of their fields."""

    before: Design
    after: Design
    blocks: Differing[str] = _NAMES
    edges: Differing[End] = _ENDS
    groups: Differing[str] = _NAMES
    places: Differing[str] = _NAMES
    notes: Differing[str] = _NAMES
    expanded: Differing[str] = _NAMES
    data: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    where: Parts = field(default=Parts(0))
    """PATH, ROOT or both, where another group is shown."""

    @cached_property
    def parts(self) -> Parts:
        """The parts in which anything differs."""
        found = self.where
        for part, differing in (
            (Parts.BLOCKS, self.blocks),
            (Parts.EDGES, self.edges),
            (Parts.GROUPS, self.groups),
            (Parts.PLACES, self.places),
            (Parts.NOTES, self.notes),
            (Parts.EXPANDED, self.expanded),
            (Parts.DATA, self.data),
            (Parts.TRAINING, self.training),
            (Parts.ABOUT, self.about),
        ):
            if differing:
                found |= part
        return found

    def touches(self, parts: Parts) -> bool:
        """Whether anything differs in one of these parts."""
        return bool(self.parts.value & parts.value)  # forty ask at each edit, and flags take ten times as long

    def __bool__(self) -> bool:
        return bool(self.parts)

    def reversed(self) -> Change:
        """The way back, as undo takes it: nothing is compared again."""
        return replace(
            self,
            before=self.after,
            after=self.before,
            **{
                name: getattr(self, name).reversed()
                for name in ("blocks", "edges", "groups", "places", "notes", "expanded")
            },
        )


def difference(before: Design, after: Design) -> Change:
    """What leads from one design to the other."""
    blocks, edges = _of_networks(before.network, after.network)
    old, new = before.view, after.view
    return Change(
        before,
        after,
        blocks,
        edges,
        _of_groups(before.network, after.network, blocks),
        _of_mappings(old.positions, new.positions),
        _of_mappings(old.notes, new.notes),
        _of_mappings(old.expanded, new.expanded),
        differing_settings(before.data, after.data),
        differing_settings(before.training, after.training),
        differing_settings(before.about, after.about),
    )


def differing_settings(before: BaseModel, after: BaseModel) -> tuple[str, ...]:
    """The names of the fields in which two sets of settings differ."""
    if before is after:
        return ()
    return tuple(name for name in type(after).model_fields if getattr(before, name) != getattr(after, name))


def _of_networks(before: Network, after: Network) -> tuple[Differing[str], Differing[End]]:
    if before.nodes is after.nodes:
        return _NAMES, _ENDS
    old, new = before.nodes, after.nodes
    pairs = [(old.get(name), new[name]) for name in _other(old, new)]
    gone = [old[name] for name in _missing(new, old)]
    blocks = Differing(
        tuple(node.id for was, node in pairs if was is None),
        tuple(node.id for node in gone),
        tuple(node.id for was, node in pairs if was is not None and not _same(was.block, node.block)),
    )
    return blocks, _of_edges([*pairs, *((node, None) for node in gone)])


def _of_edges(pairs: list[tuple[Node | None, Node | None]]) -> Differing[End]:
    """The edges that end at nodes as they were and as they are: None where there was none, or is none any longer."""
    added: list[End] = []
    removed: list[End] = []
    changed: list[End] = []
    for was, now in pairs:
        name = now.id if now is not None else was.id if was is not None else ""
        inputs = zip_longest(was.inputs if was is not None else (), now.inputs if now is not None else ())
        for port, (old, new) in enumerate(inputs):
            if old != new:
                (added if old is None else removed if new is None else changed).append((name, port))
    return Differing(tuple(added), tuple(removed), tuple(changed))


def _same(old: AnyBlock, new: AnyBlock) -> bool:
    return old is new or old == new


def _of_groups(before: Network, after: Network, blocks: Differing[str]) -> Differing[str]:
    """Definitions come, go and change with the blocks that use them."""
    used = any(
        isinstance(node.block, GroupBlock)
        for name in blocks
        for node in (before.nodes.get(name), after.nodes.get(name))
        if node is not None
    )
    return _of_mappings(definitions(before), definitions(after)) if used else _NAMES


def _of_mappings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Differing[str]:
    if before is after:
        return _NAMES
    added, gone = tuple(_missing(before, after)), tuple(_missing(after, before))
    changed = tuple(name for name in _other(before, after) if name in before and before[name] != after[name])
    return Differing(added, gone, changed) if added or gone or changed else _NAMES


def _other(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    """The names whose items are not the very same. Most of thousands are: they are passed over without a look."""
    return compress(after, map(is_not, map(before.get, after), after.values()))


def _missing(here: Mapping[str, Any], there: Mapping[str, Any]) -> Iterable[str]:
    """The names that are in the second, and not in the first."""
    return filterfalse(here.__contains__, there)
