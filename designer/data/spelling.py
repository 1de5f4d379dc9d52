"""Tokens as a text again: letters stand side by side, pieces of words say where a word begins, words stand apart."""

from __future__ import annotations

from collections.abc import Sequence

BLANK = "\N{LOWER ONE EIGHTH BLOCK}"
"""What stands for a blank in pieces of words, as byte pairs have them."""
_CLOSING = frozenset(".,;:!?)]}%…»”’")
_OPENING = frozenset("([{«“‘")


def spelling_of(words: Sequence[str]) -> str:
    """How the tokens of a vocabulary are put together: "letters", "pieces" or "words"."""
    if " " in words:
        return "letters"
    return "pieces" if any(word.startswith(BLANK) for word in words) else "words"


def behind(token: str, text: str, spelling: str) -> str:
    """What a token adds to a text that it stands behind."""
    if spelling == "letters":
        return token
    if spelling == "pieces":
        plain = token.replace(BLANK, " ")
        return plain if text else plain.lstrip()
    apart = bool(text) and not text[-1].isspace() and text[-1] not in _OPENING and token not in _CLOSING
    return f" {token}" if apart else token
