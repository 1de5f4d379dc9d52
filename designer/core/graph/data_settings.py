"""What an architecture file holds of its data: how to get them, and what was found in them; never the data."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from designer.core.schema.fields import MAX_SIZE, choice, real, whole
from designer.core.schema.shape import Shape

MAX_CLASSES = 20_000
MAX_TRANSFORMS = 50
NO_DATA = "none"
"""The source of a design that has no data: it is not measured against any, and cannot be trained."""

Name = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
Length = Annotated[int, Field(strict=True, ge=1, le=2**40)]
Size = Annotated[int, Field(strict=True, ge=1, le=MAX_SIZE)]
Missing = Literal["mean", "median"]
Drawn = Literal["", "points"]
Marks = Literal["", "box"]
SplitBy = Literal["auto", "given", "class", "chance", "group", "time"]
SPLITS: tuple[str, ...] = get_args(SplitBy)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KnownColumn(_Frozen):
    """A column: its axes by letter, and their sizes, null where one varies."""

    name: Name
    axes: tuple[Annotated[str, Field(strict=True, pattern="^[A-Z]{1,2}$")], ...] = Field(min_length=1, max_length=4)
    sizes: tuple[Size | None, ...] = Field(min_length=1, max_length=4)

    @model_validator(mode="after")
    def _as_many(self) -> KnownColumn:
        if len(self.axes) != len(self.sizes):
            raise ValueError("expected as many sizes as axes")
        return self

    @property
    def shape(self) -> Shape:
        """The shape of one sample's value."""
        return Shape.of(self.sizes, self.axes)


class KnownFeature(KnownColumn):
    """A column that an Input can take, as `binding.Feature`."""

    vocabulary: Length | None = None
    longest: Length | None = None
    numbers: tuple[Annotated[str, Field(strict=True, max_length=500)], ...] = Field(default=(), max_length=MAX_SIZE)
    raw: Annotated[int, Field(strict=True, ge=0, le=MAX_SIZE)] = 0
    missing: Missing = "mean"
    drawn_as: Drawn = ""

    @model_validator(mode="after")
    def _is_drawn_as_it_can_be(self) -> KnownFeature:
        if self.drawn_as == "points" and (self.axes != ("L", "F") or self.sizes[-1] != 2):
            raise ValueError("points are steps of two numbers: x and y")
        return self


class KnownTarget(KnownColumn):
    """A column that an Output can learn, as `binding.Target`."""

    classes: tuple[Annotated[str, Field(strict=True, max_length=500)], ...] | None = Field(
        default=None, max_length=MAX_CLASSES
    )
    marks: Marks = ""

    @model_validator(mode="after")
    def _marks_what_it_can(self) -> KnownTarget:
        if self.marks == "box" and (self.axes != ("F",) or self.sizes != (4,) or self.classes is not None):
            raise ValueError("a box is four numbers: x and y of its centre, width and height")
        return self


class KnownData(_Frozen):
    """What was found where the data are: enough to check a network against them when they are not at hand."""

    title: Name
    features: tuple[KnownFeature, ...]
    targets: tuple[KnownTarget, ...]
    groups: str = Field(default="", strict=True, max_length=200)
    spans: str = Field(default="", strict=True, max_length=200)
    held: str = Field(default="", strict=True, max_length=200)
    """Columns beside those, as in `binding.DataInfo`."""
    stride: Annotated[int, Field(strict=True, ge=0)] = 0
    """Steps from window to window, as there."""
    samples: Annotated[int, Field(strict=True, ge=0)] = 0
    test_samples: Annotated[int, Field(strict=True, ge=0)] = 0
    summary: str = Field(default="", strict=True, max_length=1000)
    """What a person is told of them."""
    names_tests: bool = Field(default=False, strict=True)
    """Whether the data themselves say which samples are for the test."""
    fingerprint: str = Field(default="", strict=True, max_length=128)
    """Another one where the files are others."""


class DataSettings(_Frozen):
    """Which samples the network learns from, and how they are got."""

    source: str = Field(default="mnist_5k", strict=True, max_length=4096, description="Name of the data source.")
    path: str = Field(
        default="",
        strict=True,
        max_length=4096,
        description="Where one's own data are: a file or a folder. In an architecture file it is relative to that.",
    )
    options: dict[str, JsonValue] = Field(
        default_factory=dict, description="How the data are read, as the source says."
    )
    split: SplitBy = choice(
        "auto",
        "How samples are kept apart for the test: as the data say themselves (given), each class in the same share, by "
        "chance, by a column that tells what belongs together (group), or the latest (time).",
    )
    test_share: float = real(
        0.15, "Share of the samples that is kept apart for the test, and never seen before it.", low=0.01, high=0.9
    )
    split_seed: int = whole(0, "Start of the random numbers that choose the test samples.", low=0, high=2**31 - 1)
    reading: Literal["auto", "memory", "streamed"] = choice(
        "auto",
        "Whether all samples are held in memory, or read batch by batch while the network learns (streamed); auto "
        "holds them where they have room.",
    )
    transforms: tuple[dict[str, JsonValue], ...] = Field(
        default=(),
        max_length=MAX_TRANSFORMS,
        description="What is done to samples before the network sees them, in this order.",
    )
    known: KnownData | None = None

    @property
    def is_own(self) -> bool:
        """Whether they are a person's own files, and no set that comes with the program."""
        return bool(self.path)

    @property
    def identity(self) -> str:
        """The same for data whose samples are the same under the same numbers, whatever is done to them then.

        The name of a set that comes with the program is enough; a format has many files of a person's own.
        """
        if not self.is_own:
            return self.source
        how = self.model_dump_json(include={"source", "path", "options", "split", "test_share", "split_seed"})
        fingerprint = self.known.fingerprint if self.known else ""
        return f"{self.source}:{hashlib.sha256(f'{how} {fingerprint}'.encode()).hexdigest()}"

    def to_json(self) -> dict[str, Any]:
        """As a file holds it: `source` always, all else only for data of one's own."""
        return self.model_dump(mode="json", exclude_defaults=True) | {"source": self.source}
