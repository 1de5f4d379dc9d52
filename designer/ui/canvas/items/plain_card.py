"""How cards look from some way off: rectangles with large names. Any number of them is painted at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from designer.ui.canvas.items.brushes import colour, pen
from designer.ui.canvas.items.card_marks import LARGE_FLAKE, paint_flake
from designer.ui.canvas.items.card_words import LargeName

_MARGIN = 10.0


class PlainCard(NamedTuple):
    """One card, with its colours by their names. `outline` is empty where there is none."""

    area: QRectF
    stripe: QRectF
    name: LargeName
    fill: str
    hue: str
    ink: str
    outline: str
    flake: str = ""
    """The colour of its snowflake; empty where there is none."""


def paint_plain_cards(painter: QPainter, cards: Iterable[PlainCard]) -> None:
    """Paints cards of which none lies on another: all that has one colour at once."""
    rects: defaultdict[str, list[QRectF]] = defaultdict(list)
    stripes: defaultdict[str, list[QRectF]] = defaultdict(list)
    outlines: defaultdict[str, list[QRectF]] = defaultdict(list)
    named: defaultdict[str, list[PlainCard]] = defaultdict(list)
    for card in cards:
        rects[card.fill].append(card.area)
        stripes[card.hue].append(card.stripe)
        named[card.ink].append(card)
        if card.outline:
            outlines[card.outline].append(card.area)
    painter.setPen(Qt.PenStyle.NoPen)
    for fill, places in chain(rects.items(), stripes.items()):
        painter.setBrush(colour(fill))
        painter.drawRects(places)
    for ink, found in named.items():
        painter.setPen(colour(ink))
        for card in found:
            card.name.paint(painter, card.area.topLeft())
            if card.flake:
                area = card.area
                paint_flake(painter, area.right() - _MARGIN, area.center().y(), card.flake, LARGE_FLAKE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for border, places in outlines.items():
        painter.setPen(pen(border, 2.0, cosmetic=True))
        painter.drawRects(places)
