"""What quick add offers for what was typed: blocks with their values, and whether they would fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from designer.core.assist import block_parser, preview
from designer.core.assist.block_parser import ParsingError
from designer.core.assist.drop_targets import Alone, Behind, InFront, Instead, Into, Spot, at_the_end
from designer.core.assist.preview import Fit
from designer.core.assist.suggestions import likely
from designer.core.graph.block import Block
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.ui.editing.editor import Editor
from designer.ui.search.kind_search import KindOffer, kinds_found

_MOST = 40


@dataclass(frozen=True)
class QuickRow:
    """A block that can be added. `error` says what of the typed values cannot be read."""

    offer: KindOffer
    block: Block
    fit: Fit = field(default_factory=Fit)
    values: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    port: str = ""
    """The output that what follows is to take, where one was typed."""

    @property
    def details(self) -> str:
        """What will be made, in a few words: the block's main parameters, and the output that was named."""
        return " · ".join(filter(None, (self.block.details(), f"gives {self.port}" if self.port else "")))

    @property
    def allowed(self) -> bool:
        """Whether it can be added as it was typed."""
        return not self.error


def quick_rows(editor: Editor, offers: Sequence[KindOffer], text: str, spot: Spot) -> list[QuickRow]:
    """The best first. For no text what is likely here, then every kind that fits."""
    words = text.strip()
    if not words:
        return _likely_rows(editor, offers, spot)
    meant = _called_by_a_value(editor, offers, words, spot)
    blocks = [row.block for row in meant]
    return [*meant, *(row for row in _called(editor, offers, words, spot) if row.block not in blocks)]


def _called(editor: Editor, offers: Sequence[KindOffer], words: str, spot: Spot) -> list[QuickRow]:
    """Blocks whose kinds are called by the first words, with the others as values."""
    best: list[QuickRow] = []
    for name, values in block_parser.splits(words):
        read = [_row(editor, offer, values, spot) for offer in kinds_found(offers, name)[:_MOST]]
        if allowed := [row for row in read if row.allowed]:
            return _in_order(allowed, name, _Usual(editor) if isinstance(spot, Alone) else None)
        best = best or read
    return best


def _called_by_a_value(editor: Editor, offers: Sequence[KindOffer], words: str, spot: Spot) -> list[QuickRow]:
    """Blocks that people call by what one of their fields holds: an Activation for relu."""
    first = words.split()[0].lower()
    named = [offer for offer in offers if first in choices_of(editor.prototype(offer.kind))]
    return [row for offer in named if (row := _row(editor, offer, words.split(), spot)).allowed]


def choices_of(block: Block | None) -> tuple[str, ...]:
    """The choices of the field that a block is called by."""
    field_name = block.called_by if block else ""
    return get_args(block.form_fields()[field_name].annotation) if block and field_name else ()


def _likely_rows(editor: Editor, offers: Sequence[KindOffer], spot: Spot) -> list[QuickRow]:
    inference = editor.shown_inference
    named = {offer.kind: offer for offer in offers}
    blocks = [
        block if block.model_fields_set else editor.new_block(block.kind)
        for block in likely(inference, spot.follows(inference.network), editor.data)
        if block.kind in named
    ]
    first = [QuickRow(named[block.kind], block, _fit(editor, block, spot)) for block in blocks]
    plain = {block.kind for block in blocks if block == type(block)()}
    others = [_row(editor, offer, [], spot) for offer in offers if offer.kind not in plain]
    return [row for row in (*first, *others) if not row.fit.reason]


def _row(editor: Editor, offer: KindOffer, values: list[str], spot: Spot) -> QuickRow:
    block = editor.new_block(offer.kind)
    try:
        typed = block_parser.read(block, values)
    except ParsingError as error:
        return QuickRow(offer, block, error=str(error))
    return QuickRow(offer, typed.block, _fit(editor, typed.block, spot), typed.values, port=typed.port)


def _fit(editor: Editor, block: Block, spot: Spot) -> Fit:
    inference = editor.shown_inference
    if not spot.suits(inference.network, block):
        return Fit(reason="cannot stand here")
    return preview.fit(inference, block, spot.sources(inference, block))


class _Usual:
    """What would suit the network's end, or the data where there is no network yet, for blocks that stand alone."""

    def __init__(self, editor: Editor) -> None:
        end = at_the_end(editor.shown.network)
        self._inference = editor.shown_inference
        self._spot = end if isinstance(end, Behind) else Behind("input")
        if isinstance(end, Alone):
            self._inference = infer(Network.of([Node("input", editor.new_block("input"), ())]))

    def suits(self, block: Block) -> bool:
        """Whether a block could follow there; what takes nothing always could."""
        if not block.input_ports or not self._spot.suits(self._inference.network, block):
            return not block.input_ports
        return not preview.fit(self._inference, block, self._spot.sources(self._inference, block)).reason


def _in_order(read: list[QuickRow], name: str, usual: _Usual | None = None) -> list[QuickRow]:
    """A kind of exactly that name, then those that are called so and fit, then those that are only described so.

    `usual` tells what would fit where nothing is connected.
    """
    sought = name.lower().replace(" ", "").replace("_", "")

    def fits(row: QuickRow) -> bool:
        return usual.suits(row.block) if usual else not row.fit.reason

    def rank(row: QuickRow) -> tuple[bool, bool, bool, bool]:
        titles = row.offer.title.lower().replace(" ", ""), row.offer.kind.replace("_", "")
        called = any(sought in title for title in titles)
        begins = any(title.startswith(sought) for title in titles)
        return sought not in titles, not called, not fits(row), not begins

    return sorted(read, key=rank)


def spot_words(spot: Spot, network: Network) -> str:
    """Where a spot is from the block that it is named by, to stand beside the key that goes there."""
    if isinstance(spot, Behind):
        return "behind" if network.nodes[spot.block].block.output_ports else "before"
    if isinstance(spot, Into | InFront):
        return "before"
    return "instead of" if isinstance(spot, Instead) else "here"
