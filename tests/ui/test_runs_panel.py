"""The panel of runs: what it lists, and what a person does with runs there, by mouse and keys."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QPlainTextEdit, QPushButton, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.runs import run_about, run_log
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_lock import RunLock
from designer.engine.runs.run_summary import read_summary
from designer.ui.app.main_window import MainWindow
from designer.ui.comparison.dialog import CompareDialog
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.runs import NO_RUNS, RunsPanel
from designer.ui.panels.runs_dialogs import EpochsDialog, LogDialog, NoteDialog
from designer.ui.panels.runs_model import BEST, NAME, NETWORK, STATE, TITLES
from designer.ui.panels.runs_words import begun_words
from tests.made_runs import make_run
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT, NONE, Answers, Buttons, action
from tests.ui.test_training_panel import wait_for_state

Show = Callable[[MainWindow], RunsPanel]
Dialog = TypeVar("Dialog", bound=QDialog)
Key = Qt.Key


def vowels(**settings: object) -> Design:
    design = files.read(example("vowels_lstm"))
    return replace(design, training=design.training.model_copy(update=settings))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "vowels.network.json"
    path.parent.mkdir()
    files.write(vowels(), path)
    return path


@pytest.fixture
def home(file: Path) -> Path:
    """Four runs of other files: two that have ended well, one that was cut off, one that has failed."""
    folder = file.parent / "runs"
    make_run(folder, "mean pooling", vowels(learning_rate=0.01), accuracies=(0.9, 0.98), begun="2026-11-20T10:00:00Z")
    make_run(folder, "max pooling", vowels(), note="As in the article", begun="2026-11-21T10:00:00Z")
    make_run(folder, "cut", vowels(seed=9), "lost", epochs=20, begun="2026-11-22T10:00:00Z")
    make_run(folder, "wild", vowels(), "failed", (0.1,), begun="2026-11-19T10:00:00Z")
    run_about.say(folder / "cut", dismissed=True)
    return folder


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Brings the panel to the front, as the View menu does, and waits for what it reads."""

    def bring(window: MainWindow) -> RunsPanel:
        window.docks["Runs"].raise_()
        panel = window.panel(RunsPanel)
        qtbot.waitUntil(lambda: panel.model.total > 0)
        panel.table.setFocus()
        return panel

    return bring


@pytest.fixture
def panel(opening: Opening, file: Path, home: Path, show: Show) -> RunsPanel:
    return show(opening(file))


def names(panel: RunsPanel) -> list[str]:
    return [panel.model.run_at(row).name for row in range(panel.model.rowCount())]


def cells(panel: RunsPanel, column: int) -> list[str]:
    return [panel.model.index(row, column).data() for row in range(panel.model.rowCount())]


def spot(panel: RunsPanel, name: str, column: int = NAME) -> QPoint:
    index = panel.model.index(names(panel).index(name), column)
    panel.table.scrollTo(index)
    return panel.table.visualRect(index).center()


def click_run(panel: RunsPanel, name: str, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(panel.table.viewport(), LEFT, keys, spot(panel, name))


def selected(panel: RunsPanel) -> list[str]:
    return [run.name for run in panel.table.selected()]


def opened_menu(panel: RunsPanel) -> QMenu:
    QTest.mouseClick(panel.more, LEFT)
    return panel.table.findChildren(QMenu, "runsMenu")[-1]


def choose(panel: RunsPanel, command: str) -> None:
    """A command of the menu, by the mouse."""
    menu = opened_menu(panel)
    (chosen,) = (item for item in menu.actions() if item.objectName() == command)
    assert chosen.isEnabled(), command
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(chosen).center())


def enabled(panel: RunsPanel) -> set[str]:
    menu = opened_menu(panel)
    found = {item.objectName() for item in menu.actions() if item.isEnabled()}
    menu.close()
    return found


def dialog(window: MainWindow, kind: type[Dialog]) -> Dialog:
    return next(found for found in window.findChildren(kind) if found.isVisible())


