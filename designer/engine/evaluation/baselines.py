"""What plain methods reach on the samples that a network is measured with: what its figures have to be compared with.

They learn from the rows that the network learns from. No more than MOST_ROWS of them are taken, evenly from all, and
as many to measure with; a regression has a second or two, so that it is there for tables and small pictures alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from designer.core.graph.binding import Binding, Feature, Target, bind
from designer.core.graph.design import Design
from designer.data.formats.target_scale import Units
from designer.data.own_units import as_in_files, before_scaling
from designer.data.sample_facts import facts_of
from designer.data.samples import Array, Dataset, Rows, Samples
from designer.engine.evaluation.regressions import linear, logistic
from designer.engine.training.batches import validation_split

MOST_ROWS = 4_000
MOST_NUMBERS = 4_000_000
"""Rows times features that a regression learns from: of wide samples fewer rows are taken."""
MOST_FEATURES = 1_024
_FEWEST_ROWS = 10
_CONSTANT = 1e-12
_AS_LEARNED: Units = ((0.0,), (1.0,))

Labels = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Baseline:
    """What a plain method reaches: a share of right answers, or how far numbers are off, in the units of the data."""

    name: str
    figure: Literal["accuracy", "mae"]
    value: float


@dataclass(frozen=True)
class SampleRows:
    """Some samples, and the numbers of those that count, int64 [n]."""

    samples: Samples
    rows: Rows

    def few(self, most: int) -> SampleRows:
        """No more than so many of them, evenly from all."""
        if len(self.rows) <= most:
            return self
        return SampleRows(self.samples, self.rows[np.linspace(0, len(self.rows) - 1, most).astype(np.int64)])

    def values(self, name: str) -> Array:
        """Those of a column, [n, ...]; of steps all that count, one behind the other."""
        values, lengths = self.samples.taken(name, self.rows), self.samples.lengths(name)
        return values if lengths is None else values[np.arange(values.shape[1]) < lengths[self.rows][:, None]]


def baselines(
    design: Design,
    dataset: Dataset,
    measured: Sequence[SampleRows] = (),
    heed: Callable[[], object] = lambda: None,
) -> dict[str, tuple[Baseline, ...]]:
    """Those of each Output, by what it learns; of the test's samples, or of other parts. Raises DataError.

    `dataset` is ready for the network, as `preparation.load` gives it, and so are the parts. `heed` is called now and
    then, and may raise what ends it.
    """
    binding = bind(design.network, dataset.info)
    rows, _ = validation_split(dataset.train, dataset.info, binding, design.training)
    learned = SampleRows(dataset.train, rows).few(MOST_ROWS)
    parts = measured or (SampleRows(dataset.test, np.arange(len(dataset.test))),)
    most = MOST_ROWS // len(parts)
    comparing = _OfTargets(design, dataset, binding, learned, tuple(part.few(most) for part in parts), heed)
    return {output: tuple(comparing.of(target)) for output, target in binding.targets.items()}


@dataclass(frozen=True)
class _OfTargets:
    design: Design
    dataset: Dataset
    binding: Binding
    learned: SampleRows
    parts: tuple[SampleRows, ...]
    heed: Callable[[], object]

    def of(self, target: Target) -> Iterable[Baseline]:
        """The baselines of a target, the plainest first; none where there is nothing to learn or measure."""
        if len(self.learned.rows) == 0 or not any(len(part.rows) for part in self.parts):
            return []
        return self._of_classes(target) if target.classes is not None else self._of_numbers(target)

    def _values(self, name: str) -> tuple[Array, Array]:
        """What is learned of a column, and what is measured with."""
        return self.learned.values(name), np.concatenate([part.values(name) for part in self.parts])

    def _of_classes(self, target: Target) -> Iterable[Baseline]:
        assert target.classes is not None
        known, wanted = (values.ravel() for values in self._values(target.name))
        yield Baseline("chance", "accuracy", 1 / len(target.classes))
        most = np.bincount(known.astype(np.int64), minlength=len(target.classes)).argmax()
        yield Baseline("majority class", "accuracy", float((wanted == most).mean()))
        if not target.per_step and (inputs := self._inputs()):
            x, other = inputs
            learned = self._within(x, known)
            named = logistic(*learned, other, len(target.classes), self.heed)
            yield Baseline("logistic regression", "accuracy", float((named == wanted).mean()))

    def _of_numbers(self, target: Target) -> Iterable[Baseline]:
        units = facts_of(self.design.data).units.get(target.name, _AS_LEARNED)
        known, wanted = (as_in_files(values, units) for values in self._values(target.name))
        axes = (0,) if known.shape[1:] == wanted.shape[1:] else tuple(range(known.ndim - 1))
        yield Baseline("mean", "mae", _off(known.mean(axes), wanted))
        if (last := self._last(target)) is not None:
            yield Baseline("last value", "mae", _off(last, wanted))
        if not target.per_step and known.ndim == 2 and (inputs := self._inputs()):
            x, other = inputs
            yield Baseline("linear regression", "mae", _off(linear(*self._within(x, known), other), wanted))

    def _last(self, target: Target) -> Numbers | None:
        """The last values that were seen, for forecasts of the same numbers, in the units of the data."""
        feature = next(iter(self.binding.features.values()), None)
        if not self.dataset.info.spans or feature is None or not _is_series_of(feature, target):
            return None
        name = feature.name
        seen = np.concatenate([part.values(name) for part in self.parts])
        plain = before_scaling(seen, self.dataset.scales.get(name), self.dataset.units.get(name))
        return np.tile(plain[:, -1].astype(np.float64), target.shape.last // feature.shape.last)

    def _inputs(self) -> tuple[Numbers, Numbers] | None:
        """All that enters, [n, F] of what is learned and of what is measured; None where that is too much, or varies.

        Categories become a number for each that there is.
        """
        features = list({item.name: item for item in self.binding.features.values()}.values())
        width = sum(map(_width, features))
        samples = (self.learned.samples, *(part.samples for part in self.parts))
        lazy = any(item.name in some.lazy for item in features for some in samples)
        if not features or lazy or not 0 < width <= MOST_FEATURES or any(item.shape.varies for item in features):
            return None
        if len(self.learned.rows) < _FEWEST_ROWS:
            return None
        both = [_inputs_of(item, *self._values(item.name)) for item in features]
        first, second = (np.concatenate([pair[side] for pair in both], 1) for side in (0, 1))
        return first, second

    @staticmethod
    def _within(x: Numbers, known: npt.NDArray[T]) -> tuple[Numbers, npt.NDArray[T]]:
        """So many rows that a regression is quick."""
        step = max(1, -(-x.size // MOST_NUMBERS))
        return x[::step], known[::step]


def _is_series_of(feature: Feature, target: Target) -> bool:
    shape = feature.shape
    is_series = shape.is_sequence and not shape.varies and feature.vocabulary is None
    return is_series and not target.per_step and target.shape.last % shape.last == 0


def _width(feature: Feature) -> int:
    """The numbers that a regression gets of a feature."""
    return 0 if feature.shape.varies else feature.shape.elements * (feature.vocabulary or 1)


def _inputs_of(feature: Feature, learned: Array, measured: Array) -> tuple[Numbers, Numbers]:
    """Its numbers around 0, with a deviation of 1 each; those of a picture all by one, as most say little."""
    x, other = (_flat(feature, values) for values in (learned, measured))
    mean, deviation = x.mean(0), x.std(0) if not feature.shape.is_image else np.full(x.shape[1], x.std())
    deviation[deviation < _CONSTANT] = 1.0
    return (x - mean) / deviation, (other - mean) / deviation


def _flat(feature: Feature, values: Array) -> Numbers:
    if feature.vocabulary:
        values = np.eye(feature.vocabulary)[values.astype(np.int64)]
    return values.reshape(len(values), -1).astype(np.float64)


def _off(told: Numbers, wanted: Numbers) -> float:
    return float(np.abs(told - wanted).mean())
