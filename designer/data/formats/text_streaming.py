"""Texts that are larger than memory: turned into one long row of tokens on disk once, of which samples are pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from designer.data.formats.base import PART, Cache, Opened, Progress
from designer.data.formats.steps_on_disk import COUNTS, IN_MEMORY, FilesRead, in_groups, samples_of, whole
from designer.data.formats.text_options import TextOptions
from designer.data.formats.text_pieces import between_words, ended, lines_of, pieces_of, rows_at
from designer.data.kept_columns import ColumnFiles
from designer.data.readers import texts
from designer.data.readers._parts import labelled_files
from designer.data.readers._shared import labelled
from designer.data.readers._text_files import text_of
from designer.data.row_slices import Evenly, windows
from designer.data.samples import Array, LazyColumn

AT_ONCE = 2**10
"""Texts that are in memory at once while they are written."""
TOKENS, _WORDS, _TAGS = "tokens", "words", "tags"
"""The columns on disk: numbers of all tokens, their words as JSON, and their tags."""
_CODES = 0x110000
"""So many letters there may be."""

Numbers = npt.NDArray[np.uint16]
Split = Callable[[str], Numbers]


@dataclass
class _ReadTwice(FilesRead):
    """Files that are gone through twice: to learn the vocabulary, and to write."""

    options: TextOptions

    def long_text(self) -> Iterator[str]:
        """A text, or all that lie in a folder, in pieces that end where a token ends."""
        cuts_words = self.options.units != "characters" or self.options.lower
        blanks = " " if self.options.units == "byte pairs" else " \n"
        return between_words(self._pieces(), blanks) if cuts_words else self._pieces()

    def _pieces(self) -> Iterator[str]:
        for number, file in enumerate([self.path] if self.path.is_file() else texts.texts_below(self.path)):
            if number:
                yield "\n"
            yield from pieces_of(file, self.options.encoding, self.read)

    def labelled(self) -> Iterator[tuple[str, str]]:
        """The texts of a table with their labels."""
        rows = rows_at(self.path, self.options.encoding, self.read)
        pairs = texts.pairs_in(rows, self.options.text, self.options.label)
        return _first_of_each(pairs) if self.options.distinct else pairs

    def files(self) -> Iterator[tuple[str, int, int]]:
        """The texts in folders with their classes and parts."""
        for file, number, part in labelled_files(
            self.path, self.options.classes or (), self.options.parts, texts.texts_below
        ):
            yield text_of(file, self.options.encoding), number, part
            self.read(file.stat().st_size)

    def sentences(self) -> Iterator[list[tuple[str, str]]]:
        """Words with their tags, so many of each sentence as are kept."""
        lines = lines_of(pieces_of(self.path, self.options.encoding, self.read))
        for sentence in texts.sentences_in(map(ended, lines)):
            kept = sentence[: self.options.length or None]
            yield [(word.lower() if self.options.lower else word, tag) for word, tag in kept]


def learned_texts(path: Path, options: TextOptions, size: int, progress: Progress) -> Iterable[str]:
    """Those that a vocabulary is learned from, one after the other."""
    reading = _ReadTwice(path, progress, 2 * size, options)
    if options.layout == "next":
        return reading.long_text()
    if options.layout == "folders":
        return (text for text, _, part in reading.files() if part != texts.TEST)
    return (text for text, _ in reading.labelled())


def streamed(path: Path, options: TextOptions, size: int, cache: Cache, progress: Progress) -> Opened:
    """What the readers of texts give of files of `size` bytes, with tokens that are read batch by batch.

    Raises what the readers raise, DataError where the disk has no room, and what `progress` raises.
    """
    reading = _ReadTwice(path, progress, 2 * size, options)

    def fill(files: ColumnFiles) -> None:
        files.expect(2 * size)
        words = _FILLED[options.layout](reading, files)
        append_words(files, words)

    made = cache.made("text", fill)
    columns, lazy = (_windows if options.layout == "next" else _samples)(made, options)
    return Opened(columns, {"text": words_in(made)}, lazy)


def append_words(files: ColumnFiles, words: list[str]) -> None:
    """Writes the vocabulary."""
    files.append(_WORDS, np.frombuffer(json.dumps(words).encode(), dtype=np.uint8))


def words_in(made: Mapping[str, LazyColumn]) -> tuple[str, ...]:
    """The vocabulary that was written."""
    return tuple(json.loads(whole(made[_WORDS]).tobytes()))


def _windows(made: Mapping[str, LazyColumn], options: TextOptions) -> tuple[dict[str, Array], dict[str, LazyColumn]]:
    row, length = made[TOKENS], options.length
    begins = texts.begins_of(row.shape[0], options.units, length)
    spans = np.stack([begins, begins + length + 1], axis=1)

    def pieces(first: int) -> LazyColumn:
        return windows(row, Evenly(first, length, len(begins)), length, np.dtype(np.int64))

    return {"span": spans}, {"text": pieces(0), "next": pieces(1)}


def _samples(made: Mapping[str, LazyColumn], options: TextOptions) -> tuple[dict[str, Array], dict[str, LazyColumn]]:
    """Tokens, and tags where each of these has one; with lengths where they differ."""
    number = np.dtype(np.int64)
    return samples_of(made, {"text": (TOKENS, number), "tags": (_TAGS, number)})


def _fill_next(reading: _ReadTwice, files: ColumnFiles) -> list[str]:
    words, split = _splitter(reading.long_text(), reading.options)
    count = 0
    for piece in reading.long_text():
        numbers = split(piece)
        files.append(TOKENS, numbers)
        count += len(numbers)
    texts.begins_of(count, reading.options.units, reading.options.length)
    return words


def _fill_table(reading: _ReadTwice, files: ColumnFiles) -> list[str]:
    options = reading.options
    words, split = _splitter((text for text, _ in reading.labelled()), options)
    for some in in_groups(reading.labelled(), AT_ONCE):
        append_texts(files, [split(text) for text, _ in some], options.length)
        files.append(IN_MEMORY + options.label, labelled([label for _, label in some], options.classes))
    return words


def _fill_folders(reading: _ReadTwice, files: ColumnFiles) -> list[str]:
    options = reading.options
    words, split = _splitter((text for text, _, part in reading.files() if part != texts.TEST), options)
    for some in in_groups(reading.files(), AT_ONCE):
        append_texts(files, [split(text) for text, *_ in some], options.length)
        files.append(IN_MEMORY + "class", np.array([number for _, number, _ in some], dtype=np.int64))
        if options.parts:
            files.append(IN_MEMORY + PART, np.array([part for *_, part in some], dtype=np.int8))
    return words


def _fill_tagged(reading: _ReadTwice, files: ColumnFiles) -> list[str]:
    classes = reading.options.classes or ()
    spoken = ([word for word, _ in sentence] for sentence in reading.sentences())
    words = texts.most_frequent(spoken, reading.options.vocabulary)
    numbers = {word: number for number, word in enumerate(words)}
    for some in in_groups(reading.sentences(), AT_ONCE):
        told = [[numbers.get(word, texts.UNKNOWN) for word, _ in sentence] for sentence in some]
        append_texts(files, [np.array(sentence, dtype=np.uint16) for sentence in told], 0)
        tags = [classes.index(tag) for sentence in some for _, tag in sentence]
        files.append(_TAGS, np.array(tags, dtype=np.uint16))
    return words


_FILLED: Mapping[str, Callable[[_ReadTwice, ColumnFiles], list[str]]] = {
    "next": _fill_next,
    "table": _fill_table,
    "folders": _fill_folders,
    "tagged": _fill_tagged,
}


def append_texts(files: ColumnFiles, tokens: list[Numbers], length: int) -> None:
    """Writes some texts, at most `length` tokens of each (0: all): what has no token at all is one unknown one."""
    unknown = np.array([texts.UNKNOWN], dtype=np.uint16)
    kept = [numbers[: length or None] if len(numbers) else unknown for numbers in tokens]
    files.append(TOKENS, np.concatenate(kept))
    files.append(COUNTS, np.array([len(numbers) for numbers in kept], dtype=np.int64))


def _splitter(learned: Iterable[str], options: TextOptions) -> tuple[list[str], Split]:
    return splitter_of(learned, options.units, options.vocabulary, options.lower)


def splitter_of(learned: Iterable[str], units: str, vocabulary: int, lower: bool) -> tuple[list[str], Split]:
    """The vocabulary of texts, and what makes the numbers of the tokens of one."""
    if units == "characters":
        return _letters(learned, vocabulary, lower)
    words, split = texts.splitter(learned, units, vocabulary, lower)
    return words, lambda text: np.array(split(text), dtype=np.uint16)


def _letters(learned: Iterable[str], vocabulary: int, lower: bool) -> tuple[list[str], Split]:
    """The same of letters, which are counted and looked up by their codes: that is quicker by far."""
    counts = np.zeros(_CODES, dtype=np.int64)

    def codes(text: str) -> npt.NDArray[np.uint32]:
        written = (text.lower() if lower else text).encode("utf-32-le", "surrogatepass")
        return np.frombuffer(written, dtype="<u4")

    for text in learned:
        found = codes(text)
        if len(found):
            some = np.bincount(found)
            counts[: len(some)] += some
    words = texts.ranked({chr(code): int(counts[code]) for code in np.flatnonzero(counts)}, vocabulary)
    numbers = np.full(_CODES, texts.UNKNOWN, dtype=np.uint16)
    first = len(texts.FIRST_TOKENS)
    numbers[np.array([ord(letter) for letter in words[first:]], dtype=np.int64)] = np.arange(first, len(words))
    return words, lambda text: numbers[codes(text)]


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Those whose text has not been before; of each is held by what it is known again."""
    seen: set[bytes] = set()
    for text, label in pairs:
        mark = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
        if mark not in seen:
            seen.add(mark)
            yield text, label
