"""One sample of somebody's own, for whatever a design learns from: drawn, typed or from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.binding import Feature
from designer.core.graph.data_settings import DataSettings
from designer.data import opening, sources
from designer.data.errors import DataError
from designer.data.formats.base import WAYS_BY_AXES, Way
from designer.data.formats.registry import format_of

if TYPE_CHECKING:
    from designer.data.drawings import Floats
    from designer.data.samples import Array, Dataset


@dataclass(frozen=True, eq=False)
class Drawing:
    """What was drawn: how much ink there is, float32 [rows, columns] from 0 to 1, however fine."""

    ink: Floats


Given = Path | str | Drawing
"""What somebody shows a network: a file, what was typed, or what was drawn."""


def ways_of(data: DataSettings, feature: Feature) -> frozenset[Way]:
    """How somebody may give the value of a feature. Without anything being read; none for data that are unknown."""
    if data.is_own:
        form = format_of(data.source)
        return form.ways(form.read_options(data.options), feature)
    return WAYS_BY_AXES.get(feature.shape.names, frozenset(("open",)))


def cells_of(data: DataSettings, feature: Feature) -> tuple[str, ...]:
    """The names of what is typed for a feature, in their order, where it is a row of several things; otherwise none."""
    if data.is_own:
        form = format_of(data.source)
        return form.cells(form.read_options(data.options), feature)
    return feature.numbers if feature.shape.is_features else ()


def sample_of(given: Given, data: DataSettings, feature: Feature) -> Mapping[str, Array]:
    """The value of a feature, [...], as a reader of the data would have made it, before any transform.

    Others may be given with it: a row of a table has all. The data are read where they say what tokens stand for, or
    whether they are light on dark. Raises DataError, which names the file and says what was expected.
    """
    learned = partial(opening.load, data)
    if isinstance(given, Drawing):
        found: Mapping[str, Array] = {feature.name: _drawn(given, data, feature, learned())}
    elif data.is_own:
        form = format_of(data.source)
        found = form.sample_of(given, form.read_options(data.options), feature, learned)
    else:
        found = {feature.name: _of_source(given, data.source, feature, learned)}
    if feature.name in found:
        expect_fitting(feature, found[feature.name], f"{given}: " if isinstance(given, Path) else "")
    return found


def expect_fitting(feature: Feature, value: Array, place: str = "") -> None:
    """Raises DataError where a value, [...], has not the shape of a feature, or has numbers that no sample has."""
    import numpy as np

    sizes = feature.shape.sizes
    fits = len(sizes) == value.ndim and all(
        wanted in (None, size) for wanted, size in zip(sizes, value.shape, strict=True)
    )
    if not fits or value.size == 0:
        got = "×".join(map(str, value.shape))
        raise DataError(f"{place}{feature.name}: expected {feature.shape.noun} of {feature.shape}, got {got}")
    if feature.vocabulary and not (value.min() >= 0 and value.max() < feature.vocabulary):
        raise DataError(f"{place}{feature.name}: expected tokens from 0 to {feature.vocabulary - 1:,}")
    may_be_missing = value[feature.raw :] if feature.raw else value
    if not np.isfinite(may_be_missing).all():
        raise DataError(f"{place}{feature.name}: expected finite numbers")


def _drawn(drawing: Drawing, data: DataSettings, feature: Feature, dataset: Dataset) -> Array:
    from designer.data.drawings import are_dark, picture_of_ink

    source = None if data.is_own else sources.sources().get(data.source)
    box = source.boxes.get(feature.name, 0) if source else 0
    return picture_of_ink(drawing.ink, feature, are_dark(dataset, feature), box)


def _of_source(given: Path | str, source: str, feature: Feature, learned: Callable[[], Dataset]) -> Array:
    """For a set that comes with the program, by what the feature is."""
    from designer.data.drawings import are_dark, as_dark_as
    from designer.data.formats import one_sample

    names = feature.shape.names
    if names == ("C", "H", "W"):
        return as_dark_as(are_dark(learned(), feature), one_sample.picture_of(given, feature))
    if names == ("L",):
        return one_sample.tokens_of(learned().cut[feature.name](one_sample.written_in(given)), feature)
    if names == ("L", "F"):
        return one_sample.curve_of(given, feature)
    if names == ("F",):
        return one_sample.vector_of(given, feature)
    if names == ("L", "C", "H", "W"):
        return one_sample.film_of(given, feature)
    raise DataError(f"{feature.name}: these data take no sample of one's own")
