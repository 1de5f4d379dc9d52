"""Picker: a line to type in and a list of what suits, over the window: the command palette and its relatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from designer.ui.style.theme import Theme
from designer.ui.widgets.message_box import as_tip
from designer.ui.widgets.screen_reader import announce
from designer.ui.workbench.workbench import Workbench

_WIDTH, _MOST_ROWS = 620, 12
_ROW, _PAD, _ICON, _GAP = 28, 10, 20, 8
_FROM_ABOVE = 44
_LEAST = 320
_CUT = "…"
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Entry:
    """A row: what it is, where it belongs, what stands at its right end, and what choosing it does."""

    title: str
    run: Callable[[], object]
    detail: str = ""
    right: str = ""
    enabled: bool = True
    error: bool = False
    """Whether what stands at the right end tells of something wrong."""
    icon: QIcon | None = None

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        parts = (self.title, self.detail, self.right, "" if self.enabled else "not available now")
        return ", ".join(part for part in parts if part)


Source = Callable[[str], Sequence[Entry]]


class _Entries(QAbstractListModel):
    """The rows that are shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self.with_icons = False
        """Whether a column is kept for icons, so that all titles stand below each other."""

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = list(entries)
        self.with_icons = any(entry.icon for entry in entries)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: entry.title,
            Qt.ItemDataRole.AccessibleTextRole: entry.spoken,
            Qt.ItemDataRole.ToolTipRole: as_tip(entry.spoken),
        }.get(Qt.ItemDataRole(role))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled


def fitting_right(entry: Entry, metrics: QFontMetrics, width: int) -> str:
    """What there is room for at the right end of a row: half of it at most.

    What is wrong makes way for what the row is: the words below the list tell all of it.
    """
    most = width // 2
    if entry.error:
        taken = metrics.horizontalAdvance(entry.title) + metrics.horizontalAdvance(entry.detail)
        most = min(most, max(width - taken - 3 * _PAD, metrics.horizontalAdvance(_CUT)))
    return metrics.elidedText(entry.right, Qt.TextElideMode.ElideRight, most)


