"""Normalising padded sequences."""

import torch
from torch import Tensor, nn


def normed_steps(norm: nn.Module, x: Tensor, lengths: Tensor) -> Tensor:
    """Batch normalisation of padded sequences [N, L, F] over their real steps; the padding becomes zero."""
    real = torch.arange(x.shape[1], device=x.device) < lengths.to(x.device).unsqueeze(1)
    steps: Tensor = norm(x[real])
    result = steps.new_zeros(x.shape)
    result[real] = steps
    return result
