"""Matching what a person types with what things are called, as command palettes do.

Written here, as libraries for fuzzy text (rapidfuzz and its like) count edits between strings: they find what is spelt
alike, while a person who types `zosel` means the beginnings of words, Zoom to Selection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

Item = TypeVar("Item")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_WHOLE, _BEGINNING, _INSIDE, _HUMPS = range(4)


def rank(typed: str, text: str) -> tuple[int, int] | None:
    """How well every typed word suits a text: a lower pair is better, None is no match.

    The text itself is best. A word may be a whole word of the text, the beginning of one, a part of it, or the
    beginnings of several in order (`zosel`, `cp`). The worst word counts first, then all of them together.
    """
    if typed.strip().lower() == text.lower():
        return -1, 0
    places = [_place(word, text) for word in typed.lower().split()]
    found = [place for place in places if place is not None]
    return (max(found, default=0), sum(found)) if len(found) == len(places) else None


def best(typed: str, items: Iterable[tuple[str, Item]]) -> list[Item]:
    """The items whose texts suit what is typed, the best first; equal ones as they came."""
    ranked = [(found, number, item) for number, (text, item) in enumerate(items) if (found := rank(typed, text))]
    return [item for _, _, item in sorted(ranked, key=lambda entry: entry[:2])]


def _place(word: str, text: str) -> int | None:
    lower, starts, initials = _taken_apart(text)
    begun = [start for start in starts if lower.startswith(word, start)]
    if begun:
        ends = {*starts, len(lower)}
        whole = any(start + len(word) in ends or not lower[start + len(word)].isalnum() for start in begun)
        return _WHOLE if whole else _BEGINNING
    if word in lower:
        return _INSIDE
    return _HUMPS if word[0] in initials and _humps(word, lower, starts, 0) else None


@lru_cache(maxsize=8192)
def _taken_apart(text: str) -> tuple[str, tuple[int, ...], str]:
    """A text in small letters, where its words begin (`BatchNorm2d` has three), and with which letters."""
    lower, starts = text.lower(), tuple(found.start() for found in _WORD.finditer(text))
    return lower, starts, "".join(lower[start] for start in starts)


def _humps(word: str, text: str, starts: tuple[int, ...], first: int) -> bool:
    """Whether a word is made of beginnings of words of the text, in order."""
    if not word:
        return True
    for number in range(first, len(starts)):
        taken = _shared(word, text[starts[number] :])
        if any(_humps(word[length:], text, starts, number + 1) for length in range(taken, 0, -1)):
            return True
    return False


def _shared(word: str, text: str) -> int:
    """How many letters both begin with."""
    length = 0
    while length < min(len(word), len(text)) and word[length] == text[length]:
        length += 1
    return length
