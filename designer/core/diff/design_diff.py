"""What differs between two designs: which blocks were added, removed and changed, also inside groups.

Blocks are matched by their names first, where parameters or neighbours agree; what is left, by kind, parameters and
neighbours, so that a block under another name is found again. Where the blocks lie on the canvas, and the words about
a network, are not compared.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import zip_longest
from typing import Any, Literal

from designer.core.diff.edit_summary import differing_fields, settings_words, value_words
from designer.core.graph.definition import GroupBlock
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath
from designer.core.graph.network import AnyBlock, Network, Node, block_of, with_block

Mark = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Difference:
    """A block that differs. `left` and `right` are its names before and after: empty where it is not there.

    `fields` are (name, before, after); `inputs` say what it takes instead of what; `inside` is set for a group whose
    blocks differ.
    """

    mark: Mark
    left: str
    right: str
    title: str
    fields: tuple[tuple[str, Any, Any], ...] = ()
    inputs: tuple[str, ...] = ()
    inside: bool = False

    @property
    def name(self) -> str:
        """What the block is called: stem, or conv1 → stem where it has another name."""
        names = [name for name in (self.left, self.right) if name]
        return names[0] if names[0] == names[-1] else " → ".join(names)

    @property
    def words(self) -> str:
        """The difference in a line."""
        if self.mark != "changed":
            return f"{self.name} ({self.title})"
        parts = [f"{name} {value_words(before)} → {value_words(after)}" for name, before, after in self.fields]
        parts += self.inputs
        parts += ["different inside"] if self.inside else []
        parts += ["another name"] if self.left != self.right and not parts else []
        return f"{self.name}: {', '.join(parts)}"


@dataclass(frozen=True)
class MatchedLevel:
    """The whole networks, or the insides of two groups that are matched, by the paths that lead there.

    `names` are those of the definitions, empty for the whole networks: all uses of one differ alike. `pairs` gives
    for each block on the left that one on the right that it is matched with.
    """

    left: GroupPath
    right: GroupPath
    names: tuple[str, str]
    pairs: Mapping[str, str]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    """The levels that differ, the whole networks first, and the data and training settings that do."""

    levels: tuple[MatchedLevel, ...]
    settings: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.settings and not any(level.differences for level in self.levels)

    def count(self, mark: Mark) -> int:
        """How many blocks were added, removed or changed; a group counts beside those in it."""
        return sum(item.mark == mark for level in self.levels for item in level.differences)


def compare(left: Design, right: Design) -> Comparison:
    """What leads from the left design to the right one."""
    levels = list(_levels(left.network, right.network, ((), ()), ("", ""), set()))
    return Comparison(tuple(levels), tuple(settings_words(left, right)))


def _levels(
    left: Network,
    right: Network,
    paths: tuple[GroupPath, GroupPath],
    names: tuple[str, str],
    seen: set[tuple[str, str]],
) -> Iterator[MatchedLevel]:
    """This level, and those inside groups that differ, each pair of definitions once."""
    pairs = _Matching(left, right).pairs
    inner: list[MatchedLevel] = []
    differing: set[str] = set()
    for name, other in pairs.items():
        below = _inside(left.nodes[name].block, right.nodes[other].block, ((*paths[0], name), (*paths[1], other)), seen)
        if below is not None:
            differing.add(name)
            inner += below
    yield MatchedLevel(*paths, names, pairs, tuple(_differences(left, right, pairs, differing)))
    yield from inner


def _inside(
    old: AnyBlock, new: AnyBlock, paths: tuple[GroupPath, GroupPath], seen: set[tuple[str, str]]
) -> list[MatchedLevel] | None:
    """The levels inside two matched groups; none again for definitions seen before; None where they do not differ."""
    if not (isinstance(old, GroupBlock) and isinstance(new, GroupBlock)):
        return None
    if old.definition is new.definition or _same_but_places(old, new):
        return None
    names = old.definition.name, new.definition.name
    if names in seen:
        return []
    seen.add(names)
    return list(_levels(old.definition.network, new.definition.network, paths, names, seen))


def _same_but_places(old: GroupBlock, new: GroupBlock) -> bool:
    return replace(old.definition, view=new.definition.view, name=new.definition.name) == new.definition


class _Matching:
    """Finds which block on the left is which on the right."""

    def __init__(self, left: Network, right: Network) -> None:
        self._left, self._right = left, right
        self.pairs: dict[str, str] = {}
        self._taken: set[str] = set()
        self._order = {name: place for place, name in enumerate(right.nodes)}
        self._first = {node.id for node in right.nodes.values() if not node.sources}
        self._last = {name for name in right.nodes if not right.consumers[name]}
        for name, node in left.nodes.items():
            if name in right.nodes and self._is_the_same(node, right.nodes[name]):
                self._pair(name, name)
        while self._by_neighbours(equal=True) or self._by_neighbours(equal=False):
            pass
        for name in left.nodes:
            if name not in self.pairs and name in right.nodes and name not in self._taken:
                self._pair(name, name)
        order = {name: place for place, name in enumerate(left.nodes)}
        self.pairs = dict(sorted(self.pairs.items(), key=lambda pair: order[pair[0]]))

    def _is_the_same(self, node: Node, other: Node) -> bool:
        """Whether two blocks of one name are one: a name that was free may have gone to quite another block."""
        if node.block.kind != other.block.kind:
            return False
        takers, others = self._left.consumers[node.id], self._right.consumers[other.id]
        return (
            _same_block(node.block, other.block)
            or not {*node.sources}.isdisjoint(other.sources)
            or not {name for name, _ in takers}.isdisjoint(name for name, _ in others)
            or not (node.sources or other.sources or takers or others)
        )

    def _pair(self, name: str, other: str) -> None:
        self.pairs[name] = other
        self._taken.add(other)

    def _by_neighbours(self, equal: bool) -> bool:
        """Pairs blocks of one kind that have neighbours in common, the most first; whether there were any.

        `equal` says that their parameters must be the same as well.
        """
        found = False
        for name, node in self._left.nodes.items():
            if name in self.pairs:
                continue
            candidates = [
                self._right.nodes[other]
                for other in self._near(node)
                if other not in self._taken and _fit(node.block, self._right.nodes[other].block, equal)
            ]
            if candidates:
                self._pair(name, max(candidates, key=partial(self._in_common, node)).id)
                found = True
        return found

    def _near(self, node: Node) -> list[str]:
        """What a block could be on the right: neighbours of its neighbours' partners, in the order of the network."""
        near: set[str] = set() if node.sources else self._first
        takers = [name for name, _ in self._left.consumers[node.id]]
        near = near | (set() if takers else self._last)
        for source in node.sources:
            if source in self.pairs:
                near = near | {name for name, _ in self._right.consumers[self.pairs[source]]}
        for taker in takers:
            if taker in self.pairs:
                near = near | set(self._right.nodes[self.pairs[taker]].sources)
        return sorted(near, key=self._order.__getitem__)

    def _in_common(self, node: Node, other: Node) -> int:
        """Neighbours that are matched; having none above, or none below, is something in common too."""
        takers = {name for name, _ in self._left.consumers[node.id]}
        others = {name for name, _ in self._right.consumers[other.id]}
        return self._matched(node.sources, other.sources) + self._matched(takers, others)

    def _matched(self, names: Iterable[str], others: Iterable[str]) -> int:
        mine, theirs = set(names), set(others)
        if not mine and not theirs:
            return 1
        return sum(self.pairs.get(name) in theirs for name in mine)


