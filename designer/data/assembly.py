"""Samples that were read, put together as a dataset: those for the test are kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from designer.core.graph.binding import DataInfo
from designer.core.graph.data_settings import DataSettings
from designer.core.schema.units import noun
from designer.data.errors import DataError
from designer.data.formats.base import PART, Opened
from designer.data.parts import HELD, TEST, VALIDATION, split_for_test
from designer.data.samples import Array, Dataset, Rows, Samples
from designer.recipe import splitting
from designer.recipe.standardising import scales_of, standardised


def dataset_of(opened: Opened, info: DataInfo, data: DataSettings) -> Dataset:
    """The dataset of samples that were read. Raises DataError where there are too few of them.

    Numbers in units of their own are standardised here, by all samples but those for the test: which of the others are
    kept apart to validate with is not known before a run.
    """
    columns = dict(opened.columns)
    part = columns.pop(PART, None)
    learned, tested = _rows(columns, part, info, data)
    if len(learned) == 0 or len(tested) == 0:
        count = len(next(iter(columns.values())))
        side = "to learn from" if len(learned) == 0 else "for the test"
        told = f"{count:,} {noun(count, 'sample')}"
        raise DataError(f"{data.path}: of {told} none is left {side}: take more, or another share")
    if info.held and part is not None:
        columns[HELD] = part == VALIDATION
    samples = Samples(columns, opened.lazy)
    train, test = samples.some(learned), samples.some(tested)
    raw = [item for item in info.features if item.raw and item.name in columns]
    scales = {item.name: scales_of(train.columns[item.name], item.raw, item.missing) for item in raw}
    return Dataset(info, _scaled(train, scales), _scaled(test, scales), opened.words, units=scales)


def _scaled(samples: Samples, scales: Mapping[str, Array]) -> Samples:
    made = {name: standardised(samples.columns[name], scale) for name, scale in scales.items()}
    return replace(samples, columns={**samples.columns, **made})


def _rows(columns: Mapping[str, Array], part: Array | None, info: DataInfo, data: DataSettings) -> tuple[Rows, Rows]:
    count = len(next(iter(columns.values())))
    split = split_for_test(info, data, part is not None and bool((part == TEST).any()))
    if split.given:
        assert part is not None
        return np.flatnonzero(part != TEST), np.flatnonzero(part == TEST)
    given = columns[split.column] if split.column else count
    shares = (data.test_share,) if split.function == "split_by_time" else (data.test_share, data.split_seed)
    rows: tuple[Rows, Rows] = getattr(splitting, split.function)(given, *shares)
    return rows
