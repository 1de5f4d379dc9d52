"""Edits of a chain of transforms as a file has it: what is fixed comes before what changes samples by chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import JsonValue

from designer.core.graph.binding import Feature
from designer.data.transforms.base import Transform
from designer.data.transforms.registry import applied_to, transforms

Written = dict[str, JsonValue]
Chain = tuple[Written, ...]


def offered(features: Iterable[Feature], chain: Chain = ()) -> list[type[Transform]]:
    """The transforms that suit any of these columns; what may stand there once alone only as long as it does not."""
    columns, there = tuple(features), {item.get("kind") for item in chain}
    suited = (item for item in transforms().values() if applied_to(item(), columns))
    return [item for item in suited if not (item.mixes and item.kind in there)]


def written(transform: Transform) -> Written:
    """As a file has it, with all of its values: what is usual may be another value some day."""
    fields = transform.model_dump(mode="json", exclude=set() if transform.feature else {"feature"})
    return {"kind": transform.kind, **fields}


def added(chain: Chain, kind: str) -> Chain:
    """One more: a fixed one behind the last fixed one, a random one at the end."""
    new = written(transforms()[kind]())
    place = len(chain) if is_random(new) else sum(not is_random(item) for item in chain)
    return (*chain[:place], new, *chain[place:])


def without(chain: Chain, place: int) -> Chain:
    """All but one."""
    return (*chain[:place], *chain[place + 1 :])


def moved(chain: Chain, place: int, to: int) -> Chain:
    """One at another place among the rest; no random one comes before a fixed one."""
    rest = without(chain, place)
    fixed = sum(not is_random(item) for item in rest)
    least, most = (fixed, len(rest)) if is_random(chain[place]) else (0, fixed)
    to = min(max(to, least), most)
    return (*rest[:to], chain[place], *rest[to:])


def changed(chain: Chain, place: int, fields: Mapping[str, Any]) -> Chain:
    """One with other values, which are those of its fields. An empty feature is left out."""
    new = {**chain[place], **fields}
    if not new.get("feature"):
        new.pop("feature", None)
    return (*chain[:place], new, *chain[place + 1 :])


def is_random(item: Written) -> bool:
    """Whether it changes samples by chance; one that is not known is taken to do so."""
    found = transforms().get(str(item.get("kind", "")))
    return found is None or bool(found.function)
