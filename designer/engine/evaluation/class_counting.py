"""Which classes a network names, and which they are: counted batch by batch, so that others may come in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.samples import Dataset
from designer.engine.evaluation.figures import MOST_CONFUSED, ClassCounts, Counts, Neighbours
from designer.engine.evaluation.passes import Ready, passes
from designer.engine.evaluation.samples import Part, Tried, TriedPart
from designer.engine.model.build import Model
from designer.engine.model.looked_at import at_rest, device_of
from designer.engine.training.batches import validation_split
from designer.engine.training.objectives import Objective, make_objectives


@dataclass(frozen=True)
class CountSoFar:
    """What was counted of so many samples: int64 [C, C], rows being the classes that they are.

    Of embeddings nothing is counted before the last sample has come: until then any may be the nearest.
    """

    counts: Counts
    done: int


class ClassCounting:
    """Counts for one Output of a model, over the samples that are kept apart for validation, or for the test.

    Raises DataError where no Output names classes, there are too many of these, or no samples.
    """

    def __init__(self, design: Design, model: Model, dataset: Dataset, output: str = "") -> None:
        binding = bind(design.network, dataset.info)
        objectives = make_objectives(design.network, binding, model.outputs, design.training)
        named = {item.goal.output: item for item in objectives if _names_classes(item)}
        self.outputs = tuple(named)
        self.output = output if output in named else next(iter(named), "")
        if not self.output:
            raise DataError("No Output of this network names classes")
        self._objective = named[self.output]
        self.classes = self._objective.goal.target.classes or ()
        if len(self.classes) > MOST_CONFUSED:
            many = plural(len(self.classes), "class", "classes")
            raise DataError(f"Output '{self.output}' names {many}: up to {MOST_CONFUSED:,} are counted")
        self.part, self._tried = _held_back(design, dataset)
        if not len(self._tried):
            raise DataError("There are no samples that are kept apart for validation or for the test")
        self.by_neighbours = self._objective.goal.gives == "embeddings"
        """Whether an embedding counts as named by the class of its nearest neighbour."""
        self._place = model.outputs.index(self.output)
        self._model = model
        self._ready = Ready(model, binding, objectives, device_of(model), design)

    def __len__(self) -> int:
        return len(self._tried)

    def counted(self) -> Iterator[CountSoFar]:
        """What is counted behind each batch. The model is in its mode for evaluation as long as a batch lasts."""
        place, objective = self._place, self._objective
        counting = Neighbours if self.by_neighbours else ClassCounts
        found, done = counting(len(self.classes)), 0
        batches = passes(self._ready, self._tried)
        while True:
            with at_rest(self._model), torch.inference_mode():
                item = next(batches, None)
                if item is None:
                    return
                found.add(objective.compared(item.results[place], item.batch))
            done += len(item.batch)
            if isinstance(found, Neighbours) and done == len(self):
                found.settle()
            yield CountSoFar(found.confusion.copy(), done)


def _names_classes(objective: Objective) -> bool:
    return objective.goal.target.classes is not None


def _held_back(design: Design, dataset: Dataset) -> tuple[Part, Tried]:
    binding = bind(design.network, dataset.info)
    _, rows = validation_split(dataset.train, dataset.info, binding, design.training)
    if len(rows):
        return "validation", Tried(dataset.info, (TriedPart(dataset.train, np.asarray(rows)),), "validation")
    return "test", Tried(dataset.info, (TriedPart(dataset.test, np.arange(len(dataset.test))),), "test")
