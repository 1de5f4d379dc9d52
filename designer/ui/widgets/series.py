"""Points of a curve that do not grow with the run: neighbours are joined when there are too many."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LIMIT = 1024
SMOOTHING = 0.9


class Series:
    """Values of steps 1, 2, 3, … as at most `LIMIT` buckets, each with its smallest, largest and mean value."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begins anew."""
        self.width = 1
        """Steps in a bucket; doubles each time the buckets are full."""
        self.first_step = 1
        self.count = 0
        self._low = np.empty(2 * LIMIT)
        self._high = np.empty(2 * LIMIT)
        self._sum = np.empty(2 * LIMIT)
        self._fill = 0
        """Steps in the last, perhaps unfinished bucket."""
        self._buckets = 0

    def extend(self, values: npt.NDArray[np.floating]) -> None:
        """Adds the values of the next steps."""
        self.count += len(values)
        for value in values.tolist():
            if self._buckets == 0 or self._fill == self.width:
                self._open()
                self._low[self._buckets - 1] = self._high[self._buckets - 1] = value
                self._sum[self._buckets - 1] = 0.0
            place = self._buckets - 1
            self._low[place] = min(self._low[place], value)
            self._high[place] = max(self._high[place], value)
            self._sum[place] += value
            self._fill += 1

    def _open(self) -> None:
        if self._buckets == LIMIT:
            half = LIMIT // 2
            self._low[:half] = np.minimum(self._low[0:LIMIT:2], self._low[1:LIMIT:2])
            self._high[:half] = np.maximum(self._high[0:LIMIT:2], self._high[1:LIMIT:2])
            self._sum[:half] = self._sum[0:LIMIT:2] + self._sum[1:LIMIT:2]
            self._buckets, self.width = half, 2 * self.width
        self._buckets += 1
        self._fill = 0

    @property
    def steps(self) -> Floats:
        """The last step of each bucket."""
        ends = self.first_step - 1 + self.width * np.arange(1, self._buckets + 1, dtype=np.float64)
        if self._buckets:
            ends[-1] = self.first_step - 1 + self.count
        return ends

    @property
    def means(self) -> Floats:
        """The mean of each bucket."""
        sizes = np.full(self._buckets, float(self.width))
        if self._buckets:
            sizes[-1] = self._fill
        means: Floats = self._sum[: self._buckets] / sizes
        return means

    def raw(self) -> tuple[Floats, Floats]:
        """A line through the smallest and largest value of each bucket, so that no peak is lost."""
        steps = self.steps
        if self.width == 1:
            return steps, self._low[: self._buckets].copy()
        pairs = np.stack([self._low[: self._buckets], self._high[: self._buckets]], axis=1)
        return np.repeat(steps, 2), pairs.reshape(-1)

    def smooth(self) -> tuple[Floats, Floats]:
        """An exponential moving average over the buckets, without the pull to zero at the start.

        The correction of the start is that of Adam (Kingma, Ba 2014).
        """
        smoothed = np.empty(self._buckets)
        running, weight = 0.0, 0.0
        for place, value in enumerate(self.means.tolist()):
            running = SMOOTHING * running + (1 - SMOOTHING) * value
            weight = SMOOTHING * weight + (1 - SMOOTHING)
            smoothed[place] = running / weight
        return self.steps, smoothed
