from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.data.samples import Dataset
from designer.engine.protocol.events import EpochEnded, Event, Failed, Finished, Noticed, Started
from designer.engine.runs.checkpoint import latest_checkpoint, read_checkpoint
from designer.engine.runs.checksum import DamagedError
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_folder import Run
from designer.engine.training.trainer import Trainer
from tests.helpers import (
    chain,
    dense,
    design_of,
    digits_dataset,
    input_of,
    losses,
    output_for,
    same_weights,
    stopped_at,
    stripes_network,
    trained,
)


def said_in(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Noticed)]


def resumed(folder: Path, design: Design, data: Dataset) -> list[Event]:
    return trained(design, data, run=Run.reopen(folder, design), resume=True)[1]


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
    assert after[-1].metrics == expected[-1].metrics  # type: ignore[attr-defined]


def test_that_the_metrics_of_a_run_read_as_one(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=2), digits_dataset()
    trained(design, data, run=Run.create(tmp_path, design))
    longer = design_of(stripes_network(), epochs=4)
    trained(longer, data, run=Run.reopen(tmp_path, longer), resume=True)
    lines = [json.loads(line) for line in Run(tmp_path).metrics.read_text().splitlines()]
    assert [line["epoch"] for line in lines if line["event"] == "epoch_ended"] == [1, 2, 3, 4]
    assert [line["event"] for line in lines].count("finished") == 1


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


def test_that_the_last_two_checkpoints_are_kept_and_every_reader_of_safetensors_takes_them(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=3, batch_size=32), digits_dataset()
    session, _ = trained(design, data, run=Run.create(tmp_path, design))
    run = Run(tmp_path)
    assert [read_checkpoint(path).position.step for path in (run.previous, run.checkpoint)] == [6, 9]
    assert sorted(path.name for path in tmp_path.glob("*.safetensors")) == [run.previous.name, run.checkpoint.name]
    stored = load_file(run.checkpoint)
    assert all(torch.equal(stored[f"model.{name}"], value) for name, value in session.model.state_dict().items())
    with safe_open(run.checkpoint, framework="pt") as file:
        assert len(file.metadata()["checksum"]) == 64


def test_that_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    small = chain(input_of(1, 6, 6), "flatten", dense(4), output_for())
    design, data = design_of(small, optimizer="sgd", momentum=0.0), digits_dataset()
    trained(design, data, run=Run.create(tmp_path, design))
    path = Run(tmp_path).checkpoint
    whole = path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    body = random.Random(5).sample(range(header * 8, len(whole) * 8), 60)
    for bit in (*range(0, header * 8, 7), *body):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(DamagedError):
            read_checkpoint(path)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 16
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (flip, "its checksum does not fit its content"),
        (cut, "its checksum does not fit its content"),
        (lambda path: os.truncate(path, 2**40), "it goes on behind its end"),  # takes no room on the disk
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(bytes(4096)), "its header cannot be read"),
        (Path.unlink, "it is missing"),
    ],
)
def test_that_the_predecessor_of_a_damaged_checkpoint_is_taken(
    damage: Callable[[Path], object], reason: str, tmp_path: Path
) -> None:
    design, data = design_of(stripes_network(), epochs=3, batch_size=16), digits_dataset()
    expected, _ = trained(design, data)
    stopped_at(14, design, data, Run.create(tmp_path, design))  # in the third epoch
    run = Run(tmp_path)
    damage(run.checkpoint)
    session, events = trained(design, data, run=Run.reopen(tmp_path, design), resume=True)
    (text,) = said_in(events)
    assert text == (
        f"{run.checkpoint}: the checkpoint cannot be used: {reason}. The one before it is taken, {run.previous.name}, "
        "of step 10, after epoch 2."
    )
    assert isinstance(events[0], Started)
    assert events[0].step == 10
    assert same_weights(session.model, expected.model)
    assert [event["epoch"] for event in run.events() if event["event"] == EpochEnded.name()] == [1, 2, 3]
    again = resumed(tmp_path, design, data)  # what was damaged is gone
    assert said_in(again) == []
    assert isinstance(again[-1], Finished)


