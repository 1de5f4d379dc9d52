"""Folders of runs in which bits were flipped and files cut: what is whole serves, and no wrong weights ever do."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import designer
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import EpochEnded, Event, Failed, Finished, Noticed, Started
from designer.engine.runs.checkpoint import latest_checkpoint, read_checkpoint
from designer.engine.runs.run_errors import PLAIN, RunError, WayOut
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_summary import read_summary
from designer.engine.runs.trained_weights import WeightsError, trained_weights
from designer.engine.training.trainer import Trainer
from tests.helpers import (
    chain,
    dense,
    design_of,
    digits_dataset,
    input_of,
    output_for,
    same_weights,
    stopped_at,
    trained,
)

DATA = digits_dataset(48)
SMALL = chain(input_of(1, 6, 6), "flatten", dense(4), output_for())


def design(epochs: int = 4) -> Design:
    return design_of(SMALL, epochs=epochs, batch_size=16)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was stopped in its fourth epoch, after step 11: epochs have three steps."""
    folder = tmp_path_factory.mktemp("stopped") / "run"
    stopped_at(11, design(), DATA, Run.create(folder, design()))
    assert Run(folder).epochs.epochs() == [1, 2, 3]
    return folder


@pytest.fixture(scope="module")
def whole() -> Trainer:
    return trained(design(), DATA)[0]


@pytest.fixture
def folder(stopped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stopped, tmp_path / "run"))


def flip(path: Path, bit: int = -1) -> None:
    content = bytearray(path.read_bytes())
    bit = len(content) * 4 if bit < 0 else bit
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def resumed(folder: Path) -> tuple[Trainer, list[Event]]:
    return trained(design(), DATA, run=Run.reopen(folder, design()), resume=True)


def said_in(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Noticed)]


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink])
def test_that_the_end_of_an_epoch_serves_where_the_last_checkpoints_are_damaged(
    harm: Callable[[Path], None], folder: Path, whole: Trainer
) -> None:
    run = Run(folder)
    for path in (run.checkpoint, run.previous, run.epochs.path(3)):
        harm(path)
    session, events = resumed(folder)
    assert isinstance(events[0], Started)
    assert events[0].step == 6
    (said,) = said_in(events)
    assert "epoch_000002.safetensors" in said
    assert "of step 6, after epoch 2" in said
    if harm is not Path.unlink:
        assert said.startswith(f"{folder}: the newer checkpoints cannot be used: epoch_000002.safetensors is taken")
    assert same_weights(session.model, whole.model)
    assert [event["epoch"] for event in run.events() if event["event"] == EpochEnded.name()] == [1, 2, 3, 4]
    assert Run(folder).epochs.epochs() == [1, 2, 3, 4]
    assert all(read_checkpoint(Run(folder).epochs.path(epoch)).position.epoch == epoch + 1 for epoch in (1, 2, 3, 4))


