"""Counts of losses and right answers, kept on the device until someone asks: reading each would stall the loop."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from designer.engine.events import Floats


@dataclass
class Tally:
    """Sums over the batches of an epoch, and the single batches since the last report."""

    classes: bool
    loss_sum: float = 0.0
    right: int = 0
    seen: int = 0
    _losses: list[Tensor] = field(default_factory=list)
    _rights: list[Tensor] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)

    def add(self, loss: Tensor, logits: Tensor, y: Tensor) -> None:
        """Takes in a batch; `loss` is the mean over it."""
        self._losses.append(loss.detach())
        self._sizes.append(len(y))
        if self.classes:
            self._rights.append((logits.detach().argmax(1) == y).sum())

    def flush(self) -> tuple[Floats, Floats]:
        """Losses and accuracies of the batches since the last flush; adds them to the sums."""
        if not self._losses:
            return np.empty(0, np.float32), np.empty(0, np.float32)
        losses = torch.stack(self._losses).float().cpu().numpy()
        sizes = np.array(self._sizes)
        self.loss_sum += float((losses.astype(np.float64) * sizes).sum())
        self.seen += int(sizes.sum())
        accuracies = np.empty(0, np.float32)
        if self.classes:
            rights = torch.stack(self._rights).cpu().numpy()
            self.right += int(rights.sum())
            accuracies = (rights / sizes).astype(np.float32)
        self._losses, self._rights, self._sizes = [], [], []
        return losses, accuracies

    @property
    def loss(self) -> float | None:
        """Mean loss of a sample; None before the first."""
        return self.loss_sum / self.seen if self.seen else None

    @property
    def accuracy(self) -> float | None:
        """Share of right answers; None for regression and before the first."""
        return self.right / self.seen if self.classes and self.seen else None
