"""How much a file may hold, and how much of it is ever printed or shown: far beyond what people draw, all in one place.

They bound time and memory, not bytes alone: a small text can stand for very many values.
"""

from __future__ import annotations

MAX_FILE_BYTES = 16 * 2**20
"""Of an architecture file, or of a text on the clipboard."""
MAX_VALUES = 500_000
"""Objects, lists and what stands in them, in one architecture file: what they take is many times their text."""
MAX_NESTING = 64
"""Objects and lists within each other."""
MAX_DIGITS = 100
"""Of one whole number."""
MAX_BLOCKS = 5_000
"""In one network, and in all of a file."""
MAX_GROUPS = 1_000
MAX_NOTES = 2_000
MAX_INPUTS = 1_000
"""That one block of an unknown kind takes; those that are known say it themselves."""
MAX_KIND_LETTERS = 128
"""Of the name of a kind, which may be one that is not known here."""

MAX_MESSAGE_LETTERS = 300
"""Of one message about a file, which may quote it."""
MAX_PATH_LETTERS = 1_000
"""Of a path in a message: nobody is helped by half of one, and systems allow 4,096."""
MAX_PROBLEMS_KEPT = 1_000
MAX_PROBLEMS_PRINTED = 100

MAX_CONFIG_BYTES = 32 * 2**20
"""Of a model's configuration, as Keras writes it."""
MAX_CONFIG_VALUES = 1_000_000
MAX_WEIGHT_BYTES = 8 * 2**30
MAX_ARCHIVE_MEMBERS = 1_000
"""In a `.keras` file; Keras writes three."""
MAX_COMPRESSION = 20
"""Times that weights may be larger than what is stored of them: Keras does not compress, and they hardly can be."""
MAX_SCRIPT_BYTES = 4 * 2**20
"""Of a Python file with kinds of somebody's own."""
MAX_METRICS_BYTES = 2**30
"""Of a run's metrics: ten million steps have less than half of it."""


class TooMuchError(ValueError):
    """Something is beyond a limit; the message says the limit and what was found."""


def check_count(what: str, found: int, most: int) -> None:
    """Raises TooMuchError where there are more than `most` of something, which is named in the plural."""
    if found > most:
        raise TooMuchError(f"expected at most {most:,} {what}, got {found:,}")


def whole_number(digits: str) -> int:
    """A whole number of JSON. Raises TooMuchError for one of very many digits, which would take long to read."""
    if len(digits) > MAX_DIGITS:
        raise TooMuchError(f"it holds a number of {len(digits)} digits")
    return int(digits)


def first_line(error: BaseException) -> str:
    """What an error of another library says, without what it adds below; empty where it says nothing."""
    return next(iter(str(error).splitlines()), "")


def capitalised(text: str) -> str:
    """Words that stand by themselves: with a capital letter, and all else as it is."""
    return text[:1].upper() + text[1:]


def one_line(text: str, most: int = MAX_MESSAGE_LETTERS) -> str:
    """Text that may quote a file: without line breaks and control characters, and not too long to read."""
    cut = text if len(text) <= most else text[: most - 3] + "..."
    return "".join(letter if letter.isprintable() else "?" for letter in cut)
