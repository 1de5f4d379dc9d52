"""Reads texts as numbers of words, of characters or of pieces of words."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from designer.data.readers._parts import labelled_files, plain_files
from designer.data.readers._shared import labelled, side_by_side
from designer.data.readers._text_files import AUTO, places_of, rows_of, text_of

PADDING, UNKNOWN = 0, 1
FIRST_TOKENS = ("<padding>", "<unknown>")
"""What stands for nothing, and for whatever is not in the vocabulary."""
TEXTS = frozenset([".txt", ".text", ".md", ".log"])
"""The endings of texts, in lower case."""
TEST = 2

Tokens = tuple[dict[str, np.ndarray], list[str]]
"""Columns, and the vocabulary: what the numbers in the column of tokens stand for."""


def read_text_table(
    path: Path,
    text: str,
    label: str,
    classes: tuple[str, ...] | None,
    units: str,
    vocabulary: int,
    length: int,
    lower: bool = True,
    distinct: bool = False,
    encoding: str = AUTO,
) -> Tokens:
    """Texts of a table with their labels: the columns `text` and `label`.

    Token numbers are int64 [N, L], at most `length` of each text (0: all of them), with lengths where these differ.
    `units` is "words", "characters" or "byte pairs", of which the `vocabulary` most frequent are told apart. Texts that
    stand twice are read once where they are to be `distinct`.
    """
    pairs = labelled_texts(path, text, label, distinct, encoding)
    columns, words = tokenised([written for written, _ in pairs], units, vocabulary, length, lower)
    return {**columns, label: labelled([name for _, name in pairs], classes)}, words


def labelled_texts(path: Path, text: str, label: str, distinct: bool, encoding: str = AUTO) -> list[tuple[str, str]]:
    """The texts of a table with their labels, in order; the first of those that are alike, where that is wanted."""
    pairs = list(pairs_in(rows_of(path, encoding=encoding), text, label))
    if distinct:
        first: dict[str, str] = {}
        for written, name in pairs:
            first.setdefault(written, name)
        pairs = list(first.items())
    return pairs


def pairs_in(rows: Iterable[list[str]], text: str, label: str) -> Iterator[tuple[str, str]]:
    """The texts and the labels in rows, of which the first one names the columns. Raises ValueError without these."""
    rows = iter(rows)
    at, named = places_of(next(rows, []), (text, label))
    yield from ((row[at], row[named]) for row in rows if len(row) > max(at, named))


def read_text_folders(
    path: Path,
    classes: tuple[str, ...],
    units: str,
    vocabulary: int,
    length: int,
    lower: bool = True,
    parts: Mapping[str, int] | None = None,
    encoding: str = AUTO,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> Tokens:
    """A text a file, in a folder for each class. Words are counted in all texts but those that are for the test."""
    files = labelled_files(path, classes, parts, texts_below)
    texts = []
    for done, (file, _, _) in enumerate(files, 1):
        texts.append(text_of(file, encoding))
        told(done, len(files))
    part = np.array([part for *_, part in files], dtype=np.int8)
    columns, words = tokenised(texts, units, vocabulary, length, lower, counted=part != TEST)
    columns["class"] = np.array([number for _, number, _ in files], dtype=np.int64)
    return ({**columns, "part": part} if parts else columns), words


def learned_texts(
    path: Path, classes: tuple[str, ...], parts: Mapping[str, int] | None, encoding: str = AUTO
) -> list[str]:
    """The texts in folders that are not for the test."""
    files = labelled_files(path, classes, parts, texts_below)
    return [text_of(file, encoding) for file, _, part in files if part != TEST]


def long_text(path: Path, encoding: str = AUTO) -> str:
    """A text, or all that lie in a folder, one behind the other."""
    return "\n".join(text_of(file, encoding) for file in ([path] if path.is_file() else texts_below(path)))


def read_next_tokens(
    path: Path, units: str, vocabulary: int, length: int, lower: bool = False, encoding: str = AUTO
) -> Tokens:
    """One long text, cut into pieces: `text` has `length` tokens, and `next` for each of them the one that follows.

    `span` has the places of its first token and of the one behind the last that is to be told.
    """
    text = long_text(path, encoding)
    words, split = splitter(text, units, vocabulary, lower)
    numbers = np.array(split(text), dtype=np.int64)
    begins = begins_of(len(numbers), units, length)
    window = begins[:, None] + np.arange(length)
    spans = np.stack([begins, begins + length + 1], axis=1)
    return {"text": numbers[window], "next": numbers[window + 1], "span": spans}, words


def begins_of(count: int, units: str, length: int) -> np.ndarray:
    """Where the pieces of a text of so many tokens begin, int64 [N]. Raises ValueError where it is too short."""
    pieces = (count - 1) // length
    if pieces < 2:
        raise ValueError(f"the text has {count:,} {units}: expected at least {2 * length + 1:,}")
    return np.arange(pieces) * length


def read_tagged(
    path: Path, classes: tuple[str, ...], vocabulary: int, length: int, lower: bool = True, encoding: str = AUTO
) -> Tokens:
    """Sentences with a tag for each word: a word a line, its tag last in it, and an empty line after each sentence."""
    sentences = [sentence[: length or None] for sentence in tagged_sentences(text_of(path, encoding))]
    spoken = [[word.lower() if lower else word for word, _ in sentence] for sentence in sentences]
    words = most_frequent(spoken, vocabulary)
    numbers = {word: number for number, word in enumerate(words)}
    tokens = [np.array([[numbers.get(word, UNKNOWN)] for word in sentence]) for sentence in spoken]
    tags = [np.array([[classes.index(tag)] for _, tag in sentence]) for sentence in sentences]
    columns = {**token_column(tokens, "text"), **token_column(tags, "tags")}
    return columns, words


def tagged_sentences(text: str) -> list[list[tuple[str, str]]]:
    """Words with their tags. Lines that begin with # or -DOCSTART- say something else."""
    return list(sentences_in(text.splitlines()))


