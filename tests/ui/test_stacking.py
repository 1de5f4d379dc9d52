"""Stacking by hand: what a drag shows before it is dropped, and what comes of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.gestures.drags import KIND_MIME
from designer.ui.canvas.items.bubble import Bubble
from designer.ui.canvas.items.ghost import Ghost
from tests.ui.driving import (
    CTRL,
    LEFT,
    NONE,
    SHIFT,
    action,
    click,
    drop_kind,
    edge_middle,
    input_port,
    middle,
    output_port,
)

pytestmark = pytest.mark.kept_window

ALT = Qt.KeyboardModifier.AltModifier


class Hover:
    """A kind that is dragged over the canvas and not dropped."""

    def __init__(self, window: MainWindow, kind: str) -> None:
        self.window, self.viewport = window, window.view.viewport()
        self.mime = QMimeData()
        self.mime.setData(KIND_MIME, QByteArray(kind.encode()))
        QApplication.sendEvent(
            self.viewport, QDragEnterEvent(QPoint(), Qt.DropAction.CopyAction, self.mime, LEFT, NONE)
        )

    def at(self, place: QPoint) -> Ghost:
        QApplication.sendEvent(self.viewport, QDragMoveEvent(place, Qt.DropAction.CopyAction, self.mime, LEFT, NONE))
        (ghost,) = ghosts(self.window)
        assert not self.viewport.grab().isNull()  # it can be drawn
        return ghost

    def leave(self) -> None:
        QApplication.sendEvent(self.viewport, QDragLeaveEvent())


def ghosts(window: MainWindow) -> list[Ghost]:
    return [item for item in window.scene.items() if isinstance(item, Ghost)]


def alt_drag(window: MainWindow, block: str, end: QPoint, *, let_go: bool = True) -> None:
    viewport, start = window.view.viewport(), middle(window, block)
    QTest.mousePress(viewport, LEFT, ALT, start)
    for step in range(1, 6):
        QTest.mouseMove(viewport, start + (end - start) * step / 5)
    if let_go:
        QTest.mouseRelease(viewport, LEFT, ALT, end)


def inputs(window: MainWindow, block: str) -> tuple[str | None, ...]:
    return window.editor.design.network.nodes[block].inputs


def test_that_a_ghost_says_what_a_drop_would_do_and_the_shape_that_it_would_give(window: MainWindow) -> None:
    first, hover = window.editor.design, Hover(window, "max_pool2d")
    ghost = hover.at(edge_middle(window, "conv2"))
    assert ghost.preview.shape == "32×6×6"
    assert window.scene.edges["conv2", 0].wanted
    assert "Insert MaxPool2d between pool1 and conv2" in ghost.bubble.text
    assert "'conv3'" in ghost.bubble.text  # which would be left with too little
    ghost = hover.at(middle(window, "conv3"))
    assert not window.scene.edges["conv2", 0].wanted
    assert "Replace conv3 by MaxPool2d" in ghost.bubble.text
    ghost = hover.at(middle(window, "dense1"))
    assert ghost.bubble.is_error
    assert "takes images" in ghost.bubble.text
    ghost = hover.at(middle(window, "conv2") + QPoint(330, 0))
    assert ghost.bubble.text == "Add MaxPool2d on its own\nIts input is free then."
    hover.leave()
    assert ghosts(window) == []
    assert window.editor.design is first


def test_that_a_drag_near_the_border_scrolls_and_stops_with_the_drag(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionActualSize").trigger()
    window.view.see("input")
    bar, hover = window.view.verticalScrollBar(), Hover(window, "dropout")
    rect, first = window.view.viewport().rect(), window.view.verticalScrollBar().value()
    hover.at(QPoint(rect.center().x(), rect.bottom() - 5))
    qtbot.waitUntil(lambda: bar.value() > first + 100)
    assert (ghosts(window)[0].scenePos() - window.view.mapToScene(rect.center())).y() > 0  # it has come along
    hover.leave()
    stopped = bar.value()
    qtbot.wait(120)
    assert bar.value() == stopped


def test_that_a_kind_dropped_on_a_block_replaces_it_and_undo_brings_it_back(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design
    drop_kind(window, "avg_pool2d", middle(window, "pool1"))
    assert window.editor.design.network.nodes["pool1"].block.kind == "avg_pool2d"
    assert inputs(window, "conv2") == ("pool1",)
    assert window.scene.current == "pool1"
    assert window.editor.stack.undoText() == "Replace pool1 by AvgPool2d"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first


def test_that_a_kind_dropped_beside_a_port_is_connected_to_it(window: MainWindow) -> None:
    drop_kind(window, "output", output_port(window, "dense1") + QPoint(60, 10))
    assert inputs(window, "output1") == ("dense1",)
    assert inputs(window, "dense2") == ("dense1",)
    window.editor.disconnect_block("conv1", 0)
    drop_kind(window, "input", middle(window, "conv1") - QPoint(60, 25))
    assert inputs(window, "conv1") == ("input1",)


def test_that_what_cannot_go_into_an_edge_goes_to_the_port_beside_it(window: MainWindow) -> None:
    alt_drag(window, "output", edge_middle(window, "conv2"))
    assert inputs(window, "output") == ("pool1",)
    assert inputs(window, "conv2") == ("pool1",)


def test_that_alt_drag_takes_a_block_out_of_its_chain_and_into_another_edge(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design
    alt_drag(window, "pool1", edge_middle(window, "flatten"))
    assert inputs(window, "conv2") == ("conv1",)
    assert inputs(window, "pool1") == ("conv3",)
    assert inputs(window, "flatten") == ("pool1",)
    assert window.scene.current == "pool1"
    assert window.scene.cards["pool1"].opacity() == 1
    rows = sorted(y for _, y in window.editor.design.view.positions.values())
    assert rows == sorted(y for _, y in first.view.positions.values())
    assert window.editor.stack.count() == 1
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first


def test_that_alt_drag_to_nothing_leaves_the_block_there_and_escape_leaves_it_where_it_was(
    window: MainWindow, qtbot: QtBot
) -> None:
    first, place = window.editor.design, middle(window, "pool1") + QPoint(330, 20)
    alt_drag(window, "pool1", place, let_go=False)
    assert window.scene.cards["pool1"].opacity() < 1
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.mouseRelease(window.view.viewport(), LEFT, ALT, place)
    assert ghosts(window) == []
    assert window.editor.design is first
    alt_drag(window, "pool1", place)
    assert inputs(window, "pool1") == (None,)
    assert (middle(window, "pool1") - place).manhattanLength() <= 4
    assert window.editor.design.view.positions["conv2"] == first.view.positions["pool1"]


def test_that_ctrl_backspace_takes_blocks_out_of_their_chain(window: MainWindow, qtbot: QtBot) -> None:
    click(window, middle(window, "pool1"))
    assert action(window, "actionTakeOut").isEnabled()
    qtbot.keyClick(window.view, Qt.Key.Key_Backspace, CTRL)
    assert inputs(window, "pool1") == (None,)
    assert inputs(window, "conv2") == ("conv1",)
    assert window.scene.current == "pool1"
    qtbot.keyClick(window.view, Qt.Key.Key_Backspace, CTRL)
    assert "no chain" in window.statusBar().currentMessage()


def test_that_a_stack_closes_up_when_a_block_is_deleted(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design.view.positions
    click(window, middle(window, "pool1"))
    qtbot.keyClick(window.view, Qt.Key.Key_Delete)
    assert window.editor.design.view.positions["conv2"] == first["pool1"]
    assert window.editor.design.view.positions["output"][1] == first["dense2"][1]


def connecting(window: MainWindow, start: QPoint, end: QPoint) -> Bubble:
    """A connection that is being dragged; what is said at the mouse."""
    QTest.mousePress(window.view.viewport(), LEFT, NONE, start)
    for step in range(1, 6):
        QTest.mouseMove(window.view.viewport(), start + (end - start) * step / 5)
    (bubble,) = [item for item in window.scene.items() if isinstance(item, Bubble)]
    assert not window.view.viewport().grab().isNull()
    return bubble


def let_go(window: MainWindow, place: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseRelease(window.view.viewport(), LEFT, keys, place)


def test_that_a_wrong_connection_is_refused_under_the_mouse_with_its_reason(window: MainWindow) -> None:
    first, target = window.editor.design, input_port(window, "conv2")
    bubble = connecting(window, output_port(window, "dense1"), target)
    assert bubble.is_error
    assert "close a circle" in bubble.text
    assert window.scene.cards["conv2"].target_wrong
    let_go(window, target)
    assert window.editor.design is first
    assert "close a circle" in window.statusBar().currentMessage()
    assert not [item for item in window.scene.items() if isinstance(item, Bubble)]
    place = middle(window, "input")
    assert "input has no input" in connecting(window, output_port(window, "conv1"), place).text
    let_go(window, place)
    assert window.editor.design is first


def test_that_an_edge_taken_to_where_it_cannot_go_stays_where_it_was(window: MainWindow) -> None:
    first, target = window.editor.design, input_port(window, "conv1")
    bubble = connecting(window, input_port(window, "dense1"), target)
    assert bubble.is_error
    let_go(window, target)
    assert window.editor.design is first
    assert window.scene.edges["dense1", 0].isVisible()


def test_that_a_good_connection_tells_the_shape_that_comes_of_it(window: MainWindow) -> None:
    window.editor.disconnect_block("pool1", 0)
    target = input_port(window, "pool1")
    bubble = connecting(window, output_port(window, "conv1"), target)
    assert not bubble.is_error
    assert "pool1 gives 32×13×13" in bubble.text
    let_go(window, target)
    assert inputs(window, "pool1") == ("conv1",)


def test_that_what_one_click_would_mend_is_mended_on_the_way_and_not_with_shift(
    window: MainWindow, qtbot: QtBot
) -> None:
    first, target = window.editor.design, input_port(window, "dense1")
    bubble = connecting(window, output_port(window, "pool1"), target)
    assert not bubble.is_error
    assert "Insert Flatten on the way" in bubble.text
    let_go(window, target)
    assert inputs(window, "dense1") == ("flatten1",)
    assert inputs(window, "flatten1") == ("pool1",)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first
    connecting(window, output_port(window, "pool1"), target)
    let_go(window, target, SHIFT)
    assert inputs(window, "dense1") == ("pool1",)
    assert window.scene.cards["dense1"].problem is not None
