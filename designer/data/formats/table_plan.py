"""What becomes of the columns of a table, by their roles and types: features, targets and the reader's arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.graph.data_settings import MAX_CLASSES, Missing
from designer.core.schema.fields import MAX_SIZE
from designer.core.schema.shape import features, image, tokens
from designer.data.errors import DataError
from designer.data.formats.columns import ColumnChoice
from designer.data.formats.table_options import TableOptions

NUMBERS, GROUPS, SPANS, IMAGE = "numbers", "groups", "spans", "image"
"""Columns of the samples that are made of several columns of the table, or of one that is neither taken nor learned."""
_TAKEN = (NUMBERS, GROUPS, SPANS, IMAGE, "part", "held")
_LONGEST_NAME, _LONGEST_TITLE, _LONGEST_CLASS = 60, 200, 500
_CATEGORIES = ("category", "text", "identifier")


def becomes(options: TableOptions) -> dict[str, tuple[Any, ...]]:
    """What the reader makes of each column. Raises DataError where a column cannot be learned."""
    return {item.name: _one(item, options) for item in options.columns if item.role != "ignored"}


def _one(column: ColumnChoice, options: TableOptions) -> tuple[Any, ...]:
    if column.role not in ("input", "target"):
        return (column.role,)
    if column.role == "target":
        if column.type == "date":
            raise DataError(f"column {column.name!r}: a date cannot be learned: expected a number or a category")
        return ("amount", column.offset, column.scale) if column.type == "number" else ("class", *column.values)
    if column.type in _CATEGORIES:
        return ("one_hot" if _is_one_hot(column, options) else "tokens", *column.values)
    if column.type == "number" and column.offset and not options.pixels:
        return ("number", column.offset)
    return ("date", *column.parts) if column.type == "date" else (column.type,)


def _is_one_hot(column: ColumnChoice, options: TableOptions) -> bool:
    return len([value for value in column.values if value]) <= options.one_hot_up_to


def gaps_of(options: TableOptions) -> tuple[str, ...]:
    """Columns of numbers beside which stands whether they are missing."""
    if not options.tell_missing or options.missing_numbers == "leave_out" or options.pixels:
        return ()
    return tuple(item.name for item in _inputs(options) if item.gaps and item.type not in _CATEGORIES)


def _inputs(options: TableOptions) -> Iterable[ColumnChoice]:
    return (item for item in options.columns if item.role == "input")


def numbers_of(options: TableOptions) -> tuple[tuple[str, ...], int]:
    """What each of the F numbers is, in the reader's order, and how many of the first ones are raw."""
    raw, circles, hot = [], [], []
    for name, (kind, *rest) in becomes(options).items():
        if kind in ("number", "yes_no"):
            raw.append(name)
        if kind == "date":
            raw += [f"{name} year"] if "year" in rest else []
            circles += [f"{name} {part} {wave}" for part in rest if part != "year" for wave in ("sin", "cos")]
        if kind == "one_hot":
            hot += [f"{name} = {value}" if value else f"{name} is missing" for value in rest]
    missing = [f"{name} is missing" for name in gaps_of(options)]
    return tuple(name[:500] for name in (*raw, *circles, *hot, *missing)), len(raw)


def listed_in(options: TableOptions) -> dict[str, int]:
    """For tokens the number of their first category; for numbers the place of the first that says of one, 1 or 0."""
    plan, names = becomes(options), names_of(options)
    hot = sum(len(rest) for kind, *rest in plan.values() if kind == "one_hot") + len(gaps_of(options))
    found = {NUMBERS: len(numbers_of(options)[0]) - hot} if hot else {}
    return found | {names[name]: 1 for name, (kind, *_) in plan.items() if kind == "tokens"}


def names_of(options: TableOptions) -> dict[str, str]:
    """The columns of the samples that have the columns of the table which are taken or learned by themselves."""
    made: dict[str, str] = {}
    for name, (kind, *_) in becomes(options).items():
        if kind in ("tokens", "amount", "class"):
            usual = "".join(sign if sign.isprintable() else " " for sign in name).strip()[:_LONGEST_NAME] or "column"
            found, count = usual, 1
            while found in _TAKEN or found in made.values():
                count += 1
                found = f"{usual} {count}"
            made[name] = found
    return made


