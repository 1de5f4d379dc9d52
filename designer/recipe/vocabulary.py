"""Tokens and categories that no sample to learn from has are unknown, although they were listed with all others."""

from __future__ import annotations

import numpy as np


def known_tokens(learned: np.ndarray, first: int, count: int, at_once: int = 4096) -> np.ndarray:
    """Which of `count` tokens are in samples to learn from [N, L], bool [count + 1]; those before the `first` always.

    The last one stands for whatever else there may be, which is not known. So many rows are looked at `at_once`, as
    they may be on disk.
    """
    known = np.arange(count + 1) < first
    for begin in range(0, len(learned), at_once):
        if known[:count].all():
            break
        known[np.minimum(learned[begin : begin + at_once], count)] = True
    known[count] = False
    return known


def only_known_tokens(tokens: np.ndarray, known: np.ndarray, unknown: int) -> np.ndarray:
    """The same tokens; those that are not known become the one that is `unknown`."""
    made: np.ndarray = np.where(known.take(tokens, mode="clip"), tokens, unknown).astype(tokens.dtype)
    return made


def known_categories(learned: np.ndarray, first: int, at_once: int = 65_536) -> np.ndarray:
    """Which numbers of rows to learn from [N, F] are ever other than 0, bool [F]; those before the `first` always are.

    From the first one on, each says whether a row is of one category.
    """
    known = np.arange(learned[:1].shape[1]) < first
    for begin in range(0, len(learned), at_once):
        known |= (learned[begin : begin + at_once] != 0).any(0)
    return known


def only_known_categories(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The same rows [N, F], with 0 where a category is not known."""
    made: np.ndarray = np.where(known, rows, 0).astype(rows.dtype)
    return made
