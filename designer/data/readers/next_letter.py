"""Reads a book in pieces of 64 characters, each with the character that follows every one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import spans_of

CHARACTERS = " etaohnisrdlugw,cyfmp'bk.v-!:?;xjq\"z*()_[]"
"""All that the book is written in, once its letters are small; number 0 is padding, the first of them is 1."""


def read_next_letter(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Pieces of a book as numbers [N, 64], and the number of the character that follows each, from 0.

    The last tenth of the book is to test with. Letters are small, quotation marks alike, and a blank stands for all
    that separates words. `span` says where in the book a piece lies.
    """
    book = " ".join((folder / "alice.txt").read_text(encoding="utf-8").lower().replace("`", "'").split())
    number = {character: place for place, character in enumerate(CHARACTERS)}
    book_numbers = np.array([number[character] for character in book], dtype=np.int64)
    pieces = (len(book) - 1) // 64
    inputs, following = (book_numbers[first : first + 64 * pieces].reshape(pieces, 64) for first in (0, 1))
    columns = {"letters": inputs + 1, "next": following, "span": spans_of(pieces, 65, 64)}
    train = pieces * 9 // 10
    return {name: column[:train] for name, column in columns.items()}, {
        name: column[train:] for name, column in columns.items()
    }
