"""What every source of a person's own data gives: how it is recognised, described and opened."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.fields import FieldInfo

from designer.core.graph.binding import DataInfo, Feature
from designer.core.graph.messages import validation_messages
from designer.data.errors import DataError
from designer.data.formats.columns import ColumnChoice as ColumnChoice
from designer.data.formats.columns import ColumnFacts
from designer.data.formats.row_words import row_by_names
from designer.data.formats.target_scale import Units
from designer.data.spectrogram import Spectrogram

if TYPE_CHECKING:
    from designer.data.kept_columns import ColumnFiles
    from designer.data.samples import Array, Dataset, LazyColumn

PART = "part"
"""The column, int8 [N], that says which part each sample belongs to: 0 training, 1 validation, 2 test."""


class Cache(Protocol):
    """What is kept on disk of some data, under names of their own."""

    def before(self, column: LazyColumn, name: str) -> LazyColumn:
        """The column with a cache before it, which each of its rows is kept in once it was read."""

    def made(self, name: str, fill: Callable[[ColumnFiles], None]) -> Mapping[str, LazyColumn]:
        """The columns that `fill` writes, if they are not there from an earlier time.

        Raises DataError where there is no room for them, and what `fill` raises.
        """


Way = Literal["draw", "type", "open"]
"""How somebody may show a network a sample of their own: with the mouse, in a line of text, as a file."""
WAYS_BY_AXES: Mapping[tuple[str, ...], frozenset[Way]] = {
    ("C", "H", "W"): frozenset(("draw", "open")),
    ("L",): frozenset(("type", "open")),
    ("L", "F"): frozenset(("type", "open")),
    ("F",): frozenset(("type", "open")),
}
"""Those that suit what a feature is; all others are files alone."""

Progress = Callable[[int, int], object]
"""Told how much is done, and of how much, 0 where that is not known.

It may raise Cancelled, which whoever calls it lets through.
"""


def untold(done: int, of: int) -> None:
    """For whoever does not want to know how far it is."""


class ReadingOptions(BaseModel):
    """How the files of a source are read. Every field has a default, which `inspect` replaces by what it guesses."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class ColumnChoices:
    """Marks an option that has a choice for each column, `Annotated[tuple[ColumnChoice, ...], ColumnChoices(…)]`.

    A person chooses among these roles and types; no types where there is nothing to choose.
    """

    roles: tuple[str, ...]
    types: tuple[str, ...] = ()


def is_for_people(info: FieldInfo) -> bool:
    """Whether an option is one that people choose: it says what it does, or is a choice for each column."""
    return bool(info.description) or any(isinstance(item, ColumnChoices) for item in info.metadata)


O = TypeVar("O", bound=ReadingOptions)  # noqa: E741


@dataclass(frozen=True)
class Answer:
    """One answer to a finding: its words on a button, and the fields of the options that it sets.

    One that leaves the data as they are sets fields of the training settings instead; one that takes them for something
    else names the source that they are read by then.
    """

    title: str
    changes: Mapping[str, JsonValue] = field(default_factory=dict)
    training: Mapping[str, JsonValue] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """Something about data that a person should know before training, and what may be done about it.

    `where` names the files, rows or columns that it is about, as many as are worth showing. What decides what is
    learned at all, and from which samples, is told `first`: before a network is offered.
    """

    message: str
    where: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    first: bool = False
    is_named: bool = False
    """Whether the message, or the answers, name all that it is about: nobody has to read that twice."""


@dataclass(frozen=True)
class Learned:
    """Numbers that are learned, of all samples, and the columns that samples are split by. Options with the fields
    `target_scale` and `target_units` say in which units they are learned."""

    columns: Mapping[str, Array]
    lazy: Mapping[str, LazyColumn] = field(default_factory=dict)
    repeated: int = 0
    """So many numbers of a target come again and again, step by step; 0 where all are of different things."""


