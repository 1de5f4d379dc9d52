"""The data of a design: what is known of them at once, and their samples, which are read when they are needed."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from designer.core.graph.binding import DataInfo, info_of, known_of
from designer.core.graph.data_settings import NO_DATA, DataSettings, KnownData
from designer.core.graph.messages import validation_messages
from designer.core.schema.limits import one_line
from designer.data import sources
from designer.data.archives import Place, readable
from designer.data.errors import DataError
from designer.data.formats.base import Cache, Format, FoundData, Opened, Progress, untold
from designer.data.formats.registry import expect_file_or_folder, format_of, recognised
from designer.data.machine import available_memory
from designer.data.parts import parts_told

if TYPE_CHECKING:
    from designer.data.samples import Dataset

HUB = "hub:"
"""What stands before the name of a set of Hugging Face's hub."""
_KEPT = 2
MOST_TOLD = 300
"""Letters of what a library says is wrong."""
MOST_IN_MEMORY = 512 * 2**20
"""Bytes of inputs up to which they are all held in memory, where that has room for four times as much."""
_opened: OrderedDict[str, Dataset] = OrderedDict()
_lock = Lock()


def info(data: DataSettings) -> DataInfo | None:
    """What is known of a design's data without reading them; None where it has none, or none that are known."""
    if data.is_own:
        return info_of(data.known, data.source) if data.known else None
    return sources.info(data.source)


def unknown(data: DataSettings) -> str:
    """Why nothing is known of a design's data, and what to do; empty where something is."""
    if info(data) is not None:
        return ""
    if data.is_own:
        return f"{data.path}: it has not been looked at yet: choose it once more as the data"
    return sources.unknown(data.source)


def counts(data: DataSettings) -> tuple[int, int]:
    """Samples to learn from and to validate with, and samples for the test, as far as they are known."""
    if data.is_own:
        return (data.known.samples, data.known.test_samples) if data.known else (0, 0)
    source = sources.sources().get(data.source)
    return (source.samples - source.test_samples, source.test_samples) if source else (0, 0)


def inspect(
    path: Path, source: str = "", options: dict[str, Any] | None = None, progress: Progress = untold
) -> tuple[str, FoundData[Any]]:
    """What is at a path, and the source that takes it: the likeliest where none is named.

    Raises DataError and what `progress` raises.
    """
    with readable(path, progress) as place:
        if source:
            expect_file_or_folder(place.path)
            chosen = format_of(source)
        else:
            with told_in_words(place.path):
                likely = recognised(place.path, progress)
            if not likely:
                raise DataError(f"{path}: no data that this program reads")
            chosen = likely[0]
        given = None if options is None else chosen.read_options(options)
        with told_in_words(place.path):
            return chosen.name, chosen.inspect(place.path, given, progress)


def sources_of(path: Path, progress: Progress = untold) -> tuple[str, ...]:
    """The sources that take what is at a path, the likeliest first.

    Raises DataError where nothing is there, and what `progress` raises.
    """
    with readable(path, progress) as place, told_in_words(place.path):
        return tuple(form.name for form in recognised(place.path, progress))


def data_at(path: Path, progress: Progress = untold) -> Path:
    """Where the data are that a person means by a path: a folder that is none may have one file in it that is.

    Raises DataError where there are several, or none, and what `progress` raises.
    """
    return meant_by(path, progress)[0] if path.is_dir() else path


def meant_by(path: Path, progress: Progress = untold) -> tuple[Path, tuple[str, ...]]:
    """The same with the sources that take it, the likeliest first: of a large folder it takes long to find these."""
    names = sources_of(path, progress)
    if names or not path.is_dir():
        return path, names
    from designer.data.lone_file import lone_file

    with told_in_words(path):
        file = lone_file(path, progress)
    return file, sources_of(file, progress)


def names_path(text: str) -> bool:
    """Whether data of one's own are meant, and no source by its name."""
    if not text or text in sources.sources() or text == NO_DATA:
        return False
    separators = (os.sep, os.altsep or os.sep)
    return text.startswith(HUB) or any(sign in text for sign in separators) or os.path.lexists(text)


def place_of(written: str) -> Path:
    """The path that a person means: with ~ and quotes as in a shell; hub:NAME is fetched. Raises DataError."""
    plain = written.strip().strip("\"'")
    if plain.startswith(HUB):
        from designer.data.formats.hub import fetched

        return fetched(plain.removeprefix(HUB).strip("/"))
    return Path(plain.removeprefix("file://")).expanduser()


def settings_for(path: Path, source: str, found: FoundData[Any], before: DataSettings | None = None) -> DataSettings:
    """The settings of data that were found; how they are split, held and transformed is as `before`."""
    split = before or DataSettings()
    with told_in_words(path):
        return _settings_for(path, source, found, split)


def _settings_for(path: Path, source: str, found: FoundData[Any], split: DataSettings) -> DataSettings:
    from designer.data.target_units import with_target_units  # brings in NumPy

    made = DataSettings(
        source=source,
        path=Path(os.path.abspath(path)).as_posix(),
        options=with_target_units(found, split),
        split=split.split,
        test_share=split.test_share,
        split_seed=split.split_seed,
        reading=split.reading,
        transforms=split.transforms,
    )
    return made.model_copy(update={"known": _known(found, made)})


