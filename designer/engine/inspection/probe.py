"""Looking inside: what a block gives for one sample."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from designer.core.graph.binding import LENGTHS, Binding, Target, bind
from designer.core.graph.group_paths import path_of
from designer.core.graph.network import Network
from designer.core.graph.roles import OutputBlock
from designer.data.samples import Array, Dataset
from designer.engine.inspection.token_labels import spelled, words_of
from designer.engine.inspection.views import modules_of, overheard, view_of
from designer.engine.model.build import Model
from designer.engine.protocol.events import ActivationsCaptured, Floats, OutputResult, SampleShown, Weights
from designer.engine.protocol.requests import Watch

_MOST_NUMBERS = 12


def capture(
    model: Model, network: Network, dataset: Dataset, watch: Watch, weights: Weights, step: int
) -> ActivationsCaptured:
    """Runs one sample through the model of a network, without learning, keeping its mode and its random state.

    Raises KeyError where the model has no such block.
    """
    binding = bind(network, dataset.info)
    parameter = next(model.parameters(), None)
    device = parameter.device if parameter is not None else torch.device("cpu")
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            inside = path_of(watch.block)[:-1]
            with overheard(modules_of(model, watch.block)) as calls:
                found = model.trace_with_lengths(*_arguments(binding, dataset, watch.sample, device), inside=inside)
            seen = None if watch.block in model.outputs else view_of(model, watch.block, watch.view, found, calls)
    finally:
        model.train(was_training)
    shown, _ = found
    verdicts = {
        output: _verdict(network, output, binding.targets[output], dataset, watch.sample, shown[output, "out"][0])
        for output in model.outputs
    }
    features = {item.name: dataset.test.sample(item.name, watch.sample) for item in binding.features.values()}
    texts = {name: spelled(x, dataset.words[name]) for name, x in features.items() if name in dataset.words}
    sample = SampleShown(watch.sample, features, tuple(verdicts.values()), texts, dataset.info.name)
    if seen is None:
        axes = _axes(binding.targets[watch.block])
        return ActivationsCaptured(
            watch.block, sample, verdicts[watch.block].scores, weights, step, axes, watcher=watch.watcher
        )
    words = words_of(network, binding, dataset, watch, seen)
    return ActivationsCaptured(
        watch.block, sample, seen.values, weights, step, seen.axes, seen.name, seen.names, words, watch.watcher
    )


def _axes(target: Target) -> tuple[str, ...]:
    """The letters of what an Output gets: classes are spread over an axis of their own."""
    return ("L", "F") if target.shape.is_tokens else target.shape.names


def _arguments(binding: Binding, dataset: Dataset, index: int, device: torch.device) -> list[Tensor]:
    """The sample as a batch of one, as the model's forward takes it."""
    arguments = []
    for name in binding.arguments:
        if name.endswith(LENGTHS):
            arguments.append(torch.tensor([len(dataset.test.sample(name.removesuffix(LENGTHS), index))]))
        else:
            value = np.array(dataset.test.sample(name, index))
            arguments.append(torch.from_numpy(value)[None].to(device))
    return arguments


def _copy(value: Tensor) -> Floats:
    return value.detach().float().cpu().numpy().copy()


def _verdict(
    network: Network, output: str, target: Target, dataset: Dataset, index: int, result: Tensor
) -> OutputResult:
    """What an Output got, as probabilities where its loss works on logits, and in words."""
    block = network.nodes[output].block
    assert isinstance(block, OutputBlock)
    probabilities = {"cross_entropy": lambda x: x.softmax(-1), "bce": torch.sigmoid}.get(block.criterion)
    scores = _copy(probabilities(result) if probabilities else result)
    wanted = dataset.test.sample(target.name, index)
    if target.classes is None:
        return OutputResult(output, target.name, block.task, _numbers(wanted), _numbers(scores), scores, wanted, None)
    named = scores.argmax(-1)
    right = bool(np.array_equal(named, wanted))
    label, prediction = _words(wanted, target.classes), _words(named, target.classes)
    return OutputResult(output, target.name, block.task, label, prediction, scores, wanted, right, target.classes)


def _words(numbers: Array, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The names of classes; a number beyond them is told as it is."""
    listed = np.atleast_1d(numbers).tolist()
    return tuple(classes[number] if number < len(classes) else f"class {number}" for number in listed)


def _numbers(values: Array) -> tuple[str, ...]:
    """The numbers of a whole sample; those of sequences and pictures are too many to read."""
    few = values.ndim == 1 and values.size <= _MOST_NUMBERS
    return tuple(f"{value:.4g}" for value in values) if few else ()
