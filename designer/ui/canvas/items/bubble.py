"""Bubble: a few words beside the mouse, of the same size at every zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.ui.style.theme import Look

_WIDEST = 320.0
_PADDING = 8.0
_AWAY = 10.0
_WRAPPED = Qt.TextFlag.TextWordWrap
Line = tuple[str, str]
"""Words and their role: text, muted, good or error, as the theme's colours are called."""


class Bubble(QGraphicsItem):
    """Says what a drag would do, or why it cannot. It keeps within the view that shows it."""

    def __init__(self, theme: Look) -> None:
        super().__init__()
        self._theme = theme
        self._lines: tuple[Line, ...] = ()
        self._rect = QRectF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(30)

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(words for words, _ in self._lines)

    @property
    def is_error(self) -> bool:
        """Whether it tells of an error."""
        return any(role == "error" for _, role in self._lines)

    def say(self, place: QPointF, *lines: Line) -> None:
        """Shows words at a place of the scene."""
        self.prepareGeometryChange()
        self._lines = tuple(line for line in lines if line[0])
        sizes = [self._size_of(words) for words, _ in self._lines]
        width = max((size.width() for size in sizes), default=0.0) + 2 * _PADDING
        height = sum(size.height() for size in sizes) + 2 * _PADDING
        self._rect = QRectF(_AWAY, 0, width, height)
        self.setPos(place)
        self._keep_within_view()
        self.update()

    def _size_of(self, words: str) -> QRectF:
        return QFontMetricsF(QFont()).boundingRect(QRectF(0, 0, _WIDEST, 1000), int(_WRAPPED), words)

    def _keep_within_view(self) -> None:
        views = self.scene().views() if self.scene() else []
        if not views:
            return
        room = views[0].viewport().rect()
        at = views[0].mapFromScene(self.scenePos())
        if at.x() + self._rect.right() > room.right():
            self._rect.moveRight(-_AWAY)
        if at.y() + self._rect.bottom() > room.bottom():
            self._rect.moveBottom(0)

    def covers(self) -> QRectF:
        """What it lies on, in the scene's coordinates: its own are pixels."""
        views = self.scene().views() if self.scene() else []
        zoom = views[0].transform().m11() if views else 1.0
        return QRectF(self.scenePos() + self._rect.topLeft() / zoom, self._rect.size() / zoom)

    def boundingRect(self) -> QRectF:
        """The bubble with its border."""
        return self._rect.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the words on a card."""
        colours = self._theme.colours
        painter.setPen(QPen(QColor(colours.error if self.is_error else colours.border), 1.0))
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(self._rect, 4, 4)
        painter.setFont(QFont())
        top = self._rect.top() + _PADDING
        for words, role in self._lines:
            size = self._size_of(words)
            painter.setPen(QColor(getattr(colours, role)))
            room = QRectF(self._rect.left() + _PADDING, top, _WIDEST, size.height())
            painter.drawText(room, int(_WRAPPED), words)
            top += size.height()
