from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from designer.core.graph.binding import Feature, Target, info_of, known_of
from designer.core.graph.data_settings import KnownData, KnownFeature, KnownTarget
from designer.core.storage.resources import resource
from designer.data import sources
from designer.data.errors import DataError
from designer.data.readers._shared import pad
from designer.data.samples import Samples


def test_that_the_digits_are_what_the_network_expects() -> None:
    data = sources.load("mnist_5k")
    assert data.train.columns["image"].shape == (4000, 1, 28, 28)
    assert np.bincount(data.test.columns["digit"]).tolist() == [100] * 10
    assert data.train.sample("image", 0).max() == 1.0


def test_that_vowels_are_padded_with_zeros_behind_each_sequence() -> None:
    data = sources.load("japanese_vowels")
    lengths, speech = data.train.lengths("speech"), data.train.columns["speech"]
    assert lengths is not None
    assert (len(data.train), len(data.test)) == (270, 370)
    for row, length in enumerate(lengths):
        assert not speech[row, length:].any()
        assert speech[row, length - 1].any()
        assert data.train.sample("speech", row).shape == (length, 12)


def test_that_a_window_of_passengers_ends_before_its_target() -> None:
    data = sources.load("airline_passengers")
    months, following = data.train.columns["months"], data.train.columns["next_month"]
    assert months.shape == (96, 12, 1)
    assert np.array_equal(months[1:, -1, 0], following[:-1, 0])
    assert data.test.columns["next_month"][-1, 0] == pytest.approx(4.32)


@pytest.mark.parametrize("name", list(sources.sources()))
def test_that_a_source_keeps_what_it_promises(name: str) -> None:
    source, data = sources.sources()[name], sources.load(name)
    assert (len(data.train) + len(data.test), len(data.test)) == (source.samples, source.test_samples)
    assert data.info is source.info
    assert all(resource("data", file).exists() for file in source.files)
    for part in (data.train, data.test):
        for column in (*source.info.features, *source.info.targets):
            holds_what_it_says(column, part)


def holds_what_it_says(column: Feature | Target, part: Samples) -> None:
    """Shape, kind of number, bounds, lengths, and zeros behind each end."""
    values, shape, lengths = part.columns[column.name], column.shape, part.lengths(column.name)
    assert len(values) == len(part)
    assert (lengths is not None) == shape.varies
    one_class = isinstance(column, Target) and column.classes is not None and not column.per_step
    sizes = () if one_class else shape.sizes
    assert all(size in (None, there) for size, there in zip(sizes, values.shape[1:], strict=True))
    count = column.vocabulary if isinstance(column, Feature) else len(column.classes or ())
    assert values.dtype == (np.int64 if count else np.float32)
    if count:
        assert values.min() >= 0
        assert values.max() < count
    if lengths is not None:
        assert lengths.min() >= 1
        assert lengths.max() <= values.shape[1]
        assert not values[np.arange(values.shape[1]) >= lengths[:, None]].any()


@pytest.mark.parametrize("name", list(sources.sources()))
def test_that_a_file_can_hold_all_that_is_known_of_data(name: str) -> None:
    info = sources.sources()[name].info
    written = known_of(info).model_dump_json(exclude_defaults=True)
    assert info_of(KnownData.model_validate_json(written), name) == info


def test_that_boxes_and_points_of_a_wrong_shape_are_refused() -> None:
    with pytest.raises(ValidationError, match="a box is four numbers"):
        KnownTarget(name="box", axes=("F",), sizes=(3,), marks="box")
    with pytest.raises(ValidationError, match="points are steps of two numbers"):
        KnownFeature(name="points", axes=("L", "F"), sizes=(None, 3), drawn_as="points")


def test_that_an_unknown_source_is_told_with_those_that_are_there() -> None:
    with pytest.raises(DataError, match="no source called 'nowhere': expected one of mnist_5k"):
        sources.load("nowhere")


def test_that_lengths_that_do_not_add_up_are_told() -> None:
    with pytest.raises(ValueError, match="add up to 5 steps, but there are 4"):
        pad(np.zeros((4, 2), np.float32), np.array([2, 3]))
