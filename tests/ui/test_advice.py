"""The sign at a block of which the doctor has something to say: when it is there, what it says, and where it leads."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.engine.protocol.events import Diagnosed
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.frame_item import FrameItem
from designer.ui.canvas.overlays.spoken import spoken
from designer.ui.editing import group_edits
from designer.ui.panels.doctor_notes import DoctorNotes
from designer.ui.panels.training import TrainingPanel
from tests.ui.driving import LEFT, NONE, click, point

pytestmark = pytest.mark.kept_window

DEAD = "60 of the 64 ReLUs of 'conv2' gave 0 for each of 64 samples: such units learn nothing more."
VANISH = "The gradients of 'conv1' are 1e-09 on average: they vanish on their way back."


def dead(block: str = "conv2", appears: bool = True) -> Diagnosed:
    return Diagnosed(100, 1, "dead_relu", appears, DEAD if appears else "", block, ("leaky_relu", "lower_rate"))


def vanishing(block: str = "conv1") -> Diagnosed:
    return Diagnosed(100, 1, "vanishing_gradients", True, VANISH, block, ("higher_rate",))


@pytest.fixture
def diagnosed(window: MainWindow) -> MainWindow:
    """The article's CNN, with dead ReLUs in its second convolution."""
    window.bench.run_design.begin(window.editor.design)
    window.bridge.diagnosed.emit(dead())
    return window


def advised(window: MainWindow) -> set[str]:
    """The blocks that have a sign."""
    return {name for name, card in window.scene.cards.items() if card.advice}


def badge(window: MainWindow, block: str) -> QPoint:
    return point(window, window.scene.cards[block].scenePos() + QPointF(CARD_WIDTH - 17, CARD_HEIGHT - 15))


def notes(window: MainWindow) -> DoctorNotes:
    found = window.panel(TrainingPanel).findChild(DoctorNotes)
    assert found is not None
    return found


def dot(window: MainWindow, block: str) -> set[int]:
    """The colours around the sign, as they are on the screen."""
    QApplication.processEvents()
    image = window.view.viewport().grab().toImage()
    at = badge(window, block)
    return {image.pixel(at.x() + x, at.y() + y) for x in range(-4, 5) for y in range(-4, 5)}


def test_that_a_block_has_a_sign_as_long_as_it_is_so(diagnosed: MainWindow) -> None:
    window = diagnosed
    window.view.show_actual_size()
    window.view.see("conv2")
    assert advised(window) == {"conv2"}
    seen = dot(window, "conv2")
    card = window.scene.cards["conv2"]
    assert card.toolTip().splitlines()[1:] == [DEAD, "Click the light bulb for what can be done"]
    window.scene.select("conv2")
    assert spoken(window.scene).endswith(f", {DEAD}")
    window.bridge.diagnosed.emit(vanishing("conv2"))
    assert card.toolTip().splitlines()[1:3] == [DEAD, VANISH]
    window.bridge.diagnosed.emit(vanishing("conv1"))
    assert advised(window) == {"conv1", "conv2"}
    window.bridge.diagnosed.emit(dead(appears=False))
    assert advised(window) == {"conv1"}
    assert DEAD not in card.toolTip()
    assert dot(window, "conv2") != seen
    window.bench.kept_runs.begun.emit("another run")
    assert advised(window) == set()


def test_that_it_goes_with_an_edit_of_its_block_and_comes_back_when_that_is_undone(diagnosed: MainWindow) -> None:
    window = diagnosed
    window.editor.set_param("conv1", "out_channels", 16)
    window.editor.move({"conv2": (400.0, 40.0)})
    assert advised(window) == {"conv2"}
    window.editor.set_param("conv2", "activation", "leaky_relu")
    assert advised(window) == set()
    window.editor.stack.undo()
    assert advised(window) == {"conv2"}
    window.editor.remove(["conv2"])
    assert advised(window) == set()
    window.editor.stack.undo()
    assert advised(window) == {"conv2"}
    window.editor.set_param("pool1", "kernel_size", (26, 26))  # leaves too little for the convolution behind it
    assert window.scene.cards["conv2"].problem is not None
    assert advised(window) == set()


