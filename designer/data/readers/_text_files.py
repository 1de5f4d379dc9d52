"""Text and rows of files that any program may have written."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

from designer.data.readers._letters import FoundEncoding, letters_of

AUTO = "auto"
"""Instead of an encoding: the one that a file is likely to have."""
DELIMITERS = (",", "\t", ";", "|")


def encoding_of(beginning: bytes) -> str:
    """The encoding of a text, by its mark, by what its first bytes can be, or by trial."""
    return letters_in(beginning).encoding


def letters_in(beginning: bytes) -> FoundEncoding:
    """The same, and how sure it is."""
    if marked := _marked(beginning):
        return FoundEncoding(marked, 1.0)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError as error:
        return letters_of(beginning, error.start)
    return FoundEncoding("utf-8", 1.0)


def _marked(beginning: bytes) -> str:
    """By a mark, or by bytes that are 0; empty where there are none."""
    if beginning.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if beginning.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first = beginning[:400]
    for name, zeros in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if len(first) >= 8 and all(first[place::4].count(0) > len(first) // 4 - 2 for place in zeros):
            return name
    if beginning[1:200:2].count(0) > len(beginning[:200]) // 4:
        return "utf-16-le"
    if beginning[:200:2].count(0) > len(beginning[:200]) // 4:
        return "utf-16-be"
    return ""


def text_of(path: Path, encoding: str = AUTO) -> str:
    """The text of a file, in whatever encoding it is; what is none of it becomes a mark."""
    content = path.read_bytes()
    return content.decode(encoding_of(content) if encoding == AUTO else encoding, errors="replace")


def delimiter_of(text: str) -> str:
    """What stands between the fields of each row: that with which the first rows have most fields, all as many."""
    rows = [line for line in text[:100_000].splitlines() if line.strip()][:20]
    best, most = ",", 1
    for delimiter in DELIMITERS:
        counts = {len(row) for row in csv.reader(rows, delimiter=delimiter)}
        if len(counts) == 1 and min(counts) > most:
            best, most = delimiter, min(counts)
    return best


def rows_of(path: Path, delimiter: str = "", encoding: str = AUTO) -> list[list[str]]:
    """The rows of a table, without empty ones. Line breaks may stand within quotes."""
    return rows_in(text_of(path, encoding), delimiter)


def rows_in(text: str, delimiter: str = "") -> list[list[str]]:
    """The same of a text."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter or delimiter_of(text))
    return [[field.strip() for field in row] for row in reader if any(field.strip() for field in row)]


def places_of(header: list[str], names: tuple[str, ...]) -> list[int]:
    """The places of columns. Raises ValueError for a name that no column has."""
    if unknown := next((name for name in names if name not in header), None):
        raise ValueError(f"no column is called {unknown!r}: there are {', '.join(header[:20])}")
    return [header.index(name) for name in names]
