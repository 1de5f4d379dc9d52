"""What the kinds share that work along the steps of a sequence."""

from __future__ import annotations

from designer.core.graph.block import SEQUENCE, RepairHint, WrongInputError, expect_numbers
from designer.core.schema.shape import Shape


def expect_steps(shape: Shape, port: int = 0) -> None:
    """Raises WrongInputError for what has no steps: takes L×F, L tokens and L×C×H×W."""
    if shape.names[0] != "L":
        mends = [RepairHint("port", name="sequence")] if shape.is_features else []
        raise WrongInputError(
            "takes sequences (N×L×F), tokens (N×L) or image sequences", "connect a block that gives steps", mends, port
        )


def expect_sequence(shape: Shape, port: int = 0) -> None:
    """Raises WrongInputError for anything but L×F."""
    if shape.is_tokens:
        expect_numbers(shape, port)
    if shape.names != SEQUENCE:
        mends = [RepairHint("port", name="sequence")] if shape.is_features else []
        raise WrongInputError("takes sequences (N×L×F)", "connect a block that gives the whole sequence", mends, port)
