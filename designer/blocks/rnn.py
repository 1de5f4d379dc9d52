"""RNN: the plain recurrent block."""

from __future__ import annotations

from typing import Any, Literal

from designer.blocks._recurrent import Recurrent
from designer.core.graph.registry import register
from designer.core.schema.fields import choice


@register
class RNN(Recurrent):
    """h_t = f(W_x x_t + W_h h_(t-1) + b), with f the tanh or ReLU (Elman 1990)."""

    kind = "rnn"
    title = "RNN"
    summary = "Reads a sequence; each state is made of the input and the state before."
    prefix = "rnn"
    gates = 1
    module = "nn.RNN"

    nonlinearity: Literal["tanh", "relu"] = choice("tanh", "The function f that makes the new state.")

    def extra_arguments(self) -> dict[str, Any]:
        return {} if self.nonlinearity == "tanh" else {"nonlinearity": self.nonlinearity}

    def kept_at_step(self, read: int, by_steps: bool) -> int:
        return self.hidden_size  # the state
