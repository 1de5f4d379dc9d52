"""What a person has just used stays where they see it, while things above it in a scrolled panel come and go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QScrollArea, QWidget
from shiboken6 import isValid

from designer.ui.widgets.timers import once_after

_HELD_MS = 1000
"""Milliseconds in which the last of what came of a use is shown."""


class SteadyPlace(QObject):
    """Scrolls a panel so that what was used keeps its height. Who lays the panel out calls `settle` after it.

    It ends when the person scrolls, and some time after `end_soon`.
    """

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._heights: list[tuple[QWidget, int]] = []
        self._ended = once_after(self, _HELD_MS, self.let_go)
        area.verticalScrollBar().actionTriggered.connect(lambda action: self.let_go())

    def hold(self, used: QWidget, above: Sequence[QWidget] = (), below: Sequence[QWidget] = ()) -> None:
        """From now on. Where it goes, what is `above` keeps its height, or what is `below` takes its place."""
        height = self._height_of(used)
        self._heights = [(used, height), *((widget, self._height_of(widget)) for widget in above)]
        self._heights += [(widget, height) for widget in below]
        self._ended.stop()

    def end_soon(self) -> None:
        """What came of the use is there, and shown but for the last of it."""
        if not self._ended.isActive():
            self._ended.start()

    def let_go(self) -> None:
        """It may be anywhere."""
        self._heights = []

    def settle(self) -> None:
        """Something has been laid out anew."""
        there = ((widget, height) for widget, height in self._heights if isValid(widget) and widget.isVisible())
        widget, height = next(there, (None, 0))
        if widget is None:
            return
        moved = self._height_of(widget) - height
        if moved:
            bar = self._area.verticalScrollBar()
            bar.setValue(bar.value() + moved)

    def _height_of(self, widget: QWidget) -> int:
        return widget.mapTo(self._area.viewport(), QPoint(0, 0)).y()
