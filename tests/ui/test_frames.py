"""Groups expanded in place: seen among the blocks around them, and edited where they lie."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from designer.core.graph.settings import Position
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.frame_item import FrameItem
from designer.ui.canvas.layers.card_layer import CardLayer
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, NONE, action, click, drag, drop_kind, input_port, middle, output_port, point, shapes

pytestmark = pytest.mark.kept_window

ALT = Qt.KeyboardModifier.AltModifier
FIRST, SECOND = "inception1", "inception2"


@pytest.fixture
def inception(opening: Opening) -> MainWindow:
    """Two uses of one group, one below the other."""
    window = opening()
    window.bench.opening.open_example(example("digits_inception"))
    return window


@pytest.fixture
def expanded(inception: MainWindow) -> MainWindow:
    """The first of them is open in place."""
    expand(inception, FIRST)
    inception.view.fit()
    return inception


def expand(window: MainWindow, block_id: str) -> None:
    window.scene.select(block_id)
    QTest.keyClick(window, Qt.Key.Key_Right, ALT)


def frame(window: MainWindow, block_id: str = FIRST) -> FrameItem:
    return next(frame for frame in window.scene.frames.all_frames() if frame.block_id == block_id)


def inside(window: MainWindow, *path: str) -> CardLayer:
    return dict(window.scene.frames.all_layers())[path].cards


def within(window: MainWindow, block_id: str, *path: str) -> QPoint:
    """The middle of a card in a frame, in the canvas's pixels."""
    card = inside(window, *path).cards[block_id]
    return point(window, card.mapToScene(card.room().center()))


def bar(window: MainWindow, block_id: str = FIRST) -> QPoint:
    """A place on a frame's bar, beside the edge that comes in."""
    item = frame(window, block_id)
    return point(window, item.mapToScene(item.bar.center() + QPointF(60, 0)))


def places(window: MainWindow) -> dict[str, Position]:
    return dict(window.editor.design.view.positions)


def test_that_a_group_expands_among_the_blocks_around_it_and_collapses(inception: MainWindow) -> None:
    before = inception.editor.design
    expand(inception, FIRST)
    item = frame(inception)
    assert set(inside(inception, FIRST).cards) >= {"input", "one", "three", "concatenate", "output"}
    assert inception.scene.current == FIRST
    for name, card in inception.scene.cards.items():
        assert name == FIRST or not card.sceneBoundingRect().intersects(item.room().translated(item.pos()))
    QTest.keyClick(inception, Qt.Key.Key_Left, ALT)
    assert inception.editor.design == before
    assert not inception.scene.frames.all_frames()
    assert inception.scene.current == FIRST
    inception.editor.stack.undo()
    assert frame(inception)
    inception.editor.stack.undo()
    assert inception.editor.design == before


def test_that_edges_from_outside_lead_to_the_blocks_that_stand_for_the_ports(expanded: MainWindow) -> None:
    cards = inside(expanded, FIRST).cards
    comes, goes = expanded.scene.edges[FIRST, 0], expanded.scene.edges["pool2", 0]
    top, bottom = QPointF(116, 0), QPointF(116, 48)
    assert comes.way.pointAtPercent(1) == cards["input"].mapToScene(top)
    assert goes.way.pointAtPercent(0) == cards["output"].mapToScene(bottom)


def test_that_a_click_in_a_frame_edits_there_and_the_canvas_stays_where_it_is(expanded: MainWindow) -> None:
    seen = expanded.view.viewportTransform()
    click(expanded, within(expanded, "three", FIRST))
    assert expanded.editor.path == (FIRST,)
    assert expanded.scene.current == "three"
    assert expanded.view.viewportTransform() == seen
    click(expanded, within(expanded, "conv1"))
    assert expanded.editor.path == ()
    assert expanded.scene.current == "conv1"
    assert expanded.view.viewportTransform() == seen


def test_that_all_uses_that_are_open_follow_an_edit_of_one(expanded: MainWindow) -> None:
    expand(expanded, SECOND)
    expanded.view.fit()
    click(expanded, within(expanded, "concatenate", SECOND))
    QTest.keyClick(expanded.view, Qt.Key.Key_Delete)
    for name in (FIRST, SECOND):
        assert "concatenate" not in inside(expanded, name).cards
        assert ("output", 0) not in inside(expanded, name).edges
    expanded.editor.stack.undo()
    for name in (FIRST, SECOND):
        assert ("output", 0) in inside(expanded, name).edges


