"""Penalties that keep weights small; biases and the scales of norms are left alone."""

from torch import Tensor, nn


def penalised_weights(model: nn.Module) -> list[Tensor]:
    """Parameters of two axes or more, but not those of a LayerNorm, which has one for each number of a sample.

    Nor those that are frozen, which no penalty would move.
    """
    owners = [module for module in model.modules() if not isinstance(module, nn.LayerNorm)]
    weights = [weight for owner in owners for weight in owner.parameters(recurse=False) if weight.dim() > 1]
    return [weight for weight in weights if weight.requires_grad]


def l1_penalty(model: nn.Module, l1: float) -> Tensor | int:
    """Drives weights to zero; biases and the scales of norms are left alone."""
    return sum(l1 * weight.abs().sum() for weight in penalised_weights(model))


def l2_penalty(model: nn.Module, l2: float) -> Tensor | int:
    """Keeps weights small; biases and the scales of norms are left alone."""
    return sum(l2 * weight.square().sum() for weight in penalised_weights(model))
