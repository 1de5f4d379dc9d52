"""Samples that were read, put together as a dataset: those for the test are kept apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from designer.core.graph.binding import DataInfo
from designer.core.graph.data_settings import DataSettings
from designer.core.schema.units import noun, plural
from designer.data.errors import DataError
from designer.data.formats.base import PART, Opened
from designer.data.parts import HELD, TEST, VALIDATION, split_for_test, words_of
from designer.data.samples import Array, ComputedColumn, Dataset, ReplacedColumn, Rows, Samples, SlicedRows
from designer.recipe import splitting, vocabulary
from designer.recipe.standardising import scales_of, standardised

Known = Callable[[Array], Array]
NOTHING_LISTED: Mapping[str, int] = {}
_ANEW = "the data or how they are read have changed: choose them once more"


def dataset_of(
    opened: Opened, info: DataInfo, data: DataSettings, listed: Mapping[str, int] = NOTHING_LISTED
) -> Dataset:
    """The dataset of samples that were read. Raises DataError where there are too few of them.

    Numbers in units of their own are standardised here, by all samples but those for the test: which of the others are
    kept apart to validate with is not known before a run. By the same ones words and categories are known in columns
    whose values were `listed` by all, as `Format.listed` has these.
    """
    columns = dict(opened.columns)
    part = columns.pop(PART, None)
    samples = Samples(columns, opened.lazy)
    learned, tested = split_rows(samples, part, info, data)
    if len(learned) == 0 or len(tested) == 0:
        side = "to learn from" if len(learned) == 0 else "for the test"
        told = f"{len(samples):,} {noun(len(samples), 'sample')}"
        raise DataError(f"{data.path}: of {told} none is left {side}: take more, or another share")
    if info.held and part is not None:
        columns[HELD] = part == VALIDATION
    train, test = samples.some(learned), samples.some(tested)
    scales = {
        item.name: scales_of(_sliced(train, item.name), item.raw, item.missing)
        for item in info.features
        if item.raw and (item.name in train.columns or item.name in train.lazy)
    }
    known = known_of(train, info, listed)
    cut = {name: _cut_as_known(cut, known[name]) if name in known else cut for name, cut in opened.cut.items()}
    test = only_known(scaled(test, scales), known)
    return Dataset(info, scaled(train, scales), test, opened.words, cut, units=scales, known=known)


def known_of(train: Samples, info: DataInfo, listed: Mapping[str, int]) -> dict[str, Known]:
    """What makes those words and categories unknown that none of the samples to learn from has."""
    found: dict[str, Known] = {}
    for name, first in listed.items():
        if name not in train.columns and name not in train.lazy:
            continue
        learned, count = _sliced(train, name), words_of(info, name)
        if count:
            known = vocabulary.known_tokens(learned, first, count)
            found[name] = partial(vocabulary.only_known_tokens, known=known, unknown=first - 1)
        else:
            known = vocabulary.known_categories(learned, first)
            found[name] = partial(vocabulary.only_known_categories, known=known)
    return found


def only_known(samples: Samples, known: Mapping[str, Known]) -> Samples:
    """The samples with the words and categories that are known, where they have such columns."""
    columns, lazy = dict(samples.columns), dict(samples.lazy)
    for name, replaced in known.items():
        if name in lazy:
            lazy[name] = ReplacedColumn(lazy[name], replaced)
        elif name in columns:
            columns[name] = replaced(columns[name])
    return Samples(columns, lazy)


def _cut_as_known(cut: Callable[[str], Sequence[int]], replaced: Known) -> Callable[[str], Sequence[int]]:
    def known_pieces(text: str) -> list[int]:
        found: list[int] = replaced(np.array(cut(text), dtype=np.int64)).tolist()
        return found

    return known_pieces


def expect_known(opened: Opened, info: DataInfo, data: DataSettings) -> None:
    """Raises DataError where what was read is not what the design knows of its data, by which it was checked."""
    columns = {**opened.columns, **opened.lazy}
    for name in (*(item.name for item in info.features), *(item.name for item in info.targets)):
        if name not in columns:
            raise DataError(f"{data.path}: there is no {name!r}, as it is read: {_ANEW}")
    for feature in info.features:
        found, sizes = columns[feature.name].shape[1:], feature.shape.sizes
        fits = len(found) == len(sizes) and all(size in (None, own) for size, own in zip(sizes, found, strict=True))
        if not fits or feature.raw > found[-1]:
            raise DataError(
                f"{data.path}: {feature.name}: expected {_sizes(sizes)} a sample, as the design knows it, got "
                f"{_sizes(found)}: {_ANEW}"
            )
    for target in info.targets:
        learned = opened.columns.get(target.name)
        if target.classes is not None and learned is not None and learned.max(initial=0) >= len(target.classes):
            expected = plural(len(target.classes), "class", "classes")
            raise DataError(f"{data.path}: {target.name}: expected {expected}, got more: {_ANEW}")


def _sizes(sizes: Sequence[int | None]) -> str:
    return "×".join("L" if size is None else f"{size:,}" for size in sizes)


def _sliced(samples: Samples, name: str) -> Any:
    """A column in memory, or a lazy one that is asked for as such."""
    return SlicedRows(samples.lazy[name]) if name in samples.lazy else samples.columns[name]


def scaled(samples: Samples, scales: Mapping[str, Array]) -> Samples:
    """The samples with some columns standardised, those that are read batch by batch as well."""
    columns, lazy = dict(samples.columns), dict(samples.lazy)
    for name, scale in scales.items():
        if name in lazy:
            lazy[name] = ComputedColumn(lazy[name], partial(standardised, scales=scale))
        else:
            columns[name] = standardised(columns[name], scale)
    return Samples(columns, lazy)


def split_rows(samples: Samples, part: Array | None, info: DataInfo, data: DataSettings) -> tuple[Rows, Rows]:
    """The samples to learn from, and those for the test. Raises DataError for a split that cannot be made of them."""
    split = split_for_test(info, data, part is not None and bool((part == TEST).any()))
    if split.given:
        assert part is not None
        return np.flatnonzero(part != TEST), np.flatnonzero(part == TEST)
    given = samples.columns[split.column] if split.column else len(samples)
    shares = (data.test_share,) if split.function == "split_by_time" else (data.test_share, data.split_seed)
    rows: tuple[Rows, Rows] = getattr(splitting, split.function)(given, *shares)
    return rows
