"""Reads sequences: the UCR archive's files, tables with a row a sample or a row a step, a file a sample, and series."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from designer.data.readers._decimals import number_rows
from designer.data.readers._moments import moments_of
from designer.data.readers._parts import plain_files
from designer.data.readers._shared import Units, in_units, labelled, side_by_side, spans_of
from designer.data.readers._text_files import AUTO, places_of, rows_in, text_of

MISSING = frozenset(["", "?", "na", "nan", "n/a", "null", "none", "-"])
"""What stands where a value is missing, in lower case."""
LARGEST = float(np.finfo(np.float32).max)
TABLES = frozenset([".csv", ".tsv", ".txt"])
"""The endings of tables, in lower case."""


def read_ucr(
    path: Path,
    files: tuple[tuple[str, int], ...],
    classes: tuple[str, ...] | None,
    encoding: str = AUTO,
    units: Units | None = None,
) -> dict[str, np.ndarray]:
    """Series of the UCR archive, `.tsv`, `.txt` or `.ts`, by file: its name, and the part it is (0 training, 2 test).

    Curves are float32 [N, L, dimensions]; `class` is the number of a class, or a number, in `units` of its own, where
    there are no classes.
    """
    folder = path if path.is_dir() else path.parent
    curves, labels, part = [], [], []
    for name, number in files:
        found = ucr_series(folder / name, encoding)
        curves += [curve for curve, _ in found]
        labels += [written for _, written in found]
        part += [number] * len(found)
    parts = {"part": np.array(part, dtype=np.int8)} if len(files) > 1 else {}
    return {**laid_side_by_side(curves), "class": answers(labels, classes, units), **parts}


def ucr_series(path: Path, encoding: str = AUTO) -> list[tuple[np.ndarray, str]]:
    """The curves [L, dimensions] of a file with their labels. Raises ValueError with the file and its line."""
    text = text_of(path, encoding)
    try:
        if path.suffix.lower() == ".ts":
            return ts_series(text)
        sign = sign_between(text.lstrip().partition("\n")[0])
        return tsv_series(rows_in(text, sign) if sign else [line.split() for line in text.splitlines() if line.strip()])
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def sign_between(line: str) -> str:
    """What stands between the numbers of a curve; nothing where that is spaces."""
    return next((sign for sign in "\t;," if sign in line), "")


def read_wide(
    path: Path,
    values: tuple[str, ...],
    label: str,
    classes: tuple[str, ...] | None,
    encoding: str = AUTO,
    units: Units | None = None,
) -> dict[str, np.ndarray]:
    """A sample a row: its values one step after the other, by the names of their columns; what is empty ends it."""
    header, *rows = number_rows(path, encoding)
    *places, named = places_of(header, (*values, label))
    labels = [row[named] if named < len(row) else "" for row in rows]
    return {**laid_side_by_side([curve_along(row, places) for row in rows]), label: answers(labels, classes, units)}


def answers(labels: list[str], classes: tuple[str, ...] | None, units: Units | None) -> np.ndarray:
    """Numbers of classes, int64 [N]; without classes the labels as numbers in units of their own, float32 [N, 1]."""
    found = labelled(labels, classes)
    return found if classes is not None else in_units(found, units)


def curve_along(row: list[str], places: list[int]) -> np.ndarray:
    """The curve [L, 1] whose steps are in a row."""
    return without_end(np.array([[number_of(row[at] if at < len(row) else "")] for at in places], np.float32))


def read_long(
    path: Path,
    sample: str,
    time: str,
    values: tuple[str, ...],
    label: str,
    classes: tuple[str, ...] | None,
    each_step: bool,
    encoding: str = AUTO,
    units: Units | None = None,
) -> dict[str, np.ndarray]:
    """A step a row: `sample` is the column that says whose it is, and `time` the one that orders them.

    The label is that of the first step of a sample, or with `each_step` one for every step, 0 behind the end.
    """
    header, *rows = number_rows(path, encoding)
    whose, named, *places = places_of(header, (sample, label, *values))
    samples: dict[str, list[list[str]]] = {}
    for row in in_order(header, rows, time):
        samples.setdefault(row[whose], []).append(row)
    columns = laid_side_by_side([values_at(steps, places) for steps in samples.values()])
    if each_step:
        marks = np.zeros(columns["curve"].shape[:2], dtype=np.int64)
        for place, steps in enumerate(samples.values()):
            marks[place, : len(steps)] = labelled([row[named] for row in steps], classes)
        lengths = {f"{label}_lengths": columns["curve_lengths"]} if "curve_lengths" in columns else {}
        return {**columns, label: marks, **lengths}
    return {**columns, label: answers([steps[0][named] for steps in samples.values()], classes, units)}


def read_class_files(
    path: Path,
    values: tuple[str, ...],
    classes: tuple[str, ...],
    encoding: str = AUTO,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> dict[str, np.ndarray]:
    """A sample a file, in a folder for each class; a row has the values of a step, named in the first row.

    Where the first row is one of numbers, columns go by their numbers, from 1. Files that cannot be read so are left
    out. Raises ValueError where all are.
    """
    files = [(file, number) for number, name in enumerate(classes) for file in tables_in(path / name)]
    curves, labels, problems = [], [], []
    for done, (file, number) in enumerate(files, 1):
        try:
            curves.append(curve_in(file, values, encoding))
            labels.append(number)
        except ValueError as error:
            problems.append(str(error))
        told(done, len(files))
    if not curves:
        raise ValueError(problems[0] if problems else "there are no tables")
    return {**laid_side_by_side(curves), "class": np.array(labels, dtype=np.int64)}


def curve_in(file: Path, values: tuple[str, ...], encoding: str = AUTO) -> np.ndarray:
    """The curve of a table with a step a row, [L, F]. Raises ValueError with the file where it has none."""
    try:
        header, rows = headed(number_rows(file, encoding) or [[]])
        at = places_of(header, values)
        if short := next((number for number, row in enumerate(rows, 1) if len(row) <= max(at, default=0)), 0):
            raise ValueError(f"row {short:,} below the names has too few fields")
        return values_at(rows, at)
    except ValueError as error:
        raise ValueError(f"{file.parent.name}/{file.name}: {error}") from error


def tables_in(folder: Path) -> list[Path]:
    """The tables of a folder and those below it, sorted by their paths."""
    walk = os.walk(folder)
    found = [
        os.path.join(place, name) for place, _, files in walk for name in plain_files(place, filter(is_table, files))
    ]
    return [Path(file) for file in sorted(found, key=lambda file: file.split(os.sep))]


def is_table(name: str) -> bool:
    """Whether a file is a table by its name; those that begin with a dot are hidden."""
    return os.path.splitext(name)[1].lower() in TABLES and not name.startswith(".")


def headed(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, which are their numbers where no row names them, and the other rows."""
    if rows and all(is_number(field) for field in rows[0]):
        return [str(place + 1) for place in range(len(rows[0]))], rows
    return rows[0], rows[1:]


