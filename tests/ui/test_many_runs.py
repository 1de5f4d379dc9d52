"""Ten thousand runs in the panel: all are found, sorted, selected and reached by keys; unseen rows cost nothing."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.runs.run_summary import RunSummary
from designer.ui.panels import runs_model
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.runs_model import BEST, MOST_TICKED, NAME, ListedRun, listed
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT, NONE
from tests.ui.test_runs_panel import click_run, names, selected

MANY = 10_000
Key = Qt.Key


@pytest.fixture(scope="module")
def runs() -> list[ListedRun]:
    return listed(
        RunSummary(
            f"/runs/{number:05}",
            name=f"run {number:05}",
            note=f"seed {number % 7}",
            begun=f"2026-{1 + number // 900:02}-01T{number % 900 // 60:02}:{number % 60:02}:00Z",
            state="finished",
            best={"val_accuracy": (number * 37 % MANY) / MANY},
        )
        for number in reversed(range(MANY))
    )


@pytest.fixture
def panel(opening: Opening, tmp_path: Path, runs: list[ListedRun], qtbot: QtBot) -> Iterator[RunsPanel]:
    file = tmp_path / "vowels.network.json"
    files.write(files.read(example("vowels_lstm")), file)
    window = opening(file)
    window.docks["Runs"].raise_()
    panel = window.panel(RunsPanel)
    qtbot.waitUntil(lambda: panel._known)
    panel._take(runs)
    panel.table.setFocus()
    yield panel
    panel._take([])


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How often each function of the model is called."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, given: object) -> None:
        if event == "call" and frame.f_code.co_filename == runs_model.__file__:
            calls[frame.f_code.co_name] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def test_that_the_view_asks_of_the_rows_in_sight_alone(panel: RunsPanel, runs: list[ListedRun]) -> None:
    panel._take([])
    with counted() as calls:
        panel._take(runs)
        panel.model.sort(NAME)
        panel.table.selectAll()
        assert len(panel.table.selected()) == MANY
        panel.model.sort(BEST)
        panel.table.grab()
    asked = {name: calls[name] for name in ("flags", "rowCount", "columnCount", "data")}
    assert max(asked.values()) < MANY // 10, asked
    assert len(panel.table.selected()) == MANY


def test_that_runs_that_are_as_before_are_not_made_again(runs: list[ListedRun]) -> None:
    before = {item.folder: item for item in runs[:3]}
    (first, second) = listed([runs[0].summary, RunSummary(runs[1].folder, name="another")], before)
    assert first is runs[0]
    assert second.summary.name == "another"
    assert second.keys[NAME] == "another"


def test_that_keys_reach_the_first_and_the_last_of_all(panel: RunsPanel, qtbot: QtBot) -> None:
    click_run(panel, "run 09998")
    qtbot.keyClick(panel.table, Key.Key_End)
    assert selected(panel) == ["run 00000"]
    assert panel.table.verticalScrollBar().value() == panel.table.verticalScrollBar().maximum()
    for key, name in (
        (Key.Key_Up, "run 00001"),
        (Key.Key_Home, "run 09999"),
        (Key.Key_Down, "run 09998"),
        (Key.Key_Left, "run 09998"),
        (Key.Key_Right, "run 09998"),
    ):
        qtbot.keyClick(panel.table, key)
        assert selected(panel) == [name]
    qtbot.keyClick(panel.table, Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert len(selected(panel)) == MANY - 1


def test_that_tab_leaves_the_table(panel: RunsPanel, qtbot: QtBot) -> None:
    click_run(panel, "run 09998")
    qtbot.keyClick(panel.table, Key.Key_Tab)
    assert not panel.table.hasFocus()
    assert selected(panel) == ["run 09998"]


def test_that_all_are_sorted_and_what_is_selected_stays_so(panel: RunsPanel, qtbot: QtBot) -> None:
    click_run(panel, "run 00003")
    header = panel.table.header()
    QTest.mouseClick(header.viewport(), LEFT, NONE, QPoint(header.sectionViewportPosition(BEST) + 12, 8))
    assert names(panel)[:2] == ["run 07027", "run 04054"]  # 0.9999 and 0.9998
    assert names(panel)[-1] == "run 00000"
    assert selected(panel) == ["run 00003"]
    assert panel.table.currentIndex().row() == panel.model.row_of("/runs/00003")


def test_that_words_find_runs_far_below(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.line.setFocus()
    qtbot.keyClicks(panel.line, "00003 seed")
    assert names(panel) == ["run 00003"]
    assert panel.said.text() == "1 of 10,000 runs"
    qtbot.keyClick(panel.line, Key.Key_Down)
    assert selected(panel) == ["run 00003"]
    panel.line.clear()
    assert selected(panel) == ["run 00003"]
    assert len(names(panel)) == MANY


def test_that_all_are_copied_and_selected_runs_are_shown_where_they_are(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.table.select_folders(["/runs/00003", "/runs/00002", "/runs/09999"])
    assert selected(panel) == ["run 09999", "run 00003", "run 00002"]
    qtbot.keyClick(panel.table, Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Name", "run 09999", "run 00003", "run 00002"]


def test_that_not_all_of_thousands_are_drawn_at_once_and_that_is_told(panel: RunsPanel, qtbot: QtBot) -> None:
    wanted: list[list[Path]] = []
    panel.overlay_wanted.disconnect()  # these runs have no folders to be read
    panel.overlay_wanted.connect(wanted.append)
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Key.Key_Space)
    assert [path.name for path in wanted.pop()] == [f"{9999 - row:05}" for row in range(MOST_TICKED)]
    told = " ".join(panel.notices.texts().values())
    assert told == "At most 50 runs are drawn over each other. 9,950 more are not ticked."
    click_run(panel, "run 09999")
    qtbot.keyClick(panel.table, Key.Key_Space)
    assert len(wanted.pop()) == MOST_TICKED - 1
    panel.model.untick_all()
    assert wanted.pop() == []
