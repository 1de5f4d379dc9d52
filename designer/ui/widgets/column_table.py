"""The columns of somebody's table with a choice of role and of type for each: as many rows as there are columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from designer.core.schema.units import figure
from designer.data.formats.base import ColumnChoice, ColumnChoices
from designer.data.formats.columns import ColumnFacts
from designer.ui.style.labels import value_label
from designer.ui.widgets.fields import Field
from designer.ui.widgets.timers import once_after

_MOST_ROWS = 9
"""Rows that are seen at once; more are scrolled to."""
_ARROW, _AROUND, _BESIDE = 16, 8, 12
"""Pixels: of an arrow, above and below a word, and beside it."""
_HEADS = ("Column", "Used as", "Type")
_LEAST_NAME = 6
"""Letters of a name that there is room for at least."""
Index = QModelIndex | QPersistentModelIndex


class ColumnTable(Field):
    """One row for each column: its name, what it is used as, and what its values are."""

    takes_a_row = True

    def __init__(self, rule: ColumnChoices) -> None:
        super().__init__()
        self._choices = tuple(choices for choices in (rule.roles, rule.types) if choices)
        self._value: tuple[ColumnChoice, ...] = ()
        self._facts: tuple[ColumnFacts, ...] = ()
        self._showing = False
        self._table = _Cells(0, 1 + len(self._choices))
        self._table.setHorizontalHeaderLabels(_HEADS[: 1 + len(self._choices)])
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self._table.setTabKeyNavigation(False)
        self._table.setAccessibleName("Columns, with a role and a type for each")
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, choices in enumerate(self._choices, 1):
            self._table.setItemDelegateForColumn(place, _ChoiceDelegate(choices, self._table))
        self._table.itemChanged.connect(self._changed)
        self._table.clicked.connect(self._open)
        self._row.addWidget(self._table)
        self._fit_soon = once_after(self, 0, self._fit)
        self._table.horizontalScrollBar().rangeChanged.connect(lambda least, most: self._fit_soon.start())

    def show_value(self, value: Any) -> None:
        """Shows the columns; a list of names that stays is not built anew."""
        if tuple(value) == self._value:
            return
        self._showing = True
        if [item.name for item in value] != [item.name for item in self._value]:
            self._table.setRowCount(len(value))
            for row, item in enumerate(value):
                self._put(row, 0, item.name, "")
        for row, item in enumerate(value):
            for place, chosen in enumerate((item.role, item.type)[: len(self._choices)], 1):
                self._put(row, place, value_label(chosen), chosen)
        self._value = tuple(value)
        self._showing = False
        self._fit()

    def show_facts(self, facts: Sequence[ColumnFacts]) -> None:
        """What was found in each column, in the tips of their names."""
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        for row, found in enumerate(facts[: self._table.rowCount()]):
            item = self._table.item(row, 0)
            if item is not None:
                item.setToolTip(_told(found))

    def choose(self, row: int, place: int, value: str) -> None:
        """Another role (place 1) or type (place 2) of a column."""
        self._put(row, place, value_label(value), value)

    def _put(self, row: int, place: int, text: str, value: str) -> None:
        item = self._table.item(row, place)
        if item is None:
            item = QTableWidgetItem()
            self._table.setItem(row, place, item)
        item.setText(text)
        item.setToolTip(text)
        item.setData(Qt.ItemDataRole.UserRole, value)
        if not place:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)

    def _fit(self) -> None:
        """As high as the rows, each choice as wide as what is chosen; names have the rest of the width."""
        rows, metrics, header = min(len(self._value), _MOST_ROWS), self.fontMetrics(), self._table.horizontalHeader()
        header.setMinimumSectionSize(metrics.averageCharWidth() * _LEAST_NAME + _BESIDE)
        for place in range(1, self._table.columnCount()):
            cells = [item.text() for row in range(self._table.rowCount()) if (item := self._table.item(row, place))]
            widest = max((metrics.horizontalAdvance(text) + _ARROW for text in cells), default=0)
            head = metrics.horizontalAdvance(_HEADS[place])
            self._table.setColumnWidth(place, max(widest, head) + _BESIDE)
        height = metrics.height() + _AROUND
        self._table.verticalHeader().setDefaultSectionSize(height)
        bar = self._table.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() > 0 else 0
        self._table.setFixedHeight(header.sizeHint().height() + rows * height + 4 + below)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_soon.start()

    def _open(self, index: QModelIndex) -> None:
        """A click on a choice opens it."""
        if index.column():
            self._table.edit(index)

    def _changed(self, changed: QTableWidgetItem) -> None:
        if self._showing or not changed.column():
            return
        row, name = changed.row(), ("role", "type")[changed.column() - 1]
        chosen = changed.data(Qt.ItemDataRole.UserRole)
        if getattr(self._value[row], name) == chosen:
            return
        after = self._value[row].model_copy(update={name: chosen})
        self._value = (*self._value[:row], after, *self._value[row + 1 :])
        self.edited.emit(self._value)


def _told(found: ColumnFacts) -> str:
    """A column's name, and what is in it, line by line."""
    lines = [found.name, f"{found.distinct:,} different values", f"{found.missing:,} missing"]
    if found.least or found.most:
        lines.append(f"from {found.least} to {found.most}")
    if found.mean is not None:
        lines.append(f"on average {figure(found.mean)}")
    return "\n".join(lines)


class _Cells(QTableWidget):
    """A table whose F2 opens a choice: the canvas, which renames a block by it, does not have the keyboard."""

    def event(self, event: QEvent) -> bool:
        """Takes the key before the menus do."""
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F2:
            event.accept()
            return True
        return super().event(event)


class _ChoiceDelegate(QStyledItemDelegate):
    """A cell that is one of a few values: an arrow tells so, and a list opens for it."""

    def __init__(self, choices: tuple[str, ...], table: QTableWidget) -> None:
        super().__init__(table)
        self._choices, self._shown_in = choices, table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The value with an arrow behind it."""
        room = QRect(option.rect)
        option.rect = room.adjusted(0, 0, -_ARROW, 0)
        super().paint(painter, option, index)
        painter.setPen(QColor(self._shown_in.palette().color(QPalette.ColorRole.PlaceholderText)))
        painter.drawText(room.adjusted(room.width() - _ARROW, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, "▾")

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A list of the values, which opens by itself."""
        box = QComboBox(parent)
        for value in self._choices:
            box.addItem(value_label(value), value)
        box.activated.connect(lambda place: self._take(box))
        return box

    def _take(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The value of now, and the list: once, as the view asks again whenever anything in the row is set."""
        assert isinstance(editor, QComboBox)
        if not editor.property("opened"):
            editor.setProperty("opened", True)
            editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.UserRole)))
            editor.showPopup()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        """The value that was chosen, with its words; the view asks the editor to show each of them as it is set."""
        assert isinstance(editor, QComboBox)
        item, value, words = (
            self._shown_in.item(index.row(), index.column()),
            editor.currentData(),
            editor.currentText(),
        )
        if item is not None and item.data(Qt.ItemDataRole.UserRole) != value:
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setText(words)

    def eventFilter(self, editor: Any, event: QEvent) -> bool:
        """An open list has the keyboard, and its cell keeps the editor meanwhile."""
        if event.type() == QEvent.Type.FocusOut and isinstance(editor, QComboBox) and editor.view().isVisible():
            return False
        return super().eventFilter(editor, event)
