"""LSTM: a recurrent block that keeps a cell state beside the hidden one."""

from __future__ import annotations

from dataclasses import replace

from designer.blocks._recurrent import Recurrent
from designer.core.graph.registry import register
from designer.core.graph.saved import Saved
from designer.core.ir.expr import Expr
from designer.core.schema.shape import FLOAT_BYTES, Shape


@register
class LSTM(Recurrent):
    """Gates decide at every step what the cell state forgets, takes in and shows (Hochreiter, Schmidhuber 1997).

    i, f, o = σ(W x_t + U h_(t−1) + b) and g = tanh(W x_t + U h_(t−1) + b), each with weights of its own;
    c_t = f c_(t−1) + i g; h_t = o tanh(c_t). The state is h and c.
    """

    kind = "lstm"
    title = "LSTM"
    summary = "Reads a sequence; gates decide what its memory keeps."
    prefix = "lstm"
    gates = 4
    module = "nn.LSTM"
    is_quick_with_padding = True  # oneDNN takes all steps at once, 2.7 times as fast; of an RNN and a GRU, none

    @property
    def state_shape(self) -> Shape:
        """HC×S×F: h and c, one of each for each layer and direction."""
        return Shape.of((2, self.num_layers * self.directions, self.hidden_size), ("HC", "S", "F"))

    def hidden_of(self, state: Expr) -> Expr:
        return state[0]

    def kept_at_step(self, read: int, by_steps: bool) -> int:
        if by_steps:
            return 15 * self.hidden_size // 2
        # oneDNN, which torch uses on most CPUs where sequences are of one length, keeps twice what torch's own steps
        # keep: its room for inputs and states is as wide as the wider of both, in steps of 16. This lies between.
        widest = max(self.hidden_size, read)
        return 9 * self.hidden_size + 5 * 16 * -(-widest // 16)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        by_steps = padded and not self.reads_padding
        steps = super().saved(*inputs, padded=by_steps)
        if by_steps:
            return steps
        sequence = FLOAT_BYTES * inputs[0].fixed_sizes[0] * self.hidden_size * self.directions
        return replace(steps, outputs=(1,), inside=steps.inside - sequence)  # oneDNN keeps what the last layer gives
