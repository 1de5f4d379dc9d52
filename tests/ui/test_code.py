"""The Code panel, in the real window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.data.opening import inspect, settings_for
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.code import LINES_ABOVE, PAUSE_MS, CodePanel
from designer.ui.style.theme import DARK, LIGHT, Theme
from tests.codegen.test_networks import nested
from tests.data.formats.made import striped_pictures
from tests.helpers import chain, dense, design_of, input_of, output_for
from tests.ui.conftest import Opening
from tests.ui.driving import action


def code_of(window: MainWindow, qtbot: QtBot, wanted: str) -> str:
    """The panel's text, brought to the front, once it says something."""
    window.docks["Code"].raise_()
    qtbot.waitUntil(lambda: window.panel(CodePanel).seen)
    qtbot.waitUntil(lambda: wanted in window.panel(CodePanel).text.toPlainText())
    return window.panel(CodePanel).text.toPlainText()


def marked(window: MainWindow) -> list[str]:
    return [item.cursor.block().text().strip() for item in window.panel(CodePanel).text.extraSelections()]


def test_that_the_code_follows_the_document(window: MainWindow, qtbot: QtBot) -> None:
    text = code_of(window, qtbot, "conv2=nn.Conv2d(32, 64, kernel_size=3),")
    compile(text, "exported.py", "exec")
    window.editor.set_param("conv1", "out_channels", 24)
    qtbot.waitUntil(lambda: "conv1=nn.Conv2d(1, 24, kernel_size=3)," in window.panel(CodePanel).text.toPlainText())
    action(window, "actionUndo").trigger()
    qtbot.waitUntil(lambda: "conv1=nn.Conv2d(1, 32, kernel_size=3)," in window.panel(CodePanel).text.toPlainText())


def test_that_the_code_is_kept_up_to_date_wherever_its_dock_stands(window: MainWindow, qtbot: QtBot) -> None:
    dock, channels = window.docks["Code"], 40
    code_of(window, qtbot, "class MnistCnn")

    def follows() -> bool:
        nonlocal channels
        channels += 1
        window.editor.set_param("conv1", "out_channels", channels)
        qtbot.waitUntil(lambda: f"conv1=nn.Conv2d(1, {channels}," in window.panel(CodePanel).text.toPlainText())
        return window.panel(CodePanel).text.isVisible()

    for area in (Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.LeftDockWidgetArea):
        window.addDockWidget(area, dock)
        assert follows()
    window.tabifyDockWidget(window.docks["Inspector"], dock)
    dock.raise_()
    qtbot.waitUntil(lambda: window.panel(CodePanel).seen)
    assert follows()
    dock.setFloating(True)
    assert follows()


def test_that_an_edit_leaves_the_text_where_the_person_has_scrolled_it(window: MainWindow, qtbot: QtBot) -> None:
    code_of(window, qtbot, "class MnistCnn")
    bars = window.panel(CodePanel).text.verticalScrollBar(), window.panel(CodePanel).text.horizontalScrollBar()
    qtbot.waitUntil(lambda: all(bar.maximum() > 20 for bar in bars))
    for bar in bars:
        bar.setValue(20)
    window.editor.set_param("conv1", "out_channels", 24)
    qtbot.waitUntil(lambda: "nn.Conv2d(1, 24" in window.panel(CodePanel).text.toPlainText())
    assert [bar.value() for bar in bars] == [20, 20]


def test_that_nothing_is_written_while_nobody_sees_it(window: MainWindow, qtbot: QtBot) -> None:
    window.docks["Curves"].raise_()
    qtbot.waitUntil(lambda: not window.panel(CodePanel).seen)
    before = window.panel(CodePanel).text.toPlainText()
    window.editor.set_param("conv1", "out_channels", 24)
    qtbot.wait(2 * PAUSE_MS)
    assert window.panel(CodePanel).text.toPlainText() == before
    assert "conv1=nn.Conv2d(1, 24" in code_of(window, qtbot, "class MnistCnn")


def test_that_selecting_a_block_marks_its_lines_and_scrolls_to_them(window: MainWindow, qtbot: QtBot) -> None:
    code_of(window, qtbot, "class MnistCnn")
    window.scene.clearSelection()
    window.scene.select("dense1")
    assert marked(window) == ["dense1=nn.Linear(576, 64),", "dense1_relu=nn.ReLU(),"]
    selections = window.panel(CodePanel).text.extraSelections()
    line = selections[0].cursor.blockNumber()
    assert window.panel(CodePanel).text.verticalScrollBar().value() == line - LINES_ABOVE
    window.scene.clearSelection()
    assert marked(window) == []


