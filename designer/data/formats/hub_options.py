"""How sets of the hub become samples."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from designer.core.schema.fields import choice, real, whole
from designer.data.formats.base import ReadingOptions
from designer.data.formats.sound import SoundOptions, frame_of
from designer.data.formats.target_scale import HELP as HOW_LEARNED
from designer.data.formats.target_scale import TargetScale, Units


class HubOptions(ReadingOptions):
    """Which columns of a set are read, and how."""

    kind: Literal["picture", "text", "sound", "numbers"] = choice("picture", "What the samples are.")
    inputs: tuple[str, ...] = ()
    """The column that is read, or of numbers all columns."""
    label: str = ""
    """The column that is learned."""
    classes: tuple[str, ...] | None = None
    """The labels; none where they are numbers to predict."""
    parts: dict[str, int] = Field(default_factory=dict)
    """The splits that are read, with the numbers of their parts."""
    height: int = whole(32, "Rows of pixels that each picture is brought to.", high=4096, unit=("pixel", "pixels"))
    width: int = whole(32, "Columns of pixels that each picture is brought to.", high=4096, unit=("pixel", "pixels"))
    colour: Literal["rgb", "grey"] = choice("rgb", "Whether pictures have three channels or one.")
    units: Literal["words", "characters", "byte pairs"] = choice("words", "What a token of a text is.")
    vocabulary: int = whole(5000, "Tokens that are told apart in texts.", low=3, high=65_536, unit="tokens")
    length: int = whole(200, "Tokens that are kept of each text; 0 keeps all.", low=0, high=65_536, unit="tokens")
    seconds: float = real(1.0, "Seconds that are kept of each sound; 0: as long as it is.", low=0.0, high=600.0)
    rate: int = whole(8000, "Samples a second of each sound.", low=500, high=192_000, unit=("hertz", "hertz"))

    target_scale: TargetScale = choice("standardised", HOW_LEARNED)
    target_units: dict[str, Units] = Field(default_factory=dict)
    """The units in which a number is learned, by its column."""

    @property
    def how(self) -> dict[str, Any]:
        """What the reader of such files takes."""
        if self.kind == "picture":
            channels = 3 if self.colour == "rgb" else 1
            return {"size": (self.height, self.width), "channels": channels, "resize": "stretch"}
        if self.kind == "text":
            return {"units": self.units, "vocabulary": self.vocabulary, "length": self.length, "lower": True}
        if self.kind == "numbers":
            return {}
        window, hop = frame_of(self.rate)
        sound = {
            "rate": self.rate,
            "seconds": self.seconds,
            "kind_of_sound": "spectrogram" if self.seconds else "frames",
        }
        return {**sound, "bands": SoundOptions().bands, "window": window, "hop": hop}
