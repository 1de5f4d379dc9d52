"""In which encodings texts of other people's may be, and what a person is told where that cannot be known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import JsonValue

from designer.data.formats.base import Answer, Finding

if TYPE_CHECKING:
    from designer.data.readers._letters import FoundEncoding

Encoding = Literal[
    "auto",
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "cp1252",
    "latin-1",
    "cp1250",
    "cp1251",
    "koi8-r",
    "gb18030",
    "big5",
    "cp950",
    "shift_jis",
    "cp932",
    "euc_jp",
    "euc_kr",
    "cp949",
]
HELP = "How letters are written in the file."
TITLES = {
    "cp1252": "Western (cp1252)",
    "latin-1": "Western (latin-1)",
    "cp1250": "Central European (cp1250)",
    "cp1251": "Cyrillic (cp1251)",
    "koi8-r": "Cyrillic (koi8-r)",
    "gb18030": "Chinese (gb18030)",
    "cp950": "Chinese (Big5)",
    "big5": "Chinese (Big5)",
    "cp932": "Japanese (Shift-JIS)",
    "shift_jis": "Japanese (Shift-JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "cp949": "Korean (EUC-KR)",
    "euc_kr": "Korean (EUC-KR)",
}
"""What encodings are called that are found by trial, or chosen."""
OFFERED = ("cp1252", "cp1250", "cp1251", "gb18030", "cp950", "cp932", "cp949")
_SAMPLE = 2**18
_MOST_FILES = 200


def encoded(encoding: str) -> tuple[str, ...]:
    """The name of the argument of a reader that an encoding is, where one is chosen."""
    return () if encoding == "auto" else ("encoding",)


def encoding_findings(
    files: Iterable[Path], chosen: str, anew: Mapping[str, JsonValue], offered: Iterable[str] = OFFERED
) -> Iterator[Finding]:
    """The first of some files that is neither UTF-8 nor marked: what it is read as, and how sure that is.

    `chosen` is an encoding, or "auto"; `anew` are options that an answer sets beside another encoding.
    """
    if chosen != "auto":
        return
    for file in islice(files, _MOST_FILES):
        letters = letters_at(file)
        if letters.encoding in TITLES:
            yield letters_finding(file.name, letters.encoding, letters.share if letters.is_sure else 0.0, anew, offered)
            return


def letters_at(file: Path) -> FoundEncoding:
    """What the first letters of a file beyond ASCII are likely to be."""
    from designer.data.readers._text_files import letters_in

    with file.open("rb") as opened:
        return letters_in(opened.read(_SAMPLE))


def letters_finding(
    name: str, encoding: str, share: float, anew: Mapping[str, JsonValue], offered: Iterable[str] = OFFERED
) -> Finding:
    """What a file is read as that is no UTF-8; `share` of its letters are common ones, 0 where nobody can tell."""
    sure = (
        f"{name} is not written in UTF-8: by trial it is read as {TITLES[encoding]}, of which {share:.0%} of its "
        "letters beyond ASCII are common ones."
    )
    unsure = (
        f"{name} is not written in UTF-8, and in what it is cannot be told for sure: it is read as {TITLES[encoding]}. "
        "Look at words with accents."
    )
    answers = tuple(
        Answer(f"Read as {TITLES[other]}", {**anew, "encoding": other}) for other in offered if other != encoding
    )
    return Finding(sure if share else unsure, answers=answers)
