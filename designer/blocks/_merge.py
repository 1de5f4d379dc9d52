"""What the kinds share that make one value of several of the same shape."""

from __future__ import annotations

from typing import ClassVar

from designer.core.block import Block, ShapeError, expect_numbers
from designer.core.expr import Expr, Ref
from designer.core.fields import whole
from designer.core.shape import Shape

MOST = 16


class Merge(Block):
    """Takes `count` values; number by number where the shapes are the same."""

    category = "Merging"
    inputs: ClassVar[tuple[str, ...]] = ("1", "2")

    count: int = whole(2, "Values that come in, each at a port of its own.", low=2, high=MOST, unit="inputs")

    @property
    def input_ports(self) -> tuple[str, ...]:
        return tuple(str(number) for number in range(1, self.count + 1))

    def output_shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        for place, shape in enumerate(inputs):
            expect_numbers(shape, place)
            if shape != first:
                raise ShapeError(
                    f"takes values of one shape, but input 1 is {first} and input {place + 1} is {shape}",
                    "make the shapes the same, or use Concatenate",
                )
        return first

    def details(self) -> str:
        return f"{self.count} inputs"


def folded(inputs: tuple[Ref, ...], operator: str) -> Expr:
    """a + b + c, from the left."""
    rule = {"+": Expr.__add__, "-": Expr.__sub__, "*": Expr.__mul__}[operator]
    value: Expr = inputs[0]
    for other in inputs[1:]:
        value = rule(value, other)
    return value
