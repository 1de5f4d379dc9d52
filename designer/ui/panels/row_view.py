"""A row of a table: the names of its columns, and what stands there, in the person's own units."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem

_AROUND = 5
_LEAST_ROWS = 3


class RowView(QTableWidget):
    """Names beside values; it scrolls where there are many."""

    def __init__(self) -> None:
        super().__init__(0, 2)
        self.setObjectName("sampleRow")
        self.setAccessibleName("The row of the table")
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _AROUND)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.cells: list[tuple[str, str]] = []

    def sizeHint(self) -> QSize:
        """What it can do with, as it scrolls."""
        return self.minimumSize()

    def show_row(self, row: Sequence[tuple[str, str]]) -> None:
        """Names and values."""
        self.cells = list(row)
        self.setRowCount(len(row))
        for at, pair in enumerate(row):
            for column, text in enumerate(pair):
                item = self.item(at, column)
                if item is None:
                    item = QTableWidgetItem()
                    self.setItem(at, column, item)
                item.setText(text)
                item.setToolTip(text)
        line = self.verticalHeader().defaultSectionSize()
        self.setMinimumHeight(min(len(row), _LEAST_ROWS) * line)
        self.setMaximumHeight(max(len(row), 1) * line + 2)
