"""Problems in the window: the panel, the count below, going from one to the next, and mending where they are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from designer.core.assist.drop_targets import Alone
from designer.core.edits import group_editing as groups
from designer.core.edits import network_edits as edits
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.app.main_window import MainWindow
from designer.ui.editing import block_edits, group_edits
from designer.ui.panels.problems import ProblemRow, ProblemsPanel
from tests.ui.driving import LEFT, NONE, SHIFT, action, click, middle, point


@pytest.fixture
def broken(window: MainWindow) -> MainWindow:
    """conv1 has groups that do not divide its channels, and a Dense beside the chain has no input."""
    window.editor.set_param("conv1", "groups", 5)
    block_edits.put(window.editor, window.editor.new_block("dense"), Alone((400.0, 0.0)))
    window.scene.clearSelection()
    return window


def panel(window: MainWindow, qtbot: QtBot) -> ProblemsPanel:
    """The panel, opened by a click on the count."""
    qtbot.mouseClick(count(window), Qt.MouseButton.LeftButton)
    found = window.docks["Problems"].widget()
    assert isinstance(found, ProblemsPanel)
    qtbot.waitUntil(found.isVisible)
    return found


def count(window: MainWindow) -> QToolButton:
    found = window.statusBar().findChild(QToolButton, "problemCount")
    assert isinstance(found, QToolButton)
    return found


def titles(row: ProblemRow) -> list[str]:
    QApplication.processEvents()  # new widgets are shown by an event
    return [button.text() for button in row.findChildren(QPushButton, "fix") if button.isVisible()]


def press(row: ProblemRow, title: str) -> None:
    QApplication.processEvents()
    (button,) = (item for item in row.findChildren(QPushButton, "fix") if item.isVisible() and item.text() == title)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(window: MainWindow) -> str:
    return window.statusBar().currentMessage()


def popup(qtbot: QtBot) -> QMenu:
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def test_that_the_count_below_opens_the_list_of_all_problems(broken: MainWindow, qtbot: QtBot) -> None:
    assert count(broken).text() == "2 problems"
    assert count(broken).accessibleName() == "2 problems"
    shown = panel(broken, qtbot)
    assert [row.found.place for row in shown.rows] == [("conv1",), ("dense3",)]
    assert shown.rows[0].accessibleName().startswith("conv1: Conv2d 'conv1': groups 5 does not divide")
    assert titles(shown.rows[0]) == ["Set groups of 'conv1' to 1"]
    assert not any("All is well" in label.text() for label in shown.findChildren(QLabel) if label.isVisible())


def test_that_a_press_or_enter_on_a_row_goes_to_the_block(broken: MainWindow, qtbot: QtBot) -> None:
    shown = panel(broken, qtbot)
    qtbot.waitUntil(lambda: shown.rows[0].hasFocus())
    qtbot.mouseClick(shown.rows[1], Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    assert broken.scene.current == "dense3"
    qtbot.keyClick(shown.rows[1], Qt.Key.Key_Up)
    assert shown.rows[0].hasFocus()
    qtbot.keyClick(shown.rows[0], Qt.Key.Key_Return)
    assert broken.scene.current == "conv1"
    qtbot.keyClick(shown.rows[0], Qt.Key.Key_Down)
    assert shown.rows[1].hasFocus()


def test_that_a_fix_in_the_list_mends_and_undo_brings_the_problem_back(broken: MainWindow, qtbot: QtBot) -> None:
    shown, before = panel(broken, qtbot), broken.editor.design
    press(shown.rows[0], "Set groups of 'conv1' to 1")
    assert [row.found.place for row in shown.rows] == [("dense3",)]
    assert count(broken).text() == "1 problem"
    broken.editor.stack.undo()
    assert broken.editor.design == before
    assert [row.found.place for row in shown.rows] == [("conv1",), ("dense3",)]


def test_that_all_is_well_is_said_where_there_is_no_problem(window: MainWindow, qtbot: QtBot) -> None:
    assert count(window).text() == "No problems"
    shown = panel(window, qtbot)
    assert "All is well: the network can be trained." in [
        label.text() for label in shown.findChildren(QLabel) if label.isVisible()
    ]
    assert not shown.mend_all.isEnabled()
    for name in ("actionNextProblem", "actionPreviousProblem", "actionMend", "actionMendAll"):
        assert not action(window, name).isEnabled()


def test_that_keys_go_from_problem_to_problem_and_round(broken: MainWindow, qtbot: QtBot) -> None:
    for key, expected, number in (
        (NONE, "conv1", 1),
        (NONE, "dense3", 2),
        (NONE, "conv1", 1),
        (SHIFT, "dense3", 2),
        (SHIFT, "conv1", 1),
    ):
        qtbot.keyClick(broken, Qt.Key.Key_F8, key)
        assert broken.scene.current == expected
        assert said(broken).startswith(f"Problem {number} of 2: ")


def test_that_the_next_problem_is_counted_from_the_block_that_was_selected_since(
    broken: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(broken, Qt.Key.Key_F8)
    broken.scene.select("dense3")
    qtbot.keyClick(broken, Qt.Key.Key_F8)
    assert broken.scene.current == "conv1"


def test_that_a_problem_inside_a_group_is_listed_at_its_block_and_opened_there(
    window: MainWindow, qtbot: QtBot
) -> None:
    for name in ("conv2", "pool2"):
        window.scene.cards[name].setSelected(True)
    window.scene.cards["conv1"].setSelected(False)
    group_edits.group(window.editor, window.scene.selected_blocks())
    group = window.scene.current
    window.editor.open_group((group,))
    window.editor.set_param("conv2", "groups", 5)
    window.editor.open_group(())
    shown = panel(window, qtbot)
    assert [row.found.place for row in shown.rows] == [(group, "conv2")]
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert (window.editor.path, window.scene.current) == ((group,), "conv2")
    window.editor.open_group(())
    press(shown.rows[0], "Set groups of 'conv2' to 1")
    assert window.editor.problems() == []
    assert shown.rows == []


def test_that_what_needs_no_choice_is_mended_at_once_and_undone_as_one(broken: MainWindow, qtbot: QtBot) -> None:
    broken.editor.set_param("dense2", "out_features", 7)
    broken.editor.remove(["dense3"])
    before = broken.editor.design
    action(broken, "actionMendAll").trigger()
    assert broken.editor.problems() == []
    assert said(broken) == "2 problems mended"
    assert broken.editor.stack.undoText() == "Mend 2 problems"
    broken.editor.stack.undo()
    assert broken.editor.design == before


def test_that_mending_all_says_what_is_left_to_choose(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.remove(["flatten"])
    before = window.editor.design
    shown = panel(window, qtbot)
    assert titles(shown.rows[0]) == ["Insert Flatten", "Insert GlobalAvgPool"]
    qtbot.mouseClick(shown.mend_all, Qt.MouseButton.LeftButton)
    assert window.editor.design == before
    assert "each needs a choice of yours" in [
        label.text().partition(": ")[2] for label in shown.findChildren(QLabel, "problemsSaid")
    ]
    action(window, "actionMendAll").trigger()
    assert said(window).startswith("Nothing can be mended without a choice of yours, 1 problem left")


def test_that_a_click_on_the_badge_offers_the_fixes(broken: MainWindow, qtbot: QtBot) -> None:
    card = broken.scene.cards["conv1"]
    badge = point(broken, card.scenePos() + QPointF(CARD_WIDTH - 17, CARD_HEIGHT - 15))
    click(broken, badge)
    menu = popup(qtbot)
    assert [item.text() for item in menu.actions() if item.text()] == ["Set groups of 'conv1' to 1", "Show in Problems"]
    menu.actions()[0].trigger()
    menu.close()
    assert [problem.block for problem in broken.editor.problems()] == ["dense3"]
    click(broken, badge)
    assert QApplication.activePopupWidget() is None


def test_that_a_click_beside_the_badge_opens_no_menu_and_a_drag_of_it_moves_the_block(broken: MainWindow) -> None:
    click(broken, middle(broken, "conv1"))
    assert QApplication.activePopupWidget() is None
    card, before = broken.scene.cards["conv1"], broken.editor.design.view.positions["conv1"]
    badge = point(broken, card.scenePos() + QPointF(CARD_WIDTH - 17, CARD_HEIGHT - 15))
    viewport = broken.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, badge)
    QTest.mouseMove(viewport, badge + QPoint(60, 0))
    QTest.mouseMove(viewport, badge + QPoint(120, 0))
    QTest.mouseRelease(viewport, LEFT, NONE, badge + QPoint(120, 0))
    assert QApplication.activePopupWidget() is None
    assert broken.editor.design.view.positions["conv1"] != before


def test_that_the_fixes_of_the_selected_block_are_offered_by_a_key_and_lead_to_the_list(
    broken: MainWindow, qtbot: QtBot
) -> None:
    broken.scene.select("dense3")
    qtbot.keyClick(broken, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    menu = popup(qtbot)
    menu.actions()[-1].trigger()
    menu.close()
    shown = broken.docks["Problems"].widget()
    assert isinstance(shown, ProblemsPanel)
    qtbot.waitUntil(shown.isVisible)
    assert [bool(row.property("here")) for row in shown.rows] == [False, True]


def test_that_the_badge_of_a_group_open_in_place_offers_the_fixes_of_what_is_inside(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.scene.select("conv2")
    group_edits.group(window.editor, window.scene.selected_blocks())
    group = window.scene.current
    action(window, "actionExpand").trigger()
    window.editor.edit(
        "Break it",
        lambda design: groups.edited(
            design, (group,), lambda inner: inner.edit(lambda net: edits.set_params(net, "conv2", groups=5))
        ),
    )
    window.view.zoom_by(1.0 / window.view.transform().m11())
    frame = window.scene.cards[group]
    window.view.centerOn(frame.mapToScene(frame.badge_room.center()))
    click(window, point(window, frame.mapToScene(frame.badge_room.center())))
    menu = popup(qtbot)
    menu.actions()[0].trigger()
    menu.close()
    assert window.editor.problems() == []


def test_that_from_far_away_a_click_where_the_badge_would_be_opens_no_menu(broken: MainWindow) -> None:
    broken.view.zoom_by(0.4 / broken.view.transform().m11())
    card = broken.scene.cards["conv1"]
    click(broken, point(broken, card.mapToScene(card.badge_room.center())))
    assert broken.scene.current == "conv1"
    assert QApplication.activePopupWidget() is None


def test_that_data_that_is_not_known_is_replaced_by_a_click(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.set_data("of_another_program")
    shown = panel(window, qtbot)
    (title,) = titles(shown.rows[0])
    press(shown.rows[0], title)
    assert window.editor.problems() == []


def test_that_a_problem_of_the_whole_network_is_shown_in_the_list(empty_window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(empty_window, Qt.Key.Key_F8)
    shown = empty_window.docks["Problems"].widget()
    assert isinstance(shown, ProblemsPanel)
    qtbot.waitUntil(lambda: bool(shown.rows) and shown.isVisible())
    press(shown.rows[0], "Add Input")
    assert list(empty_window.scene.cards) == ["input"]
    press(shown.rows[0], "Add Output after 'input'")
    assert list(empty_window.scene.cards) == ["input", "output"]


def test_that_rows_that_say_the_same_keep_their_place_and_the_keyboard(broken: MainWindow, qtbot: QtBot) -> None:
    shown = panel(broken, qtbot)
    qtbot.waitUntil(lambda: shown.rows[0].hasFocus())
    kept = shown.rows[1]
    qtbot.keyClick(shown.rows[0], Qt.Key.Key_Down)
    assert kept.hasFocus()
    broken.editor.set_param("conv1", "groups", 1)
    assert shown.rows == [kept]
    assert kept.hasFocus()
