"""Samples as tensors, batch by batch: indexed in memory, without a worker or a loader in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from designer.data.samples import Samples, as_float


@dataclass(frozen=True)
class Batch:
    """Inputs, targets and, where they differ, lengths [N] (kept on the CPU, where packing wants them)."""

    x: Tensor
    y: Tensor
    lengths: Tensor | None

    @property
    def arguments(self) -> tuple[Tensor, ...]:
        """What the model's forward pass takes."""
        return (self.x,) if self.lengths is None else (self.x, self.lengths)


@dataclass(frozen=True)
class TensorSamples:
    """A split on the device. Images lie channels-last, which CPU and GPU convolutions like best."""

    x: Tensor
    y: Tensor
    lengths: Tensor | None

    @classmethod
    def of(cls, samples: Samples, device: torch.device, rows: npt.NDArray[np.int64] | None = None) -> TensorSamples:
        """The samples, or some of them, as tensors on a device."""
        chosen = slice(None) if rows is None else rows
        x = torch.from_numpy(as_float(samples.x[chosen])).to(device)
        if x.dim() == 4:
            x = x.contiguous(memory_format=torch.channels_last)
        y = torch.from_numpy(np.ascontiguousarray(samples.y[chosen])).to(device)
        lengths = None if samples.lengths is None else torch.from_numpy(samples.lengths[chosen])
        return cls(x, y, lengths)

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows; sequences are cut to the longest of the batch."""
        index = rows.to(self.x.device)
        x, y = self.x.index_select(0, index), self.y.index_select(0, index)
        if self.lengths is None:
            return Batch(x, y, None)
        lengths = self.lengths.index_select(0, rows)
        return Batch(x[:, : int(lengths.max())], y, lengths)

    def batches(self, order: Tensor, size: int, first: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows in this order, as `split` makes them, from batch number `first` on."""
        for rows in split(order, size)[first:]:
            yield self.take(rows)


def split(order: Tensor, size: int) -> list[Tensor]:
    """Rows of `size` each; the last may have fewer, but not a single one: that joins the batch before it.

    Batch norm cannot learn from one sample, as its variance is zero.
    """
    parts = list(torch.split(order, size))
    if size > 1 and len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2:] = [torch.cat(parts[-2:])]
    return parts


def epoch_order(count: int, seed: int, epoch: int) -> Tensor:
    """The order of an epoch's samples, made from the seed and the epoch alone, so that a run can go on anywhere."""
    generator = torch.Generator().manual_seed((seed << 20) + epoch)
    return torch.randperm(count, generator=generator)
