"""Groups in the window: made, opened, edited inside, closed, used again, saved; by keys and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTreeWidgetItem,
)
from pytestqt.qtbot import QtBot

from designer.core.assist.drop_targets import Alone
from designer.core.assist.edge_preview import Wire
from designer.core.graph.definition import GroupBlock, definitions
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.overlays.breadcrumb import Breadcrumb
from designer.ui.editing import block_edits
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.palette import PalettePanel
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT, NONE, SHIFT, action, choose, click, drop_kind, middle, point, shapes
from tests.ui.test_inspector import fixes, form_of, shown_value, type_into

pytestmark = pytest.mark.kept_window

ALT = Qt.KeyboardModifier.AltModifier


def bar(window: MainWindow) -> Breadcrumb:
    found = window.findChild(Breadcrumb)
    assert found is not None
    return found


def crumbs(shown: Breadcrumb) -> list[str]:
    return [button.text() for button in shown.parts]


def part(window: MainWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert found is not None
    return found


def double_click(window: MainWindow, block_id: str, qtbot: QtBot) -> None:
    before = window.editor.path
    click(window, middle(window, block_id))  # as by hand: Qt makes a double click of the second press on an item
    QTest.mouseDClick(window.view.viewport(), LEFT, NONE, middle(window, block_id))
    qtbot.waitUntil(lambda: window.editor.path != before)


def group_of(window: MainWindow, block_id: str) -> GroupBlock:
    block = window.editor.design.network.nodes[block_id].block
    assert isinstance(block, GroupBlock)
    return block


def palette_item(window: MainWindow, kind: str) -> QTreeWidgetItem | None:
    return next(
        (item for item in window.panel(PalettePanel).items() if item.data(0, Qt.ItemDataRole.UserRole) == kind), None
    )


def test_that_ctrl_g_groups_and_ctrl_shift_g_ungroups_and_undo_restores_everything(
    window: MainWindow, qtbot: QtBot
) -> None:
    first, shown = window.editor.design, shapes(window)
    choose(window, "conv2", "pool2")
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    assert window.scene.current == "group1"
    assert {"conv2", "pool2"}.isdisjoint(window.scene.cards)
    assert shapes(window)["group1"] == shown["pool2"]
    assert shapes(window)["output"] == shown["output"]
    assert window.action("actionTrain").isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL | SHIFT)
    assert shapes(window) == shown
    assert window.editor.design.network.nodes == first.network.nodes
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design is first
    assert set(window.scene.cards) == set(first.network.nodes)


def test_that_a_group_that_cannot_be_is_refused_with_the_reason(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "conv1", "conv2")
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    assert window.statusBar().currentMessage() == "'pool1' lies between the chosen blocks: choose it as well"
    assert window.editor.stack.count() == 0


def test_that_a_double_click_opens_a_group_and_the_bar_leads_back(grouped: MainWindow, qtbot: QtBot) -> None:
    assert not bar(grouped).isVisible()
    double_click(grouped, "group1", qtbot)
    assert set(grouped.scene.cards) == {"input", "conv2", "pool2", "output"}
    assert bar(grouped).isVisible()
    assert crumbs(bar(grouped)) == ["Network", "Group"]
    assert shapes(grouped)["conv2"] == "64×11×11"
    assert grouped.view.viewport().rect().contains(middle(grouped, "conv2"))
    qtbot.mouseClick(bar(grouped).parts[0], LEFT)
    assert not bar(grouped).isVisible()
    assert grouped.scene.current == "group1"
    assert "conv1" in grouped.scene.cards


def test_that_keys_open_and_close_groups_within_groups(grouped: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(grouped, Qt.Key.Key_Down, ALT)
    assert grouped.editor.path == ("group1",)
    choose(grouped, "conv2")
    qtbot.keyClick(grouped, Qt.Key.Key_G, CTRL)
    qtbot.keyClick(grouped, Qt.Key.Key_Down, ALT)
    assert crumbs(bar(grouped)) == ["Network", "Group", "Group 2"]
    assert set(grouped.scene.cards) == {"input", "conv2", "output"}
    assert shapes(grouped)["conv2"] == "64×11×11"
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    assert grouped.scene.current == "group1"
    assert crumbs(bar(grouped)) == ["Network", "Group"]
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    assert grouped.editor.path == ()
    assert not action(grouped, "actionCloseGroup").isEnabled()


def test_that_an_edit_inside_changes_all_uses_and_is_undone_from_outside(grouped: MainWindow, qtbot: QtBot) -> None:
    grouped.editor.append("group:Group", "group1")
    before = grouped.editor.design
    click(grouped, middle(grouped, "group2"))
    double_click(grouped, "group2", qtbot)
    words = bar(grouped).findChild(QLabel, "breadcrumbUses")
    assert words.text() == "Used 2 times: edits here change every use"
    click(grouped, middle(grouped, "conv2"))
    assert shown_value(form_of(grouped, qtbot).fields["out_channels"]) == 64
    type_into(qtbot, form_of(grouped, qtbot).fields["out_channels"].findChild(QSpinBox), "7")
    assert shapes(grouped)["output"].startswith("7×")
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    assert shapes(grouped)["group1"].startswith("7×")
    assert shapes(grouped)["group2"].startswith("7×")
    qtbot.keyClick(grouped, Qt.Key.Key_Z, CTRL)
    assert grouped.editor.design is before
    assert shapes(grouped)["group1"].startswith("64×")


def test_that_blocks_come_and_go_inside_by_mouse_and_keys(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    place = point(grouped, grouped.scene.edges["output", 0].way.pointAtPercent(0.5))
    drop_kind(grouped, "dropout", place)
    assert grouped.editor.shown.network.nodes["output"].inputs == ("dropout1",)
    assert grouped.scene.current == "dropout1"
    qtbot.keyClick(grouped.view, Qt.Key.Key_Delete)
    assert "dropout1" not in grouped.scene.cards
    click(grouped, middle(grouped, "output"))
    qtbot.keyClick(grouped.view, Qt.Key.Key_Delete)
    assert "has no output: a group needs at least one" in grouped.statusBar().currentMessage()
    assert "output" in grouped.scene.cards


def test_that_undo_of_the_grouping_closes_the_open_group(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    qtbot.keyClick(grouped, Qt.Key.Key_Z, CTRL)
    assert grouped.editor.path == ()
    assert not bar(grouped).isVisible()
    assert "conv2" in grouped.scene.cards
    assert "conv1" in grouped.scene.cards
    qtbot.keyClick(grouped, Qt.Key.Key_Z, CTRL | SHIFT)
    assert "group1" in grouped.scene.cards


def test_that_the_palette_offers_the_groups_of_the_document_and_the_ports_inside(
    grouped: MainWindow, qtbot: QtBot
) -> None:
    assert palette_item(grouped, "group_input") is None
    qtbot.waitUntil(lambda: palette_item(grouped, "group:Group") is not None)
    item, tree = palette_item(grouped, "group:Group"), grouped.panel(PalettePanel).tree
    tree.scrollToItem(item)
    scrolled, place = tree.verticalScrollBar().value(), tree.visualItemRect(item).center()
    qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(tree.viewport(), LEFT, pos=place)
    assert group_of(grouped, "group2").definition is group_of(grouped, "group1").definition
    double_click(grouped, "group2", qtbot)
    qtbot.waitUntil(lambda: palette_item(grouped, "group_input") is not None)
    assert palette_item(grouped, "input") is None
    assert tree.verticalScrollBar().value() in (scrolled, tree.verticalScrollBar().maximum())
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    qtbot.waitUntil(lambda: palette_item(grouped, "input") is not None)
    for _ in range(2):
        qtbot.keyClick(grouped, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: palette_item(grouped, "group:Group") is None)


def test_that_a_group_dropped_on_an_edge_goes_into_it(grouped: MainWindow) -> None:
    drop_kind(grouped, "group:Group", point(grouped, grouped.scene.edges["group1", 0].way.pointAtPercent(0.5)))
    nodes = grouped.editor.design.network.nodes
    assert nodes["group1"].inputs == ("group2",)
    assert nodes["group2"].inputs == ("pool1",)
    assert grouped.scene.current == "group2"


def test_that_a_group_is_not_dropped_into_itself(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    before = grouped.editor.design
    drop_kind(grouped, "group:Group", QPoint(20, 20))
    assert grouped.statusBar().currentMessage() == "group 'Group' cannot hold itself"
    assert grouped.editor.design is before


def test_that_the_empty_group_of_the_palette_is_opened_and_filled(window: MainWindow, qtbot: QtBot) -> None:
    click(window, middle(window, "conv2"))
    window.editor.append("group", "conv2")
    assert shapes(window)["group1"] == shapes(window)["conv2"]
    double_click(window, "group1", qtbot)
    click(window, middle(window, "input"))
    window.bench.append("activation")
    assert set(window.scene.cards) == {"input", "activation1", "output"}
    assert window.action("actionTrain").isEnabled()


def test_that_the_inspector_renames_a_group_and_makes_a_use_independent(grouped: MainWindow, qtbot: QtBot) -> None:
    grouped.editor.append("group:Group", "group1")
    click(grouped, middle(grouped, "group1"))
    name = grouped.findChild(QLineEdit, "groupName")
    assert name.text() == "Group"
    assert grouped.findChild(QLabel, "groupUses").text() == "Used 2 times: all follow its edits"
    type_into(qtbot, name, "Conv block")
    assert set(definitions(grouped.editor.design.network)) == {"Conv block"}
    qtbot.mouseClick(part(grouped, "makeIndependent"), LEFT)
    assert set(definitions(grouped.editor.design.network)) == {"Conv block", "Conv block 2"}
    assert name.text() == "Conv block 2"
    assert not part(grouped, "makeIndependent").isEnabled()
    type_into(qtbot, name, "conv-block")
    assert "too much alike" in grouped.statusBar().currentMessage()
    assert name.text() == "Conv block 2"
    qtbot.mouseClick(part(grouped, "openGroup"), LEFT)
    assert grouped.editor.path == ("group1",)


def test_that_a_problem_inside_shows_at_the_group_and_at_the_block_with_its_mend(
    grouped: MainWindow, qtbot: QtBot
) -> None:
    double_click(grouped, "group1", qtbot)
    click(grouped, middle(grouped, "pool2"))
    type_into(qtbot, form_of(grouped, qtbot).fields["kernel_size"].findChildren(QSpinBox)[0], "40")
    problem = grouped.scene.cards["pool2"].problem
    assert problem is not None
    assert problem.block == "pool2"
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    outside = grouped.scene.cards["group1"].problem
    assert outside is not None
    assert outside.message.startswith("Group 'group1': inside, MaxPool2d 'pool2'")
    assert not grouped.action("actionTrain").isEnabled()
    double_click(grouped, "group1", qtbot)
    click(grouped, middle(grouped, "pool2"))
    qtbot.waitUntil(lambda: bool(fixes(grouped.panel(InspectorPanel))))
    qtbot.mouseClick(fixes(grouped.panel(InspectorPanel))[0], LEFT)
    assert grouped.scene.cards["pool2"].problem is None
    assert grouped.editor.document.inference.results["group1"].problem is None


def test_that_a_loose_block_inside_is_told_and_removed_by_a_click(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    click(grouped, middle(grouped, "conv2"))
    block_edits.put(grouped.editor, grouped.editor.new_block("flatten"), Alone((400.0, 0.0)))
    block_edits.wire(grouped.editor, Wire("conv2", "flatten1", 0))
    grouped.view.fit()
    click(grouped, middle(grouped, "flatten1"))
    qtbot.waitUntil(lambda: len(fixes(grouped.panel(InspectorPanel))) == 1)
    (button,) = fixes(grouped.panel(InspectorPanel))
    assert button.text() == "Remove 'flatten1'"
    qtbot.mouseClick(button, LEFT)
    assert grouped.editor.problems() == []


def test_that_a_port_is_renamed_inside_and_the_edges_outside_stay(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    click(grouped, middle(grouped, "input"))
    type_into(qtbot, grouped.panel(InspectorPanel).name, "image")
    assert group_of(grouped, "group1").input_ports == ("image",)
    assert grouped.editor.design.network.nodes["group1"].inputs == ("pool1",)
    assert grouped.editor.problems() == []


def test_that_cards_inside_move_and_stay_where_they_are(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    grouped.editor.move({"conv2": (300.0, 40.0)})
    assert grouped.scene.cards["conv2"].pos() == QPointF(300, 40)
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    qtbot.keyClick(grouped, Qt.Key.Key_Down, ALT)
    assert grouped.scene.cards["conv2"].pos() == QPointF(300, 40)


def test_that_groups_are_saved_and_opened_again(
    grouped: MainWindow, opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    grouped.editor.append("group:Group", "group1")
    path = tmp_path / "grouped.network.json"
    grouped.editor.document.set_path(path)
    qtbot.keyClick(grouped, Qt.Key.Key_S, CTRL)
    assert files.read(path) == grouped.editor.design
    again = opening(path)
    assert again.editor.design == grouped.editor.design
    double_click(again, "group2", qtbot)
    assert set(again.scene.cards) == {"input", "conv2", "pool2", "output"}
    assert crumbs(bar(again)) == ["Network", "Group"]


def test_that_another_document_opens_outside_of_groups(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    grouped.editor.stack.setClean()
    grouped.action("actionNew").trigger()
    assert grouped.editor.path == ()
    assert not bar(grouped).isVisible()


def test_that_what_an_inner_block_gives_is_shown_while_its_group_is_open(grouped: MainWindow, qtbot: QtBot) -> None:
    double_click(grouped, "group1", qtbot)
    click(grouped, middle(grouped, "conv2"))

    def shown() -> bool:
        capture = grouped.panel(FeatureMapsPanel).shown
        return capture is not None and capture.block == "group1/conv2"

    qtbot.waitUntil(shown, timeout=30_000)
    assert grouped.panel(FeatureMapsPanel).shown.values.shape == (64, 11, 11)
