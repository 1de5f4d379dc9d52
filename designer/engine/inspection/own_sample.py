"""A sample of somebody's own: no one of the data, but looked at as if it were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from designer.core.graph.binding import LENGTHS, Feature
from designer.data.errors import DataError
from designer.data.samples import Array, Dataset, Samples
from designer.engine.protocol.events import ActivationsCaptured
from designer.recipe.scaling import normalised


def with_own(dataset: Dataset, own: Mapping[str, Array]) -> Dataset:
    """The data with this sample, [...] by feature, as the only one of the test, transformed as theirs were.

    Raises DataError where it does not have the shape of a feature.
    """
    columns: dict[str, Array] = {}
    for feature in dataset.info.features:
        if feature.name in own:
            columns |= _columns(dataset, feature, own[feature.name])
    if not columns:
        names = ", ".join(feature.name for feature in dataset.info.features)
        raise DataError(f"expected a value for {names}")
    return replace(dataset, test=Samples(columns))


def _columns(dataset: Dataset, feature: Feature, value: Array) -> dict[str, Array]:
    _expect(feature, value)
    numbers = value[None].astype(np.int64 if feature.vocabulary else np.float32)
    if feature.name in dataset.scales:
        numbers = normalised(numbers, *dataset.scales[feature.name])
    lengths = {feature.name + LENGTHS: np.array([len(value)])} if feature.shape.varies else {}
    return {feature.name: numbers, **lengths}


def _expect(feature: Feature, value: Array) -> None:
    sizes = feature.shape.sizes
    fits = len(sizes) == value.ndim and all(
        wanted in (None, size) for wanted, size in zip(sizes, value.shape, strict=True)
    )
    if not fits or value.size == 0:
        got = "×".join(map(str, value.shape))
        raise DataError(f"{feature.name}: expected {feature.shape.noun} of {feature.shape}, got {got}")
    if feature.vocabulary and not (value.min() >= 0 and value.max() < feature.vocabulary):
        raise DataError(f"{feature.name}: expected tokens from 0 to {feature.vocabulary - 1:,}")
    if not np.isfinite(value).all():
        raise DataError(f"{feature.name}: expected finite numbers")


def as_own(event: ActivationsCaptured) -> ActivationsCaptured:
    """What was captured, with the word that it is somebody's own."""
    return replace(event, sample=replace(event.sample, is_own=True))
