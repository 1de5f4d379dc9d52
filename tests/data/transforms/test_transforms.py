"""The chain of transforms: what it may hold, and what each of them does to a batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from designer.core.graph.binding import Feature
from designer.core.graph.data_settings import DataSettings
from designer.core.schema.shape import Shape, features, image, tokens
from designer.data.errors import DataError
from designer.data.transforms.registry import chain_of, expect_columns, read_transform, transforms
from designer.recipe import augmentation, scaling
from designer.recipe.augmentation import chance_of

IMAGES = torch.arange(2 * 3 * 6 * 8, dtype=torch.float32).view(2, 3, 6, 8) + 1
CURVES = torch.arange(3 * 10 * 2, dtype=torch.float32).view(3, 10, 2) + 1
BATCHES = {
    ("C", "H", "W"): torch.rand(64, 3, 12, 16, generator=chance_of(1, 1, 1)) + 0.1,
    ("L", "F"): torch.rand(64, 20, 2, generator=chance_of(1, 1, 1)) + 0.1,
    ("L",): torch.randint(1, 50, (64, 20), generator=chance_of(1, 1, 1)),
    ("F",): torch.rand(64, 5, generator=chance_of(1, 1, 1)),
    ("L", "C", "H", "W"): torch.rand(8, 4, 1, 6, 6, generator=chance_of(1, 1, 1)),
}
RANDOM = [
    (kind, axes)
    for kind, item in transforms().items()
    if item.function and not item.mixes
    for axes in sorted(item.axes)
]


def changed(kind: str, batch: torch.Tensor, seed: int = 0, **fields: Any) -> torch.Tensor:
    item = read_transform({"kind": kind, **fields})
    return getattr(augmentation, item.function)(batch, **item.arguments(), chance=chance_of(seed, 1, 0))


@pytest.mark.parametrize(("kind", "axes"), RANDOM)
def test_that_a_random_transform_keeps_shape_and_type_and_follows_its_seed(kind: str, axes: tuple[str, ...]) -> None:
    batch = BATCHES[axes]
    before = batch.clone()
    once, again, other = changed(kind, batch), changed(kind, batch), changed(kind, batch, seed=1)
    assert (once.shape, once.dtype) == (batch.shape, batch.dtype)
    assert torch.isfinite(once).all()
    assert torch.equal(once, again)
    assert not torch.equal(once, other)
    assert not torch.equal(once, batch)
    assert torch.equal(batch, before)


def test_that_each_batch_of_each_epoch_is_changed_otherwise() -> None:
    drawn = {torch.rand(1, generator=chance_of(*at)).item() for at in ((0, 1, 0), (0, 1, 1), (0, 2, 0), (1, 1, 0))}
    assert len(drawn) == 4


def test_that_a_flip_is_a_mirror() -> None:
    assert torch.equal(changed("flip", IMAGES, p=1.0), IMAGES.flip(-1))
    assert torch.equal(changed("flip", IMAGES, p=0.0), IMAGES)
    share = (changed("flip", BATCHES["C", "H", "W"]) != BATCHES["C", "H", "W"]).flatten(1).any(1).float().mean()
    assert 0.3 < share < 0.7


def test_that_a_shift_moves_a_picture_as_a_whole() -> None:
    moved = changed("shift", IMAGES, pixels=2)
    found = set()
    for picture, before in zip(moved, IMAGES, strict=True):
        fits = [
            (down, right)
            for down in range(-2, 3)
            for right in range(-2, 3)
            if torch.equal(
                picture, torch.nn.functional.pad(before, (2, 2, 2, 2))[:, 2 + down : 8 + down, 2 + right : 10 + right]
            )
        ]
        assert len(fits) == 1
        found.add(fits[0])


def test_that_a_picture_turned_by_nothing_is_the_same_and_by_a_half_turn_upside_down() -> None:
    torch.testing.assert_close(changed("rotate", IMAGES, degrees=0.0), IMAGES)
    turned = augmentation.random_rotation(IMAGES, 0.0, chance_of(0, 0, 0))
    torch.testing.assert_close(turned, IMAGES)
    torch.testing.assert_close(changed("zoom", IMAGES, share=0.0), IMAGES)


def test_that_a_turn_is_about_the_middle_and_keeps_proportions() -> None:
    picture = torch.zeros(1, 1, 41, 21)
    picture[0, 0, 20, 15] = 1.0  # five pixels to the right of the middle
    turned = changed("rotate", picture, degrees=180.0, seed=3)
    rows, columns = torch.nonzero(turned[0, 0] > 0.2, as_tuple=True)
    distance = ((rows.float() - 20) ** 2 + (columns.float() - 10) ** 2).sqrt().mean()
    assert abs(distance - 5) < 0.7


def test_that_colours_keep_their_mean_with_another_contrast_alone() -> None:
    stronger = changed("colour", IMAGES, brightness=0.0, contrast=0.5)
    torch.testing.assert_close(stronger.mean((1, 2, 3)), IMAGES.mean((1, 2, 3)))
    lighter = changed("colour", IMAGES, brightness=0.5, contrast=0.0)
    ratio = lighter / IMAGES
    torch.testing.assert_close(ratio, ratio[:, :1, :1, :1].expand_as(ratio))


def test_that_a_hole_has_its_size() -> None:
    cut = changed("cutout", IMAGES, share=0.5)
    assert ((cut == 0).sum((1, 2, 3)) == 3 * 3 * 4).all()
    assert torch.equal(cut[cut != 0], IMAGES[cut != 0])


def test_that_noise_has_its_deviation_and_leaves_padding() -> None:
    curves = BATCHES["L", "F"].clone()
    curves[:, 15:] = 0
    noisy = changed("noise", curves, deviation=0.3)
    assert (noisy[:, 15:] == 0).all()
    assert abs((noisy - curves)[:, :15].std().item() - 0.3) < 0.02


def test_that_a_shift_in_time_moves_all_features_together() -> None:
    moved = changed("time_shift", CURVES, steps=3)
    for curve, before in zip(moved, CURVES, strict=True):
        by = [step for step in range(-3, 4) if torch.equal(curve, before[(torch.arange(10) + step).clamp(0, 9)])]
        assert len(by) == 1


def test_that_a_warp_is_between_the_steps() -> None:
    line = torch.arange(11, dtype=torch.float32).view(1, 11, 1)
    warped = changed("time_warp", line, share=0.5)[0, :, 0]
    assert warped[5] == 5
    paces = warped[1:] - warped[:-1]
    inner = paces[(warped[1:] < 10) & (warped[:-1] > 0)]
    torch.testing.assert_close(inner, inner[:1].expand_as(inner))


def test_that_dropped_words_are_unknown_and_padding_stays() -> None:
    numbers = BATCHES["L",].clone()
    numbers[:, 15:] = 0
    dropped = changed("token_drop", numbers, p=0.5)
    assert (dropped[:, 15:] == 0).all()
    assert 0.4 < (dropped[:, :15] == 1).float().mean() < 0.6
    assert torch.equal(dropped[dropped > 1], numbers[dropped > 1])


@pytest.mark.parametrize(("shape", "kept"), [((50, 3, 4, 5), -3), ((300, 7), -1), ((20, 9, 2), -1)])
def test_that_normalised_numbers_have_mean_0_and_deviation_1(shape: tuple[int, ...], kept: int) -> None:
    values = np.random.default_rng(0).normal(7, 3, shape).astype(np.float32)
    rows = np.arange(len(values))
    mean, deviation = scaling.mean_and_deviation(scaling.pieces_of(values, rows), kept)
    others = tuple(axis for axis in range(values.ndim) if axis != values.ndim + kept)
    np.testing.assert_allclose(mean.ravel(), values.mean(others, dtype=np.float64), rtol=1e-6)
    np.testing.assert_allclose(deviation.ravel(), values.std(others, dtype=np.float64), rtol=1e-5)
    scaled = scaling.normalised(values, mean, deviation)
    np.testing.assert_allclose(scaled.mean(others), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(others), 1, atol=1e-5)


@pytest.mark.parametrize(("mean", "size"), [(0, 1e-8), (1e-7, 1e-9), (1e5, 0.05), (-3e7, 1e7), (0.1, 0), (1e6 / 7, 0)])
def test_that_small_and_large_numbers_are_normalised_and_equal_ones_only_moved(mean: float, size: float) -> None:
    values = np.random.default_rng(0).normal(mean, size, (700, 4, 1)).astype(np.float32)
    found = scaling.mean_and_deviation(scaling.pieces_of(values, np.arange(700)), -1)
    np.testing.assert_allclose(found[0].item(), values.mean(dtype=np.float64), rtol=1e-6)
    np.testing.assert_allclose(found[1].item(), values.std(dtype=np.float64) or 1, rtol=1e-6)


def test_that_only_the_rows_to_learn_from_are_measured_and_only_real_steps() -> None:
    values = np.zeros((4, 5, 1), np.float32)
    values[0, :2], values[1, :3] = 2, 4
    values[2:] = 1000
    lengths = np.array([2, 3, 5, 5])
    mean, deviation = scaling.mean_and_deviation(scaling.pieces_of(values, np.array([0, 1]), lengths), -1)
    assert mean.item() == pytest.approx(np.mean([2, 2, 4, 4, 4]))
    assert deviation.item() == pytest.approx(np.std([2, 2, 4, 4, 4]))
    scaled = scaling.normalised(values, mean, deviation, lengths)
    assert (scaled[0, 2:] == 0).all()


def test_that_a_constant_feature_becomes_0() -> None:
    values = np.full((10, 2), 5, np.float32)
    mean, deviation = scaling.mean_and_deviation(scaling.pieces_of(values, np.arange(10)), -1)
    assert (scaling.normalised(values, mean, deviation) == 0).all()


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ([{"kind": "blur"}], "transforms: there is none called 'blur': expected one of normalise, flip"),
        ([{"kind": "flip", "p": 2}], r"transforms: flip: p: expected .* 0 to 1, got 2"),
        ([{"kind": "flip", "q": 2}], "transforms: flip: q:"),
        ([{"kind": "noise"}, {"kind": "normalise"}], "normalise: it comes before those that change samples by chance"),
    ],
)
def test_that_what_a_file_may_not_have_is_told(chain: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(DataError, match=said):
        chain_of(DataSettings(transforms=tuple(chain)))


@pytest.mark.parametrize(
    ("feature", "said"),
    [("photo", "there is no such column: expected one of image"), ("words", "it is not for tokens")],
)
def test_that_a_column_has_to_be_there_and_to_suit(feature: str, said: str) -> None:
    there = [Feature("image", image(3, 8, 8)), Feature("words", tokens(8)), Feature("numbers", features(4))]
    with pytest.raises(DataError, match=said):
        expect_columns([read_transform({"kind": "flip", "feature": feature})], there)


def test_that_sequences_of_any_length_are_not_moved_in_time() -> None:
    assert not read_transform({"kind": "time_shift"}).suits(Shape.of((None, 3)))
    assert read_transform({"kind": "time_shift"}).suits(Shape.of((20, 3)))


@pytest.mark.parametrize("kind", transforms())
def test_that_a_transform_is_read_as_it_was_written(kind: str) -> None:
    item = transforms()[kind]()
    assert read_transform(item.to_json()) == item
    assert DataSettings.model_validate({"transforms": [item.to_json()]}).transforms == (item.to_json(),)
