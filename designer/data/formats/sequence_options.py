"""How files become sequences."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from designer.core.schema.fields import choice, whole
from designer.data.formats.base import ReadingOptions
from designer.data.formats.encodings import HELP, Encoding
from designer.data.formats.target_scale import HELP as HOW_LEARNED
from designer.data.formats.target_scale import TargetScale, Units

Layout = Literal["ucr", "wide", "long", "files", "forecast"]


class SequencesOptions(ReadingOptions):
    """How files become sequences."""

    layout: Layout = choice(
        "long",
        "What the files hold: the UCR archive's series (ucr); a sample a row (wide); a step a row, with a column that "
        "says whose it is (long); a sample a file, in a folder for each class (files); one series, of which the next "
        "values are to be forecast (forecast).",
    )
    files: tuple[tuple[str, int], ...] = ()
    """Of the UCR archive: names beside each other, and the part that each is."""
    sample: str = ""
    """The column that says whose a step is."""
    time: str = ""
    """The column that orders the steps; the order of the file without one."""
    values: tuple[str, ...] = ()
    """The columns of values."""
    label: str = ""
    """The column of the label."""
    each_step: bool = False
    """Whether each step has a label of its own."""
    classes: tuple[str, ...] | None = None
    """The labels; none where they are numbers to predict."""
    targets: tuple[str, ...] = ()
    """The columns that are forecast."""
    window: int = whole(24, "Steps that a forecast is made from.", unit="steps")
    horizon: int = whole(1, "Steps that are forecast.", high=10_000, unit="steps")
    stride: int = whole(1, "Steps from the beginning of one window to that of the next.", high=10_000, unit="steps")
    target_scale: TargetScale = choice("standardised", HOW_LEARNED)
    encoding: Encoding = choice("auto", HELP)
    target_units: dict[str, Units] = Field(default_factory=dict)
    """The units in which numbers are learned, by their columns."""


def learned_in(options: SequencesOptions) -> str:
    """The column of what is learned."""
    if options.layout == "forecast":
        return "next"
    return options.label if options.layout in ("long", "wide") else "class"