def _fit(old: AnyBlock, new: AnyBlock, equal: bool) -> bool:
    return old.kind == new.kind and (not equal or _same_block(old, new))


def _same_block(old: AnyBlock, new: AnyBlock) -> bool:
    if isinstance(old, GroupBlock) and isinstance(new, GroupBlock):
        return old.values == new.values and _same_but_places(old, new)
    return old == new


def _differences(left: Network, right: Network, pairs: Mapping[str, str], differing: set[str]) -> Iterator[Difference]:
    """In the order of the blocks on the right; what was removed stands behind what it came after."""
    rewiring = _Rewiring(left, right, pairs)
    back = {other: name for name, other in pairs.items()}
    order = {name: place for place, name in enumerate(left.nodes)}
    gone = deque(name for name in left.nodes if name not in pairs)
    for node in right.nodes.values():
        name = back.get(node.id)
        if name is None:
            yield Difference("added", "", node.id, node.block.title)
            continue
        while gone and order[gone[0]] < order[name]:
            yield _removed(left, gone.popleft())
        fields = tuple(differing_fields(left.nodes[name], node))
        inputs = tuple(rewiring.words(left.nodes[name], node))
        if fields or inputs or name != node.id or name in differing:
            yield Difference("changed", name, node.id, node.block.title, fields, inputs, name in differing)
    for name in gone:
        yield _removed(left, name)


