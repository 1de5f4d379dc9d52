"""A run that is stopped within an epoch and gone on with, against one that was never stopped."""

from __future__ import annotations

from pathlib import Path

from designer.core.graph.design import Design
from designer.data.samples import Dataset
from designer.engine.protocol.events import EpochEnded, Finished
from designer.engine.runs.run_folder import Run
from tests.helpers import design_of, digits_dataset, same_weights, stopped_at, stripes_network, trained


def stripes(**settings: object) -> Design:
    """Two epochs of five batches each over small pictures."""
    return design_of(stripes_network(), **{"epochs": 2, "batch_size": 16, "learning_rate": 0.01, **settings})


def samples() -> Dataset:
    """What `stripes` is trained on: 80 to learn from, of which 16 are kept apart."""
    return digits_dataset(96)


def assert_goes_on_alike(design: Design, folder: Path, *steps: int) -> None:
    """The same weights bit by bit and the same figures, wherever the run was stopped."""
    whole, events = trained(design, samples())
    for step in steps:
        run = Run.create(folder / f"stopped_at_{step}", design)
        stopped = stopped_at(step, design, samples(), run)
        assert isinstance(stopped[-1], Finished)
        assert stopped[-1].reason == "stopped"
        again, rest = trained(design, samples(), run=Run.reopen(run.folder, design), resume=True)
        assert isinstance(rest[-1], Finished), rest[-1]
        assert rest[-1].reason == "completed"
        assert same_weights(again.model, whole.model), f"stopped at step {step}"
        ended = [event.metrics for event in events if isinstance(event, EpochEnded)]
        assert [event.metrics for event in rest if isinstance(event, EpochEnded)][-1] == ended[-1]