def opened_log(panel: RunsPanel, qtbot: QtBot) -> LogDialog:
    choose(panel, "runLog")
    window = panel.window()
    qtbot.waitUntil(lambda: any(found.isVisible() for found in window.findChildren(LogDialog)))
    return dialog(window, LogDialog)  # type: ignore[arg-type]


def said(panel: RunsPanel) -> str:
    return " ".join(panel.notices.texts().values())


def test_that_runs_are_listed_with_what_they_are_the_newest_first(panel: RunsPanel, qtbot: QtBot) -> None:
    assert names(panel) == ["cut", "max pooling", "mean pooling", "wild"]
    assert cells(panel, STATE) == ["cut off", "finished", "finished", "failed"]
    assert [words[:-2] for words in cells(panel, BEST)] == ["75.0", "75.0", "98.0", "10.0"]
    lasted = "1\N{NO-BREAK SPACE}min\N{NO-BREAK SPACE}05\N{NO-BREAK SPACE}s"
    lengths = ["3 of 20 epochs", f"3 epochs, {lasted}", f"2 epochs, {lasted}", "1 epoch"]
    assert cells(panel, TITLES.index("Length")) == lengths
    assert cells(panel, TITLES.index("Last"))[1] == "70.0\N{NO-BREAK SPACE}%"
    assert set(cells(panel, TITLES.index("Data"))) == {"Spoken vowels"}
    assert panel.said.text() == "4 runs"
    failed = panel.model.index(3, STATE)
    assert failed.data(Qt.ItemDataRole.ToolTipRole) == "the loss is no number"
    qtbot.waitUntil(lambda: cells(panel, NETWORK)[1] == "max pooling: as it is now")
    assert cells(panel, NETWORK)[0] == "cut: seed 0 → 9"


def test_that_what_differs_follows_the_open_network(panel: RunsPanel, qtbot: QtBot) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    qtbot.waitUntil(lambda: cells(panel, NETWORK)[1] == "max pooling: as it is now")
    window.editor.set_param("lstm1", "hidden_size", 7)
    qtbot.waitUntil(lambda: "hidden_size 7 →" in cells(panel, NETWORK)[1])
    window.editor.stack.undo()
    qtbot.waitUntil(lambda: cells(panel, NETWORK)[1] == "max pooling: as it is now")


