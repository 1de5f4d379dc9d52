"""A few samples of data, and how their values are spread, ready to be shown: by the shapes of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from designer.core.graph.binding import LENGTHS, DataInfo, Feature, Target
from designer.core.schema.units import figure
from designer.data.samples import Array

if TYPE_CHECKING:
    from designer.data.formats.base import FoundData
    from designer.data.formats.target_scale import Units
from designer.data.own_units import as_in_files
from designer.data.spectrogram import Spectrogram

MOST_PICTURES, MOST_CURVES, MOST_TEXTS, MOST_ROWS, MOST_COLUMNS = 15, 5, 5, 6, 12
_PIXELS = 96
"""Rows and columns of a picture that are shown, at most."""
_MOST_OF_HEAD = 200
_STEPS = 400
"""Steps of a curve that are drawn, at most."""
_LINES = 8
"""Numbers of each step that are drawn, at most."""
_WORDS = 60
_BARS = 24
_DIGITS = 7
"""Letters of a number that are read at a glance."""
_LARGE = 1e6
"""A number from which each digit counts: it may be a price, or a number of something."""
_FRAMES = 6
_NAMED = 4
"""Tokens that have names among those that are letters, at most."""
_FILM = ("L", "C", "H", "W")
_ROUNDING = 1e-4
"""What a number that was normalised and brought back may be beyond 0 and 1."""

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PicturesPreview:
    """Pictures [H, W, 3], and what is written below each."""

    caption: str
    images: tuple[Pixels, ...]
    labels: tuple[str, ...]
    frames: tuple[int, ...] = ()
    """How many frames of a film stand side by side in each; empty where these are no films."""
    seconds: tuple[float, ...] = ()
    """How long each is from its left to its right, where these are pictures of sounds."""


@dataclass(frozen=True)
class Curves:
    """Sequences of numbers [L, F], what is written at each, and how many steps it has before any are left out."""

    caption: str
    curves: tuple[Floats, ...]
    labels: tuple[str, ...]
    steps: tuple[int, ...]
    names: tuple[str, ...] = ()
    """What the numbers of a step are; empty where that is not known."""


@dataclass(frozen=True)
class PointSets:
    """Points [N, 2] of sets, x to the right and y upwards, and what is written below each set."""

    caption: str
    sets: tuple[Floats, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Texts:
    """Tokens in words, and what is written at each text."""

    caption: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class TablePreview:
    """Rows of numbers and labels, below the names of their columns."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Histogram:
    """How many samples each class has, or each of some ranges of numbers from `low` to `high`."""

    title: str
    counts: tuple[int, ...]
    names: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_whole: bool = False
    """Whether each range is one whole number, from the lowest to the highest."""


Part = PicturesPreview | PointSets | Curves | Texts | TablePreview


@dataclass(frozen=True)
class SamplesPreview:
    """What is shown of data. `samples` are those that the histograms have counted."""

    parts: tuple[Part, ...]
    histograms: tuple[Histogram, ...]
    samples: int


def preview_of(
    info: DataInfo,
    columns: Mapping[str, Array],
    words: Mapping[str, tuple[str, ...]],
    class_counts: Sequence[int] = (),
    units: Mapping[str, Units] | None = None,
    spectrograms: Mapping[str, Spectrogram] | None = None,
) -> SamplesPreview:
    """A few of the samples that are given, classes by turns, and histograms of all of them.

    `class_counts` are those of the first target with classes where they are known for more samples than are given.
    Columns that are learned in `units` of their own are shown as the files have them. High tones are above low ones in
    pictures of sounds, whatever the order of their rows: `spectrograms` says which features are such.
    """
    columns = dict(columns) | {
        name: as_in_files(columns[name], own) for name, own in (units or {}).items() if name in columns
    }
    samples = len(next(iter(columns.values()))) if columns else 0
    looked = _Looked(info, columns, words, _chosen(info, columns, samples), spectrograms or {})
    numbers = [item for item in info.features if item.shape.names == ("F",) and item.name in columns]
    parts = [part for item in info.features if item not in numbers and (part := looked.part(item))]
    if numbers:
        parts.append(looked.table(numbers))
    return SamplesPreview(tuple(parts), tuple(_histograms(info, columns, class_counts)), samples)


def head_of(found: FoundData[Any]) -> TablePreview:
    """The first rows of a table as they stand in the file, with what is learned at the end."""
    names = [item.name for item in found.columns]
    learned = {item.name for item in found.info.targets}
    order = sorted(range(len(names)), key=lambda place: names[place] in learned)[-_MOST_OF_HEAD:]
    rows = tuple(tuple(for_reading(row[place]) for place in order) for row in found.head[:MOST_ROWS])
    return TablePreview("first rows", tuple(names[place] for place in order), rows)


def for_reading(cell: str) -> str:
    """A cell of a file: a number of more digits than anybody reads rounded, a dash where it is missing."""
    if len(cell) <= _DIGITS or "." not in cell:
        return cell or "–"
    try:
        number = float(cell)
    except ValueError:
        return cell
    return figure(number) if abs(number) < _LARGE else cell


