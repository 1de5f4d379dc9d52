"""The data of a design as its network sees them: numbers normalised by what is learned from alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.data import opening
from designer.data.formats.base import Progress, untold
from designer.data.samples import Array, BehindColumn, Dataset, LazyColumn, Lengths, Rows, Samples
from designer.data.transforms.base import Transform
from designer.data.transforms.mixup import expect_mixable
from designer.data.transforms.registry import applied_to, chain_of, expect_columns
from designer.data.transforms.scaled import kept_axis
from designer.engine.training.batches import validation_split
from designer.recipe.scaling import mean_and_deviation, normalised, pieces_of

_KEPT = 2
_prepared: OrderedDict[str, Dataset] = OrderedDict()
_lock = Lock()


def load(design: Design, progress: Progress = untold) -> Dataset:
    """The samples of a design, ready for its network; the last few are kept. Raises DataError and as `progress`."""
    dataset = opening.load(design.data, progress)
    fixed = _fixed(design, dataset)
    if not fixed:
        return dataset
    settings, binding = design.training, bind(design.network, dataset.info)
    read = design.data.model_dump_json(exclude={"transforms"})
    how = [item.to_json() for item in fixed]
    key = f"{read} {how} {settings.validation_share} {settings.seed} {sorted(binding.targets)}"
    with _lock:
        if key in _prepared:
            return _prepared[key]
    dataset = prepared(design, dataset)
    with _lock:
        _prepared[key] = dataset
        while len(_prepared) > _KEPT:
            _prepared.popitem(last=False)
    return dataset


def prepared(design: Design, dataset: Dataset) -> Dataset:
    """These samples of a design's data, ready for its network: measured by them alone. Raises DataError."""
    binding = bind(design.network, dataset.info)
    rows, _ = validation_split(dataset.train, dataset.info, binding, design.training)
    for transform in _fixed(design, dataset):
        dataset = _normalised(dataset, transform, rows)
    return dataset


def _fixed(design: Design, dataset: Dataset) -> list[Transform]:
    chain = chain_of(design.data)
    expect_columns(chain, dataset.info.features)
    expect_mixable(chain, bind(design.network, dataset.info))
    return [item for item in chain if not item.is_random]


def scales_of(design: Design) -> Mapping[str, tuple[Array, Array]]:
    """What other samples are normalised by before the design's network sees them. Raises DataError."""
    return {} if all(item.is_random for item in chain_of(design.data)) else load(design).scales


def scaled(samples: Samples, scales: Mapping[str, tuple[Array, Array]]) -> Samples:
    """Samples normalised as those that were learned."""
    for name, (mean, deviation) in scales.items():
        samples = _with_normalised(samples, name, mean, deviation)
    return samples


def _normalised(dataset: Dataset, transform: Transform, rows: Rows) -> Dataset:
    train, test = dataset.train, dataset.test
    for feature in applied_to(transform, dataset.info.features):
        name = feature.name
        mean, deviation = mean_and_deviation(_pieces(train, name, rows), kept_axis(feature.shape))
        train = _with_normalised(train, name, mean, deviation)
        test = _with_normalised(test, name, mean, deviation)
        dataset = replace(dataset, scales={**dataset.scales, name: (mean, deviation)})
    return replace(dataset, train=train, test=test)


def _pieces(samples: Samples, name: str, rows: Rows) -> Iterator[Array]:
    if name not in samples.lazy:
        return pieces_of(samples.columns[name], rows, samples.lengths(name))
    return _pieces_read(samples, name, rows)


def _pieces_read(samples: Samples, name: str, rows: Rows) -> Iterator[Array]:
    """As `pieces_of` gives them, so that streamed numbers have the same mean to the last digit."""
    lengths = samples.lengths(name)
    for first in range(0, len(rows), 256):
        some = rows[first : first + 256]
        read = samples.taken(name, some)
        yield read if lengths is None else read[np.arange(read.shape[1]) < lengths[some][:, None]]


@dataclass(frozen=True)
class _NormalisedColumn(BehindColumn):
    """A lazy column of float32 [N, ...] that is normalised as it is read; behind the ends of sequences stays 0."""

    column: LazyColumn
    mean: Array
    deviation: Array
    lengths: Lengths | None

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""
        return np.dtype(np.float32)

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]."""
        lengths = None if self.lengths is None else self.lengths[rows]
        return normalised(self.column.take(rows), self.mean, self.deviation, lengths)


def _with_normalised(samples: Samples, name: str, mean: Array, deviation: Array) -> Samples:
    if name in samples.lazy:
        scaled = _NormalisedColumn(samples.lazy[name], mean, deviation, samples.lengths(name))
        return replace(samples, lazy={**samples.lazy, name: scaled})
    column = normalised(samples.columns[name], mean, deviation, samples.lengths(name))
    return replace(samples, columns={**samples.columns, name: column})
