"""Losses of sequences whose lengths differ: what stands behind a sequence's end does not count."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def real_steps(values: Tensor, lengths: Tensor | None) -> Tensor:
    """The steps of all sequences one behind the other: from [N, L, ...] to [sum of lengths, ...]."""
    if lengths is None:
        return values.flatten(0, 1)
    steps = torch.arange(values.shape[1], device=values.device)
    return values[steps < lengths.to(values.device)[:, None]]


def step_cross_entropy(logits: Tensor, classes: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Mean cross-entropy of all steps: logits [N, L, C], classes [N, L], lengths [N]."""
    return F.cross_entropy(real_steps(logits, lengths), real_steps(classes, lengths))


def masked_mse(values: Tensor, targets: Tensor, lengths: Tensor) -> Tensor:
    """Mean squared error of all steps: values and targets [N, L, ...], lengths [N]."""
    return F.mse_loss(real_steps(values, lengths), real_steps(targets, lengths))


def masked_mae(values: Tensor, targets: Tensor, lengths: Tensor) -> Tensor:
    """Mean absolute error of all steps: values and targets [N, L, ...], lengths [N]."""
    return F.l1_loss(real_steps(values, lengths), real_steps(targets, lengths))


def masked_bce(logits: Tensor, targets: Tensor, lengths: Tensor) -> Tensor:
    """Mean binary cross-entropy of all steps: logits and targets [N, L, ...], lengths [N]."""
    return F.binary_cross_entropy_with_logits(real_steps(logits, lengths), real_steps(targets, lengths))
