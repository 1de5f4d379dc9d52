"""Unsaved work after a crash: offered at every start, taken by one window alone, gone only when a person says so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from designer.core.graph.design import Design
from designer.core.graph.settings import About
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.files.lost_work import KeptPlace, KeptWork, claim_lost_work
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, Buttons, action

CNN = files.read(example("mnist_cnn"))
EDITED = files.read(example("mnist_cnn_avg_pooling"))

SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from designer.core.storage.resources import data_folder
from designer.ui.app import application

def begin():
    (window,) = (widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "mainWindow")
    window.editor.remove(["conv2"])
    QTimer(window, interval=20, timeout=edit_on).start()

def edit_on():  # without a pause, as somebody who drags
    (window,) = (widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "mainWindow")
    window.editor.set_about("title", "b" if window.editor.design.about.title == "a" else "a")
    if list((data_folder() / "recovery").glob("*.json")):
        print("kept", flush=True)
    edits.append(1)
    if len(edits) > 300:
        QApplication.exit(1)

edits = []
application.make_application()
QTimer.singleShot(0, begin)
application.run(Path(sys.argv[1]))
"""


@pytest.fixture
def folder(data_folder: Path) -> Path:
    made = data_folder / "recovery"
    made.mkdir(parents=True)
    return made


def leave(design: Design, path: Path | None = None, name: str = "lenet") -> None:
    """Work as a window leaves it that is killed: its lock is let go, its files stay."""
    place = KeptPlace.new()
    place.write(KeptWork(design, path, "", name))
    place.release()


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def press(window: MainWindow, name: str) -> None:
    button = window.notices.findChild(QPushButton, name)
    assert button is not None, f"there is no button {name}"
    button.click()


