"""Where the view was in each network that has filled the canvas: who comes back from a group finds what they left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, SignalInstance
from PySide6.QtGui import QTransform

from designer.core.diff.change import Parts
from designer.core.graph.group_paths import GroupPath
from designer.ui.editing.editor import Editor


@dataclass(frozen=True)
class Viewpoint:
    """A zoom, in pixels for one of the scene, and what of the scene is in the upper left corner.

    The corner, and not the middle: the bar over an open group takes of the view's height.
    """

    zoom: float
    corner: QPointF


class RememberedView(Protocol):
    """What is asked of a view whose places are remembered."""

    @property
    def looked_elsewhere(self) -> SignalInstance:
        """Another part of the scene is in view."""

    @property
    def fitted(self) -> bool:
        """Whether the view shows the whole network."""

    def transform(self) -> QTransform:
        """From the scene to the view, but for what it is scrolled by."""

    def mapToScene(self, x: int, y: int) -> QPointF:
        """What of the scene is at a place of the view."""

    def fit(self) -> None:
        """Shows the whole network."""

    def show_place(self, place: Viewpoint) -> None:
        """Shows what was seen before."""


class ViewHistory:
    """Remembers, for as long as a document is open. A view that showed the whole of a network does so again."""

    def __init__(self, view: RememberedView, editor: Editor) -> None:
        self._view, self._editor = view, editor
        self._root = editor.root
        self._here: Viewpoint | None = None
        self._left: dict[GroupPath, Viewpoint | None] = {}
        view.looked_elsewhere.connect(self._keep)
        editor.listen(Parts.ROOT, lambda change: self._go(editor.root))

    def forget(self) -> None:
        """Another document is open."""
        self._left.clear()

    def _keep(self) -> None:
        """While another network comes onto the canvas, the view moves by itself: that is not what was looked at."""
        if self._editor.root == self._root:
            self._here = Viewpoint(self._view.transform().m11(), self._view.mapToScene(0, 0))

    def _go(self, root: GroupPath) -> None:
        self._left[self._root] = None if self._view.fitted else self._here
        self._root = root
        place = self._left.get(root)
        if place is None:
            self._view.fit()
        else:
            self._view.show_place(place)
