"""Budgets: what a network, and each of its blocks, may cost at most."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from designer.core.schema.units import Quantity

Limit = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Budgets(BaseModel):
    """Limits by quantity, in numbers, bytes and seconds; a quantity that is not there has none.

    The memory of the whole is what training takes, that of a block what its values take for a batch.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    whole: dict[Quantity, Limit] = Field(default_factory=dict)
    block: dict[Quantity, Limit] = Field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.whole or self.block)

    @classmethod
    def read(cls, text: str) -> Budgets:
        """Budgets as they were kept; none where the text says nothing that can be understood."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return cls()


def is_over(amount: float | None, limits: dict[Quantity, float], quantity: Quantity) -> bool:
    """Whether an amount is above its limit; one that is not known never is."""
    limit = limits.get(quantity)
    return amount is not None and limit is not None and amount > limit
