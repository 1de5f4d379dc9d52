"""FrameItem: a group that is open in place, as a frame around its blocks, with a bar that stands for the group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem, QWidget

from designer.core.edits.inline_groups import TITLE
from designer.core.graph.messages import Problem
from designer.core.inference.infer import Result
from designer.ui.canvas.items.badges import paint_problem_badge
from designer.ui.canvas.items.block_item import MARGIN, BlockItem, CardStage
from designer.ui.canvas.items.brushes import colour, mixed, pen
from designer.ui.canvas.items.card_marks import FLAKE, is_frozen, paint_flake
from designer.ui.canvas.items.card_outlines import PORT_RADIUS, STRIPE
from designer.ui.canvas.items.card_texts import kind_words
from designer.ui.canvas.items.level_of_detail import (
    FAR,
    FONT_PIXELS,
    LARGE_PIXELS,
    NEAR,
    SMALL_PIXELS,
    card_font,
    zoom_of,
)
from designer.ui.style.theme import CATEGORY_HUES, Look

BUTTON = QRectF(STRIPE + 4, 4, 20, TITLE - 8)
"""Where the bar is clicked to close the frame, from its top left corner."""
_RADIUS = 6.0
_BADGE = 6.5
_CALM = 0.55
"""How much of the cards' colour is in the ground of a frame; the rest is the canvas's."""
_Z = -3.0


@dataclass(frozen=True)
class Outline:
    """How a frame lies around its blocks, counted from the place of the group's card.

    `entries` are the places of its inputs, `exits` of its outputs by name: those of the blocks inside that stand for
    them. `depth` counts the groups around it, `uses` the blocks that use the same group.
    """

    rect: QRectF
    entries: tuple[QPointF, ...]
    exits: Mapping[str, QPointF]
    depth: int
    uses: int
    live: bool
    """Whether what is in it is being edited."""


class FrameStage(CardStage, Protocol):
    """What a frame tells the scene beside what cards do."""

    def frame_moved(self, frame: FrameItem) -> None:
        """A frame has another place: what is in it follows."""

    def close_frame(self, block_id: str) -> None:
        """A frame was closed by its button."""


class FrameItem(BlockItem):
    """The group as one block of the network around: its bar selects and drags it, its edges lead to what is inside."""

    _stage: FrameStage

    def __init__(
        self, stage: FrameStage, result: Result, theme: Look, problem: Problem | None, outline: Outline
    ) -> None:
        self.outline = outline
        self.entries = list(outline.entries)
        self.exits = dict(outline.exits)
        self.carried = QPointF()
        """Where it was when what is inside was last put in its place."""
        super().__init__(stage, result, theme, problem)
        self.setRect(_bounds(outline))
        self._pressed = False
        self.setZValue(_Z + outline.depth * 0.01)

    def show_outline(self, outline: Outline) -> bool:
        """Takes another size; whether anything is elsewhere."""
        if outline == self.outline:
            return False
        self.setRect(_bounds(outline))
        self.outline, self.entries, self.exits = outline, list(outline.entries), dict(outline.exits)
        self.update()
        return True

    @property
    def bar(self) -> QRectF:
        """The bar on top."""
        rect = self.outline.rect
        return QRectF(rect.left(), rect.top(), rect.width(), TITLE)

    @property
    def button(self) -> QRectF:
        """What closes it."""
        return BUTTON.translated(self.outline.rect.topLeft())

    def room(self) -> QRectF:
        """The whole frame."""
        return self.outline.rect

    def solid(self) -> QRectF:
        """Only the bar: one sees through the rest."""
        return self.bar

    def input_place(self, port: int) -> QPointF:
        """Where an input is: at the block inside that stands for it."""
        return self.entries[port] if port < len(self.entries) else self.outline.rect.topLeft()

    def output_place(self, port: str = "") -> QPointF:
        """Where an output is, or the first."""
        first = next(iter(self.exits.values()), self.outline.rect.bottomLeft())
        return self.exits.get(port, first)

    def shape(self) -> QPainterPath:
        """What can be clicked: the bar."""
        path = QPainterPath()
        path.addRect(self.bar)
        return path

    @property
    def advice(self) -> str:
        """None: what is said of blocks inside stands there."""
        return ""

    @property
    def badge_room(self) -> QRectF:
        """At the right end of the bar."""
        side = 2 * _BADGE + 8
        return QRectF(self.bar.right() - MARGIN - side + 4, self.bar.center().y() - side / 2, side, side)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Selects and begins to drag, or presses the button."""
        self._pressed = event.button() == Qt.MouseButton.LeftButton and self.button.contains(event.pos())
        if not self._pressed:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Closes the frame, once this event is over: the frame itself will be gone."""
        if not self._pressed:
            super().mouseReleaseEvent(event)
            return
        self._pressed = False
        if self.button.contains(event.pos()):
            stage, block_id = self._stage, self.block_id
            QTimer.singleShot(0, self.scene(), lambda: stage.close_frame(block_id))

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Shows the inside alone; on the button it is one more click."""
        if not self.button.contains(event.pos()):
            super().mouseDoubleClickEvent(event)

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: object) -> object:
        """What is inside follows while the frame is dragged."""
        done = super().itemChange(change, value)
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            self._stage.frame_moved(self)
        return done

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the ground and the bar; far away without words."""
        colours = self._theme.colours
        outline = QPainterPath()
        outline.addRoundedRect(self.outline.rect, _RADIUS, _RADIUS)
        painter.fillPath(outline, mixed(colours.canvas, colours.card, _CALM))
        if zoom_of(painter) >= FAR:
            self._paint_bar(painter, outline)
        border, width = colours.border, 1.0
        if self.outline.live:
            border, width = colours.accent, 1.5
        if self.problem:
            border, width = colours.error, 1.5
        if self.isSelected():
            border, width = colours.accent, 2.5
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(border, width))
        painter.drawPath(outline)

    def _paint_bar(self, painter: QPainter, outline: QPainterPath) -> None:
        colours, bar = self._theme.colours, self.bar
        painter.save()
        painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
        painter.fillRect(bar, colour(self._cost_colour() or colours.card))
        hue = colour(CATEGORY_HUES[self.result.node.block.category])
        painter.fillRect(QRectF(bar.left(), bar.top(), STRIPE, bar.height()), hue)
        painter.restore()
        painter.setPen(pen(colours.border))
        painter.drawLine(bar.bottomLeft(), bar.bottomRight())
        self._paint_button(painter)
        room = self.name_room()
        if zoom_of(painter) < NEAR:  # from some way off, as on a card, the name stands alone
            room.setRight(bar.right())
            self._paint_name(painter, room, LARGE_PIXELS)
            return
        room.setRight(self._paint_end(painter, bar.right() - MARGIN) - MARGIN)
        self._paint_group(painter, self._paint_name(painter, room, FONT_PIXELS))

    def name_room(self) -> QRectF:
        """Where the name stands on the bar, with what follows it."""
        left = self.button.right() + 6
        return QRectF(left, self.bar.top(), self.bar.width() - (left - self.bar.left()) - MARGIN, TITLE)

    def _paint_button(self, painter: QPainter) -> None:
        middle = self.button.center()
        painter.setPen(pen(self._quiet(), 1.8))
        painter.drawPolyline([middle + QPointF(-4, -2), middle + QPointF(0, 2), middle + QPointF(4, -2)])

    def _paint_end(self, painter: QPainter, right: float) -> float:
        """The shape that comes out, and the badge where there is a problem; gives where they begin."""
        colours, shape = self._theme.colours, self.result.shape
        if self.problem:
            paint_problem_badge(painter, QPointF(right - _BADGE, self.bar.center().y()), colours)
            right -= 2 * _BADGE + 6
        if is_frozen(self.result):
            paint_flake(painter, right, self.bar.center().y(), self._flake_colour())
            right -= FLAKE + 6
        font, words = card_font(SMALL_PIXELS), str(shape) if shape else "?"
        wide = QFontMetricsF(font).horizontalAdvance(words)
        painter.setFont(font)
        painter.setPen(colour(colours.error if self.problem else colours.text))
        room = QRectF(right - wide, self.bar.top(), wide, self.bar.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        return room.left()

    def _paint_name(self, painter: QPainter, room: QRectF, pixels: int) -> QRectF:
        """The block's name, as far as there is room; gives what is left of it."""
        bold = card_font(pixels, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(bold)
        name = metrics.elidedText(self.block_id, Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(bold)
        painter.setPen(colour(self._theme.colours.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        return room.adjusted(metrics.horizontalAdvance(name) + MARGIN, 0, 0, 0)

    def _paint_group(self, painter: QPainter, room: QRectF) -> None:
        """What the group is, and that others use it; beside the edges that enter."""
        words = kind_words(self.result.node.block)
        if self.outline.uses > 1:
            words += f" · used {self.outline.uses} times: edits change every use"
        plain = card_font(SMALL_PIXELS)
        painter.setFont(plain)
        painter.setPen(colour(self._quiet()))
        room = self._beside_edges(room)
        shown = QFontMetricsF(plain).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _beside_edges(self, room: QRectF) -> QRectF:
        """The wider part of a room on the bar, so that no edge on its way into the frame runs through words."""
        crossing = [place.x() for place in self.entries if room.left() < place.x() < room.right()]
        if not crossing:
            return room
        before, behind = QRectF(room), QRectF(room)
        before.setRight(min(crossing) - MARGIN)
        behind.setLeft(max(crossing) + MARGIN)
        return max(before, behind, key=QRectF.width)

    def paint_ports(self, painter: QPainter) -> None:
        """The ports, on the blocks that stand for them."""
        painter.save()
        painter.translate(self.scenePos())
        self._paint_ports(painter)
        self._paint_target(painter)
        painter.restore()


def _bounds(outline: Outline) -> QRectF:
    """A frame with its border and ports."""
    reach = PORT_RADIUS + 2
    return outline.rect.adjusted(-reach, -reach, reach, reach)
