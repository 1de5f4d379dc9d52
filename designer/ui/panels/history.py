"""The history: all edits in order, where one is, and which of them is saved. A click goes there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from designer.ui.editing.commands import DesignCommand
from designer.ui.editing.editor import Editor
from designer.ui.style import icons
from designer.ui.style.theme import Theme
from designer.ui.widgets.message_box import as_tip

Index = QModelIndex | QPersistentModelIndex
_ICON, _GAP, _ROW, _BAR = 16, 8, 28, 3
_PICTURES = {"group": "groups"}
_TIME, _SORT, _HERE, _AHEAD, _SAVED = range(Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 5)


class HistoryModel(QAbstractListModel):
    """A row for how the network was opened, and one for each edit."""

    def __init__(self, editor: Editor, name: Callable[[], str]) -> None:
        super().__init__(editor)
        self._editor, self._name = editor, name
        self._edits: list[DesignCommand] = []
        self.refresh()

    def refresh(self) -> None:
        """Takes what the history holds now; rows stay where their number is the same."""
        edits = self._editor.history()
        if len(edits) == len(self._edits):
            self._edits = edits
            self.dataChanged.emit(self.index(0), self.index(len(edits)))
            return
        self.beginResetModel()
        self._edits = edits
        self.endResetModel()

    def edit_at(self, row: int) -> DesignCommand | None:
        """The edit of a row; None for how the network was opened."""
        return self._edits[row - 1] if row else None

    def rowCount(self, parent: Index | None = None) -> int:
        """One more than there are edits."""
        return 0 if parent is not None and parent.isValid() else len(self._edits) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What the delegate draws and a screen reader says."""
        place, here = index.row(), self._editor.stack.index()
        if not index.isValid() or place > len(self._edits):
            return None
        edit = self._edits[place - 1] if place else None
        values: dict[int, Callable[[], object]] = {
            Qt.ItemDataRole.DisplayRole: lambda: edit.words if edit else f"{self._name()} at the start",
            Qt.ItemDataRole.ToolTipRole: lambda: as_tip(f"{edit.words}\n{edit.made_at:%H:%M:%S}") if edit else None,
            Qt.ItemDataRole.AccessibleTextRole: lambda: self._told(place, edit, here),
            _TIME: lambda: f"{edit.made_at:%H:%M}" if edit else "",
            _SORT: lambda: _PICTURES.get(edit.sort, edit.sort) if edit else "open",
            _HERE: lambda: place == here,
            _AHEAD: lambda: place > here,
            _SAVED: lambda: place == self._editor.stack.cleanIndex() and self._editor.document.path is not None,
        }
        return values[role]() if role in values else None

    def _told(self, place: int, edit: DesignCommand | None, here: int) -> str:
        words = edit.words if edit else f"{self._name()} at the start"
        where = ", now" if place == here else ", undone" if place > here else ""
        saved = place == self._editor.stack.cleanIndex() and self._editor.document.path is not None
        return f"{words}{where}{', saved' if saved else ''}"


class _Rows(QStyledItemDelegate):
    """A row: what it is about, its words, whether it is saved, and when."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high for every row."""
        return QSize(120, max(_ROW, option.fontMetrics.height() + 10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Where one is has a bar and bold words; what was undone is faint."""
        colours, row = self._theme.colours, option.rect
        here, ahead = index.data(_HERE), index.data(_AHEAD)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(row, QColor(colours.selection))
        if here:
            painter.fillRect(QRect(row.left(), row.top(), _BAR, row.height()), QColor(colours.accent))
        strong = QColor(colours.muted if ahead else colours.text)
        strong.setAlpha(150 if ahead else 255)
        picture = icons.pixmap(index.data(_SORT), colours.accent if here else colours.muted, _ICON)
        painter.setOpacity(0.55 if ahead else 1.0)
        painter.drawPixmap(row.left() + _BAR + _GAP, row.center().y() - _ICON // 2 + 1, picture)
        painter.setOpacity(1.0)
        right = self._paint_end(painter, row, index)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if here else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(strong)
        left = row.left() + _BAR + _GAP + _ICON + _GAP
        words = QRect(left, row.top(), right - left - _GAP, row.height())
        shown = painter.fontMetrics().elidedText(
            index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _paint_end(self, painter: QPainter, row: QRect, index: Index) -> int:
        """The time and the mark of what is saved, from the right; gives where they begin."""
        colours, right = self._theme.colours, row.right() - _GAP
        painter.setPen(QColor(colours.muted))
        time = index.data(_TIME)
        if time:
            painter.drawText(
                QRect(row.left(), row.top(), right - row.left(), row.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                time,
            )
            right -= painter.fontMetrics().horizontalAdvance(time) + _GAP
        if index.data(_SAVED):
            right -= _ICON
            painter.drawPixmap(right, row.center().y() - _ICON // 2 + 1, icons.pixmap("save", colours.good, _ICON))
            right -= _GAP
        return right


class HistoryPanel(QWidget):
    """The list. A click or Enter goes to a state; `compare_wanted(place)` asks what differs between one and now."""

    compare_wanted = Signal(int)

    def __init__(self, editor: Editor, theme: Theme, name: Callable[[], str]) -> None:
        super().__init__()
        self._editor = editor
        self.model = HistoryModel(editor, name)
        self.list = QListView()
        self.list.setObjectName("historyList")
        self.list.setAccessibleName("History of edits")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Rows(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._hint = QLabel("Each edit is listed here. Click one to go back to it.")
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(12, 4, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._hint)
        column.addWidget(self.list, 1)
        self._going = False
        self._seen = False
        self.list.clicked.connect(lambda index: self._go(index.row()))
        self.list.activated.connect(lambda index: self._go(index.row()))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        editor.stack.indexChanged.connect(lambda index: self.refresh())
        editor.stack.cleanChanged.connect(lambda clean: self.refresh())
        editor.document.path_changed.connect(self.refresh)
        theme.changed.connect(self.list.viewport().update)

    def set_seen(self, seen: bool) -> None:
        """A list that nobody sees costs nothing at an edit; it is brought up to date when it is shown."""
        self._seen = seen
        self.refresh()

    def refresh(self) -> None:
        """Shows the history as it is, with the row of the present state in view."""
        if not self._seen or self._going:
            return
        self.model.refresh()
        self._hint.setVisible(self.model.rowCount() == 1)
        here = self.model.index(self._editor.stack.index())
        self.list.setCurrentIndex(here)
        self.list.scrollTo(here)

    def _show_menu(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        if index.isValid():
            row = index.row()
            edit = self.model.edit_at(row)
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction("Go to This State", lambda: self._if_there(row, edit, self._go))
            menu.addAction("Compare With Now…", lambda: self._if_there(row, edit, self.compare_wanted.emit))
            menu.popup(self.list.viewport().mapToGlobal(place))

    def _if_there(self, row: int, edit: DesignCommand | None, do: Callable[[int], object]) -> None:
        """Does something with a state of the history, unless another edit has taken its row meanwhile."""
        self.model.refresh()
        if row < self.model.rowCount() and self.model.edit_at(row) is edit:
            do(row)
        else:
            self._editor.refused.emit("Nothing was done: this state is no longer in the history")

    def _go(self, place: int) -> None:
        self._going = True
        self._editor.go_to(place)
        self._going = False
        self.refresh()
