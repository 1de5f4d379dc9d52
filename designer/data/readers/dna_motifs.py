"""Makes strands of DNA with a motif in them, or with a broken one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

_MOTIF = "GATTGCACGACT"
_KEPT = 0.9
"""How often a letter of the motif stands at its place; else there is any of the four."""


def read_dna_motifs(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Letters [N, 100], A 1, C 2, G 3 and T 4, and whether the motif of 12 letters is among them, in either direction.

    Nothing is read: the strands come from a fixed seed. Where the motif is not, its two halves are, in the wrong order:
    so each letter, each pair and nearly each three letters come as often there. Half of all motifs lie on the other
    strand, that is, reversed and with A for T, C for G.
    """
    random = np.random.default_rng(11)
    count, length, size = 6000, 100, len(_MOTIF)
    motif = np.array(["ACGT".index(letter) for letter in _MOTIF])
    letters = random.integers(0, 4, (count, length))
    whole = np.arange(count) % 2
    for row in range(count):
        site = np.where(random.random(size) < _KEPT, motif, random.integers(0, 4, size))
        if not whole[row]:
            site = np.roll(site, size // 2)
        if random.random() < 0.5:
            site = 3 - site[::-1]
        place = random.integers(0, length - size + 1)
        letters[row, place : place + size] = site
    columns = {"letters": letters.astype(np.int64) + 1, "motif": whole.astype(np.int64)}
    return {name: column[:5000] for name, column in columns.items()}, {
        name: column[5000:] for name, column in columns.items()
    }
