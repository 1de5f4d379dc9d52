"""Samples as tensors, batch by batch: indexed in memory, without a worker or a loader in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from designer.core.graph.binding import LENGTHS, Binding, DataInfo, split_of
from designer.core.graph.training_settings import TrainingSettings
from designer.data.samples import Array, Rows, Samples
from designer.engine.training.recipe_calls import filled
from designer.recipe import choices
from designer.recipe.batching import channels_last, lengths_on_cpu, on_device, split_order, take_sequences


@dataclass(frozen=True)
class Mixing:
    """How much of each sample of a batch stayed its own, and the numbers of those that were mixed in, int64 [N]."""

    share: float
    partners: Tensor


@dataclass(frozen=True)
class Batch:
    """Columns by name [N, ...], and the names of those that the model's forward pass takes, in order."""

    columns: dict[str, Tensor]
    names: tuple[str, ...]
    mixing: Mixing | None = None
    """Where samples were mixed. Classes that are learned are those of before."""
    rows: Tensor | None = None
    """The numbers of its samples in their part, int64 [N] on the CPU."""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def arguments(self) -> tuple[Tensor, ...]:
        """What the model's forward takes: float32 [N, ...] or int64 tokens [N, L], and int64 lengths [N] on the CPU."""
        return tuple(self.columns[name] for name in self.names)


@dataclass(frozen=True)
class TensorSamples:
    """The columns of a split that a network takes and learns, by name; `arguments` name those that it takes, in order.

    They are on the device, but for the lengths of sequences, int64 [N], which stay on the CPU.
    """

    columns: dict[str, Tensor]
    arguments: tuple[str, ...]
    follows: Tensor | None = None
    """As `BatchSource` has it."""

    @classmethod
    def of(cls, samples: Samples, binding: Binding, device: torch.device, rows: Rows | None = None) -> TensorSamples:
        """The samples, or those with these numbers, int64 [n], as tensors on a device; they keep their dtypes."""
        columns = on_device(arrays_of(samples, binding, rows), device.type)
        return cls(lengths_on_cpu(channels_last(columns)), binding.arguments)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def take(self, rows: Tensor) -> Batch:
        """The batch of these rows, int64 [N] on the CPU; sequences are cut to the longest of the batch."""
        return Batch(take_sequences(self.columns, rows), self.arguments, rows=rows)

    def batches(self, order: Tensor, size: int, first: int = 0) -> Iterator[Batch]:
        """Batches of `size` rows in this order, int64 [samples], as `split_order` makes them, from the `first` on."""
        for rows in split_order(order, size)[first:]:
            yield self.take(rows)


def names_of(binding: Binding) -> tuple[str, ...]:
    """The columns that a network takes and learns."""
    taken, learned = binding.features.values(), binding.targets.values()
    return tuple(dict.fromkeys([*(item.name for item in taken), *(item.name for item in learned)]))


def arrays_of(samples: Samples, binding: Binding, rows: Rows | None = None) -> dict[str, Array]:
    """These columns of the samples, or of those with these numbers, int64 [n], with the lengths where they vary."""
    columns: dict[str, Array] = {}
    for name in names_of(binding):
        columns[name] = np.ascontiguousarray(samples.taken(name, rows))
        if (lengths := samples.lengths(name)) is not None:
            columns[name + LENGTHS] = lengths if rows is None else lengths[rows]
    return columns


def laid_out(model: nn.Module) -> nn.Module:
    """The model with the kernels of images channels-last, as the images are.

    torch refuses that for a model which has kernels of volumes as well: such a one stays as it is.
    """
    if any(weight.dim() == 5 for weight in model.parameters()):
        return model
    moved: nn.Module = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return moved


def validation_split(
    samples: Samples, info: DataInfo, binding: Binding, settings: TrainingSettings
) -> tuple[Rows, Rows]:
    """Numbers of the samples to learn from and to validate with, as the data wants them split.

    There are none to learn from where all samples share something with each other.
    """
    if settings.validation_share == 0:
        return np.arange(len(samples)), np.arange(0)
    split = split_of(info, binding.targets.values())
    rows: tuple[Rows, Rows] = filled(choices.split_by(split), settings)(
        samples.columns[split.column] if split.column else len(samples)
    )
    return rows
