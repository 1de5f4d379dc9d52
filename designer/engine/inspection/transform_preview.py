"""What the transforms of a design make of one of its samples: before, and after, in a few draws of the chance."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch
import torch.nn.functional as F

from designer.core.graph.binding import Feature, Target
from designer.core.graph.design import Design
from designer.core.schema.units import figure
from designer.data import opening
from designer.data.errors import DataError
from designer.data.samples import Array, Dataset
from designer.data.transforms.registry import applied_to, chain_of, expect_columns
from designer.engine.training import preparation
from designer.engine.training.augmenting import Step, random_steps
from designer.recipe.augmentation import chance_of
from designer.recipe.mixing import mixed

DRAWS = 4
_NUMBERS = 4
"""Numbers of a target that are told."""
_FEW = 256
"""Samples of a person's own data that are read where nobody has read them all."""


@dataclass(frozen=True)
class Transformed:
    """One column of a sample [...]: as it is read, with what is fixed, and with what is random in a few draws."""

    feature: Feature
    before: Array
    fixed: Array
    draws: tuple[Array, ...] = ()
    """Empty where nothing is random."""
    words: tuple[str, ...] = ()
    """What tokens stand for."""
    sample: str = ""
    """Which one it is, in words."""
    measured_on: int = 0
    """So many samples alone were read to normalise by; 0 where all of them were, or none was needed."""
    scale: tuple[Array, Array] | None = field(default=None, repr=False)
    """The mean and the deviation that numbers were normalised by."""
    mixtures: tuple[str, ...] = ()
    """Of each draw how much it is of which two samples, where they are mixed."""


@dataclass(frozen=True)
class _Partner:
    """Another training sample that is mixed in, and how much of the first one stays."""

    row: int
    share: float


def transformed(design: Design, sample: int | None, again: int = 0) -> tuple[Transformed, ...]:
    """Each column that the design's transforms change, of a sample of the test, or of the first to learn from.

    `again` is another number for other draws. Of data that nobody has read yet a few samples are read.
    Raises DataError.
    """
    chain = chain_of(design.data)
    whole = opening.at_hand(design.data)
    dataset = whole or opening.few(design.data, _FEW)
    features = dataset.info.features
    expect_columns(chain, features)
    names = {feature.name for item in chain for feature in applied_to(item, features)}
    ready = preparation.load(design) if whole else preparation.prepared(design, dataset)
    steps = random_steps(chain, features)
    part, row = _chosen(dataset, sample if whole else None)
    read = 0 if whole or not ready.scales else len(dataset.train)
    partners = _partners(steps, chance_of(design.training.seed, 1, again), len(dataset.train))
    mixtures = tuple(_mixture(dataset, (part, row), partner) for partner in partners)
    return tuple(
        replace(
            _one(feature, dataset, ready, (part, row), steps, partners, design.training.seed, again, read),
            mixtures=mixtures,
        )
        for feature in features
        if feature.name in names
    )


def _chosen(dataset: Dataset, sample: int | None) -> tuple[str, int]:
    if sample is None or sample >= len(dataset.test):
        return "train", 0
    return "test", sample


def _one(
    feature: Feature,
    dataset: Dataset,
    ready: Dataset,
    where: tuple[str, int],
    steps: tuple[Step, ...],
    partners: tuple[_Partner, ...],
    seed: int,
    again: int,
    read: int,
) -> Transformed:
    name, (part, row) = feature.name, where
    before, fixed = (getattr(data, part).sample(name, row) for data in (dataset, ready))
    told = "first training sample" if part == "train" else f"sample {row} of the test"
    return Transformed(
        feature,
        before,
        fixed,
        _draws(
            _mine(steps, feature),
            fixed,
            [ready.train.sample(name, one.row) for one in partners],
            partners,
            chance_of(seed, 1, again),
        ),
        dataset.words.get(name, ()),
        told,
        read if name in ready.scales else 0,
        ready.scales.get(name),
    )


def _partners(steps: tuple[Step, ...], chance: torch.Generator, count: int) -> tuple[_Partner, ...]:
    """Who is mixed into each draw; none where nothing is mixed. Each draw is as of another batch."""
    step = next((item for item in steps if item.mixes), None)
    if step is None:
        return ()
    shares = [step.function(1, chance=chance)[0] for _ in range(DRAWS)]
    rows = torch.randint(count, (DRAWS,), generator=chance).tolist()
    return tuple(_Partner(row, share) for row, share in zip(rows, shares, strict=True))


def _mixture(dataset: Dataset, where: tuple[str, int], partner: _Partner) -> str:
    """λ = 0.83: 83 % of “cat” and 17 % of “dog”; of numbers, 83 % of (2.5) and 17 % of (4)."""
    part, row = where
    target = next((item for item in dataset.info.targets if not item.per_step), None)
    first, second = "it", f"training sample {partner.row:,}"
    if target is not None:
        first = _named(target, getattr(dataset, part).taken(target.name, np.array([row]))[0])
        second = _named(target, dataset.train.taken(target.name, np.array([partner.row]))[0])
    own = round(100 * partner.share)
    return f"λ = {partner.share:.2f}: {own} % of {first} and {100 - own} % of {second}"


def _named(target: Target, value: Array) -> str:
    """A class by its name; numbers in brackets."""
    if target.classes is not None:
        return f"“{target.classes[int(value)]}”"
    return f"({', '.join(figure(float(number)) for number in np.ravel(value)[:_NUMBERS])})"


def _mine(steps: tuple[Step, ...], feature: Feature) -> list[Step]:
    """Those that change a column. Tokens, which a network does not take where it is mixed, are not mixed."""
    is_mixed = feature.vocabulary is None
    return [item for item in steps if item.column == feature.name or (item.mixes and is_mixed)]


def _draws(
    steps: list[Step],
    value: Array,
    others: list[Array],
    partners: tuple[_Partner, ...],
    chance: torch.Generator,
) -> tuple[Array, ...]:
    if not steps:
        return ()
    batch = _side_by_side([*[value] * DRAWS, *others])
    try:
        for step in steps:
            batch = _mixed(batch, partners) if step.mixes else step.function(batch, chance=chance)
    except RuntimeError as error:  # as where a picture is smaller than what it is to be moved by
        raise DataError(f"data: transforms: {error}") from error
    return tuple(batch.numpy())


def _side_by_side(values: list[Array]) -> torch.Tensor:
    """Samples as a batch; shorter sequences have zeros behind their ends."""
    longest = max(map(len, values))
    tensors = [torch.from_numpy(value) for value in values]
    return torch.stack([F.pad(item, (*(0, 0) * (item.dim() - 1), 0, longest - len(item))) for item in tensors])


def _mixed(batch: torch.Tensor, partners: tuple[_Partner, ...]) -> torch.Tensor:
    """The first half of a batch, each with what is mixed in of the second half."""
    at = [torch.tensor([draw, len(partners) + draw]) for draw in range(len(partners))]
    return torch.cat(
        [mixed(batch[pair], one.share, torch.tensor([1, 0]))[:1] for pair, one in zip(at, partners, strict=True)]
    )
