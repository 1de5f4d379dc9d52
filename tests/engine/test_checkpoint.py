from __future__ import annotations

import json
from pathlib import Path

import pytest

from designer.core import edits
from designer.engine.events import Failed
from designer.engine.runs import Run, RunError
from tests.helpers import design_of, digits_dataset, losses, same_weights, stopped_at, stripes_network, trained


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_that_a_run_stopped_within_an_epoch_goes_on_along_the_same_curve(optimizer: str, tmp_path: Path) -> None:
    design = design_of(stripes_network(), optimizer=optimizer, learning_rate=0.01, epochs=3, batch_size=8)
    data = digits_dataset()
    whole, expected = trained(design, data)

    before = stopped_at(14, design, data, Run.create(tmp_path / "run", design))
    assert len(losses(before)) == 14
    resumed, after = trained(design, data, run=Run.reopen(tmp_path / "run", design), resume=True)

    assert losses(before) + losses(after) == losses(expected)
    assert same_weights(resumed.model, whole.model)
    assert after[-1].train_loss == expected[-1].train_loss  # type: ignore[attr-defined]


def test_that_the_metrics_of_a_run_read_as_one(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=2), digits_dataset()
    trained(design, data, run=Run.create(tmp_path, design))
    longer = design_of(stripes_network(), epochs=4)
    trained(longer, data, run=Run.reopen(tmp_path, longer), resume=True)
    lines = [json.loads(line) for line in Run(tmp_path).metrics.read_text().splitlines()]
    assert [line["epoch"] for line in lines if line["event"] == "epoch_ended"] == [1, 2, 3, 4]
    assert [line["event"] for line in lines].count("finished") == 1


def test_that_a_line_cut_off_by_a_crash_is_left_out(tmp_path: Path) -> None:
    design = design_of(stripes_network())
    trained(design, digits_dataset(), run=Run.create(tmp_path, design))
    run = Run(tmp_path)
    count = len(run.events())
    with run.metrics.open("a") as file:
        file.write('{"event": "epoch_en')
    assert count > 2
    assert len(run.events()) == count


@pytest.mark.parametrize("content", [b"", b"not a checkpoint at all", b"\xff" * 64])
def test_that_a_damaged_checkpoint_is_told(content: bytes, tmp_path: Path) -> None:
    design, data = design_of(stripes_network()), digits_dataset()
    trained(design, data, run=Run.create(tmp_path, design))
    Run(tmp_path).checkpoint.write_bytes(content)
    _, events = trained(design, data, run=Run.reopen(tmp_path, design), resume=True)
    assert isinstance(events[-1], Failed)
    assert "the checkpoint cannot be used" in events[-1].message


def test_that_a_folder_of_another_network_is_refused(tmp_path: Path) -> None:
    design = design_of(stripes_network())
    Run.create(tmp_path, design)
    other = design_of(edits.set_params(stripes_network(), "conv1", out_channels=5))
    with pytest.raises(RunError, match="another network"):
        Run.reopen(tmp_path, other)
    with pytest.raises(RunError, match="already is a run"):
        Run.create(tmp_path, design)
    with pytest.raises(RunError, match="no run to go on with"):
        Run.reopen(tmp_path / "nothing", design)
