"""Runs as people, other programs and full disks leave them: the panel tells what is, and loses nothing."""

from __future__ import annotations

import errno
import json
import os
import unicodedata
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.engine.runs import run_about
from designer.engine.runs.run_summary import read_summary
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.runs_model import NAME, STATE
from designer.ui.panels.time_slider import TimeSlider
from tests.made_runs import make_run
from tests.ui import test_runs_panel
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, Answers, action
from tests.ui.test_runs_panel import Show, cells, choose, click_run, names, said, selected, vowels
from tests.ui.test_training_panel import wait_for_state

file, home, panel, show = test_runs_panel.file, test_runs_panel.home, test_runs_panel.panel, test_runs_panel.show
Key = Qt.Key
LONG = "a very long name " * 18  # 306 letters
HEBREW, EMOJI = "ניסוי ראשון", "🧪 run 👩🏽‍🔬"


def rename(panel: RunsPanel, qtbot: QtBot, old: str, new: str) -> None:
    qtbot.waitUntil(lambda: panel.table.findChild(QLineEdit) is None)  # that of the name before has gone
    click_run(panel, old)
    qtbot.keyClick(panel.table, Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    editor.setText(new)
    qtbot.keyClick(editor, Key.Key_Return)


def test_that_any_name_is_kept_found_and_copied_and_a_longer_one_is_refused(
    panel: RunsPanel,
    home: Path,
    qtbot: QtBot,
) -> None:
    for name in (HEBREW, EMOJI, "x" * 200, "(a|b)*[c] \\ % _ ? \"q\" 'q'"):
        old = names(panel)[1]
        rename(panel, qtbot, old, name)
        qtbot.waitUntil(lambda name=name: run_about.read_about(home / "max_pooling").name == name)
        qtbot.waitUntil(lambda name=name: names(panel)[1] == name)
        for words in (name, name.split()[0], name.split()[-1].upper()):
            panel.line.setText(words)
            assert names(panel) == [name]
        panel.line.clear()
    rename(panel, qtbot, names(panel)[1], LONG)
    qtbot.waitUntil(lambda: "names have at most 200 letters" in said(panel))
    qtbot.waitUntil(lambda: names(panel)[1].startswith("(a|b)"))


def test_that_letters_are_found_however_their_accents_are_written(panel: RunsPanel, qtbot: QtBot) -> None:
    apart = unicodedata.normalize("NFD", "Prüfung é")
    rename(panel, qtbot, "wild", apart)
    qtbot.waitUntil(lambda: apart in names(panel))
    for words in ("prüfung", unicodedata.normalize("NFD", "PRÜFUNG"), "é"):
        panel.line.setText(words)
        assert names(panel) == [apart]


def test_that_what_a_file_says_of_a_run_is_kept_though_this_version_takes_not_all_of_it(
    opening: Opening,
    file: Path,
    home: Path,
    show: Show,
    qtbot: QtBot,
) -> None:
    about = json.loads((home / "wild" / run_about.FILE).read_text())
    about |= {"version": 7, "name": LONG, "hidden": "perhaps", "colour": "red", "note": "one\ntwo\n\tthree"}
    (home / "wild" / run_about.FILE).write_text(json.dumps(about))
    panel = show(opening(file))
    assert names(panel)[3] == LONG[:200].strip()
    assert cells(panel, 8)[3] == "one two three"
    panel.line.setText("two three")
    assert len(names(panel)) == 1
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Key.Key_C, CTRL)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 2
    panel.line.clear()
    rename(panel, qtbot, LONG[:200].strip(), "short")
    qtbot.waitUntil(lambda: json.loads((home / "wild" / run_about.FILE).read_text())["name"] == "short")
    after = json.loads((home / "wild" / run_about.FILE).read_text())
    assert (after["begun"], after["note"], after["colour"]) == (about["begun"], about["note"], "red")


def test_that_a_name_of_several_lines_stays_in_its_row(
    opening: Opening,
    file: Path,
    home: Path,
    show: Show,
    qtbot: QtBot,
) -> None:
    run_about.say(home / "wild", name="one\ttwo\nthree")
    panel = show(opening(file))
    assert cells(panel, NAME)[3] == "one two three"
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [len(line.split("\t")) for line in lines] == [9] * 5


def test_that_a_deleted_run_comes_back_beside_one_that_has_its_folder_s_name_by_now(
    panel: RunsPanel,
    home: Path,
    qtbot: QtBot,
) -> None:
    click_run(panel, "max pooling")
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.model.total == 3)
    make_run(home, "max pooling", vowels(), accuracies=(0.4,), begun="2026-11-25T10:00:00Z")
    qtbot.keyClick(panel.table, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: panel.model.total == 5)
    assert said(panel) == ""
    assert names(panel).count("max pooling") == 2
    assert selected(panel) == ["max pooling"]
    assert read_summary(home / "max_pooling_2").note == "As in the article"
    assert panel.table.selected()[0].path == home / "max_pooling_2"


def test_that_an_undo_that_cannot_be_done_can_be_done_later(panel: RunsPanel, home: Path, qtbot: QtBot) -> None:
    click_run(panel, "max pooling")
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.model.total == 3)
    thrown, aside = home / ".trash" / "max_pooling", home / ".trash" / "aside"
    thrown.rename(aside)
    qtbot.keyClick(panel.table, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: "the run cannot be taken out of the trash" in said(panel))
    aside.rename(thrown)
    qtbot.keyClick(panel.table, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: "max pooling" in names(panel))
    assert said(panel) == ""


