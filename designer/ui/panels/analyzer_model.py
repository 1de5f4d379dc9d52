"""The analyzer's table as Qt's item views want it: a tree of rows, brought up to date by what differs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from designer.core.analysis.analysis import CostRow
from designer.core.analysis.costs import Costs
from designer.core.graph.group_paths import GroupPath
from designer.core.schema import units
from designer.core.schema.units import Quantity
from designer.ui.panels.analyzer_words import amount_tip
from designer.ui.style import icons
from designer.ui.style.theme import Theme
from designer.ui.widgets.message_box import as_tip

TITLES = ("Block", "Output", "Parameters", "Multiply-adds", "Memory", "Time")
QUANTITY_OF: dict[int, Quantity] = {2: "parameters", 3: "multiply_adds", 4: "memory", 5: "time"}

_MOST_MOVES = 64
"""Where more rows come or go, the whole table is set anew, which is quicker than row by row."""
_ICON = 16
_HELP = {
    0: "The network's blocks, in the order in which they compute; open a group to see what is in it",
    1: "The shape that a block gives, without the batch axis",
    2: "Trainable numbers",
    3: "Multiplications with an addition, for one sample",
    4: "What the values that a block gives take for a batch of {batch:,}",
    5: "Forward and backward for a batch of {batch:,}, without the loss and the optimizer's step; measured on demand",
}

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Roles(IntEnum):
    """What the delegate draws, beside Qt's own roles."""

    SHARE = Qt.ItemDataRole.UserRole
    OVER = Qt.ItemDataRole.UserRole + 1
    STALE = Qt.ItemDataRole.UserRole + 2


_ANSWERED = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ToolTipRole,
        *Roles,
    }
)
"""Views ask for much more, for each cell that they draw."""


class _Item:
    """A row in its place in the tree. `children` is None as long as nobody has asked for them."""

    def __init__(self, number: int, row: CostRow | None, parent: _Item | None, order: int = 0) -> None:
        self.number, self.row, self.parent, self.order = number, row, parent, order
        self.place = 0
        self.children: list[_Item] | None = None