def test_that_a_tip_tells_what_differs_and_which_run_a_branch_was_begun_from(
    opening: Opening, file: Path, home: Path, show: Show, qtbot: QtBot
) -> None:
    parent = run_about.Parent(run="id of mean pooling", folder=str(home / "mean_pooling"), epoch=1, step=10)
    make_run(home, "on", vowels(seed=4), parent=parent, begun="2026-11-24T10:00:00Z")
    panel = show(opening(file))
    qtbot.waitUntil(lambda: "seed 0 → 4" in cells(panel, NETWORK)[0])
    tip = panel.model.index(0, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "branched after epoch 1 of “mean pooling”" in tip
    assert "beside the open network: seed 0 → 4" in tip


def test_that_times_are_told_as_people_say_them() -> None:
    now = datetime(2026, 11, 30, 12, 0).astimezone()

    def told(**ago: int) -> str:
        return begun_words((now - timedelta(**ago)).isoformat(), now)

    assert told(hours=1) == "today 11:00"
    assert told(hours=13) == "yesterday 23:00"
    assert told(days=2) == "28 Nov 12:00"
    assert told(days=400) == "26 Oct 2025"
    assert begun_words("no time at all") == "–"


def test_that_a_click_on_a_title_sorts_and_the_selected_run_stays_selected(panel: RunsPanel) -> None:
    click_run(panel, "max pooling")
    header = panel.table.header()
    title = QPoint(header.sectionViewportPosition(BEST) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NONE, title)
    assert names(panel) == ["mean pooling", "cut", "max pooling", "wild"]
    assert selected(panel) == ["max pooling"]
    QTest.mouseClick(header.viewport(), LEFT, NONE, title)
    assert names(panel)[0] == "wild"
    QTest.mouseClick(header.viewport(), LEFT, NONE, title)
    assert names(panel) == ["cut", "max pooling", "mean pooling", "wild"]


@pytest.mark.parametrize("column", range(len(TITLES)))
def test_that_every_column_sorts(column: int, theme: object, home: Path) -> None:
    from designer.ui.panels.runs_model import RunsModel, listed

    model = RunsModel(theme, None)  # type: ignore[arg-type]
    model.set_runs(listed(read_summary(folder) for folder in sorted(home.iterdir())))
    orders = []
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        model.sort(column, order)
        orders.append([model.run_at(row).name for row in range(4)])
    assert orders[0] != orders[1] or column == TITLES.index("Data")
    assert sorted(orders[0]) == ["cut", "max pooling", "mean pooling", "wild"]


def test_that_words_find_runs_by_the_day_on_which_they_began(
    opening: Opening, file: Path, home: Path, show: Show, qtbot: QtBot
) -> None:
    yesterday = datetime.now().astimezone() - timedelta(days=1)
    make_run(home, "late, 2", vowels(), begun=yesterday.isoformat())
    panel = show(opening(file))
    for words, found in (
        ("yesterday", ["late, 2"]),
        (f"{yesterday:%Y-%m-%d}", ["late, 2"]),
        ("2026-11-21", ["max pooling"]),
        ("21 nov 2026", ["max pooling"]),
        ("20 November 2026", ["mean pooling"]),
        ("nov pooling", ["max pooling", "mean pooling"]),
        ("2026-11-22 lost", ["cut"]),
        ("today", []),
        ("g 2", []),
    ):
        panel.line.setFocus()
        panel.line.selectAll()
        qtbot.keyClicks(panel.line, words)
        assert names(panel) == found, words


def test_that_words_find_runs_by_name_note_and_state(panel: RunsPanel, qtbot: QtBot) -> None:
    for words, found in (
        ("pooling", ["max pooling", "mean pooling"]),
        ("ARTICLE", ["max pooling"]),
        ("pool finished mean", ["mean pooling"]),
        ("cut off", ["cut"]),
        ("lost", ["cut"]),
        ("japanese wild", ["wild"]),
        ("nowhere", []),
    ):
        panel.line.setFocus()
        panel.line.selectAll()
        qtbot.keyClicks(panel.line, words)
        assert names(panel) == found
    assert panel.empty.isVisible()
    assert panel.empty.text() == "No run holds all of these words."
    assert panel.said.text() == "0 of 4 runs"


def test_that_a_run_is_found_and_its_network_opened_by_keys_alone(panel: RunsPanel, qtbot: QtBot) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    panel.line.setFocus()
    qtbot.keyClicks(panel.line, "mean")
    qtbot.keyClick(panel.line, Key.Key_Down)
    assert panel.table.hasFocus()
    assert selected(panel) == ["mean pooling"]
    qtbot.keyClick(panel.table, Key.Key_Return)
    assert window.editor.design.training.learning_rate == 0.01
    window.editor.stack.setClean()


def test_that_nothing_is_read_while_nobody_looks(
    opening: Opening, file: Path, home: Path, show: Show, qtbot: QtBot
) -> None:
    window = opening(file)
    panel = window.panel(RunsPanel)
    panel.refresh()
    window.editor.set_param("lstm1", "hidden_size", 7)
    qtbot.wait(100)
    assert panel.model.total == 0
    assert not panel.reader._heard
    assert names(show(window)) == ["cut", "max pooling", "mean pooling", "wild"]
    window.docks["Curves"].raise_()
    qtbot.waitUntil(lambda: not panel.is_seen)
    make_run(home, "another", vowels())
    panel.refresh()
    qtbot.wait(100)
    assert panel.model.total == 4
    window.docks["Runs"].raise_()
    qtbot.waitUntil(lambda: panel.model.total == 5)


def test_that_a_run_is_renamed_with_f2_and_found_by_its_note(panel: RunsPanel, home: Path, qtbot: QtBot) -> None:
    click_run(panel, "max pooling")
    qtbot.keyClick(panel.table, Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor.text() == "max pooling"
    qtbot.keyClicks(editor, "the article's")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: names(panel)[1] == "the article's")
    qtbot.waitUntil(lambda: run_about.read_about(home / "max_pooling").name == "the article's")
    assert selected(panel) == ["the article's"]
    choose(panel, "runNote")
    window = panel.window()
    assert isinstance(window, MainWindow)
    text = dialog(window, NoteDialog).findChild(QPlainTextEdit, "runNote")
    assert text.toPlainText() == "As in the article"
    text.selectAll()
    qtbot.keyClicks(text, "three seeds of it")
    dialog(window, NoteDialog).accept()
    qtbot.waitUntil(lambda: run_about.read_about(home / "max_pooling").note == "three seeds of it")
    qtbot.keyClicks(panel.line, "three seeds")
    qtbot.waitUntil(lambda: names(panel) == ["the article's"])


def test_that_enter_behind_a_new_name_does_not_open_the_run(panel: RunsPanel, home: Path, qtbot: QtBot) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    path, design = window.editor.document.path, window.editor.design
    click_run(panel, "mean pooling")
    qtbot.keyClick(panel.table, Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    qtbot.keyClicks(editor, "seed 0")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: run_about.read_about(home / "mean_pooling").name == "seed 0")
    assert (window.editor.document.path, window.editor.design) == (path, design)
    qtbot.waitUntil(panel.table.hasFocus)
    qtbot.keyClick(panel.table, Key.Key_Up)
    assert selected(panel) == ["max pooling"]


def test_that_what_cannot_be_written_is_told_and_shown_as_it_is(panel: RunsPanel, home: Path, qtbot: QtBot) -> None:
    (home / "max_pooling" / run_about.FILE).unlink()
    (home / "max_pooling" / run_about.FILE).mkdir()
    click_run(panel, "max pooling")
    qtbot.keyClick(panel.table, Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    qtbot.keyClicks(editor, "other")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: "“max pooling”: this cannot be written down" in said(panel))
    qtbot.waitUntil(lambda: "other" not in names(panel))


def test_that_a_deleted_run_comes_back_by_ctrl_z_and_by_the_bar(panel: RunsPanel, home: Path, qtbot: QtBot) -> None:
    before = names(panel)
    click_run(panel, "max pooling")
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.model.total == 3)
    assert not (home / "max_pooling").exists()
    assert said(panel) == "“max pooling” is in the trash."
    assert selected(panel) == ["mean pooling"]
    window = panel.window()
    assert isinstance(window, MainWindow)
    edits = window.editor.stack.count()
    qtbot.keyClick(panel.table, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: names(panel) == before)
    assert window.editor.stack.count() == edits
    assert selected(panel) == ["max pooling"]
    assert said(panel) == ""
    click_run(panel, "wild", CTRL)
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.model.total == 2)
    assert said(panel) == "2 runs are in the trash."
    QTest.mouseClick(panel.findChild(QPushButton, "runsUndo"), LEFT)
    qtbot.waitUntil(lambda: names(panel) == before)
    assert selected(panel) == ["max pooling", "wild"]


