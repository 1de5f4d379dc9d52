"""Points of a curve that do not grow with the run: neighbours are joined when there are too many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
CAPACITY = 1 << 15
"""Buckets at most; when they are full, neighbours become one."""
_LAST, _HIGH, _LOW, _STEPS, _SUM, _SMOOTH = range(6)
"""Rows: the last step of a bucket, its largest and smallest value, how many steps it is of, and sums of values."""
_JOINED = ((np.maximum, slice(0, 2)), (np.minimum, slice(2, 3)), (np.add, slice(3, 6)))
"""How rows are joined."""
_FORGOTTEN = 1e-12


@dataclass(frozen=True)
class SeenPoints:
    """What is drawn of a curve: for each bucket its last step, its smallest, largest, mean and smoothed value [N]."""

    steps: Floats
    low: Floats
    high: Floats
    mean: Floats
    smooth: Floats


class Series:
    """Values over steps as at most `CAPACITY` buckets, and pairs, fours, … of these, so that any part is drawn at once.

    The smoothed line is an exponential mean over steps, without the pull to zero at its beginning (the correction of
    Adam: Kingma, Ba 2014). It does not depend on how many points are drawn or kept: a value that is the mean of n steps
    counts as n equal ones.
    """

    def __init__(self, smoothing: float = 0.9) -> None:
        self._smoothing = smoothing
        self.clear()

    def clear(self) -> None:
        """Begins anew."""
        self.width = 1
        """Points in a full bucket."""
        self.count = 0
        """Steps that it has values of."""
        self._levels = [np.empty((6, 256))]
        self._size = 0
        self._fill = 0
        """Points in the last, perhaps unfinished bucket."""
        self._running, self._weight = 0.0, 0.0

    @property
    def smoothing(self) -> float:
        """Share of the mean so far that stays with each step, from 0, which is the values themselves, below 1."""
        return self._smoothing

    @smoothing.setter
    def smoothing(self, share: float) -> None:
        if share == self._smoothing:
            return
        self._smoothing, self._running, self._weight = share, 0.0, 0.0
        base = self._levels[0]
        if self._size:
            steps = base[_STEPS, : self._size]
            base[_SMOOTH, : self._size] = self._smoothed(self.means, steps) * steps
        self._join_levels(0)

    def extend(
        self,
        values: npt.NDArray[np.floating],
        last: npt.NDArray[np.integer] | None = None,
        steps: npt.NDArray[np.integer] | None = None,
    ) -> None:
        """Adds values: those of the next steps, or each the mean of so many `steps` of which `last` is the last one.

        Values that are not finite are left out.
        """
        first = int(self.steps[-1]) if self._size else 0
        ends = np.arange(first + 1, first + 1 + len(values)) if last is None else np.asarray(last)
        counts = np.ones(len(values)) if steps is None else np.asarray(steps, np.float64)
        finite = np.isfinite(values)
        points = np.empty((6, int(finite.sum())))
        points[_LAST], points[_STEPS] = ends[finite], counts[finite]
        points[_LOW] = points[_HIGH] = values[finite]
        points[_SUM] = points[_LOW] * points[_STEPS]
        points[_SMOOTH] = self._smoothed(points[_LOW], points[_STEPS]) * points[_STEPS]
        self.count += int(counts[finite].sum())
        while points.shape[1]:
            points = points[:, self._take(points) :]

    def _take(self, points: Floats) -> int:
        """Puts as many points into buckets as there are some for; how many those were."""
        if self._size == CAPACITY and self._fill == self.width:
            self._halve()
        room = self.width - self._fill if self._size else 0
        taken: int = min(points.shape[1], room + (CAPACITY - self._size) * self.width)
        begun = self._size
        if room:
            last = self._levels[0][:, self._size - 1]
            for join, rows in _JOINED:
                last[rows] = join(last[rows], join.reduce(points[rows, : min(room, taken)], axis=1))
            self._fill += min(room, taken)
            begun -= 1
        if taken > room:
            new = _grouped(points[:, room:taken], self.width)
            self._make_room(self._size + new.shape[1])
            self._levels[0][:, self._size : self._size + new.shape[1]] = new
            self._size += new.shape[1]
            self._fill = (taken - room - 1) % self.width + 1
        self._join_levels(begun)
        return taken

    def _make_room(self, size: int) -> None:
        base = self._levels[0]
        if size > base.shape[1]:
            more = np.empty((6, min(max(2 * base.shape[1], size), CAPACITY)))
            more[:, : self._size] = base[:, : self._size]
            self._levels[0] = more

    def _halve(self) -> None:
        half = _grouped(self._levels[0][:, : self._size], 2)
        self._levels = [self._levels[0]]
        self._levels[0][:, : half.shape[1]] = half
        self._size, self.width = half.shape[1], 2 * self.width
        self._fill = self.width
        self._join_levels(0)

    def _join_levels(self, begun: int) -> None:
        """Brings pairs, fours, … of buckets up to date, from one of the buckets on."""
        size, place = self._size, 0
        while size > 1:
            begun -= begun % 2
            lower = self._levels[place]
            joined = _grouped(lower[:, begun:size], 2)
            begun, size, place = begun // 2, (size + 1) // 2, place + 1
            if place == len(self._levels):
                self._levels.append(np.empty((6, 0)))
            if self._levels[place].shape[1] < size:
                more = np.empty((6, (lower.shape[1] + 1) // 2))
                more[:, :begun] = self._levels[place][:, :begun]
                self._levels[place] = more
            self._levels[place][:, begun:size] = joined

    def _smoothed(self, values: Floats, steps: Floats) -> Floats:
        """The exponential mean behind each value, float64 [N], going on from those before."""
        if not len(values):
            return np.empty(0)
        kept = self._smoothing**steps
        means = _running_mean(self._running, values, kept)
        weights = _running_mean(self._weight, np.ones(len(values)), kept)
        self._running, self._weight = float(means[-1]), float(weights[-1])
        smoothed: Floats = means / weights
        return smoothed

    def cut_behind(self, step: int) -> None:
        """Leaves out what came behind a step: a run goes on from there."""
        size = int(np.searchsorted(self.steps, step, side="right"))
        if size == self._size:
            return
        base, smoothing = self._levels[0][:, :size].copy(), self._smoothing
        width = self.width
        self.clear()
        self.width = width
        self._make_room(size)
        self._levels[0][:, :size] = base
        self._size, self._fill, self.count = size, width, int(base[_STEPS].sum())
        self._smoothing = -1.0  # so that it is worked out anew
        self.smoothing = smoothing

    @property
    def steps(self) -> Floats:
        """The last step of each bucket."""
        return self._levels[0][_LAST, : self._size]

    @property
    def counts(self) -> Floats:
        """How many steps each bucket is of."""
        return self._levels[0][_STEPS, : self._size]

    @property
    def means(self) -> Floats:
        """The mean of each bucket."""
        means: Floats = self._levels[0][_SUM, : self._size] / self.counts
        return means

    @property
    def lows(self) -> Floats:
        """The smallest value of each bucket."""
        return self._levels[0][_LOW, : self._size]

    @property
    def highs(self) -> Floats:
        """The largest value of each bucket."""
        return self._levels[0][_HIGH, : self._size]

    @property
    def last_smooth(self) -> float | None:
        """Where the smoothed line ends; None without a value."""
        return self._running / self._weight if self._size else None

    def seen(self, low: float, high: float, most: int) -> SeenPoints:
        """The buckets between two steps, and one on each side, joined until there are no more than about `most`."""
        first = max(int(np.searchsorted(self.steps, low)) - 1, 0)
        end = min(int(np.searchsorted(self.steps, high, side="right")) + 1, self._size)
        place = 0
        while (end - first) > max(most, 2) and place + 1 < len(self._levels):
            first, end, place = first // 2, (end + 1) // 2, place + 1
        part = self._levels[place][:, first:end]
        return SeenPoints(
            part[_LAST].copy(),
            part[_LOW].copy(),
            part[_HIGH].copy(),
            part[_SUM] / part[_STEPS],
            part[_SMOOTH] / part[_STEPS],
        )

    def at(self, step: float) -> tuple[float, float] | None:
        """The smoothed value and the mean at a step, or at the next one that there is; None behind the last."""
        place = int(np.searchsorted(self.steps, step - 0.5))
        if place >= self._size:
            return None
        base = self._levels[0][:, place]
        return float(base[_SMOOTH] / base[_STEPS]), float(base[_SUM] / base[_STEPS])


def _grouped(points: Floats, width: int) -> Floats:
    """Neighbours joined, so many at a time; the last group may be smaller."""
    if width == 1 or not points.shape[1]:
        return points.copy()
    begins = np.arange(0, points.shape[1], width)
    grouped = np.empty((len(points), len(begins)))
    for join, rows in _JOINED:
        join.reduceat(points[rows], begins, axis=1, out=grouped[rows])
    return grouped


def _running_mean(before: float, values: Floats, kept: Floats) -> Floats:
    """s[i] = kept[i] s[i−1] + (1 − kept[i]) values[i], by doubling (Hillis, Steele 1986) instead of one by one."""
    kept, gained = kept.copy(), (1 - kept) * values
    gained[0] += kept[0] * before
    kept[0] = 0.0
    distance = 1
    while distance < len(values) and kept.max() > _FORGOTTEN:
        gained[distance:] = gained[distance:] + kept[distance:] * gained[:-distance]
        kept[distance:] = kept[distance:] * kept[:-distance]
        distance *= 2
    return gained
