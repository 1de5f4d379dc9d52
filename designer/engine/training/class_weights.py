"""How much each class counts in the losses of a design, as its settings say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from weakref import ref

import torch
from torch import Tensor

from designer.core.graph.binding import bind
from designer.core.graph.network import Network
from designer.core.graph.training_settings import TrainingSettings
from designer.data.samples import Dataset, Rows, Samples
from designer.engine.training.batches import validation_split
from designer.recipe import choices
from designer.recipe.class_weights import balanced_weights
from designer.recipe.goals import Goal, goals_of

Weights = dict[str, Tensor]
"""By Output, float32 [classes] on the device; none for those whose classes all count alike."""


@dataclass(frozen=True)
class _Counted:
    """Weights of data, as long as somebody has these, and what was asked for."""

    data: ref[Dataset]
    asked: tuple[Network, TrainingSettings, torch.device]
    weights: Weights


_last: _Counted | None = None


def class_weights(
    goals: Iterable[Goal], settings: TrainingSettings, train: Samples, rows: Rows, device: torch.device
) -> Weights:
    """The weights of each Output's classes; balanced ones by the rows that are learned from alone, int64 [n]."""
    found = {}
    for goal in goals:
        own = choices.own_weights(goal, settings)
        if own is not None:
            found[goal.output] = torch.tensor(own, device=device)
        elif choices.is_weighed(goal, settings):
            found[goal.output] = _balanced(goal, train, rows).to(device)
    return found


def _balanced(goal: Goal, train: Samples, rows: Rows) -> Tensor:
    name, classes = goal.target.name, goal.target.classes
    assert classes is not None
    lengths = train.lengths(name)
    return balanced_weights(train.taken(name, rows), len(classes), None if lengths is None else lengths[rows])


def class_weights_of(
    network: Network,
    settings: TrainingSettings,
    outputs: Iterable[str],
    device: torch.device,
    read: Callable[[], Dataset],
) -> Weights:
    """Those that a network is trained with, for whoever looks at it or measures it.

    `read` gives the data that it learns from, and is asked only where weights are wanted. The last ones are kept:
    whoever looks inside while a network learns looks again and again.
    """
    global _last
    if settings.class_weights is None:
        return {}
    data = read()
    asked = (network, settings, device)
    if _last is not None and _last.data() is data and _last.asked == asked:
        return _last.weights
    binding = bind(network, data.info)
    rows, _ = validation_split(data.train, data.info, binding, settings)
    weights = class_weights(goals_of(network, binding, outputs), settings, data.train, rows, device)
    _last = _Counted(ref(data), asked, weights)
    return weights