def test_that_keys_in_an_empty_list_are_not_the_canvas_s(panel: RunsPanel, qtbot: QtBot) -> None:
    before = names(panel)
    window = panel.window()
    assert isinstance(window, MainWindow)
    network, edits = window.editor.design.network, window.editor.stack.count()
    window.scene.select("conv1")
    click_run(panel, "wild")
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.empty.isVisible())
    qtbot.mouseClick(panel.empty, LEFT)
    focused = window.focusWidget()
    assert focused is panel.table
    for key in (Key.Key_Delete, Key.Key_Return):
        qtbot.keyClick(focused, key)
    assert (window.editor.design.network, window.editor.stack.count()) == (network, edits)
    qtbot.keyClick(focused, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: names(panel) == before)
    assert window.editor.stack.count() == edits


def test_that_deletions_are_taken_back_one_after_the_other(panel: RunsPanel, qtbot: QtBot) -> None:
    for name, left in (("wild", 3), ("cut", 2)):
        click_run(panel, name)
        qtbot.keyClick(panel.table, Key.Key_Delete)
        qtbot.waitUntil(lambda wanted=left: panel.model.total == wanted)
    qtbot.keyClick(panel.table, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: "cut" in names(panel))
    qtbot.keyClick(panel.table, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: "wild" in names(panel))
    assert "runUndo" not in enabled(panel)


