"""Curves as a table: a line of a CSV file for each value of each run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from designer.core.storage.writing import reason, write_atomically
from designer.data.errors import DataError
from designer.ui.curves.run_curves import RunCurves
from designer.ui.widgets.series import Floats, Series

HEAD = ("run", "figure", "step", "steps", "epoch", "seconds", "value", "lowest", "highest")
"""Of values that are of several steps: how many these are, with their mean, their smallest and their largest one."""


@dataclass(frozen=True)
class FigureRows:
    """A figure of a run as it was when it was asked for, column by column as in `HEAD`."""

    run: str
    figure: str
    columns: tuple[Floats, ...]


def rows_of(runs: Sequence[RunCurves]) -> list[FigureRows]:
    """All values of all runs, copied: a run that is under way goes on meanwhile."""
    return [
        FigureRows(run.name, name, _columns(run, series, is_of_epochs))
        for run in runs
        for is_of_epochs, found in ((False, run.batches), (True, run.epochs))
        for name, series in found.items()
    ]


def _columns(run: RunCurves, series: Series, is_of_epochs: bool) -> tuple[Floats, ...]:
    steps = series.steps.copy()
    counts = np.full(len(steps), run.steps_per_epoch) if is_of_epochs else series.counts.copy()
    seconds = run.times.at(steps) if run.times.last else np.full(len(steps), np.nan)
    return steps, counts, run.places(steps, "epoch"), seconds, series.means, series.lows.copy(), series.highs.copy()


def write_table(path: Path, rows: Sequence[FigureRows]) -> None:
    """Writes it, whole or not at all. Raises DataError."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for figure in rows:
        writer.writerows(_lines(figure))
    try:
        write_atomically(path, text.getvalue().encode())
    except OSError as error:
        raise DataError(f"{path}: the curves cannot be written: {reason(error)}") from None


def _lines(figure: FigureRows) -> Iterator[tuple[str, ...]]:
    for step, steps, epoch, seconds, *values in zip(*(column.tolist() for column in figure.columns), strict=True):
        time = "" if seconds != seconds else f"{seconds:.3f}"
        yield (
            *(figure.run, figure.figure, f"{step:.0f}", f"{steps:.0f}", f"{epoch:.6g}", time),
            *(f"{value:.9g}" for value in values),
        )
