"""Events of a run as lines of JSON: what a run's metrics hold, and what `designer train --json` prints.

A line is flat, and shorter than an event: `{"event": "epoch_ended", "protocol": 2, "run": ..., "epoch": 1, ...}`.
Figures stand there under their own names, and those of each of several Outputs in `train_outputs`, `val_outputs` and
`test_outputs`. A series of numbers becomes its mean, and a number that is not finite null; a run keeps up to a hundred
numbers of a series beside it, in `each`, so that its curves are what they were. Lines of the first version
have neither `protocol` nor `run`; all that they have, these have, too, so that who reads the one reads the other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from designer.engine.protocol.class_figures import is_row, of_rows
from designer.engine.protocol.events import (
    BatchesEnded,
    Continued,
    Diagnosed,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Noticed,
    Paused,
    SettingsChanged,
    Started,
)
from designer.engine.protocol.figures import by_output, figure_name, is_of_all
from designer.engine.protocol.version import PROTOCOL

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Floats

Row = dict[str, Any]

KINDS: dict[str, type[Event]] = {
    kind.name(): kind
    for kind in (
        *(Started, BatchesEnded, EpochEnded, Noticed, Diagnosed),
        *(Paused, Continued, SettingsChanged, Finished, Failed),
    )
}
"""The events of which there are lines."""
_ENVELOPE = ("event", "protocol", "run")
_PARTS: dict[type[Event], tuple[str, ...]] = {EpochEnded: ("train", "val"), Finished: ("train", "val", "test")}
"""The parts of the data that the figures of an event are of."""
_BY_OUTPUT: dict[type[Event], tuple[str, ...]] = {EpochEnded: ("train", "val"), Finished: ("test",)}
_ALWAYS = ("loss", "accuracy")
"""Figures that every line has, be they null."""
EACH = "each"
_MOST_EACH = 100
"""Numbers of one figure in a line: of more steps each is the mean of some that follow each other."""


def line_of(event: Event) -> Row:
    """The line of an event."""
    row: Row = {"event": event.name(), "protocol": PROTOCOL}
    if event.run:
        row["run"] = event.run
    for item in fields(event):
        if item.name == "metrics":
            row |= _figures(event, getattr(event, item.name))
        elif item.name == "classes":
            found = [told.to_row() for told in getattr(event, item.name)]
            row |= {"classes": found} if found else {}
        elif item.name != "run":
            row[item.name] = _number_or_null(getattr(event, item.name))
    return row


def kept_line_of(event: Event) -> Row:
    """The line of an event as a run keeps it: with the numbers of the steps of which `line_of` tells the mean."""
    series = event.metrics if isinstance(event, BatchesEnded) else {}
    each = {name: _few(values) for name, values in series.items() if len(values) > 1}
    return line_of(event) | ({EACH: each} if each else {})


def _few(values: Floats) -> list[float | None]:
    import numpy as np  # there where there is a series; the start does not wait for it

    means = [part.mean() for part in np.array_split(values, min(len(values), _MOST_EACH))]
    return [_number_or_null(float(f"{mean:.7g}")) for mean in means]


def steps_of_each(count: int, steps: int) -> list[int]:
    """How many of the steps of a report each of so many numbers in its `each` is the mean of."""
    least, more = divmod(steps, count)
    return [least + (place < more) for place in range(count)]


def _always(kind: type[Event]) -> tuple[str, ...]:
    """The names of figures that every line of an event has."""
    return tuple(figure_name(part, figure) for part in _PARTS.get(kind, ()) for figure in _ALWAYS) or _ALWAYS


def _apart(kind: type[Event]) -> tuple[str, ...]:
    """The names under which the figures of each of several Outputs stand."""
    return tuple(f"{part}_outputs" for part in _BY_OUTPUT.get(kind, ()))


def _figures(event: Event, metrics: Mapping[str, Any]) -> Row:
    found: Row = dict.fromkeys(_always(type(event)))
    found |= {name: _number_or_null(value) for name, value in metrics.items() if is_of_all(name)}
    for part in _BY_OUTPUT.get(type(event), ()):
        found[f"{part}_outputs"] = {
            output: dict.fromkeys(_ALWAYS) | {name: _number_or_null(value) for name, value in figures.items()}
            for output, figures in by_output(metrics, part).items()
        }
    return found


def _number_or_null(value: Any) -> Any:
    if hasattr(value, "mean"):  # An array; the start does not wait for NumPy to ask.
        value = float(value.mean()) if value.size else None
    # JSON has no word for infinity and NaN.
    return None if isinstance(value, float) and not math.isfinite(value) else value


def is_line(row: Mapping[str, Any]) -> bool:
    """Whether this is a line that was ever written: of a known event, with all that belongs to it and no more."""
    name = row.get("event")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None or not _has_envelope(row):
        return False
    rules = _rules(kind.name())
    given = row.keys() - set(_ENVELOPE)
    if not {name for name, rule in rules.items() if rule.is_needed} <= given:
        return False
    return all(rules[name].fits(row[name]) if name in rules else _is_figure(kind, row[name]) for name in given)


def is_newer(raw: bytes) -> bool:
    """Whether this is a line of a version of the protocol that is not known yet."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    version = found.get("protocol") if isinstance(found, dict) else None
    return isinstance(version, int) and version > PROTOCOL


