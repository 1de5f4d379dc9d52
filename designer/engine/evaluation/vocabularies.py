"""Tokens of other texts by the numbers that a network has learned: the vocabulary is that of its own data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from designer.core.graph.binding import DataInfo, bind
from designer.core.graph.design import Design
from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import Opened
from designer.data.samples import Array

_UNKNOWN = 1
"""The number of words that a vocabulary does not have; 0 is the padding."""


def as_learned(design: Design, info: DataInfo, opened: Opened, path: Path) -> Opened:
    """Other samples with the numbers of the tokens that the design's data have for them, which are read for it.

    Raises DataError where these are not there, or their tokens are pieces that were learned from their words.
    """
    taken = [item.name for item in bind(design.network, info).features.values() if item.name in opened.words]
    if not taken:
        return opened
    try:
        learned = opening.load(design.data).words
    except DataError as error:
        raise DataError(
            f"{path}: what the network knows as words is in the data that it has learned: {error}"
        ) from None
    columns = dict(opened.columns)
    for name in taken:
        before, now = learned[name], opened.words[name]
        if before == now:
            continue
        if design.data.options.get("units") == "byte pairs":
            raise DataError(f"{path}: pieces of words cannot be told apart as in the data that the network has learned")
        columns[name] = _renumbered(columns[name], now, before)
        for target in info.targets:  # the next token
            if target.classes == before and target.name in columns:
                columns[target.name] = _renumbered(columns[target.name], now, before)
    return replace(opened, columns=columns)


def _renumbered(tokens: Array, now: tuple[str, ...], before: tuple[str, ...]) -> Array:
    """Tokens [N, ...] of one vocabulary by the numbers of another."""
    numbers = {word: number for number, word in enumerate(before)}
    table = np.array([numbers.get(word, _UNKNOWN) for word in now], dtype=np.int64)
    return table[tokens.astype(np.int64)]
