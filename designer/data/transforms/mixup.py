"""Mixup: samples between two."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import field_validator

from designer.core.graph.binding import LENGTHS, Binding
from designer.core.schema.fields import RuleError, real
from designer.data.errors import DataError
from designer.data.transforms.base import IMAGES, SEQUENCES, Transform


class Mixup(Transform):
    """Mixes each sample of a batch with another one of it, what is taken and what is learned alike.

    Numbers that are learned are mixed as well. Of classes, which have none between them, the losses are: λ × the loss
    by the own class + (1 − λ) × that by the other's, with λ of Beta(α, α), one for each batch and never below a half.
    The accuracy of the training part asks for the class that there is more of. Zhang et al. 2018, arXiv 1710.09412.
    """

    kind = "mixup"
    title = "Mixup"
    summary = "Mixes each sample with another, and what is learned of both; the training figures are of mixed samples."
    function = "mixing_of"
    axes = IMAGES | SEQUENCES | {("F",), ("C", "D", "H", "W"), ("L", "C", "H", "W")}
    mixes = True

    alpha: float = real(
        0.2,
        "How evenly: near 0 hardly at all, with 1 all shares alike, above mostly half and half.",
        low=0.01,
        high=10.0,
    )

    @field_validator("feature")
    @classmethod
    def _of_all(cls, feature: str) -> str:
        if feature:
            raise RuleError("none, as it mixes every column that the network takes", repr(feature))
        return feature


TRANSFORM = Mixup
_OUT = "take mixup out of the transforms"


def expect_mixable(chain: Iterable[Transform], binding: Binding) -> None:
    """Raises DataError where something is mixed, and what a network takes or learns cannot be."""
    if not any(item.mixes for item in chain):
        return
    for name, feature in binding.features.items():
        if feature.vocabulary is not None or feature.shape.is_tokens:
            raise DataError(
                f"data: transforms: mixup: Input '{name}' takes tokens, '{feature.name}': they are names, and between "
                f"two of them there is nothing: {_OUT}, or take token_drop instead"
            )
    for name, target in binding.targets.items():
        if target.shape.varies:
            raise DataError(
                f"data: transforms: mixup: Output '{name}' learns '{target.name}' at each step of sequences of "
                f"different lengths: the steps of a longer one have no partner: {_OUT}"
            )


def expect_unmixed(chain: Iterable[Transform], carries: bool) -> None:
    """Raises DataError where something is mixed, and states are carried over from batch to batch."""
    if carries and any(item.mixes for item in chain):
        raise DataError(
            "data: transforms: mixup: states are carried over from batch to batch, and a sample that is mixed of two "
            f"times goes on from neither: {_OUT}, or turn carry_states off"
        )


def mixed_columns(binding: Binding) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of numbers that are mixed, each once, and those of lengths, of which the larger one counts."""
    features, targets = binding.features.values(), binding.targets.values()
    numbers = [*(item.name for item in features), *(item.name for item in targets if item.classes is None)]
    lengths = (item.name + LENGTHS for item in features if item.shape.varies)
    return tuple(dict.fromkeys(numbers)), tuple(dict.fromkeys(lengths))
