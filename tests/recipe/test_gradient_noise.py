"""Noise on gradients: as large as the paper has it, less with each step, and the same wherever a run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from designer.core.graph.training_settings import MAY_CHANGE
from designer.recipe import choices
from designer.recipe.gradient_noise import add_noise
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, months, two_outputs
from tests.helpers import design_of, losses, same_weights, trained
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes


def noise(step: int, size: float, seed: int = 0) -> torch.Tensor:
    """What is added to 20,000 gradients of 1, and nothing to a weight that has none."""
    model = nn.Linear(100, 200)
    model.weight.grad = torch.ones_like(model.weight)
    add_noise(model, step, size, seed)
    assert model.bias.grad is None
    return model.weight.grad - 1


@pytest.mark.parametrize(("step", "size"), [(0, 0.01), (0, 1.0), (99, 1.0), (99_999, 0.3)])
def test_that_its_variance_is_that_of_the_paper(step: int, size: float) -> None:
    found = noise(step, size)
    assert found.var().item() == pytest.approx(size / (1 + step) ** 0.55, rel=0.05)
    assert abs(found.mean().item()) < 4 * found.std().item() / 20_000**0.5


def test_that_no_step_and_no_seed_has_the_noise_of_another() -> None:
    alike = noise(5, 1.0)
    assert torch.equal(alike, noise(5, 1.0))
    for other in (noise(6, 1.0), noise(5, 1.0, seed=1)):
        assert abs(torch.corrcoef(torch.stack([alike.flatten(), other.flatten()]))[0, 1].item()) < 0.05


def test_that_it_does_not_depend_on_how_weights_lie_in_memory() -> None:
    found = []
    for layout in (torch.contiguous_format, torch.channels_last):
        model = nn.Conv2d(3, 4, 3).to(memory_format=layout)
        for weight in model.parameters():
            weight.grad = torch.zeros_like(weight)
        add_noise(model, 0, 1.0, 0)
        assert model.weight.grad is not None
        found.append(model.weight.grad.clone(memory_format=torch.contiguous_format))
    assert torch.equal(*found)


def test_that_it_comes_behind_clipping_and_is_off_at_0() -> None:
    noisy = stripes(clip_norm=1.0, clip_value=1.0, gradient_noise=0.3).training
    names = [item.name for item in choices.descent_of(noisy)]
    assert names == ["clip_by_value", "clip_by_norm", "add_noise", "descend"]
    assert stripes().training.gradient_noise == 0.0
    assert [item.name for item in choices.descent_of(stripes().training)] == ["descend"]
    assert "gradient_noise" in MAY_CHANGE


def test_that_weights_are_others_for_it_and_other_random_numbers_stay() -> None:
    plain, noisy = (trained(stripes(gradient_noise=size), samples()) for size in (0.0, 0.01))
    assert not same_weights(plain[0].model, noisy[0].model)
    assert losses(plain[1])[0] == losses(noisy[1])[0]  # the same weights at first, and the same dropout
    assert torch.equal(*(torch.get_rng_state() for _ in (trained(stripes(), samples()), 0)))


@pytest.mark.parametrize(
    "given",
    [{"gradient_noise": 0.01}, {"gradient_noise": 0.3, "accumulation": 3, "clip_norm": 0.1, "ema_decay": 0.9}],
    ids=str,
)
def test_that_a_script_learns_along_the_same_curve_with_it(
    given: dict[str, object], tmp_path: Path, for_ruff: ForRuff
) -> None:
    design = design_of(months(), "airline_passengers", epochs=2, learning_rate=0.01, batch_size=8, **given)
    text = assert_same_curve(design, tmp_path)
    assert "\nGRADIENT_NOISE = " in text
    for_ruff(text)


def test_that_a_script_with_several_outputs_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    for_ruff(assert_same_curve(design_of(two_outputs(), "mnist_5k", **FEW, gradient_noise=0.01), tmp_path))


def test_that_a_run_stopped_within_an_epoch_goes_on_bit_by_bit(tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(gradient_noise=0.1, accumulation=2), tmp_path, 3, 6)
