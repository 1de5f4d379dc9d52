"""One sample of somebody's own, from a file or from what was typed: what the sources of such kinds have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import UnidentifiedImageError

from designer.core.graph.binding import Feature
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.readers._decimals import number_rows
from designer.data.readers._text_files import rows_in, text_of
from designer.data.readers.image_sequences import read_film
from designer.data.readers.pictures import read_picture
from designer.data.readers.sequences import filled, headed, is_number, number_of, without_end
from designer.data.readers.texts import FIRST_TOKENS, PADDING, UNKNOWN, words_of
from designer.data.samples import Array

Floats = npt.NDArray[np.float32]
Given = Path | str
"""A file, or what was typed."""


def file_of(given: Given, expected: str) -> Path:
    """The file that was given. Raises DataError where there is none, with what was expected."""
    if isinstance(given, str):
        raise DataError(f"expected {expected}, and no typed text")
    if not given.exists():
        raise DataError(f"{given}: there is no such file or folder")
    return given


@contextmanager
def told_as(given: Given, expected: str) -> Iterator[None]:
    """Whatever goes wrong within, as a DataError that names the file and what was expected."""
    try:
        yield
    except DataError:
        raise
    except UnidentifiedImageError:  # whose own words name the file once more
        raise DataError(f"{_place(given)}expected {expected}") from None
    except Exception as error:  # decoders raise whatever broken bytes lead them to
        raise DataError(f"{_place(given)}expected {expected}: {error}") from error


def picture_of(given: Given, feature: Feature, resize: str = "stretch") -> Floats:
    """A picture [C, H, W] from 0 to 1, brought to the feature's size as those of the data. Raises DataError."""
    path = file_of(given, "a picture")
    channels, height, width = (size or 1 for size in feature.shape.sizes)
    with told_as(path, "a picture"):
        return read_picture(str(path), (height, width), channels, resize)


def film_of(given: Given, feature: Feature, frames: int = 0) -> Floats:
    """The frames [L, C, H, W] from 0 to 1 of a folder of frames, or of a picture that moves. Raises DataError."""
    path = file_of(given, "a folder of frames, or a picture that moves")
    _, channels, height, width = (size or 1 for size in feature.shape.sizes)
    with told_as(path, "a folder of frames, or a picture that moves"):
        return read_film(path, (height, width), channels, frames)


def written_in(given: Given) -> str:
    """What was typed, or stands in a file of text. Raises DataError."""
    if isinstance(given, str):
        return given
    path = file_of(given, "a text")
    with told_as(path, "a text"):
        text = text_of(path)
    if "\0" in text:
        raise DataError(f"{path}: expected a text, and it is none")
    return text


def cut_by(
    units: str, lower: bool, words: Sequence[str], learned_pieces: Callable[[], Callable[[str], list[int]]]
) -> Callable[[str], list[int]]:
    """What makes the numbers of the tokens of a text: words and characters by their vocabulary.

    Pieces of words are those that were learned from the data: `learned_pieces` learns them anew, once they are asked
    for. Raises DataError where that cannot be.
    """
    again = cache(learned_pieces)

    def cut(text: str) -> list[int]:
        if units == "byte pairs":
            return again()(text)
        plain = text.lower() if lower else text
        return numbers_of(words_of(plain) if units == "words" else list(plain), words)

    return cut


def same_pieces(
    path: Path, words: Sequence[str], made: Callable[[], tuple[list[str], Callable[[str], list[int]]]]
) -> Callable[[str], list[int]]:
    """What cuts texts into the pieces that were learned from data, `made` with the vocabulary once more.

    Raises DataError where other pieces are learned from them by now.
    """
    with told_as(path, "the texts that the network has learned"):
        again, split = made()
    if tuple(again) != tuple(words):
        raise DataError(f"{path}: the texts have changed, and are cut into other pieces now: read the data anew")
    return split