def test_that_blocks_are_put_into_a_frame_connected_and_moved_there(expanded: MainWindow) -> None:
    item = frame(expanded)
    corner = item.mapToScene(item.room().bottomLeft() + QPointF(130, -50))
    drop_kind(expanded, "dropout", point(expanded, corner))
    assert expanded.editor.path == (FIRST,)
    assert expanded.scene.current == "dropout1"
    drag(expanded, output_port(expanded, "one"), input_port(expanded, "dropout1"))
    assert shapes(expanded)["dropout1"] == shapes(expanded)["one"] != "None"
    left = frame(expanded).room().left()
    side = places(expanded)[SECOND]
    drag(expanded, middle(expanded, "dropout1"), middle(expanded, "dropout1") - QPoint(60, 0))
    assert frame(expanded).room().left() < left
    assert places(expanded)[SECOND] == side
    assert shapes(expanded)["dropout1"] == shapes(expanded)["one"]


def test_that_a_frame_is_dragged_by_its_bar_with_all_that_is_in_it(expanded: MainWindow) -> None:
    was = inside(expanded, FIRST).cards["three"].scenePos()
    edge = inside(expanded, FIRST).edges["three", 0]
    began = edge.way.pointAtPercent(0)
    start, end = bar(expanded), bar(expanded) + QPoint(40, 30)
    viewport = expanded.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    while_dragged = inside(expanded, FIRST).cards["three"].scenePos() - was
    assert while_dragged.x() > 20
    assert edge.way.pointAtPercent(0) - began == while_dragged
    QTest.mouseRelease(viewport, LEFT, NONE, end)
    moved = inside(expanded, FIRST).cards["three"].scenePos() - was
    assert (moved - while_dragged).manhattanLength() <= 8
    assert frame(expanded).pos() == QPointF(*places(expanded)[FIRST])
    expanded.editor.stack.undo()
    assert inside(expanded, FIRST).cards["three"].scenePos() == was


def test_that_an_outer_edge_follows_the_block_that_stands_for_a_port_while_it_is_dragged(expanded: MainWindow) -> None:
    click(expanded, within(expanded, "input", FIRST))
    start = middle(expanded, "input")
    viewport = expanded.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, start)
    for step in range(1, 4):
        QTest.mouseMove(viewport, start + QPoint(20 * step, 0))
    end = inside(expanded).edges[FIRST, 0].way.pointAtPercent(1)
    assert end == expanded.scene.cards["input"].mapToScene(QPointF(116, 0))
    QTest.mouseRelease(viewport, LEFT, NONE, start + QPoint(60, 0))
    end = inside(expanded).edges[FIRST, 0].way.pointAtPercent(1)
    assert end == expanded.scene.cards["input"].mapToScene(QPointF(116, 0))


def test_that_the_button_on_the_bar_closes_the_frame(expanded: MainWindow, qtbot: object) -> None:
    click(expanded, within(expanded, "three", FIRST))
    item = frame(expanded)
    click(expanded, point(expanded, item.mapToScene(item.button.center())))
    qtbot.waitUntil(lambda: not expanded.scene.frames.all_frames())  # type: ignore[attr-defined]
    assert expanded.editor.path == ()
    assert FIRST in expanded.scene.cards


def test_that_a_group_that_is_being_edited_in_place_is_collapsed_from_within(expanded: MainWindow) -> None:
    click(expanded, within(expanded, "three", FIRST))
    QTest.keyClick(expanded, Qt.Key.Key_Left, ALT)
    assert expanded.editor.path == ()
    assert not expanded.scene.frames.all_frames()
    assert expanded.scene.current == FIRST


def test_that_undoing_the_expansion_leaves_the_group_that_was_edited_in_place(expanded: MainWindow) -> None:
    click(expanded, within(expanded, "three", FIRST))
    expanded.editor.stack.undo()
    assert expanded.editor.path == ()
    assert set(expanded.scene.cards) == set(expanded.editor.design.network.nodes)


