"""Another name, written on the card."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from designer.core.layout.cards import CARD_WIDTH
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.block_item import MARGIN
from designer.ui.canvas.overlays.renaming import NameField
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, action, click, point

pytestmark = pytest.mark.kept_window


def field(window: MainWindow) -> NameField | None:
    return next((found for found in window.view.findChildren(NameField) if found.isVisible()), None)


def opened_field(window: MainWindow) -> NameField:
    window.view.setFocus()
    QTest.keyClick(window.view, Qt.Key.Key_F2)
    found = field(window)
    assert found is not None
    assert found.hasFocus()
    return found


def name_place(window: MainWindow, block_id: str) -> QPoint:
    return point(window, window.scene.cards[block_id].pos() + QPointF(50, 15))


def test_that_f2_writes_another_name_on_the_card_and_enter_takes_it(window: MainWindow, qtbot: QtBot) -> None:
    name = opened_field(window)
    assert name.selectedText() == "conv1"
    assert name.geometry().contains(name_place(window, "conv1"))
    end_of_shape = window.scene.cards["conv1"].pos() + QPointF(CARD_WIDTH - MARGIN, 15)
    assert name.geometry().right() >= point(window, end_of_shape).x(), "no letter of the shape stands alone"
    qtbot.keyClicks(name, "stem")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert field(window) is None
    assert window.view.hasFocus()
    assert window.scene.current == "stem"
    assert window.editor.design.network.nodes["pool1"].inputs == ("stem",)
    action(window, "actionUndo").trigger()
    assert "conv1" in window.scene.cards


def test_that_a_name_may_be_written_in_any_script_and_is_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for typed, wanted in (("卷积层", "卷积层"), ("Große", "Große"), ("e\u0301tage", "étage")):
        name = opened_field(window)
        written = QInputMethodEvent()
        written.setCommitString(typed)
        QApplication.sendEvent(name, written)
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert window.scene.current == wanted
        assert window.editor.design.network.nodes["pool1"].inputs == (wanted,)
    files.write(window.editor.design, tmp_path / "own.network.json")
    assert files.read(tmp_path / "own.network.json") == window.editor.design


def test_that_from_some_way_off_the_field_lies_on_the_name_in_large_letters(window: MainWindow) -> None:
    window.view.zoom_by(0.45 / window.view.transform().m11())
    name, card = opened_field(window), window.scene.cards["conv1"]
    assert name.geometry().contains(point(window, card.mapToScene(QPointF(40, 24))))
    assert name.geometry().left() > point(window, card.mapToScene(QPointF(0, 0))).x()


def test_that_escape_leaves_the_name_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    before, name = window.editor.design, opened_field(window)
    qtbot.keyClicks(name, "stem")
    qtbot.keyClick(name, Qt.Key.Key_Escape)
    assert field(window) is None
    assert window.editor.design is before
    assert window.scene.current == "conv1"


def test_that_a_name_that_cannot_be_is_refused_there_with_the_reason(window: MainWindow, qtbot: QtBot) -> None:
    before, name = window.editor.design, opened_field(window)
    reason = window.view.findChild(QLabel, "nameReason")
    assert reason is not None
    assert not reason.isVisible()
    for text, words in (("pool1", "already a block called 'pool1'"), ("1st", "is not a block name"), ("", "is not")):
        name.selectAll()
        qtbot.keyClick(name, Qt.Key.Key_Delete)
        qtbot.keyClicks(name, text)
        qtbot.keyClick(name, Qt.Key.Key_Return)
        assert field(window) is name
        assert reason.isVisible()
        assert words in reason.text()
    assert window.editor.design is before
    qtbot.keyClicks(name, "stem")
    assert not reason.isVisible()


def test_that_the_name_that_was_meant_is_a_key_or_a_click_away(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(900, 600)
    name = opened_field(window)
    reason = window.view.findChild(QLabel, "nameReason")
    qtbot.keyClicks(name, "my conv")
    assert window.view.viewport().rect().contains(reason.geometry())
    assert reason.height() >= reason.heightForWidth(reason.width())
    assert "makes it my_conv" in reason.text()
    qtbot.keyClick(name, Qt.Key.Key_Tab)
    assert (name.text(), reason.isVisible()) == ("my_conv", False)
    name.selectAll()
    qtbot.keyClicks(name, "pool1")
    qtbot.mouseClick(reason, Qt.MouseButton.LeftButton)
    assert field(window) is name
    assert name.text() == "pool1_2"
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert "pool1_2" in window.scene.cards


def test_that_a_click_elsewhere_takes_the_name(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(opened_field(window), "stem")
    click(window, name_place(window, "pool1"))
    assert field(window) is None
    assert "stem" in window.scene.cards
    assert window.scene.current == "pool1"


def test_that_a_click_on_the_name_of_the_selected_card_opens_the_field_and_the_first_one_selects(
    window: MainWindow, qtbot: QtBot
) -> None:
    place = name_place(window, "pool1")
    click(window, place)
    qtbot.wait(600)
    assert window.scene.current == "pool1"
    assert field(window) is None
    click(window, place)
    qtbot.waitUntil(lambda: field(window) is not None)


def test_that_a_double_click_on_a_name_is_no_wish_for_another_one(window: MainWindow, qtbot: QtBot) -> None:
    window.scene.select("pool1")
    place = name_place(window, "pool1")
    click(window, place)
    QTest.mouseDClick(window.view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    qtbot.wait(600)
    assert field(window) is None


def test_that_a_double_click_on_a_name_opens_the_group_and_no_field(opening: Opening, qtbot: QtBot) -> None:
    window = opening(example("digits_inception"))
    group = next(name for name in window.scene.cards if name.startswith(("inception", "group")))
    window.scene.select(group)
    place = name_place(window, group)
    click(window, place)
    QTest.mouseDClick(window.view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    qtbot.waitUntil(lambda: window.editor.path == (group,))
    qtbot.wait(600)
    assert field(window) is None
