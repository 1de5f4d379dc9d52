"""Random actions in the real window: a short version of `benchmarks.random_actions`, and that it tells what fails."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QTimer, qWarning
from pytestqt.qtbot import QtBot

from benchmarks.faults import OF_THE_PLATFORM, Faults
from benchmarks.random_actions import Trial, fill
from designer.ui.style.theme import Theme

ACTIONS, SEED = 200, 4


def fail(words: str) -> None:
    raise ValueError(words)


def test_that_random_actions_raise_nothing_and_leave_nothing(theme: Theme, tmp_path: Path) -> None:
    place, faults = tmp_path / "files", Faults(f"seed {SEED}")
    place.mkdir()
    fill(place, SEED)
    trial = Trial(theme, place, SEED, faults)
    trial.dialogs.trusting = False  # a kind of one's own would stay for the tests that follow
    for _ in range(2):
        trial.run(ACTIONS // 2)
    assert faults.told == []
    assert trial.windows > 1


def test_that_exceptions_and_messages_of_any_thread_are_told_with_what_was_done_last(qtbot: QtBot) -> None:
    faults = Faults("seed 0")
    with faults.watching():
        faults.did("presses a button")
        QTimer.singleShot(0, lambda: fail("in a slot"))
        qtbot.waitUntil(lambda: len(faults.told) == 1)
        other = threading.Thread(target=fail, args=("in a thread",))
        other.start()
        other.join()
        for _ in range(2):
            qWarning("a message of Qt")
        qWarning(f"{OF_THE_PLATFORM}raise()")
    in_slot, in_thread, of_qt = faults.told
    assert "in a slot" in in_slot
    assert "in a thread" in in_thread
    assert "a message of Qt" in of_qt
    assert all("presses a button" in told for told in faults.told)
    assert faults.seen.total() == 4
