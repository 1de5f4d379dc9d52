"""Findings: each is told of a made run that has the fault, and nothing is told of runs that go well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from designer.core.edits.learning import with_learning
from designer.core.inference.infer import infer
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import sources
from designer.engine.protocol import codec
from designer.engine.protocol.events import Diagnosed, EpochEnded, Event, Failed, Started
from designer.engine.protocol.lines import is_line, line_of
from designer.engine.runs.run_folder import Run
from designer.engine.training import trainer
from designer.engine.training.doctor import registry
from designer.engine.training.doctor.doctor import Doctor
from designer.engine.training.doctor.observed import EpochSeen, Observed
from designer.engine.training.doctor.remedies import BEST_EPOCH, GO_BACK, LOOK_AT_DATA, REMEDIES
from tests.engine.training.doctor.faults import FAULTS, Fault, points
from tests.helpers import chain, dense, design_of, digits_dataset, input_of, losses, output_for, same_weights, trained

CASES = [(name, made) for name, several in FAULTS.items() for made in several]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks as small as these wait for threads far longer than they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """One with each step, as steps of a larger network would have."""
    monkeypatch.setattr(trainer, "REPORT_SECONDS", 0.0)


def told_of(design: object, dataset: object) -> dict[str, Diagnosed]:
    """All findings that have appeared, by name; the first of each."""
    _, events = trained(design, dataset)  # type: ignore[arg-type]
    return first_of_each(events)


def first_of_each(events: list[Event]) -> dict[str, Diagnosed]:
    found: dict[str, Diagnosed] = {}
    for event in events:
        if isinstance(event, Diagnosed) and event.appears:
            found.setdefault(event.finding, event)
    return found


def test_that_there_is_a_made_run_for_each_finding() -> None:
    assert FAULTS.keys() == set(registry.NAMES)


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize(("name", "made"), CASES, ids=[made.__name__ for _, made in CASES])
def test_that_a_run_with_the_fault_is_told_of_it(name: str, made: Callable[[], Fault]) -> None:
    told = told_of(*made())
    assert name in told, told
    finding = told[name]
    assert finding.text.endswith(".")
    assert any(letter.isdigit() for letter in finding.text)  # its evidence
    assert finding.offers
    assert set(finding.offers) <= {*REMEDIES, GO_BACK, BEST_EPOCH, LOOK_AT_DATA}


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize("name", ["flat_prices_table", "vowels_masking", "spoken_digits_lstm"])
def test_that_nothing_is_told_of_an_example(name: str) -> None:
    """`python -m benchmarks.doctor` trains all of them, and to the end."""
    design = read(example(name))
    training = design.training.model_copy(update={"epochs": 6})
    assert told_of(replace(design, training=training), sources.load(design.data.source)) == {}


@pytest.mark.usefixtures("reports")
def test_that_a_run_that_diverges_is_told_of_the_rate_before_it_fails() -> None:
    _, events = trained(*FAULTS["rate_too_high"][0]())
    assert isinstance(events[-1], Failed)
    (said,) = [event for event in events if isinstance(event, Diagnosed)]
    assert said.finding == "rate_too_high"
    assert said.offers == ("lower_rate", "clip_norm")  # no epoch has ended: there is none to go back to


def test_that_a_curve_is_the_same_bit_for_bit_without_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    network = chain(
        input_of(1, 6, 6),
        ("conv2d", "conv1", {"out_channels": 4}),
        "batch_norm2d",
        ("activation", "relu1", {"function": "relu"}),
        ("dropout", "dropout1", {"p": 0.3}),
        "flatten",
        dense(4),
        output_for(),
    )
    design, data = design_of(network, epochs=3, batch_size=8), digits_dataset()
    session, events = trained(design, data)
    assert len(session.doctor.seen.examined) >= 2
    monkeypatch.setattr(Doctor, "examine", lambda *_: None)
    alone, without = trained(design, data)
    assert losses(without) == losses(events)
    assert same_weights(session.model, alone.model)


def test_that_looking_at_batches_takes_a_hundredth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("designer.engine.training.doctor.doctor.perf_counter", lambda: now[0])
    session, _ = trained(design_of(chain(input_of(8), dense(2), output_for())), points(40))
    doctor = Doctor(session.design, session.model, [item.goal for item in session._learner.objectives])  # type: ignore[arg-type]
    looks = []

    def take() -> tuple[tuple[torch.Tensor, ...], int]:
        looks.append(now[0])
        now[0] += 0.1
        return (torch.zeros(2, 8),), 2

    for _ in range(300):
        now[0] += 0.2
        doctor.examine(take)
    assert 0.005 * now[0] < 0.1 * len(looks) < 0.012 * now[0] + 0.2


def test_that_a_finding_that_is_no_longer_so_is_told_once() -> None:
    session, _ = trained(design_of(chain(input_of(8), dense(2), output_for())), points(40))
    doctor = Doctor(session.design, session.model, [item.goal for item in session._learner.objectives])  # type: ignore[arg-type]
    doctor.after(Started("cpu", 10, 4000, 1000, 8, 80))
    falls = [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.01]
    rises = [1.0, 0.5, 0.4, 2.0, 2.0, 2.0, 2.0, 0.3]
    said = [
        event
        for epoch, (train, val) in enumerate(zip(falls, rises, strict=True), 1)
        for event in doctor.after(EpochEnded(epoch, 10 * epoch, {"train_loss": train, "val_loss": val}, 1.0))
    ]
    assert [(event.finding, event.appears, event.good_epoch) for event in said] == [
        ("overfitting", True, 3),
        ("overfitting", False, 0),
    ]


def test_that_a_finding_is_a_line_of_the_run_and_comes_back_from_json(tmp_path: Path) -> None:
    fault = FAULTS["small_batch_norm"][0]()
    run = Run.create(tmp_path / "run", fault.design)
    _, events = trained(*fault, run=run)
    rows = [row for row in Run(tmp_path / "run").events() if row["event"] == "diagnosed"]
    said = first_of_each(events)["small_batch_norm"]
    assert [(row["finding"], row["block"], row["offers"]) for row in rows] == [
        ("small_batch_norm", "norm1", ["larger_batch"])
    ]
    assert "norm1" in (tmp_path / "run" / "log.txt").read_text(encoding="utf-8")
    assert codec.event_of(json.loads(codec.dumps(said))) == said
    row = json.loads(json.dumps(line_of(said)))
    assert is_line(row)
    assert not is_line({**row, "offers": [1]})
    assert not is_line({**row, "appears": 1})


def test_that_settings_that_change_begin_what_is_said_of_the_rate_anew() -> None:
    design = design_of(chain(input_of(8), dense(2), output_for()))
    epochs = tuple(EpochSeen(epoch, epoch, {"train_loss": loss}) for epoch, loss in enumerate((1.0, 0.2, 1.5), 1))
    assert "rate_too_high" in registry.findings_of(Observed(design, epochs=epochs))
    assert "rate_too_high" not in registry.findings_of(Observed(design, epochs=epochs, settled_since=2))


def test_that_frozen_blocks_are_named_where_nothing_was_learned_and_can_be_unfrozen() -> None:
    fault = FAULTS["nothing_learned"][0]()
    learning = [name for name, result in infer(fault.design.network).results.items() if result.parameters]
    design = with_learning(fault.design, learning[:-1], frozen=True)
    _, events = trained(design, fault.dataset)
    said = first_of_each(events)["nothing_learned"]
    found = infer(design.network)
    assert f"Of {found.parameters} parameters only {found.trained} are trained" in said.text
    assert said.offers[0] == "unfreeze"
    assert REMEDIES["unfreeze"].change(design, "", None).network == fault.design.network
    (started,) = [event for event in events if isinstance(event, Started)]
    assert (started.parameters, started.frozen) == (found.parameters, found.parameters - found.trained)


def test_that_a_frozen_norm_takes_no_mean_of_tiny_batches() -> None:
    fault = FAULTS["small_batch_norm"][0]()
    assert "small_batch_norm" not in told_of(with_learning(fault.design, ["norm1"], frozen=True), fault.dataset)
