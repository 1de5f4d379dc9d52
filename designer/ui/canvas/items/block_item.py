"""BlockItem: a block as a card with its name, main parameters and output shape."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, SignalInstance
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsRectItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from designer.core.graph.messages import Problem
from designer.core.inference.infer import Result
from designer.core.layout import cards
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.badges import BADGE, paint_advice_badge, paint_problem_badge
from designer.ui.canvas.items.brushes import colour, mixed, pen
from designer.ui.canvas.items.card_marks import FLAKE, LARGE_FLAKE, is_frozen, paint_flake
from designer.ui.canvas.items.card_outlines import BOUNDS, CARD, PORT_RADIUS, STRIPE, outlines, paint_port
from designer.ui.canvas.items.card_texts import card_tip, kind_words
from designer.ui.canvas.items.card_words import BOTTOM, CardWords, LargeName
from designer.ui.canvas.items.level_of_detail import NEAR, zoom_of
from designer.ui.canvas.items.plain_card import PlainCard, paint_plain_cards
from designer.ui.canvas.items.sprites import Sprite, Sprites
from designer.ui.style import icons
from designer.ui.style.theme import CATEGORY_HUES, Look
from designer.ui.widgets.message_box import as_tip

MARGIN = 10.0
_ICON, _GAP = 20.0, 8.0
WORDS_WIDTH = CARD_WIDTH - STRIPE - MARGIN - _ICON - _GAP - MARGIN
"""Room for words on a card."""
_MOVES = QGraphicsItem.GraphicsItemChange.ItemPositionChange
_HAS_MOVED = QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged
_FLAGS = (
    QGraphicsItem.GraphicsItemFlag.ItemIsMovable
    | QGraphicsItem.GraphicsItemFlag.ItemIsSelectable
    | QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges
)
_CORNER = QPointF()
_RIGHT = CARD_WIDTH - MARGIN
_BADGE_PLACE = QPointF(_RIGHT - BADGE, BOTTOM)
_BADGE_ROOM = QRectF(_RIGHT - 2 * BADGE - 4, BOTTOM - BADGE - 4, 2 * BADGE + 8, 2 * BADGE + 8)
_CALM = 0.35
"""How much of a card's own colour is in its bar."""
_LARGE_LEFT = 2 * STRIPE + MARGIN
_ICON_PLACE = QRectF(STRIPE + MARGIN, (CARD_HEIGHT - _ICON) / 2, _ICON, _ICON)


class CardStage(Protocol):
    """What a card asks of the scene that it stands on, and tells it."""

    sprites: Sprites
    """Of what looks alike on many cards."""

    @property
    def badge_clicked(self) -> SignalInstance:
        """Tells which block's badge was clicked, by the block's name."""

    @property
    def advice_clicked(self) -> SignalInstance:
        """Tells at which block the sign was clicked that the doctor has something to say of it."""

    def cost_colour(self, card: BlockItem) -> str:
        """The colour that says what a card's block costs; empty where it keeps its own."""

    def advice(self, card: BlockItem) -> str:
        """What the doctor says of a card's block; empty where that is nothing."""

    def card_moved(self, card: BlockItem) -> None:
        """A card has another place."""

    def cards_dropped(self) -> None:
        """The end of a drag."""

    def open_group(self, block_id: str) -> None:
        """A look at the inside of a block is wanted, where it is a group."""


