"""What every transform says of itself."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from designer.core.schema.shape import Shape

IMAGES = frozenset([("C", "H", "W")])
SEQUENCES = frozenset([("L", "F")])
TOKENS = frozenset([("L",)])


class Transform(BaseModel):
    """One step of the chain that a column of samples goes through. Its fields are its function's parameters.

    A random one changes what is learned from, anew in every epoch, and nothing that is only looked at or measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    """As files have it."""
    title: ClassVar[str]
    summary: ClassVar[str]
    function: ClassVar[str]
    """In `designer.recipe.augmentation`, where it is random: of a batch [N, ...], its fields and a `chance`.

    Of one that mixes it is in `designer.recipe.mixing`, and takes the number of samples instead.
    """
    axes: ClassVar[frozenset[tuple[str, ...]]]
    """The letters of the axes of the columns that it suits."""
    mixes: ClassVar[bool] = False
    """Whether it mixes samples, and what is learned of them, so that it is for all columns at once."""

    feature: str = Field(
        default="", strict=True, max_length=200, description="The column; empty for each that it suits."
    )

    @property
    def is_random(self) -> bool:
        """Whether it changes samples by chance."""
        return bool(self.function)

    def suits(self, shape: Shape) -> bool:
        """Whether it can be applied to a column of this shape."""
        return shape.names in self.axes

    def arguments(self) -> dict[str, Any]:
        """What its function takes beside the batch and the random numbers."""
        return self.model_dump(exclude={"feature"})

    def to_json(self) -> dict[str, Any]:
        """As a file has it."""
        return {"kind": self.kind, **self.model_dump(mode="json", exclude_defaults=True)}
