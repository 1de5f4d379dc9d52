"""Renaming in place: a field over the name on a card, which says there and then what cannot be."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from designer.core.assist.naming import meant_name
from designer.core.edits import network_edits
from designer.core.graph.network import NetworkError
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.block_item import MARGIN, WORDS_WIDTH, BlockItem
from designer.ui.canvas.items.card_outlines import STRIPE
from designer.ui.canvas.items.frame_item import FrameItem
from designer.ui.canvas.items.level_of_detail import FONT_PIXELS, LARGE_PIXELS, NEAR, card_font
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.widgets.timers import once_after

_NAME = QRectF(CARD_WIDTH - MARGIN - WORDS_WIDTH, 5, WORDS_WIDTH, 20)
_LARGE_NAME = QRectF(2 * STRIPE + MARGIN, 6, CARD_WIDTH - 2 * STRIPE - 2 * MARGIN, CARD_HEIGHT - 12)
"""From some way off, a card is its name alone."""
_SMALLEST = 120
_SMALLEST_PIXELS = 11
_GAP = 4


class NameField(QLineEdit):
    """The field. Enter takes the name, Escape leaves; a name that cannot be is refused with the reason below.

    Tab, or a click on the reason, writes the name that was meant.
    """

    taken = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget, name: str, check: Callable[[str], str], meant: Callable[[str], str]) -> None:
        super().__init__(name, parent)
        self._within = parent
        self.setObjectName("nameField")
        self.setAccessibleName(f"Name of {name}")
        self._check, self._meant = check, meant
        self.reason = QLabel(parent, textFormat=Qt.TextFormat.PlainText)  # it quotes what was typed
        self.reason.setObjectName("nameReason")
        self.reason.setProperty("role", "bubble")
        self.reason.hide()
        self.reason.installEventFilter(self)
        self.reason.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click on it leaves the keyboard to the field
        self.reason.setFocusProxy(self)
        self.textEdited.connect(lambda text: self._tell())
        self.selectAll()

    @property
    def name(self) -> str:
        """What was written; letters whose marks were typed apart are one letter each, as names have them."""
        return unicodedata.normalize("NFC", self.text().strip())

    def _tell(self) -> bool:
        """Says below why the name cannot be; whether it can."""
        text = self._check(self.name)
        offered = self._offered()
        self.reason.setText(f"{text}\nTab, or a click here, makes it {offered}" if offered else text)
        below = self.geometry().bottomLeft() + QPoint(0, _GAP)
        room = self._within.rect()
        self.reason.setWordWrap(False)
        whole = self.reason.sizeHint().width()
        self.reason.setWordWrap(whole > room.width())
        self.reason.setFixedWidth(min(whole, room.width()))
        self.reason.setFixedHeight(
            self.reason.heightForWidth(self.reason.width()) if whole > room.width() else self.reason.sizeHint().height()
        )
        self.reason.move(
            max(min(below.x(), room.right() - self.reason.width()), 0),
            below.y() if below.y() + self.reason.height() <= room.bottom() else self.y() - self.reason.height() - _GAP,
        )
        self.reason.setVisible(bool(text))
        self.reason.raise_()
        self.setAccessibleDescription(text)
        return not text

    def _offered(self) -> str:
        """The name that was meant by one that cannot be; empty where there is none."""
        return self._meant(self.name) if self.name and self._check(self.name) else ""

    def _mend(self) -> bool:
        """Writes the name that was meant; whether there is one."""
        offered = self._offered()
        if offered:
            self.setText(offered)
            self._tell()
        return bool(offered)

    def event(self, event: QEvent) -> bool:
        """Tab mends a name that cannot be; otherwise it goes on to what comes next."""
        is_tab = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        return (is_tab and self._mend()) or super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on the reason."""
        return event.type() == QEvent.Type.MouseButtonPress and self._mend()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape; all else is written."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._tell():
                self.taken.emit(self.name)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who clicks elsewhere has finished: the name is taken, where it can be."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            return
        if self._check(self.name):
            self.left.emit()
        else:
            self.taken.emit(self.name)


