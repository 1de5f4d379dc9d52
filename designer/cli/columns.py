"""Columns of text in a terminal, where Chinese letters and pictures take the place of two others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence


def table_lines(rows: Sequence[Sequence[str]], left: int = 1) -> Iterator[str]:
    """A line for each row: so many columns stand to the left, all others to the right."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (padded(text, width, place < left) for place, (text, width) in enumerate(zip(row, widths, strict=True)))
        yield "  ".join(cells).rstrip()


def padded(text: str, width: int, left: bool = True) -> str:
    """The text with blanks behind it, or before it, that fill so many places."""
    blanks = " " * (width - width_of(text))
    return text + blanks if left else blanks + text


def width_of(text: str) -> int:
    """The places that a text takes in a terminal."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    """Two for wide letters, and none for marks that stand over the letter before (Unicode Standard Annex 11)."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1
