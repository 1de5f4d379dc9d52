"""What penalties on large weights are over."""

from torch import Tensor, nn


def penalised_weights(model: nn.Module) -> list[Tensor]:
    """Parameters of two axes or more, but not those of a LayerNorm, which has one for each number of a sample."""
    owners = [module for module in model.modules() if not isinstance(module, nn.LayerNorm)]
    return [weight for owner in owners for weight in owner.parameters(recurse=False) if weight.dim() > 1]
