"""The data sources by name. What they are is known at once; their samples are read when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.binding import DataInfo
from designer.core.graph.data_settings import NO_DATA
from designer.core.storage.resources import resource
from designer.data.errors import DataError
from designer.data.spectrogram import Spectrogram

if TYPE_CHECKING:
    import numpy as np

    from designer.data.samples import Dataset

    Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Source:
    """A data source: what it is, in a sentence and in shapes, and how to read it.

    `words` takes the folder of the `files` and gives, for columns of tokens, what each number stands for; `split` makes
    such tokens of a text of somebody's own. `boxes` has the features whose pictures were brought into a square of so
    many pixels, centred by their mass, as MNIST's makers did.
    """

    info: DataInfo
    description: str
    licence: str
    samples: int
    test_samples: int
    files: tuple[str, ...] = ()
    words: Callable[[Path], dict[str, tuple[str, ...]]] = lambda folder: {}
    split: Callable[[str], list[str]] = str.split
    boxes: Mapping[str, int] = field(default_factory=dict)
    spectrograms: Mapping[str, Spectrogram] = field(default_factory=dict)
    """The features that are pictures of sounds."""

    def read(self, folder: Path) -> tuple[Columns, Columns]:
        """The columns of the training and of the test samples, from the folder of the `files`.

        The function that does so is in `readers`, named after the source: it brings in NumPy, which nobody needs
        who only wants to know what there is.
        """
        reader = import_module(f"designer.data.readers.{self.info.name}")
        columns: tuple[Columns, Columns] = getattr(reader, f"read_{self.info.name}")(folder)
        return columns


_NAMES = (
    "mnist_5k",
    "digit_pairs",
    "digit_scenes",
    "digit_boxes",
    "digit_sequences",
    "moving_digits",
    "japanese_vowels",
    "gun_point",
    "spoken_digits",
    "movie_reviews",
    "next_letter",
    "number_reversal",
    "dna_motifs",
    "point_shapes",
    "flat_prices",
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


def unknown(name: str) -> str:
    """Why there is no source of that name, and what to do."""
    if name == NO_DATA:
        return "data: there are none: choose data to train with"
    return f"data: there is no source called {name!r}: expected one of {', '.join(sources())}"


@lru_cache(maxsize=2)
def load(name: str) -> Dataset:
    """Reads a source's samples. Raises DataError."""
    from designer.data.samples import Dataset, Samples  # brings in NumPy

    source = sources().get(name)
    if source is None:
        raise DataError(unknown(name))
    folder = resource("data")
    try:
        train, test = source.read(folder)
        words = source.words(folder)
        cut = {name: partial(_numbers_in, source, known) for name, known in words.items()}
        return Dataset(source.info, Samples(train), Samples(test), words, cut)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"data: the source '{name}' cannot be read: {error}") from error


def _numbers_in(source: Source, words: tuple[str, ...], text: str) -> list[int]:
    from designer.data.formats.one_sample import numbers_of

    return numbers_of(source.split(text), words)