def preview_of_head(found: FoundData[Any]) -> SamplesPreview:
    """What can be shown of a table without reading its rows."""
    classes = next((item.classes for item in found.info.targets if item.classes), None)
    known = classes and len(classes) == len(found.class_counts)
    title = found.info.targets[0].name if found.info.targets else ""
    histograms = (Histogram(title, found.class_counts, classes),) if known and classes else ()
    return SamplesPreview((head_of(found),), histograms, found.samples)


def _chosen(info: DataInfo, columns: Mapping[str, Array], samples: int) -> list[int]:
    """Samples to show: of each class in turn; else from the first to the last in equal steps."""
    labels = next((item for item in info.targets if item.classes and not item.per_step and item.name in columns), None)
    if labels is None:
        return sorted({int(row) for row in np.linspace(0, max(samples - 1, 0), MOST_PICTURES)}) if samples else []
    number = columns[labels.name].reshape(samples)
    order = [np.flatnonzero(number == value)[:MOST_PICTURES] for value in np.unique(number)]
    turns = [int(rows[turn]) for turn in range(MOST_PICTURES) for rows in order if turn < len(rows)]
    return turns[:MOST_PICTURES]


@dataclass(frozen=True)
class _Looked:
    """The samples that are shown, by their rows."""

    info: DataInfo
    columns: Mapping[str, Array]
    words: Mapping[str, tuple[str, ...]]
    rows: list[int]
    sounds: Mapping[str, Spectrogram]
    """Features that are pictures of sounds, with their axes."""

    def part(self, feature: Feature) -> Part | None:
        """One feature of the samples, as its shape says; None where it is not there."""
        if feature.name not in self.columns:
            return None
        if feature.shape.names == ("L",):
            return self._texts(feature)
        if feature.drawn_as == "points":
            return self._points(feature)
        if feature.shape.names == ("L", "F"):
            return self._curves(feature)
        return self._pictures(feature)

    def _value(self, name: str, row: int) -> Array:
        value: Array = self.columns[name][row]
        lengths = self.columns.get(name + LENGTHS)
        return value if lengths is None else value[: int(lengths[row])]

    def label(self, row: int) -> str:
        """What a sample is to be recognised as; a box says nothing in numbers."""
        told = [item for item in self.info.targets if item.name in self.columns and not item.marks]
        found = [self._target(item, row) for item in told]
        return ", ".join(found[:2])

    def _target(self, target: Target, row: int) -> str:
        value = self._value(target.name, row)
        if target.per_step:
            return ""
        if target.classes:
            place = int(np.asarray(value).reshape(-1)[0])
            return target.classes[place] if 0 <= place < len(target.classes) else str(place)
        numbers = np.asarray(value, dtype=np.float64).reshape(-1)
        return ", ".join(figure(float(number)) for number in numbers[:3]) + (" …" if numbers.size > 3 else "")

    def _labels(self, rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.label(row) for row in rows)

    def _texts(self, feature: Feature) -> Texts:
        rows = self.rows[:MOST_TEXTS]
        known = self.words.get(feature.name, ())
        texts = []
        for row in rows:
            tokens = [int(token) for token in self._value(feature.name, row)[:_WORDS]]
            between = "" if _are_characters(known) else " "
            texts.append(between.join(known[token] if token < len(known) else str(token) for token in tokens))
        return Texts(feature.name, tuple(texts), self._labels(rows))

    def _curves(self, feature: Feature) -> Curves:
        rows = self.rows[:MOST_CURVES]
        values = [np.asarray(self._value(feature.name, row), dtype=np.float32)[:, :_LINES] for row in rows]
        drawn = tuple(value[:: max(len(value) // _STEPS, 1)] for value in values)
        return Curves(feature.name, drawn, self._labels(rows), tuple(map(len, values)), feature.numbers[:_LINES])

    def _points(self, feature: Feature) -> PointSets:
        sets = [np.asarray(self._value(feature.name, row), dtype=np.float32)[:_STEPS] for row in self.rows]
        return PointSets(feature.name, tuple(sets), self._labels(self.rows))

    def _pictures(self, feature: Feature) -> PicturesPreview:
        """A volume by its middle slice; of a sequence of pictures some of them side by side."""
        images, frames, sound = [], [], self.sounds.get(feature.name)
        for row in self.rows:
            value = self._value(feature.name, row)
            frames.append(frames_in(feature, value))
            pixels = pixels_of(plane_of(feature, value), frames=frames[-1])
            images.append(np.ascontiguousarray(pixels[::-1]) if sound and sound.rises else pixels)
        return PicturesPreview(
            feature.name,
            tuple(images),
            self._labels(self.rows),
            tuple(frames) if feature.shape.names == _FILM else (),
            tuple(image.shape[1] * sound.seconds for image in images) if sound else (),
        )

    def table(self, numbers: list[Feature]) -> TablePreview:
        """All features that are rows of numbers, and the targets, as one table."""
        wide = [(item.name, place, item.shape.last) for item in numbers for place in range(item.shape.last)]
        heads = [name if size == 1 else f"{name} {place + 1}" for name, place, size in wide[:MOST_COLUMNS]]
        rows = self.rows[:MOST_ROWS]
        shown = [
            (*(_cell(self.columns[name][row].reshape(-1)[place]) for name, place, _ in wide[:MOST_COLUMNS]),)
            for row in rows
        ]
        targets = [item for item in self.info.targets if item.name in self.columns and not item.per_step]
        labelled = [
            (*cells, *(self._target(item, row) for item in targets)) for cells, row in zip(shown, rows, strict=True)
        ]
        left_out = len(wide) - MOST_COLUMNS
        caption = ", ".join(item.name for item in numbers) + (f" and {left_out} more numbers" if left_out > 0 else "")
        return TablePreview(caption, (*heads, *(item.name for item in targets)), tuple(labelled))


def _are_characters(words: Sequence[str]) -> bool:
    """Whether tokens are letters; a few, such as that for padding, have names."""
    return len(words) > _NAMED and sum(len(word) > 1 for word in words) <= _NAMED


def _cell(number: Any) -> str:
    return figure(float(number)) if np.isfinite(number) else "–"


def plane_of(feature: Feature, value: Array) -> Floats:
    """A picture [C, H, W] of what has at least two axes of places: a slice of a volume, frames side by side."""
    plane = np.asarray(value, dtype=np.float32)
    if feature.shape.names == ("C", "D", "H", "W"):
        return plane[:, plane.shape[1] // 2]
    if feature.shape.names == _FILM:
        return np.concatenate(list(plane[:_FRAMES]) or [plane.sum(0)], axis=-1)
    return plane


def frames_in(feature: Feature, value: Array) -> int:
    """How many pictures stand side by side in the plane of a value."""
    return min(max(len(value), 1), _FRAMES) if feature.shape.names == _FILM else 1


def range_of(value: Floats) -> tuple[float, float]:
    """The numbers that are shown as black and white: 0 and 1, or the least and the most where some lie beyond."""
    shown = np.nan_to_num(value[:3] if len(value) >= 3 else value[:1])
    low, high = (float(shown.min()), float(shown.max())) if shown.size else (0.0, 1.0)
    return (low, high) if low < -_ROUNDING or high > 1 + _ROUNDING else (0.0, 1.0)


def pixels_of(value: Floats, limits: tuple[float, float] | None = None, most: int = _PIXELS, frames: int = 1) -> Pixels:
    """A picture [C, H, W] of any numbers as bytes: one channel is grey, three are colours.

    One of twice as many rows or columns as `most`, or more, is thinned out; where `frames` stand side by side, so many
    columns are those of each.
    """
    value = value[:, :: max(value.shape[1] // most, 1), :: max(value.shape[2] // (most * frames), 1)]
    low, high = limits or range_of(value)
    channels = np.nan_to_num(value[:3] if len(value) >= 3 else np.repeat(value[:1], 3, axis=0))
    channels = (channels - low) / max(high - low, 1e-12)
    pixels: Pixels = (channels.transpose(1, 2, 0) * 255).clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(pixels)


def _histograms(info: DataInfo, columns: Mapping[str, Array], class_counts: Sequence[int]) -> list[Histogram]:
    """Of classes, of lengths, and of the numbers that are to be predicted, else of those that are given."""
    there = [item for item in info.targets if item.name in columns]
    labels = [item for item in there if item.classes]
    found = [_of_classes(item, columns[item.name], class_counts) for item in labels[:1]]
    found += [_of_classes(item, columns[item.name], ()) for item in labels[1:]]
    found += [
        _of_numbers(f"steps in each {item.name}", columns[item.name + LENGTHS])
        for item in info.features
        if item.name + LENGTHS in columns
    ]
    numbers = [item.name for item in there if not item.classes]
    if (not labels and not numbers) or not there:
        numbers = [item.name for item in info.features if item.vocabulary is None and item.name in columns][:1]
    return found + [_of_numbers(name, columns[name]) for name in numbers[:2]]


def _of_classes(target: Target, column: Array, counts: Sequence[int]) -> Histogram:
    classes = target.classes or ()
    counted = counts if len(counts) == len(classes) else np.bincount(column.reshape(-1), minlength=len(classes))
    return Histogram(target.name, tuple(int(count) for count in counted[: len(classes)]), classes)


def _of_numbers(title: str, column: Array) -> Histogram:
    numbers = np.asarray(column, dtype=np.float64).reshape(-1)[:200_000]
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return Histogram(title, (0,))
    low, high = float(numbers.min()), float(numbers.max())
    whole = np.issubdtype(column.dtype, np.integer) and high - low < _BARS
    bars = int(high - low) + 1 if whole else _BARS
    counts, _ = np.histogram(numbers, bins=bars, range=(low - 0.5, high + 0.5) if whole else (low, high))
    return Histogram(title, tuple(int(count) for count in counts), (), low, high, bool(whole))