@dataclass(frozen=True)
class FoundData(Generic[O]):
    """What there is at a path, how it would be read, and what is doubtful about it."""

    options: O
    """Those that were given, or what suits what is there."""
    info: DataInfo
    samples: int
    summary: str
    """What is there, in a line: 3 classes, 61 pictures, 57×60 to 800×600."""
    reading: str
    """How it would be read, in a sentence."""
    findings: tuple[Finding, ...] = ()
    class_counts: tuple[int, ...] = ()
    """Samples of each class of the first target that has classes: each is split in the same share."""
    group_sizes: tuple[int, ...] = ()
    """Samples of each group that stays together, in the order of the groups' numbers; nothing where nobody counted."""
    given_parts: tuple[int, int, int] = (0, 0, 0)
    """Samples that the data themselves call training, validation and test; all 0 where they do not."""
    across: int = 0
    """Samples that lie across any cut in time, as windows of a series do: such a split leaves them out."""
    fingerprint: str = ""
    files: int = 1
    columns: tuple[ColumnFacts, ...] = ()
    """Of a table all columns, in the order in which the options have them in their field `columns`."""
    head: tuple[tuple[str, ...], ...] = ()
    """Of a table the first rows, a cell for each column, empty where it is missing."""
    learned: Learned | None = field(default=None, compare=False, repr=False)
    """What is learned in units of its own, which follow from how the samples are split; none where nothing is."""
    without_effect: frozenset[str] = frozenset()
    """Options that change nothing for what was found: nobody has to see them."""


@dataclass(frozen=True)
class Opened:
    """All samples of a source, before any are kept apart for a test.

    Columns are as `samples.Samples` has them; one named PART where the data say which part each sample belongs to.
    `words` has, for columns of tokens, what each number stands for.
    """

    columns: Mapping[str, Array]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lazy: Mapping[str, LazyColumn] = field(default_factory=dict)
    """Columns that are read batch by batch; there is one other column at least."""
    cut: Mapping[str, Callable[[str], Sequence[int]]] = field(default_factory=dict)
    """For columns of tokens, what makes the numbers of all tokens of a text as the reader does. It raises DataError."""


@dataclass(frozen=True)
class ReaderCall:
    """A call of a function in `designer.data.readers`, that scripts have the source of: `function(path, **arguments)`.

    The arguments are literals of Python. The function gives the columns, or a pair of these and the vocabulary.
    """

    module: str
    function: str
    arguments: Mapping[str, Any]
    gives_words: bool = False
    """Whether it gives the vocabulary as well, which scripts do without."""

    @property
    def home(self) -> str:
        """The module that the function is in."""
        return f"designer.data.readers.{self.module}"

    def run(self, path: Path, **more: Any) -> Mapping[str, Array]:
        """Calls it; `more` are arguments that scripts leave at their defaults, as who is told how far it is."""
        return self.run_with_words(path, **more)[0]

    def run_with_words(self, path: Path, **more: Any) -> tuple[Mapping[str, Array], Sequence[str]]:
        """The same, and what the numbers of tokens stand for, where the function gives it."""
        found = getattr(import_module(self.home), self.function)(path, **self.arguments, **more)
        return found if self.gives_words else (found, ())


