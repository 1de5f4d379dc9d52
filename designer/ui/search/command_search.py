"""What the command palette finds: the menus' actions, kinds to add, and blocks to go to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QIcon, QKeySequence

from designer.core.assist.block_query import FoundBlock, every_block
from designer.core.assist.fuzzy_match import best, rank
from designer.core.inference.infer import Inference
from designer.ui.search.kind_search import KindOffer, kinds_found
from designer.ui.search.picker import Entry
from designer.ui.style import icons
from designer.ui.workbench.navigate import show_block
from designer.ui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from designer.ui.widgets.menus import Placed

BLOCKS, KINDS = "@", "+"
"""What is typed first to search the blocks of the network, or the kinds, alone."""
_MOST = 60
_ARROW = " › "


class CommandSearch:
    """Searches what the menus have, and the kinds that `offers` gives: those that may be added now."""

    def __init__(self, bench: Workbench, offers: Callable[[], list[KindOffer]]) -> None:
        self._bench, self._offers = bench, offers
        self._blocks_of: Inference | None = None
        self._named: list[tuple[str, FoundBlock]] = []
        """The blocks of that one by their names, as every letter that is typed asks for them."""

    def __call__(self, text: str) -> list[Entry]:
        """What suits a text, the best first."""
        if text.startswith(BLOCKS):
            return self._blocks(text[1:])[:_MOST]
        if text.startswith(KINDS):
            return self._kinds(text[1:])[:_MOST]
        if not text:
            return self._actions("")
        # Actions before kinds and blocks that suit as well: this is where commands are looked for.
        found_here = [*self._actions(text), *self._kinds(text), *self._blocks(text)]
        return sorted(found_here, key=lambda entry: rank(text, entry.title) or (9, 9))[:_MOST]

    def _actions(self, text: str) -> list[Entry]:
        """The menus' actions; with nothing typed, those used last come first."""
        placed = [item for item in self._bench.menus.placed() if item.action.isVisible() and not _is_a_remark(item)]
        titled = [(f"{item.title} {' '.join(item.path)}", item) for item in placed]
        by_title = best(text, [(item.title, item) for item in placed])
        there = {id(item) for item in by_title}
        others = [item for item in best(text, titled) if id(item) not in there]
        used = self._bench.settings.used_commands
        if not text:
            order = {name: place for place, name in enumerate(used)}
            by_title.sort(key=lambda item: order.get(item.action.objectName(), len(order)))
        return [self._action_entry(item) for item in (*by_title, *others)]

    def _action_entry(self, item: Placed) -> Entry:
        action = item.action
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        on = "✓ " if action.isCheckable() and action.isChecked() else ""
        title = f"{on}{item.title}"
        icon = None if action.icon().isNull() else action.icon()
        return Entry(title, lambda: self._trigger(action), _ARROW.join(item.path), keys, action.isEnabled(), icon=icon)

    def _trigger(self, action: QAction) -> None:
        self._bench.settings.add_used_command(action.objectName())
        action.trigger()

    def _kinds(self, text: str) -> list[Entry]:
        """Kinds, and the document's groups; choosing one puts it behind the selected block."""
        return [self._kind_entry(offer) for offer in kinds_found(self._offers(), text)]

    def _kind_entry(self, offer: KindOffer) -> Entry:
        bench = self._bench
        icon = QIcon(icons.pixmap(offer.category.lower(), bench.theme.colours.muted))
        return Entry(f"Add {offer.title}", lambda: bench.append(offer.kind), offer.summary, offer.category, icon=icon)

    def _blocks(self, text: str) -> list[Entry]:
        """Blocks of the whole network, also of those inside groups; choosing one goes there."""
        inference = self._bench.editor.document.inference
        if self._blocks_of is not inference:
            self._blocks_of = inference
            self._named = [(place.block_id, place) for place in every_block(inference)]
        return [self._block_entry(place) for place in best(text, self._named)[:_MOST]]

    def _block_entry(self, place: FoundBlock) -> Entry:
        bench, path, node = self._bench, place.path, place.result.node
        icon = QIcon(icons.pixmap(node.block.category.lower(), bench.theme.colours.muted))
        where = f"in {_ARROW.join(path)}" if path else str(place.result.shape or "")
        return Entry(f"Go to {node.id}", lambda: show_block(bench, path, node.id), node.block.title, where, icon=icon)


def _is_a_remark(item: Placed) -> bool:
    """A line of a menu that says that there is nothing yet."""
    return not item.action.isEnabled() and not item.action.objectName()
