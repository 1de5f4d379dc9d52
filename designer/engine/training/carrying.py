"""States of recurrent blocks that are carried over from batch to batch: through which samples, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from designer.core.graph.binding import Binding, DataInfo
from designer.core.graph.carrying import carried_window, carries
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.units import noun, plural
from designer.data.samples import Dataset, Rows, Samples
from designer.engine.model.devices import TrainingError
from designer.engine.training.batches import Batch
from designer.engine.training.recipe_calls import filled
from designer.recipe import choices
from designer.recipe.streams import begin_anew, continued, goes_on, stream_order, streams_of


@dataclass(frozen=True)
class Followed:
    """For the samples of each part whether they go on where those before them have ended, bool [N] on the CPU.

    Nothing where no states are carried.
    """

    learned: Tensor | None = None
    held: Tensor | None = None
    tested: Tensor | None = None


class Carried:
    """What a model's recurrent modules have read so far of samples that lie one behind the other in time.

    `follows`, bool [N], says of each whether it begins where the one before it has ended.
    """

    def __init__(self, settings: TrainingSettings, follows: Tensor) -> None:
        self._settings, self._follows = settings, follows
        self.states: dict[str, Tensor] = {}
        """By the names of the modules, as `streams.continued` has them."""

    def begin_epoch(self) -> None:
        """The series begins again, and so do the states unless they are never reset."""
        if self._settings.reset_states != "never":
            self.states.clear()

    def called(self, model: nn.Module, batch: Batch) -> Any:
        """What the model gives for a batch that goes on where the one before has ended."""
        if self._settings.reset_states == "series" and batch.rows is not None:
            begin_anew(self.states, ~self._follows[batch.rows].to(next(iter(batch.arguments)).device))
        if in_precision := choices.in_fewer_digits(self._settings, carries=True):
            device = next(iter(batch.arguments)).device.type
            given = {"model": model, "values": batch.arguments, "states": self.states, "device": device}
            return filled(in_precision[0], self._settings, **given)()
        return continued(model, self.states, *batch.arguments)


def evaluation_streams(count: int, settings: TrainingSettings) -> tuple[Tensor, int]:
    """The order of samples that are evaluated with carried states, and how many make a batch."""
    streams = streams_of(count, settings.batch_size)
    return stream_order(count, streams), streams


def followed(design: Design, dataset: Dataset, binding: Binding, learned: Rows, held: Rows) -> Followed:
    """Which samples go on: of those to learn from and those to validate with, by their numbers, and of the test.

    Raises TrainingError where too little goes on for anything to be carried.
    """
    settings, spans = design.training, dataset.info.spans
    if not carries(design.network, settings):
        return Followed()
    window, train = carried_window(design.network, binding), dataset.train.columns[spans]
    parts = {
        "to learn from": train[learned],
        "to validate with": train[held],
        "of the test": dataset.test.columns[spans],
    }
    found = {name: goes_on(part, window) for name, part in parts.items()}
    for name, follows in found.items():
        _expect_going_on(name, follows, settings)
    if len(learned) < 2 * settings.batch_size:
        raise TrainingError(
            f"a batch size of {settings.batch_size:,} makes as many streams of {plural(len(learned), 'sample')} to "
            "learn from, fewer than two for each: in some of them no state would be carried over",
            f"Set the batch size to {max(len(learned) // 2, 1)} or less.",
        )
    return Followed(*map(torch.from_numpy, found.values()))


def carried_through(design: Design, info: DataInfo, binding: Binding, samples: Samples, rows: Rows) -> Carried | None:
    """What is carried through samples that a trained network is tried on; nothing where none of them goes on.

    Whatever the settings say, states are zeros where a sample does not begin where the one before it has ended.
    """
    if not carries(design.network, design.training) or info.spans not in samples.columns:
        return None
    follows = goes_on(samples.columns[info.spans][rows], carried_window(design.network, binding))
    settings = design.training.model_copy(update={"reset_states": "series"})
    return Carried(settings, torch.from_numpy(follows)) if follows.any() else None


def _expect_going_on(name: str, follows: np.ndarray, settings: TrainingSettings) -> None:
    alone = int((~follows[1:]).sum())
    if settings.reset_states == "series":
        if len(follows) < 2 or follows.any():
            return
        raise TrainingError(
            f"no sample {name} begins where the one before it has ended, so that no state could be carried over",
            "Set the stride of the data to their window, or turn carry_states off.",
        )
    if alone:
        raise TrainingError(
            f"{alone:,} of {plural(len(follows), 'sample')} {name} {noun(alone, 'does', 'do')} not begin where the one "
            "before has ended, so that the state of another time would be carried over",
            "Set reset_states to series, the split of the data to time, or their stride to the window.",
        )
