"""Stage: the scene, as the layers that stand on it know it."""

from __future__ import annotations

from typing import Protocol, overload

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem

from designer.ui.canvas.items.edge_item import EdgeItem, EdgeStage
from designer.ui.canvas.items.frame_item import FrameStage
from designer.ui.editing.editor import Editor
from designer.ui.style.theme import Look


class Stage(FrameStage, EdgeStage, Protocol):
    """What layers ask of the scene, and tell it, beside what their items do."""

    editor: Editor
    theme: Look

    def addItem(self, item: QGraphicsItem) -> None:
        """Something more is to be seen."""

    def removeItem(self, item: QGraphicsItem) -> None:
        """Something is not to be seen any longer."""

    # Qt's own, as far as layers ask for it, in the order in which Qt's stubs have them: mypy compares one by one.
    @overload
    def items(self, order: Qt.SortOrder = ...) -> list[QGraphicsItem]: ...
    @overload
    def items(self, rect: QRectF, /) -> list[QGraphicsItem]: ...
    @overload
    def items(self, place: QPointF, /) -> list[QGraphicsItem]: ...

    def selectedItems(self) -> list[QGraphicsItem]:
        """What is selected."""

    def clearSelection(self) -> None:
        """Nothing is selected any longer."""

    def focusItem(self) -> QGraphicsItem | None:
        """What has the keyboard."""

    def near(self) -> QRectF | None:
        """An edit moves much: only what is seen in this has to be in its place at once; None where all has to be."""

    def cards_have_moved(self) -> None:
        """Cards have come or moved, and their edges have followed."""

    def cards_look_otherwise(self) -> None:
        """Some cards have other colours from far away."""

    def is_free(self, rect: QRectF) -> bool:
        """Whether no card lies in a rectangle, of whatever level."""

    def mark_edge(self, edge: EdgeItem | None) -> None:
        """Shows which edge a dragged block would go into."""

    def edges_that_stand_out(self) -> list[EdgeItem]:
        """The selected edges, and the one that a dragged block would go into."""
