"""Whole files with a bound: what is no regular file, such as a pipe or a device, may never end and is not read."""

from __future__ import annotations

import os
import stat
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

_SORTS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class ReadingError(Exception):
    """A file cannot be read; the message says why, without its path."""


class MissingError(ReadingError):
    """There is no such file."""

    def __init__(self) -> None:
        super().__init__("there is no such file")


def open_regular(path: Path) -> BinaryIO:
    """A regular file, open for reading. Raises ReadingError for anything else, and never waits for a writer."""
    try:
        # A pipe without O_NONBLOCK waits for somebody who writes. A socket cannot be opened, so it is looked at first.
        _check_regular(os.stat(path).st_mode)
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        file = os.fdopen(handle, "rb")
    except (FileNotFoundError, ValueError):  # ValueError: a zero byte in the name
        raise MissingError from None
    except OSError as error:
        raise ReadingError(unreadable(error)) from None
    try:
        _check_regular(os.fstat(file.fileno()).st_mode)  # it may be another one by now
    except BaseException:
        file.close()
        raise
    return file


def unreadable(error: OSError) -> str:
    """Why a file cannot be read, in the system's words, and what to do where somebody else decides that."""
    words = f"the file cannot be read: {error.strerror or error}"
    return f"{words}: have its permissions changed, or ask for a copy" if isinstance(error, PermissionError) else words


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        sort = next((words for test, words in _SORTS if test(mode)), "something else")
        raise ReadingError(f"this is {sort}, and no file")


def read_bounded(path: Path, most: int) -> bytes:
    """What is in a regular file of at most so many bytes. Raises ReadingError; no more than that is ever read."""
    with open_regular(path) as file:
        try:
            size = os.fstat(file.fileno()).st_size
            content = b"" if size > most else file.read(most + 1)
        except OSError as error:
            raise ReadingError(unreadable(error)) from None
    found = max(size, len(content))
    if found > most:
        raise ReadingError(f"the file is larger than {in_mib(most)} ({in_mib(found)})")
    return content


def text_if_there(path: Path, most: int) -> str:
    """The beginning of a text, at most so many letters; empty where there is none, or none that can be read."""
    try:
        with TextIOWrapper(open_regular(path), encoding="utf-8", errors="replace") as text:
            return text.read(most)
    except (OSError, ReadingError):
        return ""


def in_mib(size: int) -> str:
    """A size in bytes as people read it."""
    return f"{size / 2**20:,.3g} MiB" if size < 1000 * 2**20 else f"{size / 2**30:,.0f} GiB"
