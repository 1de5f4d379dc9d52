"""In which units numbers are learned: as a person chooses it, and as it is written into the options of a source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

TargetScale = Literal["standardised", "as_it_is"]
HELP = "Whether a number is learned in deviations from its mean, as any network can, or as it stands in the file."

Offsets = Annotated[tuple[float, ...], Field(min_length=1)]
Scales = Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1)]
Units = tuple[Offsets, Scales]
"""Of numbers [..., F] that are learned as (number − offset) / scale: an offset and a scale for each of the F, or for as
many of them as come again and again."""
