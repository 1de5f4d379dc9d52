"""How texts become samples."""

from __future__ import annotations

from typing import Literal

from designer.core.schema.fields import choice, whole
from designer.data.formats.base import ReadingOptions
from designer.data.formats.encodings import HELP, Encoding


class TextOptions(ReadingOptions):
    """What the files hold, and what of it is told apart."""

    layout: Literal["table", "folders", "next", "tagged"] = choice(
        "table",
        "What the files hold: a table with a column of texts and one of labels; a text a file, in a folder for each "
        "class (folders); a text in which the next token is to be told (next); a word and its tag a line (tagged).",
    )
    units: Literal["words", "characters", "byte pairs"] = choice(
        "words", "What a token is. Byte pairs, which are pieces of words, need Hugging Face's tokenizers."
    )
    vocabulary: int = whole(
        5000, "So many tokens are told apart, the most frequent ones; all others are one.", low=3, high=65_536,
        unit="tokens",
    )  # fmt: skip
    length: int = whole(
        200, "Tokens that are kept of each text, from its beginning; 0 keeps all.", low=0, high=65_536, unit="tokens"
    )
    lower: bool = True
    """Whether capital letters are the same as small ones."""
    distinct: bool = False
    """Whether texts that stand twice are read once."""
    text: str = ""
    """The column of texts."""
    label: str = ""
    """The column of labels."""
    classes: tuple[str, ...] | None = None
    """The labels; none where they are numbers to predict."""
    parts: dict[str, int] | None = None
    """Folders that are called training, validation and test, with the numbers of the parts."""
    encoding: Encoding = choice("auto", HELP)
