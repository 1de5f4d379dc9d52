"""Lines of a run's metrics: those of the first version are read as those of now, which have all that those had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from designer.engine.protocol.events import EpochEnded, Event, Finished
from designer.engine.protocol.lines import epoch_of, is_line, line_of
from designer.engine.runs import metrics_file
from designer.engine.runs.run_folder import Run
from tests.helpers import design_of, digits_dataset, losses, stopped_at, stripes_network, trained

FIRST_VERSION = [
    '{"event": "started", "device": "cpu", "parameters": 1164, "training_samples": 76, "validation_samples": 20, '
    '"epochs": 3, "steps": 30, "step": 0, "environment": {"threads": 1, "device": "cpu"}}',
    '{"event": "batches_ended", "step": 10, "epoch": 1, "loss": 1.25, "accuracy": null, "seconds_left": 0.5}',
    '{"event": "noticed", "text": "Its disk is full.", "step": 10}',
    '{"event": "epoch_ended", "epoch": 1, "step": 10, "train_loss": 1.25, "train_accuracy": 0.5, "val_loss": 1.5, '
    '"val_accuracy": null, "samples_per_second": 900.5, "train_outputs": {"same": {"loss": 1.0, "accuracy": null}}, '
    '"val_outputs": {}}',
    '{"event": "epoch_ended", "epoch": 2, "step": 20, "train_loss": null, "train_accuracy": 0.5, "val_loss": 1.5, '
    '"val_accuracy": null, "samples_per_second": 900.5}',
    '{"event": "finished", "reason": "completed", "epoch": 3, "step": 30, "train_loss": 1.0, "train_accuracy": 0.75, '
    '"val_loss": null, "val_accuracy": null, "test_loss": 0.5, "test_accuracy": 0.9, "seconds": 1.5, '
    '"test_outputs": {}}',
    '{"event": "failed", "message": "no room", "hint": "", "details": ""}',
]
"""As it wrote them."""


@pytest.mark.parametrize("text", FIRST_VERSION)
def test_that_a_line_of_the_first_version_is_read_and_damage_in_it_is_not(text: str) -> None:
    row = json.loads(text)
    assert is_line(row)
    needed = next(name for name in ("message", "text", "parameters", "step") if name in row)
    assert not is_line({name: value for name, value in row.items() if name != needed})
    assert not is_line({**row, needed: [1]})
    assert not is_line({**row, "weights": "trained"})
    assert not is_line({**row, "protocol": 99})


def test_that_an_epoch_of_the_first_version_has_its_figures_by_name() -> None:
    first, second = (epoch_of(json.loads(text)) for text in FIRST_VERSION[3:5])
    assert first == EpochEnded(
        1, 10, {"train_loss": 1.25, "train_accuracy": 0.5, "val_loss": 1.5, "train_loss/same": 1.0}, 900.5
    )
    assert second.metrics == {"train_accuracy": 0.5, "val_loss": 1.5}


def test_that_a_line_has_all_that_those_of_the_first_version_had() -> None:
    _, events = trained(design_of(stripes_network(), epochs=2, batch_size=10), digits_dataset())
    for text in FIRST_VERSION:
        row = json.loads(text)
        same = [line_of(event) for event in events if event.name() == row["event"]]
        assert all(row.keys() <= line.keys() for line in same)
        assert same or row["event"] in ("noticed", "failed")


def test_that_a_new_figure_is_one_more_name_in_a_line_and_comes_back() -> None:
    event = EpochEnded(1, 2, {"train_loss": 0.5, "val_f1": 0.25, "val_f1/same": 0.125}, 3.0, run="a")
    row = line_of(event)
    assert is_line(row)
    assert row["val_f1"] == 0.25
    assert row["val_outputs"]["same"]["f1"] == 0.125
    assert epoch_of(row) == event


def test_that_a_run_of_the_first_version_is_gone_on_with_along_the_same_curve(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=3, batch_size=10), digits_dataset()
    _, expected = trained(design, data)
    before = stopped_at(14, design, data, run := Run.create(tmp_path / "run", design))
    older = [{k: v for k, v in row.items() if k not in ("protocol", "run")} for row in run.events()]
    run.metrics.write_text("".join(f"{json.dumps(row)}\n" for row in older))
    _, after = trained(design, data, run=Run.reopen(tmp_path / "run", design), resume=True)
    assert losses(before) + losses(after) == losses(expected)
    kept = [line.event for line in metrics_file.read(run.metrics)]
    assert [row["epoch"] for row in kept if row and row["event"] == EpochEnded.name()] == [1, 2, 3]


def test_that_the_events_of_a_run_carry_its_id_also_where_it_goes_on(tmp_path: Path) -> None:
    def ids(events: list[Event]) -> set[str]:
        return {event.run for event in events}

    design, data = design_of(stripes_network(), epochs=2, batch_size=10), digits_dataset()
    before = stopped_at(3, design, data, Run.create(tmp_path / "run", design))
    session, after = trained(design, data, run=Run.reopen(tmp_path / "run", design), resume=True)
    _, others = trained(design, data)
    assert isinstance(after[-1], Finished)
    assert ids(before) == ids(after) == {session.id}
    assert session.id
    assert ids(others) != ids(after)
    assert {row["run"] for row in Run(tmp_path / "run").events()} == {session.id}
