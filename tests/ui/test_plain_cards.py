"""From some way off the canvas is painted at once: it looks as if each item had painted itself, and is up to date."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.level_of_detail import FAR, NEAR
from designer.ui.canvas.layers.overview_painter import draw_on_scene
from designer.ui.editing import note_edits
from tests.ui.driving import LEFT, NONE, action, edge_middle, input_port, middle, output_port

SOME_WAY_OFF = 0.5 * (FAR + NEAR)


def look_from(window: MainWindow, zoom: float) -> None:
    window.view.zoom_by(zoom / window.view.transform().m11())
    window.view.look_at(window.scene.blocks_rect().center())
    QApplication.processEvents()


@pytest.fixture
def canvas(window: MainWindow) -> MainWindow:
    """The article's CNN from some way off, with nothing over it and nothing selected."""
    if action(window, "actionMinimap").isChecked():
        action(window, "actionMinimap").trigger()
    window.scene.clearSelection()
    look_from(window, SOME_WAY_OFF)
    return window


def dots(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(bytes(plain.constBits()), np.uint8).reshape(plain.height(), plain.width(), 4)[..., :3]


def apart(one: QImage, other: QImage) -> int:
    """How many dots differ by more than a smooth edge that lies a quarter of a dot beside does."""
    assert one.size() == other.size()
    return int((np.abs(dots(one).astype(int) - dots(other)).max(axis=2) > 64).sum())


def at_once(window: MainWindow) -> QImage:
    return window.view.viewport().grab().toImage()


def one_by_one(window: MainWindow) -> QImage:
    """What the view would show if Qt had each item paint itself."""
    view = window.view
    image = QImage(view.viewport().size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHints(view.renderHints())
    seen = view.viewportTransform().inverted()[0].mapRect(QRectF(image.rect()))
    draw_on_scene(painter, view.viewportTransform(), view.drawBackground, seen)
    window.scene.render(painter, QRectF(image.rect()), seen)
    painter.end()
    return image


def plain(window: MainWindow) -> None:
    """Nothing is special."""


def selected(window: MainWindow) -> None:
    window.scene.select("conv2")  # with the button that adds a block


def several_selected(window: MainWindow) -> None:
    window.scene.select_only(["conv1", "pool2"])


def problem(window: MainWindow) -> None:
    window.editor.set_param("conv3", "kernel_size", (9, 9))


def on_another(window: MainWindow) -> None:
    """A card covers half of another one, its name and the line between them."""
    x, y = window.editor.shown.view.positions["conv2"]
    window.editor.move({"dense1": (x + 60, y + 20)})


def edge_under_mouse(window: MainWindow) -> None:
    QTest.mouseMove(window.view.viewport(), edge_middle(window, "conv3"))
    assert window.scene.edges["conv3", 0].hovered


def edge_selected(window: MainWindow) -> None:
    window.scene.edges["conv3", 0].setSelected(True)


def connecting(window: MainWindow) -> None:
    """An edge is dragged to a port, which lights up; the edge that was there is hidden."""
    viewport = window.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, input_port(window, "pool2"))
    QTest.mouseMove(viewport, output_port(window, "conv1"))
    QTest.mouseMove(viewport, input_port(window, "conv3"))
    assert not window.scene.edges["pool2", 0].isVisible()
    assert window.scene.cards["conv3"].target_port == 0


def note(window: MainWindow) -> None:
    x, y = window.editor.shown.view.positions["conv2"]
    name = note_edits.add(window.editor, (x + 200, y))
    note_edits.write(window.editor, name, "Learns edges", (200.0, 80.0))


def faded(window: MainWindow) -> None:
    window.scene.cards["conv2"].setOpacity(0.4)


def frame(window: MainWindow) -> None:
    """A group that is open in place, coloured by costs."""
    window.bench.opening.open_example(example("digits_resnet"))
    window.scene.select("residual1")
    action(window, "actionExpand").trigger()
    action(window, "actionColourByParameters").trigger()
    look_from(window, SOME_WAY_OFF)
    assert window.scene.frames.all_frames()


STATES: tuple[Callable[[MainWindow], None], ...] = (
    plain,
    selected,
    several_selected,
    problem,
    on_another,
    edge_under_mouse,
    edge_selected,
    connecting,
    note,
    faded,
    frame,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_that_what_is_painted_at_once_looks_as_what_items_paint_one_by_one(
    canvas: MainWindow, state: Callable[[MainWindow], None]
) -> None:
    before = at_once(canvas)
    state(canvas)
    QApplication.processEvents()
    seen = at_once(canvas)
    assert (state is plain) == (apart(seen, before) < 20)
    assert apart(seen, one_by_one(canvas)) < 4


@pytest.mark.parametrize("zoom", [0.8 * FAR, SOME_WAY_OFF])
def test_that_what_changes_is_seen_on_the_screen(canvas: MainWindow, qtbot: QtBot, zoom: float) -> None:
    look_from(canvas, zoom)
    canvas.editor.remove(list(canvas.scene.cards))
    QApplication.processEvents()
    canvas.editor.stack.undo()  # Qt itself has never painted what is there now
    QApplication.processEvents()
    viewport, start = canvas.view.viewport(), middle(canvas, "pool1")

    def is_up_to_date() -> bool:
        screen = canvas.screen().grabWindow(canvas.winId()).toImage()
        shown = screen.copy(viewport.rect().translated(viewport.mapTo(canvas, QPoint())))
        return apart(shown, at_once(canvas)) == 0

    QTest.mousePress(viewport, LEFT, NONE, start)
    assert canvas.scene.current == "pool1"
    qtbot.waitUntil(is_up_to_date)
    for step in (20, 40):
        QTest.mouseMove(viewport, start + QPoint(step, 0))
        qtbot.waitUntil(is_up_to_date)
    QTest.mouseRelease(viewport, LEFT, NONE, start + QPoint(40, 0))
    QTest.mouseMove(viewport, edge_middle(canvas, "conv3"))
    assert canvas.scene.edges["conv3", 0].hovered
    qtbot.waitUntil(is_up_to_date)
    canvas.editor.remove(["pool1"])
    qtbot.waitUntil(is_up_to_date)
    canvas.editor.stack.undo()
    qtbot.waitUntil(is_up_to_date)
