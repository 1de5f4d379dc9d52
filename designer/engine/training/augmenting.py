"""Batches changed by chance while the network learns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from designer.core.graph.binding import Binding, Feature
from designer.core.graph.design import Design
from designer.data.transforms.base import Transform
from designer.data.transforms.registry import applied_to, chain_of
from designer.engine.training.batches import Batch
from designer.recipe import augmentation

Steps = tuple[tuple[str, Callable[..., Tensor]], ...]
"""Which column goes through which function, in order."""


def random_steps(chain: Iterable[Transform], features: Iterable[Feature]) -> Steps:
    """What the random ones of a chain do to these columns."""
    columns = tuple(features)
    return tuple(
        (feature.name, partial(_function(item.function), **item.arguments()))
        for item in chain
        if item.is_random
        for feature in applied_to(item, columns)
    )


@dataclass(frozen=True)
class Augmenting:
    """The random transforms of a design."""

    steps: Steps
    seed: int

    @classmethod
    def of(cls, design: Design, binding: Binding) -> Augmenting:
        """Those of the columns that the network takes. Raises DataError."""
        features = tuple({item.name: item for item in binding.features.values()}.values())
        return cls(random_steps(chain_of(design.data), features), design.training.seed)

    def __call__(self, batch: Batch, epoch: int, number: int) -> Batch:
        """A batch of what is learned from, which is the `number`th of its epoch, changed."""
        if not self.steps:
            return batch
        columns, chance = dict(batch.columns), augmentation.chance_of(self.seed, epoch, number)
        for name, function in self.steps:
            columns[name] = function(columns[name], chance=chance)
        return Batch(columns, batch.names)


def _function(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(augmentation, name)
    return torch.no_grad()(found)
