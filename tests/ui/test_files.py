"""Files that are broken, work that is not saved, and what is remembered from one start to the next."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, Buttons, action

pytestmark = pytest.mark.kept_window

GOOD = json.loads(example("mnist_cnn").read_text(encoding="utf-8"))


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    data = copy.deepcopy(GOOD)
    change(data)
    return json.dumps(data)


def named(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in data["blocks"] if item["id"] == name)


BROKEN = {
    "cut_short": (json.dumps(GOOD)[:400], "cut short"),
    "empty": ("", "empty file"),
    "not_json": ("<xml>no</xml>", "not valid JSON"),
    "not_text": (b"\xff\xfe\x00\x01", "UTF-8"),
    "another_format": ('{"a": 1}', "not an architecture file"),
    "a_list": ("[]", "not an architecture file"),
    "wrong_types": (changed(lambda data: data.update(blocks="all of them")), "expected a list"),
    "text_for_a_number": (changed(lambda data: named(data, "conv1")["params"].update(groups="1")), "conv1"),
    "circle": (changed(lambda data: named(data, "conv1").update(inputs=["dense1"])), "circle"),
    "edge_to_nowhere": (changed(lambda data: named(data, "conv1").update(inputs=["nobody"])), "nobody"),
    "twice_the_same_name": (changed(lambda data: named(data, "conv2").update(id="conv1")), "conv1"),
    "too_many_channels": (changed(lambda data: named(data, "conv1")["params"].update(out_channels=10**9)), "16,384"),
    "newer_version": (changed(lambda data: data.update(version=99)), "update the program"),
    "deep": ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    "long_number": (changed(lambda data: None).replace("28", "9" * 5000), "digits"),
    "infinity": (changed(lambda data: data["training"].update(learning_rate=float("inf"))), "not a JSON number"),
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the person chooses in every file dialog."""
    path = tmp_path / "chosen.network.json"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_that_a_broken_file_is_told_and_the_open_document_stays(
    window: MainWindow, answers: Answers, file: Path, content: str | bytes, reason: str
) -> None:
    before, title = window.editor.design, window.windowTitle()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    action(window, "actionOpen").trigger()
    (told,) = answers.seen
    assert told.name == "fileError"
    assert file.name in told.text
    assert reason in told.text
    assert len(told.text) < 1200
    assert window.editor.design is before
    assert window.windowTitle() == title


def test_that_a_file_that_is_gone_is_told(window: MainWindow, answers: Answers, file: Path) -> None:
    before = window.editor.design
    action(window, "actionOpen").trigger()
    assert "no such file" in answers.seen[0].text
    assert window.editor.design is before


def test_that_a_block_of_an_unknown_kind_is_shown_and_saved_back(window: MainWindow, file: Path) -> None:
    file.write_text(changed(lambda data: named(data, "pool1").update(kind="fold2d", params={"odd": [1, {"x": 2}]})))
    action(window, "actionOpen").trigger()
    assert "fold2d" in window.scene.cards["pool1"].toolTip()
    window.scene.select("pool1")
    assert not action(window, "actionTrain").isEnabled()
    window.editor.move({"pool1": (0.0, 0.0)})
    action(window, "actionSave").trigger()
    saved = named(json.loads(file.read_text(encoding="utf-8")), "pool1")
    assert (saved["kind"], saved["params"]) == ("fold2d", {"odd": [1, {"x": 2}]})


def test_that_a_place_that_cannot_be_written_is_told_and_the_work_stays(
    window: MainWindow, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone" / "x.network.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(gone), ""))
    window.editor.remove(["conv2"])
    design = window.editor.design
    action(window, "actionSave").trigger()
    assert answers.seen[0].name == "fileError"
    assert "cannot be written" in answers.seen[0].text
    assert window.editor.design is design
    assert window.isWindowModified()


# The question before unsaved work would be lost


def test_that_the_title_marks_unsaved_changes(window: MainWindow, file: Path) -> None:
    assert window.windowTitle().startswith("mnist_cnn[*]")
    assert not window.isWindowModified()
    window.editor.remove(["conv2"])
    assert window.isWindowModified()
    action(window, "actionUndo").trigger()
    assert not window.isWindowModified()
    action(window, "actionRedo").trigger()
    action(window, "actionSave").trigger()
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("chosen[*]")
    action(window, "actionUndo").trigger()
    assert window.isWindowModified()


def test_that_cancel_keeps_the_unsaved_work(window: MainWindow, answers: Answers) -> None:
    window.editor.remove(["conv2"])
    design = window.editor.design
    answers.then = Buttons.Cancel
    action(window, "actionNew").trigger()
    assert [told.name for told in answers.seen] == ["unsavedQuestion"]
    assert window.editor.design is design
    window.close()
    assert window.isVisible()
    assert len(answers.seen) == 2


def test_that_discard_leaves_the_unsaved_work(window: MainWindow, answers: Answers) -> None:
    window.editor.remove(["conv2"])
    answers.then = Buttons.Discard
    action(window, "actionNew").trigger()
    assert len(answers.seen) == 1
    assert not window.scene.cards
    assert not window.isWindowModified()


def test_that_save_saves_before_it_leaves(window: MainWindow, answers: Answers, file: Path) -> None:
    window.editor.remove(["conv2"])
    design = window.editor.design
    answers.then = Buttons.Save
    action(window, "actionNew").trigger()
    assert files.read(file) == design
    assert not window.scene.cards


