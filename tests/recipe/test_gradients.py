"""What is done with gradients ahead of a step: clipped as torch does, and gathered over several batches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from designer.core.graph.training_settings import MAY_CHANGE
from designer.engine.protocol.events import BatchesEnded
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.training import trainer
from designer.recipe import accumulation, choices
from designer.recipe.descent import clip_by_norm, clip_by_value
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, months, two_outputs
from tests.helpers import (
    chain,
    dense,
    design_of,
    digits_dataset,
    input_of,
    output_for,
    same_weights,
    stopped_at,
    trained,
)
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes

SETTINGS = [
    {"clip_norm": 0.01},
    {"clip_value": 0.001},
    {"clip_norm": 0.01, "clip_value": 0.001, "l2": 0.01},
    {"accumulation": 3},
    {"accumulation": 100},
    {"accumulation": 2, "clip_norm": 0.01, "schedule": "one_cycle", "l1": 0.001},
]


def with_gradients() -> nn.Module:
    torch.manual_seed(1)
    model = nn.Linear(5, 4)
    for weight in model.parameters():
        weight.grad = torch.randn_like(weight)
    return model


def gradients(model: nn.Module) -> torch.Tensor:
    return torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.grad is not None])


def test_that_gradients_are_cut_by_their_norm_or_number_by_number() -> None:
    first = gradients(with_gradients())
    clip_by_norm(model := with_gradients(), 0.5)
    torch.testing.assert_close(gradients(model), first * (0.5 / first.norm()), rtol=1e-5, atol=1e-6)
    clip_by_norm(model := with_gradients(), 100.0)
    assert torch.equal(gradients(model), first)
    clip_by_value(model := with_gradients(), 0.3)
    assert torch.equal(gradients(model), first.clamp(-0.3, 0.3))


def test_that_they_are_cut_by_value_first_and_not_at_all_at_0() -> None:
    both = stripes(clip_norm=1.0, clip_value=1.0).training
    assert [item.name for item in choices.descent_of(both)] == ["clip_by_value", "clip_by_norm", "descend"]
    assert [item.name for item in choices.descent_of(stripes().training)] == ["descend"]
    assert {"clip_norm", "clip_value"} < set(MAY_CHANGE)


def test_that_no_report_of_a_run_has_a_longer_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "REPORT_SECONDS", 0.0)
    norms = {}
    for most in (0.0, 0.05):
        _, events = trained(stripes(clip_norm=most), samples())
        reports = [event.metrics for event in events if isinstance(event, BatchesEnded)]
        norms[most] = np.concatenate([report["gradient_norm"] for report in reports])
    assert norms[0.0].max() > 0.1
    assert norms[0.05].max() <= 0.05001


@pytest.mark.parametrize("given", SETTINGS, ids=str)
def test_that_a_script_learns_along_the_same_curve_with_it(
    given: dict[str, object], tmp_path: Path, for_ruff: ForRuff
) -> None:
    design = design_of(months(), "airline_passengers", epochs=2, learning_rate=0.01, batch_size=8, **given)
    text = assert_same_curve(design, tmp_path)
    assert all(f"\n{name.upper()} = " in text for name in given if name != "schedule")
    for_ruff(text)


def test_that_a_script_with_several_outputs_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    design = design_of(two_outputs(), "mnist_5k", **FEW, accumulation=3, clip_norm=0.1, l2=0.001)
    for_ruff(assert_same_curve(design, tmp_path))


@pytest.mark.parametrize("given", SETTINGS, ids=str)
def test_that_weights_are_others_for_it(given: dict[str, object]) -> None:
    plain = {name: value for name, value in given.items() if name in ("l1", "l2", "schedule")}
    models = [trained(stripes(**numbers, optimizer="sgd"), samples())[0].model for numbers in (given, plain)]
    assert not same_weights(*models)


def test_that_batches_that_make_a_step_learn_as_one_that_is_as_large() -> None:
    network = chain(input_of(1, 6, 6), "flatten", dense(8, "dense2", activation="tanh"), dense(4), output_for())
    shared = {"optimizer": "sgd", "learning_rate": 0.1, "validation_share": 0.0, "epochs": 3}
    large, _ = trained(design_of(network, batch_size=32, **shared), digits_dataset(96))
    small, _ = trained(design_of(network, batch_size=8, accumulation=4, **shared), digits_dataset(96))
    for ours, theirs in zip(small.model.parameters(), large.model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_that_the_last_step_of_an_epoch_has_the_batches_that_are_left() -> None:
    together = [accumulation.batches_of_step(number, 8, 3) for number in range(8)]
    assert together == [3, 3, 3, 3, 3, 3, 2, 2]
    assert [number for number in range(8) if accumulation.begins_step(number, 3)] == [0, 3, 6]
    assert [number for number in range(8) if accumulation.ends_step(number, 8, 3)] == [2, 5, 7]
    session, _ = trained(stripes(accumulation=3), samples())
    batches = session.position.step // 2
    taken = {int(state["step"]) for state in session._learner.optimizer.state.values()}
    assert taken == {2 * -(-batches // 3)}


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_that_a_run_stopped_within_a_step_goes_on_bit_by_bit(optimizer: str, tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(accumulation=3, optimizer=optimizer), tmp_path, 1, 3, 4, 7)


def test_that_a_checkpoint_has_gradients_within_a_step_alone(tmp_path: Path) -> None:
    for step, there in ((2, True), (3, False)):
        design = stripes(accumulation=3)
        run = Run.create(tmp_path / f"run{step}", design)
        stopped_at(step, design, samples(), run)
        found = read_checkpoint(run.checkpoint).part("gradient.")
        names = {name for name, _ in trained(design, samples())[0].model.named_parameters()}
        assert found.keys() == (names if there else set())