def test_that_a_block_inside_a_group_is_marked_in_the_class_of_the_group(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "nested.network.json"
    files.write(design_of(images_of_digits(), "mnist_5k"), path)
    window = opening(path)
    code_of(window, qtbot, "class Unit(")
    window.editor.open_group(("first", "one"))
    window.scene.select("conv")
    lines = marked(window)
    assert lines == ["conv=nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1),", "conv_relu=nn.ReLU(),"]


def images_of_digits() -> object:
    """The nested groups of the codegen tests, for MNIST."""
    from designer.core.edits import network_edits as edits

    network = edits.set_params(nested(), "input", sizes=(1, 28, 28))
    return edits.set_params(network, "dense", out_features=10)


def test_that_a_network_with_a_problem_shows_the_problem_instead(window: MainWindow, qtbot: QtBot) -> None:
    code_of(window, qtbot, "class MnistCnn")
    exports = [action(window, name) for name in ("actionExportPyTorch", "actionExportModel")]
    assert [item.isEnabled() for item in exports] == [True, True]
    window.editor.set_param("conv3", "kernel_size", 9)
    qtbot.waitUntil(window.panel(CodePanel).problem.isVisible)
    assert "Conv2d 'conv3': kernel_size covers 9 of the height" in window.panel(CodePanel).problem.text()
    assert not window.panel(CodePanel).copy.isEnabled()
    assert not window.panel(CodePanel).save.isEnabled()
    assert [item.isEnabled() for item in exports] == [False, False]
    action(window, "actionUndo").trigger()
    qtbot.waitUntil(window.panel(CodePanel).text.isVisible)
    assert window.panel(CodePanel).copy.isEnabled()
    assert not window.panel(CodePanel).reason.isVisible()


def test_that_a_network_that_does_not_suit_its_data_shows_the_model_alone_and_why(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert "def train(" in code_of(window, qtbot, "class MnistCnn")
    window.editor.set_param("dense2", "out_features", 7)
    text = code_of(window, qtbot, "dense2=nn.Linear(64, 7),")
    assert "def train(" not in text
    compile(text, "exported.py", "exec")
    assert window.panel(CodePanel).reason.isVisible()
    assert window.panel(CodePanel).reason.text().startswith("The model alone: Dense")
    assert "Dense 'dense2' gives 7 numbers, but the data" in window.panel(CodePanel).reason.toolTip()
    assert window.panel(CodePanel).copy.isEnabled()
    assert not action(window, "actionExportPyTorch").isEnabled()
    assert action(window, "actionExportModel").isEnabled()
    action(window, "actionUndo").trigger()
    assert "def train(" in code_of(window, qtbot, "dense2=nn.Linear(64, 10),")
    assert not window.panel(CodePanel).reason.isVisible()


def test_that_an_empty_canvas_says_what_would_be_here(empty_window: MainWindow, qtbot: QtBot) -> None:
    empty_window.docks["Code"].raise_()
    qtbot.waitUntil(empty_window.panel(CodePanel).problem.isVisible)
    assert empty_window.panel(CodePanel).problem.text() == "Put blocks on the canvas, and their PyTorch code is here."


def test_that_copy_puts_the_script_on_the_clipboard(window: MainWindow, qtbot: QtBot) -> None:
    text = code_of(window, qtbot, "class MnistCnn")
    qtbot.mouseClick(window.panel(CodePanel).copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == text


def test_that_the_code_has_the_colours_of_the_theme(window: MainWindow, qtbot: QtBot, theme: Theme) -> None:
    code_of(window, qtbot, "class MnistCnn")
    found = window.panel(CodePanel).text.document().find("class MnistCnn")
    formats = found.block().layout().formats()

    def colours() -> list[str]:
        return [item.format.foreground().color().name() for item in found.block().layout().formats()]

    assert formats
    assert colours()[:2] == [QColor(LIGHT.code_keyword).name(), QColor(LIGHT.code_name).name()]
    theme.follow(Qt.ColorScheme.Dark)
    assert colours()[:2] == [QColor(DARK.code_keyword).name(), QColor(DARK.code_name).name()]
    theme.follow(Qt.ColorScheme.Light)


def test_that_a_design_without_words_is_code_too(window: MainWindow, qtbot: QtBot) -> None:
    plain = Design(window.editor.design.network, window.editor.design.data, window.editor.design.training)
    window.editor.open(plain, None)
    assert code_of(window, qtbot, '"""MnistCnn, and how to train it.')


def test_that_the_code_reads_data_of_one_s_own_where_they_are(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    pictures = striped_pictures(tmp_path / "pets", each=3)
    source, found = inspect(pictures)
    network = chain(input_of(3, 12, 12), "flatten", dense(2), output_for())
    design = replace(design_of(network), data=settings_for(pictures, source, found))
    files.write(design, tmp_path / "pets.network.json")
    pictures.rename(tmp_path / "gone")  # nothing is read for it
    window = opening(tmp_path / "pets.network.json")
    assert f'DATA = Path("{pictures.as_posix()}")' in code_of(window, qtbot, "read_image_folder(DATA")
    assert window.panel(CodePanel).save.toolTip() == "Save the script"
