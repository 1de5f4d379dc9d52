"""How a file of arrays is read: the options of the source, and the reader that they call."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from designer.core.schema.fields import choice, flag
from designer.data.formats.base import ColumnChoice, ColumnChoices, ReaderCall, ReadingOptions
from designer.data.formats.target_scale import HELP as HOW_LEARNED
from designer.data.formats.target_scale import TargetScale, Units

_LAYOUTS = Literal[
    "auto",
    "features",
    "sequence",
    "tokens",
    "image",
    "image_first",
    "image_last",
    "volume_first",
    "volume_last",
    "frames_first",
    "frames_last",
]


class ArraysOptions(ReadingOptions):
    """How the members of a file become columns."""

    columns: Annotated[
        tuple[ColumnChoice, ...], ColumnChoices(("input", "target", "group", "part", "ignored"), ("number", "category"))
    ] = Field(default=(), description="What each member is for. A target that is a category has classes.")
    layout: _LAYOUTS = choice(
        "auto",
        "The axes of an input's sample: image is height×width, image_first channels×height×width, image_last "
        "height×width×channels; so for volumes (depth×height×width) and frames (a sequence of pictures). "
        "By itself it follows from sizes and names.",
    )
    scale: bool = flag(True, "Whether pictures of whole numbers up to 255 or 65,535 are brought to 0 to 1.")
    missing: Literal["leave_out", "zero"] = choice(
        "leave_out", "What becomes of samples with values that are missing or infinite: left out, or 0 in their place."
    )
    target_scale: TargetScale = choice("standardised", HOW_LEARNED)
    kind: Literal["npz", "npy", "safetensors", "hdf5", "matlab", "matlab_hdf5", "idx"] = "npz"
    """The kind of file, as its reader is called."""
    parts: tuple[int, ...] = ()
    """The parts that members are named after: 0 training, 1 validation, 2 test."""
    inputs: dict[str, tuple[tuple[str, ...], str, float]] = Field(default_factory=dict)
    """For each column its members, one for each part, its layout, and what its numbers are divided by."""
    targets: dict[str, tuple[tuple[str, ...], str, tuple[int | str, ...]]] = Field(default_factory=dict)
    """For each column its members, its kind (class, one_hot or number), and the values of the classes."""
    samples_last: tuple[str, ...] = ()
    """Members whose last axis counts the samples."""
    target_units: dict[str, Units] = Field(default_factory=dict)
    """The units in which numbers are learned, by their columns."""


def reader_module(kind: str) -> str:
    """The module that has the reader of a kind of file, so that a script imports no library of the others."""
    modules = {"hdf5": "hdf5_files", "matlab_hdf5": "hdf5_files", "matlab": "matlab_files"}
    return modules.get(kind, "safetensors_files" if kind == "safetensors" else "array_files")


def reader_call(options: ArraysOptions) -> ReaderCall:
    """The reader with its arguments."""
    by_role = {item.role: item.name for item in reversed(options.columns)}
    arguments: dict[str, Any] = {
        "inputs": options.inputs,
        "targets": options.targets,
        "parts": options.parts,
        "part": by_role.get("part", ""),
        "group": by_role.get("group", ""),
        "samples_last": options.samples_last,
        "missing": "" if options.missing == "leave_out" else options.missing,
        "units": options.target_units,
    }
    said = {name: value for name, value in arguments.items() if value or name in ("inputs", "targets")}
    return ReaderCall(reader_module(options.kind), f"read_{options.kind}", said)
