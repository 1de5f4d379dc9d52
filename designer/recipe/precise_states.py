"""States that are carried over from batch to batch, in numbers of fewer digits."""

import torch
from torch import Tensor, nn

from designer.recipe.streams import continued


def continued_in_precision(
    model: nn.Module, values: tuple[Tensor, ...], states: dict[str, Tensor], device: str, precision: str
) -> Tensor | tuple[Tensor, ...]:
    """What `continued` gives for a batch, float32; while the model learns, with products in fewer digits."""
    with torch.autocast(device, dtype=getattr(torch, precision), enabled=model.training):
        given = continued(model, states, *values)
    return tuple(item.float() for item in given) if isinstance(given, tuple) else given.float()