def _known(found: FoundData[Any], data: DataSettings) -> KnownData:
    info, learned, tested = parts_told(found, data)
    return known_of(
        info,
        samples=learned,
        test_samples=tested,
        summary=found.summary[:1000],
        names_tests=bool(found.given_parts[2]),
        fingerprint=found.fingerprint,
    )


def load(data: DataSettings, progress: Progress = untold) -> Dataset:
    """Reads a design's samples; the last few that were read are kept. Raises DataError and what `progress` raises."""
    if found := at_hand(data):
        return found
    read = _read(data, progress)
    with _lock:
        _opened[_key(data)] = read
        while len(_opened) > _KEPT:
            _opened.popitem(last=False)
    return read


def at_hand(data: DataSettings) -> Dataset | None:
    """A design's samples without reading its own files for them: None where they have not been read yet."""
    if not data.is_own:
        return sources.load(data.source)
    key = _key(data)
    with _lock:
        if key in _opened:
            _opened.move_to_end(key)
        return _opened.get(key)


def forget() -> None:
    """Lets go of the samples that were read: whoever has them goes on, and others read them anew."""
    with _lock:
        _opened.clear()


def _key(data: DataSettings) -> str:
    """The same for data that are read alike, whatever is done to their samples then."""
    return data.model_dump_json(exclude={"transforms"})


def few(data: DataSettings, rows: int) -> Dataset:
    """Some of a person's own samples, split as all of them would be. Raises DataError."""
    from designer.data.assembly import dataset_of

    known, path = info(data), Path(data.path)
    if known is None:
        raise DataError(unknown(data))
    form = format_of(data.source)
    with readable(path) as place, told_in_words(place.path):
        read = place.kept(form.preview(place.path, form.read_options(data.options), rows))
    return dataset_of(read, known, data)


def _read(data: DataSettings, progress: Progress) -> Dataset:
    from designer.data.assembly import dataset_of, expect_known  # brings in NumPy

    known = info(data)
    if known is None:
        raise DataError(unknown(data))
    read = opened(data, progress)
    expect_known(read, known, data)
    form = format_of(data.source)
    return dataset_of(read, known, data, form.listed(form.read_options(data.options)))


def opened(data: DataSettings, progress: Progress = untold) -> Opened:
    """A person's own samples before any are kept apart. Raises DataError and what `progress` raises."""
    with _place_of_own(data, progress) as place:
        return place.kept(_opened_by(format_of(data.source), place.path, data, progress))


def opened_with_names(data: DataSettings, progress: Progress = untold) -> tuple[Opened, tuple[str, ...]]:
    """The same, with what the samples are called where each is a file."""
    form = format_of(data.source)
    with _place_of_own(data, progress) as place:
        found = place.kept(_opened_by(form, place.path, data, progress))
        return found, form.names(place.path, form.read_options(data.options))


@contextmanager
def _place_of_own(data: DataSettings, progress: Progress) -> Iterator[Place]:
    """Where a person's own data can be read. Raises DataError where they are gone."""
    path = Path(data.path)
    if not path.exists():
        raise DataError(f"{path}: the data are no longer there: say where they are now")
    expect_file_or_folder(path)
    with readable(path, progress) as place, told_in_words(place.path):
        yield place


@contextmanager
def told_in_words(path: Path) -> Iterator[None]:
    """What goes wrong with files within, as a DataError: what is in them may be anything."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{error.filename or path}: it cannot be read: {error.strerror or error}") from error
    except MemoryError:
        raise DataError(f"{path}: the samples do not fit into memory") from None
    except Exception as error:  # libraries raise whatever strange files lead them to
        if type(error).__module__.startswith("designer."):
            raise
        told = one_line(_words_of(error), MOST_TOLD)
        raise DataError(f"{path}: there is something in it that this program cannot read: {told}") from error


def _words_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(validation_messages(error, limit=1))
    return str(error) or type(error).__name__


def _opened_by(form: Format[Any], path: Path, data: DataSettings, progress: Progress) -> Opened:
    """All samples in memory; batch by batch where they have no room, or that is wished for, and the source can."""
    options = form.read_options(data.options)
    is_large = data.reading == "auto" and bytes_in_memory(data) > _room()
    streamed = (
        form.stream(path, options, _cache_for(path, data), progress) if is_large or data.reading == "streamed" else None
    )
    return streamed or form.open(path, options, progress)


def bytes_in_memory(data: DataSettings) -> int:
    """About how much the inputs take, if all are held as numbers in memory."""
    if data.known is None:
        return 0
    each = sum(
        prod(size or item.longest or 1 for size in item.sizes) * (8 if item.vocabulary else 4)
        for item in data.known.features
    )
    return each * (data.known.samples + data.known.test_samples)


def _room() -> int:
    return min(MOST_IN_MEMORY, available_memory() // 4)


def _cache_for(path: Path, data: DataSettings) -> Cache:
    from designer.data.kept_columns import cache_of  # brings in NumPy

    return cache_of(Path(os.path.abspath(path)), data.source, data.options)
