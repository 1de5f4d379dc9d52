"""One step down the gradient."""

import torch
from torch import Tensor, nn


def backward(minimised: Tensor) -> None:
    """Adds the gradients of what is made small to those that are there. They were cleared before, and stay."""
    minimised.backward()


def scaled_backward(minimised: Tensor, scaler: torch.amp.GradScaler) -> None:
    """The same of what is made small times a number, so that small gradients do not become 0."""
    scaler.scale(minimised).backward()


def unscale(optimizer: torch.optim.Optimizer, scaler: torch.amp.GradScaler) -> None:
    """Gradients become what they are without that number."""
    scaler.unscale_(optimizer)


def clip_by_value(model: nn.Module, clip_value: float) -> None:
    """Each number of the gradients is cut to a range."""
    torch.nn.utils.clip_grad_value_(model.parameters(), clip_value)


def clip_by_norm(model: nn.Module, clip_norm: float) -> None:
    """All gradients together are made no longer than this (Pascanu and others, 2013)."""
    torch.nn.utils.clip_grad_norm_(model.parameters(), clip_norm)


def descend(optimizer: torch.optim.Optimizer) -> None:
    """To other weights."""
    optimizer.step()


def scaled_descend(optimizer: torch.optim.Optimizer, scaler: torch.amp.GradScaler) -> None:
    """To other weights, unless a gradient is not finite: the number becomes smaller then."""
    scaler.step(optimizer)
    scaler.update()
