"""Samples that are larger than memory: batches are read ahead by other threads, a bounded number of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from designer.core.graph.binding import Binding
from designer.data.samples import Rows, Samples
from designer.engine.training.batches import Batch, TensorSamples
from designer.recipe.batching import split_order

READERS = 2
READ_AHEAD = 4
"""Batches that are being read, or wait, at once: memory holds no more of the samples than these."""


class BatchSource(Protocol):
    """What gives the batches of some samples, from memory or as they are read."""

    def __len__(self) -> int:
        """How many samples there are."""

    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows, int64 [N] on the CPU."""

    def batches(self, order: Tensor, size: int, first: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows in this order, from the `first` on."""


def batches_of(samples: Samples, binding: Binding, device: torch.device, rows: Rows | None = None) -> BatchSource:
    """The samples, or those with these numbers, int64 [n]: in memory on the device unless they are lazy."""
    chosen = samples if rows is None else samples.some(rows)
    needed = {item.name for item in binding.features.values()} | {item.name for item in binding.targets.values()}
    if needed & samples.lazy.keys():
        return StreamedSamples(chosen, binding, device)
    return TensorSamples.of(chosen, binding, device)


@dataclass(frozen=True)
class StreamedSamples:
    """The columns of a split that a network takes and learns, read batch by batch."""

    samples: Samples
    binding: Binding
    device: torch.device

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows, int64 [N] on the CPU. Raises DataError where one cannot be read."""
        chosen = TensorSamples.of(self.samples, self.binding, self.device, np.asarray(rows))
        return chosen.take(torch.arange(len(rows)))

    def batches(self, order: Tensor, size: int, first: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows in this order, int64 [samples], from the `first` on; the next ones are read meanwhile.

        Raises DataError where a sample cannot be read, when it is its batch's turn.
        """
        rows = iter(split_order(order, size)[first:])
        with ThreadPoolExecutor(READERS, thread_name_prefix="reading") as pool:
            waiting: deque[Future[Batch]] = deque(pool.submit(self.take, part) for part in islice(rows, READ_AHEAD))
            try:
                while waiting:
                    batch = waiting.popleft().result()
                    waiting.extend(pool.submit(self.take, part) for part in islice(rows, 1))
                    yield batch
            finally:
                for future in waiting:
                    future.cancel()
