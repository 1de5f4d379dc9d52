"""Series: the points of a curve stay few, and nothing that matters is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.ui.widgets.series import LIMIT, Series


def test_that_a_million_steps_stay_few_points_with_their_extremes_and_means() -> None:
    values = np.random.default_rng(0).normal(size=1_000_000)
    values[123_456], values[654_321] = 50.0, -50.0
    series = Series()
    for part in np.array_split(values, 97):
        series.extend(part)
    steps, line = series.raw()
    assert series.count == 1_000_000
    assert len(series.means) <= LIMIT
    assert len(line) <= 2 * LIMIT
    assert line.max() == 50.0
    assert line.min() == -50.0
    assert series.steps[-1] == steps[-1] == 1_000_000
    expected = [values[start : start + series.width].mean() for start in range(0, 1_000_000, series.width)]
    np.testing.assert_allclose(series.means, expected)


@given(st.lists(st.integers(1, 3000), max_size=6), st.integers(0, 2**32 - 1))
def test_that_each_bucket_tells_of_its_own_steps_alone(sizes: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).uniform(-5, 5, sum(sizes))
    series = Series()
    for part in np.split(values, np.cumsum(sizes)[:-1] if sizes else []):
        series.extend(part)
    buckets = [values[start : start + series.width] for start in range(0, len(values), series.width)]
    assert len(buckets) <= LIMIT
    np.testing.assert_allclose(series.means, [bucket.mean() for bucket in buckets], atol=1e-12)
    ends = np.cumsum([len(bucket) for bucket in buckets])
    np.testing.assert_array_equal(series.steps, ends)
    _, line = series.raw()
    if series.width > 1:
        np.testing.assert_array_equal(line, [f(bucket) for bucket in buckets for f in (np.min, np.max)])
    else:
        np.testing.assert_array_equal(line, values)
    assert np.all(np.diff(series.steps) > 0)


def test_that_an_average_of_a_constant_is_that_constant_from_the_start() -> None:
    series = Series()
    series.extend(np.full(50, 3.0))
    steps, smooth = series.smooth()
    assert smooth == pytest.approx(np.full(50, 3.0))
    assert list(steps) == list(range(1, 51))


def test_that_a_cleared_series_begins_anew() -> None:
    series = Series()
    series.extend(np.arange(5000.0))
    series.clear()
    assert (series.count, len(series.steps), len(series.means)) == (0, 0, 0)
    series.extend(np.array([1.0, 2.0]))
    assert list(series.steps) == [1, 2]
    assert list(series.means) == [1.0, 2.0]
