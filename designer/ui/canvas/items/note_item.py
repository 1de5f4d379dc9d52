"""NoteItem: a sheet on the canvas with a person's own words, written and resized in place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QGraphicsTextItem,
    QStyle,
    QStyleOptionGraphicsItem,
    QWidget,
)

from designer.core.graph.settings import Note, Position
from designer.core.layout.cards import GRID, on_grid
from designer.ui.style.theme import Look, note_sheet

LEAST = QSizeF(80.0, 40.0)
MOST = 4000.0
_MARGIN = 10.0
_HANDLE = 14.0
_RADIUS = 4.0
_PIXELS = 12
_READABLE = 0.35
_INVITATION = "Double-click to write"

Written = Callable[[str, Position], bool]


class NoteItem(QGraphicsItem):
    """A note, and what is called for what a person does to it: `write(text, size)`, `resize(size)`, `dropped()`.

    What `write` refuses, by False, is taken back. `dropped` is the end of a drag: where all that was dragged goes is
    not the note's to say.
    """

    def __init__(
        self,
        name: str,
        note: Note,
        theme: Look,
        write: Written,
        resize: Callable[[Position], object],
        dropped: Callable[[], object],
    ) -> None:
        super().__init__()
        self.name, self.note = name, note
        self._theme, self._write, self._resize, self._dropped = theme, write, resize, dropped
        self._size = QSizeF(*note.size)
        self._document = QTextDocument()
        _as_on_cards(self._document)
        self._pulled_from: QPointF | None = None
        self._hovered = False
        self._text: NoteText | None = None
        self.setAcceptHoverEvents(True)
        self.setZValue(-2)
        self.set_live(True)
        self.show_note(note)

    def set_live(self, live: bool) -> None:
        """Whether it can be selected and moved, or is only seen."""
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, live)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, live)

    def show_note(self, note: Note) -> None:
        """Shows what the document says; what is being typed stays, where it is the same."""
        self.prepareGeometryChange()
        self.note, self._size = note, QSizeF(*note.size)
        self._document.setPlainText(note.text)
        self._document.setTextWidth(self._size.width() - 2 * _MARGIN)
        self.setToolTip("" if note.text else _INVITATION)
        if self._text:
            self._text.follow(note.text, self._document.textWidth())
        self.update()

    @property
    def writing(self) -> bool:
        """Whether it is being written."""
        return self._text is not None and self._text.isVisible()

    def boundingRect(self) -> QRectF:
        """The sheet with its border."""
        return self.sheet.adjusted(-2, -2, 2, 2)

    @property
    def sheet(self) -> QRectF:
        """The sheet, in its own coordinates."""
        return QRectF(QPointF(), self._size)

    def shape(self) -> QPainterPath:
        """What can be clicked."""
        path = QPainterPath()
        path.addRect(self.sheet)
        return path

    def begin_writing(self) -> None:
        """Puts a text cursor into the note, behind its text."""
        if self._text is None:
            self._text = NoteText(self)
            self._text.setZValue(self.zValue())
            self._text.setPos(_MARGIN, _MARGIN)
        if not self._text.isVisible():
            self._text.begin(self.note.text, self._document.textWidth())
        self._text.setFocus()
        self.update()

    def end_writing(self) -> None:
        """Shows the text again."""
        if self._text:
            self._text.setVisible(False)
        self.update()

    def typed(self, text: str) -> None:
        """Another text, on a sheet that is high enough for it."""
        self._document.setPlainText(text)
        if not self._write(text, self._size_for(self._size)):
            self.show_note(self.note)

    def _size_for(self, size: QSizeF) -> Position:
        """The size, or a higher one where the text needs it; on the grid."""
        self._document.setTextWidth(size.width() - 2 * _MARGIN)
        needed = self._document.size().height() + 2 * _MARGIN
        height = max(size.height(), -(-needed // GRID) * GRID)
        return size.width(), min(height, MOST)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """A double click writes."""
        if event.button() == Qt.MouseButton.LeftButton and self.isSelected():
            self.begin_writing()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Begins to move, or at the lower right corner to resize."""
        super().mousePressEvent(event)
        self._pulled_from = None
        if event.isAccepted() and self._handle().contains(event.pos()):
            self._pulled_from = event.pos() - QPointF(self._size.width(), self._size.height())

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Moves, or resizes."""
        if self._pulled_from is None:
            super().mouseMoveEvent(event)
            return
        wanted = event.pos() - self._pulled_from
        self.prepareGeometryChange()
        width = min(max(on_grid(wanted.x()), LEAST.width()), MOST)
        height = min(max(on_grid(wanted.y()), LEAST.height()), MOST)
        self._size = QSizeF(*self._size_for(QSizeF(width, height)))
        if self._text:
            self._text.setTextWidth(self._document.textWidth())

    def let_go(self) -> None:
        """It is not resized any longer, and as large as the document says."""
        if self._pulled_from is not None:
            self._pulled_from = None
            self.show_note(self.note)

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """The end of a drag becomes one edit."""
        super().mouseReleaseEvent(event)
        if self._pulled_from is not None:
            self._pulled_from = None
            if self._size.toTuple() != self.note.size:
                self._resize((self._size.width(), self._size.height()))
        else:
            self._dropped()

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """The corner that resizes says so."""
        self._hovered = True
        over = self._handle().contains(event.pos())
        self.setCursor(Qt.CursorShape.SizeFDiagCursor if over else Qt.CursorShape.ArrowCursor)
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """The corner is not shown any longer."""
        self._hovered = False
        self.update()

    def _handle(self) -> QRectF:
        corner = self.sheet.bottomRight()
        return QRectF(corner - QPointF(_HANDLE, _HANDLE), corner)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the sheet; from far away, where words could not be read, without them."""
        fill, border = note_sheet(self.note.colour, self._theme.dark)
        chosen = self.isSelected() or self.writing
        painter.setPen(QPen(QColor(self._theme.colours.accent if chosen else border), 2.0 if chosen else 1.0))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(self.sheet, _RADIUS, _RADIUS)
        if option.levelOfDetailFromTransform(painter.worldTransform()) < _READABLE:
            return
        if self._text and self.writing:
            self._text.take_colour(QColor(self._theme.colours.text))
        else:
            self._paint_words(painter)
        if chosen or self._hovered:
            self._paint_handle(painter)

    def _paint_words(self, painter: QPainter) -> None:
        colours = self._theme.colours
        room = self.sheet.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.save()
        painter.translate(room.topLeft())
        painter.setClipRect(QRectF(QPointF(), room.size()))
        if self.note.text:
            context = QAbstractTextDocumentLayout.PaintContext()
            context.palette.setColor(QPalette.ColorRole.Text, QColor(colours.text))
            self._document.documentLayout().draw(painter, context)
        else:
            painter.setFont(self._document.defaultFont())
            painter.setPen(QColor(colours.muted))
            painter.drawText(QRectF(QPointF(), room.size()), Qt.AlignmentFlag.AlignLeft, _INVITATION)
        painter.restore()

    def _paint_handle(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._theme.colours.muted), 1.2))
        corner = self.sheet.bottomRight()
        for reach in (4.0, 8.0):
            painter.drawLine(corner - QPointF(reach + 3, 3), corner - QPointF(3, reach + 3))


