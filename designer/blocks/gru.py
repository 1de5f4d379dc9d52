"""GRU: a recurrent block with two gates and one state."""

from __future__ import annotations

from designer.blocks._recurrent import Recurrent
from designer.core.registry import register


@register
class GRU(Recurrent):
    """A reset and an update gate decide how much of the state is renewed at every step (Cho et al. 2014)."""

    kind = "gru"
    title = "GRU"
    summary = "Reads a sequence; like an LSTM with fewer gates."
    prefix = "gru"
    gates = 3
    module = "nn.GRU"
