"""Looking inside: what a block gives for one sample."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from designer.data.samples import Dataset
from designer.engine.build import Model
from designer.engine.events import ActivationsCaptured, Floats, SampleShown
from designer.engine.requests import Watch
from designer.engine.views import modules_of, overheard, view_of

Weights = Literal["untrained", "training", "trained"]


def capture(model: Model, dataset: Dataset, watch: Watch, weights: Weights, step: int) -> ActivationsCaptured:
    """Runs one sample through the model, without learning and without touching its mode or random state.

    Raises KeyError where the model has no such block.
    """
    x = dataset.test.sample(watch.sample)
    parameter = next(model.parameters(), None)
    device = parameter.device if parameter is not None else torch.device("cpu")
    was_training = model.training
    model.eval()
    output = model.outputs[0]
    try:
        with torch.inference_mode():
            lengths = (torch.tensor([len(x)]),) if len(model.program.arguments) > 1 else ()
            with overheard(modules_of(model, watch.block)) as calls:
                shown = model.trace(torch.from_numpy(x)[None].to(device), *lengths)
            seen = None if watch.block == output else view_of(model, watch.block, watch.view, shown, calls)
    finally:
        model.train(was_training)
    logits = shown[output, "out"][0]
    sample = _sample(dataset, watch.sample, x, logits)
    if seen is None:
        return ActivationsCaptured(output, sample, _scores(logits, dataset), weights, step, ("F",))
    return ActivationsCaptured(watch.block, sample, seen.values, weights, step, seen.axes, seen.name, seen.names)


def _copy(value: Tensor) -> Floats:
    return value.detach().float().cpu().numpy().copy()


def _scores(logits: Tensor, dataset: Dataset) -> Floats:
    """Probabilities of the classes; for regression the numbers as they are."""
    return _copy(logits if dataset.info.classes is None else logits.softmax(-1))


def _sample(dataset: Dataset, index: int, x: Floats, logits: Tensor) -> SampleShown:
    scores, target, classes = _scores(logits, dataset), dataset.test.y[index], dataset.info.classes
    if classes is None:
        return SampleShown(index, x, _numbers(np.atleast_1d(target)), _numbers(scores), scores, None)
    best = int(scores.argmax())
    named = classes[best] if best < len(classes) else f"class {best}"
    return SampleShown(index, x, classes[int(target)], named, scores, best == int(target))


def _numbers(values: Floats) -> str:
    return ", ".join(f"{value:.4g}" for value in values)
