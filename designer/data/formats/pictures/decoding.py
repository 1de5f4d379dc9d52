"""Pictures as the rows of a column: here, or in other processes where there are many of them.

Half of what a small picture takes is Python's own work, for which threads wait for each other: two of them are no
quicker than one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from io import BytesIO
from threading import Lock, Timer
from typing import IO, Any

import numpy as np

from designer.data.errors import DataError
from designer.data.formats.read_files import leaving_out
from designer.data.readers.pictures import read_pixels
from designer.data.samples import Array

_IDLE = 60.0
"""Seconds without work after which such a process ends by itself."""
_START = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve()"


@dataclass(frozen=True)
class Decoding:
    """How pictures become rows [C, H, W]: bytes, or numbers from 0 to 1 where some have more than 8 bits."""

    size: tuple[int, int]
    channels: int
    resize: str
    deep: bool

    @property
    def row(self) -> tuple[int, int, int]:
        """The shape of a picture."""
        return (self.channels, *self.size)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the rows."""
        return np.dtype(np.float32 if self.deep else np.uint8)

    def decoded(self, paths: Sequence[str]) -> Array:
        """The pictures at some paths, [n, C, H, W]. Raises DataError for one that is gone or broken."""
        return self.decoded_of([(path, path) for path in paths])

    def decoded_of(self, files: Sequence[tuple[str, str | BytesIO]]) -> Array:
        """The same of what is in files, or of their paths, with what each is called."""
        values = np.empty((len(files), *self.row), dtype=self.dtype)
        for place, (name, content) in enumerate(files):
            with leaving_out(name, "it cannot be read as a picture"):
                picture = read_pixels(content, self.size, self.channels, self.resize)
            if picture.dtype == values.dtype:
                values[place] = picture
            else:
                values[place] = picture.astype(np.float32) / np.float32(255) if self.deep else np.rint(picture * 255)
        return values


@dataclass(frozen=True)
class DecodingProcesses:
    """Processes of this program that decode, as many as are asked at once; one that has ended is no loss."""

    decoding: Decoding
    _idle: list[_Decoder] = field(default_factory=list, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def decoded(self, paths: Sequence[str]) -> Array:
        """As `Decoding.decoded` gives them, which does it where no other process can. Raises DataError as that does."""
        values = np.empty((len(paths), *self.decoding.row), dtype=self.decoding.dtype)
        with self._lock:
            decoder = self._idle.pop() if self._idle else None
        try:
            decoder = decoder if decoder and decoder.alive else _Decoder()
            problem = decoder.fill(values, {"paths": list(paths), **asdict(self.decoding)})
        except (OSError, EOFError, ValueError):  # no process may be begun, or this one was ended
            return self.decoding.decoded(paths)
        with self._lock:
            self._idle.append(decoder)
        if problem:
            raise DataError(problem)
        return values


class _Decoder:
    """A process that runs `serve`, and ends when nobody holds it any more, however this one ends."""

    def __init__(self) -> None:
        """Begins it. Raises OSError where that may not be."""
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _START.format(path=sys.path, module=__name__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        weakref.finalize(self, _end, self._process)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def fill(self, values: Array, asked: dict[str, Any]) -> str:
        """Fills rows; what is wrong otherwise, in words. Raises OSError, EOFError and ValueError where it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        problem: str = json.loads(self._process.stdout.readline())
        if not problem:
            _read_into(self._process.stdout, memoryview(values.reshape(-1).view(np.uint8)))  # type: ignore[arg-type]
        return problem


def _read_into(file: IO[bytes], view: memoryview) -> None:
    while len(view):
        count = file.readinto(view)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        view = view[count:]


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with suppress(OSError):  # it has ended with something unread
            pipe.close()
    process.wait()


def serve() -> None:
    """Decodes what is asked for by a line each, until there is nobody who asks: a line of words, then the rows."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends this
    given = sys.stdout.buffer
    while True:
        patience = Timer(_IDLE, os._exit, [0])
        patience.start()
        line = sys.stdin.buffer.readline()
        patience.cancel()
        if not line:
            return
        asked = json.loads(line)
        paths, size = asked.pop("paths"), tuple(asked.pop("size"))
        try:
            content, problem = Decoding(size=size, **asked).decoded(paths).tobytes(), ""
        except DataError as error:
            content, problem = b"", str(error)
        given.write(json.dumps(problem).encode() + b"\n" + content)
        given.flush()
