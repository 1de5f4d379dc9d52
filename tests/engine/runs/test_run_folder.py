"""What is told of a run's folder: what is there, who works there, and what in it is damaged."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from designer.core.graph.design import Design
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Event, Failed, Finished, Noticed
from designer.engine.runs.imported_weights import adopt
from designer.engine.runs.run_errors import NoRunError, RunError
from designer.engine.runs.run_folder import Run
from tests.helpers import design_of, digits_dataset, same_weights, stopped_at, stripes_network, trained

DATA = digits_dataset(48)


@pytest.fixture
def design() -> Design:
    return design_of(stripes_network(), epochs=3, batch_size=16)


@pytest.fixture
def folder(design: Design, tmp_path: Path) -> Path:
    """A run that was stopped in its third epoch."""
    stopped_at(8, design, DATA, Run.create(tmp_path / "run", design))
    return tmp_path / "run"


def resume(folder: Path, design: Design) -> list[Event]:
    return trained(design, DATA, run=Run.reopen(folder, design), resume=True)[1]


def said_in(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Noticed)]


def test_that_what_is_there_and_how_to_go_on_is_told(design: Design, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="already is a run, at step 8: go on with it, or start a new run"):
        Run.create(folder, design)
    for path in folder.rglob("*.safetensors"):
        path.unlink()
    with pytest.raises(RunError, match="whose checkpoints are missing: put one back, or start it again"):
        Run.create(folder, design)
    Run(folder).metrics.write_bytes(b"")
    with pytest.raises(RunError, match="before its first checkpoint: start it again from the begin"):
        Run.create(folder, design)
    weights = {name: value.numpy() for name, value in trained(design, DATA)[0].model.state_dict().items()}
    adopt(tmp_path / "adopted", design, weights)
    with pytest.raises(RunError, match="imported weights, which wait to be trained: train on from them"):
        Run.create(tmp_path / "adopted", design)


def test_that_a_folder_without_a_run_is_told_apart_from_one_whose_design_is_gone(
    design: Design, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for nothing in (tmp_path / "empty", tmp_path / "not there"):
        with pytest.raises(NoRunError, match="no run to go on with"):
            Run.reopen(nothing, design)
    Run(folder).design.unlink()
    for opening in (Run.reopen, Run.create):
        with pytest.raises(RunError, match="the file is missing, though a run is there: put the architecture file"):
            opening(folder, design)


def test_that_one_process_at_a_time_works_in_a_folder(design: Design, folder: Path) -> None:
    held = Run.reopen(folder, design)
    for _ in range(2):
        with pytest.raises(RunError, match=f"process {os.getpid()} on .* is at work there since 20"):
            Run.reopen(folder, design)
    assert json.loads((folder / "lock").read_text())["process"] == os.getpid()
    held.close()
    assert isinstance(resume(folder, design)[-1], Finished)
    Run.reopen(folder, design).close()  # the end of a run lets go of it


def test_that_a_refused_run_does_not_stay_locked(design: Design, folder: Path) -> None:
    other = design_of(stripes_network(), epochs=3, batch_size=8)
    with pytest.raises(RunError, match="training settings"):
        Run.reopen(folder, other)
    Run.reopen(folder, design).close()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"format": "network-designer", "version": 99}'])
def test_that_a_damaged_design_is_told_with_what_mends_it(content: bytes, design: Design, folder: Path) -> None:
    run = Run(folder)
    whole = run.design.read_bytes()
    run.design.write_bytes(content)
    with pytest.raises(RunError, match=r"design\.network\.json: .*: put the architecture file there that the run was"):
        Run.reopen(folder, design)
    run.design.write_bytes(whole)
    Run.reopen(folder, design).close()


def test_that_a_damaged_design_is_written_again_where_nothing_was_learned_yet(design: Design, tmp_path: Path) -> None:
    Run.create(tmp_path, design).close()
    Run(tmp_path).design.write_bytes(b"")
    said = said_in(resume(tmp_path, design))
    assert "as there is no checkpoint yet, it is written again" in said[0]


@pytest.mark.parametrize("name", ["design.network.json", "checkpoint.safetensors", "lock", "metrics.jsonl"])
def test_that_a_folder_in_the_place_of_a_file_is_told(name: str, design: Design, folder: Path) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    try:
        ended = resume(folder, design)[-1]
    except RunError as error:
        text = str(error)
    else:
        assert isinstance(ended, Failed)
        text = ended.message
    assert str(folder) in text
    assert "not a plain file" in text or "cannot be locked: Is a directory" in text


def with_line(place: int, line: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [*lines[:place], line, *lines[place:]]


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"\xff\xff\n",
        b'{"event": "epoch_en\n',
        b"[" * 100_000 + b"\n",
        b"null\n",
        b"[1, 2]\n",
        b'{"event": "batches_ended"}\n',
        b'{"event": "epoch_endfd", "epoch": 1, "step": 3}\n',
        b'{"event": "batches_ended", "step": null, "epoch": 1, "loss": 1.0, "accuracy": 0.5, "seconds_left": 1.0}\n',
        b'{"event": ["started"]}\n',
        b"\0" * 4096 + b"\n",
        b"1" * 5000 + b"\n",
    ],
)
def test_that_a_damaged_line_is_told_by_its_number_and_kept_aside(line: bytes, design: Design, folder: Path) -> None:
    run = Run(folder)
    before = run.events()
    lines = run.metrics.read_bytes().splitlines(keepends=True)
    run.metrics.write_bytes(b"".join([*lines[:2], line, *lines[2:]]))
    assert run.events() == before
    events = resume(folder, design)
    assert isinstance(events[-1], Finished)
    assert said_in(events) == [f"{run.metrics}: line 3 is damaged, left out here and kept in metrics.damaged.jsonl."]
    assert (folder / "metrics.damaged.jsonl").read_bytes() == line
    assert said_in(resume(folder, design)) == []


def test_that_files_larger_than_any_that_were_written_are_told_and_not_read(design: Design, folder: Path) -> None:
    os.truncate(folder / "metrics.jsonl", 2**40)  # takes no room on the disk
    ended = resume(folder, design)[-1]
    assert isinstance(ended, Failed)
    assert "metrics.jsonl: the run cannot be gone on with: it is larger than 1 GiB (1,024 GiB)" in ended.message
    for name in ("design.network.json", "checkpoint.safetensors", "checkpoint.previous.safetensors"):
        os.truncate(folder / name, 2**40)
    with pytest.raises(RunError, match="the file is larger than 16 MiB"):
        Run.reopen(folder, design)


def test_that_a_last_line_that_was_cut_off_is_dropped_and_said(design: Design, folder: Path) -> None:
    run = Run(folder)
    count = len(run.events())
    with run.metrics.open("ab") as file:
        file.write(b'{"event": "epoch_en')
    assert len(run.events()) == count
    events = resume(folder, design)
    assert said_in(events) == [
        f"{run.metrics}: line {count + 1}, the last one, was cut off when the run was ended, and is left out."
    ]
    assert [event["epoch"] for event in run.events() if event["event"] == EpochEnded.name()] == [1, 2, 3]
    assert not (folder / "metrics.damaged.jsonl").exists()


def test_that_lines_which_stand_twice_are_left_out_and_said(design: Design, folder: Path) -> None:
    run = Run(folder)
    lines = run.metrics.read_bytes().splitlines(keepends=True)
    twice = [line for line in lines if json.loads(line)["event"] in (EpochEnded.name(), BatchesEnded.name())]
    run.metrics.write_bytes(b"".join([*lines, *twice]))
    events = resume(folder, design)
    (said,) = said_in(events)
    assert said.startswith(f"{run.metrics}: {len(twice)} of its lines tell again of what was told before")
    assert [event["epoch"] for event in run.events() if event["event"] == EpochEnded.name()] == [1, 2, 3]
    steps = [event["step"] for event in run.events() if event["event"] == BatchesEnded.name()]
    assert steps == sorted(set(steps))


def test_that_a_run_without_its_metrics_goes_on_along_its_curve(design: Design, folder: Path) -> None:
    expected, _ = trained(design, DATA)
    Run(folder).metrics.unlink()
    with pytest.raises(RunError, match="training settings"):  # it has begun, though nothing says so but its checkpoint
        Run.reopen(folder, design_of(stripes_network(), epochs=3, batch_size=8))
    session, _ = trained(design, DATA, run=Run.reopen(folder, design), resume=True)
    assert same_weights(session.model, expected.model)


@pytest.mark.skipif(not hasattr(os, "link"), reason="no hard links here")
def test_that_a_copy_of_the_folder_by_hard_links_stays_as_it_is(design: Design, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy", copy_function=os.link)
    kept = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "lock"}
    assert isinstance(resume(folder, design)[-1], Finished)
    assert {name: (tmp_path / "copy" / name).read_bytes() for name in kept} == kept


def test_that_a_run_whose_checkpoints_are_gone_starts_again_and_its_metrics_are_kept(
    design: Design, folder: Path
) -> None:
    run = Run(folder)
    told = run.metrics.read_bytes()
    for path in folder.rglob("*.safetensors"):
        path.unlink()
    events = resume(folder, design)
    assert isinstance(events[-1], Finished)
    assert said_in(events) == [
        f"{folder}: the checkpoints are missing (the metrics of before are kept in metrics.before.jsonl): it starts "
        "again from the beginning."
    ]
    assert (folder / "metrics.before.jsonl").read_bytes() == told
    assert [event["epoch"] for event in run.events() if event["event"] == EpochEnded.name()] == [1, 2, 3]
