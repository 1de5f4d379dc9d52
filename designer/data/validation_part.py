"""What is doubtful about the samples that a training keeps apart to validate with: too few say little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from designer.core.assist.starting_settings import validation_share_for
from designer.core.graph.binding import split_of
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.training_settings import FEWEST_HELD
from designer.core.schema.units import noun, plural
from designer.data.formats.base import Answer, Finding, FoundData
from designer.data.parts import kept_of_class, parts_told

_LEAST_HELD, _MOST_HELD = 10, 34
"""Hundredths of the samples that are worth keeping apart."""
_LEARN_ALL = Answer("Learn from all", training={"validation_share": 0.0})


def validation_findings(found: FoundData[Any], data: DataSettings, share: float) -> Iterator[Finding]:
    """What to know where this validation share is kept apart of data that were found; each with what mends it.

    Nothing where each sample has an answer for every step: these are many. A network that is begun with keeps none of
    few samples apart, which is told; of many it is what a person has chosen.
    """
    info, learned, _ = parts_told(found, data)
    if not info.targets or any(target.per_step for target in info.targets):
        return
    if info.held:  # the share has no say
        yield from _few(found.given_parts[1])
        return
    classes = _classes(found, data)
    used = max(learned - found.across, 0) if info.spans else learned
    if share:
        yield from _few(_held(used, classes, share), *_larger(used, classes), _LEARN_ALL)
        absent = tuple(name for name, left in classes.items() if left == 1)
        if absent:
            yield Finding("Some classes have too few samples to validate with: no figure tells of them.", absent)
    elif not validation_share_for(info, used):
        none = f"None of {plural(learned, 'sample')} is kept apart to validate with: a tenth would say little."
        yield Finding(none, answers=tuple(_larger(used, classes)))


def _few(held: int, *answers: Answer) -> Iterator[Finding]:
    if held < FEWEST_HELD:
        some = f"Only {plural(held, 'sample')} {noun(held, 'is', 'are')} kept apart to validate with"
        yield Finding(f"{some}: {noun(held, 'its', 'their')} figures say little.", answers=answers)


def _larger(learned: int, classes: dict[str, int]) -> Iterator[Answer]:
    """The least share from a tenth that is large enough, where it leaves enough to learn from."""
    shares = (hundredths / 100 for hundredths in range(_LEAST_HELD, _MOST_HELD + 1))
    enough = next((share for share in shares if _held(learned, classes, share) >= FEWEST_HELD), None)
    if enough:
        yield Answer(f"Keep {_held(learned, classes, enough)} apart", training={"validation_share": enough})


def _held(learned: int, classes: dict[str, int], share: float) -> int:
    """How many samples of those that are not for the test a share keeps apart, as far as it is known."""
    return sum(kept_of_class(left, share) for left in classes.values()) if classes else round(share * learned)


def _classes(found: FoundData[Any], data: DataSettings) -> dict[str, int]:
    """How many samples of each class are not for the test.

    Nothing where classes have no say in the split, or where it is not known how many of each are for the test.
    """
    info, *_ = parts_told(found, data)
    target = next((item for item in info.targets if item.classes), None)
    if target is None or split_of(info, info.targets).function != "split_by_class" or found.given_parts[2]:
        return {}
    left = [count - kept_of_class(count, data.test_share) for count in found.class_counts]
    return dict(zip(target.classes or (), left, strict=False))
