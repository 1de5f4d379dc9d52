"""Files dropped on the window."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.files.importing import ImportReport
from designer.ui.panels.sample import SamplePanel
from designer.ui.widgets.drop_overlay import DropOverlay
from tests.ui.driving import LEFT, NONE, Answers, action, drop_files

pytestmark = pytest.mark.kept_window

CASES = Path(__file__).parents[1] / "interop"


@pytest.mark.parametrize("where", ["window", "canvas", "palette"])
def test_that_an_architecture_dropped_anywhere_is_opened(window: MainWindow, qtbot: QtBot, where: str) -> None:
    targets = {"window": window, "canvas": window.view.viewport(), "palette": window.docks["Palette"]}
    path = example("vowels_lstm")
    assert drop_files(targets[where], path)
    qtbot.waitUntil(lambda: window.editor.document.path == path)
    assert window.editor.design.network == files.read(path).network


def test_that_unsaved_work_is_asked_about_before_a_dropped_file_takes_its_place(
    window: MainWindow, answers: Answers, qtbot: QtBot
) -> None:
    window.editor.append("dropout", "conv1")
    before = window.editor.design
    answers.then = QMessageBox.StandardButton.Cancel
    assert drop_files(window, example("vowels_lstm"))
    qtbot.waitUntil(lambda: bool(answers.seen))
    assert [told.name for told in answers.seen] == ["unsavedQuestion"]
    assert window.editor.design is before


def test_that_a_dropped_model_of_keras_is_imported(window: MainWindow, qtbot: QtBot) -> None:
    path = next(CASES.rglob("*.keras"))
    assert drop_files(window.view.viewport(), path)
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportReport)))
    assert window.filing.name == path.stem


def test_that_a_dropped_file_of_another_kind_is_named_and_changes_nothing(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    table, before = tmp_path / "flowers.dat", window.editor.design
    table.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    assert drop_files(window, table)
    qtbot.waitUntil(lambda: bool(answers.seen))
    assert "flowers.dat: this is a table (CSV)" in answers.seen[0].text
    assert window.editor.design is before


def test_that_of_several_dropped_files_none_is_taken(window: MainWindow, qtbot: QtBot) -> None:
    before = window.editor.design
    assert drop_files(window, example("vowels_lstm"), example("vowels_gru"))
    qtbot.waitUntil(lambda: "2 files were dropped" in window.statusBar().currentMessage())
    assert window.editor.design is before


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["flowers.csv"], "Drop to read “flowers.csv” as data"),
        (["net.network.json"], "Drop to open the design “net.network.json”"),
        (["net.keras"], "Drop to import the network of “net.keras”"),
        (["folder"], "Drop to read “folder” as data"),
        (["flowers.csv", "folder"], "Drop one file or folder at a time"),
    ],
)
def test_that_it_is_said_what_a_drop_would_do_as_long_as_files_are_over_the_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, names: list[str], said: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "flowers.csv").write_text("a,b\n1,2\n3,4\n")
    overlay = window.findChild(DropOverlay)
    assert overlay.isHidden()
    entering, mime = dragged(*(tmp_path / name for name in names))
    QApplication.sendEvent(window, entering)
    qtbot.waitUntil(overlay.isVisible)
    assert overlay.size() == window.size()
    assert overlay.accessibleName() == said
    assert window.childAt(window.width() // 2, window.height() // 2) is not overlay
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert overlay.isHidden()
    assert mime.hasUrls()


def test_that_the_overlay_goes_with_the_drop_and_the_sample_panel_has_its_own(window: MainWindow, qtbot: QtBot) -> None:
    path = example("vowels_lstm")
    assert drop_files(window, path)
    assert window.findChild(DropOverlay).isHidden()
    qtbot.waitUntil(lambda: window.editor.document.path == path)
    panel = window.panel(SamplePanel)
    overlay = panel.findChild(DropOverlay)
    entering, _ = dragged(path)
    QApplication.sendEvent(panel, entering)
    assert overlay.accessibleName() == f"Drop to look at “{path.name}” as a sample"
    QApplication.sendEvent(panel, QDragLeaveEvent())
    assert overlay.isHidden()


def dragged(*paths: Path) -> tuple[QDragEnterEvent, QMimeData]:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, mime, LEFT, NONE), mime


def test_that_text_dragged_over_the_window_is_not_taken_for_a_file(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("conv2d 32 3")
    entering = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    entering.ignore()
    QApplication.sendEvent(window, entering)
    assert not entering.isAccepted()
    assert action(window, "actionOpen").isEnabled()


def arrays_file(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["x"] = np.random.default_rng(1).random((30, 6), np.float32)
        file["y"] = np.arange(30) % 3


DATA = {
    "digits.h5": ("arrays", arrays_file),
    "digits.hdf5": ("arrays", arrays_file),
    "flowers.json": ("table", lambda path: path.write_text(json.dumps(RECORDS, indent=2), encoding="utf-8")),
    "format.json": ("table", lambda path: path.write_text(json.dumps(RECORDS), encoding="utf-8")),
    "lines.json": ("table", lambda path: path.write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")),
}
RECORDS = [{"length": n % 7, "width": n / 3, "kind": "abc"[n % 3]} for n in range(40)]


@pytest.mark.parametrize("name", DATA)
def test_that_a_file_with_an_ending_of_networks_is_data_where_it_holds_data(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    source, write = DATA[name]
    path = tmp_path / name
    write(path)
    assert drop_files(window, path)
    qtbot.waitUntil(lambda: window.editor.design.data.path == path.as_posix(), timeout=30_000)
    assert window.editor.design.data.source == source


def model_file(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": []}})
        file["model_weights/dense/kernel"] = np.zeros((3, 2))


def weights_file(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.zeros((3, 2))


NETWORKS = {
    "model.h5": model_file,
    "net.weights.h5": weights_file,
    "broken.h5": lambda path: path.write_bytes(b"no file of HDF5"),
    "model.json": lambda path: path.write_text(
        '{"class_name": "Sequential", "config": {"layers": []}}', encoding="utf-8"
    ),
    "cut.json": lambda path: path.write_text('{"format": "network-designer", "version": 5', encoding="utf-8"),
    "other.json": lambda path: path.write_text('{\n "name": "something else"\n}', encoding="utf-8"),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_that_a_network_or_what_is_neither_is_no_data(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    path, before = tmp_path / name, window.editor.design.data
    NETWORKS[name](path)
    assert drop_files(window, path)
    qtbot.waitUntil(lambda: bool(answers.seen) or bool(window.findChildren(ImportReport)), timeout=30_000)
    assert window.editor.design.data == before


def test_that_a_design_in_one_line_is_opened(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "vowels.json"
    path.write_text(json.dumps(json.loads(example("vowels_lstm").read_text(encoding="utf-8"))), encoding="utf-8")
    assert drop_files(window, path)
    qtbot.waitUntil(lambda: window.editor.document.path == path)
