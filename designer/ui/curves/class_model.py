"""The classes of an Output as rows of a table: how many samples are of each, how well it is told, and the means."""

from __future__ import annotations

from enum import IntEnum
from statistics import fmean
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from designer.engine.protocol.class_figures import ClassFigures

TITLES = ("Class", "Samples", "Precision", "Recall", "F1")
_HELP = (
    "The classes as the data have them; a click on a title sorts, a third one brings this order back",
    "How many samples, or steps, are of the class",
    "Share of those named so that are of the class",
    "Share of those of the class that are named so",
    "2 × precision × recall / (precision + recall)",
)
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
SHARE = int(Qt.ItemDataRole.UserRole)
"""The role of a share from 0 to 1, for a bar."""


class ClassColumn(IntEnum):
    """Of the table."""

    NAME = 0
    SAMPLES = 1


class ClassModel(QAbstractTableModel):
    """Rows in the order of the data, or sorted by a column; behind them their means."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Any, ...]] = []
        self._order: list[int] = []
        self._means: tuple[Any, ...] = ()
        self._sorted = -1, Qt.SortOrder.AscendingOrder

    def show_figures(self, figures: ClassFigures | None) -> None:
        """The classes of an Output; none for nothing."""
        columns = (figures.names, figures.samples, figures.precision, figures.recall, figures.f1) if figures else ()
        self.beginResetModel()
        self._rows = list(zip(*columns, strict=True))
        self._means = _means(self._rows)
        self._sort()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; by none in the order of the data."""
        self.beginResetModel()
        self._sorted = column, order
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        column, order = self._sorted
        self._order = list(range(len(self._rows)))
        if column >= 0:
            self._order.sort(key=lambda row: self._rows[row][column], reverse=order == Qt.SortOrder.DescendingOrder)

    def class_at(self, row: int) -> str:
        """The class of a row; empty for that of the means."""
        return str(self._rows[self._order[row]][ClassColumn.NAME]) if row < len(self._rows) else ""

    def row_of(self, name: str) -> int:
        """Where a class stands; -1 where it is not there."""
        return next((place for place, row in enumerate(self._order) if self._rows[row][ClassColumn.NAME] == name), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """As many as there are classes, and one for the means."""
        return 0 if parent.isValid() or not self._rows else len(self._rows) + 1

    def columnCount(self, parent: Index = _ROOT) -> int:
        """The name, and figures."""
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, and the share for a bar."""
        is_mean = index.row() == len(self._rows)
        value = (self._means if is_mean else self._rows[self._order[index.row()]])[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _words(index.column(), value)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == ClassColumn.NAME:
            return value or None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() != ClassColumn.NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == SHARE and index.column() > ClassColumn.SAMPLES and not is_mean:
            return value
        if role == Qt.ItemDataRole.FontRole and is_mean:
            return _slanted()
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | Qt.AlignmentFlag | None:
        """Titles, with what they mean."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section != ClassColumn.NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return {Qt.ItemDataRole.DisplayRole: TITLES, Qt.ItemDataRole.ToolTipRole: _HELP}.get(
            Qt.ItemDataRole(role), (None,) * len(TITLES)
        )[section]


def _means(rows: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Over the classes that there are or that were named, and all samples."""
    there = [row for row in rows if row[ClassColumn.SAMPLES] or row[ClassColumn.SAMPLES + 1]]
    shares = ([row[column] for row in there] or [0.0] for column in range(ClassColumn.SAMPLES + 1, len(TITLES)))
    return ("mean of the classes", sum(row[ClassColumn.SAMPLES] for row in rows), *map(fmean, shares))


def _slanted() -> QFont:
    font = QFont()
    font.setItalic(True)
    return font


def _words(column: int, value: Any) -> str:
    if column == ClassColumn.NAME:
        return str(value) or "(empty)"
    return f"{value:,}" if column == ClassColumn.SAMPLES else f"{value:.3f}"