def test_that_leaving_does_not_go_on_when_saving_is_called_off(
    window: MainWindow, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.editor.remove(["conv2"])
    design = window.editor.design
    answers.then = Buttons.Save
    action(window, "actionNew").trigger()
    assert window.editor.design is design
    assert window.isWindowModified()


def test_that_nothing_is_asked_when_nothing_would_be_lost(window: MainWindow, answers: Answers) -> None:
    action(window, "actionNew").trigger()
    window.close()
    assert answers.seen == []
    assert not window.isVisible()


def test_that_an_example_is_never_written_over(window: MainWindow, file: Path) -> None:
    before = example("mnist_cnn").read_bytes()
    window.editor.remove(["conv2"])
    action(window, "actionSave").trigger()
    assert file.exists()
    assert example("mnist_cnn").read_bytes() == before


def test_that_a_name_without_a_suffix_gets_it(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "plain"), ""))
    action(window, "actionSaveAs").trigger()
    assert (tmp_path / "plain.network.json").is_file()
    assert window.windowTitle().startswith("plain[*]")


@pytest.mark.parametrize(("answer", "replaced"), [(Buttons.No, False), (Buttons.Yes, True)])
def test_that_a_file_under_the_name_with_its_suffix_is_replaced_only_after_a_question(
    window: MainWindow,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
    replaced: bool,
) -> None:
    there = tmp_path / "plain.network.json"
    there.write_text("somebody's work")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "plain"), ""))
    answers.then = answer
    action(window, "actionSaveAs").trigger()
    assert [item.name for item in answers.seen] == ["replaceQuestion"]
    assert (there.read_text() != "somebody's work") == replaced


# What is remembered


def recent(window: MainWindow) -> list[str]:
    menu = window.findChild(QMenu, "menuOpenRecent")
    menu.aboutToShow.emit()
    return [item.text() for item in menu.actions() if not item.isSeparator()]


def test_that_files_opened_last_can_be_opened_from_the_menu_in_the_next_window(
    window: MainWindow, opening: Opening, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recent(window) == ["No files yet"]
    action(window, "actionSave").trigger()
    other = tmp_path / "other.network.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other), ""))
    window.editor.remove(["conv2"])
    action(window, "actionSaveAs").trigger()
    assert recent(window) == [other.name, file.name, "Clear This List"]
    window.close()

    second = opening()
    assert recent(second) == [other.name, file.name, "Clear This List"]
    menu = second.findChild(QMenu, "menuOpenRecent")
    menu.actions()[0].trigger()
    assert second.editor.design == files.read(other)
    assert second.editor.document.path == other
    other.unlink()
    assert recent(second) == [file.name, "Clear This List"]
    menu.actions()[-1].trigger()
    assert recent(second) == ["No files yet"]


def test_that_the_layout_is_remembered(window: MainWindow, opening: Opening) -> None:
    window.docks["Palette"].close()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.docks["Inspector"])
    window.close()
    second = opening()
    assert second.docks["Palette"].isHidden()
    assert not second.docks["Inspector"].isHidden()
    assert second.dockWidgetArea(second.docks["Inspector"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    (reset,) = [item for item in second.findChildren(QAction) if item.text() == "&Reset Layout"]
    reset.trigger()
    assert not second.docks["Palette"].isHidden()
    assert second.dockWidgetArea(second.docks["Inspector"]) == Qt.DockWidgetArea.RightDockWidgetArea


def test_that_a_damaged_settings_file_does_no_harm(data_folder: Path, opening: Opening) -> None:
    data_folder.mkdir()
    (data_folder / "settings.ini").write_bytes(b"[window]\n1\\state=@ByteArray(nonsense)\n1\\geometry=7\n\x00\xff[[[")
    assert len(opening().scene.cards) == 10


def test_that_settings_that_cannot_be_kept_are_told(
    data_folder: Path, opening: Opening, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_folder / "settings.ini").mkdir(parents=True)
    window = opening()
    window.settings.minimap = False
    window.settings.geometry = window.saveGeometry()
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert "The settings cannot be kept" in window.notices.texts()["settings"]
    window.close()
    assert "designer: The settings cannot be kept" in capsys.readouterr().err


# After a crash


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_that_work_not_saved_before_a_crash_is_shown_at_the_next_start_as_unsaved(
    window: MainWindow, opening: Opening, data_folder: Path, qtbot: QtBot, file: Path
) -> None:
    action(window, "actionSave").trigger()
    window.editor.remove(["conv2"])
    design = window.editor.design
    folder = data_folder / "recovery"
    qtbot.waitUntil(lambda: folder.is_dir() and len(list(folder.glob("*.json"))) == 1)
    (kept,) = folder.glob("*.json")
    content = kept.read_bytes()
    window.editor.stack.setClean()
    window.close()
    assert list(folder.iterdir()) == []
    (folder / f"{dead_process()}-1.json").write_bytes(content)  # as a crash would have left it

    second = opening()
    assert second.editor.design == design
    assert second.editor.document.path == file
    assert second.isWindowModified()
    assert "unsaved work" in second.statusBar().currentMessage()
    action(second, "actionSave").trigger()
    assert files.read(file) == design
    assert list(folder.iterdir()) == []


def test_that_work_of_a_program_that_still_runs_is_left_alone(
    window: MainWindow, opening: Opening, data_folder: Path, qtbot: QtBot
) -> None:
    window.editor.remove(["conv2"])
    folder = data_folder / "recovery"
    qtbot.waitUntil(lambda: folder.is_dir() and len(list(folder.glob("*.json"))) == 1)
    assert len(opening().scene.cards) == 10
    assert len(list(folder.glob("*.json"))) == 1


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "null", '{"design": {}, "path": null}', '{"design": 3, "path": 4}']
)
def test_that_a_damaged_recovery_file_does_no_harm(data_folder: Path, opening: Opening, content: str) -> None:
    folder = data_folder / "recovery"
    folder.mkdir(parents=True)
    (folder / f"{dead_process()}-1.json").write_text(content)
    window = opening()
    assert len(window.scene.cards) == 10
    assert not window.isWindowModified()
