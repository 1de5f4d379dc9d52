"""Names in any script as Python, PyTorch and files of weights are best served: in the letters a to z."""

from __future__ import annotations

import re

from anyascii import anyascii


def in_latin(name: str) -> str:
    """A name of letters, digits and _ in ASCII: 卷积1 as JuanJi1, größe as grosse. Two names may become the same."""
    if name.isascii():
        return name
    plain = re.sub(r"[^A-Za-z0-9_]+", "", anyascii(name))
    return plain if plain[:1].isalpha() else f"block_{plain}".strip("_")


def words_in_latin(name: str) -> list[str]:
    """The words of a name, each in ASCII."""
    return re.findall(r"[A-Za-z0-9]+", name if name.isascii() else anyascii(name))
