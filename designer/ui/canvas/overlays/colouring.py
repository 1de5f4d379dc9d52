"""Colouring: the canvas's cards by what their blocks cost."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from designer.core.analysis.analysis import Analysis, analyse
from designer.core.analysis.costs import Costs
from designer.core.diff.change import Parts
from designer.core.graph.group_paths import GroupPath
from designer.core.schema.units import Quantity
from designer.engine.protocol.events import Measured
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.style.cost_colormap import cost_colour


class BlockTimes(Protocol):
    """Where the times of blocks come from; `changed` tells that others are known."""

    found: Measured | None

    @property
    def changed(self) -> SignalInstance:
        """A signal."""


class Colouring(QObject):
    """Gives each card of the scene its colour, as a share of the largest amount of the network that the canvas shows.

    A group counts as a whole there, so that the blocks of one that is open in place have their share of it.

    `changed` tells that the quantity, or its amounts, are others.
    """

    changed = Signal()

    def __init__(self, scene: CanvasScene, measuring: BlockTimes, parent: QObject) -> None:
        super().__init__(parent)
        self._scene, self._measuring = scene, measuring
        self._analysis: Analysis | None = None
        self._amounts: dict[GroupPath, float] = {}
        self._shown: Quantity | None = None
        self.quantity: Quantity | None = None
        self.largest: float = 0.0
        """The largest amount; 0 where nothing is known."""
        scene.cost_colour = self.cost_colour
        scene.editor.listen(Parts.COMPUTED | Parts.EXPANDED | Parts.WHERE, lambda change: self._follow())
        measuring.changed.connect(self._follow)

    def choose(self, quantity: Quantity | None) -> None:
        """Colours by another quantity, or by none."""
        if quantity != self.quantity:
            self.quantity = quantity
            self._refresh()

    def cost_colour(self, card: BlockItem) -> str:
        """The colour of a card; empty where it keeps its own."""
        if self.quantity is None:
            return ""
        for path, cards in self._levels():
            if cards.get(card.block_id) is card:
                amount = self._amounts.get((*path, card.block_id), 0.0)
                return cost_colour(amount / self.largest if amount else 0.0, self._scene.theme.colours)
        return ""

    def _levels(self) -> list[tuple[GroupPath, dict[str, BlockItem]]]:
        """The cards of the network and of the groups that are open in place, by the way to them."""
        return [(path, layers.cards.cards) for path, layers in self._scene.frames.all_layers()]

    def _follow(self) -> None:
        if self.quantity:
            self._refresh()

    def _refresh(self) -> None:
        before, amounts = self._amounts, self._found() if self.quantity else {}
        root = self._scene.editor.root
        largest = max((amount for path, amount in amounts.items() if path[:-1] == root), default=0.0)
        other_scale = (self.quantity, largest) != (self._shown, self.largest)
        self._shown, self._amounts, self.largest = self.quantity, amounts, largest
        if other_scale or amounts != before:
            self._scene.recolour(
                card
                for path, cards in self._levels()
                for name, card in cards.items()
                if other_scale or amounts.get((*path, name)) != before.get((*path, name))
            )
        self.changed.emit()

    def _found(self) -> dict[GroupPath, float]:
        """What each block that is shown costs, as far as that is known and more than nothing."""
        assert self.quantity is not None
        editor, found = self._scene.editor, self._measuring.found
        self._analysis = analyse(editor.document.inference, self._analysis, editor.longest)
        times = (found.forward, found.backward) if found else ({}, {})
        costs = Costs(self._analysis, editor.design.training, *times)
        return {
            row.path: amount
            for path, _ in self._levels()
            for row in self._analysis.rows_at(path)
            if (amount := costs.amount(row, self.quantity))
        }
