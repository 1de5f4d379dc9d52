"""One step down the gradient."""

import torch
from torch import Tensor


def descend(minimised: Tensor, optimizer: torch.optim.Optimizer) -> None:
    """From what is made small to other weights. The gradients were cleared before the forward pass, and stay."""
    minimised.backward()
    optimizer.step()
