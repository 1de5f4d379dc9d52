"""Looking at a person's own data, step by step: what is there, how it would be read, and a few of the samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from designer.core.graph.data_settings import DataSettings
from designer.core.storage.resources import resource
from designer.data import opening, sources
from designer.data.archives import readable
from designer.data.errors import DataError
from designer.data.formats.base import FoundData, Progress, is_for_people, untold
from designer.data.formats.registry import format_of

if TYPE_CHECKING:
    from designer.data.preview import Part, SamplesPreview

_FEW = 64
_MOST_COUNTED = 50_000
"""Rows of a table that are read for a histogram: of a longer one the head says enough, and comes at once."""
_ROWS = 256
"""Samples of a person's own data that a preview reads."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to know: of a path, read as a source with options, or as it suits best."""

    path: Path
    source: str = ""
    options: Mapping[str, JsonValue] | None = None
    split: DataSettings = field(default_factory=DataSettings)
    """Whose fields say how samples are kept apart for the test."""
    found: FoundData[Any] | None = None
    """What is known already, where the split alone is another one."""
    formats: tuple[str, ...] = ()
    """The sources that take the path, as far as that is known already."""


@dataclass(frozen=True)
class DataLook:
    """What was found, and the settings with which a design has these data."""

    settings: DataSettings
    found: FoundData[Any]
    formats: tuple[str, ...]
    """The sources that take the path, the likeliest first."""


def wished_options(data: DataSettings) -> dict[str, JsonValue]:
    """The options that people choose; all others follow from the files."""
    fields = format_of(data.source).options.model_fields
    return {name: value for name, value in data.options.items() if name in fields and is_for_people(fields[name])}


class GoneError(DataError):
    """There is nothing at the path any longer."""


def look_at(wish: Wish, progress: Progress = untold) -> DataLook:
    """Finds out what is at a path. Raises DataError (GoneError for nothing) and what `progress` raises."""
    if not wish.path.exists():
        raise GoneError(f"{wish.path}: there is no such file or folder")
    path, names = wish.path, wish.formats
    if not wish.source:
        path, names = opening.meant_by(path, progress)
    source = wish.source or next(iter(names), "")
    if wish.found is not None:
        found = wish.found
    else:
        options = None if wish.options is None else dict(wish.options)
        source, found = opening.inspect(path, source, options, progress)
    names = names or opening.sources_of(path, progress)
    settings = opening.settings_for(path, source, found, wish.split)
    return DataLook(settings, found, names if source in names else (source, *names))


def preview_of_own(look: DataLook, progress: Progress = untold) -> SamplesPreview:
    """A few samples of a person's own data: of a table its first rows as they stand there, else as they would be read.

    Raises DataError and what `progress` raises.
    """
    from designer.data import preview  # brings in NumPy

    found = look.found
    form, path = format_of(look.settings.source), Path(look.settings.path)
    if found.head and found.samples > _MOST_COUNTED:
        return preview.preview_of_head(found)
    with readable(path, progress) as place, opening.told_in_words(place.path):
        opened = place.kept(form.preview(place.path, found.options, _MOST_COUNTED if found.head else _ROWS, progress))
    units = form.target_units(found.options)
    sounds = {item.name: axes for item in found.info.features if (axes := form.spectrogram(found.options, item))}
    made = preview.preview_of(found.info, opened.columns, opened.words, found.class_counts, units, sounds)
    return replace(made, parts=(preview.head_of(found),)) if found.head else made


def preview_of_source(name: str) -> SamplesPreview:
    """Samples of a set that comes with the program. Raises DataError."""
    from designer.data.preview import preview_of

    dataset, sounds = sources.load(name), sources.sources()[name].spectrograms
    return preview_of(dataset.info, dataset.train.columns, dataset.words, spectrograms=sounds)


def first_sight_of(name: str) -> Part | None:
    """A few samples of a set that comes with the program; the set is not kept in memory for that."""
    from designer.data.preview import preview_of

    source = sources.sources()[name]
    folder = resource("data")
    columns, _ = source.read(folder)
    few = {key: column[:_FEW] for key, column in columns.items()}
    return next(iter(preview_of(source.info, few, source.words(folder), spectrograms=source.spectrograms).parts), None)
