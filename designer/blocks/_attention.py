"""What the attention kinds share: masks for padding and for the future, and heads that divide the features."""

from __future__ import annotations

from typing import Any

from designer.core.block import Mend, ShapeError
from designer.core.expr import Ref, function


def expect_heads(features: int, heads: int, field: str) -> None:
    """Raises ShapeError where the features cannot be shared out among the heads."""
    if features % heads:
        fitting = max(number for number in range(1, heads + 1) if features % number == 0)
        raise ShapeError(
            f"{features} features cannot be shared out among {heads} heads",
            f"set {field} to a number that divides {features}",
            [Mend("set", name=field, value=fitting)],
            field=field,
        )


def masks(queries: Ref, keys: Ref, causal: bool, future: str, padding: str) -> dict[str, Any]:
    """The masks that torch's module takes under these two names, as far as there is something to mask."""
    given: dict[str, Any] = {}
    if causal:
        given[future] = function("future_steps", queries, keys)
    if keys.lengths is not None:
        given[padding] = function("padded_steps", keys, keys.lengths)
    return given
