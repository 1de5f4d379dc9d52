"""What the three recurrent kinds share: their shape rule, their output and their counts."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.core.block import SEQUENCE, Block, Call, Mend, WrongInputError, call
from designer.core.fields import choice, whole
from designer.core.shape import Shape, features, sequence

Output = Literal["sequence", "last"]


class Recurrent(Block):
    """Reads a sequence step by step and keeps a hidden state of `hidden_size` numbers."""

    category = "Recurrent"
    gates: ClassVar[int]
    """Weight matrices of each sort: 1 in an RNN, 3 in a GRU, 4 in an LSTM."""
    module: ClassVar[str]

    hidden_size: int = whole(64, "Numbers in the hidden state.", high=16_384, unit="units")
    output: Output = choice(
        "last",
        "What goes on: the hidden state at every step (sequence), or only the one after the last step (last).",
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names != SEQUENCE:
            mends = [Mend("set", where="before", name="output", value="sequence")] if shape.is_features else []
            raise WrongInputError("takes sequences (N×L×F)", "connect a block that gives the whole sequence", mends)
        if self.output == "sequence":
            return sequence(shape.sizes[0], self.hidden_size)
        return features(self.hidden_size)

    def extra_arguments(self) -> dict[str, str]:
        """Arguments that only one kind has."""
        return {}

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (
            call(
                self.module,
                inputs[0].last,
                self.hidden_size,
                batch_first=True,
                keep=self.output,
                **self.extra_arguments(),
            ),
        )

    def parameter_count(self, *inputs: Shape) -> int:
        # torch keeps two biases a gate, one for the input and one for the hidden state.
        return self.gates * self.hidden_size * (inputs[0].last + self.hidden_size + 2)

    def multiply_adds(self, *inputs: Shape) -> int:
        steps = inputs[0].fixed_sizes[0]
        return steps * self.gates * self.hidden_size * (inputs[0].last + self.hidden_size)

    def details(self) -> str:
        return f"{self.hidden_size} units · {'whole sequence' if self.output == 'sequence' else 'last state'}"
