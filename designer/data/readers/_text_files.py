"""Text and rows of files that any program may have written."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

DELIMITERS = (",", "\t", ";", "|")


def encoding_of(beginning: bytes) -> str:
    """The encoding of a text, by its mark or by what its first bytes can be; what is no UTF-8 is taken as Western."""
    if beginning.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if beginning[1:200:2].count(0) > len(beginning[:200]) // 4:
        return "utf-16-le"
    if beginning[:200:2].count(0) > len(beginning[:200]) // 4:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def text_of(path: Path) -> str:
    """The text of a file, in whatever encoding it is."""
    content = path.read_bytes()
    return content.decode(encoding_of(content), errors="replace")


def delimiter_of(text: str) -> str:
    """What stands between the fields of each row: that with which the first rows have most fields, all as many."""
    rows = [line for line in text[:100_000].splitlines() if line.strip()][:20]
    best, most = ",", 1
    for delimiter in DELIMITERS:
        counts = {len(row) for row in csv.reader(rows, delimiter=delimiter)}
        if len(counts) == 1 and min(counts) > most:
            best, most = delimiter, min(counts)
    return best


def rows_of(path: Path, delimiter: str = "") -> list[list[str]]:
    """The rows of a table, without empty ones. Line breaks may stand within quotes."""
    return rows_in(text_of(path), delimiter)


def rows_in(text: str, delimiter: str = "") -> list[list[str]]:
    """The same of a text."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter or delimiter_of(text))
    return [[field.strip() for field in row] for row in reader if any(field.strip() for field in row)]


def places_of(header: list[str], names: tuple[str, ...]) -> list[int]:
    """The places of columns. Raises ValueError for a name that no column has."""
    if unknown := next((name for name in names if name not in header), None):
        raise ValueError(f"no column is called {unknown!r}: there are {', '.join(header[:20])}")
    return [header.index(name) for name in names]
