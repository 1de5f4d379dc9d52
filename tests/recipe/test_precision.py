"""Numbers of fewer digits: torch's autocast while a network learns, float32 everywhere else, in scripts, too."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from designer.core.graph.registry import kinds
from designer.core.graph.training_settings import TrainingSettings
from designer.engine.model import devices
from designer.engine.model.build import build
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Failed, Started
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.training import trainer
from designer.parts.attention import sinusoidal_positions
from designer.recipe import choices
from designer.recipe.precision import in_precision
from tests.blocks.test_contract import KINDS, accepted, batches_of, given_by, model_of
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, months, sequences_again, two_outputs
from tests.helpers import design_of, losses, same_weights, stopped_at, trained
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes


@pytest.fixture
def _float16_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CPU has float16 for the blocks of these tests: what a GPU does with it can be looked at here."""
    monkeypatch.setattr(devices, "_has", lambda precision, device: True)


def test_that_a_model_that_learns_gives_what_autocast_has_it_give_and_one_that_is_evaluated_what_it_gives() -> None:
    model, x = nn.Sequential(nn.Linear(8, 8), nn.Tanh()), torch.randn(4, 8)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        wanted = model(x)
    found = in_precision(model, (x,), "cpu", "bfloat16")
    assert wanted.dtype is torch.bfloat16
    assert isinstance(found, Tensor)
    assert found.dtype is torch.float32
    assert torch.equal(found, wanted.float())
    exact = in_precision(model.eval(), (x,), "cpu", "bfloat16")
    assert isinstance(exact, Tensor)
    assert torch.equal(exact, model(x))
    assert not torch.equal(exact, found)


def test_that_it_learns_with_losses_and_weights_in_float32_and_ends_where_float32_does() -> None:
    (exact, _), (session, events) = (
        trained(stripes(precision=precision, epochs=8), samples()) for precision in ("float32", "bfloat16")
    )
    ended = [event.metrics for event in events if isinstance(event, EpochEnded)]
    assert ended[-1]["val_accuracy"] == 1.0
    assert ended[-1]["train_loss"] < 0.5 * ended[0]["train_loss"]
    assert all(weight.dtype is torch.float32 for weight in session.model.parameters())
    for ours, theirs in zip(session.model.parameters(), exact.model.parameters(), strict=True):
        assert not torch.equal(ours, theirs)
        torch.testing.assert_close(ours, theirs, rtol=0.1, atol=0.05)


def test_that_the_figures_of_validation_and_test_are_those_of_the_weights_in_float32() -> None:
    session, events = trained(stripes(precision="bfloat16"), samples())
    test = samples().test
    model = session.model.eval()
    with torch.inference_mode():
        loss = nn.functional.cross_entropy(model(torch.tensor(test.columns["x"])), torch.tensor(test.columns["y"]))
    assert events[-1].metrics["test_loss"] == pytest.approx(loss.item(), rel=1e-6)  # type: ignore[union-attr]


def test_that_float16_is_refused_on_a_cpu_before_anything_is_trained() -> None:
    _, events = trained(stripes(precision="float16"), samples())
    assert events == [events[-1]]
    assert isinstance(events[-1], Failed)
    assert events[-1].message == "precision: a CPU has no float16 to train with"
    assert events[-1].hint == "Set the precision to float32 or bfloat16."


@pytest.mark.parametrize("design", [
    design_of(months(("dropout", "dropout1", {"p": 0.2})), "airline_passengers", epochs=2, batch_size=20, l2=0.01),
    design_of(two_outputs(), "mnist_5k", **FEW, accumulation=2, ema_decay=0.8),
    design_of(sequences_again(), "japanese_vowels", **FEW),
], ids=["dropout", "two outputs", "lengths"])  # fmt: skip
def test_that_a_script_learns_along_the_same_curve_with_it(design: Any, tmp_path: Path, for_ruff: ForRuff) -> None:
    text = assert_same_curve(_with(design, precision="bfloat16"), tmp_path)
    assert '\nPRECISION = "bfloat16"\n' in text
    assert "GradScaler" not in text
    for_ruff(text)


def _with(design: Any, **settings: object) -> Any:
    return type(design)(design.network, design.data, design.training.model_copy(update=settings))


def test_that_a_run_stopped_within_an_epoch_goes_on_bit_by_bit(tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(precision="bfloat16"), tmp_path, 1, 6)


@pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight")  # torch's, of a slower RMSNorm
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kinds()[kind].inputs])
def test_that_a_kind_computes_and_finds_gradients_in_it_whatever_is_before_it(kind: str) -> None:
    block = kinds()[kind]()
    for inputs in accepted(block):
        for lower in itertools.product((False, True), repeat=len(inputs)):
            model = model_of(block, inputs)
            given = batches_of(inputs, count=4, device="cpu")
            given = tuple(_lowered(value) if low else value for value, low in zip(given, lower, strict=True))
            with torch.autocast("cpu", dtype=torch.bfloat16):
                results = [value for value in given_by(model, given).values() if isinstance(value, Tensor)]
            if results and results[0].requires_grad:
                results[0].float().square().sum().backward()
                assert all(weight.grad.isfinite().all() for weight in model.parameters() if weight.grad is not None)


