"""How pictures become samples, whatever says their labels."""

from __future__ import annotations

from typing import Any, Literal

from designer.core.schema.fields import choice, whole
from designer.data.formats.base import ReadingOptions

USUAL = 64
"""Pixels of height and width, where pictures have more."""
MOST_NAMED = 500
"""Files that an architecture file names to have them left out."""


class PictureOptions(ReadingOptions):
    """What every source of pictures asks."""

    height: int = whole(USUAL, "Rows of pixels that each picture is brought to.", high=4096, unit=("pixel", "pixels"))
    width: int = whole(
        USUAL, "Columns of pixels that every picture is brought to.", high=4096, unit=("pixel", "pixels")
    )
    resize: Literal["stretch", "fit", "crop"] = choice(
        "stretch",
        "How: stretched, whatever becomes of the sides; fitted in whole, with black beside; or cropped to the middle.",
    )
    colour: Literal["rgb", "grey"] = choice("rgb", "Whether pictures have three channels or one.")
    left_out: tuple[str, ...] = ()
    """Pictures that a person does not want, by their paths."""
    broken: tuple[str, ...] = ()
    """Pictures that could not be read when they were looked at; any others are left out as they are read."""

    @property
    def channels(self) -> int:
        """Of each picture."""
        return 3 if self.colour == "rgb" else 1

    def arguments(self) -> dict[str, Any]:
        """Those of a reader, as far as they are not what it does by itself."""
        arguments: dict[str, Any] = {"size": (self.height, self.width), "channels": self.channels}
        if self.resize != "stretch":
            arguments["resize"] = self.resize
        if without := tuple(sorted({*self.left_out, *self.broken})):
            arguments["left_out"] = without
        return arguments
