"""Blocks that are not learned, by the names that `get_submodule` takes."""

from collections.abc import Sequence

from torch import nn


def freeze(model: nn.Module, frozen: Sequence[str]) -> None:
    """No step moves these modules, and nothing is kept of what their gradients would need."""
    for name in frozen:
        model.get_submodule(name).requires_grad_(False)


def hold_norms(model: nn.Module, frozen: Sequence[str]) -> None:
    """Behind model.train(): norms that are frozen go by their running mean and variance, which stay as they are."""
    for name in frozen:
        for module in model.get_submodule(name).modules():
            if getattr(module, "running_mean", None) is not None:
                module.eval()