class BlockItem(QGraphicsRectItem):
    """A card. It shows what the document says; a drag moves it, and the scene makes that an edit.

    Its rectangle is what it takes up with its ports and border: of one that is kept, Qt asks no Python.
    """

    def __init__(self, stage: CardStage, result: Result, theme: Look, problem: Problem | None = None) -> None:
        super().__init__(BOUNDS)
        self.setPen(Qt.PenStyle.NoPen)
        self._stage, self._theme = stage, theme
        self.result = result
        self.problem = problem
        self.target_port: int | None = None
        """The input port that a connection being dragged would go to."""
        self.target_wrong = False
        """Whether it may not go there."""
        self.taken: frozenset[str] = frozenset()
        """The output ports that something takes from."""
        self.late: Callable[[str], object] | None = None
        """Brings it to its place, where it is not there yet: an edit leaves what is out of view for later."""
        self._area = QRectF()
        self._hovered = False
        self._put = False
        self._ports: Hashable = None
        self._words: CardWords | None = None
        self._name: LargeName | None = None
        self.setFlags(_FLAGS)
        self.setAcceptHoverEvents(True)
        self.show_result(result, problem)

    @property
    def block_id(self) -> str:
        """The block's name."""
        return self.result.node.id

    def show_result(self, result: Result, problem: Problem | None) -> bool:
        """Shows what inference has found; whether it looks otherwise from far away, too."""
        category = self.result.node.block.category
        otherwise = (self.problem is None) != (problem is None) or category != result.node.block.category
        self.result, self.problem, self._ports = result, problem, None
        self.tell_anew()
        return otherwise

    def tell_anew(self) -> None:
        """What is said on it and of it is laid out anew."""
        self.forget_words()
        if self._hovered:
            self.setToolTip(as_tip(self.toolTip()))

    def toolTip(self) -> str:
        """What the card says under the mouse. Qt is told when the mouse comes: an edit may change a thousand."""
        return card_tip(self.result, self.problem, self.advice)

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """The mouse comes."""
        self._hovered = True
        self.setToolTip(as_tip(self.toolTip()))
        super().hoverEnterEvent(event)

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """The mouse goes."""
        self._hovered = False
        super().hoverLeaveEvent(event)

    def show_taken(self, ports: frozenset[str]) -> None:
        """Shows which outputs something takes from."""
        if ports != self.taken:
            self.taken, self._ports = ports, None
            self.update()

    def forget_words(self) -> None:
        """The system's font is another one: the words are laid out anew."""
        self._words = self._name = None
        self.update()

    def bar_look(self) -> str:
        """What its bar's colour depends on: the same for many cards, and quicker to tell than the colour itself."""
        return self._cost_colour() or self.result.node.block.category

    def bar_colour(self) -> QColor:
        """The colour of its bar, far away: that of its category, as calm as a card in light and dark."""
        if cost := self._cost_colour():
            return colour(cost)
        return mixed(CATEGORY_HUES[self.result.node.block.category], self._theme.colours.card, _CALM)

    def _cost_colour(self) -> str:
        """The colour that says what the block costs; empty where the canvas is not coloured."""
        return self._stage.cost_colour(self)

    @property
    def advice(self) -> str:
        """What the doctor says of the block; empty where that is nothing, or something is wrong with it by now."""
        return "" if self.problem else self._stage.advice(self)

    def _quiet(self) -> str:
        """The colour of words that matter less; they could not be read muted on a strong colour."""
        return self._theme.colours.text if self._cost_colour() else self._theme.colours.muted

    def input_place(self, port: int) -> QPointF:
        """Where an input port is, in the card's coordinates."""
        return QPointF(cards.input_place(self.result.node, port), 0)

    def output_place(self, port: str = "") -> QPointF:
        """Where an output port (or the first) is, in the card's coordinates."""
        return QPointF(cards.output_place(self.result.node.block, port), CARD_HEIGHT)

    def room(self) -> QRectF:
        """What it takes up of the canvas, in its own coordinates."""
        return CARD

    def solid(self) -> QRectF:
        """What of it nothing else may be written on."""
        return CARD

    def shape(self) -> QPainterPath:
        """What can be clicked: the card alone, as ports are the scene's."""
        return outlines().hit

    @property
    def area(self) -> QRectF:
        """What it takes up of the scene. Its layer keeps it up to date: asking Qt takes a hundred times as long."""
        self._arrive()
        return self._area

    @area.setter
    def area(self, area: QRectF) -> None:
        self._area = area

    def _arrive(self) -> None:
        """Who asks where it is finds it there."""
        if self.late is not None:
            self.late(self.block_id)

    def pos(self) -> QPointF:
        """Its place, which is one on the scene: cards stand on nothing."""
        self._arrive()
        return super().pos()

    def scenePos(self) -> QPointF:
        """Its place."""
        self._arrive()
        return super().scenePos()

    def sceneBoundingRect(self) -> QRectF:
        """What it is drawn in."""
        self._arrive()
        return super().sceneBoundingRect()

    def put(self, x: float, y: float) -> None:
        """Goes to a place without telling of it: an edit moves hundreds, and who moves them knows."""
        self._put = True
        self.setPos(x, y)
        self._put = False

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: object) -> object:
        """Edges follow while the card is dragged. Compared by identity, as hundreds of cards may make room at once."""
        if change is _HAS_MOVED:
            if not self._put:
                self._stage.card_moved(self)
            return value
        return value if change is _MOVES else super().itemChange(change, value)

    @property
    def badge_room(self) -> QRectF:
        """Where a click is one on the badge."""
        return _BADGE_ROOM

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """The end of a drag becomes one edit; a click on a badge asks what would mend the block, or for advice."""
        super().mouseReleaseEvent(event)
        self._stage.cards_dropped()
        moved = (event.screenPos() - event.buttonDownScreenPos(Qt.MouseButton.LeftButton)).manhattanLength()
        if self.badge_room.contains(event.pos()) and moved < QApplication.startDragDistance():
            if self.problem:
                self._stage.badge_clicked.emit(self.block_id)
            elif self.advice:
                self._stage.advice_clicked.emit(self.block_id)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Opens a group, once this event is over: the card itself will be gone."""
        stage, block_id = self._stage, self.block_id
        QTimer.singleShot(0, self.scene(), lambda: stage.open_group(block_id))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the card; from some way off, where small words could not be read, its name alone in large letters."""
        if zoom_of(painter) < NEAR:
            self._paint_plain(painter)
            return
        if widget is None:  # a file, a printer: what is drawn stays lines
            self._paint_body(painter)
        else:
            self._stage.sprites.draw_all(painter, [self.sprite(0.0, 0.0)])
        painter.setPen(colour(self._theme.colours.text))
        self.words().paint_name(painter, _CORNER)
        self._paint_target(painter)

    def sprite(self, x: float, y: float) -> Sprite:
        """All but the name, which differs from card to card, and the port that a drag would go to."""
        return Sprite(self._body_look(), x, y, BOUNDS, self._paint_body)

    def plain_look(self, x: float, y: float) -> PlainCard:
        """How it looks from some way off, where its corner is at a place of what is painted on."""
        colours, category = self._theme.colours, self.result.node.block.category
        if self._name is None:
            room = _RIGHT - _LARGE_LEFT - (LARGE_FLAKE + 4 if is_frozen(self.result) else 0)
            self._name = LargeName(self.block_id, _LARGE_LEFT, room)
        wrong = colours.error if self.problem else ""
        outline = wrong or (colours.found if self.advice else "")
        return PlainCard(
            QRectF(x, y, CARD_WIDTH, CARD_HEIGHT),
            QRectF(x, y, 2 * STRIPE, CARD_HEIGHT),
            self._name,
            self._cost_colour() or colours.card,
            CATEGORY_HUES[category],
            wrong or colours.text,
            colours.accent if self.isSelected() else outline,
            self._flake_colour() if is_frozen(self.result) else "",
        )

    def _paint_plain(self, painter: QPainter) -> None:
        """There are no round corners, and ports only where an edge is dragged."""
        paint_plain_cards(painter, [self.plain_look(0.0, 0.0)])
        if self.target_port is not None:
            self._paint_ports(painter)
            self._paint_target(painter)

    def _body_look(self) -> Hashable:
        """All that its body depends on: two cards with the same look differ in their names alone."""
        if self._ports is None:
            node = self.result.node
            taken = tuple(source is not None for source in node.inputs)
            self._ports = taken, len(node.block.optional), tuple(name in self.taken for name in node.block.output_ports)
        category = self.result.node.block.category
        words = self.words().shared
        signs = self.problem is None, bool(self.advice), is_frozen(self.result)
        return category, words, self._cost_colour(), signs, self.isSelected(), self._ports

    def _paint_body(self, painter: QPainter) -> None:
        self._paint_card(painter)
        icons.draw(painter, _ICON_PLACE, self.result.node.block.category.lower(), self._quiet())
        colours = self._theme.colours
        if self.problem:
            paint_problem_badge(painter, _BADGE_PLACE, colours)
        elif self.advice:
            paint_advice_badge(painter, _BADGE_PLACE, colours.text if self._cost_colour() else colours.found)
        if is_frozen(self.result):
            paint_flake(painter, self._left_of_badge(), BOTTOM, self._flake_colour())
        self._paint_ports(painter)
        self.words().paint_shared(painter, self._quiet(), colours.error if self.problem else colours.text)

    def _paint_card(self, painter: QPainter) -> None:
        colours, paths = self._theme.colours, outlines()
        border, width = colours.border, 1.0
        if self.problem:
            border, width = colours.error, 1.5
        if self.isSelected():
            border, width = colours.accent, 2.0
        painter.fillPath(paths.card, colour(self._cost_colour() or colours.card))
        painter.fillPath(paths.stripe, colour(CATEGORY_HUES[self.result.node.block.category]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(border, width))
        painter.drawPath(paths.card)

    def words(self) -> CardWords:
        """The words; below, they leave room for the badge and the snowflake where there are any."""
        if self._words is None:
            node, shape = self.result.node, self.result.shape
            below = self._left_of_badge() - (FLAKE + 4 if is_frozen(self.result) else 0)
            self._words = CardWords(
                node.id, str(shape) if shape else "?", kind_words(node.block), _RIGHT - WORDS_WIDTH, _RIGHT, below
            )
        return self._words

    def _left_of_badge(self) -> float:
        """Where what stands on the line below ends at the right."""
        return _RIGHT - 2 * BADGE - 4 if self.problem or self.advice else _RIGHT

    def _flake_colour(self) -> str:
        """It could not be seen in a colour of its own on a strong one."""
        return self._theme.colours.text if self._cost_colour() else self._theme.colours.accent

    def _paint_ports(self, painter: QPainter) -> None:
        node = self.result.node
        for port, source in enumerate(node.inputs):
            paint_port(painter, self.input_place(port), source is not None, self._theme.colours)
        for name in node.block.output_ports:
            paint_port(painter, self.output_place(name), name in self.taken, self._theme.colours)

    def _paint_target(self, painter: QPainter) -> None:
        """The port that a connection being dragged would go to, over what is there."""
        if self.target_port is None:
            return
        place = self.input_place(self.target_port)
        lit = self._theme.colours.error if self.target_wrong else self._theme.colours.accent
        painter.setPen(pen(lit, 2))
        painter.setBrush(colour(lit))
        painter.drawEllipse(place, PORT_RADIUS + 2, PORT_RADIUS + 2)
