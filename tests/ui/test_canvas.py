"""The canvas under the mouse and the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.view.canvas_view import MAX_ZOOM, MIN_ZOOM
from designer.ui.panels.inspector import InspectorPanel
from tests.ui.driving import (
    CTRL,
    LEFT,
    NONE,
    SHIFT,
    action,
    click,
    drag,
    drop_kind,
    edge_middle,
    input_port,
    middle,
    output_port,
    point,
)

pytestmark = pytest.mark.kept_window


def chain(window: MainWindow) -> list[str]:
    """The blocks from the Input along the first ports."""
    network, names = window.editor.design.network, ["input"]
    while consumers := network.consumers[names[-1]]:
        names.append(consumers[0][0])
    return names


def free_place(window: MainWindow) -> QPoint:
    """Beside all cards."""
    rect = window.scene.blocks_rect()
    place = point(window, QPointF(rect.right(), rect.top())) + QPoint(40, 10)
    assert window.view.viewport().rect().contains(place)
    return place


def test_that_a_click_selects_and_a_click_beside_selects_nothing(window: MainWindow) -> None:
    click(window, middle(window, "conv2"))
    assert window.scene.selected_blocks() == ["conv2"]
    click(window, middle(window, "pool1"), CTRL)
    assert set(window.scene.selected_blocks()) == {"conv2", "pool1"}
    assert window.scene.current == ""
    click(window, free_place(window))
    assert window.scene.selected_blocks() == []


@pytest.mark.parametrize("held", [CTRL, SHIFT])
def test_that_a_click_with_shift_or_ctrl_adds_to_what_is_selected_and_takes_from_it(
    window: MainWindow, held: Qt.KeyboardModifier
) -> None:
    click(window, middle(window, "conv1"))
    click(window, middle(window, "pool1"), held)
    assert set(window.scene.selected_blocks()) == {"conv1", "pool1"}
    click(window, middle(window, "conv1"), held)
    assert window.scene.selected_blocks() == ["pool1"]


def test_that_a_drag_moves_a_block_and_undo_returns_it(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design.view.positions["conv2"]
    zoom = window.view.transform().m11()
    start = middle(window, "conv2")
    drag(window, start, start + QPoint(80, 40))
    x, y = window.editor.design.view.positions["conv2"]
    assert x - first[0] == pytest.approx(80 / zoom, abs=6)
    assert y - first[1] == pytest.approx(40 / zoom, abs=6)
    card = window.scene.cards["conv2"].pos()
    assert (card.x(), card.y()) == (x, y)
    assert window.editor.stack.count() == 1
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design.view.positions["conv2"] == first
    card = window.scene.cards["conv2"].pos()
    assert (card.x(), card.y()) == first


def test_that_a_click_alone_is_no_edit(window: MainWindow) -> None:
    click(window, middle(window, "conv2"))
    assert window.editor.stack.count() == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_that_deleting_a_block_closes_the_gap(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    first, before = window.editor.design, chain(window)
    click(window, middle(window, "pool1"))
    qtbot.keyClick(window.view, key)
    assert "pool1" not in window.scene.cards
    assert chain(window) == [name for name in before if name != "pool1"]
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first


def test_that_deleting_an_edge_leaves_its_blocks(window: MainWindow, qtbot: QtBot) -> None:
    click(window, edge_middle(window, "pool1"))
    assert window.scene.selected_edges() == [("pool1", 0)]
    qtbot.keyClick(window.view, Qt.Key.Key_Delete)
    assert window.editor.design.network.nodes["pool1"].inputs == (None,)
    assert len(window.scene.cards) == 10
    assert not action(window, "actionTrain").isEnabled()


def test_that_dragging_an_edge_s_end_off_disconnects_it_and_a_drag_connects_it(window: MainWindow) -> None:
    first = window.editor.design.network
    drag(window, input_port(window, "pool1"), free_place(window))
    assert window.editor.design.network.nodes["pool1"].inputs == (None,)
    assert ("pool1", 0) not in window.scene.edges
    source = first.nodes["pool1"].inputs[0]
    assert source
    drag(window, output_port(window, source), input_port(window, "pool1"))
    assert window.editor.design.network.nodes["pool1"].inputs == (source,)
    assert dict(window.editor.design.network.nodes) == dict(first.nodes)


def test_that_a_connection_may_begin_at_the_input_and_end_on_a_card(window: MainWindow) -> None:
    source = window.editor.design.network.nodes["pool1"].inputs[0]
    assert source
    window.editor.disconnect_block("pool1", 0)
    drag(window, input_port(window, "pool1"), middle(window, source))
    assert window.editor.design.network.nodes["pool1"].inputs == (source,)


def test_that_an_edge_dropped_on_a_merging_block_without_a_free_port_gives_it_one_more(window: MainWindow) -> None:
    drop_kind(window, "add", free_place(window))
    for source in ("conv1", "pool1"):
        drag(window, output_port(window, source), middle(window, "add1"))
    assert window.editor.design.network.nodes["add1"].inputs == ("conv1", "pool1")
    drag(window, output_port(window, "conv2"), middle(window, "add1"))
    assert window.editor.design.network.nodes["add1"].inputs == ("conv1", "pool1", "conv2")
    drag(window, input_port(window, "pool2"), middle(window, "add1"))
    assert window.editor.design.network.nodes["add1"].inputs == ("conv1", "pool1", "conv2", "conv2")
    assert window.editor.design.network.nodes["pool2"].inputs == (None,)
    drag(window, input_port(window, "add1", 1), middle(window, "add1"))
    assert len(window.editor.design.network.nodes["add1"].inputs) == 4


def test_that_a_duplicate_stands_beside_its_original_takes_the_same_and_is_selected(
    window: MainWindow, qtbot: QtBot
) -> None:
    first = window.editor.design
    click(window, middle(window, "conv1"))
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    assert window.scene.current == "conv4"
    after = window.editor.design
    assert after.network.nodes["conv4"].inputs == first.network.nodes["conv1"].inputs
    assert after.network.nodes["conv4"].block == first.network.nodes["conv1"].block
    (x, y), place = first.view.positions["conv1"], after.view.positions["conv4"]
    assert place[0] > x
    assert place[1] == y
    window.scene.select("conv1")
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    assert window.editor.design.view.positions["conv5"][0] > place[0]
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first


def test_that_several_blocks_are_duplicated_as_they_stand_to_each_other(window: MainWindow) -> None:
    window.scene.clearSelection()
    for name in ("conv1", "pool1"):
        window.scene.cards[name].setSelected(True)
    action(window, "actionDuplicate").trigger()
    assert sorted(window.scene.selected_blocks()) == ["conv4", "pool3"]
    network, places = window.editor.design.network, window.editor.design.view.positions
    assert network.nodes["pool3"].inputs == ("conv4",)
    shifts = {places[new][0] - places[old][0] for new, old in (("conv4", "conv1"), ("pool3", "pool1"))}
    assert len(shifts) == 1
    window.scene.clearSelection()
    assert not action(window, "actionDuplicate").isEnabled()


def test_that_escape_gives_up_a_connection(window: MainWindow, qtbot: QtBot) -> None:
    viewport = window.view.viewport()
    items = len(window.scene.items())
    QTest.mousePress(viewport, LEFT, NONE, input_port(window, "pool1"))
    QTest.mouseMove(viewport, free_place(window))
    assert len(window.scene.items()) == items + 1
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.mouseRelease(viewport, LEFT, NONE, free_place(window))
    assert len(window.scene.items()) == items
    assert window.scene.edges["pool1", 0].isVisible()
    assert window.editor.stack.count() == 0


def test_that_escape_gives_up_the_drag_of_a_card(window: MainWindow, qtbot: QtBot) -> None:
    viewport, start, place = window.view.viewport(), middle(window, "pool1"), window.scene.cards["pool1"].pos()
    QTest.mousePress(viewport, LEFT, NONE, start)
    for step in (20, 60):
        QTest.mouseMove(viewport, start + QPoint(step, step))
    assert window.scene.cards["pool1"].pos() != place
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.mouseMove(viewport, start + QPoint(90, 90))
    QTest.mouseRelease(viewport, LEFT, NONE, start + QPoint(90, 90))
    assert window.scene.cards["pool1"].pos() == place
    assert window.scene.current == "pool1"
    assert window.editor.stack.count() == 0
    drag(window, start, start + QPoint(60, 0))
    assert window.scene.cards["pool1"].pos() != place
    assert window.editor.stack.count() == 1


def test_that_an_undo_ends_what_is_being_dragged(window: MainWindow) -> None:
    viewport, first = window.view.viewport(), window.editor.design
    drop_kind(window, "dropout", edge_middle(window, "pool2"))
    for start in (output_port(window, "dropout1"), middle(window, "dropout1"), input_port(window, "pool2")):
        if not window.scene.cards.get("dropout1"):
            action(window, "actionRedo").trigger()
        QTest.mousePress(viewport, LEFT, NONE, start)
        QTest.mouseMove(viewport, start + QPoint(40, 15))
        action(window, "actionUndo").trigger()
        QTest.mouseMove(viewport, start + QPoint(60, 25))
        QTest.mouseRelease(viewport, LEFT, NONE, start + QPoint(60, 25))
        assert window.editor.design == first
        assert window.editor.stack.count() == 1
        assert all(edge.isVisible() for edge in window.scene.edges.values())


def test_that_a_circle_is_refused_and_the_status_bar_says_why(window: MainWindow) -> None:
    first = window.editor.design
    drag(window, output_port(window, "dense1"), input_port(window, "conv2"))
    assert window.editor.design == first
    assert "circle" in window.statusBar().currentMessage()


def test_that_a_frame_drawn_on_the_canvas_selects_what_it_touches(window: MainWindow) -> None:
    corner = point(window, window.scene.cards["input"].sceneBoundingRect().topLeft()) - QPoint(30, 0)
    end = middle(window, "conv1")
    drag(window, corner, end)
    assert set(window.scene.selected_blocks()) == {"input", "conv1"}
    assert window.editor.stack.count() == 0


@pytest.mark.parametrize("block", ["input", "conv2", "output"])
def test_that_the_canvas_stays_in_its_place_when_a_block_is_moved(window: MainWindow, block: str) -> None:
    others = {name: middle(window, name) for name in window.scene.cards if name != block}
    start = middle(window, block)
    drag(window, start, start + QPoint(150, 20))
    assert {name: middle(window, name) for name in others} == others


def test_that_several_blocks_move_together_in_one_edit(window: MainWindow) -> None:
    first = window.editor.design.view.positions
    QTest.keyClick(window.view, Qt.Key.Key_A, CTRL)
    assert len(window.scene.selected_blocks()) == 10
    start = middle(window, "conv2")
    drag(window, start, start + QPoint(60, 0))
    places = window.editor.design.view.positions
    shifts = {round(places[name][0] - first[name][0]) for name in first}
    assert len(shifts) == 1
    assert shifts.pop() > 0
    assert window.editor.stack.count() == 1


def wheel(window: MainWindow, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
    place = QPointF(window.view.viewport().rect().center())
    event = QWheelEvent(
        place,
        QPointF(window.view.viewport().mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(window.view.viewport(), event)


def test_that_the_wheel_zooms_with_ctrl_within_limits_and_fit_shows_all_again(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionFit").trigger()
    fitted = window.view.transform().m11()
    wheel(window, 1)
    assert window.view.transform().m11() == fitted
    wheel(window, 2, CTRL)
    assert window.view.transform().m11() > fitted
    wheel(window, 100, CTRL)
    assert window.view.transform().m11() == pytest.approx(MAX_ZOOM)
    wheel(window, -200, CTRL)
    assert window.view.transform().m11() == pytest.approx(MIN_ZOOM)
    action(window, "actionActualSize").trigger()
    assert window.view.transform().m11() == pytest.approx(1.0)
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert window.view.transform().m11() == pytest.approx(fitted)
    shown = window.view.mapToScene(window.view.viewport().rect()).boundingRect()
    assert shown.contains(window.scene.blocks_rect())


def test_that_a_block_dropped_on_nothing_stands_alone_where_it_is_dropped(window: MainWindow) -> None:
    place = free_place(window) + QPoint(60, 60)
    drop_kind(window, "dropout", place)
    node = window.editor.design.network.nodes["dropout1"]
    assert node.inputs == (None,)
    assert window.scene.current == "dropout1"
    assert (middle(window, "dropout1") - place).manhattanLength() <= 3


def test_that_an_input_dropped_on_an_edge_does_not_go_into_it(window: MainWindow) -> None:
    drop_kind(window, "input", edge_middle(window, "conv2"))
    assert window.editor.design.network.consumers["input1"] == ()


def test_that_a_tool_tip_says_a_shape_once(empty_window: MainWindow) -> None:
    empty_window.editor.set_data("movie_reviews")
    for kind in ("input", "embedding"):
        empty_window.editor.append(kind, None)
    cards = empty_window.scene.cards
    assert cards["input"].toolTip() == "Input 'input', output N×L"
    assert cards["embedding1"].toolTip().endswith("output N×L×F = N×L×32")


def test_that_a_new_block_is_scrolled_to(window: MainWindow) -> None:
    for _ in range(12):
        window.editor.append("dense", "dense2")
    window.editor.append("dense", "dense14")
    place = middle(window, window.scene.current)
    assert window.scene.current == "dense15"
    assert window.view.viewport().rect().contains(place)


def test_that_a_click_on_the_selected_block_shows_the_inspector(window: MainWindow, qtbot: QtBot) -> None:
    about = window.docks["About"].widget()
    qtbot.waitUntil(lambda: not about.visibleRegion().isEmpty())  # an example explains itself first
    click(window, middle(window, "conv1"))
    assert window.scene.current == "conv1"
    qtbot.waitUntil(lambda: not window.panel(InspectorPanel).visibleRegion().isEmpty())
    assert about.visibleRegion().isEmpty()


def test_that_ctrl_shift_z_redoes(window: MainWindow, qtbot: QtBot) -> None:
    click(window, middle(window, "pool1"))
    qtbot.keyClick(window.view, Qt.Key.Key_Delete)
    deleted = window.editor.design
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert window.editor.design == deleted