def test_that_a_run_at_work_in_another_process_is_shown_as_running_and_stays(
    opening: Opening, file: Path, home: Path, show: Show, qtbot: QtBot
) -> None:
    lock = RunLock(home / "cut" / "lock")
    window = opening(file)
    panel = show(window)
    assert cells(panel, STATE)[0] == "running"
    click_run(panel, "cut")
    assert not {"runGoOn"} & enabled(panel)
    click_run(panel, "wild", CTRL)
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: "“cut” is under way, and stays: stop it first." in said(panel))
    assert "“wild” is in the trash." in said(panel)
    qtbot.waitUntil(lambda: names(panel) == ["cut", "max pooling", "mean pooling"])
    lock.release()
    panel._others.timeout.emit()
    qtbot.waitUntil(lambda: cells(panel, STATE)[0] == "cut off")


def test_that_the_trash_is_emptied_after_a_question(
    panel: RunsPanel, home: Path, qtbot: QtBot, answers: Answers
) -> None:
    click_run(panel, "wild")
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.model.total == 3)
    for answer in (Buttons.Cancel, Buttons.Ok):
        answers.then = answer
        asked = len(answers.seen)
        choose(panel, "runEmptyTrash")
        qtbot.waitUntil(lambda before=asked: len(answers.seen) > before)
        assert answers.seen[-1].text.startswith("Delete 1 run for good?")
        if answer == Buttons.Cancel:
            assert (home / ".trash" / "wild").is_dir()
    qtbot.waitUntil(lambda: not (home / ".trash" / "wild").exists())
    assert "runUndo" not in enabled(panel)
    choose(panel, "runEmptyTrash")
    qtbot.waitUntil(lambda: answers.seen[-1].name == "trashIsEmpty")


def test_that_hidden_runs_are_listed_where_they_are_asked_for(panel: RunsPanel, qtbot: QtBot) -> None:
    click_run(panel, "wild")
    click_run(panel, "cut", CTRL)
    choose(panel, "runHide")
    qtbot.waitUntil(lambda: names(panel) == ["max pooling", "mean pooling"])
    assert panel.said.text() == "2 runs"
    choose(panel, "runShowHidden")
    assert names(panel) == ["cut", "max pooling", "mean pooling", "wild"]
    click_run(panel, "wild")
    choose(panel, "runHide")
    qtbot.waitUntil(lambda: panel.model.hidden == 1)
    choose(panel, "runShowHidden")
    assert names(panel) == ["max pooling", "mean pooling", "wild"]


def test_that_ticked_runs_are_wanted_over_each_other(panel: RunsPanel, home: Path, qtbot: QtBot) -> None:
    wanted: list[list[Path]] = []
    panel.overlay_wanted.connect(wanted.append)
    index = panel.model.index(2, NAME)
    option = QStyleOptionViewItem()
    panel.table.initViewItemOption(option)
    option.rect = panel.table.visualRect(index)
    panel.table.itemDelegate().initStyleOption(option, index)
    box = panel.table.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, panel.table)
    QTest.mouseClick(panel.table.viewport(), LEFT, NONE, box.center())
    assert wanted == [[home / "mean_pooling"]]
    click_run(panel, "max pooling")
    qtbot.keyClick(panel.table, Key.Key_Space)
    assert wanted[-1] == [home / "mean_pooling", home / "max_pooling"]
    window = panel.window()
    assert isinstance(window, MainWindow)
    curves = window.panel(CurvesPanel)
    qtbot.waitUntil(lambda: {shown.name for shown in curves.runs.shown()} == {"max pooling", "mean pooling"})
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: wanted[-1] == [home / "mean_pooling"])
    curves.run_removed.emit(home / "mean_pooling")
    assert wanted[-1] == []
    click_run(panel, "wild")
    qtbot.keyClick(panel.table, Key.Key_Space)
    choose(panel, "runUntickAll")
    assert wanted[-1] == []