def test_that_a_run_of_a_newer_version_and_one_with_a_damaged_line_are_told_as_what_they_are(
    opening: Opening,
    file: Path,
    home: Path,
    show: Show,
    qtbot: QtBot,
) -> None:
    metrics = home / "max_pooling" / "metrics.jsonl"
    lines = metrics.read_text().splitlines()
    metrics.write_text("\n".join([*lines[:2], "{damaged", *lines[2:]]) + "\n")
    newer = home / "mean_pooling" / "metrics.jsonl"
    told = [json.loads(line) | {"protocol": 99} for line in newer.read_text().splitlines()]
    newer.write_text("".join(f"{json.dumps(line)}\n" for line in told))
    panel = show(opening(file))
    assert cells(panel, STATE)[1] == "finished"
    assert "newer" in panel.model.index(2, STATE).data(Qt.ItemDataRole.ToolTipRole)


def test_that_a_folder_of_runs_that_is_renamed_meanwhile_is_told_and_what_was_shown_goes(
    panel: RunsPanel,
    home: Path,
    qtbot: QtBot,
    answers: Answers,
) -> None:
    click_run(panel, "max pooling")
    qtbot.keyClick(panel.table, Key.Key_Space)
    curves = panel.window().panel(CurvesPanel)
    qtbot.waitUntil(lambda: [run.name for run in curves.runs.shown()] == ["max pooling"])
    away = home.with_name("elsewhere")
    home.rename(away)
    rename(panel, qtbot, "max pooling", "another")
    qtbot.waitUntil(lambda: panel.model.total == 0)
    assert "“max pooling”: this cannot be written down" in said(panel)
    assert not home.exists()
    qtbot.waitUntil(lambda: not curves.runs.shown())
    away.rename(home)
    panel.refresh()
    qtbot.waitUntil(lambda: panel.model.total == 4)


@pytest.mark.parametrize("command", ["runOpen", "runTakeWeights", "runCompare", "runBranch", "runLog"])
def test_that_commands_for_a_run_that_is_gone_tell_so(
    panel: RunsPanel,
    home: Path,
    qtbot: QtBot,
    answers: Answers,
    command: str,
) -> None:
    click_run(panel, "max pooling")
    home.rename(home.with_name("elsewhere"))
    choose(panel, command)
    assert said(panel) == "“max pooling” is no longer there: deleted, or moved away."
    assert not answers.seen
    qtbot.waitUntil(lambda: panel.model.total == 0)
    assert not [found for found in panel.window().findChildren(QDialog) if found.isVisible()]


def test_that_the_epochs_of_a_run_that_is_deleted_are_gone_and_come_back_with_it(
    opening: Opening,
    file: Path,
    show: Show,
    qtbot: QtBot,
    answers: Answers,
) -> None:
    files.write(vowels(epochs=2), file)
    window = opening(file)
    qtbot.keyClick(window, Key.Key_F5)
    wait_for_state(window, qtbot, "On the test samples")
    panel, kept = show(window), window.bench.kept_runs
    slider = window.panel(CurvesPanel).findChild(TimeSlider)
    folder = kept.last.folder if kept.last else None
    assert folder is not None
    assert not slider.isHidden()
    click_run(panel, names(panel)[0])
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.model.total == 0)
    assert kept.last is None
    assert slider.isHidden()
    qtbot.keyClick(panel.table, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: kept.last is not None and kept.last.folder == folder)
    assert not slider.isHidden()
    qtbot.waitUntil(lambda: panel.model.total == 1)
    folder.rename(folder.with_name("moved"))  # by another program
    slider.slider.setValue(1)
    assert slider.isHidden()
    assert kept.to_go_on_with is None


def test_that_two_windows_train_one_file_at_once_each_in_a_run_of_its_own(
    opening: Opening,
    file: Path,
    show: Show,
    qtbot: QtBot,
    answers: Answers,
) -> None:
    files.write(vowels(epochs=2), file)
    windows = [opening(file), opening(file)]
    for window in windows:
        action(window, "actionTrain").trigger()
    for window in windows:
        wait_for_state(window, qtbot, "On the test samples")
    for window in windows:
        panel = show(window)
        panel.refresh()
        qtbot.waitUntil(lambda panel=panel: cells(panel, STATE) == ["finished"] * 2)
        assert len({run.run for run in (panel.model.run_at(row) for row in range(2))}) == 2
        assert {run.epoch for run in (panel.model.run_at(row) for row in range(2))} == {2}
    folders = {window.bench.kept_runs.last.folder for window in windows}
    assert len(folders) == 2


def test_that_on_a_full_disk_runs_are_deleted_and_what_cannot_be_written_is_told(
    panel: RunsPanel,
    home: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_about, "write_atomically", full)
    rename(panel, qtbot, "max pooling", "another")
    qtbot.waitUntil(lambda: "“max pooling”: this cannot be written down" in said(panel))
    qtbot.waitUntil(lambda: "another" not in names(panel))
    click_run(panel, "max pooling")
    choose(panel, "runHide")
    qtbot.waitUntil(lambda: panel.model.total == 4)
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.model.total == 3)
    # That it could not be hidden may be told beside it: it is written on another thread.
    qtbot.waitUntil(lambda: said(panel).startswith("“max pooling” is in the trash."))
