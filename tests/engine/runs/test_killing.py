"""Runs that are killed with `kill -9`, at each of their dealings with the disk, one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.data.samples import Dataset
from designer.engine.model.build import build
from designer.engine.protocol.events import EpochEnded, Event, Finished, Noticed, Started
from designer.engine.runs.imported_weights import adopt
from designer.engine.runs.run_errors import NoRunError
from designer.engine.runs.run_folder import Run
from designer.engine.training import preparation
from designer.engine.training.trainer import Trainer
from tests.helpers import design_of, digits_dataset, losses, same_weights, stripes_network, trained
from tests.streamed import streamed_design

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the process is killed in a copy of itself"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

_DEALINGS = ("open", "os.mkdir", "os.rename", "os.remove", "os.link")


def opened(folder: Path, design: Design) -> Run:
    """As `train --resume` opens a folder."""
    try:
        return Run.reopen(folder, design)
    except NoRunError:
        return Run.create(folder, design)


def copy_that(work: Callable[[], object]) -> int:
    """Does something in a copy of this process; the signal that has killed it, or 0."""
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(process, 0)[1])


def kill_me() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(dealing: int, folder: Path, work: Callable[[], object]) -> bool:
    """Whether work was killed just before its so-manieth dealing with the files of a folder."""

    def watched() -> None:
        seen = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if event in _DEALINGS and str(arguments[0]).startswith(str(folder)):
                seen += 1
                if seen == dealing:
                    kill_me()

        sys.addaudithook(hook)
        work()

    return copy_that(watched) == signal.SIGKILL


def train_on(folder: Path, design: Design, data: Dataset) -> tuple[Trainer, list[Event]]:
    return trained(design, data, run=opened(folder, design), resume=True)


def epochs_in(folder: Path) -> list[int]:
    return [event["epoch"] for event in Run(folder).events() if event["event"] == EpochEnded.name()]


def test_that_a_run_killed_at_any_dealing_with_the_disk_ends_as_one_never_killed(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=2, batch_size=16), digits_dataset(48)
    whole, _ = trained(design, data)
    dealing, steps = 0, set()
    while True:
        dealing += 1
        folder = tmp_path / f"run{dealing}"
        if not killed_at(dealing, folder, lambda folder=folder: train_on(folder, design, data)):  # type: ignore[misc]
            break
        resumed, events = train_on(folder, design, data)
        assert isinstance(events[-1], Finished), f"killed at dealing {dealing}: {events[-1]}"
        assert same_weights(resumed.model, whole.model), f"killed at dealing {dealing}"
        assert epochs_in(folder) == [1, 2], f"killed at dealing {dealing}"
        assert sorted(path.name for path in folder.iterdir()) == [
            "checkpoint.previous.safetensors",
            "checkpoint.safetensors",
            "checkpoints",
            "design.network.json",
            "lock",
            "log.txt",
            "metrics.jsonl",
            "run.json",
        ], f"killed at dealing {dealing}"
        assert Run(folder).epochs.epochs() == [1, 2], f"killed at dealing {dealing}"
        steps.add(getattr(events[0], "step", None))
    assert dealing > 20
    assert steps == {0, 3, 6}


@pytest.mark.parametrize("kind", ["pictures", "table"])
def test_that_a_run_of_streamed_files_killed_within_an_epoch_ends_as_one_never_killed(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    design, file = streamed_design(kind, tmp_path), tmp_path / "design.network.json"
    files.write(design, file)
    command = [
        sys.executable,
        "-m",
        "tests.streamed",
        str(file),
        str(tmp_path / "run"),
        "11",
        str(torch.get_num_threads()),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    whole, _ = trained(design, preparation.load(design))
    resumed, events = train_on(tmp_path / "run", design, preparation.load(design))
    assert isinstance(events[0], Started)
    assert 8 < events[0].step <= 11
    assert isinstance(events[-1], Finished)
    assert same_weights(resumed.model, whole.model)


def test_that_an_epoch_stands_once_though_its_checkpoint_was_never_written(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=3, batch_size=16), digits_dataset(48)

    def die_after_two(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            kill_me()

    def work() -> None:
        Trainer(design, data, die_after_two, run=Run.create(tmp_path / "run", design)).run()

    assert copy_that(work) == signal.SIGKILL
    assert epochs_in(tmp_path / "run") == [1, 2]
    train_on(tmp_path / "run", design, data)
    assert epochs_in(tmp_path / "run") == [1, 2, 3]


def test_that_an_epoch_stands_once_where_a_checkpoint_was_written_while_it_was_validated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design, data = design_of(stripes_network(), epochs=2, batch_size=16), digits_dataset(48)
    monkeypatch.setattr("designer.engine.training.trainer.CHECKPOINT_SECONDS", 0.0)  # after each batch, training or not

    def die(event: Event) -> None:
        if isinstance(event, EpochEnded):
            kill_me()

    def work() -> None:
        Trainer(design, data, die, run=Run.create(tmp_path / "run", design)).run()

    assert copy_that(work) == signal.SIGKILL
    resumed, _ = train_on(tmp_path / "run", design, data)
    assert epochs_in(tmp_path / "run") == [1, 2]
    assert same_weights(resumed.model, trained(design, data)[0].model)


def test_that_a_run_killed_before_its_first_checkpoint_starts_again_and_says_so(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=2, batch_size=16), digits_dataset(48)
    _, expected = trained(design, data)

    def work() -> None:
        Trainer(
            design, data, lambda event: None, run=Run.create(tmp_path / "run", design), between_batches=kill_me
        ).run()

    assert copy_that(work) == signal.SIGKILL
    _, events = train_on(tmp_path / "run", design, data)
    assert losses(events) == losses(expected)
    said = [event.text for event in events if isinstance(event, Noticed)]
    assert len(said) == 1
    assert "ended before its first checkpoint: it starts again from the beginning" in said[0]
    assert [event["event"] for event in Run(tmp_path / "run").events()].count("started") == 1


def test_that_the_lock_of_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    design = design_of(stripes_network())
    assert copy_that(lambda: (Run.create(tmp_path, design), kill_me())) == signal.SIGKILL
    assert (tmp_path / "lock").read_text()
    Run.reopen(tmp_path, design).close()


def test_that_a_run_of_imported_weights_is_never_there_without_them(tmp_path: Path) -> None:
    design = design_of(stripes_network())
    arrays = {name: value.numpy() for name, value in build(design.network, seed=77).state_dict().items()}
    dealing, left = 0, set()
    while True:
        dealing += 1
        folder = tmp_path / f"run{dealing}"
        if not killed_at(dealing, folder, lambda folder=folder: adopt(folder, design, arrays)):  # type: ignore[misc]
            break
        left.add((Run(folder).design.exists(), Run(folder).has_checkpoint))
    assert (False, True) in left  # of which a person is told that the design is missing
    assert (True, False) not in left  # which would train from other weights without a word
