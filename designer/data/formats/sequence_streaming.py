"""Sequences that are larger than memory: their steps are written on disk once, one behind the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from designer.data.formats.base import PART, Cache, Opened, Progress
from designer.data.formats.ordered_steps import filled_blocks, ordered_steps
from designer.data.formats.sequence_options import SequencesOptions, learned_in
from designer.data.formats.steps_on_disk import COUNTS, IN_MEMORY, FilesRead, in_groups, samples_of
from designer.data.formats.text_pieces import number_rows_at
from designer.data.formats.ucr_curves import ucr_curves
from designer.data.kept_columns import ColumnFiles
from designer.data.readers import sequences
from designer.data.readers._shared import in_units, labelled, spans_of
from designer.data.readers._text_files import places_of
from designer.data.row_slices import Evenly, Slices, windows
from designer.data.samples import Array, ComputedColumn, LazyColumn

AT_ONCE = 2**8
"""Sequences that are in memory at once while they are written."""
_VALUES, _TARGETS, _MARKS = "values", "targets", "marks"
"""The columns on disk: numbers of all steps, those to be forecast, and labels of steps."""
_FLOAT = np.dtype(np.float32)


@dataclass
class _CurveFiles(FilesRead):
    """Files that are gone through once."""

    options: SequencesOptions

    def rows(self) -> Iterator[list[str]]:
        """Those of a table."""
        return number_rows_at(self.path, self.options.encoding, self.read)

    def first_look(self) -> Iterator[list[str]]:
        """The same, which nobody is told of."""
        return number_rows_at(self.path, self.options.encoding)


@dataclass
class _Curves:
    """Curves [L, F] as they are written, all as wide as the first one."""

    files: ColumnFiles
    _width: int = field(default=0, init=False)

    def append(self, curves: list[Array]) -> None:
        """Writes some, in which what is missing is filled."""
        self._width = self._width or curves[0].shape[1]
        lengths = np.array([len(curve) for curve in curves], dtype=np.int64)
        ends = np.cumsum(lengths)
        values = np.zeros((int(ends[-1]), self._width), dtype=np.float32)
        for curve, end in zip(curves, ends.tolist(), strict=True):
            values[end - len(curve) : end] = sequences.filled(curve)
        self.files.append(_VALUES, values)
        self.files.append(COUNTS, lengths)


def streamed(path: Path, options: SequencesOptions, size: int, cache: Cache, progress: Progress) -> Opened:
    """What the readers of sequences give of files of `size` bytes, with steps that are read batch by batch.

    Raises what the readers raise, DataError where the disk has no room, and what `progress` raises.
    """

    def fill(files: ColumnFiles) -> None:
        files.expect(2 * size)
        _FILLED[options.layout](_CurveFiles(path, progress, size, options), files)

    made = cache.made("sequences", fill)
    return _windows(made, options) if options.layout == "forecast" else _samples(made, options)


def _windows(made: Mapping[str, LazyColumn], options: SequencesOptions) -> Opened:
    series, targets = made[_VALUES], made[_TARGETS]
    window, horizon, stride = options.window, options.horizon, options.stride
    count = len(sequences.windows_of(series.shape[0], window, horizon, stride))
    following = windows(targets, Evenly(window, stride, count), horizon, _FLOAT)
    answers = partial(in_units, units=options.target_units.get("next"))
    return Opened(
        {"span": spans_of(count, window + horizon, stride)},
        lazy={
            "window": windows(series, Evenly(0, stride, count), window, _FLOAT),
            "next": ComputedColumn(_InARow(following), answers),
        },
    )


class _InARow(ComputedColumn):
    """Steps [N, L, T] as rows [N, L × T]."""

    def __init__(self, column: Slices) -> None:
        super().__init__(column, lambda steps: steps.reshape(len(steps), -1))

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        count, steps, width = self.column.shape
        return (count, steps * width)


def _samples(made: Mapping[str, LazyColumn], options: SequencesOptions) -> Opened:
    marks = {options.label: (_MARKS, np.dtype(np.int64))} if _MARKS in made else {}
    columns, lazy = samples_of(made, {"curve": (_VALUES, _FLOAT), **marks})
    if units := options.target_units.get(label := learned_in(options)):
        columns[label] = in_units(columns[label], units)
    return Opened(columns, lazy=lazy)


def _fill_ucr(reading: _CurveFiles, files: ColumnFiles) -> None:
    options, curves = reading.options, _Curves(files)
    folder = reading.path if reading.path.is_dir() else reading.path.parent
    for name, part in options.files:
        for some in in_groups(ucr_curves(folder / name, options.encoding, reading.read), AT_ONCE):
            curves.append([curve for curve, _ in some])
            files.append(IN_MEMORY + "class", labelled([label for _, label in some], options.classes))
            if len(options.files) > 1:
                files.append(IN_MEMORY + PART, np.full(len(some), part, dtype=np.int8))


def _fill_wide(reading: _CurveFiles, files: ColumnFiles) -> None:
    options, curves, rows = reading.options, _Curves(files), reading.rows()
    *places, named = places_of(next(rows, []), (*options.values, options.label))
    for some in in_groups(rows, AT_ONCE):
        curves.append([sequences.curve_along(row, places) for row in some])
        labels = [row[named] if named < len(row) else "" for row in some]
        files.append(IN_MEMORY + options.label, labelled(labels, options.classes))


def _fill_files(reading: _CurveFiles, files: ColumnFiles) -> None:
    options, curves = reading.options, _Curves(files)
    problems: list[str] = []
    is_any = False

    def readable() -> Iterator[tuple[Array, int]]:
        for number, name in enumerate(options.classes or ()):
            for file in sequences.tables_in(reading.path / name):
                reading.read(file.stat().st_size)
                try:
                    yield sequences.curve_in(file, options.values, options.encoding), number
                except ValueError as error:
                    problems.append(str(error)) if not problems else None

    for some in in_groups(readable(), AT_ONCE):
        is_any = True
        curves.append([curve for curve, _ in some])
        files.append(IN_MEMORY + "class", np.array([number for _, number in some], dtype=np.int64))
    if not is_any:
        raise ValueError(problems[0] if problems else "there are no tables")


def _fill_long(reading: _CurveFiles, files: ColumnFiles) -> None:
    options, curves = reading.options, _Curves(files)
    asked = (files.folder, options.time, (options.sample, options.label), options.values)
    with ordered_steps(reading.rows(), reading.first_look(), *asked) as steps:
        known, codes = steps.cells[1], steps.numbers[1]
        for some in in_groups(steps.samples(0), AT_ONCE):
            ends = np.cumsum([len(rows) for rows in some])
            curves.append(np.split(steps.take(np.concatenate(some)), ends[:-1]))
            told = np.concatenate(some) if options.each_step else np.array([rows[0] for rows in some])
            made = labelled([known[code] for code in codes[told].tolist()], options.classes)
            files.append(_MARKS if options.each_step else IN_MEMORY + options.label, made)


def _fill_forecast(reading: _CurveFiles, files: ColumnFiles) -> None:
    options, width = reading.options, len(reading.options.values)
    numbers = (*options.values, *options.targets)
    with ordered_steps(reading.rows(), reading.first_look(), files.folder, options.time, (), numbers) as steps:
        count = len(steps.order)
        sequences.windows_of(count, options.window, options.horizon, options.stride)
        for block in filled_blocks(lambda begin, end: steps.take(steps.order[begin:end]), count):
            files.append(_VALUES, block[:, :width])
            files.append(_TARGETS, block[:, width:])


_FILLED: Mapping[str, Callable[[_CurveFiles, ColumnFiles], None]] = {
    "ucr": _fill_ucr,
    "wide": _fill_wide,
    "files": _fill_files,
    "long": _fill_long,
    "forecast": _fill_forecast,
}
