"""What the three recurrent kinds share: their ports, their shape rule and their counts."""

from __future__ import annotations

from typing import Any, ClassVar

from designer.core.graph.block import SEQUENCE, RepairHint, Saved, ShapeError, WrongInputError, call
from designer.core.graph.roles import RecurrentBlock
from designer.core.ir.expr import Expr, Ref, function, module, unpack
from designer.core.schema.fields import flag, real, whole
from designer.core.schema.shape import FLOAT_BYTES, Shape, features, sequence
from designer.core.schema.units import plural


class Recurrent(RecurrentBlock):
    """Reads a sequence step by step and keeps a hidden state of `hidden_size` numbers."""

    category = "Recurrent"
    inputs = ("in", "state")
    optional = ("state",)
    outputs = ("last", "sequence", "state")
    gates: ClassVar[int]
    """Weight matrices of each sort: 1 in an RNN, 3 in a GRU, 4 in an LSTM."""
    module: ClassVar[str]
    is_quick_with_padding: ClassVar[bool] = False
    """Whether torch reads whole batches of padded sequences sooner than it goes through them step by step."""

    hidden_size: int = whole(64, "Numbers in the hidden state.", high=16_384, unit="units")
    num_layers: int = whole(1, "Layers on top of each other; each reads the states of the one below.", high=64)
    bidirectional: bool = flag(False, "Reads the sequence from its end as well; both states lie side by side.")
    dropout: float = real(0.0, "Share of the states set to zero between two layers while training.", low=0.0, high=0.99)

    @property
    def directions(self) -> int:
        """1, or 2 where it reads both ways."""
        return 2 if self.bidirectional else 1

    @property
    def reads_padding(self) -> bool:
        """Whether it reads on behind the ends of sequences that differ in length, and takes its states from before.

        Backwards, it would begin there. The state is computed on its own then, where it is asked for: chance must not
        drop other numbers there.
        """
        return self.is_quick_with_padding and not self.bidirectional and not self.dropout

    @property
    def state_shape(self) -> Shape:
        """S×F, one state for each layer and direction."""
        return Shape.of((self.num_layers * self.directions, self.hidden_size), ("S", "F"))

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        shape = inputs[0]
        if shape.names != SEQUENCE:
            mends = [RepairHint("port", name="sequence")] if shape.is_features else []
            raise WrongInputError("takes sequences (N×L×F)", "connect a block that gives the whole sequence", mends)
        if self.dropout and self.num_layers == 1:
            raise ShapeError(
                "dropout works between layers, and there is only one",
                "set num_layers to 2 or more, or dropout to 0",
                [RepairHint("set", name="dropout", value=0.0)],
                field="dropout",
            )
        if len(inputs) > 1:
            self._expect_state(inputs[1])
        width = self.hidden_size * self.directions
        return features(width), sequence(shape.sizes[0], width), self.state_shape

    def _expect_state(self, given: Shape) -> None:
        simple = self.num_layers * self.directions == 1 and "HC" not in self.state_shape.names
        if given == self.state_shape or (simple and given == features(self.hidden_size)):
            return
        mends = [RepairHint("set", name="hidden_size", value=given.last, params=self._layers_of(given), port=1)]
        other = {"HC": "lstm"}.get(given.names[0], "gru")
        if given.is_state and other != self.kind:
            like = {**mends[0].params, "hidden_size": given.last}
            mends.append(RepairHint("replace", kind=other, params=like))
        wanted = f"{self.state_shape} ({self.state_shape.letters})" + (" or as many features" if simple else "")
        raise WrongInputError(
            f"starts with a state of {wanted}", "give both blocks the same kind, hidden_size and layers", mends, port=1
        )

    def _layers_of(self, given: Shape) -> dict[str, Any]:
        """Layers and directions that have such a state; the directions stay where they can."""
        layers = given.fixed_sizes[-2] if given.is_state else 1
        both = self.bidirectional and layers % 2 == 0
        return {"num_layers": layers // (1 + both), "bidirectional": both}

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def extra_arguments(self) -> dict[str, Any]:
        """Arguments that only one kind has."""
        return {}

    def forward(self, *inputs: Ref) -> tuple[Expr, ...]:
        x = inputs[0]
        optional = {
            "num_layers": (self.num_layers, 1),
            "batch_first": (True, False),
            "dropout": (self.dropout, 0.0),
            "bidirectional": (self.bidirectional, False),
        }
        given = {name: value for name, (value, default) in optional.items() if value != default}
        rnn = module(call(self.module, x.shape.last, self.hidden_size, **given, **self.extra_arguments()))
        start = [inputs[1].unsqueeze(0) if inputs[1].shape.is_features else inputs[1]] if len(inputs) > 1 else []
        if x.lengths is None:
            states, state = unpack(rnn(x, *start), "states", "state")
        else:
            states, state = unpack(function("run_packed", rnn, x, x.lengths, *start), "states", "state")
            if self.reads_padding:
                states, _ = unpack(rnn(x, *start), "states", "state")
                return function("last_step", states, x.lengths), states, state
        hidden = self.hidden_of(state)
        last = function("last_of_both", hidden) if self.bidirectional else hidden[-1]
        return last, states, state

    def hidden_of(self, state: Expr) -> Expr:
        """h of the state."""
        return state

    def parameter_count(self, *inputs: Shape) -> int:
        # torch keeps two biases a gate, one for the input and one for the hidden state.
        return self.gates * self.hidden_size * self.directions * sum(size + 2 for size in self._read(inputs[0]))

    def multiply_adds(self, *inputs: Shape) -> int:
        steps = inputs[0].fixed_sizes[0]
        return steps * self.gates * self.hidden_size * self.directions * sum(self._read(inputs[0]))

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        """What torch keeps at each step of each layer, with a copy of the steps that come in."""
        shape, inner = inputs[0], self.hidden_size * self.directions
        layers = sum(self.kept_at_step(read - self.hidden_size, padded) for read in self._read(shape))
        dropped = 2 * inner * (self.num_layers - 1) if self.dropout else 0
        return Saved(inside=FLOAT_BYTES * shape.fixed_sizes[0] * (self.directions * (layers + shape.last) + dropped))

    def kept_at_step(self, read: int, by_steps: bool) -> int:
        """Numbers that torch keeps in one direction of a layer that reads so many at a step, its state among them.

        `by_steps`: torch goes step by step, as it does where sequences differ in length.
        """
        raise NotImplementedError

    def _read(self, shape: Shape) -> list[int]:
        """Numbers that each layer's gates read at a step: its input and its own state."""
        inner = self.hidden_size * self.directions
        return [(inner if layer else shape.last) + self.hidden_size for layer in range(self.num_layers)]

    def details(self) -> str:
        layers = f"{self.num_layers}×" if self.num_layers > 1 else ""
        return f"{layers}{plural(self.hidden_size, 'unit')}" + (" · both ways" if self.bidirectional else "")