def _removed(left: Network, name: str) -> Difference:
    return Difference("removed", name, "", left.nodes[name].block.title)


class _Rewiring:
    """What matched blocks take from elsewhere than before.

    A block that came in between, or went, is a difference of its own: its neighbours have not changed by that.
    """

    def __init__(self, left: Network, right: Network, pairs: Mapping[str, str]) -> None:
        self._left, self._right, self._pairs = left, right, pairs

    @cached_property
    def _kept(self) -> set[str]:
        return set(self._pairs.values())

    def words(self, old: Node, new: Node) -> Iterator[str]:
        """A few words for each input that differs."""
        for was, now in zip_longest(old.inputs, new.inputs):
            before = self._before(was)
            if before == now or before == self._after(now):
                continue
            if now is None:
                yield f"no longer takes {was}"
            elif was is None:
                yield f"takes {now}"
            else:
                yield f"takes {now} instead of {was}"

    def _before(self, ref: str | None) -> str | None:
        """An output on the left as it is called on the right, past blocks that are gone."""
        ref = _past(self._left, ref, self._pairs)
        return with_block(ref, self._pairs[block_of(ref)]) if ref else None

    def _after(self, ref: str | None) -> str | None:
        return _past(self._right, ref, self._kept)


def _past(network: Network, ref: str | None, kept: Iterable[str]) -> str | None:
    """The output that a value comes from, past blocks that are only on one side."""
    while ref is not None and block_of(ref) not in kept:
        ref = next((source for source in network.nodes[block_of(ref)].inputs if source), None)
    return ref


def lines(found: Comparison) -> Iterator[str]:
    """The differences as text: +, − or ± and a line for each, those inside a group below its name."""
    for level in found.levels:
        if level.left and level.differences:
            names = level.left if level.left == level.right else (*level.left, "→", *level.right)
            yield f"inside {' › '.join(names)}:"
        for item in level.differences:
            yield f"{'  ' if level.left else ''}{SIGNS[item.mark]} {item.words}"
    for text in found.settings:
        yield f"{SIGNS['changed']} {text}"


SIGNS: dict[Mark, str] = {"added": "+", "removed": "−", "changed": "±"}
"""How each kind of difference is marked, beside its colour."""


def to_json(found: Comparison) -> dict[str, Any]:
    """The differences as one JSON object."""
    return {
        "same": found.same,
        "blocks": [_json_of(level, item) for level in found.levels for item in level.differences],
        "settings": list(found.settings),
    }


def _json_of(level: MatchedLevel, item: Difference) -> dict[str, Any]:
    return {
        "mark": item.mark,
        "group": list(level.left),
        "before": item.left or None,
        "after": item.right or None,
        "title": item.title,
        "fields": {name: [_json_value(before), _json_value(after)] for name, before, after in item.fields},
        "inputs": list(item.inputs),
        "inside": item.inside,
    }


def _json_value(value: Any) -> Any:
    """A value of a field as JSON has it."""
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
