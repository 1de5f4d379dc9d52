"""Lists what is in a zip archive."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import IO

from designer.data.readers._archives import PackedFile, Unpacking, in_letters, short

_UTF8, _ENCRYPTED = 0x800, 1
"""Flags of members."""
_LISTED = b"PK\1\2"
_PIECE_OF_LIST = 2**20


def members_of_zip(raw: IO[bytes], name: str, work: Unpacking) -> Iterator[PackedFile]:
    """The members, once it is known that there are not too many, nor too much in them. Raises ValueError."""
    work.expect(_members_listed(raw), 0)
    with zipfile.ZipFile(raw) as archive:
        items = archive.infolist()
        work.of = sum(item.file_size for item in items)
        work.expect(len(items), work.of)
        _expect_apart(items)
        for item in items:
            told = item.orig_filename
            called = told if item.flag_bits & _UTF8 else in_letters(told.encode("cp437"))
            opened = partial(archive.open, item)
            yield PackedFile(called, item.file_size, opened, called.endswith(("/", "\\")), _problem_of(item))


def _problem_of(item: zipfile.ZipInfo) -> str:
    if stat.S_IFMT(item.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a link or a device, and no plain file"
    if item.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Of all else zipfile unpacks whole pieces, however large these become.
        return f"it is packed in a way that is not read here (method {item.compress_type})"
    return ""


def _members_listed(raw: IO[bytes]) -> int:
    """How many members the list at the end of the file has, all of which zipfile reads at once."""
    size = raw.seek(0, os.SEEK_END)
    raw.seek(max(size - 2**16 - 100, 0))
    end = raw.read()
    place = end.rfind(b"PK\5\6")
    if place < 0 or place + 16 > len(end):
        return 0
    (listed,) = struct.unpack_from("<I", end, place + 12)
    if place >= 76 and end[place - 20 : place - 16] == b"PK\6\7":  # a list of more than 4 GiB or 65,535 members
        (listed,) = struct.unpack_from("<Q", end, place - 36)
    raw.seek(max(size - len(end) + place - 76 - listed, 0))
    count, before = 0, b""
    while piece := raw.read(_PIECE_OF_LIST):
        count += (before + piece).count(_LISTED)
        before = piece[-3:]
    return count


def _expect_apart(items: Sequence[zipfile.ZipInfo]) -> None:
    """Raises ValueError where members share bytes: so a small archive becomes larger than any disk."""
    ordered = sorted(items, key=lambda item: item.header_offset)
    for item, after in pairwise(ordered):
        if item.header_offset + item.compress_size > after.header_offset:
            raise ValueError(f"{short(item.filename)!r} and {short(after.filename)!r} share bytes, as in a trap")
