"""A network that takes steps at rising learning rates, to see at which its loss falls (Smith 2015): nothing is kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data.samples import Dataset
from designer.engine.model.build import build
from designer.engine.model.environment import machine_stays, settle
from designer.engine.protocol.events import RateFound, RatesTried
from designer.engine.protocol.requests import FindRate
from designer.engine.training.augmenting import Augmenting
from designer.engine.training.batches import Batch, laid_out
from designer.engine.training.checking import trainable
from designer.engine.training.class_weights import class_weights
from designer.engine.training.expected import expect_learnable
from designer.engine.training.learner import Learner
from designer.engine.training.objectives import minimised
from designer.engine.training.parts import SampleParts
from designer.engine.training.rate_choice import RisingRates
from designer.engine.training.schedule import Schedule
from designer.recipe.goals import goals_of
from designer.recipe.schedules import AT_FIRST, Plateau

REPORT_SECONDS = 0.1
_JUDGED_FROM = 0.05
"""Share of the time behind which it is known how long a step takes."""
FEWEST = 25
"""Steps of the whole range, however long each takes."""


def find_rate(
    request: FindRate,
    dataset: Dataset,
    tell: Callable[[RatesTried], None],
    *,
    start: nn.Module | None = None,
    between_steps: Callable[[], None] = lambda: None,
) -> RateFound:
    """Tries the rates of a request and tells them about ten times a second; the one to train with in the end.

    With `start` the weights begin as that model's. Raises TrainingError for a design that cannot be trained, DataError
    where a sample cannot be read, and what `between_steps` raises.
    """
    with machine_stays():
        return _found(request, _FreshNetwork(request.design, dataset, start), tell, between_steps)


def _found(
    request: FindRate,
    network: _FreshNetwork,
    tell: Callable[[RatesTried], None],
    between_steps: Callable[[], None],
) -> RateFound:
    found, told, reported = RisingRates(), 0, time.perf_counter()
    with closing(network.losses(_rates(request))) as tried:
        for rate, loss in tried:
            found.add(rate, loss)
            if time.perf_counter() - reported >= REPORT_SECONDS:
                tell(_since(request, found, told))
                told, reported = len(found.rates), time.perf_counter()
            if found.has_risen:
                break
            between_steps()
    if told < len(found.rates):
        tell(_since(request, found, told))
    choice = found.chosen()
    return RateFound(request.id, choice.rate, choice.text, str(network.device))


def _since(request: FindRate, found: RisingRates, told: int) -> RatesTried:
    new = (np.array(values[told:]) for values in (found.rates, found.losses, found.smoothed))
    return RatesTried(request.id, *new)


def _rates(request: FindRate) -> Iterator[float]:
    """From low to high by equal factors; by larger ones where the time that is left is too short for all steps."""
    rate, began = request.low, time.perf_counter()
    yield rate
    for done in range(1, request.steps):
        spent, left = time.perf_counter() - began, request.steps - done
        if spent > _JUDGED_FROM * request.seconds:  # the first steps take longer than those behind them
            in_time = int((request.seconds - spent) / (spent / done))
            left = min(left, max(in_time, FEWEST - done, 1))
        rate *= (request.high / rate) ** (1 / left)
        yield rate
        if left == 1:
            return


class _GivenRate(Schedule):
    """The rate that is tried now, whatever the settings say of it."""

    def __init__(self, settings: TrainingSettings, epoch_steps: int) -> None:
        super().__init__(settings, epoch_steps)
        self.is_constant = False
        self.now = settings.learning_rate

    def rate(self, step: int, plateau: Plateau = AT_FIRST) -> float:
        """The same for all batches of a step."""
        return self.now


class _FreshNetwork:
    """A network as a run of its design begins with it, and random numbers of its own: nobody sees that it learns."""

    def __init__(self, design: Design, dataset: Dataset, start: nn.Module | None) -> None:
        settings = design.training.model_copy(update={"ema_decay": 0.0})  # nothing is evaluated
        self._design, self._dataset = replace(design, training=settings), dataset
        inference, self.device = trainable(self._design, dataset.info)
        settle(None, self.device, settings)
        self._binding = bind(design.network, dataset.info)
        parts = SampleParts.of(dataset, self._binding, self._design, self.device)
        self._samples, self._epoch_steps = parts.training, parts.steps_per_epoch
        self._augment = Augmenting.of(self._design, self._binding)
        with torch.random.fork_rng():
            model = build(design.network, inference, settings.seed).to(self.device)
            self._random = _random_state(self.device)
        if start is not None:
            model.load_state_dict(start.state_dict())
        goals = goals_of(design.network, self._binding, model.outputs)
        expect_learnable(goals, design, inference, dataset.train, parts.rows)
        weights = class_weights(goals, settings, dataset.train, parts.rows, self.device)
        more = (model.outputs, weights, self.device, self._epoch_steps, self._samples.follows)
        self._learner = Learner(self._design, laid_out(model), self._binding, *more)
        self._schedule = self._learner.schedule = _GivenRate(settings, self._epoch_steps)

    def losses(self, rates: Iterator[float]) -> Generator[tuple[float, float]]:
        """A step at each rate, and the loss before that: that of all Outputs, the mean of the batches of the step."""
        self._learner.model.train()
        with closing(self._batches()) as batches:
            step = 0
            for self._schedule.now in rates:
                losses = []
                for batch in batches:
                    losses.append(self._loss(batch, step))
                    step += 1
                    if self._learner.ends_step((step - 1) % self._epoch_steps):
                        break
                yield self._schedule.now, math.fsum(losses) / len(losses)

    def _loss(self, batch: Batch, step: int) -> float:
        with self._own_random_numbers():
            _, losses = self._learner.step(batch, step, AT_FIRST)
        return float(minimised(losses, self._learner.objectives).detach())

    def _batches(self) -> Generator[Batch]:
        """Those of one epoch after the other, as a run has them."""
        settings, epoch = self._design.training, 0
        while True:
            epoch += 1
            order = self._learner.begin_epoch(len(self._samples), epoch, 0)
            for number, batch in enumerate(self._samples.batches(order, settings.batch_size)):
                yield self._augment(batch, epoch, number)

    @contextmanager
    def _own_random_numbers(self) -> Iterator[None]:
        """Those of others stay as they are, though others may be served between two steps."""
        with torch.random.fork_rng():
            torch.set_rng_state(self._random[0])
            if self.device.type == "cuda":
                torch.cuda.set_rng_state(self._random[-1], self.device)
            yield
            self._random = _random_state(self.device)


def _random_state(device: torch.device) -> tuple[torch.Tensor, ...]:
    """Of the CPU, and of a GPU where it is computed there."""
    own = torch.get_rng_state()
    return (own, torch.cuda.get_rng_state(device)) if device.type == "cuda" else (own,)
