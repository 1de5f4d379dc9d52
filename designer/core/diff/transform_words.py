"""What differs between two chains of transforms, in words: Add Flip; Flip: p 0.5 → 0.3; Move Shift before Flip."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from pydantic import JsonValue

Chain = Sequence[dict[str, JsonValue]]
ValueWords = Callable[[Any], str]


def transform_title(kind: object) -> str:
    """What people call a kind of transform: time_shift is Time shift."""
    return str(kind).replace("_", " ").capitalize()


def transform_words(before: Chain, after: Chain, words_of: ValueWords) -> list[str]:
    """Each difference by itself; `words_of` shows the value of a field. Other orders are one difference."""
    if list(before) == list(after):
        return []
    was, now = list(map(_key, before)), list(map(_key, after))
    if sorted(was) == sorted(now):
        return [_moved(was, now, after)]
    found: list[str] = []
    for sort, first, last, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if sort != "equal":
            found += _replaced(before[first:last], after[start:end], words_of)
    return found


def _key(item: dict[str, JsonValue]) -> str:
    return json.dumps(item, sort_keys=True)


def _title(item: dict[str, JsonValue]) -> str:
    return transform_title(item.get("kind", ""))


def _moved(was: Sequence[str], now: Sequence[str], after: Chain) -> str:
    """The one that stands elsewhere, by what it comes before now."""
    for place, key in enumerate(now):
        rest = [*now[:place], *now[place + 1 :]]
        start = was.index(key)
        if rest == [*was[:start], *was[start + 1 :]]:
            behind = place + 1 < len(now)
            where = f"before {_title(after[place + 1])}" if behind else "to the end"
            return f"Move {_title(after[place])} {where}"
    return "Move transforms"


def _replaced(gone: Chain, came: Chain, words_of: ValueWords) -> Iterator[str]:
    """Those of the same kind, in their order, are the same with other values; all others have gone or come."""
    left = list(came)
    for old in gone:
        same = next((item for item in left if item.get("kind") == old.get("kind")), None)
        if same is None:
            yield f"Delete {_title(old)}"
            continue
        left.remove(same)
        yield from _changed(old, same, words_of)
    for new in left:
        yield f"Add {_title(new)}"


def _changed(old: dict[str, JsonValue], new: dict[str, JsonValue], words_of: ValueWords) -> Iterator[str]:
    """A value that is not written is the usual one, which the transform alone knows."""
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) == new.get(name):
            continue
        values = [words_of(item[name]) if name in item else "usual" for item in (old, new)]
        if name == "feature":
            values = [words_of(item.get(name)) if item.get(name) else "all" for item in (old, new)]
        yield f"{_title(new)}: {name.replace('_', ' ')} {values[0]} → {values[1]}"