def info_of(options: TableOptions, title: str) -> DataInfo:
    """What there is to learn from, and what there is to learn. Raises DataError where it is more than can be."""
    plan, names = becomes(options), names_of(options)
    numbers, raw = numbers_of(options)
    if len(numbers) > MAX_SIZE:
        raise DataError(
            f"its columns make {len(numbers):,} numbers: expected at most {MAX_SIZE:,}: ignore some of them"
        )
    missing: Missing = "median" if options.missing_numbers == "median" else "mean"
    taken = [Feature(NUMBERS, features(len(numbers)), numbers=numbers, raw=raw, missing=missing)] if numbers else []
    if options.pixels:
        taken = [_pictures(options, raw)]
    learned: list[Target] = []
    for name, (kind, *rest) in plan.items():
        if kind == "tokens":
            taken.append(Feature(names[name], tokens(1), vocabulary=len(rest) + 1))
        elif kind == "amount":
            learned.append(Target(names[name], features(1)))
        elif kind == "class":
            learned.append(Target(names[name], features(1), _classes(name, rest)))
    roles = {item.role for item in options.columns}
    groups, spans = GROUPS if "group" in roles else "", SPANS if "time" in roles else ""
    return DataInfo("table", title[:_LONGEST_TITLE], tuple(taken), tuple(learned), groups, spans)


def _pictures(options: TableOptions, numbers: int) -> Feature:
    """Grey pictures whose pixels are the columns. Raises DataError where these are others, or more or fewer."""
    side, others = options.pixels, [item.name for item in _inputs(options) if item.type != "number"]
    if others or numbers != side**2:
        got = repr(others[0]) if others else f"{numbers:,}"
        raise DataError(
            f"pictures of {side}×{side} pixels take {side**2:,} columns of numbers and no others, got {got}: "
            "change what the columns are for, or set pixels to 0"
        )
    return Feature(IMAGE, image(1, side, side))


def _classes(name: str, values: Sequence[str]) -> tuple[str, ...]:
    if len(values) > MAX_CLASSES or any(len(value) > _LONGEST_CLASS for value in values):
        raise DataError(
            f"column {name!r}: {len(values):,} different texts cannot be learned: expected at most {MAX_CLASSES:,} "
            f"classes of up to {_LONGEST_CLASS} letters: give another column the role target"
        )
    return tuple(values)


def words_of(options: TableOptions) -> dict[str, tuple[str, ...]]:
    """For columns of tokens, what each number stands for."""
    names = names_of(options)
    return {
        names[name]: ("other or missing", *rest) for name, (kind, *rest) in becomes(options).items() if kind == "tokens"
    }


def arguments_of(options: TableOptions) -> dict[str, Any]:
    """The arguments of the reader that differ from its defaults."""
    plan = becomes(options)
    called = {name: made for name, made in names_of(options).items() if name != made}
    usual = {
        "gaps_told": (gaps_of(options), ()),
        "called": (called, {}),
        "whole_rows": (options.missing_numbers == "leave_out", False),
        "pixels": (options.pixels, 0),
        "repeated": (options.repeated, "keep"),
        "faults": (options.faults, "leave_out"),
        "decimal": (options.decimal, "point"),
        "dates": (options.dates, "iso"),
        **_reading(options),
    }
    return {"columns": plan} | {name: value for name, (value, default) in usual.items() if value != default}


def reading_of(options: TableOptions) -> dict[str, Any]:
    """The arguments of opened_table that differ from its defaults."""
    return {name: value for name, (value, default) in _reading(options).items() if value != default}


def _reading(options: TableOptions) -> dict[str, tuple[Any, Any]]:
    return {
        "encoding": (options.encoding, "utf-8"),
        "delimiter": (options.delimiter, "comma"),
        "header": (options.header != "no", True),
        "skipped": (options.skipped, 0),
        "width": (len(options.columns), 0),
        "gaps": (("",) if options.gaps == "empty" else None, None),
        "sheet": (options.sheet, ""),
    }
