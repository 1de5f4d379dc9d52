"""Pictures that are there more than once: the same bytes, or nearly the same to look at."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from designer.data.formats.pictures.measuring import PictureFacts, Small

MOST_COMPARED = 20_000
"""Files that are looked at for copies: the first ones."""
_MOST_BYTES = 256 * 2**20
_ALIKE_BITS, _ALIKE_VALUES = 6, 2.0
"""Of 64 and of 255: what was saved anew differs by less, and two handwritten ones of one writer by more."""
_LEAST_EDGES = 8
"""Of 64 in a difference hash: what has fewer is nearly one colour, and as such like any other."""


def same_content(paths: Sequence[str]) -> list[list[int]]:
    """Places of files with the same content, as far as time allows to compare: those of the same size are read."""
    by_size: dict[int, list[int]] = defaultdict(list)
    for place, path in enumerate(paths[:MOST_COMPARED]):
        by_size[os.path.getsize(path)].append(place)
    by_content: dict[bytes, list[int]] = defaultdict(list)
    left = _MOST_BYTES
    for size, places in sorted(by_size.items()):
        if size and len(places) > 1 and (left := left - size * len(places)) >= 0:
            for place in places:
                by_content[_digest(paths[place])].append(place)
    return sorted(places for places in by_content.values() if len(places) > 1)


def _digest(path: str) -> bytes:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def nearly_same(measured: Iterable[PictureFacts], parts: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of places in different parts whose pictures look almost alike; that of the later part comes second.

    Where all are in one part, any two are compared, as samples of it are kept apart later. Compared are whether each
    pixel of 8×8 is brighter than the one beside it (a difference hash), then the pixels.
    """
    of_part: dict[int, list[tuple[int, Small]]] = defaultdict(list)
    for item in measured:
        if item.small is not None and _LEAST_EDGES <= _hash(item.small).sum() <= 64 - _LEAST_EDGES:
            of_part[parts[item.place]].append((item.place, item.small))
    if len(set(parts)) == 1:
        only = next(iter(of_part.values()), [])
        return [pair for pair in _alike(only, only) if pair[0] < pair[1]]
    found = []
    for part, later in ((0, 1), (0, 2), (1, 2)):
        found += _alike(of_part[part], of_part[later])
    return found


def _hash(small: Small) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(small[:, 1:] > small[:, :-1]).reshape(64)


def _alike(some: list[tuple[int, Small]], others: list[tuple[int, Small]]) -> list[tuple[int, int]]:
    if not some or not others:
        return []
    signs = [np.stack([_hash(small) for _, small in items]).astype(np.float32) * 2 - 1 for items in (some, others)]
    distance = (64 - signs[0] @ signs[1].T) / 2  # of the two hashes, in bits
    return [
        (some[row][0], others[column][0])
        for row, column in np.argwhere(distance <= _ALIKE_BITS)
        if np.abs(some[row][1].astype(int) - others[column][1]).mean() <= _ALIKE_VALUES
    ]
