"""The transforms by name, and the chain of a design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import pairwise

from pydantic import JsonValue, ValidationError

from designer.core.graph.binding import Feature
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.messages import all_wrong
from designer.data.errors import DataError
from designer.data.transforms.base import Transform

_NAMES = (
    *("normalise", "flip", "shift", "rotate", "zoom", "colour", "cutout"),
    *("noise", "time_shift", "time_warp", "token_drop", "mixup"),
)
"""One Python module each, in the order in which people see them."""


@lru_cache(maxsize=1)
def transforms() -> dict[str, type[Transform]]:
    """All of them by name."""
    return {name: import_module(f"{__package__}.{name}").TRANSFORM for name in _NAMES}


def bring_in() -> Iterator[None]:
    """Imports them one by one, so that nobody waits for all of them at once."""
    for name in _NAMES:
        import_module(f"{__package__}.{name}")
        yield


def read_transform(written: Mapping[str, JsonValue]) -> Transform:
    """A transform as a file has it. Raises DataError with the field that is wrong."""
    kind = written.get("kind", "")
    found = transforms().get(str(kind))
    if found is None:
        raise DataError(f"data: transforms: there is none called {kind!r}: expected one of {', '.join(_NAMES)}")
    try:
        return found.model_validate({name: value for name, value in written.items() if name != "kind"})
    except ValidationError as error:
        raise DataError(f"data: transforms: {kind}: {all_wrong(error, found.model_fields)}") from None


def chain_of(data: DataSettings) -> tuple[Transform, ...]:
    """The transforms of a design, in their order. Raises DataError.

    What is fixed comes before what is random, which acts on the numbers that the network would see otherwise.
    """
    chain = tuple(read_transform(item) for item in data.transforms)
    random = [item.is_random for item in chain]
    if random != sorted(random):
        late = next(item.kind for before, item in pairwise(chain) if before.is_random > item.is_random)
        raise DataError(f"data: transforms: {late}: it comes before those that change samples by chance")
    if (mixing := [item.kind for item in chain if item.mixes])[1:]:
        raise DataError(f"data: transforms: {mixing[1]}: samples are mixed once: expected one of it, got {len(mixing)}")
    return chain


def applied_to(transform: Transform, features: Iterable[Feature]) -> tuple[Feature, ...]:
    """The columns that a transform changes: the one that it names, or each that it suits."""
    named = (item for item in features if not transform.feature or item.name == transform.feature)
    return tuple(item for item in named if transform.suits(item.shape))


def expect_columns(chain: Iterable[Transform], features: Sequence[Feature]) -> None:
    """Raises DataError where a transform names a column that there is not, or that it does not suit."""
    for item in chain:
        if not item.feature or applied_to(item, features):
            continue
        named = next((feature for feature in features if feature.name == item.feature), None)
        there = f"expected one of {', '.join(feature.name for feature in features)}"
        what = f"it is not for {named.shape.noun}s" if named else f"there is no such column: {there}"
        raise DataError(f"data: transforms: {item.kind}: feature: {item.feature!r}: {what}")
