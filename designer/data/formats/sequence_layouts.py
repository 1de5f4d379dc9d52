"""Which layout of sequences the files have, guessed from names and the first rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path

from designer.data.errors import DataError
from designer.data.formats.column_order import MANY, follow_each_other, numbered, speak_of_time
from designer.data.formats.part_folders import folders_in
from designer.data.formats.sequence_options import SequencesOptions
from designer.data.formats.text_pieces import number_rows_at
from designer.data.formats.ucr_curves import ucr_curves
from designer.data.readers._decimals import number_rows, with_points
from designer.data.readers._parts import plain_files
from designer.data.readers._text_files import AUTO, DELIMITERS, encoding_of, rows_in
from designer.data.readers.sequences import TABLES, headed, is_number, is_table, tables_in

_PARTS = {"train": 0, "test": 2}
_SURE, _IN_DOUBT = 95, 45
"""Of curves that lie in rows; and of rows that are likelier to be those of a table, as their columns have no order."""
_LABELS = ("label", "class", "target", "y", "category", "activity", "event")
_SAMPLES = ("id", "sample", "series", "case", "subject", "trial", "group", "sequence", "sample_id", "series_id")
_TIMES = ("time", "date", "timestamp", "datetime", "step", "t", "month", "day", "year", "hour", "index")
_MOST_CLASSES = 50
_HEAD = 400
_BEGINNING = 2**18

Rows = list[list[str]]
Everything = Callable[[], Iterator[list[str]]]
"""What goes through the rows of a table once."""


def sureness(path: Path) -> int:
    """From 0 to 100."""
    if path.is_dir():
        if _pair_in(path):
            return 95
        folders = _class_folders(path)
        return 85 if len(folders) > 1 and _holds_curves(folders) else 0
    if path.suffix.lower() == ".ts":
        return 100
    if path.suffix.lower() not in TABLES:
        return 0
    header, rows, is_headed = _beginning(path)
    if not rows:
        return 0
    if _looks_like_ucr(rows, is_headed):
        in_order = _is_named_as_part(path) or follow_each_other(rows, range(1, len(rows[0])))
        return _SURE if in_order else _IN_DOUBT
    if is_headed and (values := numbered(header)):
        in_order = speak_of_time(values) or follow_each_other(rows, [header.index(name) for name in values])
        return _SURE if in_order else _IN_DOUBT
    return 60 if _named(header, _TIMES) else 30


def possible_steps(path: Path) -> tuple[bool, tuple[str, ...]]:
    """Whether the rows of a table could be curves, and the names of the columns that would be their steps, if named."""
    if path.suffix.lower() not in TABLES:
        return False, ()
    header, rows, is_headed = _beginning(path)
    if is_headed:
        values = tuple(numbered(header))
        places = [header.index(name) for name in values]
        return bool(values) and all(_all_numbers(rows, place) for place in places), values
    return bool(rows) and _looks_like_ucr(rows, is_headed), ()


def are_named_as_steps(path: Path, options: SequencesOptions) -> bool:
    """Whether names say that the columns of a row are its steps: those of the columns, or that of the file."""
    if options.layout == "wide":
        return speak_of_time(options.values)
    return options.layout != "ucr" or path.is_dir() or path.suffix.lower() == ".ts" or _is_named_as_part(path)


def completed(path: Path, options: SequencesOptions | None) -> SequencesOptions:
    """Options that say what is read; what they leave open is what suits the path best. Raises DataError."""
    if options is None:
        return guessed(path)
    if options.values or options.files:
        return options
    return guessed(path, options.encoding).model_copy(
        update={"encoding": options.encoding, "target_scale": options.target_scale}
    )


def guessed(path: Path, encoding: str = AUTO) -> SequencesOptions:
    """The options that suit a path best. Raises DataError."""
    if path.is_dir():
        return _of_folder(path, encoding)
    if path.suffix.lower() == ".ts":
        return _ucr(path, encoding)
    header, rows, is_headed = _beginning(path, encoding)
    if not rows:
        raise DataError(f"{path}: there are no rows: expected a table of curves")
    if _looks_like_ucr(rows, is_headed):
        return _ucr(path, encoding)
    header, rows = headed(list(islice(number_rows_at(path, encoding), _HEAD + 1)))
    everything = partial(_rows_below, path, encoding)
    if values := numbered(header):
        return _wide(header, everything, values)
    if sample := _named(header, _SAMPLES):
        return _long(header, rows, everything, sample)
    return _forecast(header, rows, everything)


def _rows_below(path: Path, encoding: str) -> Iterator[list[str]]:
    """The rows of a table below those that name the columns, none of which is held."""
    rows = number_rows_at(path, encoding)
    first = next(rows, [])
    return rows if headed([first])[1:] == ([],) else chain([first], rows)


def _of_folder(path: Path, encoding: str) -> SequencesOptions:
    if pair := _pair_in(path):
        return _ucr(path / pair[0], encoding)
    folders = _class_folders(path)
    if len(folders) < 2:
        raise DataError(
            f"{path}: expected a folder of tables for each of at least two classes, or a pair of files …_TRAIN, …_TEST"
        )
    values = next(filter(None, (_values_in(table, encoding) for table in tables_in(folders[0])[:_HEAD])), ())
    return SequencesOptions(layout="files", values=values, classes=tuple(folder.name for folder in folders))


def _values_in(table: Path, encoding: str) -> tuple[str, ...]:
    """The columns of numbers in a table with a step a row, but for the time."""
    header, rows = headed(number_rows(table, encoding) or [[]])
    return tuple(name for place, name in enumerate(header) if _all_numbers(rows, place) and not _is_time(name))


def _class_folders(path: Path) -> list[Path]:
    return [folder for folder in folders_in(path)[:1000] if _first_table(folder)]


def _first_table(folder: Path) -> Path | None:
    """A table in a folder, or in those below it, without looking at all of them."""
    for place, _, files in os.walk(folder):
        if tables := plain_files(place, filter(is_table, files)):
            return Path(place, tables[0])
    return None


def _holds_curves(folders: list[Path]) -> bool:
    """Whether the first table has a column of numbers: texts lie in folders, too."""
    first = _first_table(folders[0]) if folders else None
    if first is None:
        return False
    header, rows, _ = _beginning(first)
    return len(rows) > 1 and any(_all_numbers(rows, place) for place in range(len(header)))


def _pair_in(path: Path) -> tuple[str, str] | None:
    """The names of a pair …_TRAIN and …_TEST in a folder."""
    for item in map(path.joinpath, sorted(os.listdir(path))[:1000]):
        other = _other_part(item)
        if other and item.stem.lower().endswith("_train"):
            return item.name, other.name
    return None


def _other_part(path: Path) -> Path | None:
    """The file of the test beside that of the training, or the other way round."""
    for one, other in (("_TRAIN", "_TEST"), ("_TEST", "_TRAIN"), ("_train", "_test"), ("_test", "_train")):
        if path.stem.endswith(one):
            beside = path.with_name(path.stem.removesuffix(one) + other + path.suffix)
            return beside if beside.is_file() else None
    return None


def _is_named_as_part(path: Path) -> bool:
    """Whether a file is called as those of the archive are: …_TRAIN or …_TEST."""
    return path.stem.lower().rpartition("_")[2] in _PARTS and "_" in path.stem


def _ucr(path: Path, encoding: str) -> SequencesOptions:
    both = [path, other] if (other := _other_part(path)) else [path]
    named = (
        sorted((_PARTS[item.stem.lower().rpartition("_")[2]], item.name) for item in both)
        if other
        else [(0, path.name)]
    )
    labels = {label for item in both for _, label in ucr_curves(item, encoding)}
    if labels == {""}:
        raise DataError(f"{path}: its curves have no labels: there is nothing to learn from them")
    return SequencesOptions(
        layout="ucr", files=tuple((name, part) for part, name in named), classes=classes_among(labels)
    )


def _wide(header: list[str], everything: Everything, values: list[str]) -> SequencesOptions:
    others = [name for name in header if name not in values]
    label = _named(others, _LABELS) or (others[-1] if others else "")
    if not label:
        raise DataError("no column has a label: expected one beside the columns of values")
    at = header.index(label)
    found = classes_among({row[at] for row in everything() if len(row) == len(header)})
    return SequencesOptions(layout="wide", values=tuple(values), label=label, classes=found)


def _long(header: list[str], rows: Rows, everything: Everything, sample: str) -> SequencesOptions:
    label = _named(header, _LABELS) or header[-1]
    time = _named(header, _TIMES)
    values = tuple(
        name
        for place, name in enumerate(header)
        if name not in (sample, time, label) and _all_numbers(rows[:_HEAD], place)
    )
    at, whose = header.index(label), header.index(sample)
    first: dict[str, str] = {}
    labels, each_step = set(), False
    for row in everything():
        each_step = first.setdefault(row[whose], row[at]) != row[at] or each_step
        labels.add(row[at])
    found = classes_among(labels)
    return SequencesOptions(
        layout="long",
        sample=sample,
        time=time,
        values=values,
        label=label,
        each_step=each_step,
        classes=found or (tuple(sorted(labels)) if each_step else None),
    )


def _forecast(header: list[str], rows: Rows, everything: Everything) -> SequencesOptions:
    time = _named(header, _TIMES)
    values = tuple(name for place, name in enumerate(header) if name != time and _all_numbers(rows[:_HEAD], place))
    window = max(2, min(24, sum(1 for _ in islice(everything(), _HEAD)) // 4))
    return SequencesOptions(layout="forecast", time=time, values=values, targets=values[-1:], window=window)


def classes_among(labels: Iterable[str]) -> tuple[str, ...] | None:
    """The labels in order, numbers by their size; None where they are numbers of which there are many."""
    distinct = set(labels)
    numbers = all(is_number(label) for label in distinct)
    if numbers and (len(distinct) > _MOST_CLASSES or any(not float(label).is_integer() for label in distinct)):
        return None
    return tuple(
        sorted(distinct, key=(lambda label: (float(label), label)) if numbers else (lambda label: (0.0, label)))
    )


def _beginning(path: Path, encoding: str = AUTO) -> tuple[list[str], Rows, bool]:
    """The names of the columns and the first rows, without reading more; whether a row names the columns."""
    with path.open("rb") as file:
        content = file.read(_BEGINNING)
    text = content.decode(encoding_of(content) if encoding == AUTO else encoding, errors="replace")
    whole = text if len(content) < _BEGINNING else text[: text.rfind("\n")]
    has_cells = any(sign in whole for sign in DELIMITERS)
    rows = with_points((rows_in(whole) if has_cells else [line.split() for line in whole.splitlines()])[:_HEAD])
    if not rows:
        return [], [], False
    header, rest = headed(rows)
    return header, rest, len(rest) < len(rows)


def _looks_like_ucr(rows: Rows, is_headed: bool) -> bool:
    """A label, and then numbers: no row of names, and few different labels."""
    if is_headed or len(rows[0]) <= MANY:
        return False
    labels = {row[0] for row in rows}
    return all(float(label).is_integer() for label in labels if is_number(label)) and len(labels) <= _MOST_CLASSES


def _named(header: Sequence[str], wanted: Sequence[str]) -> str:
    """The first column with one of these names; empty where there is none."""
    lower = {name.lower(): name for name in reversed(header)}
    return next((lower[name] for name in wanted if name in lower), "")


def _is_time(name: str) -> bool:
    return name.lower() in _TIMES


def _all_numbers(rows: Rows, place: int) -> bool:
    return all(place < len(row) and is_number(row[place]) for row in rows[:_HEAD])
