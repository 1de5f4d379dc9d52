"""LSTM: a recurrent block that keeps a cell state beside the hidden one."""

from __future__ import annotations

from designer.blocks._recurrent import Recurrent
from designer.core.registry import register


@register
class LSTM(Recurrent):
    """Gates decide at every step what the cell state forgets, takes in and shows (Hochreiter, Schmidhuber 1997)."""

    kind = "lstm"
    title = "LSTM"
    summary = "Reads a sequence; gates decide what its memory keeps."
    prefix = "lstm"
    gates = 4
    module = "nn.LSTM"
