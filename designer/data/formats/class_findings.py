"""What is to be known of the classes of any data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from designer.core.schema.fields import BALANCED
from designer.core.schema.limits import one_line
from designer.core.schema.units import plural
from designer.data.formats.base import Answer, Finding

UNEVEN = 10
"""So many times as many samples of one class as of another are told."""
MOST_NAMED = 20
"""Classes, of however many."""
_LONGEST = 60
WEIGH_CLASSES = Answer("Weigh classes by their number", training={"class_weights": BALANCED})
"""What may be done about classes of very different sizes."""


def class_findings(counts: Mapping[str, int], things: str) -> Iterator[Finding]:
    """Classes with a single sample, of very different sizes, and of nearly one name; `things` are what samples are."""
    if single := [name for name, count in counts.items() if count == 1]:
        told = plural(len(single), "class has", "classes have")
        yield Finding(f"{told} a single sample: it cannot be among the {things} of two parts.", shown(single))
    some = {name: count for name, count in counts.items() if count}
    if some and max(some.values()) > UNEVEN * min(some.values()):
        by_size = sorted(some, key=lambda name: -some[name])
        named = by_size if len(by_size) <= MOST_NAMED else [*by_size[: MOST_NAMED // 2], *by_size[-MOST_NAMED // 2 :]]
        listed = tuple(f"{name_shown(name)}: {some[name]:,}" for name in named)
        yield Finding(f"Some classes have more than ten times as many {things} as others.", listed, (WEIGH_CLASSES,))
    yield from alike(counts)


def alike(names: Iterable[str]) -> Iterator[Finding]:
    """Classes whose names differ in capital letters and blanks alone: they may be meant as one."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault("".join(name.casefold().split()), []).append(name)
    if several := [group for group in groups.values() if len(group) > 1]:
        told = plural(len(several), "class is", "classes are")
        yield Finding(
            f"{told} written in several ways, that differ in capital letters or blanks alone: each is a class of its "
            "own, unless you write them alike.",
            tuple(" / ".join(shown(group)) for group in several[:MOST_NAMED]),
        )


def shown(names: list[str]) -> tuple[str, ...]:
    """The first of many names, as they are shown."""
    return tuple(name_shown(name) for name in names[:MOST_NAMED])


def name_shown(name: str) -> str:
    """A name on one line, and not too long; within quotes where blanks at its ends would not be seen."""
    plain = one_line(name, _LONGEST)
    return plain if name.strip() == name and name else f"'{plain}'"
