"""The data sources by name. What they are is known at once; their samples are read when they are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import numpy as np

from designer.core.graph.binding import DataInfo
from designer.core.storage.resources import resource
from designer.data.samples import DataError, Dataset, Samples

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Source:
    """A data source: what it is, in a sentence and in shapes, and how to read it.

    `read` takes the folder of the `files` and gives the training and the test columns; `words`, for columns of
    tokens, what each number stands for.
    """

    info: DataInfo
    description: str
    licence: str
    samples: int
    test_samples: int
    read: Callable[[Path], tuple[Columns, Columns]]
    files: tuple[str, ...] = ()
    words: Callable[[Path], dict[str, tuple[str, ...]]] = lambda folder: {}


_NAMES = (
    "mnist_5k",
    "digit_pairs",
    "digit_scenes",
    "digit_sequences",
    "japanese_vowels",
    "gun_point",
    "movie_reviews",
    "number_reversal",
    "airline_passengers",
    "passengers_ahead",
    "mackey_glass",
)
"""One Python module each, in the order in which people see them."""


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """All sources by name."""
    return {name: import_module(f"designer.data.{name}").SOURCE for name in _NAMES}


def info(name: str) -> DataInfo | None:
    """What is known of a source without reading it; None for a name that no source has."""
    source = sources().get(name)
    return source.info if source else None


@lru_cache(maxsize=2)
def load(name: str) -> Dataset:
    """Reads a source's samples. Raises DataError."""
    source = sources().get(name)
    if source is None:
        raise DataError(f"data: there is no source called {name!r}: expected one of {', '.join(sources())}")
    folder = resource("data")
    try:
        train, test = source.read(folder)
        return Dataset(source.info, Samples(train), Samples(test), source.words(folder))
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"data: the source '{name}' cannot be read: {error}") from error
