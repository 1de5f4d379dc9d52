"""Which learning rate the losses at rising ones speak for. Imports no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from designer.core.schema.units import figure

STAYS = 0.05
"""Share of the mean so far that is left of it ten times as high up."""
_AT_FIRST = 5.0
"""Up to so many times the lowest rate nothing is learned yet."""
_FEWEST = 3
_RISEN = 3.0
_SOME = 0.1
_BELOW_LEAST = 10.0
_LEAST_FALL = 0.01
_BEYOND_NOISE = 4.5
_SPREAD = 0.954
"""Median of |a − b| for two numbers of a normal distribution, in its standard deviations."""
_NEARLY_LAST = 0.97


@dataclass(frozen=True)
class RateChoice:
    """A learning rate with two digits, or none, and why, in a sentence or two."""

    rate: float | None
    text: str


class RisingRates:
    """Rates from low to high, the loss at each, and that loss smoothed.

    The smoothed loss is an exponential mean along the logarithm of the rate, without the pull to zero at its beginning
    (as Adam corrects its own: Kingma, Ba 2014): with s = 0.05 ^ log10(rate / rate before) it is m / w, where
    m ← s m + loss and w ← s w + 1. So it lags as far behind, however many rates there are.
    """

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.losses: list[float] = []
        self.smoothed: list[float] = []
        self.broke_at: float | None = None
        """The rate at which the loss was no longer finite."""
        self._sum = self._weight = 0.0
        self._stays = 0.0
        self._least = math.inf

    def add(self, rate: float, loss: float) -> None:
        """The next rate; a loss that is not finite is not on the curve."""
        if not math.isfinite(loss):
            self.broke_at = rate
            return
        self._stays = STAYS ** math.log10(rate / self.rates[-1]) if self.rates else 0.0
        self._sum = self._stays * self._sum + loss
        self._weight = self._stays * self._weight + 1
        self.rates.append(rate)
        self.losses.append(loss)
        self.smoothed.append(self._sum / self._weight)
        if len(self.rates) > self._first:
            self._least = min(self._least, self.smoothed[-1])

    @property
    def _first(self) -> int:
        """How many rates are so low that nothing is learned yet."""
        return max(sum(rate <= _AT_FIRST * self.rates[0] for rate in self.rates), _FEWEST) if self.rates else _FEWEST

    @property
    def before(self) -> float:
        """The loss before anything is learned."""
        return float(np.mean(self.losses[: self._first]))

    @property
    def has_risen(self) -> bool:
        """Whether higher rates need not be tried: the loss is not finite, or four times its least.

        Where the least is near zero, or below, what it has fallen by counts in its place.
        """
        if self.broke_at is not None:
            return True
        if math.isinf(self._least):
            return False
        return self.smoothed[-1] - self._least > _RISEN * max(abs(self._least), _SOME * (self.before - self._least))

    def chosen(self) -> RateChoice:
        """A tenth of the rate at which the smoothed loss is least: there the rate is nearly too high already.

        The test is that of L. Smith (Cyclical learning rates for training neural networks, 2015), the rule S. Gugger's
        (How do you find a good learning rate, 2018). None is chosen where the loss falls by no more than chance.
        """
        if math.isinf(self._least):
            return RateChoice(None, self._never_begun())
        place = self._first + int(np.argmin(self.smoothed[self._first :]))
        least = self.rates[place]
        if not self._fell(place):
            return RateChoice(None, self._never_fell(place))
        rate = float(f"{least / _BELOW_LEAST:.1e}")
        if place >= _NEARLY_LAST * (len(self.rates) - 1) and not self.has_risen:
            text = f"The loss still fell at {least:.2g}, the highest rate that was tried."
            return RateChoice(rate, f"{text} A tenth of it, {rate:g}, is safe; a higher one may be better.")
        text = f"The loss is least at {least:.2g}."
        return RateChoice(rate, f"{text} A tenth of that, {rate:g}, is well below where it rises again.")

    def _fell(self, place: int) -> bool:
        """By more than a hundredth, and more than noise explains."""
        fall = self.before - self.smoothed[place]
        return fall > max(_LEAST_FALL * abs(self.before), self._by_chance(place))

    def _by_chance(self, place: int) -> float:
        """What noise explains of a fall, as steps behind each other tell of it."""
        noise = float(np.median(np.abs(np.diff(self.losses[: place + 1])))) / _SPREAD
        return _BEYOND_NOISE * noise * math.sqrt(1 / self._first + (1 - self._stays) / (1 + self._stays))

    def _never_begun(self) -> str:
        if self.broke_at is None:
            return "Too few rates were tried to choose one."
        text = f"The loss is not finite at a rate of {self.broke_at:.2g} already."
        return f"{text} Look at the numbers that the network gets: no rate mends them."

    def _never_fell(self, place: int) -> str:
        before, rates = figure(self.before), f"no rate from {self.rates[0]:.2g} to {self.rates[-1]:.2g}"
        if self._by_chance(place) > _LEAST_FALL * abs(self.before):
            text = f"The loss never fell clearly: it was about {before} at first, and at {rates} was it less by more"
            return f"{text} than it differs from batch to batch. With a larger batch size it differs less."
        text = f"The loss never fell: it was about {before} at first, and {rates} made it less."
        return f"{text} See whether the network can learn its targets from these data."
