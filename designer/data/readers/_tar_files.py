"""Lists what is in a tar archive, packed or not, and in a single file that is packed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
from collections.abc import Iterator
from functools import partial
from typing import IO, Any, Self, cast

from designer.data.readers._archives import PackedFile, Unpacking, in_bytes, in_letters, short

_REST = 2**20
_HEADS_OF_MEMBERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_MOST_OF_HEAD = 2**20
"""Bytes of what a tar tells of a member beside its usual head, as a long name; tarfile reads them all at once."""


class TarHead(tarfile.TarInfo):
    """The head of a member. A broken one is told: tarfile itself takes it for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Raises ValueError for a head that is broken, missing or too long."""
        if len(buf) < tarfile.BLOCKSIZE:
            raise ValueError("it is cut short")
        try:
            head = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if not any(buf):  # the end
                raise
            raise ValueError(f"it is damaged: {error}") from None
        if head.size < 0:
            raise ValueError(f"it is damaged: {short(head.name)!r} has fewer than 0 bytes")
        if head.type in _HEADS_OF_MEMBERS and head.size > _MOST_OF_HEAD:
            raise ValueError(f"what it tells of a member takes {in_bytes(head.size)}, as in a trap")
        return head


def members_of_tar(raw: IO[bytes], name: str, work: Unpacking) -> Iterator[PackedFile]:
    """The members one after the other, as they lie there. Raises ValueError."""
    with (
        plain(raw) as stream,
        tarfile.open(fileobj=stream, mode="r|", tarinfo=TarHead, encoding="utf-8", errors="surrogateescape") as archive,
    ):
        while (item := archive.next()) is not None:
            cast(Any, archive).members.clear()  # it would keep all of them
            called = in_letters(item.name.encode(errors="surrogateescape"))
            problem = "" if item.isreg() or item.isdir() else "it is a link or a device, and no plain file"
            yield PackedFile(called, item.size, partial(_opened, archive, item), item.isdir(), problem)
        stream.read(_REST)  # at the end of a packed file stands what its content is checked by


def single_member(raw: IO[bytes], name: str, work: Unpacking) -> Iterator[PackedFile]:
    """The one file that is packed, called as the archive without its ending. Raises ValueError where none is."""
    if plain(raw) is raw:
        raise ValueError("it is not packed as its name says, or empty")
    yield PackedFile(os.path.splitext(name)[0], 0, partial(plain, raw))


def _opened(archive: tarfile.TarFile, item: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(item)
    assert file is not None
    return file


def plain(raw: IO[bytes]) -> IO[bytes]:
    """What a file holds, by its first bytes: names do not always say how it is packed."""
    beginning = raw.read(6)
    raw.seek(0)
    if beginning.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if beginning.startswith(b"BZh"):
        return bz2.BZ2File(raw)
    return lzma.LZMAFile(raw) if beginning.startswith(b"\xfd7zXZ\0") else raw
