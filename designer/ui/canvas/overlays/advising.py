"""Advising: a sign at each card of whose block the doctor of a run has something to say."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from designer.core.graph.group_paths import GroupPath
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.scene.canvas_scene import CanvasScene


class Advising(QObject):
    """Tells the cards of a scene what is said of their blocks; a closed group has what is said of those inside."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._said: dict[GroupPath, str] = {}
        scene.advice = lambda card: self.at(self._place_of(card)) if self._said else ""

    def show(self, said: Mapping[GroupPath, str]) -> None:
        """Other things are said, each of the block that a path leads to."""
        before, self._said = self._said, dict(said)
        changed = {place for place in {**before, **said} if before.get(place) != said.get(place)}
        if changed:
            around = {place[: some + 1] for place in changed for some in range(len(place))}
            self._scene.show_advice(
                layers.cards.cards[place[-1]]
                for path, layers in self._scene.frames.all_layers()
                for place in around
                if place[:-1] == path and place[-1] in layers.cards.cards
            )

    def at(self, place: GroupPath) -> str:
        """What is said of a block, or of one inside; empty where that is nothing."""
        if not place:
            return ""
        found = (text for block, text in self._said.items() if block[: len(place)] == place)
        return next(found, "")

    def first_at(self, place: GroupPath) -> GroupPath:
        """The block that it is said of; the place itself where nothing is."""
        return next((block for block in self._said if block[: len(place)] == place), place)

    def _place_of(self, card: BlockItem) -> GroupPath:
        name = card.block_id
        levels = self._scene.frames.all_layers()
        return next(((*path, name) for path, layers in levels if layers.cards.cards.get(name) is card), ())
