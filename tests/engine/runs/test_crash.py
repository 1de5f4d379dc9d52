"""A process that crashes, or is ended, while it trains: what it leaves is told in plain words, with its stacks."""

from __future__ import annotations

import faulthandler
import os
import signal
from pathlib import Path

import pytest

from designer.core.graph.design import Design
from designer.engine.protocol.events import Event, Finished
from designer.engine.runs import crash_trace
from designer.engine.runs.lost_words import cause_of, how_it_was_lost, whole_log
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_log import read_log
from designer.engine.runs.run_summary import read_summary
from designer.engine.training.trainer import Trainer
from tests.engine.runs.test_killing import copy_that
from tests.helpers import chain, dense, design_of, digits_dataset, input_of, output_for, same_weights, trained

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the process is ended in a copy of itself"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
DATA = digits_dataset(48)


def design() -> Design:
    return design_of(chain(input_of(1, 6, 6), "flatten", dense(4), output_for()), epochs=3, batch_size=16)


def ended_by(number: int, folder: Path) -> int:
    """Trains in a copy of this process that gets a signal behind its fifth batch; the signal that has ended it."""

    def end_me() -> None:
        if trainer.position.step == 5:
            os.kill(os.getpid(), number)

    def work() -> None:
        nonlocal trainer
        crash_trace.allow()
        faulthandler.disable()  # that of the tests
        trainer = Trainer(design(), DATA, lambda event: None, between_batches=end_me, run=Run.create(folder, design()))
        trainer.run()

    trainer: Trainer
    return copy_that(work)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGSEGV, "Its program crashed: a library used memory that is not its own (segmentation fault)."),
        (signal.SIGABRT, "Its program crashed: a library gave up (abort)."),
        (signal.SIGTERM, "Its program was told to end by the system or another program, in the middle of its work."),
    ],
)
def test_that_how_a_process_ended_is_told_with_its_stacks(number: int, words: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert ended_by(number, folder) == number
    lost = read_summary(folder)
    assert (lost.state, lost.message, lost.epoch) == ("lost", words, 1)
    log = whole_log(folder, lost.message)
    assert log.startswith("20")
    assert words in log
    assert "in end_me" in log[log.index(words) :]
    assert "in end_me" not in read_log(folder)

    whole, _ = trained(design(), DATA)
    again, events = trained(design(), DATA, run=Run.reopen(folder, design()), resume=True)
    assert isinstance(events[-1], Finished)
    assert same_weights(again.model, whole.model)
    assert "in end_me" in read_log(folder)  # for good
    assert not (folder / crash_trace.FILE).exists()
    assert read_summary(folder).message == ""


def test_that_what_is_known_is_told_of_a_process_that_could_write_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert ended_by(signal.SIGKILL, folder) == signal.SIGKILL
    assert (folder / crash_trace.FILE).read_bytes() == b""
    told = read_summary(folder).message
    assert told.startswith("Its program was ended from outside, or the computer went off: it could write nothing more.")
    assert " The last that it wrote was at 20" in told
    assert "in epoch 1, after step 3" in told
    assert "B of memory then" in told
    much = how_it_was_lost(folder, 2, 40, 1e18)
    assert much.endswith("the system may have ended it for want of memory.")
    assert "in epoch 2, after step 40; it took " in much


def test_that_a_run_that_ends_well_leaves_no_trace_and_the_process_as_it_was(tmp_path: Path) -> None:
    def work() -> None:
        crash_trace.allow()
        seen: list[bool] = []
        faulthandler.disable()
        run = Run.create(tmp_path / "run", design())
        Trainer(design(), DATA, lambda event: seen.append(faulthandler.is_enabled()), run=run).run()
        assert all(seen)
        assert not faulthandler.is_enabled()
        (tmp_path / "fine").touch()

    assert copy_that(work) == 0
    assert (tmp_path / "fine").exists()
    assert not (tmp_path / "run" / crash_trace.FILE).exists()


def test_that_another_program_that_trains_keeps_its_own_settings(tmp_path: Path) -> None:
    before = faulthandler.is_enabled()
    seen: list[Event] = []
    Trainer(design(), DATA, seen.append, run=Run.create(tmp_path / "run", design())).run()
    assert not crash_trace._may_be_kept
    assert faulthandler.is_enabled() == before


@pytest.mark.parametrize(
    ("trace", "words"),
    [
        ("Fatal Python error: Bus error\n\nThread", "a file or memory that was in use is gone"),
        ("Windows fatal exception: access violation\n", "(access violation)"),
        ("Fatal Python error: none_dealloc: deallocating None\n\n", "Its program crashed: Fatal Python error: none_d"),
    ],
)
def test_that_fatal_errors_are_told_in_plain_words(trace: str, words: str) -> None:
    assert words in cause_of(trace)