def choosing(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def test_that_work_of_a_killed_window_is_offered_when_another_file_is_opened(
    opening: Opening, tmp_path: Path, data_folder: Path
) -> None:
    mine, other = tmp_path / "mine.network.json", tmp_path / "other.network.json"
    files.write(CNN, mine)
    files.write(CNN, other)
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(mine)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "kept\n"  # while the edits go on
    process.kill()
    process.communicate()
    folder = data_folder / "recovery"

    window = opening(other)
    assert window.filing.name == "other"
    assert "unsaved work on “mine”" in window.notices.texts()["lost"]
    if QLocale().language() == QLocale.Language.C:
        assert re.search(r"from \d{4}-\d\d-\d\d \d\d:\d\d\.", window.notices.texts()["lost"])
    assert not window.isWindowModified()
    assert len(kept(folder)) == 1  # killed here, nothing would be lost
    window.close()
    assert len(kept(folder)) == 1

    again = opening(other)
    going = [again.notices.findChild(QPushButton, name) for name in ("lostOpen", "lostSave", "lostDiscard")]
    press(again, "lostOpen")
    for button in going:  # of a bar that goes: a second click decides nothing more
        button.click()
    assert "conv2" not in again.editor.design.network.nodes
    assert again.editor.document.path == mine
    assert again.isWindowModified()
    assert again.notices.texts() == {}
    assert len(kept(folder)) == 1
    action(again, "actionSave").trigger()
    assert "conv2" not in files.read(mine).network.nodes
    assert list(folder.iterdir()) == []


def test_that_lost_work_is_offered_again_after_every_kill_but_does_not_open_by_itself_for_ever(
    opening: Opening, folder: Path
) -> None:
    leave(EDITED)
    for _ in range(3):
        claimed = opening()
        assert claimed.editor.design == EDITED
        assert len(kept(folder)) == 1
        place = claimed.filing.recovery._place
        assert place is not None
        claimed.filing.recovery._place = None  # as a kill leaves it
        place.release()
        claimed.editor.stack.setClean()
        claimed.close()
    last = opening()
    assert last.editor.design != EDITED  # it may be what ends the program
    press(last, "lostOpen")
    assert last.editor.design == EDITED


def test_that_work_of_a_process_whose_number_lives_again_is_offered(opening: Opening, folder: Path) -> None:
    leave(EDITED)
    (file,) = kept(folder)
    file.rename(folder / f"{os.getpid()}-1.json")
    assert opening().editor.design == EDITED


def test_that_two_windows_do_not_take_the_same_work(opening: Opening, folder: Path) -> None:
    leave(EDITED, name="first")
    leave(CNN, name="second")
    one, two = opening(), opening()
    assert one.editor.design == CNN  # the newest
    assert "“first”" in one.notices.texts()["lost"]
    assert two.notices.texts() == {}
    assert not two.isWindowModified()
    one.editor.stack.setClean()
    one.close()
    three = opening()
    assert three.editor.design == EDITED
    assert three.notices.texts() == {}


@pytest.mark.parametrize("content", ["", "no json", '{"design": {"format": "network-designer", "version": 99}}'])
def test_that_work_that_cannot_be_read_is_kept_told_and_can_be_saved(
    opening: Opening, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: Answers, content: str
) -> None:
    (folder / "abc.json").write_text(content)
    window = opening()
    assert "cannot be opened" in window.notices.texts()["lost"]
    assert [file.read_text() for file in kept(folder)] == [content]
    out = tmp_path / "out.json"
    if content.startswith("{"):
        choosing(monkeypatch, out)
        press(window, "lostSave")
        assert json.loads(out.read_text()) == json.loads(content)["design"]
    else:
        answers.then = Buttons.Cancel
        press(window, "lostDiscard")
        assert len(kept(folder)) == 1
        answers.then = Buttons.Discard
        press(window, "lostDiscard")
    assert list(folder.iterdir()) == []
    assert window.notices.texts() == {}


def test_that_work_that_is_too_large_to_be_opened_can_be_saved_elsewhere(
    opening: Opening, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("designer.ui.files.lost_work.MAX_FILE_BYTES", 100)
    leave(EDITED)
    window = opening(example("mnist_cnn"))
    assert "from 19" not in window.notices.texts()["lost"]
    choosing(monkeypatch, tmp_path / "out.json")
    press(window, "lostSave")
    assert files.read(tmp_path / "out.json") == EDITED
    assert list(folder.iterdir()) == []


def test_that_half_of_a_character_does_not_end_the_keeping_of_work() -> None:
    half = EDITED.about.model_copy(update={"title": "\ud800"})
    assert b"\\ud800" in KeptWork(replace(EDITED, about=half)).to_bytes()


def test_that_a_flipped_bit_in_kept_work_is_noticed_wherever_it_is(folder: Path) -> None:
    leave(EDITED)
    (file,) = kept(folder)
    whole = file.read_bytes()
    assert KeptWork.read(whole).design == EDITED
    for place in {*range(100), *range(100, len(whole), 211), len(whole) - 1}:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        with pytest.raises(files.FileError, match="damaged"):
            KeptWork.read(bytes(damaged))


def test_that_damaged_work_is_told_kept_and_saved_as_it_is_but_never_opened_by_itself(
    opening: Opening, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(EDITED)
    (file,) = kept(folder)
    damaged = file.read_bytes().replace(b'"conv1"', b'"conv9"')
    file.write_bytes(damaged)
    window = opening()
    assert window.editor.design != EDITED
    assert "cannot be opened (it is damaged" in window.notices.texts()["lost"]
    assert file.read_bytes() == damaged
    choosing(monkeypatch, tmp_path / "rest")
    press(window, "lostSave")
    assert "conv9" in files.read(tmp_path / "rest.network.json").network.nodes
    assert list(folder.iterdir()) == []


def test_that_work_kept_by_a_version_without_checksums_opens(opening: Opening, folder: Path) -> None:
    old = {"path": None, "seen": "", "name": "lenet", "opened": 0, "design": files.to_json(EDITED)}
    (folder / "0123456789abcdef.json").write_text(json.dumps(old), encoding="utf-8")
    assert opening().editor.design == EDITED


def test_that_lost_work_can_be_saved_elsewhere_and_a_failure_keeps_it(
    opening: Opening, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: Answers
) -> None:
    leave(EDITED)
    window = opening(example("mnist_cnn"))
    choosing(monkeypatch, tmp_path / "no folder" / "x.network.json")
    press(window, "lostSave")
    assert "there is no such folder" in answers.seen[0].text
    assert len(kept(folder)) == 1
    choosing(monkeypatch, tmp_path / "x")  # which gets the ending, as with Save As
    (tmp_path / "x.network.json").write_text("somebody's", encoding="utf-8")
    answers.then = Buttons.No
    press(window, "lostSave")
    assert answers.seen[-1].name == "replaceQuestion"
    assert len(kept(folder)) == 1
    answers.then = Buttons.Yes
    press(window, "lostSave")
    assert files.read(tmp_path / "x.network.json") == EDITED
    assert list(folder.iterdir()) == []


def test_that_work_is_offered_where_its_lock_cannot_be_made(opening: Opening, folder: Path) -> None:
    (folder / "abc.json").write_bytes(KeptWork(EDITED, name="lenet").to_bytes())
    (folder / "abc.lock").mkdir()  # nor can it on a disk that is read-only
    window = opening()
    assert window.editor.design == EDITED
    assert window.isWindowModified()
    assert len(kept(folder)) == 1


def test_that_work_in_any_script_is_kept_as_short_as_it_is_saved() -> None:
    wordy = replace(CNN, about=About(text="网络" * 10_000))
    assert len(KeptWork(wordy).to_bytes()) < len(files.dumps(wordy).encode())
    assert KeptWork.read(KeptWork(wordy).to_bytes()).design == wordy


def test_that_work_which_was_saved_just_before_the_kill_is_not_offered(
    folder: Path, opening: Opening, tmp_path: Path
) -> None:
    path = tmp_path / "saved.network.json"
    files.write(EDITED, path)
    leave(EDITED, path)
    assert opening().notices.texts() == {}
    assert list(folder.iterdir()) == []


def test_that_a_disk_without_room_for_the_recovery_is_told_until_there_is_room(
    window: MainWindow, qtbot: QtBot, data_folder: Path, tmp_path: Path
) -> None:
    data_folder.mkdir(exist_ok=True)
    (data_folder / "recovery").write_text("in the way")
    window.editor.remove(["conv2"])
    qtbot.waitUntil(lambda: "cannot be kept" in window.notices.texts().get("recovery", ""))
    (data_folder / "recovery").unlink()
    window.editor.remove(["conv1"])
    qtbot.waitUntil(lambda: window.notices.texts() == {})
    claimed = claim_lost_work()
    assert claimed == []  # it is this window's own
    assert len(kept(data_folder / "recovery")) == 1
