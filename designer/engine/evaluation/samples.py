"""Which samples a trained network is to be tried on: of the data that it has learned from, or of others."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from designer.core.graph.binding import LENGTHS, DataInfo, bind
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.inference.infer import infer
from designer.core.validation import check
from designer.data import opening, sources
from designer.data.archives import readable
from designer.data.assembly import dataset_of, only_known, scaled
from designer.data.errors import DataError
from designer.data.formats.base import PART, Format, Opened
from designer.data.formats.registry import format_of
from designer.data.formats.target_scale import Units
from designer.data.samples import Array, Dataset, Rows, Samples
from designer.engine.evaluation.vocabularies import as_learned
from designer.engine.training import preparation
from designer.engine.training.batches import validation_split

Part = Literal["test", "validation", "train", "all"]
PARTS: tuple[Part, ...] = get_args(Part)
_NUMBER = "\0number"
"""The column of the samples' numbers while they are split: no file has a column of that name."""


@dataclass(frozen=True)
class TriedPart:
    """Rows of some samples, int64 [n], with the part that they are in; empty where they are in none."""

    samples: Samples
    rows: Rows
    part: str = ""


@dataclass(frozen=True)
class Tried:
    """The samples to try, piece by piece, and what is known of them."""

    info: DataInfo
    pieces: tuple[TriedPart, ...]
    part: Part
    names: tuple[str, ...] = ()
    """What each is called, by its number; none where they are told by their numbers."""
    units: Mapping[str, Units] = field(default_factory=dict)
    """Of targets that were learned in other units: (offsets, scales); the data have value × scale + offset."""

    def __len__(self) -> int:
        return sum(len(piece.rows) for piece in self.pieces)

    def has(self, column: str) -> bool:
        """Whether there is a column: labels may be missing."""
        return all(column in piece.samples.columns or column in piece.samples.lazy for piece in self.pieces)


def samples_to_try(design: Design, named: str, part: Part | None, is_path: bool) -> Tried:
    """The samples of a design's own data, of another source, or at a path: those that are named, or the design's own.

    Where they are those that it has learned from, the usual part is that for the test, otherwise it is all of them.
    Raises DataError where they are not there, do not fit the network or have no such part.
    """
    tried = _found(design, named, part, is_path)
    if len(tried) == 0:
        raise DataError(f"data: there are no samples in the part '{tried.part}': choose another one")
    scales = preparation.scales_of(design)
    pieces = (replace(piece, samples=preparation.scaled(piece.samples, scales)) for piece in tried.pieces)
    form = format_of(design.data.source) if design.data.is_own else None
    units = form.target_units(form.read_options(design.data.options)) if form else {}
    return replace(tried, pieces=tuple(pieces), units=units)


def _found(design: Design, named: str, part: Part | None, is_path: bool) -> Tried:
    """The samples as they lie there."""
    data = design.data
    if is_path and not (data.is_own and _same(opening.place_of(named), data.path)):
        return _at_path(design, opening.place_of(named), part or "all")
    if named and not is_path and named != data.source:
        data = DataSettings(source=named)
        _expect_fitting(design, data, sources.info(named), named)
        return _of_source(replace(design, data=data), part or "all")
    if data.is_own:
        opened, names = opening.opened_with_names(data)
        return _parted(design, _known(data), opened, part or "test", names)
    return _of_source(design, part or "test")


def _known(data: DataSettings) -> DataInfo:
    info = opening.info(data)
    if info is None:
        raise DataError(opening.unknown(data))
    return info


def _same(path: Path, other: str) -> bool:
    return Path(os.path.abspath(path)) == Path(other)


def _expect_fitting(design: Design, data: DataSettings, info: DataInfo | None, name: str) -> None:
    if info is None:
        raise DataError(opening.unknown(data))
    if problems := check.problems_of_use(replace(design, data=data), infer(design.network), info):
        raise DataError(f"{name}: the network cannot take these data: {problems[0]}")


def _of_source(design: Design, part: Part) -> Tried:
    dataset = sources.load(design.data.source)
    rows = _rows_by_part(design, dataset)
    wanted = ("train", "validation", "test") if part == "all" else (part,)
    pieces = [TriedPart(dataset.test if name == "test" else dataset.train, rows[name], name) for name in wanted]
    return Tried(dataset.info, tuple(pieces), part)


def _rows_by_part(design: Design, dataset: Dataset) -> dict[str, Rows]:
    """The rows of the samples to learn from, and all those for the test."""
    binding = bind(design.network, dataset.info)
    learned, held = validation_split(dataset.train, dataset.info, binding, design.training)
    return {"train": learned, "validation": held, "test": np.arange(len(dataset.test))}


