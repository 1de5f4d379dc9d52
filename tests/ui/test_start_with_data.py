"""Starts of the window with data: `designer FILE --data SOURCE|PATH`."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from designer.__main__ import main
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from tests.data.formats.made import striped_pictures
from tests.helpers import chain, dense, design_of, input_of, output_for
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return striped_pictures(tmp_path / "pets")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.network.json"
    files.write(design_of(chain(input_of(3, 12, 12), "flatten", dense(2), output_for())), path)
    return path


def wait_for_data(window: MainWindow, source: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.editor.design.data.source == source)


def test_that_a_file_is_opened_with_the_data_that_are_named(
    opening: Opening, network: Path, pictures: Path, qtbot: QtBot
) -> None:
    window = opening(network, pictures)
    wait_for_data(window, "image_folder", qtbot)
    data = window.editor.design.data
    assert data.known is not None
    assert (data.path, data.known.title) == (pictures.as_posix(), "pets")
    qtbot.waitUntil(lambda: not window.panel(DataPanel).visibleRegion().isEmpty())
    window.editor.stack.undo()
    assert window.editor.design.data.source == "mnist_5k"


def test_that_data_alone_open_an_empty_canvas(opening: Opening, pictures: Path, qtbot: QtBot) -> None:
    window = opening(None, pictures)
    wait_for_data(window, "image_folder", qtbot)
    assert not window.editor.design.network.nodes


def test_that_a_set_of_the_program_is_taken_by_its_name(opening: Opening, network: Path, qtbot: QtBot) -> None:
    window = opening(network, "japanese_vowels")
    wait_for_data(window, "japanese_vowels", qtbot)


def test_that_a_name_that_no_data_have_is_told_before_a_window_opens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", "nowhere"]) == 1
    assert capsys.readouterr().err.startswith("designer: data: there is no source called 'nowhere': expected one of")


class Windows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            words = watched.text() if isinstance(watched, QLabel) else watched.objectName()
            self.seen.append(f"{type(watched).__name__} {words}")
        return False


def test_that_no_words_about_data_are_a_window_for_a_moment(
    opening: Opening, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    rows = "".join(f"{n},{n % 5},{('no', 'yes')[n % 2]},7\n" for n in range(40))
    path = tmp_path / "table.csv"
    path.write_text(f"n,rest,label,same\n{rows}", encoding="utf-8")
    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        window = opening(None, path)
        wait_for_data(window, "table", qtbot)
        content = window.panel(DataPanel).content
        qtbot.waitUntil(lambda: bool(content.findChildren(QPushButton, "startingNetwork1")), timeout=30_000)
        qtbot.mouseClick(content.findChildren(QPushButton, "startingNetwork1")[0], LEFT)
        qtbot.waitUntil(content.fit.isHidden)
        window.editor.set_data("japanese_vowels")  # for which other networks are offered
        qtbot.waitUntil(content.fit.isVisible)
        window.editor.stack.undo()
        qtbot.wait(300)
    finally:
        qapp.removeEventFilter(windows)
    assert windows.seen == ["MainWindow mainWindow"]
