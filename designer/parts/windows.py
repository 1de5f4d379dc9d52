"""Padded sequences of different lengths under a window that slides over them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from designer.parts.lengths import padded_steps, picked_steps


def filled_behind(x: Tensor, lengths: Tensor, value: float = 0.0, shortest: int = 1) -> Tensor:
    """Sequences [N, L, F] with `value` behind each one's end; of at least `shortest` steps."""
    if x.shape[1] < shortest:
        x = F.pad(x, (0, 0, 0, shortest - x.shape[1]))
    return x.masked_fill(padded_steps(x, lengths)[..., None], value)


def padded_as_same(x: Tensor, lengths: Tensor, reach: int, stride: int, value: float = 0.0) -> Tensor:
    """Sequences [N, L, F], each padded around its own length as TensorFlow's "same" would alone.

    A window of `reach` steps then fits ceil(length / stride) times.
    """
    own = lengths.to(x.device)[:, None]
    before = ((-(-own // stride) - 1) * stride + reach - own).clamp(min=0) // 2
    total = (-(-x.shape[1] // stride) - 1) * stride + reach
    places = torch.arange(total, device=x.device) - before
    outside = (places < 0) | (places >= own)
    moved = picked_steps(x, places.clamp(0, x.shape[1] - 1))
    return moved.masked_fill(outside[..., None], value)


def window_counts(lengths: Tensor, reach: int, stride: int = 1, padding: int = 0) -> Tensor:
    """How many windows of `reach` steps fit into sequences of these lengths [N]; one, where they are shorter."""
    return ((lengths + 2 * padding - reach) // stride + 1).clamp(min=1)


def mean_without_padding(pool: nn.Module, x: Tensor, there: Tensor) -> Tensor:
    """Average pooling of x, whose padding is zeros, over the numbers that are `there`: 1, and 0 for the padding.

    A window that sees nothing but padding gives 0.
    """
    means: Tensor = pool(x)
    share: Tensor = pool(there)
    return means / (share + (share == 0))


def mean_of_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """The mean of each sequence of [N, L, F] over its own steps: [N, F]."""
    return filled_behind(x, lengths).sum(dim=1) / lengths.to(x)[:, None]
