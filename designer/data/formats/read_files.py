"""Samples that are a file each, read when their batch comes: sequences of steps, with zeros behind the shorter ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.samples import Array, Lengths, Rows


@contextmanager
def leaving_out(path: str | Path, problem: str) -> Iterator[None]:
    """Raises DataError for a file that is gone or broken, whatever was raised, with what may be done."""
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{error.filename or path}: it was there before, and is gone") from error
    except Exception as error:  # decoders raise whatever broken bytes lead them to
        raise DataError(f"{path}: {problem}: {error}: leave it out") from error


@dataclass(frozen=True)
class FilesOfSteps:
    """A column [N, longest, ...] of float32: `read` gives the steps of a file, [steps, ...]; `lengths` say how many."""

    paths: Sequence[Any]
    """Each is called by its `str`."""
    lengths: Lengths
    step: tuple[int, ...]
    """The shape of each step."""
    read: Callable[[Any], Array]

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return (len(self.paths), int(self.lengths.max()), *self.step)

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""
        return np.dtype(np.float32)

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]. Raises DataError for a file that is gone, broken or another one."""
        values = np.zeros((len(rows), *self.shape[1:]), dtype=np.float32)
        for place, row in enumerate(rows.tolist()):
            file = self.paths[row]
            with leaving_out(str(file), "it cannot be read"):
                steps = self.read(file)
            if len(steps) != self.lengths[row]:
                told = plural(int(self.lengths[row]), "step")
                raise DataError(
                    f"{file}: expected {told}, as its head says, got {len(steps):,}: "
                    "cut all to one length, or leave it out"
                )
            values[place, : len(steps)] = steps
        return values
