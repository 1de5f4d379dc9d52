"""Samples that are larger than memory: batches are read ahead by other threads, a bounded number of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from math import prod
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from designer.core.graph.binding import LENGTHS, Binding
from designer.data.samples import Rows, Samples
from designer.engine.training.batches import Batch, TensorSamples, arrays_of, names_of
from designer.recipe.batching import lengths_on_cpu, on_device, split_order

READERS = 2
READ_AHEAD = 4
"""Pieces that are being read, or wait, at once: memory holds no more of the samples than these."""
AT_ONCE = 2**22
"""Bytes of a piece, which is as many batches as fit, or one: small ones are not worth a thread's while."""


class BatchSource(Protocol):
    """What gives the batches of some samples, from memory or as they are read."""

    @property
    def follows(self) -> Tensor | None:
        """Where states are carried over from batch to batch, whether each sample goes on from the one before it."""

    def __len__(self) -> int:
        """How many samples there are."""

    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows, int64 [N] on the CPU."""

    def batches(self, order: Tensor, size: int, first: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows in this order, from the `first` on."""


def batches_of(
    samples: Samples,
    binding: Binding,
    device: torch.device,
    rows: Rows | None = None,
    follows: Tensor | None = None,
) -> BatchSource:
    """The samples, or those with these numbers, int64 [n]: in memory on the device unless they are lazy."""
    chosen = samples if rows is None else samples.some(rows)
    if samples.lazy.keys() & set(names_of(binding)):
        return StreamedSamples(chosen, binding, device, follows)
    return replace(TensorSamples.of(chosen, binding, device), follows=follows)


@dataclass(frozen=True)
class StreamedSamples:
    """The columns of a split that a network takes and learns, read batch by batch."""

    samples: Samples
    binding: Binding
    device: torch.device
    follows: Tensor | None = None

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows, int64 [N] on the CPU. Raises DataError where one cannot be read."""
        return next(iter(self._read([rows])))

    def batches(self, order: Tensor, size: int, first: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows in this order, int64 [samples], from the `first` on; the next ones are read meanwhile.

        Raises DataError where a sample cannot be read, when it is the turn of its batch or of one shortly before.
        """
        pieces = self._pieces(split_order(order, size)[first:], size)
        with ThreadPoolExecutor(READERS, thread_name_prefix="reading") as pool:
            waiting: deque[Future[list[Batch]]] = deque(
                pool.submit(self._read, part) for part in islice(pieces, READ_AHEAD)
            )
            try:
                while waiting:
                    batches = waiting.popleft().result()
                    waiting.extend(pool.submit(self._read, piece) for piece in islice(pieces, 1))
                    yield from batches
            finally:
                for future in waiting:
                    future.cancel()

    def _pieces(self, batches: list[Tensor], size: int) -> Iterator[list[Tensor]]:
        """The rows of batches, of as many at a time as are read at once."""
        row = sum(_bytes_of_row(self.samples, name) for name in names_of(self.binding))
        count = max(1, AT_ONCE // max(row * size, 1))
        return (batches[begin : begin + count] for begin in range(0, len(batches), count))

    def _read(self, batches: list[Tensor]) -> list[Batch]:
        """Batches, read at once: as those from memory are, with sequences cut to the longest of a batch.

        Each is a copy that begins where torch lets its tensors begin. Kernels take other ways to a sum where values lie
        otherwise, so that its last digits would depend on which batch was the first that was read.
        """
        rows = np.concatenate([np.asarray(part) for part in batches])
        columns = lengths_on_cpu(on_device(arrays_of(self.samples, self.binding, rows), self.device.type))
        made, begin = [], 0
        for part in batches:
            taken = _batch({name: values[begin : begin + len(part)].clone() for name, values in columns.items()})
            made.append(Batch(taken, self.binding.arguments, rows=part))
            begin += len(part)
        return made


def _batch(columns: dict[str, Tensor]) -> dict[str, Tensor]:
    longest = {name: columns[name + LENGTHS].max() for name in columns if name + LENGTHS in columns}
    return {name: values[:, : longest[name]] if name in longest else values for name, values in columns.items()}


def _bytes_of_row(samples: Samples, name: str) -> int:
    column = samples.lazy[name] if name in samples.lazy else samples.columns[name]
    return prod(column.shape[1:]) * column.dtype.itemsize
