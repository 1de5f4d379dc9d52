"""The trash of runs: what goes there comes back as it was, and what is under way stays."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from designer.core.graph.design import Design
from designer.engine.runs import run_trash
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_index import RunIndex
from designer.engine.runs.run_lock import RunLock, is_held, who_holds
from designer.engine.runs.run_summary import read_summary
from tests.made_runs import make_run


def test_that_a_run_in_the_trash_is_not_listed_and_comes_back_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "runs"
    folder = make_run(home, "one", Design())
    before = read_summary(folder)
    index = RunIndex(tmp_path / "index.sqlite")
    thrown = run_trash.throw_away(folder)
    assert (index.runs([home]), run_trash.thrown_away([home])) == ([], [thrown])
    run_trash.put_back(thrown, folder)
    assert (index.runs([home]), run_trash.thrown_away([home])) == ([before], [])
    index.close()


def test_that_two_runs_of_one_name_lie_in_the_trash_beside_each_other(tmp_path: Path) -> None:
    first = run_trash.throw_away(make_run(tmp_path, "one", Design()))
    second = run_trash.throw_away(make_run(tmp_path, "one", Design(), note="the later one"))
    assert (first.name, second.name) == ("one", "one_2")
    third = make_run(tmp_path, "one", Design())
    assert run_trash.put_back(second, third) == tmp_path / "one_2"
    assert read_summary(tmp_path / "one_2").note == "the later one"
    assert read_summary(third).note == ""
    assert run_trash.thrown_away([tmp_path]) == [first]


def test_that_a_run_that_is_under_way_is_not_thrown_away(tmp_path: Path) -> None:
    folder = make_run(tmp_path, "one", Design(), "lost")
    lock = RunLock(folder / "lock")
    with pytest.raises(RunError, match="the run is under way: stop it first"):
        run_trash.throw_away(folder)
    assert folder.is_dir()
    lock.release()
    run_trash.throw_away(folder)
    assert not folder.exists()


def test_that_an_emptied_trash_is_gone_for_good_and_what_cannot_go_is_told(tmp_path: Path) -> None:
    thrown = run_trash.throw_away(make_run(tmp_path, "one", Design()))
    stays = make_run(tmp_path, "two", Design())
    assert run_trash.empty([thrown, tmp_path / ".trash" / "gone" / "away"]) == []
    assert not thrown.exists()
    assert stays.is_dir()
    with pytest.raises(RunError, match="cannot be taken out of the trash"):
        run_trash.put_back(thrown, tmp_path / "one")


def test_that_a_trash_that_cannot_be_made_is_told_with_the_run_in_its_place(tmp_path: Path) -> None:
    folder = make_run(tmp_path, "one", Design())
    (tmp_path / ".trash").write_text("a file where the trash should be")
    with pytest.raises(RunError, match="the run cannot be moved to the trash"):
        run_trash.throw_away(folder)
    assert folder.is_dir()


def test_that_what_was_read_stays_known_when_a_reading_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        make_run(tmp_path / "runs", name, Design())

    def end_at_last(done: int, of: int) -> None:
        if done == of - 1:
            raise InterruptedError

    index = RunIndex(tmp_path / "index.sqlite")
    with pytest.raises(InterruptedError):
        index.runs([tmp_path / "runs"], end_at_last)
    read: list[Path] = []
    monkeypatch.setattr(
        "designer.engine.runs.run_index.read_summary", lambda folder: read.append(folder) or read_summary(folder)
    )
    assert len(index.runs([tmp_path / "runs"])) == 3
    assert len(read) == 1
    index.close()


def test_that_a_run_can_be_thrown_away_while_another_window_reads_it(tmp_path: Path) -> None:
    home = tmp_path / "runs"
    folders = [make_run(home, f"run {number}", Design()) for number in range(60)]
    index = RunIndex(tmp_path / "index.sqlite")
    index.close()
    problems: list[BaseException] = []
    is_over = threading.Event()

    def read() -> None:
        try:
            reader = RunIndex(tmp_path / "index.sqlite")
            while not is_over.is_set():
                reader.runs([home])
                for folder in folders:
                    read_summary(folder)
                    is_held(folder)
            reader.close()
        except BaseException as error:
            problems.append(error)

    window = threading.Thread(target=read)
    window.start()
    thrown = [run_trash.throw_away(folder) for folder in folders]
    is_over.set()
    window.join()
    assert problems == []
    assert len({path.name for path in thrown}) == 60
    assert not any(folder.exists() for folder in folders)  # nobody who looks makes a folder, or a lock, in their place
    with pytest.raises(RunError, match="the run is no longer there"):
        run_trash.throw_away(folders[0])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the other process is a copy of this one")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_that_it_is_told_since_when_another_process_is_at_work(tmp_path: Path) -> None:
    folder = make_run(tmp_path, "one", Design(), "lost")
    begun, end = os.pipe(), os.pipe()
    process = os.fork()
    if process == 0:
        lock = RunLock(folder / "lock")
        os.write(begun[1], b"1")
        os.read(end[0], 1)
        lock.release()
        os._exit(0)
    os.read(begun[0], 1)
    found = read_summary(folder)
    assert found.state == "running"
    assert found.since[:2] == "20"
    is_at_work, holder = who_holds(folder)
    assert is_at_work
    assert holder is not None
    assert (holder.process, holder.is_here) == (process, False)
    os.write(end[1], b"1")
    os.waitpid(process, 0)
    assert (read_summary(folder).state, read_summary(folder).since) == ("lost", "")
    for handle in (*begun, *end):
        os.close(handle)
