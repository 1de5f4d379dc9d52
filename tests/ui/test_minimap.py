"""The minimap under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.overlays.minimap import Minimap
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT, NONE, action

pytestmark = pytest.mark.kept_window


@pytest.fixture
def minimap(window: MainWindow, qtbot: QtBot) -> Minimap:
    """The map beside a view that shows the first blocks alone."""
    found = window.findChild(Minimap)
    assert found is not None
    qtbot.waitUntil(found.isHidden)  # all is in view at first
    window.view.zoom_by(3)
    window.view.see("input")
    qtbot.waitUntil(found.isVisible)
    return found


def seen(window: MainWindow) -> QRectF:
    return window.view.mapToScene(window.view.viewport().rect()).boundingRect()


def test_that_the_map_goes_when_all_is_in_view(window: MainWindow, minimap: Minimap, qtbot: QtBot) -> None:
    assert window.view.rect().contains(minimap.geometry())
    action(window, "actionFit").trigger()
    qtbot.waitUntil(minimap.isHidden)


def test_that_a_click_on_the_map_goes_there(window: MainWindow, minimap: Minimap) -> None:
    assert not seen(window).contains(window.scene.cards["output"].sceneBoundingRect())
    QTest.mouseClick(minimap, LEFT, NONE, QPoint(minimap.width() // 2, minimap.height() - 10))
    assert seen(window).contains(window.scene.cards["output"].sceneBoundingRect())


def test_that_the_view_follows_the_rectangle_that_is_dragged(window: MainWindow, minimap: Minimap) -> None:
    start, before = minimap.view_rect.center(), seen(window).center()
    end = start + QPointF(0, 30)
    QTest.mousePress(minimap, LEFT, NONE, start.toPoint())
    QTest.mouseMove(minimap, end.toPoint())
    QTest.mouseRelease(minimap, LEFT, NONE, end.toPoint())
    assert seen(window).center().y() > before.y() + 50
    assert abs(minimap.view_rect.center().y() - end.y()) < 3


def test_that_the_map_follows_the_document(window: MainWindow, minimap: Minimap, qtbot: QtBot) -> None:
    before = minimap.size()
    window.editor.move({"output": (4000.0, 0.0)})
    qtbot.waitUntil(lambda: minimap.size() != before)
    assert minimap.width() > minimap.height()


def test_that_its_switch_is_remembered(window: MainWindow, minimap: Minimap, opening: Opening) -> None:
    QTest.keyClick(window, Qt.Key.Key_M, CTRL)
    assert minimap.isHidden()
    window.editor.stack.setClean()
    window.close()
    again = opening()
    assert not action(again, "actionMinimap").isChecked()
    found = again.findChild(Minimap)
    assert found is not None
    assert not found.wanted
