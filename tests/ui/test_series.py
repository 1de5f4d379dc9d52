"""Series: the points of a curve stay few, and nothing that matters is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.ui.widgets import series as module
from designer.ui.widgets.series import CAPACITY, Series


def one_by_one(values: np.ndarray, share: float) -> np.ndarray:
    """The exponential mean without the pull to zero, as it is defined."""
    found, running, weight = [], 0.0, 0.0
    for value in values:
        running, weight = share * running + (1 - share) * value, share * weight + 1 - share
        found.append(running / weight)
    return np.array(found)


def test_that_a_million_steps_stay_few_points_with_their_extremes_and_means() -> None:
    values = np.random.default_rng(0).normal(size=1_000_000)
    values[123_456], values[654_321] = 50.0, -50.0
    series = Series()
    for part in np.array_split(values, 97):
        series.extend(part)
    assert series.count == 1_000_000
    assert len(series.means) <= CAPACITY
    assert series.steps[-1] == 1_000_000
    expected = [values[start : start + series.width].mean() for start in range(0, 1_000_000, series.width)]
    np.testing.assert_allclose(series.means, expected)
    seen = series.seen(0, 1_000_000, 800)
    assert 300 < len(seen.steps) <= 800
    assert (seen.high.max(), seen.low.min(), seen.steps[-1]) == (50.0, -50.0, 1_000_000)
    near = series.seen(654_000, 655_000, 800)
    assert near.low.min() == -50.0
    assert near.high.max() < 50.0
    assert len(near.steps) < 800


def test_that_memory_and_what_is_drawn_are_the_same_after_ten_times_as_many_steps() -> None:
    sizes = []
    series = Series()
    for _ in range(10):
        series.extend(np.zeros(200_000))
        sizes.append((sum(level.nbytes for level in series._levels), len(series.seen(0, 1e9, 500).steps) <= 500))
    assert sizes[1:] == [sizes[1]] * 9
    assert sizes[-1][0] < 4 << 20


@given(st.lists(st.integers(1, 300), max_size=6), st.integers(0, 2**32 - 1), st.floats(0, 0.99))
def test_that_each_bucket_tells_of_its_own_steps_alone(sizes: list[int], seed: int, share: float) -> None:
    values = np.random.default_rng(seed).uniform(-5, 5, sum(sizes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CAPACITY", 128)
        series = Series(share)
        for part in np.split(values, np.cumsum(sizes)[:-1] if sizes else []):
            series.extend(part)
    buckets = [values[start : start + series.width] for start in range(0, len(values), series.width)]
    assert len(buckets) <= 128
    np.testing.assert_allclose(series.means, [bucket.mean() for bucket in buckets], atol=1e-12)
    np.testing.assert_array_equal(series.steps, np.cumsum([len(bucket) for bucket in buckets]))
    np.testing.assert_array_equal(series.lows, [bucket.min() for bucket in buckets])
    np.testing.assert_array_equal(series.highs, [bucket.max() for bucket in buckets])
    smooth = one_by_one(values, share)
    whole = series.seen(-1, len(values) + 1, 10_000)
    np.testing.assert_allclose(
        whole.smooth, [smooth[start : start + series.width].mean() for start in range(0, len(values), series.width)]
    )
    if len(values):
        assert series.last_smooth == pytest.approx(smooth[-1])
        joined = series.seen(-1, len(values) + 1, 2)
        assert joined.low.min() == values.min()
        assert joined.high.max() == values.max()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 0.99])
def test_that_the_smoothed_line_is_the_mean_as_it_is_defined_also_when_the_share_changes(share: float) -> None:
    values = np.random.default_rng(1).normal(size=700)
    series = Series()
    for part in np.array_split(values, 9):
        series.extend(part)
    series.smoothing = share
    np.testing.assert_allclose(series.seen(0, 700, 1000).smooth, one_by_one(values, share))
    series.extend(values[:50])
    assert series.last_smooth == pytest.approx(one_by_one(np.concatenate([values, values[:50]]), share)[-1])


def test_that_a_mean_of_ten_steps_is_smoothed_as_ten_equal_ones() -> None:
    means, whole = Series(), Series()
    means.extend(np.array([4.0, 1.0, 2.0]), last=np.array([10, 20, 30]), steps=np.full(3, 10))
    whole.extend(np.repeat([4.0, 1.0, 2.0], 10))
    assert means.last_smooth == pytest.approx(whole.last_smooth)
    assert means.count == whole.count == 30
    assert means.at(15) == pytest.approx((whole.at(20)[0], 1.0))
    assert means.at(31) is None


def test_that_an_average_of_a_constant_is_that_constant_from_the_start() -> None:
    series = Series()
    series.extend(np.full(50, 3.0))
    seen = series.seen(0, 50, 100)
    assert seen.smooth == pytest.approx(np.full(50, 3.0))
    assert list(seen.steps) == list(range(1, 51))


def test_that_values_that_are_not_finite_are_left_out_at_their_own_steps() -> None:
    series = Series()
    series.extend(np.array([1.0, np.nan, 3.0, np.inf]))
    assert list(series.steps) == [1, 3]
    assert series.last_smooth == pytest.approx(one_by_one(np.array([1.0, 3.0]), 0.9)[-1])


def test_that_a_cleared_series_begins_anew_and_a_cut_one_goes_on_from_there() -> None:
    series = Series()
    series.extend(np.arange(5000.0))
    series.cut_behind(3000)
    again = Series()
    again.extend(np.arange(3000.0))
    assert series.count == 3000
    assert series.last_smooth == pytest.approx(again.last_smooth)
    series.extend(np.array([7.0]))
    assert series.steps[-1] == 3001
    series.clear()
    assert (series.count, len(series.steps), len(series.means)) == (0, 0, 0)
    series.extend(np.array([1.0, 2.0]))
    assert list(series.steps) == [1, 2]
    assert list(series.means) == [1.0, 2.0]
