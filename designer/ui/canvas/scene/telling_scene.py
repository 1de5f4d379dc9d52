"""A scene whose cards tell more than the document has: what their blocks cost, and what the doctor says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.layers.overview_painter import OverviewPainter
from designer.ui.canvas.scene.settling_scene import SettlingScene


class TellingScene(SettlingScene):
    """Cards ask for it whenever they are painted; who tells it says when it is another one."""

    badge_clicked = Signal(str)
    """The badge of a block that has a problem was clicked."""
    advice_clicked = Signal(str)
    """The sign at a block was clicked of which the doctor has something to say."""
    recoloured = Signal()
    """Cards have other colours."""
    overview: OverviewPainter

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cost_colour: Callable[[BlockItem], str] = lambda card: ""
        """The colour of a card that says what its block costs; empty where it keeps its own."""
        self.advice: Callable[[BlockItem], str] = lambda card: ""
        """What the doctor says of a card's block; empty where that is nothing."""

    def recolour(self, cards: Iterable[BlockItem]) -> None:
        """Draws cards in other colours."""
        self.overview.forget()
        for card in cards:
            card.update()
        self.recoloured.emit()

    def show_advice(self, cards: Iterable[BlockItem]) -> None:
        """Something else is said of some cards."""
        for card in cards:
            card.tell_anew()
