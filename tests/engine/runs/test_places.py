"""Where runs are kept, whatever is in the way: odd names, clocks that are set back, disks that go and come back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from designer.core.graph.design import Design
from designer.engine.protocol.events import EpochEnded, Event, Finished, Noticed
from designer.engine.protocol.requests import Keeping
from designer.engine.runs import run_home
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_home import made_place, order_of
from designer.engine.runs.run_index import RunIndex
from designer.engine.runs.run_lock import RunLock, is_held
from designer.engine.training.trainer import Trainer
from tests.helpers import chain, dense, design_of, digits_dataset, input_of, output_for, same_weights, trained

DATA = digits_dataset(48)
NOW = datetime(2026, 11, 30, 18, 37, 19)


def design(epochs: int = 3) -> Design:
    return design_of(chain(input_of(1, 6, 6), "flatten", dense(4), output_for()), epochs=epochs, batch_size=16)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "own"))
    return tmp_path / "own" / "runs"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder / "digits.network.json"


def said_in(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Noticed)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are copies of this one")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_that_runs_that_begin_in_the_same_second_have_folders_of_their_own(file: Path, own: Path) -> None:
    processes = []
    for _ in range(8):
        if (process := os.fork()) == 0:
            try:
                for _ in range(5):
                    place = made_place(file, "digits", NOW)
                    assert place.notice == ""
                    Run.create(place.folder, design()).close()
            except BaseException:
                os._exit(1)
            os._exit(0)
        processes.append(process)
    assert [os.waitpid(process, 0)[1] for process in processes] == [0] * 8
    assert len(list((file.parent / "runs").iterdir())) == 40


@pytest.mark.parametrize(
    "title",
    [
        *("🦊" * 60, "数字" * 60, "a/b\\c:d*e?f", " . ", "", "\u202egnp.exe", "a\nb\tc", "CON", "-rf", "~", "%n$HOME"),
        *(os.fsdecode(b"\xff\xfe"), "é" * 300, "x" * 300, "'\"`", "name "),
    ],
    ids=map(str, range(16)),
)
def test_that_a_run_of_any_title_is_kept_and_listed(title: str, file: Path, own: Path, tmp_path: Path) -> None:
    folders = [made_place(file, title, NOW).folder for _ in range(12)]
    assert {folder.parent for folder in folders} == {file.parent / "runs"}
    for folder in folders[::11]:
        assert len(os.fsencode(folder.name)) <= 255
        assert folder.name.isprintable()
        assert run_home.is_named_after(folder, title)
        _, events = trained(design(1), DATA, run=Run.create(folder, design(1), keeping=Keeping(title, str(file))))
        assert isinstance(events[-1], Finished)
        assert said_in(events) == []
    index = RunIndex(tmp_path / "index.sqlite")
    assert {run.path for run in index.runs([file.parent / "runs"])} == set(folders[::11])
    index.close()


def a_file(project: Path) -> None:
    (project / "runs").write_text("a file")


def a_broken_link(project: Path) -> None:
    (project / "runs").symlink_to(project / "nowhere" / "at all")


def unwritable(project: Path) -> None:
    (project / "runs").symlink_to("/proc/self")  # where nobody can write, not even root


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no such place here")
@pytest.mark.parametrize("harm", [a_file, a_broken_link, unwritable])
def test_that_a_run_is_kept_in_the_programs_own_folder_where_none_can_be_beside_the_file(
    harm: Callable[[Path], None], file: Path, own: Path
) -> None:
    harm(file.parent)
    place = made_place(file, "digits", NOW)
    assert place.folder == own / "2026-11-30_18-37-19_digits"
    assert place.folder.is_dir()
    assert place.notice.startswith(f"{file.parent}")
    assert place.notice.endswith("This run is kept in the program's own folder.")


def test_that_nothing_is_said_of_runs_whose_place_is_the_programs_own_folder(own: Path) -> None:
    assert made_place(None, "digits", NOW).notice == ""


def test_that_a_path_that_is_too_long_for_what_lies_in_a_run_is_none_for_it(tmp_path: Path, own: Path) -> None:
    project, longest = tmp_path, os.pathconf(tmp_path, "PC_PATH_MAX") - 66
    while (left := longest - len(os.fsencode(project)) - 1) > 0:
        project /= "d" * min(200, left)
        project.mkdir()
    place = made_place(project / "digits.network.json", "digits", NOW)
    assert place.folder.parent == own
    assert "File name too long" in place.notice
    assert not list((project / "runs").iterdir())


def test_that_where_no_folder_can_be_made_at_all_the_network_is_trained_and_that_is_told(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blocked").write_text("a file")
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "blocked"))
    a_file(file.parent)
    assert not made_place(file, "digits", NOW).folder.exists()


def test_that_runs_stay_in_their_order_where_the_clock_is_set_back(file: Path, own: Path) -> None:
    home = file.parent / "runs"
    first = made_place(file, "digits", NOW).folder
    back = [made_place(file, title, NOW - timedelta(hours=2)).folder for title in ("zebra", "apple")]
    later = made_place(file, "digits", NOW + timedelta(hours=1)).folder
    begun = ["2026-11-30T18:37:19Z", "2026-11-30T16:37:19Z", "2026-11-30T16:37:20Z", "2026-11-30T19:37:19Z"]
    assert [path.name[:19] for path in (first, *back, later)] == [
        *("2026-11-30_18-37-19", "2026-11-30_18-37-20", "2026-11-30_18-37-21", "2026-11-30_19-37-19")
    ]
    told = dict(zip((first, *back, later), begun, strict=True))
    assert sorted(told, key=lambda folder: order_of(folder, told[folder])) == [first, *back, later]
    (home / "9999-12-31_23-59-59_never").mkdir()
    assert made_place(file, "x", NOW + timedelta(hours=2)).folder.name == "2026-11-30_20-37-19_x"
    assert order_of(home / "renamed", "2026-11-30T12:00:00Z")[:10] == "2026-11-30"
    assert order_of(home / "renamed", "no time") == ""


def test_that_a_disk_that_goes_and_comes_back_has_all_of_the_run_and_its_lock(tmp_path: Path) -> None:
    disk, away = tmp_path / "disk", tmp_path / "away"
    run = Run.create(disk / "runs" / "one", design(5))
    whole, told = trained(design(5), DATA)
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            disk.rename(away)
        if isinstance(event, EpochEnded) and event.epoch == 4:
            shutil.copytree(away, disk)  # another file system: its files are not those that are open
            assert not is_held(run.folder)
        if isinstance(event, EpochEnded) and event.epoch == 5:
            assert is_held(run.folder)

    trainer = Trainer(design(5), DATA, emit, run=run, must_keep=False)
    assert isinstance(trainer.run(), Finished)
    assert same_weights(trainer.model, whole.model)
    assert 1 <= len(said_in(events)) <= 2
    kept = Run(run.folder)
    assert [row["event"] for row in kept.events()] == [event.name() for event in events]
    assert kept.events()[-1]["val_loss"] == told[-1].metrics["val_loss"]  # type: ignore[attr-defined]
    assert not is_held(run.folder)
    again, _ = trained(design(6), DATA, run=Run.reopen(run.folder, design(6)), resume=True)
    longer, _ = trained(design(6), DATA)
    assert same_weights(again.model, longer.model)


def test_that_a_run_that_another_process_has_taken_up_meanwhile_is_left_to_it(tmp_path: Path) -> None:
    disk, away = tmp_path / "disk", tmp_path / "away"
    run = Run.create(disk / "one", design(5))
    others: list[RunLock] = []
    before: dict[str, bytes] = {}

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            disk.rename(away)
        if isinstance(event, EpochEnded) and event.epoch == 3:
            shutil.copytree(away, disk)
            others.append(RunLock(disk / "one" / "lock"))
            before.update({path.name: path.read_bytes() for path in (disk / "one").iterdir() if path.is_file()})

    events: list[Event] = []
    assert isinstance(Trainer(design(5), DATA, emit, run=run, must_keep=False).run(), Finished)
    assert any("is at work there" in text for text in said_in(events))
    for name in ("metrics.jsonl", "checkpoint.safetensors"):
        assert (disk / "one" / name).read_bytes() == before[name]
    others[0].release()
