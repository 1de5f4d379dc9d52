"""GRU: a recurrent block with two gates and one state."""

from __future__ import annotations

from designer.blocks._recurrent import Recurrent
from designer.core.graph.registry import register


@register
class GRU(Recurrent):
    """A reset and an update gate decide how much of the state is renewed at every step (Cho et al. 2014).

    r, z = σ(W x_t + U h_(t−1) + b), each with weights of its own; n = tanh(W x_t + b + r (U h_(t−1) + b'));
    h_t = (1 − z) n + z h_(t−1).
    """

    kind = "gru"
    title = "GRU"
    summary = "Reads a sequence; like an LSTM with fewer gates."
    prefix = "gru"
    gates = 3
    module = "nn.GRU"

    def kept_at_step(self, read: int, by_steps: bool) -> int:
        return 7 * self.hidden_size  # the gates, what they are made of, and the state
