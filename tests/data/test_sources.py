from __future__ import annotations

import numpy as np
import pytest

from designer.data import sources
from designer.data.samples import DataError, pad, validation_split


def test_that_the_digits_are_what_the_network_expects() -> None:
    data = sources.load("mnist_5k")
    assert data.train.x.shape == (4000, 1, 28, 28)
    assert np.bincount(data.test.y).tolist() == [100] * 10
    assert data.train.sample(0).max() == 1.0
    assert data.train.sample(0).dtype == np.float32


def test_that_vowels_are_padded_with_zeros_behind_each_sequence() -> None:
    data = sources.load("japanese_vowels")
    assert data.train.lengths is not None
    assert (len(data.train), len(data.test)) == (270, 370)
    assert len(data.info.classes or ()) == 9
    for row, length in enumerate(data.train.lengths):
        assert not data.train.x[row, length:].any()
        assert data.train.x[row, length - 1].any()
        assert data.train.sample(row).shape == (length, 12)


def test_that_a_window_of_passengers_ends_before_its_target() -> None:
    data = sources.load("airline_passengers")
    assert data.train.x.shape == (108, 12, 1)
    assert np.array_equal(data.train.x[1:, -1, 0], data.train.y[:-1, 0])
    assert data.test.y[-1, 0] == pytest.approx(4.32)


@pytest.mark.parametrize("name", list(sources.sources()))
def test_that_a_source_keeps_what_it_promises(name: str) -> None:
    source, data = sources.sources()[name], sources.load(name)
    assert len(data.train) + len(data.test) == source.samples
    assert len(data.test) == source.test_samples
    assert data.info is source.info
    wanted = [size for size in source.info.shape.sizes if size is not None]
    assert list(data.test.sample(0).shape[-len(wanted) :]) == wanted


def test_that_the_split_is_balanced_complete_and_repeatable() -> None:
    y = sources.load("mnist_5k").train.y
    learned, held = validation_split(y, 0.2, 7, classes=True)
    assert sorted([*learned, *held]) == list(range(4000))
    assert np.bincount(y[held]).tolist() == [80] * 10
    again = validation_split(y, 0.2, 7, classes=True)
    assert np.array_equal(held, again[1])
    assert not np.array_equal(held, validation_split(y, 0.2, 8, classes=True)[1])


def test_that_an_unknown_source_is_told_with_those_that_are_there() -> None:
    with pytest.raises(DataError, match="no source called 'nowhere': expected one of mnist_5k"):
        sources.load("nowhere")


def test_that_lengths_that_do_not_add_up_are_told() -> None:
    with pytest.raises(DataError, match="add up to 5 steps, but there are 4"):
        pad(np.zeros((4, 2), np.float32), np.array([2, 3]))