def test_that_a_click_on_a_curve_leads_to_its_run(panel: RunsPanel, home: Path, qtbot: QtBot) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    window.docks["Curves"].raise_()
    qtbot.waitUntil(lambda: not panel.is_seen)
    window.panel(CurvesPanel).run_chosen.emit(home / "wild")
    qtbot.waitUntil(lambda: panel.is_seen and selected(panel) == ["wild"])


def test_that_a_network_is_opened_as_it_was_after_the_question(
    panel: RunsPanel, file: Path, qtbot: QtBot, answers: Answers
) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    window.editor.set_param("lstm1", "hidden_size", 7)
    click_run(panel, "mean pooling")
    answers.then = Buttons.Cancel
    qtbot.keyClick(panel.table, Key.Key_Return)
    assert [seen.name for seen in answers.seen] == ["unsavedQuestion"]
    assert window.editor.design.training.learning_rate != 0.01
    answers.then = Buttons.Discard
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Key.Key_Return)
    assert window.editor.design.training.learning_rate == 0.01
    assert window.editor.document.path is None
    assert window.filing.name == "mean pooling"


def test_that_a_run_of_a_file_that_still_has_its_network_opens_the_file(
    opening: Opening, file: Path, home: Path, show: Show, qtbot: QtBot
) -> None:
    run_about.say(home / "max_pooling", file=str(file))
    window = opening()
    window.settings.add_recent_file(file)
    panel = show(window)
    click_run(panel, "max pooling")
    QTest.mouseDClick(panel.table.viewport(), LEFT, NONE, spot(panel, "max pooling"))
    assert window.editor.document.path == file


def test_that_weights_of_another_network_are_refused_in_words(panel: RunsPanel, qtbot: QtBot, answers: Answers) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    window.editor.set_param("lstm1", "hidden_size", 7)
    click_run(panel, "max pooling")
    choose(panel, "runTakeWeights")
    assert answers.seen[-1].name == "weightsRefused"
    assert "hidden_size 7 →" in answers.seen[-1].text


def test_that_weights_that_are_not_there_are_told_and_nothing_else_is(panel: RunsPanel, qtbot: QtBot) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    click_run(panel, "max pooling")
    choose(panel, "runTakeWeights")
    qtbot.waitUntil(lambda: "no checkpoint yet" in window.statusBar().currentMessage(), timeout=30_000)
    click_run(panel, "mean pooling")
    choose(panel, "runBranch")
    assert said(panel) == "No epoch of “mean pooling” has its weights kept: go on with it instead."


def test_that_two_runs_are_compared_side_by_side(panel: RunsPanel, qtbot: QtBot) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    click_run(panel, "max pooling")
    click_run(panel, "mean pooling", CTRL)
    choose(panel, "runCompare")
    found = dialog(window, CompareDialog)
    assert found.windowTitle().startswith("Compare: mean pooling, 20 Nov")
    assert found.found.settings == ("learning rate 0.01 → 0.003",)
    found.close()


def test_that_the_log_is_shown_and_copied(panel: RunsPanel, qtbot: QtBot) -> None:
    window = panel.window()
    assert isinstance(window, MainWindow)
    click_run(panel, "cut")
    found = opened_log(panel, qtbot)
    assert "The run cut begins." in found.text.toPlainText()
    QTest.mouseClick(found.findChild(QPushButton, "copyLog"), LEFT)
    assert "The run cut begins." in QGuiApplication.clipboard().text()
    found.close()
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("cut\tcut off\t75.0")


