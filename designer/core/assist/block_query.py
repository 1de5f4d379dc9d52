"""Finding blocks by what a person types: names, kinds, values of parameters, shapes; also inside groups.

    conv           a name, a kind or a category that holds these letters
    kernel_size=5  a parameter with this value; also <, >, <=, >= and !=, and the name may be cut short (kernel=5)
    32×26×26       an output of this shape; 32×26x26 and a part (26×26) do as well

Several words must all hold for one block. Notes are found by words that they hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from designer.core.graph.block import LEARNING, Block
from designer.core.graph.definition import GroupBlock, frozen_values
from designer.core.graph.group_paths import GroupPath
from designer.core.graph.settings import View
from designer.core.inference.bounding import bounded
from designer.core.inference.infer import Inference, Result, infer_inside

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_FLAGS = {True: ("yes", "true", "1"), False: ("no", "false", "0")}
_TERM = re.compile(r"([^\W\d]\w*)(<=|>=|!=|<|>|=)(.+)")
_SHAPE = re.compile(r"(\d+|L)([×x*](\d+|L))+\Z", re.IGNORECASE)
_SIGNS = re.compile(r"\s*(<=|>=|!=|<|>|=)\s*")


@dataclass(frozen=True)
class FoundBlock:
    """A block of the network, or of the inside of a group."""

    path: GroupPath
    result: Result

    @property
    def block_id(self) -> str:
        """Its name where it stands."""
        return self.result.node.id


def every_block(inference: Inference) -> list[FoundBlock]:
    """All blocks, those inside a group behind it. A group that several uses share with the same values comes once."""
    with bounded():
        return list(_blocks(inference, (), set()))


def _blocks(inference: Inference, path: GroupPath, seen: set[object]) -> Iterator[FoundBlock]:
    for result in inference.results.values():
        yield FoundBlock(path, result)
        block = result.node.block
        if not isinstance(block, GroupBlock):
            continue
        key = block.definition.name, frozen_values(block.values)
        if key in seen or not block.can_be_opened:
            continue
        seen.add(key)
        yield from _blocks(infer_inside(inference, result.node.id), (*path, result.node.id), seen)


def find(inference: Inference, text: str) -> list[FoundBlock]:
    """The blocks that every word of a text holds for, in the network's order; none for an empty text."""
    terms = [_term(word) for word in _SIGNS.sub(r"\1", text).split()]
    return [place for place in every_block(inference) if all(holds(place.result) for holds in terms)] if terms else []


@dataclass(frozen=True)
class Hit:
    """Something that was found: a block or a note of the network, or of the inside of a group."""

    path: GroupPath
    name: str
    is_note: bool = False


def search(inference: Inference, view: View, text: str) -> list[Hit]:
    """The blocks that suit a text, and then the notes that hold all of its words; `view` is that of the network."""
    words = text.lower().split()
    blocks = [Hit(place.path, place.block_id) for place in find(inference, text)]
    notes = [
        Hit(path, name, is_note=True)
        for path, noted in _views(inference, view)
        for name, note in noted.notes.items()
        if all(word in note.text.lower() for word in words)
    ]
    return [*blocks, *notes] if words else []


def _views(inference: Inference, view: View) -> Iterator[tuple[GroupPath, View]]:
    """The network's view, and that of each definition, where it is used first."""
    yield (), view
    seen: set[str] = set()
    for place in every_block(inference):
        block = place.result.node.block
        if isinstance(block, GroupBlock) and block.definition.name not in seen:
            seen.add(block.definition.name)
            yield (*place.path, place.block_id), block.definition.view


def _term(word: str) -> Callable[[Result], bool]:
    compared = _TERM.match(word)
    if compared:
        name, sign, value = compared.groups()
        return lambda result: _compares(result, name.lower(), _COMPARED[sign], value)
    if _SHAPE.match(word):
        sizes = re.split("[×x*]", word.upper().replace("X", "×"))
        return lambda result: _has_shape(result, sizes)
    return lambda result: word.lower() in _words(result)


def _words(result: Result) -> str:
    """All that a block is called."""
    block = result.node.block
    return f"{result.node.id} {block.title} {block.kind} {block.category}".lower()


def _has_shape(result: Result, sizes: list[str]) -> bool:
    """Whether sizes stand next to each other in what one of the ports gives."""
    shapes = [["L" if size is None else str(size) for size in shape.sizes] for shape in result.shapes or ()]
    count = len(sizes)
    return any(shape[at : at + count] == sizes for shape in shapes for at in range(len(shape) - count + 1))


def _compares(result: Result, name: str, compare: Callable[[Any, Any], bool], wanted: str) -> bool:
    """Whether a parameter whose name begins so compares with a value; of several numbers, each one must."""
    block = result.node.block
    if not isinstance(block, Block):
        return False
    fields = [field for field in (*block.form_fields(), *LEARNING) if field.lower().startswith(name)]
    return any(_compare(block.value_of(field), compare, wanted) for field in fields)


def _compare(value: Any, compare: Callable[[Any, Any], bool], wanted: str) -> bool:
    if isinstance(value, tuple | list):
        return _compare_each(value, compare, re.split("[×x*,]", wanted))
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return compare(value, float(wanted))
        except ValueError:
            return False
    said = _FLAGS[value] if isinstance(value, bool) else (str(value).lower(),)
    return compare in (operator.eq, operator.ne) and compare(wanted.lower() in said, True)


def _compare_each(values: Sequence[Any], compare: Callable[[Any, Any], bool], wanted: list[str]) -> bool:
    """Each number with its own value, or all with one; unlike is what differs anywhere."""
    parts = wanted * len(values) if len(wanted) == 1 else wanted
    if len(parts) != len(values) or not values:
        return False
    each = [_compare(value, compare, part) for value, part in zip(values, parts, strict=True)]
    return any(each) if compare is operator.ne else all(each)
