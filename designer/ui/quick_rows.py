"""What quick add offers for what was typed: blocks with their values, and whether they would fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from designer.core import block_text, preview
from designer.core.block import Block
from designer.core.block_text import ReadingError
from designer.core.likely import likely
from designer.core.network import Network
from designer.core.preview import Fit
from designer.core.spots import Behind, InFront, Instead, Into, Spot
from designer.ui.editor import Editor
from designer.ui.kind_search import Offer, found

_MOST = 40


@dataclass(frozen=True)
class Row:
    """A block that can be added. `error` says what of the typed values cannot be read."""

    offer: Offer
    block: Block
    fit: Fit = field(default_factory=Fit)
    values: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it can be added as it was typed."""
        return not self.error


def rows(editor: Editor, offers: Sequence[Offer], text: str, spot: Spot) -> list[Row]:
    """The best first. For no text what is likely here, then every kind that fits."""
    words = text.strip()
    if not words:
        return _likely_rows(editor, offers, spot)
    best: list[Row] = []
    for name, values in block_text.splits(words):
        read = [_row(editor, offer, values, spot) for offer in found(offers, name)[:_MOST]]
        if allowed := [row for row in read if row.allowed]:
            return _in_order(allowed, name)
        best = best or read
    return best


def _likely_rows(editor: Editor, offers: Sequence[Offer], spot: Spot) -> list[Row]:
    inference = editor.shown_inference
    named = {offer.kind: offer for offer in offers}
    blocks = [
        block if block.model_fields_set else editor.new_block(block.kind)
        for block in likely(inference, _output_at(inference.network, spot), editor.data)
        if block.kind in named
    ]
    first = [Row(named[block.kind], block, _fit(editor, block, spot)) for block in blocks]
    plain = {block.kind for block in blocks if block == type(block)()}
    others = [_row(editor, offer, [], spot) for offer in offers if offer.kind not in plain]
    return [row for row in (*first, *others) if not row.fit.reason]


def _output_at(network: Network, spot: Spot) -> str | None:
    """The output that what stands in a spot would follow."""
    if isinstance(spot, Behind) and network.nodes[spot.block].block.output_ports:
        return spot.block
    block, port = getattr(spot, "target", "") or getattr(spot, "block", ""), getattr(spot, "port", 0)
    inputs = network.nodes[block].inputs if block else ()
    return inputs[port] if port < len(inputs) else None


def _row(editor: Editor, offer: Offer, values: list[str], spot: Spot) -> Row:
    block = editor.new_block(offer.kind)
    try:
        typed = block_text.read(block, values)
    except ReadingError as error:
        return Row(offer, block, error=str(error))
    return Row(offer, typed.block, _fit(editor, typed.block, spot), typed.values)


def _fit(editor: Editor, block: Block, spot: Spot) -> Fit:
    inference = editor.shown_inference
    if not spot.suits(inference.network, block):
        return Fit(reason="cannot stand here")
    return preview.fit(inference, block, spot.sources(inference, block))


def _in_order(read: list[Row], name: str) -> list[Row]:
    """A kind of exactly that name, then those that are called so and fit, then those that are only described so."""
    sought = name.lower().replace(" ", "").replace("_", "")

    def rank(row: Row) -> tuple[bool, bool, bool, bool]:
        titles = row.offer.title.lower().replace(" ", ""), row.offer.kind.replace("_", "")
        called = any(sought in title for title in titles)
        begins = any(title.startswith(sought) for title in titles)
        return sought not in titles, not called, bool(row.fit.reason), not begins

    return sorted(read, key=rank)


def place_of(spot: Spot, network: Network) -> str:
    """Where a spot is from the block that it is named by, to stand beside the key that goes there."""
    if isinstance(spot, Behind):
        return "behind" if network.nodes[spot.block].block.output_ports else "before"
    if isinstance(spot, Into | InFront):
        return "before"
    return "instead of" if isinstance(spot, Instead) else "here"