class _RowDelegate(QStyledItemDelegate):
    """Draws a row: icon, title, where it belongs, and what stands at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(_LEAST, max(_ROW, option.fontMetrics.height() + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Entries)
        entry, colours = model.entries[index.row()], self._theme.colours
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.selection))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(colours.accent))
        room = rect.adjusted(_PAD, 0, -_PAD, 0)
        if entry.icon:
            top = room.top() + (room.height() - _ICON) // 2
            entry.icon.paint(painter, QRect(room.left(), top, _ICON, _ICON))
        if model.with_icons:
            room.setLeft(room.left() + _ICON + _GAP)
        faint = QColor(colours.muted)
        if not entry.enabled:
            faint.setAlpha(150)
        room.setRight(self._paint_right(painter, room, entry, faint))
        painter.setPen(QColor(colours.text) if entry.enabled else faint)
        taken = self._paint_words(painter, room, entry.title)
        painter.setPen(faint)
        self._paint_words(painter, room.adjusted(taken + _PAD, 0, 0, 0), entry.detail)

    def _paint_right(self, painter: QPainter, room: QRect, entry: Entry, faint: QColor) -> int:
        """What stands at the right end; gives where the rest ends."""
        metrics = painter.fontMetrics()
        words = fitting_right(entry, metrics, room.width())
        painter.setPen(QColor(self._theme.colours.error) if entry.error else faint)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        return room.right() - (metrics.horizontalAdvance(words) + _PAD if words else 0)

    @staticmethod
    def _paint_words(painter: QPainter, room: QRect, text: str) -> int:
        """Words as far as there is room; gives how wide they are."""
        metrics = painter.fontMetrics()
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room.width(), 0))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        return metrics.horizontalAdvance(words)


class Picker(QFrame):
    """Lies over the upper middle of its window. Escape, a click elsewhere or a choice closes it.

    So does an edit, or another group on the canvas, as a shortcut may bring it: what is listed may be gone then.

    Whoever had the keyboard before has it again before what was chosen is done.
    """

    def __init__(self, bench: Workbench, name: str, title: str) -> None:
        super().__init__(bench.window)
        self.setObjectName(name)
        self.setProperty("role", "popup")
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._source: Source = lambda text: ()
        self._before: QWidget | None = None
        self.line = QLineEdit()
        self.line.setObjectName(f"{name}Line")
        self.line.setAccessibleName(title)
        self.list = QListView()
        self.list.setObjectName(f"{name}List")
        self.list.setAccessibleName(f"{title}: what suits")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self._entries = _Entries(self)
        self.list.setModel(self._entries)
        self.list.setItemDelegate(_RowDelegate(bench.theme, self))
        self.hint = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.hint.setProperty("role", "muted")
        self.hint.setContentsMargins(4, 2, 4, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(6)
        for widget in (self.line, self.list, self.hint):
            column.addWidget(widget)
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._choose())
        self.list.selectionModel().currentChanged.connect(lambda now, before: self._say(now.row()))
        bench.editor.changed.connect(lambda change: self._close_if_open())
        self.hide()

    @property
    def shown(self) -> list[Entry]:
        """The rows that are shown now."""
        return self._entries.entries

    def open(self, source: Source, invitation: str, hint: str, text: str = "") -> None:
        """Shows what `source` gives for what is typed, beginning with `text`."""
        if not self.isVisible():
            self._before = self._who_has_the_keyboard()
            for widget in (self.window(), *self._siblings()):
                widget.installEventFilter(self)
        self._source = source
        self.line.setPlaceholderText(invitation)
        self.hint.setText(hint)
        self.line.blockSignals(True)
        self.line.setText(text)
        self.line.blockSignals(False)
        self._fill()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def _who_has_the_keyboard(self) -> QWidget | None:
        """Who is to have it again: of another picker, which gives way to this one, who had it before that."""
        having = QApplication.focusWidget()
        for other in self.window().findChildren(Picker):
            if other is not self and having is not None and other.isAncestorOf(having):
                return other._before
        return having

    def close_(self) -> None:
        """Goes away, and gives the keyboard back."""
        had_it = self.isAncestorOf(QApplication.focusWidget() or self.window())
        for widget in (self.window(), *self._siblings()):
            widget.removeEventFilter(self)
        before, self._before = self._before, None
        self.hide()
        if had_it and before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _close_if_open(self) -> None:
        """What is listed is about the network as it was."""
        if self.isVisible():
            self.close_()
            self._entries.show(())

    def _siblings(self) -> list[QWidget]:
        """What else lies in the window; not other lists, as two that both want to be above all would never rest."""
        found = self._within().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [widget for widget in found if not isinstance(widget, Picker)]

    def _within(self) -> QWidget:
        """The window that it lies in."""
        window = self.parentWidget()
        assert window is not None
        return window

    def _fill(self) -> None:
        entries = self._source(self.line.text().strip())
        self._entries.show(entries)
        self._place()
        first = next((row for row, entry in enumerate(entries) if entry.enabled), 0)
        if entries:
            self.list.setCurrentIndex(self._entries.index(first))
            self.list.scrollToTop() if first < _MOST_ROWS else self.list.scrollTo(self._entries.index(first))

    def _place(self) -> None:
        """In the upper middle of the window, as high as its rows need."""
        window = self._within()
        width = max(min(_WIDTH, window.width() - 2 * _FROM_ABOVE), _LEAST)
        rows = min(len(self.shown), _MOST_ROWS)
        self.list.setFixedHeight(max(rows * self.list.sizeHintForRow(0), 0) if rows else 0)
        self.list.setVisible(bool(rows))
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((window.width() - width) // 2, _FROM_ABOVE)

    def _say(self, row: int) -> None:
        if 0 <= row < len(self.shown):
            announce(self.list, self.shown[row].spoken)

    def _choose(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self.shown) and self.shown[row].enabled:
            entry = self.shown[row]
            self.close_()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys for the list while the line has the keyboard; the window's size; the end of the keyboard here.

        A panel that comes to the front lays the window out anew a moment later, and raises the canvas over the list.
        """
        if watched is self.line:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if event.type() == QEvent.Type.FocusOut and self.isVisible():
                self.close_()
        elif event.type() == QEvent.Type.ZOrderChange and watched is not self.parentWidget() and self.isVisible():
            self.raise_()
        elif event.type() == QEvent.Type.Resize and watched is self.parentWidget() and self.isVisible():
            self._place()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.close_()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif event.key() in _LIST_KEYS:
            self._go(event.key())
        else:
            return False
        return True

    def _go(self, key: int) -> None:
        """Up and down, round the ends; by a page, up to them."""
        count, now = len(self.shown), self.list.currentIndex().row()
        if not count:
            return
        page = {Qt.Key.Key_PageUp: -_MOST_ROWS, Qt.Key.Key_PageDown: _MOST_ROWS}.get(Qt.Key(key))
        step = 1 if key == Qt.Key.Key_Down else -1
        row = min(max(now + page, 0), count - 1) if page else (now + step) % count
        self.list.setCurrentIndex(self._entries.index(row))
