"""What a person or a file says is shown as it stands, never taken for HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QMenu, QTextBrowser, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from designer.core.analysis.budgets import Budgets
from designer.core.analysis.costs import Costs
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.settings import About
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.protocol.events import CaptureFailed
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.overlays.renaming import NameField
from designer.ui.comparison.dialog import CompareDialog
from designer.ui.editing import group_edits
from designer.ui.panels.budget_dialog import BudgetDialog
from designer.ui.panels.inspection import WATCHER
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.message_box import MessageBox, as_tip
from tests.helpers import block
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, action

MARK = "<u>odd</u><img src='x'>"


def tips_of_items(model: QAbstractItemModel | None, parent: QModelIndex | None = None, depth: int = 3) -> Iterator[str]:
    parent = parent or QModelIndex()
    if model is None or not depth:
        return
    for row in range(min(model.rowCount(parent), 40)):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            yield str(model.index(row, column, parent).data(Qt.ItemDataRole.ToolTipRole) or "")
        yield from tips_of_items(model, model.index(row, 0, parent), depth - 1)


def rich_words(root: QObject) -> list[str]:
    """All that is shown as HTML anywhere below, with where."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        where = f"{type(widget).__name__} {widget.objectName()}: "
        if isinstance(widget, QLabel):
            rich = widget.textFormat() == Qt.TextFormat.RichText
            auto = widget.textFormat() == Qt.TextFormat.AutoText
            if rich or (auto and GuiQt.mightBeRichText(widget.text())):
                found.append(where + widget.text())
        if isinstance(widget, QTextBrowser):
            found.append(where + widget.toHtml())
        if isinstance(widget, QAbstractItemView):
            found += [f"{where}tip {tip}" for tip in tips_of_items(widget.model()) if GuiQt.mightBeRichText(tip)]
        if isinstance(widget, QWidget) and GuiQt.mightBeRichText(widget.toolTip()):
            found.append(f"{where}tip {widget.toolTip()}")
    found += [f"tip {item.toolTip()}" for item in root.findChildren(QAction) if GuiQt.mightBeRichText(item.toolTip())]
    return found


def odd(design: Design) -> Design:
    return Design(
        design.network, DataSettings(source="mnist_5k"), design.training, design.view, About(title=MARK, text=MARK)
    )


def assert_all_is_plain(root: QObject) -> None:
    taken = [words for words in rich_words(root) if "<u>odd" in words or "<img src='x'" in words]
    assert taken == []


@pytest.fixture
def odd_window(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A network whose file, group, words and note look like HTML."""
    path = tmp_path / "<u>odd<u>.network.json"
    files.write(odd(files.read(example("mnist_cnn"))), path)
    window.bench.opening.open_file(path)
    group_edits.group(window.editor, ["conv2", "pool2"])
    assert group_edits.rename(window.editor, "Group", MARK)
    window.editor.set_param("conv3", "kernel_size", (9, 9))
    return window


def test_that_no_panel_takes_names_for_html(odd_window: MainWindow, qtbot: QtBot) -> None:
    for name in ("group1", "conv1", "conv3"):
        odd_window.scene.select(name)
        for dock in odd_window.docks.values():
            dock.setVisible(True)
            dock.raise_()
            qtbot.wait(20)
        assert_all_is_plain(odd_window)
    odd_window.editor.open_group(("group1",))
    qtbot.wait(50)
    assert_all_is_plain(odd_window)
    tips = [item.toolTip() for item in odd_window.scene.items() if GuiQt.mightBeRichText(item.toolTip())]
    assert [tip for tip in tips if "<u>" in tip or "<img" in tip] == []


def test_that_the_list_of_recent_files_is_plain(odd_window: MainWindow, qtbot: QtBot) -> None:
    menu = next(item for item in odd_window.findChildren(QMenu) if item.title().replace("&", "").endswith("Recent"))
    menu.aboutToShow.emit()
    assert any("<u>odd" in item.text() for item in menu.actions())
    assert_all_is_plain(odd_window)


def test_that_a_message_about_a_file_is_plain(opening: Opening, answers: Answers, tmp_path: Path) -> None:
    window = opening()
    path = tmp_path / "<b>bold<b>.network.json"
    path.write_text("{", encoding="utf-8")
    seen: list[list[str]] = []
    answers.look = lambda box: seen.append(rich_words(box))
    window.bench.opening.open_file(path)
    assert [told.name for told in answers.seen] == ["fileError"]
    assert seen == [[]]
    assert action(window, "actionOpen").isEnabled()


def test_that_what_is_typed_and_what_dialogs_name_is_plain(odd_window: MainWindow) -> None:
    field = NameField(odd_window, "conv1", lambda name: f"'{name}' is not a block name", lambda name: MARK)
    field.setText(MARK)
    field.textEdited.emit(MARK)
    odd_window.scene.select("conv1")
    odd_window.bridge.capture_failed.emit(CaptureFailed("conv1", MARK, WATCHER))
    assert_all_is_plain(odd_window)
    budgets = BudgetDialog(Budgets(), Costs(), odd_window)
    budgets.findChildren(QLineEdit)[0].setText(MARK)
    design = odd_window.editor.design
    compared = CompareDialog((design, MARK), (design, "b"), odd_window.theme, odd_window)
    for dialog in (budgets, compared):
        assert any("<u>odd" in label.text() for label in dialog.findChildren(QLabel))
        assert_all_is_plain(dialog)
        dialog.close()


def test_that_only_plain_message_boxes_are_used() -> None:
    folder = Path(__file__).resolve().parents[2] / "designer" / "ui"
    sources = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    assert [name for name, text in sources.items() if " QMessageBox(" in text] == []


def test_that_words_below_are_plain_and_tips_are_escaped(qtbot: QtBot) -> None:
    box = MessageBox()
    qtbot.addWidget(box)
    box.setText(MARK)
    box.setInformativeText(MARK)
    assert rich_words(box) == []
    assert as_tip("a < b") == "a < b"
    assert "<u>" not in as_tip(MARK)
    assert block("dense").details()


def test_that_the_tip_of_words_that_are_cut_tells_them_as_they_stand(window: MainWindow, qtbot: QtBot) -> None:
    words = f"Saved {MARK} " + "and so on " * 60
    window.bench.say(words)
    bar, label = window.statusBar(), ElidedLabel(words)
    qtbot.addWidget(label)
    label.resize(60, 20)
    for widget in (bar, label):
        QToolTip.hideText()
        where = QPoint(4, 4)
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, where, widget.mapToGlobal(where)))
        assert QToolTip.text() == as_tip(words)
        assert as_tip(words) != words
