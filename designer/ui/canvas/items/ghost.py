"""Ghost: the card that follows the mouse in a drag, and the mark of what it would go to."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from designer.core.assist.preview import Preview
from designer.core.graph.block import Block
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.block_item import MARGIN, WORDS_WIDTH
from designer.ui.canvas.items.bubble import Bubble, Line
from designer.ui.canvas.items.card_outlines import PORT_RADIUS, STRIPE
from designer.ui.canvas.items.card_texts import kind_words
from designer.ui.canvas.items.card_words import CardWords
from designer.ui.style import icons
from designer.ui.style.theme import CATEGORY_HUES, Look

_OPACITY = 0.92
_RADIUS = 5.0
_AROUND = 4.0
_ICON = 20.0


class Ghost(QGraphicsItem):
    """A card that is not there yet: its name and the shape that it would give. `bubble` says what it would do."""

    def __init__(self, block: Block, name: str, theme: Look) -> None:
        super().__init__()
        self._block, self._name, self._theme = block, name, theme
        self.preview = Preview("")
        self.setOpacity(_OPACITY)
        self.setZValue(20)
        self.bubble = Bubble(theme)
        self.bubble.setParentItem(self)

    def follow(self, middle: QPointF) -> None:
        """Puts the card's middle at a place."""
        self.setPos(middle - QPointF(CARD_WIDTH / 2, CARD_HEIGHT / 2))
        self.bubble.say(QPointF(CARD_WIDTH, 0), *preview_lines(self.preview))

    def covers(self) -> list[QRectF]:
        """What the card and its bubble lie on."""
        return [self.sceneBoundingRect(), self.bubble.covers()]

    def show_preview(self, preview: Preview) -> None:
        """Shows what would come of a drop here."""
        self.preview = preview
        self.update()

    def boundingRect(self) -> QRectF:
        """The card with its border."""
        return QRectF(-2, -2, CARD_WIDTH + 4, CARD_HEIGHT + 4)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the card."""
        colours = self._theme.colours
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT), _RADIUS, _RADIUS)
        painter.fillPath(outline, QColor(colours.card))
        painter.fillRect(QRectF(0, 1, STRIPE, CARD_HEIGHT - 2), QColor(CATEGORY_HUES[self._block.category]))
        pen = QPen(QColor(colours.error if self.preview.problem else colours.accent), 1.6, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPath(outline)
        place = QRectF(STRIPE + MARGIN, (CARD_HEIGHT - _ICON) / 2, _ICON, _ICON)
        icons.draw(painter, place, self._block.category.lower(), colours.muted)
        right = CARD_WIDTH - MARGIN
        shape, below = self.preview.shape or "?", kind_words(self._block)
        words = CardWords(self._name, shape, below, right - WORDS_WIDTH, right, right)
        painter.setPen(QColor(colours.text))
        words.paint_name(painter, QPointF())
        words.paint_shared(painter, colours.muted, colours.error if self.preview.problem else colours.text)


def preview_lines(preview: Preview) -> tuple[Line, ...]:
    """A preview in words, with their roles."""
    port = "" if preview.waits == "in" else f" '{preview.waits}'"
    waits = f"Its input{port} is free then." if preview.waits else ""
    if not preview.allowed:
        return ((preview.problem, "error"),)
    return (preview.words, "text"), (waits, "muted"), (preview.problem, "error")


class DropMark(QGraphicsPathItem):
    """A line around the card, or the port, that a drop would go to."""

    def __init__(self, theme: Look) -> None:
        super().__init__()
        self.setPen(QPen(QColor(theme.colours.accent), 2.0))
        self.setZValue(15)

    def around_card(self, corner: QPointF) -> None:
        """Around a card with this corner."""
        path = QPainterPath()
        rect = QRectF(corner, QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT).size())
        path.addRoundedRect(rect.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND), _RADIUS + 3, _RADIUS + 3)
        self.setPath(path)

    def around_port(self, middle: QPointF) -> None:
        """Around a port."""
        path = QPainterPath()
        path.addEllipse(middle, PORT_RADIUS + _AROUND, PORT_RADIUS + _AROUND)
        self.setPath(path)

    def nowhere(self) -> None:
        """Marks nothing."""
        self.setPath(QPainterPath())
