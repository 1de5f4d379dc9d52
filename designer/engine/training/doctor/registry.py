"""The findings by name. Each module of `findings` has a `find` of what was observed: a Diagnosis, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import import_module

from designer.engine.training.doctor.observed import Diagnosis, Observed

Find = Callable[[Observed], Diagnosis | None]

NAMES = (
    *("rate_too_high", "rate_too_low", "nothing_learned", "overfitting", "validation_better", "leak_suspected"),
    *("classes_ignored", "dead_relu", "saturated", "vanishing_gradients", "exploding_gradients", "small_batch_norm"),
)
"""One Python module each, in the order in which people see them."""
_EXPLAINS: Mapping[str, tuple[str, ...]] = {
    "rate_too_high": ("nothing_learned", "dead_relu", "exploding_gradients", "classes_ignored", "saturated"),
    "rate_too_low": ("nothing_learned", "classes_ignored"),
    "nothing_learned": ("classes_ignored",),
    "dead_relu": ("vanishing_gradients", "nothing_learned", "classes_ignored"),
    "leak_suspected": ("validation_better",),
}
"""What follows from a finding, and is not told beside it."""


@lru_cache(maxsize=1)
def finders() -> dict[str, Find]:
    """All of them by name."""
    return {name: import_module(f"{__package__}.findings.{name}").find for name in NAMES}


def findings_of(observed: Observed) -> dict[str, Diagnosis]:
    """All that is found, by name, without what follows from another one."""
    found = {name: item for name, find in finders().items() if (item := find(observed)) is not None}
    return {name: item for name, item in found.items() if name not in explained_by(found)}


def explained_by(found: Iterable[str]) -> set[str]:
    """What follows from these."""
    return {name for reason in found for name in _EXPLAINS.get(reason, ())}
