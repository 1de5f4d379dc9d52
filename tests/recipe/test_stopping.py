"""The best epoch: training stops some time after it, and ends with its weights, in scripts, too."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from designer.core.graph.design import Design
from designer.engine.protocol.events import EpochEnded, Event, Finished, Noticed
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import export_pytorch
from designer.recipe import stopping
from tests.codegen import few
from tests.codegen.alone import run_alone
from tests.codegen.curves import NUMBERS
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import months
from tests.helpers import design_of, same_weights, trained
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes

RESTLESS = {"learning_rate": 0.3, "optimizer": "sgd", "momentum": 0.9, "batch_size": 8, "seed": 3}
"""Settings by which losses rise again."""


def figures(events: list[Event], name: str = "val_loss") -> list[float]:
    return [event.metrics[name] for event in events if isinstance(event, EpochEnded)]


def notices(events: list[Event]) -> str:
    return " ".join(event.text for event in events if isinstance(event, Noticed))


def restless(**more: object) -> Design:
    return design_of(months(), "airline_passengers", **{**RESTLESS, "epochs": 12, **more})


def test_that_the_best_epoch_is_the_first_of_equal_ones_and_is_waited_for() -> None:
    best = (float("inf"), 0)
    for epoch, loss in enumerate([3.0, 2.0, 2.0, 4.0], start=1):
        best = stopping.least_so_far(*best, loss, epoch)
    assert best == (2.0, 2)
    assert [epoch for epoch in range(1, 7) if stopping.has_waited(epoch, 2, 3)] == [5, 6]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"keep_best": True},
        {"keep_best": True, "ema_decay": 0.5},
        {"keep_best": True, "schedule": "plateau", "plateau_patience": 0, "rate_gamma": 0.9, "warmup": 3.0},
    ],
    ids=str,
)
def test_that_training_stops_where_the_script_does_and_both_end_alike(
    more: dict[str, object], tmp_path: Path, for_ruff: ForRuff
) -> None:
    design, data = restless(early_stopping=2, **more), few.samples_of("airline_passengers")
    _, events = trained(design, data)
    losses, last = figures(events), events[-1]
    assert isinstance(last, Finished)
    best = losses.index(min(losses)) + 1
    assert len(losses) == best + 2 < 12
    assert (last.reason, last.epoch) == ("completed", best + 2)
    assert f"stopped after epoch {best + 2}, as none has had a smaller loss since epoch {best}." in notices(events)
    exported = export_pytorch(design, tmp_path / "model.py", "network")
    few.put_beside(exported)
    *lines, tested = run_alone(exported.script, tmp_path / "elsewhere")
    told = [float(found[3]) for line in lines if (found := NUMBERS.match(line))]
    assert told == pytest.approx(losses, rel=1e-3, abs=1e-5)
    assert float(tested.split()[2]) == pytest.approx(last.metrics["test_loss"], rel=1e-3, abs=1e-5)
    for_ruff(exported.script.read_text(encoding="utf-8"))


def test_that_without_validation_the_loss_of_training_counts() -> None:
    data = few.samples_of("airline_passengers")
    _, events = trained(restless(early_stopping=1, validation_share=0.0), data)
    losses = figures(events, "train_loss")
    assert len(losses) == losses.index(min(losses)) + 2 < 12


def test_that_a_run_ends_with_the_weights_of_its_best_epoch_and_goes_on_with_the_last(tmp_path: Path) -> None:
    data = few.samples_of("airline_passengers")
    for decay in (0.0, 0.5):
        design = restless(keep_best=True, epochs=3, ema_decay=decay)
        run = Run.create(tmp_path / f"run{decay}", design)
        session, events = trained(design, data, run=run)
        losses = figures(events)
        best = losses.index(min(losses)) + 1
        assert best < 3
        assert f"those of epoch {best}, whose loss" in notices(events)
        ended, kept = read_checkpoint(run.checkpoint), read_checkpoint(run.epochs.path(best))
        assert ended.position.has_best
        for name, value in session.model.state_dict().items():
            assert torch.equal(value, ended.part("model.")[name])
            assert torch.equal(value, kept.part("model.")[name])
        longer = restless(keep_best=True, epochs=6, ema_decay=decay)
        whole, whole_events = trained(longer, data)
        again, rest = trained(longer, data, run=Run.reopen(run.folder, longer), resume=True)
        assert figures(rest) == figures(whole_events)[3:]
        assert same_weights(again.model, whole.model)
        last = read_checkpoint(Run(run.folder).epochs.path(3))
        assert not last.position.has_best
        assert not any(torch.equal(last.part("model.")[name], value) for name, value in kept.part("model.").items())


@pytest.mark.parametrize("step", [3, 7])
def test_that_a_run_stopped_within_an_epoch_ends_with_the_same_best_weights(step: int, tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(keep_best=True, early_stopping=2, epochs=3), tmp_path, step)


def test_that_a_run_that_has_stopped_early_stops_again_unless_it_is_to_wait_longer(tmp_path: Path) -> None:
    data, design = few.samples_of("airline_passengers"), restless(early_stopping=1)
    run = Run.create(tmp_path / "run", design)
    _, events = trained(design, data, run=run)
    _, again = trained(design, data, run=Run.reopen(run.folder, design), resume=True)
    assert figures(again) == []
    patient = restless(early_stopping=4)
    _, longer = trained(patient, data, run=Run.reopen(run.folder, patient), resume=True)
    assert figures(events) + figures(longer) == figures(trained(patient, data)[1])


def test_that_a_run_without_them_has_nothing_of_them_in_its_checkpoint(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", stripes())
    trained(stripes(), samples(), run=run)
    found = read_checkpoint(run.checkpoint)
    assert not found.position.has_best
    assert {name.partition(".")[0] for name in found.tensors} == {"model", "optimizer", "random"}
