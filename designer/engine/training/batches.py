"""Samples as tensors, batch by batch: indexed in memory, without a worker or a loader in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from designer.core.graph.binding import LENGTHS, Binding
from designer.data.samples import Array, Samples


@dataclass(frozen=True)
class Batch:
    """Columns by name [N, ...], and the names of those that the model's forward pass takes, in order."""

    columns: dict[str, Tensor]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def arguments(self) -> tuple[Tensor, ...]:
        """What the model's forward pass takes."""
        return tuple(self.columns[name] for name in self.names)

    def lengths(self, name: str) -> Tensor | None:
        """Steps of each sample of a column, where they differ: int64 [N] on the CPU, where packing wants them."""
        return self.columns.get(name + LENGTHS)


@dataclass(frozen=True)
class TensorSamples:
    """The columns of a split that a network takes and learns, on the device; lengths stay on the CPU."""

    columns: dict[str, Tensor]
    lengths: dict[str, Tensor]
    arguments: tuple[str, ...]

    @classmethod
    def of(
        cls, samples: Samples, binding: Binding, device: torch.device, rows: npt.NDArray[np.int64] | None = None
    ) -> TensorSamples:
        """The samples, or some of them, as tensors on a device."""
        chosen = slice(None) if rows is None else rows
        used = [*{item.name: None for item in binding.features.values()}]
        used += [item.name for item in binding.targets.values() if item.name not in used]
        columns = {name: as_tensor(samples.columns[name][chosen], device) for name in used}
        lengths = {
            name: torch.from_numpy(found[chosen]) for name in used if (found := samples.lengths(name)) is not None
        }
        return cls(columns, lengths, binding.arguments)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows; sequences are cut to the longest of the batch."""
        taken: dict[str, Tensor] = {}
        for name, column in self.columns.items():
            values = column.index_select(0, rows.to(column.device))
            if name in self.lengths:
                lengths = self.lengths[name].index_select(0, rows)
                values = values[:, : int(lengths.max())]
                taken[name + LENGTHS] = lengths
            taken[name] = values
        return Batch(taken, self.arguments)

    def batches(self, order: Tensor, size: int, first: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows in this order, as `split` makes them, from batch number `first` on."""
        for rows in split(order, size)[first:]:
            yield self.take(rows)


def as_tensor(values: Array, device: torch.device) -> Tensor:
    """A column on a device. Images lie channels-last, which CPU and GPU convolutions like best."""
    tensor = torch.from_numpy(np.ascontiguousarray(values)).to(device)
    return tensor.contiguous(memory_format=torch.channels_last) if tensor.dim() == 4 else tensor


def laid_out(model: nn.Module) -> nn.Module:
    """The model with the kernels of images channels-last, as the images are.

    torch refuses that for a model which has kernels of volumes as well: such a one stays as it is.
    """
    if any(weight.dim() == 5 for weight in model.parameters()):
        return model
    moved: nn.Module = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return moved


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
