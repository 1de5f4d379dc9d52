"""The name that was meant, where what was typed cannot be a block's: as near to it as the rules allow."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Container

from designer.core.graph.network import MAX_NAME

_NO_LETTER_FIRST = "block"


def meant_name(typed: str, taken: Container[str]) -> str:
    """A free name like what was typed: `my conv` as my_conv, `3×3` as block_3_3; empty where no letter is in it."""
    letters = "".join(
        letter if f"a{letter}".isidentifier() else " " for letter in unicodedata.normalize("NFC", typed[: 4 * MAX_NAME])
    )
    name = "_".join(letters.replace("_", " ").split())
    if not name:
        return ""
    if not name[0].isidentifier():
        name = f"{_NO_LETTER_FIRST}_{name}"
    if keyword.iskeyword(name):
        name += "_"
    return _free(unicodedata.normalize("NFC", name[:MAX_NAME]), taken)


def _free(name: str, taken: Container[str]) -> str:
    """The name, or with a number behind it where another block has it."""
    number, found = 2, name
    while found in taken:
        ending = f"_{number}"
        number, found = number + 1, name[: MAX_NAME - len(ending)] + ending
    return found
