"""The curves in a file of the UCR archive, one by one, however large it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from designer.data.formats.text_pieces import Read, lines_of, pieces_of, rows_at, unread
from designer.data.readers import sequences
from designer.data.samples import Array


def ucr_curves(file: Path, encoding: str, read: Read = unread) -> Iterator[tuple[Array, str]]:
    """What `ucr_series` gives: curves [L, dimensions] with their labels. Raises ValueError with the file and line."""

    def lines() -> Iterator[str]:
        return lines_of(pieces_of(file, encoding, read))

    try:
        if file.suffix.lower() == ".ts":
            head = sequences.head_of(lines_of(pieces_of(file, encoding)))
            yield from sequences.ts_curves(lines(), *head)
        elif sign := sequences.sign_between(next(filter(str.strip, lines_of(pieces_of(file, encoding))), "")):
            yield from sequences.tsv_curves(rows_at(file, encoding, read, sign))
        else:
            yield from sequences.tsv_curves(line.split() for line in lines() if line.strip())
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from error
