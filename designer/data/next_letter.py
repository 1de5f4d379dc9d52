"""The next letter: what follows every character of a book.

`alice.txt` has the twelve chapters of "Alice's Adventures in Wonderland" by Lewis Carroll (1865), whose copyright has
expired everywhere, after the Millennium Fulcrum Edition 2.9 as it stands in the Canterbury Corpus (`alice29.txt`).
"""

from __future__ import annotations

import re

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import tokens
from designer.data.sources import Source

_CHARACTERS = tuple(" etaohnisrdlugw,cyfmp'bk.v-!:?;xjq\"z*()_[]")


def _split(text: str) -> list[str]:
    """The letters of a text as the book is read: small ones, and one blank for all that separates words."""
    return list(re.sub(r"\s+", " ", text.lower().replace("`", "'")))


SOURCE = Source(
    info=DataInfo(
        "next_letter",
        "Next letter",
        (Feature("letters", tokens(64), len(_CHARACTERS) + 1),),
        (Target("next", tokens(64), _CHARACTERS),),
        spans="span",
        stride=64,
    ),
    description="Pieces of 64 characters of Alice in Wonderland; what follows each of them",
    licence="Lewis Carroll: Alice's Adventures in Wonderland (1865), in the public domain; as in the Canterbury Corpus",
    samples=2224,
    test_samples=223,
    files=("alice.txt",),
    words=lambda folder: {"letters": ("<padding>", *_CHARACTERS)},
    split=_split,
)
