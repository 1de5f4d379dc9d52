"""Looking inside: what blocks give for samples, to those who watch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

import designer.engine.inspection.views  # noqa: F401 - makes them known
from designer.core.graph.binding import Target, bind
from designer.core.graph.group_paths import path_of, use_at
from designer.core.graph.network import AnyBlock, Network
from designer.core.graph.roles import OutputBlock, given_by
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.units import plural
from designer.data.own_units import before_scaling
from designer.data.samples import Array, Dataset
from designer.engine.inspection.registry import ReadableSight, Subject, sights_of
from designer.engine.inspection.sample_pass import (
    ForwardPass,
    Values,
    arguments_of,
    gradients,
    groups_of,
    modules_of,
    zeros_like,
)
from designer.engine.inspection.token_labels import spelled, words_of
from designer.engine.model.build import Model
from designer.engine.model.looked_at import at_rest, device_of
from designer.engine.protocol.arrays import Floats
from designer.engine.protocol.events import ActivationsCaptured, Weights
from designer.engine.protocol.requests import Watch
from designer.engine.protocol.seen import OutputResult, SampleShown
from designer.engine.training.measured import linked

_MOST_NUMBERS = 12


@dataclass(frozen=True)
class Looked:
    """A model that is looked into: of which network and data it is, and how far it has learned in which run."""

    model: Model
    network: Network
    dataset: Dataset
    weights: Weights = "untrained"
    step: int = 0
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    run: str = ""
    source: str = ""
    """Which data these are, by their `DataSettings.identity`."""


def capture(
    model: Model, network: Network, dataset: Dataset, watch: Watch, weights: Weights, step: int
) -> ActivationsCaptured:
    """What one watch shows. Raises KeyError where the model has no such block."""
    ((_, found),) = captures(Looked(model, network, dataset, weights, step), [watch])
    if isinstance(found, Exception):
        raise found
    return found


def captures(at: Looked, watches: Iterable[Watch]) -> Iterator[tuple[Watch, ActivationsCaptured | Exception]]:
    """What each watch shows, or why it cannot: a KeyError where the model has no such block.

    Each sample goes through the model once for all who watch it. Nothing is learned, and the model keeps its mode and
    the generators their state.
    """
    by_sample: dict[int, list[Watch]] = {}
    for watch in watches:
        by_sample.setdefault(watch.sample, []).append(watch)
    with at_rest(at.model):
        for index, same in by_sample.items():
            looking = _Looking(at, index, [watch.block for watch in same])
            for watch in same:
                try:
                    yield watch, looking.capture(watch)
                except Exception as error:  # a custom kind or view may raise anything; the others are shown
                    yield watch, error


class _Looking:
    """A sample, what the network makes of it, and what there is to see of it inside."""

    def __init__(self, at: Looked, index: int, blocks: Iterable[str]) -> None:
        self._at, self._index = at, index
        self._binding = bind(at.network, at.dataset.info)
        arguments = arguments_of(self._binding, at.dataset, index, device_of(at.model))
        self._forward = ForwardPass(at.model, arguments, blocks, self._gradient)
        self._gradients: Values | None = None
        self._sample: SampleShown | None = None

    def capture(self, watch: Watch) -> ActivationsCaptured:
        at, network, dataset = self._at, self._at.network, self._at.dataset
        subject = self._subject(watch.block)
        offered = sights_of(subject)
        shown = offered.get(watch.view) or next(iter(offered.values()))
        values, axes = self._read(shown), shown.sight.axes
        words = () if subject.result else words_of(network, self._binding, dataset, watch, axes, values)
        return ActivationsCaptured(
            block=watch.block,
            sample=self.sample,
            values=values,
            weights=at.weights,
            step=at.step,
            axes=axes,
            view=shown.sight.id,
            views=tuple(item.sight for item in offered.values()),
            words=words,
            watcher=watch.watcher,
            run=at.run,
        )

    def _read(self, shown: ReadableSight) -> Floats:
        with torch.inference_mode(shown.view.moment == "forward"):
            return _copy(shown.found.read())

    def _subject(self, block: str) -> Subject:
        ports = self._forward.ports(block)
        kind, modules = _block_at(self._at.network, block), tuple(modules_of(self._at.model, block))
        calls = self._forward.calls(block)
        if block not in self._at.model.outputs:
            return Subject(block, kind, ports, modules, calls)
        (result,) = (item for item in self.sample.verdicts if item.output == block)
        return Subject(block, kind, ports, modules, calls, result, _axes(self._binding.targets[block]))

    def _gradient(self, block: str, port: str) -> Any:
        """Zeros where the loss does not depend on what the port gives."""
        if self._gradients is None:
            at = self._at
            self._gradients = gradients(at.model, at.network, self._binding, at.dataset, self._index, at.settings)
        known = self._gradients.get((block, port))
        return zeros_like(self._forward.traced(groups_of(block))[0][block, port]) if known is None else known

    @property
    def sample(self) -> SampleShown:
        """The sample, and what the network makes of it."""
        if self._sample is None:
            self._sample = self._shown()
        return self._sample

    def _shown(self) -> SampleShown:
        at, binding = self._at, self._binding
        verdicts = tuple(
            _verdict(at.network, output, binding.targets[output], at.dataset, self._index, self._forward.result(output))
            for output in at.model.outputs
        )
        features = {
            item.name: np.array(at.dataset.test.sample(item.name, self._index)) for item in binding.features.values()
        }
        known = at.dataset.words
        texts = {name: spelled(x, known[name]) for name, x in features.items() if name in known}
        plain: dict[str, Array] = {
            name: before_scaling(x, at.dataset.scales.get(name), at.dataset.units.get(name))
            for name, x in features.items()
            if name in at.dataset.scales or name in at.dataset.units
        }
        return SampleShown(self._index, features, verdicts, texts, at.source or at.dataset.info.name, plain=plain)


def _block_at(network: Network, block: str) -> AnyBlock:
    """A block of a network, or of a group within. Raises KeyError and NetworkError where there is none."""
    groups = groups_of(block)
    within = use_at(network, groups).network if groups else network
    return within.nodes[path_of(block)[-1]].block


def _axes(target: Target) -> tuple[str, ...]:
    """The letters of what an Output gets: classes are spread over an axis of their own."""
    return ("L", "F") if target.shape.is_tokens else target.shape.names


def _copy(value: Tensor) -> Floats:
    return value.detach().float().cpu().numpy().copy()


def _verdict(
    network: Network, output: str, target: Target, dataset: Dataset, index: int, result: Tensor
) -> OutputResult:
    """What an Output got, as probabilities where its loss works on logits, and in words."""
    block = network.nodes[output].block
    assert isinstance(block, OutputBlock)
    scores = _copy(linked(result, block.link))
    if given_by(block.criterion) == "embeddings":
        return _embedded(block, output, target, dataset, index, scores)
    known = target.name in dataset.test.columns or target.name in dataset.test.lazy
    if not known:
        told = _numbers(scores) if target.classes is None else _words(scores.argmax(-1), target.classes)
        return OutputResult(output, target.name, block.task, (), told, scores, np.zeros(0), None, target.classes)
    wanted = np.array(dataset.test.sample(target.name, index))
    if target.classes is None:
        return OutputResult(output, target.name, block.task, _numbers(wanted), _numbers(scores), scores, wanted, None)
    named = scores.argmax(-1)
    right = bool(np.array_equal(named, wanted))
    label, prediction = _words(wanted, target.classes), _words(named, target.classes)
    return OutputResult(output, target.name, block.task, label, prediction, scores, wanted, right, target.classes)


def _embedded(
    block: OutputBlock, output: str, target: Target, dataset: Dataset, index: int, scores: Floats
) -> OutputResult:
    """Where a sample lies, beside its class."""
    told = _numbers(scores) or (f"an embedding of {plural(scores.size, 'number')}",)
    label: tuple[str, ...] = ()
    wanted: Array = np.zeros(0)
    if target.name in dataset.test.columns or target.name in dataset.test.lazy:
        wanted = np.array(dataset.test.sample(target.name, index))
        label = _words(wanted, target.classes or ())
    return OutputResult(output, target.name, block.task, label, told, scores, wanted, None)


def _words(numbers: Array, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The names of classes; a number beyond them is told as it is."""
    listed = np.atleast_1d(numbers).tolist()
    return tuple(classes[number] if number < len(classes) else f"class {number}" for number in listed)


def _numbers(values: Array) -> tuple[str, ...]:
    """The numbers of a whole sample; those of sequences and pictures are too many to read."""
    few = values.ndim == 1 and values.size <= _MOST_NUMBERS
    return tuple(f"{value:.4g}" for value in values) if few else ()
