"""How curves are drawn, as a person has chosen it."""

from __future__ import annotations

import contextlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from designer.engine.protocol.figures import is_of_all

Along = Literal["step", "epoch", "time"]
"""What a curve is drawn over: steps, epochs or seconds."""
SMOOTHING, MOST_SMOOTHING = 0.9, 0.99


class CurveOptions(BaseModel):
    """Frozen. What cannot be read of those that were kept is as at the first start."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    along: Along = "step"
    is_log: bool = False
    smoothing: float = Field(default=SMOOTHING, ge=0.0, le=MOST_SMOOTHING)
    """Share of the mean so far that stays with each step."""
    ghost: bool = True
    """Whether the run before is drawn behind a new one."""
    classes: bool = False
    """Whether the figures of each class stand beside the plots."""
    figures: tuple[str, ...] = ()
    """The plots that are wanted, by the names of figures; none for the loss and what else tells most."""

    @classmethod
    def read(cls, text: str) -> CurveOptions:
        """As `model_dump_json` has written them."""
        with contextlib.suppress(ValidationError, ValueError):
            return cls.model_validate_json(text)
        return cls()

    def plots(self, there: tuple[str, ...]) -> tuple[str, ...]:
        """The plots to show of figures that there are; before there are any, those that most runs have."""
        if not there:
            return self.figures or ("loss", "accuracy")
        wanted = tuple(name for name in self.figures if name in there)
        if wanted:
            return wanted
        telling = [name for name in there if name not in _MECHANICS and is_of_all(name)]
        return tuple(dict.fromkeys(name for name in ("loss", "accuracy", *telling) if name in telling))[:2]


_MECHANICS = ("learning_rate", "gradient_norm", "update_ratio", "samples_per_second", "memory")
"""How it learns, and not how well."""
