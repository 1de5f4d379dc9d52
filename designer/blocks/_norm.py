"""What the normalisations share: which axis holds the channels, and how modules that want it last or second get it."""

from __future__ import annotations

from typing import Any

from designer.core.graph.block import Block, RepairHint, Saved, ShapeError, WrongInputError
from designer.core.graph.roles import BatchNormBlock
from designer.core.ir.expr import Expr, Module, Ref
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


class BatchNorm(BatchNormBlock):
    """y = γ (x − mean) / sqrt(var + eps) + β for each channel."""

    category = "Normalisation"
    prefix = "norm"

    eps: float = real(1e-5, "Added to the variance, so that nothing is divided by zero.", low=1e-12, high=1.0)
    momentum: float = real(0.1, "How much of each batch goes into the running mean and variance.", low=0.0, high=1.0)

    def arguments(self) -> dict[str, Any]:
        """What torch's batch normalisations take, without what is left at its default."""
        given = {"eps": self.eps} if self.eps != 1e-5 else {}
        return given | ({"momentum": self.momentum} if self.momentum != 0.1 else {})

    def parameter_count(self, *inputs: Shape) -> int:
        return 2 * inputs[0].channels

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # Of sequences that differ in length, a copy of the steps that there are.
        return Saved(inside=inputs[0].bytes) if padded else Saved(inputs=(0,))

    def details(self) -> str:
        return unusual(self, "momentum", "eps")


def unusual(block: Block, *names: str) -> str:
    """Numbers that are not at their defaults, for the card: nobody asks for the others."""
    fields = type(block).model_fields
    told = [f"{name} {getattr(block, name):g}" for name in names if getattr(block, name) != fields[name].default]
    return " · ".join(told)


def channels_last(layer: Module, x: Ref) -> Expr:
    """The layer applied along the channels, which it wants last: where C comes first, it goes there and back."""
    axis, last = x.shape.channel_axis + 1, x.shape.rank
    if axis == last:
        return layer(x)
    return layer(x.movedim(axis, last)).movedim(last, axis)


def channels_second(layer: Module, x: Ref) -> Expr:
    """The layer applied to N×F×L, where torch wants the features of a sequence."""
    return layer(x.transpose(1, 2)).transpose(1, 2) if x.shape.is_sequence else layer(x)


def expect_one_length(shape: Shape) -> None:
    """Raises ShapeError where padding would go into the mean."""
    if shape.varies:
        raise ShapeError(
            "takes its mean over the whole sequence, and the padding of sequences whose lengths differ would count",
            "use a LayerNorm, which takes each step by itself",
            [RepairHint("replace", kind="layer_norm")],
        )


def expect_channels(
    shape: Shape, what: str, kinds: tuple[tuple[str, ...], ...], mends: tuple[RepairHint, ...] = ()
) -> None:
    """Raises WrongInputError for other axes."""
    if shape.names not in kinds:
        letters = " or ".join("N×" + "×".join(names) for names in kinds)
        raise WrongInputError(f"takes {what} ({letters})", f"connect a block that gives {what}", mends)
