"""Sequences that are a file each: which of the files can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from designer.core.schema.units import noun, plural
from designer.data.formats.base import Finding
from designer.data.formats.sequence_options import SequencesOptions
from designer.data.readers.sequences import curve_in, tables_in


def files_of(path: Path, options: SequencesOptions) -> Iterator[Path]:
    """The files that are read."""
    if options.layout == "files":
        for name in options.classes or ():
            yield from tables_in(path / name)
    elif options.layout == "ucr":
        yield from ((path if path.is_dir() else path.parent) / name for name, _ in options.files)
    else:
        yield path


def readable_in(folder: Path, options: SequencesOptions) -> list[Path]:
    """The tables in the folder of a class that have a curve of the values that are read."""
    return [file for file in tables_in(folder) if not _problem_of(file, options)]


def left_out(path: Path, options: SequencesOptions, read: int) -> Iterator[Finding]:
    """What cannot be read of the files, of which so many were: they are looked at once more only if some were not."""
    if options.layout != "files":
        return
    files = list(files_of(path, options))
    if broken := len(files) - read:
        problems = filter(None, (_problem_of(file, options) for file in files))
        isare = noun(broken, "is", "are")
        yield Finding(f"{plural(broken, 'file')} cannot be read, and {isare} left out.", tuple(problems)[:10])


def _problem_of(file: Path, options: SequencesOptions) -> str:
    try:
        curve_in(file, options.values, options.encoding)
    except ValueError as error:
        return str(error)
    return ""