def test_that_who_takes_weights_is_told_which_serve(folder: Path) -> None:
    run = Run(folder)
    for path in (run.checkpoint, run.previous):
        flip(path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = trained_weights(folder, design())
    assert found.position.step == 9
    assert "epoch_000003.safetensors is taken" in found.notices[0]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def damages() -> Iterator[tuple[str, float, str]]:
    """Of each file of a run some places, as a share of it, and what is done there. The same ones each time."""
    chance = random.Random(14)
    names = ["design.network.json", "metrics.jsonl", "run.json", "log.txt", "lock", "checkpoint.safetensors"]
    names += ["checkpoint.previous.safetensors", "checkpoints/epoch_000003.safetensors"]
    for name in names:
        for number in range(6):
            yield name, chance.random(), ("flip", "byte", "cut")[number % 3]


def harm(path: Path, share: float, how: str) -> None:
    content = bytearray(path.read_bytes())
    place = int(share * len(content))
    if how == "cut":
        del content[place:]
    elif how == "byte":
        content[place] = (content[place] + 1 + place % 255) % 256
    else:
        content[place] ^= 1 << place % 8
    path.write_bytes(content)


def test_that_damage_anywhere_in_a_run_neither_crashes_it_nor_gives_it_other_weights(
    stopped: Path, whole: Trainer, tmp_path: Path
) -> None:
    ended = []
    for number, (name, share, how) in enumerate(damages()):
        folder = Path(shutil.copytree(stopped, tmp_path / str(number)))
        harm(folder / name, share, how)
        read_summary(folder)
        try:
            session, events = resumed(folder)
        except RunError as error:
            assert str(folder) in str(error)
            ended.append("refused")
            continue
        ended.append(type(events[-1]).__name__)
        if isinstance(events[-1], Failed):
            assert str(folder) in events[-1].message
            continue
        assert isinstance(events[-1], Finished)
        assert same_weights(session.model, whole.model), (name, share, how)
        if "checkpoint" in name and "epoch" not in name and name != "checkpoint.previous.safetensors":
            assert any("cannot be used" in text for text in said_in(events)), (name, share, how)
    assert ended.count("Finished") > 36, ended


def test_that_weights_are_read_whole_or_not_at_all_whatever_is_damaged(stopped: Path, tmp_path: Path) -> None:
    kept = {epoch: read_checkpoint(Run(stopped).epochs.path(epoch)).part("model.") for epoch in (1, 2, 3)}
    last = read_checkpoint(Run(stopped).checkpoint)
    known = {last.position.step: last.part("model."), 3: kept[1], 6: kept[2], 9: kept[3]}
    chance, steps = random.Random(3), []
    for number in range(25):
        folder = Path(shutil.copytree(stopped, tmp_path / str(number)))
        for path in chance.sample(sorted(folder.rglob("*.safetensors")), chance.randint(1, 5)):
            harm(path, chance.random(), chance.choice(("flip", "byte", "cut")))
        try:
            found, _ = latest_checkpoint(Run(folder))
        except TrainingError as error:
            assert error.ways == (WayOut.ELSEWHERE,)
            continue
        assert found is not None
        steps.append(found.position.step)
        weights = found.part("model.")
        assert all(weights[name].equal(value) for name, value in known[found.position.step].items())
    assert len(set(steps)) > 2


def test_that_no_checkpoint_at_all_is_told_in_words_for_each_place(folder: Path) -> None:
    for path in folder.rglob("*.safetensors"):
        flip(path)
    ended = resumed(folder)[1][-1]
    assert isinstance(ended, Failed)
    assert (ended.hint, ended.ways) == ("Start a new run.", ("elsewhere",))
    with pytest.raises(WeightsError, match=r"the weights cannot be read: .* there is no other one to go on from"):
        trained_weights(folder, design())


def test_that_only_the_command_line_speaks_of_options() -> None:
    root = Path(designer.__file__).parent
    spoken = [
        path.relative_to(root).as_posix()
        for part in ("engine", "ui", "core")
        for path in (root / part).rglob("*.py")
        if any(option in path.read_text(encoding="utf-8") for option in ("--resume", "--run", "--epochs"))
    ]
    assert spoken == []
    assert all(word in PLAIN for word in WayOut)


def test_that_a_way_out_is_told_in_the_words_of_the_place(tmp_path: Path) -> None:
    Run.create(tmp_path, design()).close()
    with pytest.raises(RunError) as caught:
        Run.create(tmp_path, design())
    error = caught.value
    assert error.ways == (WayOut.AGAIN, WayOut.ELSEWHERE)
    assert str(error).endswith("first checkpoint: start it again from the beginning, or start a new run")
    assert error.told({"elsewhere": "name another folder"}).endswith("from the beginning, or name another folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no full device here")
def test_that_metrics_that_cannot_be_written_are_told_once_though_checkpoints_can(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", design())
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, EpochEnded):
            metrics = Run(tmp_path / "run").metrics
            if event.epoch == 1:
                metrics.rename(tmp_path / "aside")
                metrics.symlink_to("/dev/full")
            if event.epoch == 4:
                metrics.unlink()
                (tmp_path / "aside").rename(metrics)

    assert isinstance(Trainer(design(), DATA, emit, run=run, must_keep=False).run(), Finished)
    (said,) = said_in(events)
    assert "the metrics cannot be written" in said
    assert [row["event"] for row in run.events()] == [event.name() for event in events]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["name"] == "run"
    assert files.read(run.design) == design()
