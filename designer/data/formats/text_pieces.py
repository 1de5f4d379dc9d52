"""Texts that are larger than memory: the letters, lines and rows of a file, of which a piece at a time is held."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from designer.data.readers._decimals import LOOKED_AT, with_point, with_points
from designer.data.readers._letters import SAMPLE, letters_of
from designer.data.readers._text_files import AUTO, delimiter_of, encoding_of

PIECE = 2**18
"""Bytes that are read at once."""
_MARKED_BY = 400
"""Bytes at the beginning of a text that say whether it is UTF-16 or UTF-32."""
_FIRST_ROWS = 100_000
"""Letters by which `delimiter_of` tells what stands between fields."""

Read = Callable[[int], object]
"""Told of bytes that were read."""


def unread(count: int) -> None:
    """For whoever does not want to know what was read."""


def encoding_at(file: Path) -> str:
    """What `encoding_of` says of all that is in a file."""
    with file.open("rb") as opened:
        marked = encoding_of(opened.read(_MARKED_BY))
        if marked.startswith("utf-") and marked != "utf-8":
            return marked
        opened.seek(0)
        decoder, before, line = codecs.getincrementaldecoder("utf-8")(), 0, 0
        while piece := opened.read(PIECE):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                end = piece.rfind(b"\n", 0, max(error.start - held, 0)) + 1
                opened.seek(before + end if end else line)
                return letters_of(opened.read(SAMPLE)).encoding
            if end := piece.rfind(b"\n") + 1:
                line = before + end
            before += len(piece)
    return "utf-8"


def pieces_of(file: Path, encoding: str, read: Read = unread) -> Iterator[str]:
    """The text of a file, piece by piece; what is none of its encoding becomes a mark."""
    decoder = codecs.getincrementaldecoder(encoding_at(file) if encoding == AUTO else encoding)(errors="replace")
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield decoder.decode(piece)
            read(len(piece))
    yield decoder.decode(b"", final=True)


def between_words(pieces: Iterable[str], blanks: str) -> Iterator[str]:
    """The same text in pieces of which each but the first begins with one of these blanks, so that no word is cut.

    What has no blank in it is held as a whole.
    """
    rest = ""
    for piece in pieces:
        rest += piece
        place = max(map(rest.rfind, blanks))
        if place > 0:
            yield rest[:place]
            rest = rest[place:]
    if rest:
        yield rest


def lines_of(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of a text with their ends, as `splitlines` cuts them."""
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).splitlines(keepends=True) or [""]
        yield from whole
    if rest:
        yield rest


def ended(line: str) -> str:
    """A line without its end."""
    return line.splitlines()[0]


def rows_at(file: Path, encoding: str, read: Read = unread, delimiter: str = "") -> Iterator[list[str]]:
    """The rows of a table, as `rows_of` has them, one by one."""
    pieces, first = pieces_of(file, encoding, read), ""
    for piece in pieces:
        first += piece
        if len(first) > _FIRST_ROWS:
            break
    for row in csv.reader(lines_of(chain([first], pieces)), delimiter=delimiter or delimiter_of(first)):
        fields = [field.strip() for field in row]
        if any(fields):
            yield fields


def number_rows_at(file: Path, encoding: str, read: Read = unread) -> Iterator[list[str]]:
    """The same with points before fractions, as `number_rows` has them."""
    rows = rows_at(file, encoding, read)
    first = list(islice(rows, LOOKED_AT))
    everything = chain(first, rows)
    return everything if with_points(first) is first else (list(map(with_point, row)) for row in everything)
