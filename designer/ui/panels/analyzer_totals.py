"""The analyzer's last row, which stays where it is while the others scroll."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from designer.core.analysis.costs import Costs
from designer.core.schema import units
from designer.ui.panels.analyzer_model import QUANTITY_OF, TITLES, Index, Roles
from designer.ui.panels.analyzer_words import total_tip

_ROOT = QModelIndex()


class TotalsModel(QAbstractTableModel):
    """One row with what the whole costs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.costs = Costs()
        self.stale = False

    def show_costs(self, costs: Costs, stale: bool) -> None:
        """Shows other costs."""
        self.costs, self.stale = costs, stale
        self.dataChanged.emit(self.index(0, 0), self.index(0, len(TITLES) - 1))

    def rowCount(self, parent: Index = _ROOT) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def columnCount(self, parent: Index = _ROOT) -> int:
        """As many as there are titles."""
        return len(TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        quantity = QUANTITY_OF.get(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            if quantity is None:
                return "Total" if index.column() == 0 else ""
            amount = self.costs.total(quantity)
            return units.shown(amount, quantity) if amount else "–"
        if quantity is None:
            return None
        if role == Roles.OVER:
            return self.costs.is_whole_over(quantity)
        if role == Roles.STALE:
            return self.stale and quantity == "time"
        if role == Qt.ItemDataRole.ToolTipRole:
            return total_tip(self.costs, quantity)
        return None
