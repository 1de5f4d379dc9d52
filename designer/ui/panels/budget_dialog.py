"""The dialog of the budgets: limits for the whole network and for each block."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from designer.core.analysis.budgets import Budgets
from designer.core.analysis.costs import Costs
from designer.core.schema import units
from designer.core.schema.units import QUANTITIES, Quantity

_TITLES: dict[Quantity, str] = {
    "parameters": "Parameters",
    "multiply_adds": "Multiply-adds for a sample",
    "memory": "Memory for a batch",
    "time": "Time for a batch",
}
_HEADS = {"whole": "Whole network", "block": "Each block"}
_HEADS_WITHIN = {"whole": "whole network", "block": "each block"}
"""The same within a sentence."""
_EXPLANATION = (
    "Blocks that cost more than this are marked in the analyzer. Leave empty what has no limit. For the whole network, "
    "memory is what training takes."
)


class BudgetDialog(QDialog):
    """Asks for limits; `chosen(budgets)` comes when they are accepted. What is no amount is told beside its field."""

    chosen = Signal(object)

    def __init__(self, budgets: Budgets, costs: Costs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("budgets")
        self.setWindowTitle("Budgets")
        self._fields: dict[tuple[str, Quantity], QLineEdit] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for column, head in enumerate(_HEADS.values(), start=1):
            self._grid.addWidget(QLabel(head), 0, column)
        for line, quantity in enumerate(QUANTITIES, start=1):
            self._add_line(line, quantity, budgets, costs)
        self._problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._problem.setObjectName("budgetProblem")
        self._problem.setProperty("role", "error")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.Reset
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        reset = self._buttons.button(QDialogButtonBox.StandardButton.Reset)
        reset.setText("No Limits")
        reset.clicked.connect(self._clear)
        column_ = QVBoxLayout(self)
        column_.setSpacing(12)
        column_.addWidget(QLabel(_EXPLANATION, wordWrap=True))
        column_.addLayout(self._grid)
        column_.addWidget(self._problem)
        column_.addWidget(self._buttons)
        self._check()

    def _add_line(self, line: int, quantity: Quantity, budgets: Budgets, costs: Costs) -> None:
        title = QLabel(_TITLES[quantity])
        self._grid.addWidget(title, line, 0)
        for column, where in enumerate(_HEADS, start=1):
            limit = getattr(budgets, where).get(quantity)
            field = QLineEdit("" if limit is None else units.shown(limit, quantity))
            field.setObjectName(f"{where}_{quantity}")
            field.setAccessibleName(f"{_TITLES[quantity]}, {_HEADS_WITHIN[where]}")
            field.setPlaceholderText("no limit")
            field.setToolTip(f"An amount such as {units.example(quantity)}")
            field.textChanged.connect(self._check)
            self._fields[where, quantity] = field
            self._grid.addWidget(field, line, column)
        now = QLabel(f"now {_now(costs, quantity)}")
        now.setProperty("role", "muted")
        now.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(now, line, len(_HEADS) + 1)

    def _read(self) -> tuple[dict[str, dict[Quantity, float]], str]:
        """The limits, and the first thing that is wrong with them."""
        found: dict[str, dict[Quantity, float]] = {where: {} for where in _HEADS}
        problem = ""
        for (where, quantity), field in self._fields.items():
            try:
                amount = units.parse(field.text(), quantity)
            except ValueError as error:
                problem = problem or f"{_TITLES[quantity]}, {_HEADS_WITHIN[where]}: {error}"
                continue
            if amount is not None:
                found[where][quantity] = amount
        return found, problem

    def _check(self) -> None:
        _, problem = self._read()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)

    def _clear(self) -> None:
        for field in self._fields.values():
            field.clear()

    def accept(self) -> None:
        """Tells the limits."""
        found, problem = self._read()
        if not problem:
            self.chosen.emit(Budgets(whole=found["whole"], block=found["block"]))
            super().accept()


def _now(costs: Costs, quantity: Quantity) -> str:
    """What the whole network costs as it stands, so that a person knows where a limit would lie."""
    amount = costs.training_memory.total if quantity == "memory" else costs.total(quantity)
    return "not measured" if amount is None else units.shown(amount, quantity)
