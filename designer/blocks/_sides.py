"""What Crop and ZeroPad share: numbers for the sides of a sequence, an image or a volume."""

from __future__ import annotations

from designer.core.graph.block import IMAGE, SEQUENCE, VOLUME, RepairHint, ShapeError, WrongInputError
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural

Sides = tuple[tuple[int, int], ...]
"""For each axis that has sides, in the order of the shape, what goes on before and behind."""


def sides_of(shape: Shape, numbers: tuple[int, ...], field: str) -> Sides:
    """The sides of L, of H and W, or of D, H and W. `numbers` begin with the last axis, as in torch's padding.

    Raises ShapeError where they are not as many as the shape has sides; one alone counts for all.
    """
    if shape.names not in (SEQUENCE, IMAGE, VOLUME):
        raise WrongInputError(
            "takes sequences, images or volumes (N×L×F, N×C×H×W or N×C×D×H×W)", "connect a block that gives them"
        )
    axes = 1 if shape.is_sequence else shape.rank - 1
    if len(numbers) == 1:
        return ((numbers[0], numbers[0]),) * axes
    if len(numbers) != 2 * axes:
        named = {1: "start and end", 2: "left, right, top and bottom", 3: "left, right, top, bottom, front and back"}
        raise ShapeError(
            f"{field} has {plural(len(numbers), 'number')}, but {shape.noun} have {2 * axes} sides",
            f"give {named[axes]}, or one number for all",
            [RepairHint("set", name=field, value=(numbers[0],))],
            field=field,
        )
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))[::-1]


def place_of(shape: Shape) -> int:
    """The place of the first axis that has sides."""
    return 0 if shape.is_sequence else 1


def text_of(numbers: tuple[int, ...]) -> str:
    """2, or 1, 1, 2, 2."""
    return ", ".join(map(str, numbers))
