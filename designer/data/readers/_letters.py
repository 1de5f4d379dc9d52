"""How the letters of a text are written that is neither UTF-8 nor marked: found by trial."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

WESTERN = "cp1252"
SAMPLE = 2**16
"""Bytes that are tried."""
SURE = 0.85
"""Share of the letters from which on an encoding is taken for that of the text."""
_ALONE = 0.75
"""Share of the letters beyond ASCII that stand alone among others: accents, as in the West."""
_KANA = 0.1
"""Share of a Japanese text that is no Chinese characters, at least."""
_TRIED = ("cp949", "euc_jp", "gb18030", "cp932", "cp950", "cp1251", "koi8-r")
"""In the order in which they are taken where they fit alike."""
_CYRILLIC, _SHARE_OF_THESE = frozenset("оеаинтсрвлкмдпуя"), 0.84
"""The most frequent letters of Russian, and their share of a text."""
_FEW = 8
"""Of fewer letters nobody can be sure, whatever they are."""
_BIG5 = ("big5", 0xA4, 0xC6)
_LEVEL_1 = {"gb18030": (("gb2312", 0xB0, 0xD7), _BIG5), "cp950": (_BIG5,)}
"""Where the common Chinese characters stand, by the first of their two bytes."""
_LEVEL_1_OF_JAPAN = ("euc_jp", 0xB0, 0xCF)


class FoundEncoding(NamedTuple):
    """An encoding, and the share of the letters beyond ASCII that are common ones if it is right, from 0 to 1."""

    encoding: str
    share: float

    @property
    def is_sure(self) -> bool:
        """Whether nobody has to choose another one."""
        return self.share >= SURE


def letters_of(content: bytes, begin: int = 0) -> FoundEncoding:
    """What the bytes of a text from its first line with a letter beyond ASCII on, at `begin`, are likely to be.

    Of letters that could be of many encodings, as those of the West, nobody can be sure: their share is below SURE.
    """
    line = content.rfind(b"\n", 0, begin) + 1
    sample = content[line : line + SAMPLE]
    if _alone(sample) > _ALONE:
        return FoundEncoding(WESTERN, 0.5)
    found = max((FoundEncoding(name, _share(sample, name)) for name in _TRIED), key=lambda item: item.share)
    if found.share < SURE:
        return FoundEncoding(WESTERN, 0.5)
    letters = sum(letter > "\x7f" for letter in sample.decode(found.encoding, errors="replace"))
    return found if letters >= _FEW else FoundEncoding(found.encoding, 0.5)


def _alone(sample: bytes) -> float:
    """The share of the bytes beyond ASCII that have none beside them."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    return sum(len(run) == 1 for run in runs) / max(sum(map(len, runs)), 1)


def _share(sample: bytes, encoding: str) -> float:
    """The share of the letters beyond ASCII that are common ones; a byte that can be none counts as none."""
    counts = Counter(letter for letter in sample.decode(encoding, errors="replace")[:-1] if letter > "\x7f")
    total = counts.total()
    if not total:
        return 0.0
    common = sum(count for letter, count in counts.items() if _is_common(letter, encoding)) / total
    if encoding in ("cp1251", "koi8-r"):
        return min(common / _SHARE_OF_THESE, 1.0)
    kana = sum(count for letter, count in counts.items() if "\u3041" <= letter <= "\u30fe") / total
    return common if encoding != "euc_jp" or kana >= _KANA else 0.0


def _is_common(letter: str, encoding: str) -> bool:
    if encoding in ("cp1251", "koi8-r"):
        return letter in _CYRILLIC or letter in "«»—–№…"
    if "\u3000" <= letter <= "\u3020" or "\uff01" <= letter <= "\uff5e" or letter in "·…—“”‘’":
        return True  # marks and letters as wide as those of the East
    if encoding == "cp949":
        return _stands_in(letter, "euc_kr", 0xB0, 0xC8)
    if encoding in ("cp932", "euc_jp"):
        return "\u3041" <= letter <= "\u30fe" or _stands_in(letter, *_LEVEL_1_OF_JAPAN)
    return any(_stands_in(letter, *place) for place in _LEVEL_1[encoding])


def _stands_in(letter: str, table: str, first: int, last: int) -> bool:
    written = letter.encode(table, errors="ignore")
    return len(written) == 2 and first <= written[0] <= last
