"""Touchpads and wheels over the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.view.canvas_view import MAX_ZOOM
from tests.ui.driving import CTRL, NONE, SHIFT, middle

pytestmark = pytest.mark.kept_window


def gesture(window: MainWindow, kind: Qt.NativeGestureType, place: QPoint, value: float, by: QPointF) -> None:
    viewport, at = window.view.viewport(), QPointF(place)
    event = QNativeGestureEvent(
        kind, QPointingDevice.primaryPointingDevice(), 2, at, at, QPointF(viewport.mapToGlobal(place)), value, by
    )
    QApplication.sendEvent(viewport, event)
    assert event.isAccepted()


def wheel(window: MainWindow, pixels: QPoint, notches: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    viewport, place = window.view.viewport(), QPoint(200, 200)
    phase = Qt.ScrollPhase.ScrollUpdate
    event = QWheelEvent(
        QPointF(place),
        QPointF(viewport.mapToGlobal(place)),
        pixels,
        notches,
        Qt.MouseButton.NoButton,
        keys,
        phase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_that_two_fingers_that_part_zoom_where_they_are(window: MainWindow) -> None:
    place, before = middle(window, "pool2"), window.view.transform().m11()
    gesture(window, Qt.NativeGestureType.ZoomNativeGesture, place, 0.5, QPointF())
    assert window.view.transform().m11() == pytest.approx(before * 1.5)
    assert (middle(window, "pool2") - place).manhattanLength() <= 2
    for _ in range(20):
        gesture(window, Qt.NativeGestureType.ZoomNativeGesture, place, 0.5, QPointF())
    assert window.view.transform().m11() == pytest.approx(MAX_ZOOM)
    gesture(window, Qt.NativeGestureType.SmartZoomNativeGesture, place, 0.0, QPointF())
    seen = window.view.mapToScene(window.view.viewport().rect()).boundingRect()
    assert seen.contains(window.scene.blocks_rect())


def test_that_two_fingers_move_the_canvas_by_as_many_pixels(window: MainWindow) -> None:
    place = middle(window, "pool2")
    wheel(window, QPoint(13, -7), QPoint(13, -7))
    assert middle(window, "pool2") - place == QPoint(13, -7)
    gesture(window, Qt.NativeGestureType.PanNativeGesture, place, 0.0, QPointF(-5, 4))
    assert middle(window, "pool2") - place == QPoint(8, -3)


def test_that_shift_and_the_wheel_scroll_sideways_and_ctrl_zooms_at_the_mouse(window: MainWindow) -> None:
    place = middle(window, "pool2")
    wheel(window, QPoint(), QPoint(0, 120), SHIFT)
    moved = middle(window, "pool2") - place
    assert moved.x() > 0
    assert moved.y() == 0
    kept = window.view.mapToScene(QPoint(200, 200))
    wheel(window, QPoint(), QPoint(0, 240), CTRL)
    assert (window.view.mapFromScene(kept) - QPoint(200, 200)).manhattanLength() <= 2
