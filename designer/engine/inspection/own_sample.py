"""A sample of somebody's own: no one of the data, but looked at as if it were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from designer.core.graph.binding import LENGTHS, Feature
from designer.data.errors import DataError
from designer.data.samples import Array, Dataset, Samples
from designer.data.single_samples import expect_fitting
from designer.engine.protocol.events import ActivationsCaptured
from designer.recipe.scaling import normalised
from designer.recipe.standardising import standardised


def with_own(dataset: Dataset, own: Mapping[str, Array], beside: int = 0) -> Dataset:
    """The data with this sample, [...] by feature, as the only one of the test, made as theirs were.

    What a network takes and is not given is that of the sample of the test of number `beside`. Raises DataError where
    nothing is given, or it does not have the shape of its feature.
    """
    columns: dict[str, Array] = {}
    for feature in dataset.info.features:
        if feature.name in own:
            columns |= _columns(dataset, feature, own[feature.name])
    if not columns:
        names = ", ".join(feature.name for feature in dataset.info.features)
        raise DataError(f"expected a value for {names}")
    for feature in dataset.info.features:
        if feature.name not in own and beside < len(dataset.test):
            columns |= _as_column(feature, dataset.test.sample(feature.name, beside))
    return replace(dataset, test=Samples(columns))


def _columns(dataset: Dataset, feature: Feature, value: Array) -> dict[str, Array]:
    expect_fitting(feature, value)
    numbers = value.astype(np.int64 if feature.vocabulary else np.float32)
    if feature.name in dataset.units:
        numbers = standardised(numbers[None], dataset.units[feature.name])[0]
    if feature.name in dataset.known:
        numbers = dataset.known[feature.name](numbers[None])[0]
    if feature.name in dataset.scales:
        numbers = normalised(numbers[None], *dataset.scales[feature.name])[0]
    return _as_column(feature, numbers)


def _as_column(feature: Feature, value: Array) -> dict[str, Array]:
    """A value [...] as a column of one sample, with its length where that varies."""
    lengths = {feature.name + LENGTHS: np.array([len(value)])} if feature.shape.varies else {}
    return {feature.name: value[None], **lengths}


def as_own(event: ActivationsCaptured) -> ActivationsCaptured:
    """What was captured, with the word that it is somebody's own."""
    return replace(event, sample=replace(event.sample, is_own=True))
