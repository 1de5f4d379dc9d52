"""What a person is told of texts that were read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from designer.core.graph.binding import LENGTHS, DataInfo, Feature, Target
from designer.core.schema.shape import features, tokens
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import Answer, Finding, FoundData, Opened
from designer.data.formats.class_findings import class_findings
from designer.data.formats.counting import classes_counted, parts_counted
from designer.data.formats.text_options import TextOptions
from designer.data.readers.texts import UNKNOWN
from designer.data.row_slices import Slices
from designer.data.samples import Array, Lengths, Samples

_COLUMNS = {"folders": "class", "next": "next", "tagged": "tags"}
"""The column that is learned; in a table it is called as there."""
_AT_ONCE = 2**12
"""Texts that are looked at together."""
_STEPS_AT_ONCE = 2**20
"""Tokens that are looked at together."""


def found(path: Path, options: TextOptions, opened: Opened) -> FoundData[TextOptions]:
    """The description of what was read. Raises DataError where nothing can be learned from it."""
    samples, words = Samples(opened.columns, opened.lazy), opened.words["text"]
    columns = opened.columns
    count, longest = (opened.lazy or columns)["text"].shape
    varies = "text" + LENGTHS in columns
    steps = None if varies else longest
    feature = Feature("text", tokens(steps), len(words), longest if varies else None)
    target = _target(options, words, steps)
    if target.classes is not None and len(target.classes) < 2:
        raise DataError(f"{path}: every text has the label '{target.classes[0]}': expected at least two classes")
    per_class = classes_counted(target, columns)
    lengths = samples.lengths("text")
    lengths = np.full(count, longest) if lengths is None else lengths
    return FoundData(
        options=options,
        info=DataInfo(
            "text",
            path.stem,
            (feature,),
            (target,),
            spans="span" if options.layout == "next" else "",
            stride=options.length if options.layout == "next" else 0,
        ),
        samples=count,
        summary=_summary(options, target, lengths, len(words)),
        reading=_reading(options, len(words)),
        findings=tuple(_findings(options, target, per_class, samples, lengths)),
        class_counts=per_class,
        across=int(options.layout == "next"),
        given_parts=parts_counted(columns),
        fingerprint=fingerprint(path),
    )


def _target(options: TextOptions, words: tuple[str, ...], steps: int | None) -> Target:
    name = _COLUMNS.get(options.layout, options.label)
    if options.layout == "next":
        return Target(name, tokens(steps), words)
    if options.layout == "tagged":
        return Target(name, tokens(steps), options.classes)
    return Target(name, features(1), options.classes)


def _summary(options: TextOptions, target: Target, lengths: Lengths, known: int) -> str:
    units = _units(options)
    least, most = int(lengths.min()), int(lengths.max())
    long = f"{most:,} {units}" if least == most else f"{least:,} to {most:,} {units}"
    what = {"next": "pieces", "tagged": "sentences"}.get(options.layout, "texts")
    learned = "numbers as labels"
    if options.layout == "next":
        learned = "the next one is learned"
    elif target.classes is not None:
        learned = f"{len(target.classes):,} {'tags' if options.layout == 'tagged' else 'classes'}"
    more = "at least " if known >= options.vocabulary else ""  # of rarer ones nobody knows how many there are
    return f"{len(lengths):,} {what} of {long}, {more}{known:,} different ones, {learned}"


def _units(options: TextOptions) -> str:
    """What texts are counted in: signs between words are tokens as well."""
    return "tokens" if options.layout == "tagged" or options.units == "words" else options.units


def _reading(options: TextOptions, known: int) -> str:
    kept = f"the first {options.length:,}" if options.length else "all"
    units = _units(options)
    if options.layout == "next":
        return (
            f"Pieces of {options.length:,} {units}: for each of them the next one is to be told; the test is the end."
        )
    where = {
        "table": f"Column '{options.text}' is the text and '{options.label}' its label",
        "folders": "Each file is a text, and each folder a class",
        "tagged": "Each line is a word and, last, its tag; an empty line ends a sentence",
    }[options.layout]
    return f"{where}; {kept} {units} of each are kept, and the {known:,} most frequent are told apart."


def _findings(
    options: TextOptions, target: Target, per_class: tuple[int, ...], samples: Samples, lengths: Lengths
) -> Iterator[Finding]:
    yield from class_findings(dict(zip(target.classes or (), per_class, strict=False)), "texts")
    unknown = _unknown(samples, int(lengths.sum())) / int(lengths.sum())
    if unknown > 0.1:
        yield Finding(
            f"{unknown:.0%} of the tokens are not among the {options.vocabulary:,} that are told apart.",
            answers=(Answer("Tell twice as many apart", {"vocabulary": min(2 * options.vocabulary, 65_536)}),),
        )
    if options.layout in ("next", "tagged"):
        return
    cut = float((lengths == options.length).mean()) if options.length else 0.0
    if cut > 0.05:
        yield Finding(
            f"{cut:.0%} of the texts are cut at {options.length:,} {_units(options)}.",
            answers=(Answer("Keep twice as many", {"length": min(2 * options.length, 65_536)}),),
        )
    yield from _repeated(options, samples)


def _unknown(samples: Samples, count: int) -> int:
    """How many of so many tokens are unknown. Where texts lie behind each other in a long row, this is gone through."""
    column = samples.lazy.get("text")
    if not isinstance(column, Slices):
        return sum(int((some == UNKNOWN).sum()) for some in _tokens(samples))
    pieces = (np.arange(first, min(first + _STEPS_AT_ONCE, count)) for first in range(0, count, _STEPS_AT_ONCE))
    return sum(int(np.count_nonzero(column.values.take(piece) == UNKNOWN)) for piece in pieces)


def _tokens(samples: Samples) -> Iterator[Array]:
    """The numbers of the tokens [n, longest] of some texts at a time."""
    for first in range(0, len(samples), _AT_ONCE):
        yield samples.taken("text", np.arange(first, min(first + _AT_ONCE, len(samples))))


def _repeated(options: TextOptions, samples: Samples) -> Iterator[Finding]:
    """Texts that stand more than once may be learned and tested with at once. A number is held of each."""
    marks = np.sort(np.array([hash(row.tobytes()) for some in _tokens(samples) for row in some]))
    more = int(np.count_nonzero(np.diff(marks) == 0))
    if not more:
        return
    told = plural(more, "text stands more than once: it", "texts stand more than once: they")
    message = f"{told} may be both learned from and tested with."
    answers = (Answer("Read each once", {"distinct": True}),) if options.layout == "table" else ()
    yield Finding(message, answers=answers)
