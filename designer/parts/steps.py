"""The same module at every step of a sequence."""

import torch
from torch import Tensor, nn


def at_every_step(module: nn.Module, x: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Applies a module to each step: from [N, L, ...] to [N, L, ...]; steps behind a sample's length give zeros."""
    if lengths is None:
        steps = module(x.flatten(0, 1))
        return torch.reshape(steps, (*x.shape[:2], *steps.shape[1:]))
    there = (torch.arange(x.shape[1]) < lengths[:, None]).to(x.device)
    steps = module(x[there])
    result = torch.zeros(*x.shape[:2], *steps.shape[1:], dtype=steps.dtype, device=x.device)
    result[there] = steps
    return result
