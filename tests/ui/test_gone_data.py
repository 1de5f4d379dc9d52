"""Data that are no longer where they were: told once, where they can be found again, and forgotten once they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from designer.ui.panels.data_grids import PictureGrid
from designer.ui.panels.training import TrainingPanel
from tests.data.formats.made import striped_pictures
from tests.ui.conftest import Opening
from tests.ui.test_data_panel import FORMAT, Slow, child, enter_path, opened, press, said, saved_with, seen, views


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return striped_pictures(tmp_path / "pets")


def red(window: MainWindow) -> list[str]:
    """What is said in red."""
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible() and is_red(label)]


def is_red(label: QLabel) -> bool:
    return label.property("role") == "error" and bool(label.text())


def state(window: MainWindow) -> str:
    return window.panel(TrainingPanel).state.text()


def test_that_data_that_are_gone_are_told_before_training_and_train_leads_to_where_they_are_found(
    opening: Opening, qtbot: QtBot, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = saved_with(opening, qtbot, pictures, tmp_path)
    moved = pictures.rename(tmp_path / "elsewhere")
    window = opening(design)
    qtbot.waitUntil(lambda: state(window).startswith("The data “pets” are no longer where they were"))
    window.action("actionTrain").trigger()
    content = seen(window, qtbot)
    find = child(content, QPushButton, "dataMoved")
    qtbot.waitUntil(find.isVisible)
    window.action("actionTrain").trigger()
    assert QApplication.focusWidget() is find
    assert not window.bridge.training
    assert len(red(window)) == 1
    asked: list[str] = []

    def ask(parent: object, title: str, start: str) -> str:
        asked.append(start)
        return str(moved)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", ask)
    press(qtbot, content, "dataMoved")
    assert asked == [str(tmp_path)]
    qtbot.waitUntil(lambda: state(window).startswith("Ready to train"))
    assert red(window) == []
    assert "the same data as before" in said(content, "dataTold")


def test_that_data_that_vanish_are_told_by_a_run_and_no_longer_once_they_are_back(
    window: MainWindow, qtbot: QtBot, pictures: Path, tmp_path: Path
) -> None:
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "fitNetwork") is not None)
    press(qtbot, content, "fitNetwork")
    window.editor.set_training("device", "cpu")
    moved = pictures.rename(tmp_path / "elsewhere")
    with qtbot.waitSignal(window.bridge.failed, timeout=30_000):
        window.action("actionTrain").trigger()
    qtbot.waitUntil(lambda: "no longer where they were" in state(window))
    window.docks["Data"].raise_()
    qtbot.waitUntil(child(content, QPushButton, "dataMoved").isVisible)
    assert len(red(window)) == 1
    assert window.statusBar().currentMessage() == ""
    moved.rename(pictures)
    qtbot.waitUntil(lambda: state(window).startswith("Ready to train"))
    qtbot.waitUntil(lambda: red(window) == [])


def test_that_samples_of_the_data_before_are_not_shown_under_the_title_of_others(
    window: MainWindow, qtbot: QtBot, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: bool(views(content, PictureGrid)))
    others, late = striped_pictures(tmp_path / "others"), Slow()
    monkeypatch.setattr(type(FORMAT), "preview", lambda form, *given: late.inspect(given[0], given[1], given[3]))
    enter_path(content, qtbot, others)
    qtbot.waitUntil(lambda: content.title.said == "others")
    assert views(content, PictureGrid) == []
    qtbot.waitUntil(late.begun.is_set)
    assert views(content, PictureGrid) == []


def test_that_a_dialog_begins_in_the_folder_that_is_left_of_a_path(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = striped_pictures(tmp_path / "one" / "two" / "pets")
    content = opened(window, qtbot, pictures)
    (tmp_path / "one").rename(tmp_path / "other")
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda parent, title, start: asked.append(start) or "")
    content.choice.choose_folder()
    window.panel(DataPanel).at_hand.look_whether_there()
    qtbot.waitUntil(child(content, QPushButton, "dataMoved").isVisible)
    press(qtbot, content, "dataMoved")
    assert asked == [str(tmp_path), str(tmp_path)]