def is_number(written: str) -> bool:
    """Whether it is a number, or stands where one is missing."""
    try:
        number_of(written)
    except ValueError:
        return False
    return True


def read_forecast(
    path: Path,
    time: str,
    values: tuple[str, ...],
    targets: tuple[str, ...],
    window: int,
    horizon: int,
    stride: int,
    encoding: str = AUTO,
    units: Units | None = None,
) -> dict[str, np.ndarray]:
    """Windows of a series [N, window, values], and the `horizon` values of each target that follow, [N, horizon × T].

    A window begins every `stride` steps. `span` has the times from its first value up to the one behind the last that
    is to be forecast, so that no part sees what another one is asked for. `units` are those of the targets.
    """
    header, *rows = number_rows(path, encoding)
    rows = in_order(header, rows, time)
    series = filled(values_at(rows, places_of(header, values)))
    wanted = filled(values_at(rows, places_of(header, targets)))
    begins = windows_of(len(rows), window, horizon, stride)
    following = np.stack([wanted[begin + window : begin + window + horizon].ravel() for begin in begins])
    return {
        "window": np.stack([series[begin : begin + window] for begin in begins]),
        "next": in_units(following, units),
        "span": spans_of(len(begins), window + horizon, stride),
    }


def windows_of(steps: int, window: int, horizon: int, stride: int) -> np.ndarray:
    """Where the windows of a series begin, int64 [N]. Raises ValueError where it is too short for one."""
    begins = np.arange(0, steps - window - horizon + 1, stride)
    if len(begins) == 0:
        raise ValueError(f"the series has {steps:,} steps: expected {window + horizon:,}, or a smaller window")
    return begins


def tsv_series(rows: list[list[str]]) -> list[tuple[np.ndarray, str]]:
    """Curves [L, 1] with their labels: the label is first in each row, and what is missing at its end is not there.

    Raises ValueError with the row that has something else than numbers behind its label.
    """
    return list(tsv_curves(rows))