class Renaming(QObject):
    """Opens the field: on demand, or at a click on the name of the one selected card.

    The click waits for as long as it could become a double click, which opens groups.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view, self._scene = view, view.scene()
        self._field: NameField | None = None
        self._block = ""
        self._pressed: QPoint | None = None
        self._waiting = once_after(self, QApplication.doubleClickInterval(), self.begin)
        view.viewport().installEventFilter(self)
        view.horizontalScrollBar().valueChanged.connect(lambda value: self._place())
        view.verticalScrollBar().valueChanged.connect(lambda value: self._place())
        self._scene.editor.changed.connect(lambda change: self._end())

    def begin(self) -> None:
        """A field over the name of the one selected card."""
        self._end()
        card = self._scene.cards.get(self._scene.current)
        if card is None:
            return
        self._block = card.block_id
        self._view.see(self._block)
        self._field = NameField(self._view.viewport(), self._block, self._reason_against, self._name_meant)
        self._field.taken.connect(self._take)
        self._field.left.connect(self._end)
        self._place()
        self._field.show()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _reason_against(self, name: str) -> str:
        """Why the block cannot have this name; empty where it can."""
        try:
            network_edits.rename(self._scene.editor.shown.network, self._block, name)
        except NetworkError as error:
            return str(error)
        return ""

    def _name_meant(self, name: str) -> str:
        """What the block may be called that is like what was typed."""
        return meant_name(name, set(self._scene.editor.shown.network.nodes) - {self._block})

    def _take(self, name: str) -> None:
        block = self._block
        self._end()
        if name != block:
            self._scene.editor.rename(block, name)
            self._scene.select(name)

    def _end(self) -> None:
        """No field any longer; the keyboard goes back to the canvas where the field had it."""
        field, self._field = self._field, None
        self._waiting.stop()
        if field is None:
            return
        field.blockSignals(True)
        if field.hasFocus():
            self._view.setFocus()
        for widget in (field, field.reason):
            widget.hide()
            widget.deleteLater()

    def _place(self) -> None:
        """Puts the field over the name, with letters as large as those on the card, where they can be read."""
        card = self._scene.cards.get(self._block)
        if self._field is None or card is None:
            return
        where, pixels = self._name(card)
        area: QRect = self._view.mapFromScene(where.translated(card.scenePos())).boundingRect()
        shown = round(max(pixels * self._view.transform().m11(), _SMALLEST_PIXELS))
        self._field.setFont(card_font(shown, QFont.Weight.DemiBold))
        height = max(self._field.sizeHint().height(), area.height())
        width = max(area.width() + 2 * _GAP, _SMALLEST)  # over the shape's last letter, too, which would stand alone
        area = QRect(area.left() - _GAP, area.center().y() - height // 2, width, height)
        self._field.setGeometry(area)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watches for a click on a name; what the canvas makes of the mouse stays as it is."""
        if isinstance(event, QMouseEvent):
            self._watch(event)
        elif event.type() == QEvent.Type.Wheel:
            self._end()
        return False

    def _watch(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._waiting.stop()
            plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
            self._pressed = place if plain and self._on_name(place) else None
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self._waiting.stop()
            self._pressed = None
        elif event.type() == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            if (place - self._pressed).manhattanLength() < QApplication.startDragDistance():
                self._waiting.start()
            self._pressed = None

    def _on_name(self, place: QPoint) -> bool:
        """Whether a place is on the words of the selected card's name."""
        card = self._scene.cards.get(self._scene.current)
        if card is None:
            return False
        words, pixels = self._name(card)
        letters = QFontMetricsF(card_font(pixels, QFont.Weight.DemiBold))
        words.setWidth(min(letters.horizontalAdvance(card.block_id) + MARGIN, words.width()))
        return words.contains(self._view.mapToScene(place) - card.scenePos())

    def _name(self, card: BlockItem) -> tuple[QRectF, int]:
        """Where a card's name stands on it, and how high its font is, at the view's zoom."""
        if isinstance(card, FrameItem):
            return card.name_room(), FONT_PIXELS
        near = self._view.transform().m11() >= NEAR
        return (QRectF(_NAME), FONT_PIXELS) if near else (QRectF(_LARGE_NAME), LARGE_PIXELS)
