"""Edits that stack blocks, as the window makes them: undoable, at the place that the canvas shows, and named."""

from __future__ import annotations

from collections.abc import Callable, Collection

from designer.core.assist.drop_targets import Spot, carried, carried_words
from designer.core.assist.edge_preview import Wire
from designer.core.assist.preview import unsuited
from designer.core.edits import placed_edits
from designer.core.graph.block import Block
from designer.core.graph.design import Design
from designer.core.graph.messages import Fix
from designer.core.graph.network import NetworkError
from designer.ui.editing.editor import BY_ITSELF, Editor


def put(editor: Editor, block: Block, spot: Spot, port: str = "", source: str = "") -> str:
    """A new block into a spot; gives its name, which is empty where the edit was refused.

    What follows takes the output `port` of it, where one is named; it takes the output `source`, where one is named.
    """
    name, network = "", editor.shown.network

    def change(design: Design) -> Design:
        nonlocal name
        after, name = spot.put(design, block)
        return placed_edits.by_ports(after, name, port, source)

    def make() -> bool:
        if not spot.suits(network, block):
            raise NetworkError(unsuited(block))
        return editor.edit_shown(spot.words(network, block), change)

    return name if _made(editor, make) else ""


def carry(editor: Editor, block_id: str, spot: Spot) -> bool:
    """A block that is there out of its chain, and into another spot."""

    def make() -> bool:
        words = carried_words(editor.shown.network, block_id, spot)
        return editor.edit_shown(words, lambda design: carried(design, block_id, spot))

    return _made(editor, make)


def take_out(editor: Editor, blocks: Collection[str]) -> bool:
    """Blocks out of their chain, beside it."""
    named = next(iter(blocks), "") if len(blocks) == 1 else f"{len(blocks)} blocks"
    return editor.edit_shown(f"Take {named} out of the chain", lambda design: placed_edits.taken_out(design, blocks))


def wire(editor: Editor, edge: Wire, fix: Fix | None = None) -> bool:
    """An edge, and with it the mend of the block where it ends."""
    if fix is None:
        return editor.edit_shown(BY_ITSELF, edge.made)

    def make() -> bool:
        words = f"Connect {edge.words(editor.shown.network)}"
        return editor.edit_shown(f"{words}, {fix.title}", lambda design: edge.mended(design, fix))

    return _made(editor, make)


def _made(editor: Editor, make: Callable[[], bool]) -> bool:
    """Makes an edit; refuses it where what it is about cannot be named: an edit in between may have taken it away."""
    try:
        return make()
    except NetworkError as error:
        editor.refused.emit(str(error))
        return False
