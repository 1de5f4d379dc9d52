"""What the transforms of a design make of one of its samples: before, and after, in a few draws of the chance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from designer.core.graph.binding import Feature
from designer.core.graph.design import Design
from designer.data import opening
from designer.data.errors import DataError
from designer.data.samples import Array, Dataset
from designer.data.transforms.registry import applied_to, chain_of, expect_columns
from designer.engine.training import preparation
from designer.engine.training.augmenting import Steps, random_steps
from designer.recipe.augmentation import chance_of

DRAWS = 4
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
    return tuple(
        _one(feature, dataset, ready, (part, row), steps, design.training.seed, again, read)
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
    steps: Steps,
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
        _draws(name, fixed, steps, chance_of(seed, 1, again)),
        dataset.words.get(name, ()),
        told,
        read if name in ready.scales else 0,
        ready.scales.get(name),
    )


def _draws(name: str, value: Array, steps: Steps, chance: torch.Generator) -> tuple[Array, ...]:
    mine = [function for column, function in steps if column == name]
    if not mine:
        return ()
    batch = torch.from_numpy(np.repeat(value[None], DRAWS, axis=0))
    try:
        for function in mine:
            batch = function(batch, chance=chance)
    except RuntimeError as error:  # as where a picture is smaller than what it is to be moved by
        raise DataError(f"data: transforms: {error}") from error
    return tuple(batch.numpy())
