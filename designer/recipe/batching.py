"""Samples as tensors, and batches of them: rows of all columns, picked by index."""

import numpy as np
import torch
from torch import Tensor


def on_device(columns: dict[str, np.ndarray], device: str) -> dict[str, Tensor]:
    """The columns as tensors on the device."""
    return {name: torch.from_numpy(values).to(device) for name, values in columns.items()}


def channels_last(samples: dict[str, Tensor]) -> dict[str, Tensor]:
    """The samples; images [N, C, H, W] lie channels-last, which convolutions like best."""
    return {
        name: values.contiguous(memory_format=torch.channels_last) if values.dim() == 4 else values
        for name, values in samples.items()
    }


def lengths_on_cpu(samples: dict[str, Tensor]) -> dict[str, Tensor]:
    """The samples; the lengths of sequences are on the CPU, where packing wants them."""
    return {name: values.cpu() if name.endswith("_lengths") else values for name, values in samples.items()}


def epoch_order(count: int, seed: int, epoch: int) -> Tensor:
    """The order of an epoch's samples, made from the seed and the epoch alone, so that a run can go on anywhere.

    torch takes 32 bits of what it is seeded with: 12 for the seed beside 20 for the epoch. NumPy takes all of larger
    seeds, so that no two of them share their orders.
    """
    if seed < 2**12:
        return torch.randperm(count, generator=torch.Generator().manual_seed((seed << 20) + epoch))
    return torch.from_numpy(np.random.default_rng((seed, epoch)).permutation(count))


def split_order(order: Tensor, size: int) -> list[Tensor]:
    """Rows of `size` each; the last may have fewer, but not a single one, which joins those before it.

    Batch norm cannot learn from one sample, as its variance is zero.
    """
    parts = list(torch.split(order, size))
    if size > 1 and len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2:] = [torch.cat(parts[-2:])]
    return parts


def take(samples: dict[str, Tensor], rows: Tensor) -> dict[str, Tensor]:
    """The batch of these rows."""
    return {name: values.index_select(0, rows.to(values.device)) for name, values in samples.items()}


def take_sequences(samples: dict[str, Tensor], rows: Tensor) -> dict[str, Tensor]:
    """The batch of these rows; sequences are cut to the longest of them."""
    batch = take(samples, rows)
    for name in [name for name in batch if f"{name}_lengths" in batch]:
        batch[name] = batch[name][:, : batch[f"{name}_lengths"].max()]
    return batch
