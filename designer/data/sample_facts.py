"""What helps a person to read a sample of data: what its axes are, and its numbers in units of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from designer.core.graph.binding import Feature
from designer.core.graph.data_settings import DataSettings
from designer.data import opening, sources
from designer.data.errors import DataError
from designer.data.formats.registry import format_of
from designer.data.formats.row_words import row_by_names
from designer.data.formats.target_scale import Units
from designer.data.spectrogram import Spectrogram

if TYPE_CHECKING:
    from designer.data.samples import Array

Rows = Sequence[tuple[str, str]]
RowTold = Callable[[Mapping[str, "Array"], Mapping[str, tuple[str, ...]]], Rows]
"""Takes the values of features, in their own units, and words of tokens; gives names and what is to be read."""


@dataclass(frozen=True)
class SampleFacts:
    """What is known of data beside the shapes of their columns, without reading them."""

    spectrograms: Mapping[str, Spectrogram] = field(default_factory=dict)
    """By features: pictures of sounds."""
    units: Mapping[str, Units] = field(default_factory=dict)
    """By targets, (offsets, scales): the data have value × scale + offset."""
    row: RowTold | None = None
    """For a table, what makes words of a row."""


def facts_of(data: DataSettings) -> SampleFacts:
    """What is known of a design's data; nothing where their options are wrong, which is told elsewhere."""
    try:
        return _facts_of(data)
    except DataError:
        return SampleFacts()


def _facts_of(data: DataSettings) -> SampleFacts:
    info = opening.info(data)
    if info is None:
        return SampleFacts()
    is_row = any(item.numbers for item in info.features)
    if not data.is_own:
        row = partial(row_by_names, info.features) if is_row else None
        return SampleFacts(sources.sources()[data.source].spectrograms, row=row)
    form = format_of(data.source)
    options = form.read_options(data.options)
    found = {item.name: form.spectrogram(options, item) for item in info.features}
    return SampleFacts(
        {name: item for name, item in found.items() if item},
        form.target_units(options),
        partial(form.row_told, options, info.features) if is_row or all(map(_is_cell, info.features)) else None,
    )


def _is_cell(feature: Feature) -> bool:
    """Whether it is the category of one column of a table."""
    return feature.shape.names == ("L",) and feature.shape.sizes == (1,)
