"""A disk that runs full: told in words, with what to do, and nothing that was kept is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from designer.__main__ import main
from designer.core.graph.design import Design
from designer.core.storage.resources import example
from designer.engine.model.build import build
from designer.engine.protocol.events import EpochEnded, Event, Failed, Finished, Noticed
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.imported_weights import adopt
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_folder import Run
from designer.engine.training.trainer import Trainer
from tests.helpers import design_of, digits_dataset, same_weights, stripes_network, trained

resource = pytest.importorskip("resource", reason="no limit of the sizes of files on this system")

DATA = digits_dataset(48)
FULL = Path("/dev/full")


@pytest.fixture
def room() -> Iterator[Callable[[int], None]]:
    """Sets how large files may become: the system then refuses to write more, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def design() -> Design:
    return design_of(stripes_network(), epochs=3, batch_size=16)


def run_with(design: Design, folder: Path, when: Callable[[Event], object]) -> list[Event]:
    """The events of a run in a folder; `when` is told each of them."""
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        when(event)

    ended = Trainer(design, DATA, emit, run=Run.create(folder, design)).run()
    assert events[-1] is ended
    return events


def no_half_files(folder: Path) -> bool:
    return not [path for path in folder.iterdir() if path.name.startswith(".") or "coming" in path.name]


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_that_metrics_that_cannot_be_written_end_the_command_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "metrics.jsonl").symlink_to(FULL)
    command = ["train", str(example("vowels_lstm")), "--epochs", "1", "--run", str(run)]
    assert main(command) == 1
    error = capsys.readouterr().err
    told = f"designer: {run}/metrics.jsonl: the metrics cannot be written: No space left on device. "
    assert error == (
        f"{told}Training goes on. Make room on its disk; it is tried again.\n"
        f"{told}Make room on its disk. Then add --resume to go on with the run.\n"
    )
    assert main([*command, "--resume"]) == 1
    assert "metrics.jsonl" in (error := capsys.readouterr().err)
    assert error.count("\n") == 1
    assert FULL.is_char_device()


def test_that_a_line_for_which_there_is_no_room_leaves_no_part_of_it(
    design: Design, tmp_path: Path, room: Callable[[int], None]
) -> None:
    run = Run(tmp_path / "run")
    whole, _ = trained(design, DATA)

    def fill(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            room(run.metrics.stat().st_size + 10)

    events = run_with(design, run.folder, fill)
    assert isinstance(events[-1], Failed)
    room(10**9)
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [1, 2, 3]
    (said,) = [event.text for event in events if isinstance(event, Noticed)]
    assert "File too large" in said
    assert "Training goes on. Make room on its disk; it is tried again." in said
    assert all(json.loads(line) for line in run.metrics.read_text().splitlines())
    assert run.metrics.read_bytes().endswith(b"}\n")
    resumed, _ = trained(design, DATA, run=Run.reopen(run.folder, design), resume=True)
    assert same_weights(resumed.model, whole.model)


def test_that_training_goes_on_where_a_checkpoint_does_not_fit_and_the_last_one_is_kept(
    design: Design, tmp_path: Path, room: Callable[[int], None]
) -> None:
    run = Run(tmp_path / "run")
    whole, _ = trained(design, DATA)

    def fill(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            room(run.checkpoint.stat().st_size - 1)

    events = run_with(design, run.folder, fill)
    room(10**9)
    (said,) = [event for event in events if isinstance(event, Noticed)]
    assert said.text == (
        f"{run.folder}: the checkpoint of step 6, after epoch 2, cannot be written: File too large; that of step 3, "
        "after epoch 1, is kept. Training goes on. Make room on its disk; it is tried again."
    )
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [1, 2, 3]
    assert isinstance(events[-1], Failed)
    assert "the checkpoint of step 9, after epoch 3, cannot be written" in events[-1].message
    assert (events[-1].hint, events[-1].ways) == ("Make room on its disk.", ("go_on",))
    assert read_checkpoint(run.checkpoint).position.step == 3
    assert no_half_files(run.folder)
    resumed, _ = trained(design, DATA, run=Run.reopen(run.folder, design), resume=True)
    assert same_weights(resumed.model, whole.model)


def test_that_a_checkpoint_is_tried_again_and_the_run_ends_well_once_there_is_room(
    design: Design, tmp_path: Path, room: Callable[[int], None]
) -> None:
    run = Run(tmp_path / "run")

    def fill(event: Event) -> None:
        if isinstance(event, EpochEnded):
            room(10**9 if event.epoch == 3 else 4000)

    events = run_with(design, run.folder, fill)
    assert len([event for event in events if isinstance(event, Noticed)]) == 1
    assert not isinstance(events[-1], Failed)
    assert read_checkpoint(run.checkpoint).position.step == 9
    assert not run.previous.exists()


def test_that_imported_weights_that_do_not_fit_are_told_and_leave_no_folder(
    design: Design, tmp_path: Path, room: Callable[[int], None]
) -> None:
    arrays = {name: value.numpy() for name, value in build(design.network).state_dict().items()}
    room(5000)
    with pytest.raises(RunError, match="the weights cannot be written: File too large"):
        adopt(tmp_path / "run", design, arrays)
    assert not (tmp_path / "run").exists()


def test_that_lines_wait_for_room_and_are_all_there_once_there_is_some(
    design: Design, tmp_path: Path, room: Callable[[int], None]
) -> None:
    run = Run(tmp_path / "run")

    def fill(event: Event) -> None:
        if isinstance(event, EpochEnded):
            room(run.metrics.stat().st_size if event.epoch == 1 else 10**9)

    events = run_with(design, run.folder, fill)
    assert isinstance(events[-1], Finished)
    assert len([event for event in events if isinstance(event, Noticed)]) == 1
    assert [row["event"] for row in run.events()] == [event.name() for event in events]


@pytest.mark.parametrize("harm", ["deleted", "moved", "read-only"])
def test_that_a_network_is_trained_on_where_its_run_in_the_window_can_no_longer_be_kept(
    harm: str, design: Design, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    whole, _ = trained(design, DATA)

    def do_harm(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 1:
            if harm == "deleted":
                shutil.rmtree(folder)
            elif harm == "moved":
                folder.rename(tmp_path / "elsewhere")
            else:
                shutil.rmtree(folder)
                folder.symlink_to("/proc/self")  # where nobody can write, not even root

    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        do_harm(event)

    trainer = Trainer(design, DATA, emit, run=Run.create(folder, design), must_keep=False)
    assert isinstance(trainer.run(), Finished)
    assert same_weights(trainer.model, whole.model)
    said = [event.text for event in events if isinstance(event, Noticed)]
    assert 1 <= len(said) <= 3, said
    if harm == "moved":
        resumed, _ = trained(design, DATA, run=Run.reopen(tmp_path / "elsewhere", design), resume=True)
        assert same_weights(resumed.model, whole.model)
