"""Colouring: the canvas's cards by what their blocks cost."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from designer.core.amounts import Quantity
from designer.core.analysis import Analysis, analyse
from designer.core.costs import Costs
from designer.ui.canvas.block_item import BlockItem
from designer.ui.canvas.heat import heat
from designer.ui.canvas.scene import CanvasScene
from designer.ui.measuring import Measuring


class Colouring(QObject):
    """Gives each card of the scene its colour, as a share of the largest amount that is shown.

    `changed` tells that the quantity, or its amounts, are others.
    """

    changed = Signal()

    def __init__(self, scene: CanvasScene, measuring: Measuring, parent: QObject) -> None:
        super().__init__(parent)
        self._scene, self._measuring = scene, measuring
        self._analysis: Analysis | None = None
        self._amounts: dict[str, float] = {}
        self._shown: Quantity | None = None
        self.quantity: Quantity | None = None
        self.largest: float = 0.0
        """The largest amount; 0 where nothing is known."""
        scene.heat = self.heat
        for signal in (scene.editor.changed, scene.editor.path_changed, measuring.changed):
            signal.connect(self._follow)

    def choose(self, quantity: Quantity | None) -> None:
        """Colours by another quantity, or by none."""
        if quantity != self.quantity:
            self.quantity = quantity
            self._refresh()

    def heat(self, card: BlockItem) -> str:
        """The colour of a card; empty where it keeps its own."""
        if self.quantity is None or self._scene.cards.get(card.block_id) is not card:
            return ""
        amount = self._amounts.get(card.block_id, 0.0)
        return heat(amount / self.largest if amount else 0.0, self._scene.theme.colours)

    def _follow(self) -> None:
        if self.quantity:
            self._refresh()

    def _refresh(self) -> None:
        before, amounts = self._amounts, self._found() if self.quantity else {}
        largest = max(amounts.values(), default=0.0)
        if (self.quantity, largest) != (self._shown, self.largest):
            self._shown, self._amounts, self.largest = self.quantity, amounts, largest
            self._scene.recolour(self._scene.cards)
        elif amounts != before:
            self._amounts = amounts
            self._scene.recolour(name for name in amounts.keys() | before if amounts.get(name) != before.get(name))
        self.changed.emit()

    def _found(self) -> dict[str, float]:
        """What each block that is shown costs, as far as that is known and more than nothing."""
        assert self.quantity is not None
        editor, found = self._scene.editor, self._measuring.found
        self._analysis = analyse(editor.shown_inference, self._analysis)
        if self.quantity == "time":
            around = "".join(f"{name}/" for name in editor.path)
            times = (
                {} if found is None else {name: found.forward[name] + found.backward[name] for name in found.forward}
            )
            known = {row.path[0]: times.get(around + row.path[0]) for row in self._analysis.rows}
        else:
            costs = Costs(self._analysis, editor.design.training)
            known = {row.path[0]: costs.amount(row, self.quantity) for row in self._analysis.rows}
        return {name: amount for name, amount in known.items() if amount}
