"""Batches changed by chance while the network learns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch

from designer.core.graph.binding import Binding, Feature
from designer.core.graph.carrying import carries
from designer.core.graph.design import Design
from designer.data.transforms.base import Transform
from designer.data.transforms.mixup import expect_mixable, expect_unmixed, mixed_columns
from designer.data.transforms.registry import applied_to, chain_of
from designer.engine.training.batches import Batch, Mixing
from designer.recipe import augmentation, mixing


@dataclass(frozen=True)
class Step:
    """A transform with its values: of one column, or, where it mixes samples, of none and so of all."""

    column: str
    function: Callable[..., Any]

    @property
    def mixes(self) -> bool:
        """Whether it says how samples are mixed."""
        return not self.column


def random_steps(chain: Iterable[Transform], features: Iterable[Feature]) -> tuple[Step, ...]:
    """What the random ones of a chain do to these columns, in order."""
    columns = tuple(features)
    steps: list[Step] = []
    for item in chain:
        if item.mixes:
            steps.append(Step("", partial(getattr(mixing, item.function), **item.arguments())))
        elif item.is_random:
            function = partial(torch.no_grad()(getattr(augmentation, item.function)), **item.arguments())
            steps += [Step(feature.name, function) for feature in applied_to(item, columns)]
    return tuple(steps)


@dataclass(frozen=True)
class Augmenting:
    """The random transforms of a design."""

    steps: tuple[Step, ...]
    seed: int
    numbers: tuple[str, ...] = ()
    """The columns that are mixed where samples are."""
    lengths: tuple[str, ...] = ()

    @classmethod
    def of(cls, design: Design, binding: Binding) -> Augmenting:
        """Those of the columns that the network takes. Raises DataError."""
        features = tuple({item.name: item for item in binding.features.values()}.values())
        chain = chain_of(design.data)
        expect_mixable(chain, binding)
        expect_unmixed(chain, carries(design.network, design.training))
        return cls(random_steps(chain, features), design.training.seed, *mixed_columns(binding))

    def __call__(self, batch: Batch, epoch: int, number: int) -> Batch:
        """A batch of what is learned from, which is the `number`th of its epoch, changed."""
        if not self.steps:
            return batch
        columns, chance = dict(batch.columns), augmentation.chance_of(self.seed, epoch, number)
        mixed_by = None
        for step in self.steps:
            if step.mixes:
                mixed_by = Mixing(*step.function(len(batch), chance=chance))
                columns |= self._mixed(columns, mixed_by)
            else:
                columns[step.column] = step.function(columns[step.column], chance=chance)
        return replace(batch, columns=columns, mixing=mixed_by)

    def _mixed(self, columns: dict[str, torch.Tensor], by: Mixing) -> dict[str, torch.Tensor]:
        numbers = {name: mixing.mixed(columns[name], by.share, by.partners) for name in self.numbers}
        return numbers | {name: mixing.longer(columns[name], by.partners) for name in self.lengths}
