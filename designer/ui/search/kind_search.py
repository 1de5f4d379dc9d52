"""Finding block kinds by what a person types: names come before categories, and those before descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from designer.core.graph.block import Block

_PARTS = re.compile(r"[A-Z]+(?![a-z])[0-9a-z]*|[A-Z][a-z0-9]*|[a-z0-9]+")
_NOT_FOUND = 99

CALLED_HERE = {
    "average": "avg",
    "mean": "avg",
    "pooling": "pool",
    "bn": "batchnorm",
    "cnn": "conv",
    "convolutional": "conv",
    "deconv": "transpose",
    "deconvolution": "transpose",
    "transposed": "transpose",
    "fc": "dense",
    "fully": "dense",
    "connected": "dense",
    "perceptron": "dense",
    "merge": "merging",
    "join": "concatenate",
    "skip": "add",
    "shortcut": "add",
    "self": "multihead",
    "inception": "concatenate",
    "upsampling": "upsample",
    "normalize": "normalisation",
    "normalization": "normalisation",
    "regularization": "regularisation",
}
"""What other programs and papers call things, and a word that finds them here as well."""


@dataclass(frozen=True)
class KindOffer:
    """Something that can be put on the canvas: a block kind, or one more use of a group."""

    kind: str
    title: str
    category: str
    summary: str

    @classmethod
    def of(cls, block: type[Block]) -> KindOffer:
        """A block kind."""
        return cls(block.kind, block.title, block.category, block.summary)


def kinds_found(kinds: Iterable[KindOffer], text: str) -> list[KindOffer]:
    """The kinds that every word of the text is found in, the best first; shorter names before longer ones."""
    words = text.lower().replace("-", " ").split()
    ranked = [(_rank(kind, words), len(kind.title), kind.title, place, kind) for place, kind in enumerate(kinds)]
    return [item[-1] for item in sorted(ranked) if item[0] < _NOT_FOUND]


def _rank(kind: KindOffer, words: list[str]) -> int:
    """Where its worst word is found."""
    return max((min(_place(kind, word), _place(kind, CALLED_HERE.get(word, word))) for word in words), default=0)


@lru_cache(maxsize=8192)
def _place(kind: KindOffer, word: str) -> int:
    title, category, summary = kind.title.lower(), kind.category.lower(), kind.summary.lower()
    parts = [part.lower() for part in _PARTS.findall(kind.title)]
    places = (
        word in (title, kind.kind),
        title.startswith(word),
        any(part.startswith(word) for part in parts) or any(part.startswith(word) for part in kind.kind.split("_")),
        word in title or word in kind.kind,
        category.startswith(word),
        any(part.startswith(word) for part in re.findall(r"\w+", summary)),
        word in summary,
    )
    return next((place for place, holds in enumerate(places) if holds), _NOT_FOUND)
