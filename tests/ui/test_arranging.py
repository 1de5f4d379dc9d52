"""Order on the canvas: laying out, aligning, and how cards get to their places."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.core.assist.edge_preview import Wire
from designer.core.layout.placement import CARD_HEIGHT, ROW
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.scene.selection_edits import delete_selected
from designer.ui.editing import block_edits
from tests.ui.driving import CTRL, LEFT, NONE, action, click, drag, drop_kind, edge_middle, middle

pytestmark = pytest.mark.kept_window

NO_BUTTON = Qt.MouseButton.NoButton


def scatter(window: MainWindow) -> None:
    """Puts every second block elsewhere."""
    places, names = window.editor.design.view.positions, list(window.editor.design.network.nodes)
    window.editor.move({name: (places[name][0] + 404.0, places[name][1] + 12.0) for name in names[::2]})


def at_their_places(window: MainWindow) -> bool:
    places = window.editor.shown.view.positions
    return all(card.pos().toTuple() == places[name] for name, card in window.scene.cards.items())


def test_that_ctrl_l_lays_the_network_out_in_one_edit_and_the_cards_glide_there(
    window: MainWindow, qtbot: QtBot
) -> None:
    scatter(window)
    before = window.editor.design
    qtbot.keyClick(window.view, Qt.Key.Key_L, CTRL)
    places = window.editor.design.view.positions
    assert len({x for x, _ in places.values()}) == 1
    assert not at_their_places(window)
    qtbot.waitUntil(lambda: at_their_places(window))
    assert window.view.mapToScene(window.view.viewport().rect()).boundingRect().contains(window.scene.blocks_rect())
    assert window.editor.stack.undoText() == "Lay out the network"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == before
    assert at_their_places(window)


def test_that_what_a_person_does_next_finds_the_cards_in_their_places(window: MainWindow, qtbot: QtBot) -> None:
    scatter(window)
    qtbot.keyClick(window.view, Qt.Key.Key_L, CTRL)
    click(window, QPoint(5, 5))
    assert at_their_places(window)
    scatter(window)
    qtbot.keyClick(window.view, Qt.Key.Key_L, CTRL)
    laid = window.editor.design
    window.editor.append("dropout", "conv1")
    assert at_their_places(window)
    window.editor.stack.undo()
    assert window.editor.design == laid


def test_that_only_the_selected_blocks_are_laid_out_where_several_are(window: MainWindow, qtbot: QtBot) -> None:
    scatter(window)
    before = window.editor.design.view.positions
    window.scene.select_only(["conv1", "pool1"])
    action(window, "actionLayOut").trigger()
    after = window.editor.design.view.positions
    assert {name for name in after if after[name] != before[name]} == {"conv1", "pool1"}
    assert after["conv1"][0] == after["pool1"][0]
    assert after["pool1"][1] - after["conv1"][1] == ROW
    assert window.editor.stack.undoText() == "Lay out 2 blocks"


def test_that_the_inside_of_a_group_is_laid_out_where_it_is_open(window: MainWindow, qtbot: QtBot) -> None:
    window.scene.select_only(["conv2", "pool2", "conv3"])
    action(window, "actionGroup").trigger()
    outside = window.editor.design.view.positions
    window.scene.open_group(window.scene.current)
    scatter_inside = {name: (number * 50.0, number * 200.0) for number, name in enumerate(window.scene.cards)}
    window.editor.move(scatter_inside)
    action(window, "actionLayOut").trigger()
    assert len({x for x, _ in window.editor.shown.view.positions.values()}) == 1
    assert window.editor.design.view.positions == outside
    qtbot.waitUntil(lambda: at_their_places(window))


def test_that_selected_blocks_are_aligned_and_distributed(window: MainWindow) -> None:
    scatter(window)
    before = window.editor.design
    align, distribute = action(window, "actionAlignRight"), action(window, "actionDistributeDown")
    click(window, middle(window, "conv1"))
    assert not align.isEnabled()
    window.scene.select_only(["conv1", "pool1"])
    assert align.isEnabled()
    assert not distribute.isEnabled()
    window.scene.select_only(["conv1", "pool1", "conv2", "pool2"])
    align.trigger()
    distribute.trigger()
    places = [window.editor.design.view.positions[name] for name in ("conv1", "pool1", "conv2", "pool2")]
    assert len({x for x, _ in places}) == 1
    heights = sorted(y for _, y in places)
    gaps = [below - above for above, below in pairwise(heights)]
    assert max(gaps) - min(gaps) <= 1
    for _ in range(2):
        window.editor.stack.undo()
    assert window.editor.design == before


def ends_at_its_ports(window: MainWindow, target: str, port: int) -> bool:
    edge = window.scene.edges[target, port]
    source = window.scene.cards[edge.source.partition(".")[0]]
    start = source.scenePos() + source.output_place(edge.source.partition(".")[2])
    end = window.scene.cards[target].scenePos() + window.scene.cards[target].input_place(port)
    ends = (edge.way.pointAtPercent(0), edge.way.pointAtPercent(1))
    return all(abs((a - b).x()) + abs((a - b).y()) < 0.01 for a, b in zip(ends, (start, end), strict=True))


def passes_beside(window: MainWindow, end: tuple[str, int], blocks: list[str]) -> bool:
    """Whether no point of an edge lies on one of these cards."""
    path = window.scene.edges[end].way
    points = [path.pointAtPercent(share / 200) for share in range(201)]
    return not any(window.scene.layer.lying.rect(name).contains(place) for name in blocks for place in points)


def test_that_edges_go_around_cards_that_lie_in_their_way_and_end_at_their_ports(window: MainWindow) -> None:
    drop_kind(window, "add", edge_middle(window, "flatten"))
    block_edits.wire(window.editor, Wire("pool1", "add1", 1))
    action(window, "actionFit").trigger()
    others = ["conv2", "pool2", "conv3"]
    edge = window.scene.edges["add1", 1]
    assert passes_beside(window, ("add1", 1), others)
    start = middle(window, "conv3")
    drag(window, start, start + QPoint(60, 0))
    assert passes_beside(window, ("add1", 1), others)
    drag(window, middle(window, "pool2"), middle(window, "pool2") - QPoint(120, 0))
    assert all(ends_at_its_ports(window, *end) for end in window.scene.edges)
    window.scene.select_only(others)
    delete_selected(window.scene)
    assert edge.way.elementCount() == 4
    assert all(ends_at_its_ports(window, *end) for end in window.scene.edges)


def drag_on(window: MainWindow, block_id: str, by: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
    """Drags a block without letting go."""
    viewport, start = window.view.viewport(), middle(window, block_id)
    QTest.mousePress(viewport, LEFT, NONE, start)
    zoom = window.view.transform().m11()
    for share in (0.5, 1.0):
        place = (QPointF(start) + by * zoom * share).toPoint()
        event = QMouseEvent(QEvent.Type.MouseMove, place, viewport.mapToGlobal(place), NO_BUTTON, LEFT, keys)
        QApplication.sendEvent(viewport, event)


def let_go(window: MainWindow, block_id: str) -> None:
    QTest.mouseRelease(window.view.viewport(), LEFT, NONE, middle(window, block_id))


def colours_at(window: MainWindow, place: QPointF) -> set[str]:
    """The colours of a few pixels around a place of the scene."""
    image, middle = window.view.viewport().grab().toImage(), window.view.mapFromScene(place)
    return {image.pixelColor(middle + QPoint(dx, 0)).name() for dx in (-1, 0, 1)}


def test_that_a_dragged_card_stops_in_line_with_its_neighbours_unless_ctrl_is_held(window: MainWindow) -> None:
    action(window, "actionActualSize").trigger()
    window.view.see("conv3")
    x, y = window.editor.design.view.positions["conv3"]
    beside = QPointF(x, y - (ROW - CARD_HEIGHT) / 2)
    plain = colours_at(window, beside)
    drag_on(window, "conv3", QPointF(3, 3))
    assert window.scene.cards["conv3"].pos() == QPointF(x, y)
    assert colours_at(window, beside) != plain
    let_go(window, "conv3")
    assert colours_at(window, beside) == plain
    assert window.editor.stack.count() == 0
    drag_on(window, "conv3", QPointF(3, 3), CTRL)
    assert window.scene.cards["conv3"].pos() != QPointF(x, y)
    assert colours_at(window, beside) == plain
    let_go(window, "conv3")
    assert window.editor.design.view.positions["conv3"] == (x + 4, y + 4)


def test_that_several_cards_snap_together_and_stay_as_they_stand_to_each_other(window: MainWindow) -> None:
    action(window, "actionActualSize").trigger()
    window.view.see("conv3")
    before = window.editor.design.view.positions
    window.scene.select_only(["conv3", "pool2"])
    drag_on(window, "conv3", QPointF(-300, 3))
    let_go(window, "conv3")
    after = window.editor.design.view.positions
    shifts = {(after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in ("conv3", "pool2")}
    assert len(shifts) == 1
