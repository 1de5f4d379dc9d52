"""Samples through a trained network, batch by batch and without learning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from designer.core.graph.binding import Binding, DataInfo, bind
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.inference.infer import infer
from designer.core.schema.limits import first_line
from designer.core.validation import check
from designer.data import opening
from designer.data.formats.target_scale import Units
from designer.data.samples import Rows
from designer.engine.evaluation.samples import Tried, TriedPart
from designer.engine.model.build import Model, build
from designer.engine.model.devices import choose_device
from designer.engine.runs.trained_weights import TrainedWeights, WeightsError
from designer.engine.training.batches import Batch, laid_out
from designer.engine.training.carrying import carried_through, evaluation_streams
from designer.engine.training.class_weights import class_weights_of
from designer.engine.training.objectives import Objective, as_results, evaluation_order, make_objectives
from designer.engine.training.streamed_samples import batches_of
from designer.recipe.choices import EVALUATION_BATCH


@dataclass(frozen=True)
class Ready:
    """A network with its weights on a device, and what its Outputs have learned, in the order of its results."""

    model: nn.Module
    binding: Binding
    objectives: tuple[Objective, ...]
    device: torch.device
    design: Design

    def weighing(self, units: Mapping[str, Units]) -> tuple[Objective, ...]:
        """The same with what each class counts, by the data that were learned. Raises DataError where they are gone.

        `units` has by targets those that numbers are measured in.
        """
        network, settings = self.design.network, self.design.training
        outputs = tuple(item.goal.output for item in self.objectives)
        weights = class_weights_of(network, settings, outputs, self.device, lambda: opening.load(self.design.data))
        return make_objectives(network, self.binding, outputs, settings, weights, units)


@dataclass(frozen=True)
class TriedBatch:
    """A batch, the rows of a piece that it is of, int64 [N], and what each Output gets for it, [N, ...]."""

    piece: TriedPart
    rows: Rows
    batch: Batch
    results: tuple[Tensor, ...]


def made_ready(design: Design, found: TrainedWeights, tried: Tried) -> Ready:
    """The design's network with weights of a run. Raises WeightsError and TrainingError."""
    model = model_with(design, found, tried.info)
    binding = bind(design.network, tried.info)
    objectives = make_objectives(design.network, binding, model.outputs, design.training)
    return Ready(model, binding, objectives, choose_device(design.training.device), design)


def model_with(design: Design, found: TrainedWeights, info: DataInfo) -> Model:
    """The design's network with weights of a run, on its device. Raises WeightsError and TrainingError."""
    inference = infer(design.network)
    problems: list[Problem] = check.problems_of_use(design, inference, info)
    if problems:
        raise WeightsError(str(problems[0]))
    device = choose_device(design.training.device)
    model = build(design.network, inference, design.training.seed)
    try:
        model.load_state_dict(found.weights)
    except RuntimeError as error:
        raise WeightsError(f"the weights do not fit the network: {first_line(error)}") from None
    laid_out(model.to(device)).eval()
    return model


def passes(ready: Ready, tried: Tried, mixed: bool = False) -> Iterator[TriedBatch]:
    """All samples, in their order or, `mixed`, in that in which a run evaluates them.

    Columns that are not there are not in the batches: labels may be missing. Where states are carried over, they begin
    with zeros: in the streams of a run where `mixed`, otherwise ahead of the first sample of each part alone.
    """
    there = {output: target for output, target in ready.binding.targets.items() if tried.has(target.name)}
    binding = replace(ready.binding, targets=there)
    for piece in tried.pieces:
        source, first = batches_of(piece.samples, binding, ready.device, piece.rows), 0
        carried = carried_through(ready.design, tried.info, ready.binding, piece.samples, piece.rows)
        order, size = _order_of(ready, len(source), mixed, carried is not None)
        for batch in source.batches(order, size):
            with torch.inference_mode():
                given = carried.called(ready.model, batch) if carried else ready.model(*batch.arguments)
            yield TriedBatch(piece, piece.rows[order[first : first + len(batch)].numpy()], batch, as_results(given))
            first += len(batch)


def _order_of(ready: Ready, count: int, mixed: bool, carries: bool) -> tuple[Tensor, int]:
    """In which order so many samples are passed through, and how many at once."""
    if carries:
        return evaluation_streams(count, ready.design.training) if mixed else (torch.arange(count), 1)
    goals = [item.goal for item in ready.objectives] if mixed else []
    return evaluation_order(goals, count, ready.design.training.seed), EVALUATION_BATCH
