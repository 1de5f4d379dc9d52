"""Reads the movie reviews as numbers of words."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np

from designer.data.readers._shared import pad

FEWEST_WORDS = 5
"""A filter over five words finds no place in fewer."""


def split_words(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation."""
    return re.findall(r"[\w']+", text.lower())


def reviews(folder: Path) -> dict[str, list[tuple[list[str], str]]]:
    """Words and label of each sentence: four fifths are "train", the last fifth is "test".

    Sentences of fewer words than FEWEST_WORDS are left out.
    """
    with (folder / "movie_reviews.csv").open(encoding="utf-8", newline="") as file:
        rows = [(split_words(row["text"]), row["label"]) for row in csv.DictReader(file)]
    rows = [(words, label) for words, label in rows if len(words) >= FEWEST_WORDS]
    first_of_test = len(rows) * 4 // 5
    return {"train": rows[:first_of_test], "test": rows[first_of_test:]}


def vocabulary(sentences: list[list[str]], size: int = 5000) -> list[str]:
    """The most frequent words, alike ones in alphabetical order. Number 0 is padding, 1 any other word."""
    counts = Counter(word for sentence in sentences for word in sentence)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return ["<padding>", "<unknown>", *ranked[: size - 2]]


def read_movie_reviews(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Sentences as word numbers [N, L] with their lengths, and whether they praise (1) or not (0)."""
    parts = reviews(folder)
    words = vocabulary([sentence for sentence, _ in parts["train"]])
    numbers = {word: number for number, word in enumerate(words)}
    train, test = (
        {
            "words": pad(
                np.array([numbers.get(word, 1) for sentence, _ in rows for word in sentence], dtype=np.int64),
                np.array([len(sentence) for sentence, _ in rows], dtype=np.int64),
            ),
            "words_lengths": np.array([len(sentence) for sentence, _ in rows], dtype=np.int64),
            "opinion": np.array([label == "positive" for _, label in rows], dtype=np.int64),
        }
        for rows in (parts["train"], parts["test"])
    )
    return train, test


def words_of_movie_reviews(folder: Path) -> dict[str, tuple[str, ...]]:
    """What the numbers of the column `words` stand for."""
    return {"words": tuple(vocabulary([sentence for sentence, _ in reviews(folder)["train"]]))}