def test_that_it_goes_where_its_note_is_put_away(diagnosed: MainWindow, qtbot: QtBot) -> None:
    window = diagnosed
    row = notes(window).rows["dead_relu"]
    window.panel(TrainingPanel).ensureWidgetVisible(row)
    qtbot.mouseClick(row.findChild(QToolButton, "doctorDismiss"), LEFT)
    assert advised(window) == set()


def test_that_a_click_on_it_leads_to_the_note_and_a_drag_moves_the_block(diagnosed: MainWindow, qtbot: QtBot) -> None:
    window = diagnosed
    window.bridge.diagnosed.emit(vanishing())
    panel = window.panel(TrainingPanel)
    panel.verticalScrollBar().setValue(0)
    window.view.show_actual_size()
    window.view.see("conv2")
    row = notes(window).rows["dead_relu"]
    click(window, badge(window, "pool2"))
    assert window.scene.current == "pool2"
    click(window, badge(window, "conv2"))
    assert window.scene.current == "conv2"
    qtbot.waitUntil(lambda: not row.visibleRegion().isEmpty())
    assert QApplication.focusWidget() is row.buttons["leaky_relu"]
    viewport, at, place = window.view.viewport(), badge(window, "conv2"), window.scene.cards["conv2"].scenePos()
    panel.verticalScrollBar().setValue(0)
    window.view.setFocus()
    QTest.mousePress(viewport, LEFT, NONE, at)
    for step in (60, 120):
        QTest.mouseMove(viewport, at + QPoint(step, 0))
    QTest.mouseRelease(viewport, LEFT, NONE, at + QPoint(120, 0))
    assert window.scene.cards["conv2"].scenePos() != place
    assert QApplication.focusWidget() is window.view


def test_that_a_remedy_at_the_block_takes_the_sign_away(diagnosed: MainWindow, qtbot: QtBot) -> None:
    window = diagnosed
    row = notes(window).rows["dead_relu"]
    window.panel(TrainingPanel).ensureWidgetVisible(row.buttons["leaky_relu"])
    qtbot.mouseClick(row.buttons["leaky_relu"], LEFT)
    assert advised(window) == set()
    qtbot.waitUntil(lambda: not row.buttons["leaky_relu"].isEnabled())
    assert "already" in row.buttons["leaky_relu"].toolTip()
    assert row.buttons["leaky_relu"].text() == "Use LeakyReLU: done"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert advised(window) == {"conv2"}
    qtbot.waitUntil(row.buttons["leaky_relu"].isEnabled)
    assert row.buttons["leaky_relu"].text() == "Use LeakyReLU"


def test_that_a_closed_group_has_the_sign_of_what_is_inside(window: MainWindow, qtbot: QtBot) -> None:
    window.scene.select_only(["conv2", "pool2"])
    group_edits.group(window.editor, window.scene.selected_blocks())
    group = window.scene.current
    window.bench.run_design.begin(window.editor.design)
    window.bridge.diagnosed.emit(dead(f"{group}/conv2"))
    assert advised(window) == {group}
    assert DEAD in window.scene.cards[group].toolTip()
    window.view.show_actual_size()
    window.view.see(group)
    click(window, badge(window, group))
    assert not notes(window).rows["dead_relu"].visibleRegion().isEmpty()
    group_edits.expand(window.editor, group)
    (frame,) = window.scene.frames.all_frames()
    assert isinstance(frame, FrameItem)
    assert frame.advice == ""
    inside = [layers.cards.cards for path, layers in window.scene.frames.all_layers() if path == (group,)]
    assert [name for cards in inside for name, card in cards.items() if card.advice] == ["conv2"]
    window.editor.open_group((group,), alone=True)
    assert advised(window) == {"conv2"}
    window.editor.set_param("conv2", "activation", "tanh")
    assert advised(window) == set()
    window.editor.open_group(())
    assert advised(window) == set()