class NoteText(QGraphicsTextItem):
    """The words of a note while they are written. Each change goes to the note; Escape or a click elsewhere ends it."""

    def __init__(self, note: NoteItem) -> None:
        super().__init__(note)
        self._note = note
        self.setVisible(False)
        _as_on_cards(self.document())
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
        self.document().contentsChanged.connect(self._tell)

    def take_colour(self, colour: QColor) -> None:
        """Follows the theme."""
        if self.defaultTextColor() != colour:
            self.setDefaultTextColor(colour)

    def begin(self, text: str, width: float) -> None:
        """Shows the words, with the cursor behind them."""
        self.follow(text, width)
        self.setVisible(True)
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self.setTextCursor(cursor)

    def follow(self, text: str, width: float) -> None:
        """Takes the document's text and width, as after an undo; the cursor stays, as far as there is text."""
        self.setTextWidth(width)
        if text != self.toPlainText():
            self.document().blockSignals(True)
            cursor = self.textCursor()
            place = cursor.position()
            self.setPlainText(text)
            cursor.setPosition(min(place, self.document().characterCount() - 1))
            self.setTextCursor(cursor)
            self.document().blockSignals(False)

    def _tell(self) -> None:
        if self.isVisible() and self.toPlainText() != self._note.note.text:
            self._note.typed(self.toPlainText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape ends; all else is typed."""
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Ends, unless it is only a menu that is open, or another window."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            QTimer.singleShot(0, self, self._end)  # hidden at once, it would take the focus from what has it now

    def _end(self) -> None:
        if not self.hasFocus():
            self._note.end_writing()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draws the words without a frame: the sheet's own says where one writes."""
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, widget)  # type: ignore[arg-type]


def _as_on_cards(made: QTextDocument) -> None:
    """A plain text in the size of the words on cards, without a margin of its own."""
    font = QFont()
    font.setPixelSize(_PIXELS)
    made.setDefaultFont(font)
    made.setDocumentMargin(0)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    made.setDefaultTextOption(option)