def test_that_a_damaged_checkpoint_never_takes_the_place_of_a_good_predecessor(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=4, batch_size=32), digits_dataset()
    stopped_at(7, design, data, Run.create(tmp_path, design))
    run = Run(tmp_path)
    flip(run.checkpoint)
    session = session_of(design, data, lambda event: None, Run.reopen(tmp_path, design))
    session.stop()
    session.run()
    assert [read_checkpoint(path).position.step for path in (run.previous, run.checkpoint)] == [6, 7]


def session_of(design: Design, data: Dataset, emit: Callable[[Event], None], run: Run) -> Trainer:
    return Trainer(design, data, emit, run=run, resume=True)


def test_that_two_damaged_checkpoints_end_the_run_in_words(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=2), digits_dataset()
    trained(design, data, run=Run.create(tmp_path, design))
    run = Run(tmp_path)
    flip(run.checkpoint)
    cut(run.previous)
    for epoch in run.epochs.epochs():
        flip(run.epochs.path(epoch)) if epoch == 1 else run.epochs.path(epoch).unlink()
    ended = resumed(tmp_path, design, data)[-1]
    assert isinstance(ended, Failed)
    assert str(run.checkpoint) in ended.message
    assert str(run.previous) in ended.message
    assert ended.hint == "Start a new run."
    assert run.metrics.read_text().count("epoch_ended") == 2  # nothing else was touched


def test_that_a_checkpoint_without_a_checksum_is_read_and_said_to_have_none(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=3, batch_size=32), digits_dataset()
    expected, _ = trained(design, data)
    stopped_at(4, design, data, Run.create(tmp_path, design))
    run = Run(tmp_path)
    stored = read_checkpoint(run.checkpoint)
    with safe_open(run.checkpoint, framework="pt") as file:
        position = file.metadata()["position"]
    save_file(stored.tensors, run.checkpoint, {"position": position})  # as older versions did
    session, events = trained(design, data, run=Run.reopen(tmp_path, design), resume=True)
    (text,) = said_in(events)
    assert "without a checksum: it can be read, but damage in it would not be noticed" in text
    assert same_weights(session.model, expected.model)
    found, said = latest_checkpoint(run)
    assert found is not None
    assert found.has_checksum
    assert said == []


def test_that_a_checkpoint_whose_sums_have_no_weights_goes_on_to_the_same_figures(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), batch_size=16), digits_dataset()
    _, expected = trained(design, data)
    stopped_at(2, design, data, Run.create(tmp_path, design))
    run = Run(tmp_path)
    stored = read_checkpoint(run.checkpoint)
    with safe_open(run.checkpoint, framework="pt") as file:
        position = json.loads(file.metadata()["position"])
    position["sums"] = [item[:3] for item in position["sums"]]
    save_file(stored.tensors, run.checkpoint, {"position": json.dumps(position)})  # as older versions did
    ends = [
        [event.metrics for event in events if isinstance(event, EpochEnded)]
        for events in (resumed(tmp_path, design, data), expected)
    ]
    assert ends[0] == ends[1]


@pytest.mark.parametrize("has_checkpoint", [True, False])
def test_that_a_run_goes_on_with_the_threads_that_it_began_with(has_checkpoint: bool, tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=2, batch_size=32), digits_dataset()
    torch.set_num_threads(2)
    began = stopped_at(4, design, data, Run.create(tmp_path, design))
    assert isinstance(began[0], Started)
    assert began[0].environment["threads"] == 2
    assert began[0].environment["torch"] == torch.__version__
    assert began[0].environment["device"] == "cpu"
    assert began[0].environment["dtype"] == "float32"
    torch.set_num_threads(1)
    run = Run(tmp_path)
    if not has_checkpoint:
        run.checkpoint.unlink()
        run.previous.unlink()
    used: set[int] = set()
    events: list[Event] = []

    def note(event: Event) -> None:
        used.add(torch.get_num_threads())
        events.append(event)

    session_of(design, data, note, Run.reopen(tmp_path, design)).run()
    assert used == {2}
    assert torch.get_num_threads() == 1
    assert any("begun with 2 threads, this process has 1 thread: it goes on with 2" in text for text in said_in(events))


def test_that_another_torch_than_the_run_began_with_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    design, data = design_of(stripes_network(), epochs=2, batch_size=32), digits_dataset()
    stopped_at(4, design, data, Run.create(tmp_path, design))
    monkeypatch.setattr(torch, "__version__", "99.0")
    (text,) = said_in(resumed(tmp_path, design, data))
    assert "now torch 99.0: from here on, its numbers may differ a little" in text
