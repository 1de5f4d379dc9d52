"""What a file is that is no architecture: told by its first bytes, as a person knows it, with where it can be used."""

from __future__ import annotations

import codecs
import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

from designer.core.storage.reading import ReadingError, open_regular


@dataclass(frozen=True)
class FileKind:
    """What a file is, as a person knows it, with where it can be used."""

    words: str
    of_keras: bool = False
    """Whether it is a model of Keras that can be imported."""


_KERAS_MODEL = FileKind("a model of Keras: File > Import reads it (on the command line: designer import)", True)
_KERAS_TEXT = FileKind(
    "the configuration of a model of Keras: File > Import reads it (on the command line: designer import)", True
)
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras used to write (.h5): File > Import tells what can be done with it"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "compressed data (gzip)"),
    (b"\x93NUMPY", "an array of NumPy (.npy)"),
    (b"\x80", "a pickle, which is never opened, since it may run code"),
    (b"RIFF", "a sound or video file (RIFF)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"<svg", "a picture (SVG)"),
    (b"%YAML", "a YAML file"),
)
_IN_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"data.pkl", "weights that PyTorch has pickled, which are never opened, since that may run code"),
    (b".npy", "arrays of NumPy (.npz)"),
    (b"word/", "a text document (Word)"),
    (b"xl/", "a spreadsheet (Excel)"),
)
_KERAS_CONFIGURATION = re.compile(r'^\s*\{.{0,400}?"class_name"', re.DOTALL)
_PYTHON = re.compile(r"^(import \w|from \w[\w.]* import |class \w+.*:\s*$|def \w+\(.*:\s*$)", re.MULTILINE)
_LOOKED_AT, _HEAD = 4096, 1 << 16
_BLANK = b" \t\r\n\xef\xbb\xbf"
_NEVER_IN_TEXT = b"\x01\x02\x03\x04\x05\x06\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
_ENDINGS_OF_KERAS = (".keras", ".h5", ".hdf5")


def told(content: bytes) -> str:
    """What a file's content is, such as "a table (CSV)"; empty where it cannot be told, or may be an architecture."""
    kind = _kind(content)
    return kind.words if kind else ""


def _kind(content: bytes) -> FileKind | None:
    if not content.strip(_BLANK):
        return FileKind("an empty file")
    if not content.strip(b"\0"):
        return FileKind(
            "a file of zeros alone, as the system may leave one that was being written when the power failed"
        )
    if content.startswith(b"PK\x03\x04"):
        return _archive(content)
    if known := next((words for mark, words in _BEGINNINGS if content.lstrip()[: len(mark)] == mark), ""):
        return FileKind(known)
    text = content[:_LOOKED_AT].decode("utf-8", errors="replace").lstrip("\ufeff")
    if _KERAS_CONFIGURATION.match(text) and '"network-designer"' not in text:
        return _KERAS_TEXT
    if text.lstrip()[:1] in ("{", "["):
        return None
    if _is_binary(content):
        return FileKind("a binary file, and no text")
    return FileKind("a Python program") if _PYTHON.search(text) else _table(text)


def _archive(content: bytes) -> FileKind:
    if b"config.json" in content:
        return _KERAS_MODEL
    return FileKind(next((words for mark, words in _IN_ARCHIVES if mark in content), "a ZIP archive"))


def is_of_keras(path: Path) -> bool:
    """Whether a file is to be read as a model of Keras, by its ending or by how it begins; False where none can be."""
    if path.suffix.lower() in _ENDINGS_OF_KERAS:
        return True
    try:
        with open_regular(path) as file:
            kind = _kind(file.read(_HEAD))
    except (ReadingError, OSError):
        return False
    return kind is not None and kind.of_keras


def holds_records(path: Path) -> bool:
    """Whether a file of JSON is a list of records, or has one a line: data, and neither an architecture nor a model."""
    try:
        with open_regular(path) as file:
            head = file.read(_HEAD).decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    except (ReadingError, OSError):
        return False
    if head.startswith("["):
        return head[1:].lstrip()[:1] in ("{", "[") and '"class_name"' not in head[:_LOOKED_AT]
    try:
        first = json.loads(head.splitlines()[0])
    except (ValueError, IndexError, RecursionError):
        return False  # of a network that is written on many lines, the first is no whole one
    return isinstance(first, dict) and not first.keys() & {"format", "blocks", "class_name"}


def _is_binary(content: bytes) -> bool:
    """Whether there are bytes that no text has; text in UTF-16 has them, and says so by its first two."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return b"\0" in content or any(byte in content[:_LOOKED_AT] for byte in _NEVER_IN_TEXT)


def _table(text: str) -> FileKind | None:
    """A table, where the first lines have the same number of cells, and more than one."""
    whole = text.splitlines()[: -1 if len(text) > _LOOKED_AT // 2 else None]  # the last one may be cut
    lines = [line for line in whole if line.strip()][:8] or text.splitlines()[:8]
    for separator, words in (("\t", "a table (TSV)"), (",", "a table (CSV)"), (";", "a table (CSV)")):
        widths = {len(row) for row in csv.reader(lines, delimiter=separator)}
        if len(lines) > 1 and len(widths) == 1 and widths.pop() > 1:
            return FileKind(f"{words}: data, not a network")
    return None