def _has_envelope(row: Mapping[str, Any]) -> bool:
    version, run = row.get("protocol", 1), row.get("run", "")
    return isinstance(version, int) and 1 <= version <= PROTOCOL and isinstance(run, str)


def _is_figure(kind: type[Event], value: object) -> bool:
    return any(item.name == "metrics" for item in fields(kind)) and _is_number(value)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


@dataclass(frozen=True)
class _Rule:
    """What stands under a name of a line."""

    fits: Callable[[object], bool]
    is_needed: bool


@cache
def _rules(event: str) -> dict[str, _Rule]:
    kind = KINDS[event]
    rules = {item.name: _rule(item) for item in fields(kind) if item.name not in ("metrics", "run")}
    if any(item.name == "metrics" for item in fields(kind)):
        rules |= {name: _Rule(_is_number, True) for name in _always(kind)}
        rules |= {name: _Rule(_is_object, False) for name in _apart(kind)}
    if kind is BatchesEnded:
        rules[EACH] = _Rule(_is_series, False)
    return rules


def _rule(item: Field[Any]) -> _Rule:
    """By the type of a field, as the class has it in words."""
    wanted = str(item.type)
    is_needed = item.default is MISSING and item.default_factory is MISSING
    if wanted == "float":
        return _Rule(_is_number, is_needed)
    if wanted == "int":
        return _Rule(lambda value: isinstance(value, int) and not isinstance(value, bool), is_needed)
    if wanted == "bool":
        return _Rule(lambda value: isinstance(value, bool), is_needed)
    if wanted == "tuple[ClassFigures, ...]":
        return _Rule(_is_classes, is_needed)
    if wanted == "tuple[str, ...]":
        return _Rule(_is_words, is_needed)
    if wanted == "str" or wanted.startswith("Literal"):
        return _Rule(lambda value: isinstance(value, str), is_needed)
    return _Rule(_is_object, is_needed)


def _is_words(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _is_classes(value: object) -> bool:
    return isinstance(value, list) and all(map(is_row, value))


def _is_series(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, list) and item and all(map(_is_number, item)) for item in value.values()
    )


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def epoch_of(row: Mapping[str, Any]) -> EpochEnded:
    """The event of a line of it, of any version; figures that are null have no entry."""
    metrics = {
        name: value for name, value in row.items() if name not in _rules(EpochEnded.name()) and name not in _ENVELOPE
    }
    metrics |= {name: row[name] for name in _always(EpochEnded)}
    for part in _BY_OUTPUT[EpochEnded]:
        for output, figures in row.get(f"{part}_outputs", {}).items():
            metrics |= {figure_name(part, figure, output): value for figure, value in figures.items()}
    known = {name: value for name, value in metrics.items() if value is not None}
    return EpochEnded(row["epoch"], row["step"], known, row["samples_per_second"], of_rows(row), run=row.get("run", ""))