def tsv_curves(rows: Iterable[list[str]]) -> Iterator[tuple[np.ndarray, str]]:
    """The same, one by one."""
    number = 0
    for number, (label, *fields) in enumerate(rows, 1):
        values = numbers_in(fields, f"row {number:,}") or [float("nan")]
        yield without_end(np.array(values, np.float32)[:, None]), label
    if not number:
        raise ValueError("there are no curves: expected a label and its numbers in each row")


def ts_series(text: str) -> list[tuple[np.ndarray, str]]:
    """Curves [L, dimensions] with their labels: dimensions stand between colons, the label behind the last.

    Labels are empty where the head says that there are none. Raises ValueError with the line that is none of this.
    """
    lines = text.splitlines()
    return list(ts_curves(lines, *head_of(lines)))


def head_of(lines: Iterable[str]) -> tuple[int, bool]:
    """How many lines of a `.ts` file stand before its curves, and whether a label stands behind each of these."""
    said = set()
    for number, line in enumerate(lines, 1):
        word, *others = line.lower().split() or [""]
        if word in ("@classlabel", "@targetlabel"):
            said.add(others[:1] != ["false"])
        if word == "@data":
            return number, said != {False}
    return 0, said != {False}


def ts_curves(lines: Iterable[str], head: int, has_labels: bool = True) -> Iterator[tuple[np.ndarray, str]]:
    """The same, one by one, of lines of which so many are the head."""
    width = 0
    for number, line in enumerate(map(str.strip, lines), 1):
        if number <= head or not line or line.startswith(("#", "%", "@")):
            continue
        *dimensions, label = line.split(":") if has_labels else [*line.split(":"), ""]
        if not dimensions:
            raise ValueError(f"line {number:,}: expected numbers, a colon and a label, got {line[:40]!r}")
        width = width or len(dimensions)
        if len(dimensions) != width:
            raise ValueError(f"line {number:,}: expected {width} dimensions, as in the first, got {len(dimensions)}")
        sides = [numbers_in(side.split(","), f"line {number:,}") for side in dimensions]
        longest = max(map(len, sides))
        curve = np.full((longest, len(sides)), np.nan, np.float32)
        for place, side in enumerate(sides):
            curve[: len(side), place] = side
        yield without_end(curve), label.strip()
    if not width:
        raise ValueError("there are no curves: expected a line for each, numbers, a colon and a label")


def numbers_in(fields: list[str], where: str) -> list[float]:
    """The numbers that stand in fields. Raises ValueError with where these are."""
    try:
        return [number_of(field.strip()) for field in fields]
    except ValueError:
        wrong = next(field for field in fields if not is_number(field.strip()))
        raise ValueError(f"{where}: expected a number, got {wrong[:40]!r}") from None


def number_of(written: str) -> float:
    """A number; nan for one that is missing, or larger than any of 32 bits. Raises ValueError for anything else."""
    number = float("nan") if written.lower() in MISSING else float(written)
    return number if abs(number) <= LARGEST else float("nan")


def without_end(curve: np.ndarray) -> np.ndarray:
    """A curve [L, F] up to its last step that has a value; one step at least."""
    there = np.flatnonzero(~np.isnan(curve).all(axis=1))
    return curve[: int(there[-1]) + 1 if len(there) else 1]


def filled(curve: np.ndarray) -> np.ndarray:
    """A curve [L, F] in which each missing value is on the line between its neighbours; 0 where there are none."""
    steps = np.arange(len(curve))
    whole = np.zeros_like(curve)
    for place in range(curve.shape[1]):
        there = ~np.isnan(curve[:, place])
        if there.any():
            whole[:, place] = np.interp(steps, steps[there], curve[there, place])
    return whole


def laid_side_by_side(curves: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Curves [L, F] as one column, with their lengths where these differ; what is missing within them is filled."""
    return side_by_side([filled(curve) for curve in curves], "curve")


def in_order(header: list[str], rows: list[list[str]], time: str) -> list[list[str]]:
    """The rows in the order of a column; as they stand where none is named."""
    if not time:
        return rows
    (at,) = places_of(header, (time,))
    moments = moments_of([row[at] for row in rows])
    return [rows[place] for place in sorted(range(len(rows)), key=moments.__getitem__)]


def values_at(rows: list[list[str]], places: list[int]) -> np.ndarray:
    """The numbers of some columns, [rows, columns]; nan where one is missing. Raises ValueError for none at all."""
    if not rows or not places:
        raise ValueError("there are no numbers: expected at least one row, and one column of values")
    return np.array([[number_of(row[place]) for place in places] for row in rows], np.float32)