class Format(ABC, Generic[O]):
    """A source of a person's own data.

    Nothing is imported for it, nor is anything read, before it is needed. Every message names the file, the row or the
    column that it is about, and says what was expected; a DataError is what a person reads.
    """

    name: ClassVar[str]
    """As files have it."""
    title: ClassVar[str]
    """As people have it: Image folder."""
    description: ClassVar[str]
    """What it takes, in a line."""
    endings: ClassVar[tuple[str, ...]] = ()
    """Of the files that it takes, in lower case with their dots; none where it takes folders alone."""
    options: type[O]
    places: ClassVar[tuple[str, ...]] = ()
    """The options that say where things lie at a path: all others say how they are read, whatever the path."""

    @abstractmethod
    def recognises(self, path: Path) -> int:
        """From 0, not at all, to 100, nothing else: by names and first bytes, at once, however much is there."""

    @abstractmethod
    def inspect(self, path: Path, options: O | None = None, progress: Progress = untold) -> FoundData[O]:
        """What is there. Without options those that suit it best. Raises DataError and what `progress` raises."""

    @abstractmethod
    def open(self, path: Path, options: O, progress: Progress = untold) -> Opened:
        """All samples, in memory. Raises DataError and what `progress` raises."""

    def stream(self, path: Path, options: O, cache: Cache, progress: Progress = untold) -> Opened | None:
        """The same with inputs that are read batch by batch, for data that are larger than memory.

        `cache` keeps what took long to read on disk. None where the source cannot do so.
        """
        return None

    @abstractmethod
    def call(self, options: O) -> ReaderCall:
        """How an exported script reads the same columns."""

    def spared(self, path: Path, options: O) -> frozenset[str]:
        """Packages that a script does without, although what it has the source of would ask for them elsewhere."""
        return frozenset()

    def open_others(self, path: Path, options: O, progress: Progress = untold) -> tuple[Opened, tuple[str, ...]]:
        """Other samples, read as those that the options were made for: a network is to tell what they are.

        Labels may be missing. With what the samples are called, one by one, where they have names. Raises DataError.
        """
        placed = self._placed(path, options)
        return self.open(path, placed, progress), self.names(path, placed)

    def names(self, path: Path, options: O) -> tuple[str, ...]:
        """What the samples are called, in the order in which they are opened, where each is a file; otherwise none."""
        return ()

    def target_units(self, options: O) -> Mapping[str, Units]:
        """For targets that are learned in other units than the files have them: (offsets, scales) by their columns.

        The files have value × scale + offset.
        """
        found: Mapping[str, Units] = getattr(options, "target_units", {})
        return found

    def listed(self, options: O) -> Mapping[str, int]:
        """Columns whose values were listed by all samples, those for the test too, each with its first such value.

        Of tokens [N, L] the number of the first word: the one before it is the unknown one. Of numbers [N, F] the place
        from which on each says whether a sample is of one category. What no sample to learn from has is unknown.
        """
        return {}

    def spectrogram(self, options: O, feature: Feature) -> Spectrogram | None:
        """What the rows and columns of a feature are that is a picture of a sound; None for all others."""
        return None

    def row_told(
        self, options: O, features: Sequence[Feature], values: Mapping[str, Array], words: Mapping[str, tuple[str, ...]]
    ) -> Sequence[tuple[str, str]]:
        """A row of a table as names and values: of features in their own units, and of tokens in words."""
        return row_by_names(features, values, words)

    def _placed(self, path: Path, options: O) -> O:
        """The options with where things lie at another path."""
        if not self.places:
            return options
        try:
            found = self.inspect(path).options
        except DataError:
            found = self.options()
        return options.model_copy(update={name: getattr(found, name) for name in self.places})

    def ways(self, options: O, feature: Feature) -> frozenset[Way]:
        """How somebody may give the value of a feature for a sample of their own."""
        return WAYS_BY_AXES.get(feature.shape.names, frozenset(("open",)))

    def cells(self, options: O, feature: Feature) -> tuple[str, ...]:
        """What is typed for a feature that is several things, by their names, in their order; otherwise none."""
        return feature.numbers if feature.shape.is_features else ()

    def sample_of(
        self, given: Path | str, options: O, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """One sample of somebody's own, read from a file or from what was typed as the samples of the data are.

        A value, [...] without an axis for samples, for the feature and for whatever else is given with it, before any
        transform. `learned` reads the data, where these say what tokens stand for. Raises DataError.
        """
        raise DataError(f"{self.title}: this source takes no sample of one's own")

    def preview(self, path: Path, options: O, rows: int, progress: Progress = untold) -> Opened:
        """The first samples, or a few that stand for all, as they would be opened. Raises as `open` does."""
        opened = self.open(path, options, progress)
        return Opened({name: column[:rows] for name, column in opened.columns.items()}, opened.words)

    def read_options(self, written: Mapping[str, JsonValue]) -> O:
        """The options as a file has them. Raises DataError with the field that is wrong."""
        try:
            return self.options.model_validate(written)
        except ValidationError as error:
            lines = validation_messages(error, fields=self.options.model_fields)
            raise DataError(f"data: options: {'; '.join(lines[:3])}") from None