def test_that_a_log_is_read_beside_the_window_and_of_a_long_one_the_end_is_shown(
    panel: RunsPanel, home: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers, read = [], run_log.read_log
    monkeypatch.setattr(
        run_log, "read_log", lambda folder: (readers.append(threading.current_thread()), read(folder))[1]
    )
    lines = [f"2026-11-30 12:00:00  Epoch {number} has ended." for number in range(20_000)]
    (home / "max_pooling" / run_log.FILE).write_text("\n".join(lines))
    click_run(panel, "max pooling")
    found = opened_log(panel, qtbot)
    assert readers
    assert threading.main_thread() not in readers
    first, *shown = found.text.toPlainText().split("\n")
    assert shown == lines[-len(shown) :]
    assert first == f"Left out before this: {len(lines) - len(shown):,} lines. Copy has them all."
    assert sum(map(len, shown)) < 1 << 18
    QTest.mouseClick(found.findChild(QPushButton, "copyLog"), LEFT)
    assert QGuiApplication.clipboard().text().split("\n") == lines
    found.close()


def test_that_a_run_is_seen_as_it_trains_branched_gone_on_with_and_deleted(
    opening: Opening, file: Path, qtbot: QtBot
) -> None:
    files.write(vowels(epochs=2), file)
    window = opening(file)
    window.docks["Runs"].raise_()
    panel = window.panel(RunsPanel)
    qtbot.waitUntil(lambda: panel.empty.text() == NO_RUNS and panel.empty.isVisible())
    window.bench.kept_runs.begun.connect(lambda name: window.docks["Runs"].raise_())
    qtbot.keyClick(window, Key.Key_F5)
    window.docks["Runs"].raise_()
    qtbot.waitUntil(lambda: "running" in cells(panel, STATE), timeout=30_000)
    wait_for_state(window, qtbot, "On the test samples")
    window.docks["Runs"].raise_()
    qtbot.waitUntil(lambda: cells(panel, STATE) == ["finished"])
    first = panel.model.run_at(0)
    assert (first.epoch, first.name) == (2, "vowels")
    panel.table.setFocus()
    click_run(panel, "vowels")
    choose(panel, "runBranch")
    asked = dialog(window, EpochsDialog)
    assert [asked.epochs.itemData(place) for place in range(asked.epochs.count())] == [1, 2]
    asked.epochs.setCurrentIndex(0)
    asked.more.setValue(1)
    asked.accept()
    window.docks["Runs"].raise_()
    qtbot.waitUntil(lambda: cells(panel, STATE) == ["finished"] * 2, timeout=60_000)
    branch = panel.model.run_at(0)
    assert (branch.parent, branch.parent_epoch, branch.epoch) == (first.run, 1, 2)

    panel.table.select_folders([first.folder])
    choose(panel, "runTakeWeights")
    taken = []
    window.bridge.weights_taken.connect(taken.append)
    qtbot.waitUntil(lambda: bool(taken), timeout=30_000)
    assert taken[0].run == first.run
    assert "has the weights of “vowels” now, after" in window.statusBar().currentMessage()
    choose(panel, "runGoOn")
    asked = dialog(window, EpochsDialog)
    asked.more.setValue(1)
    asked.accept()
    qtbot.waitUntil(lambda: read_summary(first.path).epoch == 3 and not window.bridge.training, timeout=60_000)
    window.docks["Runs"].raise_()
    qtbot.waitUntil(lambda: {run.epoch for run in map(panel.model.run_at, range(2))} == {2, 3})

    assert window.bench.kept_runs.to_go_on_with is not None
    panel.table.select_folders([first.folder])
    choose(panel, "runDelete")
    qtbot.waitUntil(lambda: panel.model.total == 1)
    assert window.bench.kept_runs.to_go_on_with is None
    assert not Run(first.path).design.exists()
    choose(panel, "runUndo")
    qtbot.waitUntil(lambda: panel.model.total == 2)
    qtbot.waitUntil(lambda: window.bench.kept_runs.to_go_on_with is not None)


def test_that_the_panel_is_a_tab_behind_the_curves_and_in_the_view_menu(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(RunsPanel)
    assert not panel.is_seen
    assert window.docks["Curves"] in window.tabifiedDockWidgets(window.docks["Runs"])
    shown = action(window, "actionShowRuns")
    assert shown.isChecked()
    shown.trigger()
    qtbot.waitUntil(lambda: panel.is_seen)
    assert panel.empty.text() == NO_RUNS
