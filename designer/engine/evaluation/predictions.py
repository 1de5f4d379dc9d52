"""What a trained network says of samples, a row for each: classes with their probabilities, or numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from torch import Tensor

from designer.core.graph.binding import LENGTHS, Target
from designer.data.own_units import as_in_files
from designer.data.samples import Array
from designer.engine.evaluation.passes import Ready, TriedBatch, passes
from designer.engine.evaluation.samples import Tried
from designer.engine.training.batches import Batch
from designer.engine.training.measured import linked
from designer.engine.training.objectives import Objective

Kind = Literal["text", "whole", "number", "texts", "numbers", "nested"]
"""Of a column: texts and numbers may be lists, one for each step; nested are lists within lists."""


@dataclass(frozen=True)
class PredictionTable:
    """The columns of a table of predictions by their names, and its rows."""

    kinds: dict[str, Kind]
    rows: Iterator[list[Any]]


def predictions(ready: Ready, tried: Tried) -> PredictionTable:
    """A row for each sample: its number or name, and for each Output what it is, where known, and what it is taken for.

    The columns of several Outputs end in `/` and the name of the Output.
    """
    several = len(ready.objectives) > 1
    outputs = [_OutputRows(item, f"/{item.goal.output}" if several else "", tried) for item in ready.objectives]
    kinds: dict[str, Kind] = {"sample": "text" if tried.names else "whole"}
    parted = any(piece.part for piece in tried.pieces)
    if parted:
        kinds["part"] = "text"
    for output in outputs:
        kinds |= output.kinds
    return PredictionTable(kinds, _rows(ready, tried, outputs, parted))


def _rows(ready: Ready, tried: Tried, outputs: list[_OutputRows], parted: bool) -> Iterator[list[Any]]:
    for item in passes(ready, tried):
        lengths = _lengths(item, ready)
        tables = [
            output.rows(item.batch, result, lengths) for output, result in zip(outputs, item.results, strict=True)
        ]
        for place, number in enumerate(item.rows.tolist()):
            row: list[Any] = [tried.names[number] if tried.names else number]
            row += [item.piece.part] if parted else []
            yield [*row, *(cell for table in tables for cell in table[place])]


def _lengths(item: TriedBatch, ready: Ready) -> Array | None:
    """The steps of each sample, where they differ."""
    for feature in ready.binding.features.values():
        if feature.shape.varies:
            found: Array = item.batch.columns[feature.name + LENGTHS].numpy()
            return found
    return None


class _OutputRows:
    """The cells of one Output."""

    def __init__(self, objective: Objective, ending: str, tried: Tried) -> None:
        self._goal, self._target = objective.goal, objective.goal.target
        target = self._target
        self._labelled = labelled = tried.has(target.name)
        self._units = tried.units.get(target.name, ((0.0,), (1.0,)))
        self._has_names = self._goal.gives == "classes"
        label, value = _kinds(target, self._has_names)
        names: dict[str, Kind] = {"label": label} if labelled else {}
        names["predicted"] = value
        if target.classes is not None and self._has_names:
            names["probability"] = "numbers" if target.per_step else "number"
            names |= {} if target.per_step else {f"p({name})": "number" for name in target.classes}
        self.kinds: dict[str, Kind] = {name + ending: kind for name, kind in names.items()}

    def rows(self, batch: Batch, result: Tensor, lengths: Array | None) -> list[list[Any]]:
        """The cells of each sample of a batch; `result` is what the Output gets, [N, ...]."""
        target = self._target
        given = linked(result, self._goal.link).double().cpu().numpy()
        wanted = batch.columns[target.name].cpu().numpy() if self._labelled else None
        if self._goal.lengths and self._labelled:
            lengths = batch.columns[self._goal.lengths].numpy()
        cut = lengths if target.shape.varies else None
        return [
            self._cells(row[: int(cut[place])] if cut is not None else row, None if wanted is None else wanted[place])
            for place, row in enumerate(given)
        ]

    def _cells(self, scores: Array, wanted: Array | None) -> list[Any]:
        classes = self._target.classes
        wanted = wanted[: len(scores)] if wanted is not None and self._target.shape.varies else wanted
        if classes is not None and not self._has_names:
            return [*([] if wanted is None else [_names(wanted, classes)]), scores.tolist()]
        if classes is None:
            told = [scores] if wanted is None else [wanted, scores]
            return [_value(as_in_files(numbers, self._units)) for numbers in told]
        named = scores.argmax(-1)
        cells: list[Any] = [] if wanted is None else [_names(wanted, classes)]
        cells += [_names(named, classes), scores.max(-1).tolist()]
        return cells if self._target.per_step else [*cells, *scores.tolist()]


def _kinds(target: Target, has_names: bool) -> tuple[Kind, Kind]:
    """Of what a target is, and of what it is taken for; without names that is an embedding."""
    if target.classes is not None and not has_names:
        return "text", "numbers"
    if target.classes is not None:
        return ("texts", "texts") if target.per_step else ("text", "text")
    if target.shape.sizes == (1,):
        return "number", "number"
    return ("numbers", "numbers") if target.shape.rank == 1 else ("nested", "nested")


def _value(numbers: Array) -> Any:
    """A number, a list of them, or lists within lists."""
    return float(numbers[0]) if numbers.shape == (1,) else np.asarray(numbers, dtype=np.float64).tolist()


def _names(numbers: Array, classes: tuple[str, ...]) -> Any:
    listed = np.atleast_1d(numbers).tolist()
    names = [classes[number] if 0 <= number < len(classes) else f"class {number}" for number in listed]
    return names if np.ndim(numbers) else names[0]
