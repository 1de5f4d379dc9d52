"""How long each block takes for a batch, forward and backward, on the device that the network would train on."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import groupby
from statistics import median
from typing import Any

import torch
from torch import Tensor

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.group_paths import name_of, path_of
from designer.core.graph.network import Network, block_of, port_of
from designer.core.inference.infer import infer
from designer.core.ir.expr import Statement
from designer.core.validation import check
from designer.data.samples import Dataset
from designer.engine.model.build import Model, PortValues, build, run_by
from designer.engine.model.devices import TrainingError, check_memory, choose_device
from designer.engine.protocol.events import Measured
from designer.engine.training.batches import Batch, TensorSamples, laid_out

RUNS = 9
"""The median of so many runs is told; of fewer, where they take longer than SECONDS."""
SECONDS = 2.0
_WARM_UP = 2

Times = dict[str, float]
"""Seconds by block; `group1/conv1` is in a group, whose own time is with all that is inside."""


class CancelledError(Exception):
    """Someone no longer wants to know."""


def measure(design: Design, dataset: Dataset, cancelled: Callable[[], bool] = lambda: False) -> Measured:
    """Runs a model of the design, with weights of its own, so that one that is being trained stays as it is.

    A batch of the training data goes forward and, with random gradients at the outputs, backward; the loss and the
    optimizer's step are left out. A few runs come first that do not count, as memory is claimed and kernels are chosen
    in them. Raises TrainingError for a design that cannot be trained, and CancelledError.
    """
    settings, inference = design.training, infer(design.network)
    problems = check.problems(design, inference, dataset.info)
    if problems:
        raise TrainingError(str(problems[0]), "Mend the network first.")
    device = choose_device(settings.device)
    check_memory(design, inference, dataset.info, device)
    with torch.random.fork_rng():
        model = build(design.network, inference).to(device)
        laid_out(model)
        batch = _batch(design, dataset, device)
        runs = _runs(model, design.network, batch, device, cancelled)
    forward, backward = (_medians([run[place] for run in runs]) for place in (0, 1))
    return Measured(str(device), settings.batch_size, len(runs), forward, backward)


def _batch(design: Design, dataset: Dataset, device: torch.device) -> Batch:
    """The first samples; where there are fewer than a batch, they come again."""
    samples = dataset.train
    rows = torch.arange(design.training.batch_size) % len(samples)
    return TensorSamples.of(samples, bind(design.network, dataset.info), device, rows.numpy()).take(
        torch.arange(len(rows))
    )


def _runs(
    model: Model, network: Network, batch: Batch, device: torch.device, cancelled: Callable[[], bool]
) -> list[tuple[Times, Times]]:
    """The times of several runs."""
    found: list[tuple[Times, Times]] = []
    began = time.perf_counter()
    for number in range(_WARM_UP + RUNS):
        if cancelled():
            raise CancelledError
        model.zero_grad()  # as before each step: what is there already would be added to
        run = PiecewiseRun(device)
        run.go(model, network, batch)
        spent = time.perf_counter() - began
        if number >= _WARM_UP or spent > SECONDS:
            found.append((run.forward, run.backward))
        if found and spent > SECONDS:
            break
    return found


def _medians(runs: list[Times]) -> Times:
    return {block: median(run[block] for run in runs) for block in runs[0]}


class PiecewiseRun:
    """One pass forward and backward, block by block.

    What a block gives is cut off from what made it, so that the backward pass can be gone through in the same pieces:
    the gradient of what was cut off is where a block's own piece begins.
    """

    def __init__(self, device: torch.device) -> None:
        self.forward: Times = defaultdict(float)
        self.backward: Times = defaultdict(float)
        self._device = device
        self._path: list[str] = []
        self._pieces: list[tuple[str, list[tuple[Tensor, Tensor]]]] = []

    def go(self, model: Model, network: Network, batch: Batch) -> None:
        """Runs a model of this network."""
        with run_by(model, self.run):
            shown = model.trace(*batch.arguments)
        for output in model.outputs:
            ref = network.nodes[output].inputs[0]
            assert ref is not None
            source = network.nodes[block_of(ref)]
            _seed(shown[source.id, port_of(ref, source.block)])
        self._go_back()

    def run(self, statements: Iterable[Statement], values: PortValues) -> None:
        """Computes the statements of a network, or of a group within, and notes how long each block takes."""
        for block, items in groupby(statements, key=lambda item: item.block):
            self._path.append(block)
            keys = []
            began = self._now()
            for item in items:
                values.ports[item.key] = values.of(item.value)
                keys.append(item.key)
            name = name_of(tuple(self._path))
            self.forward[name] += self._now() - began
            self.backward[name] += 0.0
            cuts: list[tuple[Tensor, Tensor]] = []
            for key in keys:
                values.ports[key] = _cut(values.ports[key], cuts)
            self._pieces.append((name, cuts))
            self._path.pop()

    def _go_back(self) -> None:
        """The backward pass; what a group takes is what its blocks take."""
        for name, cuts in reversed(self._pieces):
            reached = [(made, given.grad) for made, given in cuts if given.grad is not None]
            if not reached:
                continue
            began = self._now()
            torch.autograd.backward([made for made, _ in reached], [grad for _, grad in reached])
            spent = self._now() - began
            path = path_of(name)
            for length in range(1, len(path) + 1):
                self.backward[name_of(path[:length])] += spent

    def _now(self) -> float:
        """The time when all that was asked of the device is done."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        elif self._device.type == "mps":
            torch.mps.synchronize()
        return time.perf_counter()


def _cut(value: Any, cuts: list[tuple[Tensor, Tensor]]) -> Any:
    """The value without its history; where it has one, the two are added to `cuts`."""
    if isinstance(value, tuple | list):
        return type(value)(_cut(item, cuts) for item in value)
    if not isinstance(value, Tensor):
        return value
    cut = value.detach()
    if value.requires_grad:
        cuts.append((value, cut.requires_grad_()))
    return cut


def _seed(value: Any) -> None:
    """Random gradients for what reaches an Output: all zeros would be quicker than what a loss gives."""
    if isinstance(value, Tensor) and value.requires_grad:
        value.backward(torch.randn_like(value))  # type: ignore[no-untyped-call]
