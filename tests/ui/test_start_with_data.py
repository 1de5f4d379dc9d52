"""Starts of the window with data: `designer FILE --data SOURCE|PATH`."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.__main__ import main
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from tests.data.formats.made import striped_pictures
from tests.helpers import chain, dense, design_of, input_of, output_for
from tests.ui.conftest import Opening


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
