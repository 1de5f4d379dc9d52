"""Learning-rate schedules: torch's own numbers, step by step, in the engine and in scripts, and gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load, save
from torch.optim import lr_scheduler as torch_own

from designer.core.graph.training_settings import MAY_CHANGE, TrainingSettings
from designer.core.schema.fields import section_of
from designer.core.storage.files import dumps, read
from designer.core.storage.resources import example
from designer.engine.protocol.events import BatchesEnded, EpochEnded
from designer.engine.runs import checksum
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import pytorch_script
from designer.engine.training.schedule import Schedule
from designer.engine.training.trainer import Trainer
from designer.recipe.choices import settings_without_effect
from designer.recipe.schedules import AT_FIRST, one_cycle_rate
from tests.codegen import few
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, months, two_outputs
from tests.helpers import design_of, same_weights, stripes_network, trained
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes

EPOCHS, EPOCH_STEPS, RATE = 12, 5, 0.1
STEPS = EPOCHS * EPOCH_STEPS
Made = Callable[[torch.optim.Optimizer, int], torch_own.LRScheduler]
THEIRS: dict[str, tuple[dict[str, object], Made]] = {
    "step": ({"step_size": 3, "rate_gamma": 0.5}, lambda of, steps: torch_own.StepLR(of, 3 * EPOCH_STEPS, 0.5)),
    "multi_step": (
        {"milestones": (2, 7), "rate_gamma": 0.3},
        lambda of, steps: torch_own.MultiStepLR(of, [2 * EPOCH_STEPS, 7 * EPOCH_STEPS], 0.3),
    ),
    "exponential": (
        {"rate_gamma": 0.9},
        lambda of, steps: torch_own.StepLR(of, EPOCH_STEPS, 0.9),  # ExponentialLR steps once an epoch
    ),
    "cosine_annealing": ({"min_learning_rate": 0.01}, lambda of, steps: torch_own.CosineAnnealingLR(of, steps, 0.01)),
    "cosine_restarts": (
        {"restart_epochs": 2, "restart_factor": 2},
        lambda of, steps: torch_own.CosineAnnealingWarmRestarts(of, 2 * EPOCH_STEPS, 2),
    ),
    "one_cycle": (
        {"rise_share": 0.4},
        lambda of, steps: torch_own.OneCycleLR(of, RATE, steps, pct_start=0.4, cycle_momentum=False),
    ),
    "polynomial": ({"power": 2.0}, lambda of, steps: torch_own.PolynomialLR(of, steps, 2.0)),
}
ALL = {
    **{name: numbers for name, (numbers, _) in THEIRS.items()},
    "plateau": {"plateau_patience": 0, "rate_gamma": 0.5, "min_learning_rate": 0.002},
}
SHORT: dict[str, dict[str, object]] = {
    "step": {"step_size": 1},
    "multi_step": {"milestones": (1, 2)},
    "exponential": {"rate_gamma": 0.7, "warmup": 2.0},
    "cosine_annealing": {"warmup": 0.3},
    "cosine_restarts": {"restart_epochs": 1, "restart_factor": 2, "min_learning_rate": 0.001},
    "one_cycle": {},
    "polynomial": {"power": 0.5},
    "plateau": {"plateau_patience": 0, "rate_gamma": 0.1, "warmup": 3.0},
    "constant": {"warmup": 0.5},
}
"""Numbers that do something within a few steps."""


def settings(schedule: str, **numbers: object) -> TrainingSettings:
    given = {"schedule": schedule, "learning_rate": RATE, "epochs": EPOCHS, **numbers}
    return TrainingSettings.model_validate(given)


def ours(given: TrainingSettings) -> list[float]:
    schedule = Schedule(given, EPOCH_STEPS)
    return [schedule.rate(step) for step in range(STEPS)]


def theirs(make: Callable[[torch.optim.Optimizer], torch_own.LRScheduler]) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    schedule, rates = make(optimizer), []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


@pytest.mark.parametrize("name", THEIRS)
def test_that_each_step_has_the_rate_of_torch_s_schedule(name: str) -> None:
    numbers, make = THEIRS[name]
    wanted = theirs(lambda optimizer: make(optimizer, STEPS))
    np.testing.assert_allclose(ours(settings(name, **numbers)), wanted, rtol=1e-9, atol=1e-15)


def test_that_the_rate_of_an_epoch_is_that_of_torch_s_exponential_one() -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    schedule = torch_own.ExponentialLR(optimizer, 0.9)
    for epoch in range(EPOCHS):
        (wanted,) = schedule.get_last_lr()
        assert ours(settings("exponential", rate_gamma=0.9))[epoch * EPOCH_STEPS] == pytest.approx(wanted)
        optimizer.step()
        schedule.step()


@pytest.mark.parametrize("name", [name for name in THEIRS if name != "one_cycle"])
def test_that_a_warm_up_stands_before_any_schedule_as_in_torch_s_sequence(name: str) -> None:
    numbers, make = THEIRS[name]

    def sequence(optimizer: torch.optim.Optimizer) -> torch_own.LRScheduler:
        rising = torch_own.LinearLR(optimizer, 1 / 8, total_iters=7)
        return torch_own.SequentialLR(optimizer, [rising, make(optimizer, STEPS - 8)], [8])

    wanted = theirs(sequence)
    for warmup in (8.0, 8.5 / STEPS):
        np.testing.assert_allclose(ours(settings(name, **numbers, warmup=warmup)), wanted, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("steps", "share"), [(1, 0.3), (2, 0.6), (3, 0.9), (10, 0.95), (20, 0.99), (40, 0.3), (7, 1.0)]
)
def test_that_one_cycle_is_torchs_however_short_its_fall_is(steps: int, share: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    theirs = torch_own.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=share, cycle_momentum=False)
    rates = []
    for _ in range(steps):
        rates.append(theirs.get_last_lr()[0])
        optimizer.step()
        theirs.step() if len(rates) < steps else None
    np.testing.assert_allclose([one_cycle_rate(step, steps, RATE, share) for step in range(steps)], rates, atol=1e-12)


def test_that_one_cycle_rises_by_itself() -> None:
    assert ours(settings("one_cycle", warmup=8.0)) == ours(settings("one_cycle"))
    assert "warmup" in settings_without_effect(stripes_network(), settings("one_cycle"))


def test_that_a_plateau_has_the_rates_of_torch_s() -> None:
    losses = [1.0, 0.9, 0.9, 0.89995, 0.95, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    wanted = torch_own.ReduceLROnPlateau(optimizer, factor=0.5, patience=1, min_lr=0.02)
    plateau, rates = AT_FIRST, []
    schedule = Schedule(settings("plateau", rate_gamma=0.5, plateau_patience=1, min_learning_rate=0.02), EPOCH_STEPS)
    for loss in losses:
        wanted.step(loss)
        plateau = schedule.after_epoch(plateau, {"train_loss": 7.0, "val_loss": loss})
        rates.append(schedule.rate(0, plateau))
        assert rates[-1] == pytest.approx(optimizer.param_groups[0]["lr"])
    assert len(set(rates)) == 4
    assert schedule.after_epoch(AT_FIRST, {"train_loss": 7.0})[0] == 7.0


@pytest.mark.parametrize("name", SHORT)
def test_that_a_script_learns_along_the_same_curve_with_it(name: str, tmp_path: Path, for_ruff: ForRuff) -> None:
    numbers = {"schedule": name, **SHORT[name], "epochs": 3, "learning_rate": 0.02}
    design = design_of(months(), "airline_passengers", **numbers, batch_size=16)
    text = assert_same_curve(design, tmp_path)
    assert "set_rate(" in text
    for_ruff(text)
    plain = replace(design, training=design.training.model_copy(update={"schedule": "constant", "warmup": 0.0}))
    assert "rate(" not in pytorch_script(plain, "x").text
    assert not same_weights(*(trained(item, few.samples_of("airline_passengers"))[0].model for item in (design, plain)))


def test_that_a_script_counts_its_batches_only_where_a_step_depends_on_its_number() -> None:
    plateau = design_of(months(), "airline_passengers", schedule="plateau")
    assert "enumerate(" not in pytorch_script(plateau, "x").text
    warmed = replace(plateau, training=plateau.training.model_copy(update={"warmup": 3.0}))
    assert "for number, rows in enumerate(batches)" in pytorch_script(warmed, "x").text


def test_that_a_script_with_several_outputs_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    design = design_of(two_outputs(), "mnist_5k", **FEW, schedule="cosine_annealing", warmup=4.0)
    for_ruff(assert_same_curve(design, tmp_path))


@pytest.mark.parametrize("name", SHORT)
def test_that_a_run_stopped_within_an_epoch_goes_on_with_it_bit_by_bit(name: str, tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(**{"schedule": name, **SHORT[name], "epochs": 3}), tmp_path, 12)


def test_that_a_checkpoint_has_what_a_plateau_has_come_to_and_older_ones_are_at_its_beginning(tmp_path: Path) -> None:
    design = stripes(schedule="plateau", plateau_patience=0, rate_gamma=0.5, epochs=3, learning_rate=1e-8)
    run = Run.create(tmp_path / "run", design)
    trained(design, samples(), run=run)
    found = read_checkpoint(run.checkpoint)
    assert 0 < found.position.plateau[2] < 1
    content = run.checkpoint.read_bytes()
    words = checksum.metadata(content)
    position = json.loads(words["position"])
    assert position.pop("plateau") == list(found.position.plateau)
    older = tmp_path / "older.safetensors"
    older.write_bytes(
        checksum.seal(save(load(content), {**words, "position": json.dumps(position), checksum.ENTRY: checksum.BLANK}))
    )
    assert read_checkpoint(older).position == replace(found.position, plateau=AT_FIRST)


def test_that_reports_have_the_rate_of_each_batch_and_lines_its_mean(tmp_path: Path) -> None:
    design = stripes(schedule="polynomial", learning_rate=0.01)
    run = Run.create(tmp_path / "run", design)
    _, events = trained(design, samples(), run=run)
    reports = [event.metrics["learning_rate"] for event in events if isinstance(event, BatchesEnded)]
    rates = np.concatenate(reports)
    steps = max(event.step for event in events if isinstance(event, EpochEnded))
    np.testing.assert_allclose(rates, 0.01 * (1 - np.arange(steps) / steps))
    lines = [row["learning_rate"] for row in Run(run.folder).events() if row["event"] == BatchesEnded.name()]
    np.testing.assert_allclose(lines, [float(report.mean()) for report in reports])


def test_that_a_schedule_may_become_another_one_while_a_network_is_trained() -> None:
    design = stripes(learning_rate=0.01, epochs=2)
    others = design.training.model_copy(update={"schedule": "cosine_annealing", "min_learning_rate": 0.001})
    events: list[object] = []

    def turn() -> None:
        if session.position.step == 3:
            session.change(others)

    session = Trainer(design, samples(), events.append, between_batches=turn)
    session.run()
    rates = np.concatenate([event.metrics["learning_rate"] for event in events if isinstance(event, BatchesEnded)])
    assert (rates[:3] == 0.01).all()
    wanted = Schedule(others, len(rates) // 2)
    np.testing.assert_allclose(rates[3:], [wanted.rate(step) for step in range(3, len(rates))])


def test_that_each_schedule_has_the_numbers_that_it_takes_and_no_other_does_anything() -> None:
    section = section_of(TrainingSettings.model_fields["schedule"])
    numbers = {name for name, info in TrainingSettings.model_fields.items() if section_of(info) == section} - {
        "schedule"
    }
    assert numbers | {"schedule"} <= set(MAY_CHANGE)
    for name in SHORT:
        idle = settings_without_effect(stripes_network(), settings(name)).keys() & numbers
        warm = set() if name == "one_cycle" else {"warmup"}
        assert numbers - idle == ALL.get(name, {}).keys() | warm | least(name)
    assert "learning_rate" not in settings_without_effect(stripes_network(), settings("constant"))


def least(name: str) -> set[str]:
    return {"min_learning_rate"} if name in ("cosine_annealing", "cosine_restarts", "plateau") else set()


def test_that_a_file_has_them_only_where_they_are_not_as_they_were(tmp_path: Path) -> None:
    design = read(example("vowels_gru"))
    assert not any(f'"{name}"' in dumps(design) for name in ("schedule", "warmup", "milestones", "rate_gamma"))
    after = replace(
        design, training=design.training.model_copy(update={"milestones": (3, 4), "schedule": "multi_step"})
    )
    path = tmp_path / "x.network.json"
    path.write_text(dumps(after), encoding="utf-8")
    assert read(path).training == after.training
    with pytest.raises(ValueError, match="1 to 32 whole numbers from 1 to 1000000"):
        TrainingSettings.model_validate({"milestones": [0]})
