"""A scene on which some items are still on their way: whoever asks Qt where things are finds them where they belong."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from designer.ui.canvas.layers.late_moves import Arrivals


class SettlingScene(QGraphicsScene):
    """Has what is late arrive before Qt looks for it."""

    arrivals: Arrivals
    """Cards and edges out of view, which come to their places after an edit was seen."""

    def near(self) -> QRectF | None:
        """An edit moves much: only what is seen in this has to be in its place at once; None where all has to be."""
        return self.arrivals.near()

    def items(self, *where: Any, **how: Any) -> list[QGraphicsItem]:
        """All, or what lies somewhere: Qt finds it where it is, so that it has to be where it belongs."""
        place = where[0] if where else None
        if isinstance(place, QPointF):
            self.arrivals.settle(QRectF(place, place))
        elif place is not None and not isinstance(place, Qt.SortOrder):
            self.arrivals.settle(place if isinstance(place, QRectF) else None)
        return super().items(*where, **how)

    def render(self, *how: Any, **more: Any) -> None:
        """A picture of it."""
        self.arrivals.settle()
        super().render(*how, **more)

    def itemsBoundingRect(self) -> QRectF:
        """The rectangle around all items."""
        self.arrivals.settle()
        return super().itemsBoundingRect()