def numbers_of(pieces: Sequence[str], words: Sequence[str]) -> list[int]:
    """The numbers of tokens. Raises DataError for one that has none, where nothing stands for the unknown."""
    numbers = {word: number for number, word in enumerate(words)}
    has_unknown = FIRST_TOKENS[UNKNOWN] in numbers
    if strange := [piece for piece in pieces if piece not in numbers and not has_unknown]:
        raise DataError(f"{strange[0]!r} is none of the words that the network knows: {', '.join(words[:20])}")
    return [numbers.get(piece, UNKNOWN) for piece in pieces]


def tokens_of(numbers: Sequence[int], feature: Feature, length: int = 0) -> Array:
    """Numbers of tokens, int64 [L], at most `length` of them (0: all). Raises DataError where nothing was said.

    Where all samples have as many, padding stands behind those that are shorter.
    """
    if not numbers:
        raise DataError("expected at least one word")
    steps = feature.shape.sizes[0]
    tokens = np.array(numbers[: length or None], dtype=np.int64)
    return (
        tokens if steps is None else np.pad(tokens[:steps], (0, max(steps - len(tokens), 0)), constant_values=PADDING)
    )


def rows_given(given: Given) -> list[list[str]]:
    """Rows of cells: of a file, or typed with commas or blanks between numbers and semicolons between rows."""
    if isinstance(given, Path):
        path = file_of(given, "a table of numbers")
        with told_as(path, "a table of numbers"):
            return number_rows(path)
    rows = rows_in(given.replace(";", "\n"))
    return [row[0].split() if len(row) == 1 else row for row in rows]


def curve_of(given: Given, feature: Feature, names: Sequence[str] = (), last: bool = False) -> Floats:
    """Steps of numbers, float32 [L, F]: the columns of these names, or all. A curve of one number may lie in a row.

    What is missing is on the line between its neighbours. Of more steps than the network takes, those at the end count
    where the `last` are meant. Raises DataError.
    """
    width, steps = feature.shape.last, feature.shape.sizes[0]
    numbers = _numbers(given, names)
    if width == 1 and len(numbers) == 1:
        numbers = numbers.T
    if numbers.shape[1] != width:
        count = "a number" if width == 1 else plural(width, "number")
        raise DataError(f"{_place(given)}expected {count} in each row, which is a step, got {numbers.shape[1]:,}")
    return filled(numbers[-steps:] if last and steps else numbers)


def row_as_curve(given: Given, feature: Feature, names: Sequence[str]) -> Floats:
    """A curve, float32 [L, 1], whose steps are the columns of these names in the first row, or all. Raises DataError.

    What is missing at its end is not there.
    """
    numbers = _numbers(given, names)
    return filled(without_end(numbers if numbers.shape[1] == 1 else numbers[:1].T))


def vector_of(given: Given, feature: Feature, names: Sequence[str] = ()) -> Floats:
    """Some numbers, float32 [F]: of the first row the columns of these names, or all. Raises DataError."""
    count = feature.shape.last
    numbers = _numbers(given, names)
    found = numbers[:, 0] if numbers.shape == (count, 1) else numbers[0]
    if len(found) != count:
        raise DataError(f"{_place(given)}expected {plural(count, 'number')} in a row, got {len(found):,}")
    if np.isnan(found).any():
        raise DataError(f"{_place(given)}expected {plural(count, 'number')}, and one is missing")
    return found


def _place(given: Given) -> str:
    return f"{given}: " if isinstance(given, Path) else ""


def _numbers(given: Given, names: Sequence[str]) -> Floats:
    """The columns of these names, or all, float32 [rows, columns]; nan where a number is missing. Raises DataError."""
    rows = rows_given(given)
    header, rows = headed(rows) if rows and isinstance(given, Path) else ([], rows)
    if names and set(names) <= set(header):
        taken = [header.index(name) for name in names]
        rows = [[row[at] if at < len(row) else "" for at in taken] for row in rows]
    if not rows:
        raise DataError(f"{_place(given)}expected numbers, got none")
    if any(len(row) != len(rows[0]) for row in rows):
        raise DataError(f"{_place(given)}expected as many numbers in each row")
    if strange := next((cell for row in rows for cell in row if not is_number(cell)), None):
        raise DataError(f"{_place(given)}expected numbers, got {strange[:40]!r}")
    return np.array([[number_of(cell) for cell in row] for row in rows], dtype=np.float32)
