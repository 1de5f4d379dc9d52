"""What a person is told of sequences that were read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import Shape, features
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import PART, Answer, Finding, FoundData, Learned, Opened
from designer.data.formats.class_findings import class_findings, shown
from designer.data.formats.counting import classes_counted, parts_counted
from designer.data.formats.sequence_layouts import are_named_as_steps
from designer.data.formats.sequence_options import SequencesOptions
from designer.data.formats.text_pieces import number_rows_at, rows_at
from designer.data.readers._text_files import AUTO
from designer.data.readers.sequences import is_number
from designer.data.samples import Array, Lengths, Samples

_AT_ONCE = 2**10
"""Sequences that are looked at together."""


def found(path: Path, options: SequencesOptions, opened: Opened) -> FoundData[SequencesOptions]:
    """The description of what was read. Raises DataError where nothing can be learned from it."""
    forecast = options.layout == "forecast"
    name, label = ("window", "next") if forecast else ("curve", options.label or "class")
    samples, shapes = Samples(opened.columns, opened.lazy), {**opened.columns, **opened.lazy}
    count, longest, dimensions = shapes[name].shape
    lengths = samples.lengths(name)
    steps = None if lengths is not None else longest
    numbers = options.values if len(options.values) == dimensions else ()
    feature = Feature(name, Shape.of((steps, dimensions)), None, longest if lengths is not None else None, numbers)
    target = _target(options, label, steps, shapes[label].shape)
    if target.classes is not None and len(target.classes) < 2:
        raise DataError(f"{path}: every sequence has the label '{target.classes[0]}': expected at least two classes")
    per_class = classes_counted(target, opened.columns)
    return FoundData(
        options=options,
        info=DataInfo(
            "sequences",
            path.stem,
            (feature,),
            (target,),
            spans="span" if forecast else "",
            stride=options.stride if forecast else 0,
        ),
        samples=count,
        summary=_summary(options, target, shapes[name].shape, lengths),
        reading=_reading(options),
        findings=(*_doubt(path, options), *_findings(target, per_class, samples, feature)),
        class_counts=per_class,
        across=(options.window + options.horizon - 1) // options.stride if forecast else 0,
        given_parts=parts_counted(opened.columns),
        fingerprint=fingerprint(path),
        learned=_learned(options, target, label, opened),
        without_effect=_without_effect(options, target),
    )


def _learned(options: SequencesOptions, target: Target, label: str, opened: Opened) -> Learned | None:
    if target.classes is not None or target.per_step or options.target_scale == "as_it_is":
        return None
    columns = {name: opened.columns[name] for name in (label, "span", PART) if name in opened.columns}
    lazy = {label: opened.lazy[label]} if label in opened.lazy else {}
    return Learned(columns, lazy, len(options.targets) if options.layout == "forecast" else 0)


def _without_effect(options: SequencesOptions, target: Target) -> frozenset[str]:
    windows = () if options.layout == "forecast" else ("window", "horizon", "stride")
    return frozenset((*windows, *(() if target.classes is None else ("target_scale",))))


def explained(path: Path, options: SequencesOptions | None, error: Exception) -> DataError:
    """What went wrong while reading, in words that say what to change."""
    if options and (where := _wrong_number(path, options)):
        return DataError(f"{path}: {where}")
    if isinstance(error, IndexError):
        return DataError(
            f"{path}: {_short_row(path)} has fewer fields than the first one: expected as many in every row"
        )
    return DataError(f"{path}: it cannot be read as sequences: {error}")


def _short_row(path: Path) -> str:
    """The first row that has fewer fields than the one before all others."""
    rows = rows_at(path, AUTO) if path.is_file() else iter(())
    width = len(next(rows, []))
    short = next((number for number, row in enumerate(rows, 2) if len(row) < width), 0)
    return f"row {short:,}" if short else "a row"


def _wrong_number(path: Path, options: SequencesOptions) -> str:
    """The first value of a table that is no number, with its row; empty where there is none, or no such table."""
    values = (*options.values, *options.targets)
    if not values or not path.is_file():
        return ""
    rows = number_rows_at(path, options.encoding)
    header = next(rows, [])
    places = [header.index(name) for name in values if name in header]
    for number, row in enumerate(rows, 2):
        for place in places:
            if place < len(row) and not is_number(row[place]):
                return f"row {number:,}: expected a number in '{header[place]}', got {row[place][:40]!r}"
    return ""


def _target(options: SequencesOptions, label: str, steps: int | None, shape: tuple[int, ...]) -> Target:
    if options.layout == "forecast":
        return Target(label, features(shape[1]))
    if options.each_step:
        return Target(label, Shape.of((steps,), ("L",)), options.classes)
    return Target(label, features(1), options.classes)


def _summary(options: SequencesOptions, target: Target, shape: tuple[int, ...], lengths: Lengths | None) -> str:
    count, longest, dimensions = shape
    each = plural(dimensions, "value") + " a step"
    if options.layout == "forecast":
        return f"{plural(count, 'window')} of {plural(longest, 'step')}, {each}"
    long = plural(longest, "step") if lengths is None else f"{int(lengths.min())} to {longest} steps"
    learned = "numbers as labels" if target.classes is None else plural(len(target.classes), "class", "classes")
    return f"{plural(count, 'sequence')} of {long}, {each}, {learned}"


def _reading(options: SequencesOptions) -> str:
    if options.layout == "forecast":
        ahead = plural(options.horizon, "value")
        if options.horizon == 1:
            ahead = "value"
        follow = "follows" if options.horizon == 1 else "follow"
        return (
            f"Windows of {plural(options.window, 'step')}, each with the {ahead} of {', '.join(options.targets)} that "
            f"{follow}; the test is the end of the series, and no value of it is seen before: windows "
            "that lie across are left out."
        )
    says = {
        "ucr": "Each row is a series with its label, as in the UCR archive.",
        "wide": f"Each row is a sample: {len(options.values)} columns are its steps, and '{options.label}' its label.",
        "long": f"Each row is a step of the sample that '{options.sample}' names; '{options.label}' is the label.",
        "files": "Each file is a sample, and each folder a class.",
    }
    return says[options.layout]


def _doubt(path: Path, options: SequencesOptions) -> Iterator[Finding]:
    """That steps may be columns like any others, where but the numbers in them speak for an order."""
    if not are_named_as_steps(path, options):
        yield Finding(
            "The columns are read as steps in time, one after the other. In a table their order would say nothing.",
            answers=(Answer("Read as a table", source="table"),),
            first=True,
        )


def _findings(target: Target, per_class: tuple[int, ...], samples: Samples, feature: Feature) -> Iterator[Finding]:
    yield from class_findings(dict(zip(target.classes or (), per_class, strict=False)), "sequences")
    flat, is_one = _that_never_change(samples, name := feature.name)
    if is_one.any() and not is_one.all():
        names = [feature.numbers[place] if feature.numbers else str(place + 1) for place in np.flatnonzero(is_one)]
        told = plural(len(names), "value of a step is", "values of a step are")
        yield Finding(
            f"{told} the same everywhere, or 0 as all are missing: nothing is learned from that.", shown(names)
        )
    if flat.any():
        rows = tuple(str(row + 1) for row in np.flatnonzero(flat)[:10])
        yield Finding(f"{plural(int(flat.sum()), 'sequence never changes', 'sequences never change')}.", rows)
    if (lengths := samples.lengths(name)) is not None:
        yield Finding(
            f"Lengths differ, from {int(lengths.min())} to {int(lengths.max())} steps: zeros stand behind shorter "
            "ones, and recurrent blocks, poolings and the loss leave these out."
        )


def _that_never_change(samples: Samples, name: str) -> tuple[Array, Array]:
    """Which sequences never change, bool [N], and which of the values of a step do so in none, bool [F].

    Some sequences are looked at together.
    """
    flat, ends = [], []
    for first in range(0, len(samples), _AT_ONCE):
        values = samples.taken(name, np.arange(first, min(first + _AT_ONCE, len(samples))))
        flat.append(np.ptp(values.reshape(len(values), -1), axis=1) == 0)
        ends += [values.min(axis=(0, 1)), values.max(axis=(0, 1))]
    return np.concatenate(flat), np.ptp(np.stack(ends), axis=0) == 0
