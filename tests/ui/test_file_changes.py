"""What another program, or another window, does to the open file: said when it happens, asked about on saving."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, Buttons, action
from tests.ui.test_lost_work import CNN, EDITED, press


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "here" / "lenet.network.json"
    path.parent.mkdir()
    files.write(CNN, path)
    return path


@pytest.fixture
def window(opening: Opening, file: Path) -> MainWindow:
    return opening(file)


def in_place(path: Path) -> None:
    path.write_text(files.dumps(EDITED), encoding="utf-8")


def replaced(path: Path) -> None:
    files.write(EDITED, path)


def with_its_old_time(path: Path) -> None:
    before = path.stat()
    in_place(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def told(window: MainWindow) -> str:
    return window.notices.texts().get("file", "")


@pytest.mark.parametrize("change", [in_place, replaced])
def test_that_a_change_from_outside_is_told_without_taking_the_keyboard_and_reloading_can_be_undone(
    window: MainWindow, file: Path, qtbot: QtBot, change: object
) -> None:
    window.view.setFocus()
    before = window.editor.design
    change(file)  # type: ignore[operator]
    qtbot.waitUntil(lambda: "was changed by another program or window" in told(window))
    assert QApplication.focusWidget() is window.view
    press(window, "noticeReload")
    assert window.editor.design.network == EDITED.network
    assert not window.isWindowModified()
    assert told(window) == ""
    action(window, "actionUndo").trigger()
    assert window.editor.design == before
    assert window.isWindowModified()
    replaced(file)  # the same content: nobody's change
    qtbot.wait(400)
    assert told(window) == ""


@pytest.mark.parametrize(
    ("answer", "change"),
    [
        (Buttons.Save, replaced),
        (Buttons.SaveAll, in_place),
        (Buttons.Reset, replaced),
        (Buttons.Cancel, with_its_old_time),
    ],
)
def test_that_saving_over_a_change_asks(
    window: MainWindow,
    file: Path,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
    change: object,
    answer: Buttons,
) -> None:
    other = file.with_name("other.network.json")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other), ""))
    window.editor.remove(["conv2"])
    mine = window.editor.design
    change(file)  # type: ignore[operator]
    answers.then = answer
    action(window, "actionSave").trigger()
    assert [seen.name for seen in answers.seen] == ["fileChangedQuestion"]
    assert (files.read(file) == EDITED) == (answer != Buttons.Save)
    assert other.exists() == (answer == Buttons.SaveAll)
    assert (window.editor.design == mine) == (answer != Buttons.Reset)
    assert window.isWindowModified() == (answer == Buttons.Cancel)
    action(window, "actionUndo").trigger()
    assert answer != Buttons.Reset or window.editor.design == mine


def test_that_saving_at_the_end_asks_as_well_and_a_reload_keeps_the_window(
    window: MainWindow, file: Path, answers: Answers
) -> None:
    window.editor.remove(["conv2"])
    replaced(file)
    answers.then = Buttons.Save  # save the changes; then, save here
    window.close()
    assert [seen.name for seen in answers.seen] == ["unsavedQuestion", "fileChangedQuestion"]
    assert "conv2" not in files.read(file).network.nodes
    assert not window.isVisible()


def test_that_the_same_content_or_a_touch_is_no_change(window: MainWindow, file: Path, answers: Answers) -> None:
    window.editor.remove(["conv2"])
    os.utime(file)
    action(window, "actionSave").trigger()
    saved = file.read_bytes()
    window.editor.remove(["conv1"])
    file.write_text(files.dumps(window.editor.design), encoding="utf-8")  # another window has saved just this
    action(window, "actionSave").trigger()
    assert answers.seen == []
    assert file.read_bytes() != saved


def test_that_a_file_that_is_gone_is_told_and_asked_about_and_counts_as_not_saved(
    window: MainWindow, file: Path, answers: Answers, qtbot: QtBot
) -> None:
    moved = file.with_name("moved.network.json")
    file.rename(moved)
    qtbot.waitUntil(lambda: "has gone from the folder “here”" in told(window))
    assert window.isWindowModified()
    moved.rename(file)
    qtbot.waitUntil(lambda: told(window) == "")
    assert not window.isWindowModified()
    file.unlink()
    answers.then = Buttons.Cancel
    action(window, "actionSave").trigger()
    assert [seen.name for seen in answers.seen] == ["fileChangedQuestion"]
    assert not file.exists()
    qtbot.waitUntil(lambda: "has gone from the folder “here”" in told(window))
    press(window, "noticeSaveAgain")
    assert files.read(file).network == CNN.network
    assert (told(window), window.isWindowModified()) == ("", False)


def test_that_a_file_that_comes_back_with_other_content_is_told_as_what_it_is_now(
    window: MainWindow, file: Path, qtbot: QtBot
) -> None:
    file.unlink()
    qtbot.waitUntil(lambda: "has gone from the folder “here”" in told(window))
    replaced(file)
    qtbot.waitUntil(lambda: "is back where it was, but not as it was left here" in told(window))
    assert "Your own changes" not in told(window)  # there are none
    assert window.isWindowModified()  # what is open is in no file
    press(window, "noticeReload")
    assert (told(window), window.isWindowModified()) == ("", False)
    files.write(CNN, file)
    qtbot.waitUntil(lambda: "was changed by another program" in told(window))


def test_that_what_has_become_of_a_file_that_cannot_be_read_is_told(
    window: MainWindow, file: Path, qtbot: QtBot
) -> None:
    file.unlink()
    file.mkdir()
    qtbot.waitUntil(lambda: "is no longer what it was: this is a folder, and no file" in told(window))
    assert window.notices.findChild(QPushButton, "noticeReload") is None
    assert window.notices.findChild(QPushButton, "noticeSaveAs") is not None


def test_that_what_one_window_saves_is_told_in_the_other(
    window: MainWindow, opening: Opening, file: Path, qtbot: QtBot
) -> None:
    other = opening(file)
    other.editor.remove(["conv2"])
    action(other, "actionSave").trigger()
    qtbot.waitUntil(lambda: "another program or window" in told(window))
    assert told(other) == ""
    window.filing.open_example(example("mnist_cnn"))
    assert told(window) == ""  # it is of a file that is no longer open