class AnalyzerModel(QAbstractItemModel):
    """Rows sorted by a column, or in the network's order."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.costs = Costs()
        self.stale = False
        self._items: dict[int, _Item] = {}
        self._next = 1
        self._sorted: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)
        self._root = self._new(None, None)
        self._root.children = []

    def show_costs(self, costs: Costs, stale: bool) -> None:
        """Shows other costs; rows that stay keep their selection and stay open."""
        self.costs, self.stale = costs, stale
        rows = costs.analysis.rows
        known = {child.row.path for child in self._children(self._root) if child.row}
        moves = len(known.symmetric_difference({row.path for row in rows}))
        if moves > _MOST_MOVES:
            self.beginResetModel()
            self._items, self._root.children = {self._root.number: self._root}, []
            self._root.children = self._made(self._root, rows)
            self._sort_within(self._root)
            self.endResetModel()
            return
        self._merge(self._root, rows)
        self._sort_all()
        self._tell(self._root)

    def row_at(self, index: Index) -> CostRow | None:
        """The row that a cell is of."""
        return self._item(index).row

    def index_of(self, path: GroupPath) -> QModelIndex:
        """The row of a block; an index that is not valid where there is none."""
        item = self._root
        for length in range(1, len(path) + 1):
            part = path[:length]
            found = next((child for child in self._children(item) if child.row and child.row.path == part), None)
            if found is None:
                return QModelIndex()
            item = found
        return self._index(item)

    # What Qt asks.

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        """A cell."""
        children = self._children(self._item(parent))
        if not (0 <= row < len(children) and 0 <= column < len(TITLES)):
            return QModelIndex()
        return self.createIndex(row, column, children[row].number)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """The group around a row."""
        item = self._item(index)
        return self._index(item.parent) if item.parent and item.parent is not self._root else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """The blocks of the network, or inside a group."""
        return len(self._children(self._item(parent))) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = _ROOT) -> int:
        """As many as there are titles."""
        return len(TITLES)

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        """Known without looking inside."""
        row = self._item(parent).row
        return bool(self._root.children) if row is None else row.is_group and row.shape is not None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles and what they mean."""
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return _HELP[section].format(batch=self.costs.settings.batch_size)
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole and section in QUANTITY_OF:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        row = self._item(index).row if role in _ANSWERED else None
        if row is None:
            return None
        quantity = QUANTITY_OF.get(index.column())
        return self._words(row, index.column(), role) if quantity is None else self._amount(row, quantity, role)

    def _words(self, row: CostRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return row.path[-1]
            return str(row.shape) if row.shape else "?"
        if column == 0 and role == Qt.ItemDataRole.DecorationRole:
            return icons.pixmap(row.block.category.lower(), self._theme.colours.muted, _ICON)
        if role == Qt.ItemDataRole.ToolTipRole:
            details = row.block.details()
            return as_tip(f"{row.block.title} · {details}" if details else row.block.title)
        return None

    def _amount(self, row: CostRow, quantity: Quantity, role: int) -> Any:
        costs = self.costs
        amount = costs.amount(row, quantity)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            shared = "shared" if quantity == "parameters" and row.shared_with else "–"
            return units.shown(amount, quantity) if amount else shared
        if role == Roles.SHARE:
            return costs.share(row, quantity)
        if role == Roles.OVER:
            return costs.is_over(row, quantity)
        if role == Roles.STALE:
            return self.stale and quantity == "time"
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(amount_tip(costs, row, quantity, self.stale))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; by the network's order for -1."""
        self._sorted = column, order
        self._sort_all()

    # The tree.

    def _new(self, row: CostRow | None, parent: _Item | None, order: int = 0) -> _Item:
        item = _Item(self._next, row, parent, order)
        self._items[self._next] = item
        self._next += 1
        return item

    def _made(self, parent: _Item, rows: tuple[CostRow, ...]) -> list[_Item]:
        made = [self._new(row, parent, place) for place, row in enumerate(rows)]
        for place, item in enumerate(made):
            item.place = place
        return made

    def _children(self, item: _Item) -> list[_Item]:
        if item.children is None:
            item.children = self._made(item, item.row.inside if item.row else ())
            self._sort_within(item)
        return item.children

    def _item(self, index: Index) -> _Item:
        return self._items.get(index.internalId(), self._root) if index.isValid() else self._root

    def _index(self, item: _Item, column: int = 0) -> QModelIndex:
        return QModelIndex() if item is self._root else self.createIndex(item.place, column, item.number)

    def _opened(self, item: _Item) -> Iterator[_Item]:
        """All items whose children somebody has asked for."""
        if item.children is not None:
            yield item
            for child in item.children:
                if child.children is not None:
                    yield from self._opened(child)

    def _merge(self, parent: _Item, rows: tuple[CostRow, ...]) -> None:
        """Brings the children of an item in step: some go, some come, others have another row."""
        children = self._children(parent)
        wanted = {row.path: (place, row) for place, row in enumerate(rows)}
        for place in range(len(children) - 1, -1, -1):
            row = children[place].row
            if row is None or row.path not in wanted:
                self._remove(parent, place)
        there = {child.row.path: child for child in children if child.row}
        new = [row for row in rows if row.path not in there]
        if new:
            self.beginInsertRows(self._index(parent), len(children), len(children) + len(new) - 1)
            children += [self._new(row, parent) for row in new]
            self._number(children)
            self.endInsertRows()
        for child in children:
            assert child.row is not None
            child.order, row = wanted[child.row.path]
            if child.row is not row:
                child.row = row
                if child.children is not None:
                    self._merge(child, row.inside)

    def _remove(self, parent: _Item, place: int) -> None:
        children = self._children(parent)
        self.beginRemoveRows(self._index(parent), place, place)
        self._forget(children.pop(place))
        self._number(children)
        self.endRemoveRows()

    def _forget(self, item: _Item) -> None:
        del self._items[item.number]
        for child in item.children or ():
            self._forget(child)

    @staticmethod
    def _number(children: list[_Item]) -> None:
        for place, child in enumerate(children):
            child.place = place

    def _sort_within(self, item: _Item) -> bool:
        """Sorts the children of an item; whether any of them moved."""
        children = item.children or []
        column, order = self._sorted
        if column < 0 and all(child.order == place for place, child in enumerate(children)):
            return False
        before = [child.number for child in children]
        children.sort(key=lambda child: child.order)
        if column >= 0:
            down = order == Qt.SortOrder.DescendingOrder
            children.sort(key=lambda child: self._key(child, column), reverse=down)
        self._number(children)
        return before != [child.number for child in children]

    def _key(self, item: _Item, column: int) -> Any:
        row = item.row
        assert row is not None
        if column == 0:
            return row.path[-1].casefold()
        if column == 1:
            return row.shape.elements if row.shape else -1
        amount = self.costs.amount(row, QUANTITY_OF[column])
        return -1.0 if amount is None else amount

    def _sort_all(self) -> None:
        opened = [item for item in self._opened(self._root) if item.children]
        held = [(index, self._item(index)) for index in self.persistentIndexList()]
        self.layoutAboutToBeChanged.emit()
        moved = [self._sort_within(item) for item in opened]
        if any(moved):
            old = [index for index, _ in held]
            self.changePersistentIndexList(old, [self._index(item, index.column()) for index, item in held])
        self.layoutChanged.emit()

    def _tell(self, item: _Item) -> None:
        """All cells may read otherwise: shares depend on the whole."""
        for opened in self._opened(item):
            if opened.children:
                last = len(TITLES) - 1
                self.dataChanged.emit(self._index(opened.children[0]), self._index(opened.children[-1], last))