def _lowered(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_lowered, value))
    return value.bfloat16() if value.is_floating_point() else value


def test_that_numbers_of_steps_keep_all_their_digits() -> None:
    x = torch.zeros(1, 2_000, 8)
    assert torch.equal(sinusoidal_positions(x.bfloat16()), sinusoidal_positions(x))


@pytest.mark.usefixtures("_float16_is_let_through")
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "muon"])
def test_that_float16_learns_with_gradients_that_are_made_larger_until_the_step(optimizer: str) -> None:
    given = {"optimizer": optimizer, "epochs": 3, "clip_norm": 1.0}
    (_, exact), (session, events) = (
        trained(stripes(precision=precision, **given), samples()) for precision in ("float32", "float16")
    )
    ended, wanted = (
        [event.metrics["val_loss"] for event in found if isinstance(event, EpochEnded)] for found in (events, exact)
    )
    assert ended == pytest.approx(wanted, rel=0.02)
    assert ended[-1] < ended[0]
    assert session._learner.scaler is not None
    norm = torch.cat([weight.grad.flatten() for weight in session.model.parameters() if weight.grad is not None]).norm()
    assert 0.01 < norm < 1.0001  # cut as it is, and not as it is made larger


@pytest.mark.usefixtures("_float16_is_let_through")
def test_that_a_script_with_float16_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    settings = {**FEW, "precision": "float16", "clip_norm": 0.5, "accumulation": 2, "batch_size": 50}
    text = assert_same_curve(design_of(two_outputs(), "mnist_5k", **settings), tmp_path)
    for line in ("scaler.scale(", "scaler.unscale_(optimizer)", "scaler.step(optimizer)", "scaler.update()"):
        assert line in text
    for_ruff(text)


@pytest.mark.usefixtures("_float16_is_let_through")
def test_that_a_run_with_float16_goes_on_bit_by_bit_also_within_a_step(tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(precision="float16", accumulation=3), tmp_path, 1, 4)


@pytest.mark.usefixtures("_float16_is_let_through")
def test_that_steps_without_finite_gradients_are_passed_over_and_a_run_goes_on_with_what_was_found(
    tmp_path: Path,
) -> None:
    data = samples()
    for part in (data.train, data.test):
        part.columns["x"] = (
            part.columns["x"] * 100
        )  # what comes of it has no room in float16, until it is made larger by less
    design = stripes(precision="float16", learning_rate=1e-5)
    first = build(design.network, seed=design.training.seed).state_dict()
    whole, _ = trained(design, data)
    run = Run.create(tmp_path / "run", design)
    stopped_at(2, design, data, run)
    kept = read_checkpoint(run.checkpoint)
    assert kept.part("scaler.")["scale"].item() == 2.0**14
    assert kept.part("scaler.")["growth_tracker"].item() == 0
    assert all(torch.equal(value, first[name]) for name, value in kept.part("model.").items())
    again, _ = trained(design, data, run=Run.reopen(run.folder, design), resume=True)
    assert same_weights(again.model, whole.model)
    assert not all(torch.equal(value, first[name]) for name, value in whole.model.state_dict().items())


@pytest.mark.usefixtures("_float16_is_let_through")
def test_that_no_report_has_an_infinite_gradient_and_numbers_too_large_for_it_are_told_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trainer, "REPORT_SECONDS", 0.0)
    for factor, fails in ((100, False), (1e6, True)):
        data = samples()
        data.train.columns["x"] = data.train.columns["x"] * np.float32(factor)
        _, events = trained(stripes(precision="float16", learning_rate=1e-5), data)
        reports = [event.metrics for event in events if isinstance(event, BatchesEnded)]
        assert all(np.isfinite(found).all() for report in reports for found in report.values())
        assert isinstance(events[-1], Failed) is fails
        if isinstance(events[-1], Failed):
            assert "bfloat16 or float32, which have room for larger numbers" in events[-1].hint
        else:
            assert len(reports) > sum("gradient_norm" in report for report in reports) > 0


def test_that_checkpoints_of_others_have_nothing_of_it(tmp_path: Path) -> None:
    design = stripes(precision="bfloat16")
    run = Run.create(tmp_path / "run", design)
    stopped_at(3, design, samples(), run)
    assert not read_checkpoint(run.checkpoint).part("scaler.")


def test_that_gradients_are_made_larger_where_float16_is_alone() -> None:
    named = {
        precision: [item.name for item in choices.in_fewer_digits(TrainingSettings(precision=precision))]
        for precision in ("float32", "bfloat16", "float16")
    }
    assert named == {"float32": [], "bfloat16": ["in_precision"], "float16": ["in_precision", "scaler_of"]}


def test_that_float32_is_as_it_was() -> None:
    plain, named = (trained(stripes(**given), samples())[1] for given in ({}, {"precision": "float32"}))
    assert losses(plain) == losses(named)
    assert isinstance(plain[0], Started)
