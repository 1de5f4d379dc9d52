"""A checksum of a whole safetensors file in its own header, so that both are replaced at once. Imports no torch.

The file stays one that every reader of safetensors takes: the checksum is an entry of its metadata. It is the SHA-256
of the file with zeros in the place of the checksum's own digits.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import IO

ENTRY = "checksum"
BLANK = "0" * 64
"""What the entry must hold when `seal` gets the file."""
_MARK = f'"{ENTRY}":"'.encode()
_METADATA = "__metadata__"
_MOST_HEADER = 100_000_000
"""Bytes; safetensors itself reads no longer ones."""
_OLD_ENTRIES = {"position"}
"""Metadata of files from before there were checksums. With any other entry, a missing checksum is damage."""


class DamagedError(Exception):
    """A file is not as it was written; the message says what is wrong with it."""


def seal(content: bytes) -> bytes:
    """A safetensors file with its checksum filled in, where its metadata have `BLANK` under `ENTRY`."""
    place = _place(content)
    assert place is not None, "the metadata have no blank checksum"
    return b"".join((content[:place], _digest(content, place), content[place + len(BLANK) :]))


def check(content: bytes) -> bool:
    """Whether a file has a checksum, which fits. Raises DamagedError where it does not, or has got lost."""
    place = _place(content)
    if place is not None:
        if content[place : place + len(BLANK)] != _digest(content, place):
            raise DamagedError("its checksum does not fit its content")
        return True
    if metadata(content).keys() != _OLD_ENTRIES:
        raise DamagedError("its checksum is missing")
    return False


def read_whole(path: Path) -> bytes:
    """The content of a file that is no longer than its header says: what was made longer may be of any size.

    Raises OSError and DamagedError.
    """
    with path.open("rb") as file:
        beginning = read_beginning(file)
        behind = os.fstat(file.fileno()).st_size - len(beginning)
        if behind > _bytes_of_tensors(beginning):
            raise DamagedError("it goes on behind its end")
        return beginning + file.read()


def read_beginning(file: IO[bytes]) -> bytes:
    """A file up to the end of its header. Raises OSError."""
    start = file.read(8)
    return start + file.read(min(int.from_bytes(start, "little"), _MOST_HEADER))


def _bytes_of_tensors(beginning: bytes) -> int:
    """How much lies behind the header, which says of each tensor where it begins and ends. Raises DamagedError."""
    try:
        entries = json.loads(beginning[8:])
        return max((int(entry["data_offsets"][1]) for name, entry in entries.items() if name != _METADATA), default=0)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        raise DamagedError("its header cannot be read" if beginning else "it is empty") from None


def metadata(content: bytes) -> dict[str, str]:
    """The metadata of a file, or of its beginning with the whole header. Raises DamagedError."""
    try:
        header = json.loads(content[8 : _end_of_header(content)])
        found = header[_METADATA]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DamagedError("its header cannot be read" if content else "it is empty") from None
    if not isinstance(found, dict):
        raise DamagedError("its header cannot be read")
    return found


def _end_of_header(content: bytes) -> int:
    """The first 8 bytes of a safetensors file say how long its header is."""
    return 8 + int.from_bytes(content[:8], "little")


def _place(content: bytes) -> int | None:
    """Where the digits of the checksum begin. Quotes within metadata are escaped, so that the mark stands once."""
    found = content.find(_MARK, 8, min(_end_of_header(content), len(content)))
    return None if found < 0 else found + len(_MARK)


def _digest(content: bytes, place: int) -> bytes:
    view = memoryview(content)
    sum_ = hashlib.sha256(view[:place])
    sum_.update(BLANK.encode())
    sum_.update(view[place + len(BLANK) :])
    return sum_.hexdigest().encode()