def _parted(design: Design, info: DataInfo, opened: Opened, part: Part, names: tuple[str, ...]) -> Tried:
    """Samples of a person's own in the order in which they lie there."""
    columns = {name: column for name, column in opened.columns.items() if name != PART}
    samples = _told_as_learned(Samples(columns, opened.lazy), design)
    names = names if len(names) == len(samples) else ()  # a file that is broken may have been left out
    if part == "all":
        return Tried(info, (TriedPart(samples, np.arange(len(samples))),), part, names)
    dataset = dataset_of(_light(opened, info, len(samples)), info, design.data)
    rows = _rows_by_part(design, dataset)[part]
    numbers = (dataset.test if part == "test" else dataset.train).columns[_NUMBER][rows].astype(np.int64)
    return Tried(info, (TriedPart(samples, numbers, part),), part, names)


def _told_as_learned(samples: Samples, design: Design) -> Samples:
    """With numbers in units of their own, words and categories as the data have them that were learned."""
    data, there = design.data, {*samples.columns, *samples.lazy}
    form = format_of(data.source)
    listed = form.listed(form.read_options(data.options))
    raw = {item.name for item in _known(data).features if item.raw}
    if not there & (raw | listed.keys()):
        return samples
    learned = opening.load(data)
    scales = {name: scales for name, scales in learned.units.items() if name in there}
    return only_known(scaled(samples, scales), learned.known)


def _light(opened: Opened, info: DataInfo, count: int) -> Opened:
    """The columns that a split asks for, and the samples' numbers: nothing large is copied for it."""
    taken = {item.name for item in info.targets} | {info.groups, info.spans, info.held, PART}
    columns: dict[str, Array] = {name: column for name, column in opened.columns.items() if name in taken}
    return Opened({**columns, _NUMBER: np.arange(count)})


def _at_path(design: Design, path: Path, part: Part) -> Tried:
    if not path.exists():
        raise DataError(f"{path}: there is no such file or folder")
    if not design.data.is_own:
        path = opening.data_at(path)
        source, found = opening.inspect(path)
        found = replace(found, learned=None)  # numbers are told as the network has learned them
        data = opening.settings_for(path, source, found, design.data)
        _expect_fitting(design, data, opening.info(data), str(path))
        _expect_same_classes(design, found.info, path)
        opened, names = opening.opened_with_names(data)
        return _parted(replace(design, data=data), found.info, opened, part, names)
    info, form = _known(design.data), format_of(design.data.source)
    path = _file_in(path, form)
    with readable(path) as place, opening.told_in_words(place.path):
        opened, names = form.open_others(place.path, form.read_options(design.data.options))
        opened = place.kept(opened)
    opened = as_learned(design, info, opened, path)
    _expect_columns(design, info, opened.columns, path)
    return _parted(design, info, opened, part, names)


def _file_in(path: Path, form: Format[Any]) -> Path:
    """The file that is meant by a folder, for a source of files; the path itself where none is."""
    if path.is_dir() and form.endings and not form.recognises(path):
        with suppress(DataError):
            return opening.data_at(path)
    return path


def _expect_same_classes(design: Design, found: DataInfo, path: Path) -> None:
    """The data that were learned say what the numbers of classes stand for."""
    learned = opening.info(design.data)
    if learned is None:
        return
    before, now = bind(design.network, learned).targets, bind(design.network, found).targets
    for output, target in now.items():
        if target.classes and output in before and before[output].classes != target.classes:
            raise DataError(
                f"{path}: Output '{output}' has learned other classes: expected {_some(before[output].classes or ())}, "
                f"got {_some(target.classes)}"
            )


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def _expect_columns(design: Design, info: DataInfo, columns: Mapping[str, Array], path: Path) -> None:
    """What the Inputs take has to be there, in its shape; labels may be missing."""
    for feature in bind(design.network, info).features.values():
        if feature.name not in columns:
            raise DataError(f"{path}: there is no '{feature.name}', which the network takes")
        sizes = columns[feature.name].shape[1:]
        fits = len(sizes) == len(feature.shape.sizes) and all(
            wanted in (None, size) for size, wanted in zip(sizes, feature.shape.sizes, strict=True)
        )
        if not fits:
            shape = "×".join(map(str, sizes))
            raise DataError(f"{path}: '{feature.name}' has samples of {shape}, but the network takes {feature.shape}")
        if feature.shape.varies and feature.name + LENGTHS not in columns:
            raise DataError(f"{path}: there are no lengths of '{feature.name}'")
