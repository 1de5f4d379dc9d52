"""What attention needs beside torch's modules: a mask for the future, and places in a sequence as numbers."""

import torch
from torch import Tensor


def future_steps(queries: Tensor, keys: Tensor) -> Tensor:
    """Which keys [N, K, E] lie behind each query [N, Q, E] in time, and may not be seen: bool [Q, K]."""
    everything = torch.ones(queries.shape[1], keys.shape[1], dtype=torch.bool, device=queries.device)
    return everything.triu(1)


def step_numbers(x: Tensor, most: int) -> Tensor:
    """0, 1, 2, ... for the steps of [N, L, F]; all steps from number `most` on are called `most - 1`."""
    return torch.arange(x.shape[1], device=x.device).clamp(max=most - 1)


def sinusoidal_positions(x: Tensor) -> Tensor:
    """For each step t of [N, L, F], sin(t / 10000^(2i/F)) at 2i and the cosine of the same at 2i + 1: [L, F]."""
    length, size = x.shape[1:]
    steps = torch.arange(length, device=x.device, dtype=x.dtype)[:, None]
    places = torch.arange(size, device=x.device)
    rates = 10_000.0 ** (-(places - places % 2).to(x.dtype) / size)
    angles = steps * rates
    return torch.where(places % 2 == 0, angles.sin(), angles.cos())
