"""Runs that are kept: paused and gone on with, with other settings, branched, listed, and each epoch looked back at."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import threading
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.data.samples import Dataset
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import (
    BatchesEnded,
    Continued,
    EpochEnded,
    Event,
    Finished,
    Paused,
    SettingsChanged,
    Started,
)
from designer.engine.protocol.lines import line_of
from designer.engine.protocol.requests import Keeping
from designer.engine.runs import run_about, run_home, run_log
from designer.engine.runs.branching import branch
from designer.engine.runs.epoch_checkpoints import EpochCheckpoints
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_index import RunIndex
from designer.engine.runs.run_lock import is_held
from designer.engine.runs.run_summary import read_summary
from designer.engine.runs.trained_weights import trained_weights
from designer.engine.training.trainer import Trainer
from tests.helpers import design_of, digits_dataset, losses, same_weights, stripes_network, trained


@pytest.fixture(scope="module")
def data() -> Dataset:
    return digits_dataset(48)


def design(epochs: int = 3, **settings: object) -> Design:
    return design_of(stripes_network(), epochs=epochs, batch_size=16, **settings)


def with_settings(of: Design, **settings: object) -> Design:
    return replace(of, training=of.training.model_copy(update=settings))


class Driver:
    """Trains, and does something once a step is reached."""

    def __init__(self, of: Design, data: Dataset, folder: Path, at: int, do: object, resume: bool = False) -> None:
        run = Run.reopen(folder, of) if resume else Run.create(folder, of)
        self.events: list[Event] = []
        self._at, self._do = at, do
        self.trainer = Trainer(of, data, self.events.append, between_batches=self._between, run=run, resume=resume)
        self.ended = self.trainer.run()

    def _between(self) -> None:
        if self._at and self.trainer.position.step >= self._at:
            self._at = 0
            self._do(self)  # type: ignore[operator]

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def finished(folder: Path, data: Dataset, epochs: int = 3) -> Trainer:
    return trained(design(epochs), data, run=Run.create(folder, design(epochs)))[0]


def test_that_a_run_that_was_paused_learns_as_one_that_was_not(data: Dataset, tmp_path: Path) -> None:
    whole, told = trained(design(), data)
    at_rest: list[object] = []
    paused = Driver(
        design(),
        data,
        tmp_path / "run",
        4,
        lambda driver: driver.trainer.rest(lambda: at_rest.append(driver.events[-1])),
    )
    assert at_rest == [Paused(4, 2, run=paused.trainer.id)]
    assert paused.of(Continued) == [Continued(4, 2, run=paused.trainer.id)]
    assert same_weights(paused.trainer.model, whole.model)
    assert losses(paused.events) == losses(told)
    assert [event["event"] for event in Run(tmp_path / "run").events()].count("paused") == 1


def test_that_a_run_is_on_the_disk_to_the_last_batch_while_it_is_paused(data: Dataset, tmp_path: Path) -> None:
    whole, _ = trained(design(), data)
    copy = tmp_path / "copy"
    Driver(
        design(),
        data,
        tmp_path / "run",
        5,
        lambda driver: driver.trainer.rest(lambda: shutil.copytree(tmp_path / "run", copy)),
    )
    assert read_summary(copy).state == "lost"
    resumed = Driver(design(), data, copy, 0, None, resume=True)
    assert resumed.events[0].step == 5  # type: ignore[attr-defined]
    assert same_weights(resumed.trainer.model, whole.model)


def test_that_another_rate_while_it_trains_is_as_if_it_were_gone_on_with_at_that_rate(
    data: Dataset, tmp_path: Path
) -> None:
    begun = design(learning_rate=0.01)
    slower = with_settings(begun, learning_rate=0.001, l2=0.01)
    changed = Driver(begun, data, tmp_path / "run", 4, lambda driver: driver.trainer.change(slower.training))
    stopped = Driver(begun, data, tmp_path / "two", 4, lambda driver: driver.trainer.stop())
    assert stopped.ended.reason == "stopped"  # type: ignore[union-attr]
    resumed = Driver(slower, data, tmp_path / "two", 0, None, resume=True)
    plain, _ = trained(begun, data)
    assert same_weights(changed.trainer.model, resumed.trainer.model)
    assert not same_weights(changed.trainer.model, plain.model)
    for driver, folder in ((changed, "run"), (resumed, "two")):
        (told,) = driver.of(SettingsChanged)
        assert isinstance(told, SettingsChanged)
        assert (told.step, told.epoch) == (4, 2)
        assert told.before == {"learning_rate": "0.01", "l2": "0.0"}
        assert told.after == {"learning_rate": "0.001", "l2": "0.01"}
        assert files.read(Run(tmp_path / folder).design).training == slower.training
        assert "learning_rate 0.01 to 0.001" in run_log.read_log(tmp_path / folder)


def test_that_a_run_that_dies_after_a_change_goes_on_along_the_same_curve(data: Dataset, tmp_path: Path) -> None:
    begun = design(learning_rate=0.01)
    slower = with_settings(begun, learning_rate=0.001)

    def change_and_die(driver: Driver) -> None:
        driver.trainer.change(slower.training)
        shutil.copytree(tmp_path / "run", tmp_path / "dead")

    whole = Driver(begun, data, tmp_path / "run", 5, change_and_die)
    resumed = Driver(slower, data, tmp_path / "dead", 0, None, resume=True)
    assert same_weights(resumed.trainer.model, whole.trainer.model)
    assert len([event for event in Run(tmp_path / "dead").events() if event["event"] == "settings_changed"]) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"seed": 7}, "seed cannot become another one"),
        ({"epochs": 1}, "epochs: 1 are too few, as epoch 2 is under way"),
    ],
)
def test_that_what_may_not_change_is_refused_and_the_run_goes_on(
    settings: dict[str, object], words: str, data: Dataset, tmp_path: Path
) -> None:
    whole, _ = trained(design(), data)

    def change(driver: Driver) -> None:
        with pytest.raises(TrainingError, match=words):
            driver.trainer.change(with_settings(design(), **settings).training)

    driver = Driver(design(), data, tmp_path / "run", 4, change)
    assert isinstance(driver.ended, Finished)
    assert same_weights(driver.trainer.model, whole.model)
    assert files.read(Run(tmp_path / "run").design).training == design().training


def test_that_more_epochs_may_be_asked_for_while_it_trains(data: Dataset, tmp_path: Path) -> None:
    whole, _ = trained(design(4), data)
    longer = Driver(design(2), data, tmp_path / "run", 4, lambda driver: driver.trainer.change(design(4).training))
    assert [event.epoch for event in longer.of(EpochEnded)] == [1, 2, 3, 4]  # type: ignore[attr-defined]
    assert same_weights(longer.trainer.model, whole.model)


def test_that_the_weights_of_each_epoch_are_kept(data: Dataset, tmp_path: Path) -> None:
    finished(tmp_path / "run", data)
    for epoch in (1, 2, 3):
        short, _ = trained(design(epoch), data)
        found = trained_weights(tmp_path / "run", design(), epoch)
        assert (found.position.epoch, found.position.batch) == (epoch + 1, 0)
        wanted = {name: value.cpu() for name, value in short.model.state_dict().items()}
        assert found.weights.keys() == wanted.keys()
        assert all(found.weights[name].equal(value) for name, value in wanted.items())


def test_that_epochs_beyond_the_budget_are_thinned_evenly_and_the_best_stays(tmp_path: Path) -> None:
    source = tmp_path / "checkpoint"
    source.write_bytes(bytes(1000))
    epochs = EpochCheckpoints(tmp_path, budget=6500)
    for epoch in range(1, 101):
        epochs.keep(epoch, source, best=min(epoch, 38))
    kept = epochs.epochs()
    assert len(kept) == 6
    assert {1, 38, 100} <= set(kept)
    gaps = [later - earlier for earlier, later in pairwise(kept)]
    assert max(gaps) <= 45, kept
    assert EpochCheckpoints(tmp_path, budget=6500).epochs() == kept
    epochs.drop_from(38)
    assert max(epochs.epochs()) < 38


def test_that_a_branch_begins_where_its_parent_was_and_knows_it(data: Dataset, tmp_path: Path) -> None:
    parent = finished(tmp_path / "run", data)
    begun = branch(tmp_path / "run", 1, tmp_path / "branch", with_settings(design(), learning_rate=0.1))
    begun.close()
    other = Driver(with_settings(design(), learning_rate=0.1), data, tmp_path / "branch", 0, None, resume=True)
    same = branch(tmp_path / "run", 1, tmp_path / "same")
    same.close()
    again = Driver(design(), data, tmp_path / "same", 0, None, resume=True)
    assert same_weights(again.trainer.model, parent.model)
    assert not same_weights(other.trainer.model, parent.model)
    ids = {trainer.id for trainer in (parent, other.trainer, again.trainer)}
    assert len(ids) == 3
    about = run_about.read_about(tmp_path / "branch")
    assert about.parent is not None
    assert (about.parent.run, about.parent.epoch, about.parent.step) == (parent.id, 1, 3)
    assert [event["epoch"] for event in Run(tmp_path / "branch").events() if event["event"] == "epoch_ended"] == [
        1,
        2,
        3,
    ]
    assert Run(tmp_path / "branch").epochs.epochs() == [1, 2, 3]
    assert Run(tmp_path / "run").identity() == parent.id


def test_that_a_branch_of_what_is_not_kept_or_fits_not_is_refused_and_leaves_nothing(
    data: Dataset, tmp_path: Path
) -> None:
    finished(tmp_path / "run", data)
    with pytest.raises(RunError, match="the weights of epoch 9 are not kept"):
        branch(tmp_path / "run", 9, tmp_path / "branch")
    with pytest.raises(RunError, match="may differ"):
        branch(tmp_path / "run", 1, tmp_path / "branch", with_settings(design(), seed=3))
    assert not (tmp_path / "branch" / "design.network.json").exists()


def test_that_a_run_is_told_in_a_line(data: Dataset, tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", design(), keeping=Keeping(name="my run", file="a/b.network.json"))
    _, events = trained(design(), data, run=run)
    run_about.say(tmp_path / "run", note="mean pooling")
    found = read_summary(tmp_path / "run")
    ended = [event for event in events if isinstance(event, EpochEnded)]
    best = min(ended, key=lambda event: event.metrics["val_loss"])
    assert (found.name, found.note, found.file, found.state) == (
        "my run",
        "mean pooling",
        "a/b.network.json",
        "finished",
    )
    assert (found.epoch, found.epochs, found.step, found.best_epoch) == (3, 3, 9, best.epoch)
    assert found.best == pytest.approx(best.metrics)
    assert found.last["val_loss"] == pytest.approx(ended[-1].metrics["val_loss"])
    assert "test_loss" in found.last
    assert found.seconds > 0


def test_that_the_time_of_a_run_that_has_gone_on_is_that_of_all_its_parts(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", design())

    def batches(step: int, seconds: float) -> BatchesEnded:
        return BatchesEnded(step, 1, {"loss": np.ones(1, np.float32)}, 1.0, seconds, run="a")

    told = [
        (Started("cpu", 1, 9, 0, 3, 9, run="a"), 0.0),
        (batches(2, 4.0), 4.0),
        (batches(4, 26.0), 26.0),  # the line of its end is gone once it goes on
        (Started("cpu", 1, 9, 0, 3, 9, 4, run="a"), 26.0),
        (batches(6, 1.5), 27.5),
        (Finished("completed", 3, 9, {}, 8.0, run="a"), 34.0),
    ]
    lines = ""
    for event, seconds in told:
        lines += f"{json.dumps(line_of(event))}\n"
        run.metrics.write_text(lines)
        assert read_summary(run.folder).seconds == seconds
    run.close()


def test_that_runs_are_listed_as_they_are_whatever_becomes_of_the_index(data: Dataset, tmp_path: Path) -> None:
    home, kept = tmp_path / "runs", tmp_path / "index.sqlite"
    for place, name in enumerate(("first", "second")):
        folder = home / f"2026-11-30_12-0{place}-00_{name}"
        trained(design(1), data, run=Run.create(folder, design(1), keeping=Keeping(name=name)))
    first, second = sorted(home.iterdir())
    (home / ".trash").mkdir()
    (home / "no run").mkdir()

    def names() -> list[str]:
        index = RunIndex(kept)
        try:
            return sorted(run.name for run in index.runs([home, home]))
        finally:
            index.close()

    assert names() == ["first", "second"]
    run_about.say(first, name="renamed")
    assert names() == ["renamed", "second"]
    with sqlite3.connect(kept) as base:
        base.execute("UPDATE runs SET summary = 'rubbish'")
    assert names() == ["renamed", "second"]
    kept.write_bytes(b"no index at all" * 100)
    assert names() == ["renamed", "second"]
    shutil.rmtree(second)
    assert names() == ["renamed"]


def test_that_what_was_listed_once_is_not_read_again(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(tmp_path / "runs" / "one", data, 1)
    index = RunIndex(tmp_path / "index.sqlite")
    before = index.runs([tmp_path / "runs"])
    monkeypatch.setattr("designer.engine.runs.run_index.read_summary", lambda folder: pytest.fail(str(folder)))
    assert index.runs([tmp_path / "runs"]) == before
    index.close()


def test_that_runs_of_a_file_lie_beside_it_and_those_of_examples_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "own"))
    assert run_home.home_of(tmp_path / "digits.network.json") == tmp_path / "runs"
    assert run_home.home_of(None) == tmp_path / "own" / "runs"
    assert run_home.home_of(example("mnist_cnn")) == tmp_path / "own" / "runs"
    now = datetime(2026, 11, 30, 18, 37, 19)
    folder = run_home.made_place(tmp_path / "digits.network.json", "a/b: 数字?", now).folder
    assert folder.parent == tmp_path / "runs"
    assert folder.name == "2026-11-30_18-37-19_a_b_ 数字"
    second = run_home.made_place(tmp_path / "digits.network.json", "a/b: 数字?", now).folder
    assert second.name == f"{folder.name}_2"
    assert all(run_home.is_named_after(run, "a/b: 数字?") for run in (folder, second))
    assert not run_home.is_named_after(folder, "数字")


def test_that_what_another_version_says_of_a_run_stays(tmp_path: Path) -> None:
    (tmp_path / run_about.FILE).write_text(json.dumps({"name": "a", "from tomorrow": [1, 2]}))
    run_about.say(tmp_path, hidden=True)
    assert json.loads((tmp_path / run_about.FILE).read_text())["from tomorrow"] == [1, 2]
    assert run_about.read_about(tmp_path).hidden


def test_that_lines_of_steps_are_thinned_and_those_of_epochs_never(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("designer.engine.runs.run_folder.THINNED_FROM", 6000)
    monkeypatch.setattr("designer.engine.training.trainer.REPORT_SECONDS", 0.0)
    trainer, told = trained(design(8), data, run=Run.create(tmp_path / "run", design(8)))
    run = Run(tmp_path / "run")
    kinds = [row["event"] for row in run.events()]
    assert kinds.count("epoch_ended") == 8
    assert 3 < kinds.count("batches_ended") < len([event for event in told if isinstance(event, BatchesEnded)]) == 24
    assert run.metrics.stat().st_size < 12_000
    longer = Driver(design(9), data, tmp_path / "run", 0, None, resume=True)
    whole, _ = trained(design(9), data)
    assert same_weights(longer.trainer.model, whole.model)
    assert trainer.id == longer.trainer.id


def test_that_runs_are_listed_though_the_index_is_damaged_behind_its_beginning(tmp_path: Path) -> None:
    home, kept = tmp_path / "runs", tmp_path / "index.sqlite"
    for number in range(40):
        Run.create(home / f"run {number:02}", design(), keeping=Keeping(file="a" * 300)).close()

    def count() -> int:
        index = RunIndex(kept)
        try:
            return len(index.runs([home]))
        finally:
            index.close()

    assert count() == 40
    whole = bytearray(kept.read_bytes())
    assert len(whole) > 4 * 4096
    for place, rubbish in ((-4096, b"\xff" * 4096), (whole.rindex(b"folder"), b"\xff")):
        content = bytearray(whole)
        content[place : place + len(rubbish) or None] = rubbish
        kept.write_bytes(content)
        assert [count(), count()] == [40, 40]


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_that_a_folder_whose_name_is_no_text_keeps_no_run_from_being_listed(tmp_path: Path) -> None:
    folders = [tmp_path / "runs" / "one", tmp_path / "runs" / os.fsdecode(b"\xff")]
    for folder in folders:
        Run.create(folder, design(), keeping=Keeping("name", os.fsdecode(b"\xff.network.json"))).close()
    for _ in range(2):
        index = RunIndex(tmp_path / "index.sqlite")
        assert {run.path for run in index.runs([tmp_path / "runs"])} == set(folders)
        index.close()


def test_that_a_run_of_a_file_with_a_long_name_is_kept(tmp_path: Path) -> None:
    Run.create(tmp_path / "run", design(), keeping=Keeping("n" * 240, "file")).close()
    assert run_about.read_about(tmp_path / "run").name == "n" * 200
    assert run_about.read_about(tmp_path / "run").file == "file"


def test_that_a_run_of_which_nothing_is_said_has_its_place_among_others(tmp_path: Path) -> None:
    Run.create(tmp_path / "run", design()).close()
    begun = read_summary(tmp_path / "run").begun
    (tmp_path / "run" / run_about.FILE).write_bytes(b"\x00")
    os.utime(Run(tmp_path / "run").design, (0, 0))
    assert begun.startswith("20")
    assert read_summary(tmp_path / "run").begun == "1970-01-01T00:00:00Z"


def test_that_who_looks_whether_a_run_is_under_way_is_not_taken_for_who_works_there(tmp_path: Path) -> None:
    Run.create(tmp_path / "run", design()).close()
    looks, is_over = threading.Event(), threading.Event()
    held: list[bool] = []

    def look() -> None:
        while not is_over.is_set():
            held.append(is_held(tmp_path / "run"))
            looks.set()

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    looks.wait()
    before = len(held)
    while len(held) < before + 300:
        pass
    assert not any(held)
    for _ in range(30):
        Run.reopen(tmp_path / "run", design()).close()
    is_over.set()
    for looker in lookers:
        looker.join()


@pytest.mark.parametrize("settings", [{}, {"keep_best": True}, {"ema_decay": 0.9}], ids=["plain", "best", "mean"])
def test_that_a_run_that_was_paused_in_its_last_test_goes_on_as_one_that_was_not(
    settings: dict[str, object], data: Dataset, tmp_path: Path
) -> None:
    whole, told = trained(design(4, **settings), data)
    of, pauses = design(2, **settings), 0

    def rest_in_the_test() -> None:
        nonlocal pauses
        if trainer.position.epoch > 2:
            pauses += 1
            trainer.rest(lambda: None)

    run = Run.create(tmp_path / "run", of)
    trainer = Trainer(of, data, lambda event: None, between_batches=rest_in_the_test, run=run)
    trainer.run()
    assert pauses > 0
    longer = Driver(design(4, **settings), data, tmp_path / "run", 0, None, resume=True)
    assert same_weights(longer.trainer.model, whole.model)
    figures = [event.metrics for event in told if isinstance(event, EpochEnded)]
    assert [event.metrics for event in longer.events if isinstance(event, EpochEnded)] == figures[2:]


def test_that_other_settings_are_refused_with_the_reason_in_the_last_test(data: Dataset, tmp_path: Path) -> None:
    of, refused = design(2), []

    def change_in_the_test() -> None:
        if trainer.position.epoch > 2:
            trainer.change(of.training)  # nothing differs: there is nothing to refuse
            with pytest.raises(TrainingError, match="has learned all that it will, and is in its last test") as caught:
                trainer.change(with_settings(of, learning_rate=0.1, epochs=9).training)
            refused.append(caught.value.hint)

    events: list[Event] = []
    run = Run.create(tmp_path / "run", of)
    trainer = Trainer(of, data, events.append, between_batches=change_in_the_test, run=run)
    assert isinstance(trainer.run(), Finished)
    assert set(refused) == {"Wait until that has ended, then go on with the run"}
    assert files.read(run.design) == of
    assert not [event for event in events if isinstance(event, SettingsChanged)]