def sentences_in(lines: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
    """The same of lines."""
    sentence: list[tuple[str, str]] = []
    for line in lines:
        fields = line.split("\t") if "\t" in line else line.split()
        if len(fields) < 2 or line.startswith(("#", "-DOCSTART-")):
            if sentence:
                yield sentence
            sentence = []
            continue
        sentence.append((fields[0], fields[-1]))
    if sentence:
        yield sentence


def texts_below(folder: Path) -> list[Path]:
    """The texts in a folder and in those below it, sorted by their paths; hidden files are left out."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        found += [Path(place, name) for name in plain_files(place, filter(is_text, files))]
    return found


def is_text(name: str) -> bool:
    """Whether a file is a text by its name; those that begin with a dot are hidden."""
    return os.path.splitext(name)[1].lower() in TEXTS and not name.startswith(".")


def tokenised(
    texts: Sequence[str], units: str, vocabulary: int, length: int, lower: bool, counted: np.ndarray | None = None
) -> Tokens:
    """The column `text` of token numbers, and the vocabulary: of the texts that are `counted`, bool [N]."""
    kept = texts if counted is None else [text for text, count in zip(texts, counted, strict=True) if count]
    words, split = splitter(kept, units, vocabulary, lower)
    tokens = [np.array(split(text)[: length or None] or [UNKNOWN], dtype=np.int64)[:, None] for text in texts]
    return token_column(tokens, "text"), words


def token_column(tokens: list[np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Token numbers [L, 1] as a column [N, longest], padding behind each end; with lengths where they differ."""
    columns = side_by_side(tokens, name)
    columns[name] = columns[name][:, :, 0].astype(np.int64)
    return columns


def splitter(
    texts: Iterable[str] | str, units: str, vocabulary: int, lower: bool
) -> tuple[list[str], Callable[[str], list[int]]]:
    """A vocabulary of texts, and what makes the numbers of the tokens of a text."""
    known = [texts] if isinstance(texts, str) else texts
    if units == "byte pairs":
        return byte_pairs(known, vocabulary, lower)
    pieces = words_of if units == "words" else list

    def cut(text: str) -> list[str]:
        return pieces(text.lower() if lower else text)

    words = most_frequent(map(cut, known), vocabulary)
    numbers = {word: number for number, word in enumerate(words)}
    return words, lambda text: [numbers.get(piece, UNKNOWN) for piece in cut(text)]


def words_of(text: str) -> list[str]:
    """Words, and each mark between them."""
    return re.findall(r"[\w']+|[^\w\s]", text)


def most_frequent(texts: Iterable[Iterable[str]], size: int) -> list[str]:
    """The most frequent tokens, alike ones in alphabetical order, behind padding and the unknown one: `size` in all."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    return ranked(counts, size)


def ranked(counts: Mapping[str, int], size: int) -> list[str]:
    """The same of tokens that have been counted."""
    order = sorted(counts, key=lambda token: (-counts[token], token))
    return [*FIRST_TOKENS, *order[: size - len(FIRST_TOKENS)]]


def byte_pairs(texts: Iterable[str], vocabulary: int, lower: bool) -> tuple[list[str], Callable[[str], list[int]]]:
    """Pieces of words by byte-pair encoding (Sennrich et al. 2016), as Hugging Face's tokenizers make them."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    made = Tokenizer(models.BPE(unk_token=FIRST_TOKENS[UNKNOWN]))
    if lower:
        made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=list(FIRST_TOKENS), show_progress=False)
    made.train_from_iterator(texts, trainer)
    by_number = {number: token for token, number in made.get_vocab().items()}
    return [by_number[number] for number in range(len(by_number))], lambda text: list(made.encode(text).ids)
