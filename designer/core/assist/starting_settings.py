"""Training settings to begin with: they follow from how many samples there are, and how large each is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import log2, prod, sqrt
from typing import Any, Literal

from designer.core.graph.binding import DataInfo, Feature
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import FEWEST_HELD, TrainingSettings

LinearPart = Literal["all", "beside", "none"]
"""How much of a network is linear: one Dense on what is read, such a one beside others, or nothing."""
SMALL = 1000
"""Samples up to which each of them matters: fewer are kept apart, and weights are held small."""
_STEPS = 1600
"""Steps after which networks of a few layers have mostly learned what they will."""
_MOST_NUMBERS = 3e7
"""Numbers that enter the network in a whole training, as far as that leaves the fewest epochs: a minute or two."""
_OF_DEPTH = 10
"""Times that a number of a film or a volume takes longer than one of a picture or a curve."""
_MOST_EPOCHS = 500
_FEWEST_EPOCHS, _FEWEST_OF_SMALL_SETS = 4, 10
_SMALLEST_BATCH, _LARGEST_BATCH = 8, 512
_SMALL_TABLE = 500
"""Rows of a table up to which a tenth says little, and is missed: a figure of 50 rows is 7 % more or less by chance."""
_RATE, _RATE_OF_CLASSES, _RATE_OF_NUMBERS, _RATE_BESIDE = 0.001, 0.01, 0.003, 0.002
"""That of most networks, those of one Dense on a table's columns, and that of such a one with others beside it."""
_ROWS_OF_NOTHING = 10
_BATCH_OF_RATE = 32
"""Samples of a batch from which on its steps are steady at that rate."""
_MEASURED_AT_ONCE = 2**25
"""Numbers that are looked through in a moment, to bring them to one scale."""
_SCALED_AXES = (("F",), ("L", "F"), ("C", "H", "W"), ("C", "D", "H", "W"), ("L", "C", "H", "W"))


def suited_to(design: Design, data: DataInfo, linear: LinearPart, samples: int) -> Design:
    """The design with the training settings that suit its data, and with their numbers brought to one scale.

    `samples` is how many there are to learn from; where nobody knows that, it is 0 and all stays.
    """
    if not samples:
        return design
    training = _suited_training(design.training, data, samples, linear)
    return replace(design, training=training, data=_scaled(design.data, data, samples))


def _suited_training(settings: TrainingSettings, data: DataInfo, samples: int, linear: LinearPart) -> TrainingSettings:
    """Settings for a network that is begun with; the seed, the device and what else a person has set stay.

    A batch has about as many samples as the root of their number (a power of two from 8 to 512), so that few samples
    give noisy steps, which is what keeps a network from learning them by heart, and many give few steps. As many epochs
    as make 1,600 steps, fewer where samples are large.
    """
    share = validation_share_for(data, samples)
    learned = max(round(samples * (1 - share)), 1)
    batch = min(max(2 ** round(log2(learned) / 2), _SMALLEST_BATCH), _LARGEST_BATCH)
    by_steps = _STEPS * batch / learned
    is_deep = any(len(item.shape.names) == 4 for item in data.features)
    by_numbers = _MOST_NUMBERS / (learned * _numbers(data.features) * (_OF_DEPTH if is_deep else 1))
    fewest = _FEWEST_OF_SMALL_SETS if samples <= SMALL else _FEWEST_EPOCHS
    epochs = min(max(round(min(by_steps, by_numbers)), fewest), _MOST_EPOCHS)
    return settings.model_copy(
        update={
            "optimizer": "adamw",
            "learning_rate": _rate(data, batch, linear, by_steps <= by_numbers),
            "weight_decay": 0.1 if samples <= SMALL else 0.01,
            "l2": _l2(settings.l2, data, learned, linear),
            "batch_size": batch,
            "epochs": epochs,
            "validation_share": share,
        }
    )


def _l2(before: float, data: DataInfo, learned: int, linear: LinearPart) -> float:
    """What a person has set stays; what another network to begin with has brought goes with that."""
    is_own = before not in (0.0, _offered_l2(data, learned, "beside"))
    return before if is_own else _offered_l2(data, learned, linear)


def _offered_l2(data: DataInfo, learned: int, linear: LinearPart) -> float:
    """What holds weights small with which numbers of a small table are told: as ten rows more would that say nothing.

    It is that of a ridge regression of columns, and of what hidden units make of them. Classes are told by weights that
    grow.
    """
    is_of_numbers = not any(target.classes for target in data.targets)
    return round(_ROWS_OF_NOTHING / learned, 4) if linear == "beside" and is_of_numbers else 0.0


def _rate(data: DataInfo, batch: int, linear: LinearPart, has_all_steps: bool) -> float:
    """One Dense on a table's columns is steady at a large rate.

    More so where it tells classes, for which its weights grow on: of numbers it has soon found the least error, and
    jitters around that. With other networks, and where all steps are made, those of a small batch are smaller by the
    root of its share of 32 samples, as they are noisier by that (Malladi et al. 2022, arXiv 2205.10287): else what a
    network tells of other samples jumps from epoch to epoch, and where the last one ends is luck.
    """
    if linear == "beside":
        return _RATE_BESIDE
    if linear == "all" and all(item.shape.names == ("F",) for item in data.features):
        return _RATE_OF_CLASSES if any(target.classes for target in data.targets) else _RATE_OF_NUMBERS
    if linear == "all" or not has_all_steps:
        return _RATE
    return round(_RATE * min(sqrt(batch / _BATCH_OF_RATE), 1.0), 4)


def validation_share_for(data: DataInfo, samples: int) -> float:
    """A fifth is kept apart, of few samples a tenth; none where a tenth would say nothing, and is sorely missed.

    Of a table, that is of five times as many: its networks are small, and what they learn grows with each row.
    """
    if round(0.1 * samples) < FEWEST_HELD or (samples <= _SMALL_TABLE and is_table(data)):
        return 0.0
    return 0.1 if samples <= SMALL else 0.2


def is_table(data: DataInfo) -> bool:
    """Whether all that a sample has are numbers and categories, in no order."""
    shapes = [item.shape for item in data.features]
    return all(shape.names == ("F",) or (shape.is_tokens and shape.sizes == (1,)) for shape in shapes)


def _scaled(data: DataSettings, info: DataInfo, samples: int) -> DataSettings:
    """The data, with their numbers brought to one scale where they are a person's own and nothing does that yet.

    A table's numbers have been brought there when they were read. What takes long to measure is left as it is.
    """
    scaled = [item for item in info.features if not item.vocabulary and item.shape.names in _SCALED_AXES]
    if (
        not data.is_own
        or data.transforms
        or not scaled
        or any(item.raw for item in scaled)
        or samples * _numbers(scaled) > _MEASURED_AT_ONCE
    ):
        return data
    normalise: dict[str, Any] = {"kind": "normalise"}
    return data.model_copy(update={"transforms": (normalise,)})


def _numbers(features: Iterable[Feature]) -> int:
    """How many numbers a sample has, one at least; a sequence of any length is as long as the longest."""
    return max(sum(prod(size or item.longest or 1 for size in item.shape.sizes) for item in features), 1)