def test_that_an_open_group_is_shown_alone_and_one_comes_back_to_where_it_lies(expanded: MainWindow) -> None:
    expanded.scene.select(FIRST)
    action(expanded, "actionOpenGroup").trigger()
    assert expanded.editor.root == expanded.editor.path == (FIRST,)
    assert not expanded.scene.frames.all_frames()
    assert expanded.scene.offset == QPointF()
    action(expanded, "actionCloseGroup").trigger()
    assert expanded.editor.root == expanded.editor.path == ()
    assert frame(expanded)
    assert expanded.scene.current == FIRST


def test_that_groups_within_groups_are_expanded_and_edited_in_place(inception: MainWindow) -> None:
    inception.scene.select_only([FIRST, "pool1"])
    action(inception, "actionGroup").trigger()
    expand(inception, "group1")
    inception.view.fit()
    click(inception, within(inception, FIRST, "group1"))
    QTest.keyClick(inception, Qt.Key.Key_Right, ALT)
    inception.view.fit()
    outer, inner = frame(inception, "group1"), frame(inception, FIRST)
    assert outer.room().translated(outer.pos()).contains(inner.room().translated(inner.pos()))
    click(inception, within(inception, "three", "group1", FIRST))
    assert inception.editor.path == ("group1", FIRST)
    assert inception.scene.current == "three"
    click(inception, bar(inception, "group1"))
    assert inception.scene.current == "group1"


def test_that_the_whole_of_a_frame_is_fitted_into_the_view(expanded: MainWindow) -> None:
    item = frame(expanded)
    assert expanded.scene.blocks_rect().contains(item.room().translated(item.pos()))
    seen = expanded.view.mapToScene(expanded.view.viewport().rect()).boundingRect()
    assert seen.contains(expanded.scene.blocks_rect())


def test_that_a_frame_is_renamed_on_its_bar_and_stays_open(expanded: MainWindow) -> None:
    expanded.scene.select(FIRST)
    before = places(expanded)
    QTest.keyClick(expanded.view, Qt.Key.Key_F2)
    field = expanded.view.viewport().findChild(QLineEdit, "nameField")
    assert field is not None
    item = frame(expanded)
    assert field.geometry().intersects(expanded.view.mapFromScene(item.mapRectToScene(item.bar)).boundingRect())
    QTest.keyClicks(field, "stem")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert frame(expanded, "stem")
    assert {("stem" if name == FIRST else name): place for name, place in before.items()} == places(expanded)


def test_that_a_frame_that_is_deleted_gives_its_room_back(inception: MainWindow) -> None:
    closed = places(inception)
    expand(inception, FIRST)
    QTest.keyClick(inception.view, Qt.Key.Key_Delete)
    assert not inception.scene.frames.all_frames()
    assert set(inception.scene.cards) == set(closed) - {FIRST}
    assert places(inception)["output"][1] <= closed["output"][1]
    inception.editor.stack.undo()
    assert frame(inception)


def test_that_the_arrows_lead_along_the_edges_into_a_frame_and_out_of_it(expanded: MainWindow) -> None:
    def press(key: Qt.Key) -> tuple[tuple[str, ...], str]:
        QTest.keyClick(expanded.view, key)
        return expanded.editor.path, expanded.scene.current

    node = expanded.editor.design.network.nodes[FIRST]
    use, above = node.block, node.sources[0]
    below = expanded.editor.design.network.consumers[FIRST][0][0]
    expanded.view.setFocus()
    expanded.scene.select(above)
    assert press(Qt.Key.Key_Down) == ((FIRST,), use.input_ports[0])
    assert press(Qt.Key.Key_Up) == ((), above)
    expanded.scene.select(below)
    assert press(Qt.Key.Key_Up) == ((FIRST,), use.output_ports[0])
    assert press(Qt.Key.Key_Down) == ((), below)
    press(Qt.Key.Key_Up)
    while expanded.editor.path:
        visited = press(Qt.Key.Key_Left)
    assert visited == ((), FIRST), "beyond the leftmost block is the whole frame"
    assert press(Qt.Key.Key_Down) == ((), below)
