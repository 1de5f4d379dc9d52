"""What edges say: the shapes that they carry, how much that is, and what their axes are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.core.layout.placement import ROW
from designer.core.schema.shape import features, image, sequence, tokens
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.edge_item import THICKEST, THINNEST, edge_words, thickness
from designer.ui.canvas.layers.edge_labels import label_place, label_words
from tests.ui.conftest import Opening
from tests.ui.driving import action, click, edge_middle, point

pytestmark = pytest.mark.kept_window


def beside(window: MainWindow, source: str) -> QImage:
    """The canvas just below an output, right of the line."""
    card = window.scene.cards[source]
    corner = point(window, card.pos() + card.output_place() + QPointF(6, 6))
    window.repaint()
    zoom = window.view.transform().m11()
    return window.view.viewport().grab().toImage().copy(corner.x(), corner.y(), round(60 * zoom), round(12 * zoom))


def inked(picture: QImage) -> bool:
    """Whether there is more on it than the canvas and its dots."""
    colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    return len(colours) > 12


def test_that_an_edge_says_the_shape_that_it_carries_and_follows_it(window: MainWindow) -> None:
    assert str(window.scene.edges["pool1", 0].shape_carried) == "32×26×26"
    window.editor.set_param("conv1", "out_channels", 7)
    assert str(window.scene.edges["pool1", 0].shape_carried) == "7×26×26"
    window.editor.set_param("conv1", "kernel_size", (40, 40))
    assert window.scene.edges["pool1", 0].shape_carried is None
    assert "Not known" in window.scene.edges["pool1", 0].toolTip()


def test_that_the_shapes_are_written_on_the_canvas_unless_the_menu_says_no(
    window: MainWindow, opening: Opening, qtbot: QtBot
) -> None:
    assert inked(beside(window, "conv1"))
    action(window, "actionShapesOnEdges").trigger()
    assert not inked(beside(window, "conv1"))
    again = opening()
    qtbot.waitUntil(lambda: bool(again.scene.cards))
    assert not action(again, "actionShapesOnEdges").isChecked()
    action(again, "actionShapesOnEdges").trigger()
    assert inked(beside(again, "conv1"))


def test_that_no_shape_is_written_where_a_card_lies_or_nobody_could_read_it(window: MainWindow) -> None:
    place = window.editor.design.view.positions["conv1"]
    window.editor.move({"pool1": (place[0], place[1] + ROW - 18)})
    assert window.scene.cards["pool1"].pos().y() == place[1] + ROW - 18
    edge = window.scene.edges["pool1", 0]
    assert label_place(window.scene, edge, "32×26×26", []) is None
    window.editor.stack.undo()
    there = label_place(window.scene, edge, "32×26×26", [])
    assert there is not None
    beside_it = label_place(window.scene, edge, "32×26×26", [there])
    assert beside_it is not None
    assert beside_it.right() < edge.start.x() < there.left()
    assert inked(beside(window, "conv1"))
    window.view.zoom_by(0.4)
    assert not inked(beside(window, "conv1"))


@pytest.mark.parametrize(
    ("shape", "plain", "named", "spelled"),
    [
        (image(32, 26, 26), "32×26×26", "C 32 × H 26 × W 26", "C 32 channels × H 26 rows × W 26 columns"),
        (sequence(None, 24), "L×24", "L × F 24", "L any steps × F 24 features"),
        (tokens(9), "9", "L 9", "L 9 steps"),
    ],
)
def test_that_axes_are_named(shape, plain, named, spelled) -> None:
    assert label_words(shape) == plain
    assert label_words(shape, named=True) == named
    assert spelled in edge_words("a", "b", shape)


def test_that_the_tool_tip_tells_the_memory_of_a_sample() -> None:
    assert "21,632 numbers, 84.5 KiB for one sample\n" in edge_words("a", "b", image(32, 26, 26))
    assert "9 numbers, 72 B for one sample\n" in edge_words("a", "b", tokens(9))
    assert "24 numbers, 96 B for one sample for each step" in edge_words("a", "b", sequence(None, 24))


def test_that_a_line_is_thicker_the_more_it_carries() -> None:
    widths = [thickness(features(size)) for size in (1, 10, 1000, 10**6)] + [thickness(image(64, 999, 999))]
    assert widths[:4] == sorted(set(widths[:4]))
    assert (widths[0], widths[3], widths[4]) == (THINNEST, THICKEST, THICKEST)
    assert thickness(None) == THINNEST


def test_that_the_edge_under_the_mouse_stands_out_and_a_click_selects_it(window: MainWindow) -> None:
    edge, place = window.scene.edges["pool1", 0], edge_middle(window, "pool1")
    QTest.mouseMove(window.view.viewport(), place)
    assert edge.hovered
    QTest.mouseMove(window.view.viewport(), place + QPoint(200, 0))
    assert not edge.hovered
    click(window, place)
    assert window.scene.selected_edges() == [("pool1", 0)]
