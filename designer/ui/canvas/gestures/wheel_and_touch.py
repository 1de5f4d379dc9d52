"""Wheels, touchpads and touch screens: scrolling and zooming, without anything that glides on. And Shift on a click."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QScrollBar, QWidget

ZOOM_STEP = 1.2
"""How much a notch of the wheel zooms."""
_NOTCH = 120


def shift_as_ctrl(event: QMouseEvent) -> QMouseEvent:
    """A press or release with Shift as one with Ctrl, too, for which Qt adds to what is selected or takes from it."""
    if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return event
    keys = event.modifiers() | Qt.KeyboardModifier.ControlModifier
    places = event.position(), event.scenePosition(), event.globalPosition()
    return QMouseEvent(event.type(), *places, event.button(), event.buttons(), keys, event.pointingDevice())


class MovableView(Protocol):
    """What gestures do with the view that they come to."""

    def viewport(self) -> QWidget:
        """What fingers and wheels are over."""

    def horizontalScrollBar(self) -> QScrollBar:
        """What knows how far a step is."""

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zooms; what lies `at` a place of the view stays there."""

    def pan(self, by: QPointF) -> None:
        """Moves what is shown by so many pixels of the view."""

    def fit(self) -> None:
        """Shows the whole network."""


class WheelAndTouch:
    """Serves what comes to a view. `event` and `wheel` say whether it was theirs."""

    def __init__(self, view: MovableView) -> None:
        self._view = view
        view.viewport().grabGesture(Qt.GestureType.PinchGesture)

    def event(self, event: QEvent) -> bool:
        """Two fingers that part or close zoom, on a touchpad and on a touch screen."""
        if isinstance(event, QNativeGestureEvent):
            return self._native(event)
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._view.zoom_by(pinch.scaleFactor(), self._view.viewport().mapFromGlobal(pinch.hotSpot()))
                event.accept()
                return True
        return False

    def _native(self, event: QNativeGestureEvent) -> bool:
        kinds = Qt.NativeGestureType
        if event.gestureType() == kinds.ZoomNativeGesture:
            self._view.zoom_by(1 + event.value(), event.position())
        elif event.gestureType() == kinds.PanNativeGesture:
            self._view.pan(event.delta())
        elif event.gestureType() == kinds.SmartZoomNativeGesture:
            self._view.fit()
        else:
            return False
        event.accept()
        return True

    def wheel(self, event: QWheelEvent) -> bool:
        """Ctrl zooms at the mouse; Shift scrolls sideways; a touchpad's own pixels move the canvas with the fingers."""
        keys = event.modifiers()
        if keys & Qt.KeyboardModifier.ControlModifier:
            self._view.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / _NOTCH), event.position())
        elif not event.pixelDelta().isNull():
            self._view.pan(QPointF(event.pixelDelta()))
        elif keys & Qt.KeyboardModifier.ShiftModifier and not event.angleDelta().x():
            bar = self._view.horizontalScrollBar()
            self._view.pan(QPointF(event.angleDelta().y() / _NOTCH * 3 * bar.singleStep(), 0))
        else:
            return False
        event.accept()
        return True
