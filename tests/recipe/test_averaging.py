"""A running mean of the weights: evaluated in their place, in scripts, too, and gone on with bit by bit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from designer.engine.protocol.events import EpochEnded
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.recipe.averaging import follow, mean_of
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, months, two_outputs
from tests.helpers import chain, dense, design_of, input_of, output_for, same_weights, stopped_at, trained
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes


def test_that_the_mean_is_torch_s_once_the_first_steps_are_over() -> None:
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    mean = mean_of(model)
    theirs = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.5), use_buffers=True
    )
    theirs.update_parameters(model)  # the first of torch's takes the weights as they are
    for step in range(10, 15):
        with torch.no_grad():
            for weight in model.parameters():
                weight += torch.randn_like(weight)
        model(torch.randn(6, 3))
        follow(mean, model, step, 0.5)
        theirs.update_parameters(model)
    for ours, wanted in zip(mean.parameters(), theirs.module.parameters(), strict=True):
        torch.testing.assert_close(ours, wanted)
        assert not ours.requires_grad
    torch.testing.assert_close(mean[1].running_mean, theirs.module[1].running_mean)
    assert mean[1].num_batches_tracked == model[1].num_batches_tracked == 5


def test_that_the_first_steps_forget_the_first_weights_faster() -> None:
    model = nn.Linear(1, 1, bias=False)
    mean = mean_of(model)
    with torch.no_grad():
        first = float(mean.weight)
        model.weight.fill_(1.0)
    follow(mean, model, 0, 0.999)
    assert float(mean.weight) == pytest.approx(0.1 * first + 0.9)


@pytest.mark.parametrize(
    "given",
    [
        {"ema_decay": 0.9},
        {"ema_decay": 0.99, "accumulation": 2, "schedule": "cosine_annealing", "validation_share": 0.0},
    ],
    ids=str,
)
def test_that_a_script_learns_along_the_same_curve_with_it(
    given: dict[str, object], tmp_path: Path, for_ruff: ForRuff
) -> None:
    design = design_of(months(), "airline_passengers", epochs=2, learning_rate=0.01, batch_size=8, **given)
    text = assert_same_curve(design, tmp_path)
    assert "\nEMA_DECAY = 0.9" in text
    for_ruff(text)


def test_that_a_script_with_several_outputs_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    for_ruff(assert_same_curve(design_of(two_outputs(), "mnist_5k", **FEW, ema_decay=0.8), tmp_path))


def test_that_training_is_as_without_it_and_validation_is_of_the_mean() -> None:
    plain, with_mean = (trained(stripes(ema_decay=decay), samples()) for decay in (0.0, 0.9))
    ended = [[event.metrics for event in events if isinstance(event, EpochEnded)] for _, events in (plain, with_mean)]
    assert [figures["train_loss"] for figures in ended[0]] == [figures["train_loss"] for figures in ended[1]]
    assert ended[0][-1]["val_loss"] != ended[1][-1]["val_loss"]
    assert same_weights(with_mean[0].model, with_mean[0]._learner.mean)
    assert not same_weights(with_mean[0].model, plain[0].model)


def test_that_a_run_stopped_within_an_epoch_goes_on_bit_by_bit(tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(ema_decay=0.9, accumulation=2), tmp_path, 3, 6)


def test_that_figures_of_batch_norm_are_gone_on_with(tmp_path: Path) -> None:
    network = chain(
        input_of(1, 6, 6),
        ("conv2d", "conv1", {"out_channels": 3}),
        ("batch_norm2d", "norm1"),
        "flatten",
        dense(4),
        output_for(),
    )
    assert_goes_on_alike(design_of(network, epochs=2, batch_size=16, ema_decay=0.9), tmp_path, 3)


def test_that_a_checkpoint_has_the_mean_as_its_weights_and_those_that_are_learned_on_beside_it(tmp_path: Path) -> None:
    design = stripes(ema_decay=0.9)
    run = Run.create(tmp_path / "run", design)
    stopped_at(3, design, samples(), run)
    found = read_checkpoint(run.checkpoint)
    assert found.part("raw.").keys() == found.part("model.").keys()
    assert not any(torch.equal(found.part("raw.")[name], value) for name, value in found.part("model.").items())
    plain = Run.create(tmp_path / "plain", stripes())
    stopped_at(3, stripes(), samples(), plain)
    assert not read_checkpoint(plain.checkpoint).part("raw.")
