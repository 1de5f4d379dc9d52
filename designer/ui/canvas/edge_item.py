"""EdgeItem: a line from an output port to an input port."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from designer.ui.theme import Theme

_HIT_WIDTH = 12.0
_FARTHEST_BEND = 160.0


def edge_path(start: QPointF, end: QPointF) -> QPainterPath:
    """A curve that leaves downwards and arrives from above."""
    bend = max(abs(end.y() - start.y()) * 0.5, 24.0)
    if end.y() < start.y():  # swings out far enough to arrive from above all the same, and not through the card
        bend = max(bend, min(abs(end.x() - start.x()) * 0.4, _FARTHEST_BEND))
    if abs(end.x() - start.x()) < 1 and end.y() > start.y():
        bend = 0.0
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(0, bend), end - QPointF(0, bend), end)
    return path


class EdgeItem(QGraphicsPathItem):
    """One edge; it can be selected, to be deleted."""

    def __init__(self, source: str, target: str, port: int, theme: Theme) -> None:
        super().__init__()
        self.source, self.target, self.port = source, target, port
        self._theme = theme
        self.wanted = False
        """Whether a block that is being dragged would go into this edge."""
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(-1)
        self.setToolTip(f"{source} → {target}")

    def draw_between(self, start: QPointF, end: QPointF) -> None:
        """Follows the two ports."""
        self.setPath(edge_path(start, end))

    def shape(self) -> QPainterPath:
        """A line that is easy to hit."""
        stroker = QPainterPathStroker()
        stroker.setWidth(_HIT_WIDTH)
        return stroker.createStroke(self.path())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the line."""
        colours = self._theme.colours
        strong = self.wanted or self.isSelected()
        pen = QPen(QColor(colours.accent if strong else colours.edge), 3.0 if strong else 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(self.path())
