"""AddButton: the button on the selected card that adds a block behind it, for who works with the mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)
from shiboken6 import isValid

from designer.core.diff.change import Parts
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.level_of_detail import FAR, zoom_of
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.style.theme import Look

_RADIUS = 9.0
_ARM = 4.0
_PLACE = QPointF(-14, 3)
"""From the lower right corner of a card."""


class AddButton(QGraphicsItem):
    """A small round button."""

    def __init__(self, theme: Look, wanted: Callable[[], object]) -> None:
        super().__init__()
        self._theme, self._wanted = theme, wanted
        self._over = False
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Add a block here (Enter)")

    def boundingRect(self) -> QRectF:
        """The circle with its border."""
        return QRectF(-_RADIUS - 1, -_RADIUS - 1, 2 * _RADIUS + 2, 2 * _RADIUS + 2)

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """It fills under the mouse."""
        self._over = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """It is as it was."""
        self._over = False
        self.update()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Waits for the button to be let go."""
        event.accept()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Let go on it, it was meant."""
        if self.contains(event.pos()):
            self._wanted()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the circle and the cross."""
        if zoom_of(painter) < FAR:
            return
        colours = self._theme.colours
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.setBrush(QColor(colours.accent if self._over else colours.card))
        painter.drawEllipse(QPointF(), _RADIUS, _RADIUS)
        painter.setPen(QPen(QColor(colours.on_accent if self._over else colours.accent), 2.0))
        painter.drawLine(QPointF(-_ARM, 0), QPointF(_ARM, 0))
        painter.drawLine(QPointF(0, -_ARM), QPointF(0, _ARM))


class AddButtonOnSelected(QObject):
    """Keeps the button on the one selected card, and on no other."""

    def __init__(self, scene: CanvasScene, wanted: Callable[[], object]) -> None:
        super().__init__(scene)
        self._scene, self._wanted = scene, wanted
        self.item: AddButton | None = None
        self._card: BlockItem | None = None
        """What the button is on. Qt is not asked: PySide would count references to cards anew."""
        scene.current_changed.connect(self._follow)
        scene.editor.listen(Parts.DRAWN, lambda change: self._place())

    def _follow(self, block_id: str) -> None:
        """A card that is gone has taken its button along; to take one off a scene has all of it painted anew."""
        self._card = card = self._scene.cards.get(block_id)
        if self.item is not None and not (isValid(self.item) and self.item.scene() is self._scene):
            self.item = None
        if card is None:
            if self.item is not None:
                self.item.hide()
            return
        if self.item is None:
            self.item = AddButton(self._scene.theme, self._wanted)
        self.item.setParentItem(card)
        self.item.show()
        self._place()

    def _place(self) -> None:
        """At the corner of the card, or of the frame, which may have another size."""
        card = self._scene.cards.get(self._scene.current)
        if card and self.item is not None and isValid(self.item) and self._card is card:
            self.item.setPos(card.room().bottomRight() + _PLACE)
