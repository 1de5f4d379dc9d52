"""Muon beside AdamW, as one optimizer: scripts have a copy of it."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn


class MuonWithAdamW(torch.optim.Optimizer):
    """Muon (Jordan, 2024) for matrices; AdamW for all that it is not made for: embeddings, kernels, biases, norms.

    Muon's steps are made as large as AdamW's, so that both go by one learning rate (Liu and others, 2025).
    """

    def __init__(
        self,
        parameters: Iterable[Any],
        model: nn.Module,
        lr: float,
        momentum: float,
        weight_decay: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, {"lr": lr})
        words = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
        given, self.param_groups, self.parts = self.param_groups, [], list[torch.optim.Optimizer]()
        for group in given:
            weights = group["params"]
            matrices = [weight for weight in weights if weight.dim() == 2 and id(weight) not in words]
            others = [weight for weight in weights if weight.dim() != 2 or id(weight) in words]
            if matrices:
                one = [{**group, "params": matrices}]
                self.parts.append(
                    torch.optim.Muon(one, momentum=momentum, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw")
                )
            if others:
                one = [{**group, "params": others}]
                self.parts.append(torch.optim.AdamW(one, betas=betas, eps=eps, weight_decay=weight_decay))
        self.param_groups += [group for part in self.parts for group in part.param_groups]

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Tensor | None:  # type: ignore[override]
        """A step of each, with what is learned and the groups held in one place: here."""
        for part, group in zip(self.parts, self.param_groups, strict=True):
            part.state, part.param_groups = self.state, [group]
            part.step()
        return None
