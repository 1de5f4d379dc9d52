"""Sets of the hub that are larger than memory: Arrow maps their files, and rows are read where they lie or turned once.

Pictures and sounds are decoded once, to know that they can be, and again when their batch comes; texts and numbers are
written as rows on disk first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from designer.data.formats.base import PART, Cache, Opened, Progress
from designer.data.formats.hub_options import HubOptions
from designer.data.formats.hub_rows import HubFile, HubFiles, HubRows
from designer.data.formats.pictures.decoding import Decoding
from designer.data.formats.read_files import FilesOfSteps, leaving_out
from designer.data.formats.sound_streaming import TurnedFrames, steps_in
from designer.data.formats.steps_on_disk import IN_MEMORY, samples_of, whole
from designer.data.formats.text_streaming import TOKENS, append_texts, append_words, splitter_of, words_in
from designer.data.kept_columns import ColumnFiles
from designer.data.readers._shared import in_units, labelled, or_none
from designer.data.readers.hub_sets import TEST_PART, expect_some, label_names, read_sound
from designer.data.readers.pictures import read_pixels
from designer.data.readers.sounds import SoundFacts, heard_in
from designer.data.row_cache import bytes_as_numbers
from designer.data.samples import Array, LazyColumn, Rows

AT_ONCE = 2**12
"""Rows of texts and of numbers that are in memory at once while they are written."""
FILES_AT_ONCE = 2**6
"""Pictures and sounds that are looked at together."""
_NUMBERS = "numbers"
_ROWS, _IS_DEEP, _STEPS = "rows", "deep", "steps"
"""The columns on disk: of pictures and sounds which rows can be read, and what their heads say."""


@dataclass(frozen=True)
class _HubReading:
    """A set that is gone through, and how far it is with it."""

    rows: HubRows
    options: HubOptions
    progress: Progress

    def blocks(self, at_once: int, round_: int = 1, rounds: int = 1) -> Iterator[tuple[Rows, int, Any]]:
        """Some rows of one part at a time, by their numbers among all, with the number of the part, as Arrow has them.

        Rows without a label, or without what is read, are left out; ValueError is raised where all are. The progress is
        that of one round of several through all rows.
        """
        columns, total, is_any = [*self.options.inputs, self.options.label], len(self.rows), False
        for rows, part, table in self.rows.blocks(columns, at_once):
            there = self._there(table)
            if there.any():
                is_any = True
                yield rows[there], part, table.filter(there)
            self.progress((round_ - 1) * total + int(rows[-1]) + 1, rounds * total)
        if not is_any:
            expect_some(np.zeros(total, dtype=bool), self.options.kind)

    def _there(self, table: Any) -> npt.NDArray[np.bool_]:
        """Which rows have a label and what is read."""
        there = np.array([name is not None for name in self._names(table)], dtype=bool)
        for name in self.options.inputs:
            column = table.column(name)
            is_number = self.options.kind == "numbers"
            there &= np.isfinite(_as_numbers(column)) if is_number else column.is_valid().to_numpy()
        return there

    def _names(self, table: Any) -> list[str | None]:
        written, feature = table.column(self.options.label).to_pylist(), self.rows.features[self.options.label]
        return label_names(written, feature, self.options.classes)

    def labels(self, table: Any) -> Array:
        """What is learned of these rows."""
        return labelled([str(name) for name in self._names(table)], self.options.classes)

    def beside(self, files: ColumnFiles, table: Any, part: int) -> None:
        """Writes what is learned of these rows, and which part they are."""
        files.append(IN_MEMORY + self.options.label, self.labels(table))
        files.append(IN_MEMORY + PART, np.full(len(table), part, dtype=np.int8))


def streamed(path: Path, options: HubOptions, cache: Cache, progress: Progress) -> Opened:
    """The columns that `read_hub_set` gives: labels in memory, and inputs batch by batch.

    Raises what `read_hub_set` raises, DataError where the disk has no room, and what `progress` raises.
    """
    reading = _HubReading(HubRows(path, options.parts), options, progress)
    read = {"picture": _pictures, "sound": _sounds, "text": _texts, "numbers": _numbers}[options.kind]
    opened = read(reading, cache)
    columns = dict(opened.columns)
    if units := options.target_units.get(options.label):
        columns[options.label] = in_units(columns[options.label], units)
    if not columns[PART].any():
        del columns[PART]
    return Opened(columns, opened.words, opened.lazy)


def _in_memory(made: Mapping[str, LazyColumn]) -> dict[str, Array]:
    kept = [name for name in made if name.startswith(IN_MEMORY)]
    return {name.removeprefix(IN_MEMORY): whole(made[name]) for name in kept}


def _numbers(reading: _HubReading, cache: Cache) -> Opened:
    def fill(files: ColumnFiles) -> None:
        files.expect(len(reading.rows) * (4 * len(reading.options.inputs) + 9))
        for _, part, table in reading.blocks(AT_ONCE):
            columns = [_as_numbers(table.column(name)) for name in reading.options.inputs]
            files.append(_NUMBERS, np.stack(columns, axis=1))
            reading.beside(files, table, part)

    made = cache.made("hub", fill)
    return Opened(_in_memory(made), lazy={"numbers": made[_NUMBERS]})


def _as_numbers(column: Any) -> Array:
    """A column of Arrow as float32; NaN where one is missing, infinite where it is too large."""
    with np.errstate(over="ignore"):
        return np.asarray(column.to_numpy(), dtype=np.float64).astype(np.float32)


def _texts(reading: _HubReading, cache: Cache) -> Opened:
    options = reading.options

    def learned() -> Iterator[str]:
        for _, part, table in reading.blocks(AT_ONCE, 1, 2):
            if part != TEST_PART:
                yield from map(str, table.column(options.inputs[0]).to_pylist())

    def fill(files: ColumnFiles) -> None:
        files.expect(2 * reading.rows.bytes_of(options.inputs[0]))
        words, split = splitter_of(learned(), options.units, options.vocabulary, lower=True)
        for _, part, table in reading.blocks(AT_ONCE, 2, 2):
            texts = table.column(options.inputs[0]).to_pylist()
            append_texts(files, [split(str(text)) for text in texts], options.length)
            reading.beside(files, table, part)
        append_words(files, words)

    made = cache.made("hub", fill)
    columns, lazy = samples_of(made, {"text": (TOKENS, np.dtype(np.int64))})
    return Opened(columns, {"text": words_in(made)}, lazy)


def _pictures(reading: _HubReading, cache: Cache) -> Opened:
    """Those that can be decoded, which each is once: a head and an end say nothing of what is between them."""
    is_deep = partial(_is_deep, **reading.options.how)

    def fill(files: ColumnFiles) -> None:
        with ThreadPoolExecutor() as pool:
            for rows, part, table in reading.blocks(FILES_AT_ONCE):
                found = list(pool.map(is_deep, _files_in(reading, rows, table)))
                there = np.array([deep is not None for deep in found])
                files.append(_ROWS, rows[there])
                files.append(_IS_DEEP, np.array([deep for deep in found if deep is not None], dtype=bool))
                reading.beside(files, table.select([reading.options.label]).filter(there), part)

    made = cache.made("hub", fill)
    found = HubFiles(reading.rows, reading.options.inputs[0], _expect_some(reading, whole(made[_ROWS])))
    deep = bool(whole(made[_IS_DEEP]).any())
    kept = cache.before(_Pictures(found, Decoding(**reading.options.how, deep=deep)), "image")
    return Opened(_in_memory(made), lazy={"image": kept if deep else bytes_as_numbers(kept)})


def _sounds(reading: _HubReading, cache: Cache) -> Opened:
    options = reading.options
    how = options.how
    heard = {name: how[name] for name in ("rate", "seconds", "bands", "window", "hop")}

    def fill(files: ColumnFiles) -> None:
        for rows, part, table in reading.blocks(FILES_AT_ONCE):
            facts = [_facts_of(file) for file in _files_in(reading, rows, table)]
            there = np.array([not item.problem for item in facts])
            steps = [steps_in(item, kind="frames", **heard) for item in facts if not item.problem]
            files.append(_ROWS, rows[there])
            files.append(_STEPS, np.array(steps, dtype=np.int64))
            reading.beside(files, table.select([reading.options.label]).filter(there), part)

    made = cache.made("hub", fill)
    found = HubFiles(reading.rows, options.inputs[0], _expect_some(reading, whole(made[_ROWS])))
    column = FilesOfSteps(found, whole(made[_STEPS]).astype(np.int64), (how["bands"],), partial(_heard, **how))
    kept: LazyColumn = cache.before(column, "sound")
    columns = _in_memory(made)
    if how["kind_of_sound"] == "spectrogram":
        kept = TurnedFrames(kept)
    elif len(set(column.lengths.tolist())) > 1:
        columns["sound_lengths"] = column.lengths
    return Opened(columns, lazy={"sound": kept})


def _expect_some(reading: _HubReading, rows: Array) -> Rows:
    if not len(rows):
        expect_some(np.zeros(len(reading.rows), dtype=bool), reading.options.kind)
    return rows.astype(np.int64)


def _files_in(reading: _HubReading, rows: Rows, table: Any) -> Sequence[HubFile]:
    values = table.column(reading.options.inputs[0])
    return [HubFile(reading.rows, int(row), value) for row, value in zip(rows.tolist(), values, strict=True)]


def _is_deep(file: HubFile, **how: Any) -> bool | None:
    """Whether a picture has more than 8 bits; None where it cannot be decoded, or is not there."""
    try:
        pixels = or_none(read_pixels, file.content(), *(how[name] for name in ("size", "channels", "resize")))
    except OSError:
        return None
    return None if pixels is None else pixels.dtype == np.float32


def _facts_of(file: HubFile) -> SoundFacts:
    try:
        with file.opened() as content:
            seconds, rate, problem = heard_in(content)
    except OSError as error:
        return SoundFacts("", problem=str(error))
    return SoundFacts("", seconds=seconds, rate=rate, problem=problem)


def _heard(file: HubFile, **how: Any) -> Array:
    with file.opened() as content:
        return read_sound(content, **how)


@dataclass(frozen=True)
class _Pictures:
    """The pictures of a set, [N, C, H, W], which are decoded when they are asked for."""

    files: HubFiles
    decoding: Decoding

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return (len(self.files), *self.decoding.row)

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""
        return self.decoding.dtype

    def take(self, rows: Rows) -> Array:
        """The pictures of these rows, int64 [n]. Raises DataError for one that is broken."""
        files = [self.files[row] for row in rows.tolist()]
        with leaving_out(self.files.rows.path, "it cannot be read"):
            contents = [(str(file), file.content()) for file in files]
        return self.decoding.decoded_of(contents)
