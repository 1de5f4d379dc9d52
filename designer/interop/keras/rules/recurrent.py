"""Recurrent layers: gates in torch's order, two biases, states as one value, and both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from designer.core.graph.network import block_of
from designer.core.schema.units import plural
from designer.interop.keras.building.axes import usual
from designer.interop.keras.building.builder import UnsupportedError, Use, expected, rule, values_in
from designer.interop.keras.building.values import Order, Value
from designer.interop.keras.file.graph import Layer, layer_of
from designer.interop.keras.file.variables import Array
from designer.interop.keras.rules.dense import rows_in_order

_KINDS = {"SimpleRNN": "rnn", "LSTM": "lstm", "GRU": "gru", "CuDNNLSTM": "lstm", "CuDNNGRU": "gru"}
_GATES = {"rnn": (0,), "lstm": (0, 1, 2, 3), "gru": (1, 0, 2)}
"""Where torch's gates are among Keras's: both LSTMs have i, f, g, o; torch's GRU has r, z, n and Keras's z, r, h."""


@rule(*_KINDS)
def recurrent(use: Use) -> list[Value]:
    """One direction."""
    return _Direction(use, use.layer, ("cell",)).outputs()


@rule("RNN")
def of_cell(use: Use) -> list[Value]:
    """The general layer, around a cell of one of the three kinds."""
    cell = layer_of(use.config.get("cell"))
    name = cell.class_name.removesuffix("Cell")
    if name not in ("LSTM", "GRU", "SimpleRNN"):
        raise UnsupportedError(
            f"an RNN of {cell.class_name[:60]!r}: expected an LSTMCell, a GRUCell or a SimpleRNNCell"
        )
    merged = Layer(use.layer.name, name, {**cell.config, **use.layer.config})
    use.config.ignore(*use.layer.config)  # they are read as fields of the two together
    return _Direction(use, merged, ("cell",)).outputs()


@rule("Bidirectional")
def bidirectional(use: Use) -> list[Value]:
    """Both directions: one block where they lie side by side, else two that are merged."""
    forward = layer_of(use.config.get("layer"))
    given = use.config.get("backward_layer")
    backward = layer_of(given) if given else forward
    if forward.class_name not in _KINDS or backward.class_name not in _KINDS:
        raise UnsupportedError(f"a Bidirectional of {forward.class_name[:60]!r}: expected a recurrent layer")
    merging = use.config.get("merge_mode", "concat")
    one = _Direction(use, forward, ("forward_layer", "cell"))
    other = _Direction(use, backward, ("backward_layer", "cell"))
    other.config.ignore("return_sequences", "return_state", "go_backwards")  # Keras takes no others than it gives
    plain = not one.config.flag("return_state", False) and not one.states
    if merging == "concat" and plain and one.params == other.params and not one.reversed:
        return one.outputs(other)
    return _two_blocks(use, one, other, merging)


def _two_blocks(use: Use, one: _Direction, other: _Direction, merging: Any) -> list[Value]:
    """A block for each direction; the second reads the sequence from its end, and its steps are turned around again."""
    states = one.states
    half = len(states) // 2
    one.states, other.states = states[:half], states[half:]
    other.reversed = not one.reversed
    forward, backward = one.outputs(suffix="forward"), other.outputs(suffix="backward")
    if forward[0].shape.is_sequence:
        backward[0] = use.add("reverse", {}, backward[0], suffix="backward_in_order")
    if merging is None:
        return [forward[0], backward[0], *forward[1:], *backward[1:]]
    kind = {"concat": "concatenate", "sum": "add", "mul": "multiply", "ave": "average"}.get(str(merging))
    if kind is None:
        raise UnsupportedError(f"its merge_mode is {str(merging)[:40]!r}: expected concat, sum, mul, ave or None")
    merged = use.add(kind, {"count": 2}, forward[0], backward[0], suffix="both")
    return [merged, *forward[1:], *backward[1:]]


class _Direction:
    """One recurrent layer of Keras, read in one direction."""

    def __init__(self, use: Use, layer: Layer, place: tuple[str, ...]) -> None:
        self._use, self._place = use, place
        self.config = use.config if layer is use.layer else use.settings_of(layer)
        self.config.ignore("cell", "zero_output_for_mask")  # the second is read where masks are handed on
        self.kind = _KINDS[layer.class_name]
        self.units = self.config.whole("units")
        self.reversed = self.config.flag("go_backwards", False)
        given = list(values_in([*use.call.args, use.call.kwargs.get("sequences")]))
        if not given:
            raise UnsupportedError("takes no sequence")
        extra = [use.call.kwargs.get("initial_state")]
        self.input = usual(use, given[0])
        self.states = [*given[1:], *(item for item in _listed(extra) if isinstance(item, Value))]
        self.params: dict[str, Any] = {"hidden_size": self.units}
        self._check_activations()
        self._check_options()

    def _check_activations(self) -> None:
        activation = self.config.get("activation", "tanh")
        activation = activation.get("config") if isinstance(activation, dict) else activation
        if self.kind == "rnn" and activation == "relu":
            self.params["nonlinearity"] = "relu"
        elif activation != "tanh":
            self._use.note("changed", f"its activation was {str(activation)[:40]!r}: here it is tanh")
        gates = self.config.get("recurrent_activation", "sigmoid")
        gates = gates.get("config") if isinstance(gates, dict) else gates
        if self.kind != "rnn" and gates != "sigmoid":
            self._use.note("changed", f"its recurrent_activation was {str(gates)[:40]!r}: here it is the sigmoid")

    def _check_options(self) -> None:
        note = self._use.note
        if self.config.flag("stateful", False):
            self._carry_states()
        if self.config.flag("time_major", False):
            raise UnsupportedError("it takes the time axis first (time_major)")
        if self.config.real("dropout", 0.0) or self.config.real("recurrent_dropout", 0.0):
            note("dropped", "dropout within a recurrent layer has no counterpart: put a Dropout in front of it")
        if self.kind == "gru" and not self.config.flag("reset_after", True):
            note("changed", "its reset_after was false; here the reset gate works after the product, so results differ")
        if not self.config.flag("use_bias", True):
            note("changed", "it had no biases; torch has some that begin as 0 and are learned")
        elif not (self.kind == "gru" and self.config.flag("reset_after", True)):
            note("changed", "torch has two biases for each gate where Keras has one; their sum acts")

    def _carry_states(self) -> None:
        """Keras's `stateful` is a setting of training here; backwards no state goes on to what comes later."""
        if self.reversed or self._place != ("cell",):
            self._use.note("dropped", "it was stateful: here one that reads backwards starts every batch with zeros")
            return
        self._use.builder.stateful.append(self._use.layer.name)
        why = "it was stateful: here carry_states carries the states of all recurrent blocks over from batch to batch"
        self._use.note("changed", f"{why}, and reset_states says when they are zeros again: with each epoch")

    def outputs(self, backward: _Direction | None = None, suffix: str = "") -> list[Value]:
        """What the layer gives: the last output or all of them, and the states where it returns them."""
        use, value = self._use, self.input
        if self.reversed:
            value = use.add("reverse", {}, value, suffix="reversed").like(value)
        params = self.params | ({"bidirectional": True} if backward else {})
        arrays = self._arrays("l0", value.order) | (backward._arrays("l0_reverse", value.order) if backward else {})
        state = [self._state()] if self.states else []
        made = use.add(self.kind, params, replace(value, order=None), *state, arrays=arrays, suffix=suffix)
        block = use.builder.nodes[block_of(made.ref)].block
        shapes = block.output_shapes(value.shape, *(item.shape for item in state))  # type: ignore[union-attr]
        every = use.port(made, "sequence", shapes[1])
        first = every if self.config.flag("return_sequences", False) else made
        if not self.config.flag("return_state", False):
            return [first]
        whole = use.port(made, "state", shapes[2])
        if self.kind == "lstm":
            return [first, replace(whole, part="h"), replace(whole, part="c")]
        return [first, replace(whole, part="h")]

    def _state(self) -> Value:
        """The state to start with: one value here, where Keras has h and c of an LSTM apart."""
        states = self.states
        whole = replace(states[0], part="")
        if self.kind != "lstm":
            return whole
        if len(states) != 2:
            raise UnsupportedError(f"an LSTM that starts with {plural(len(states), 'state')}: expected h and c")
        if [state.part for state in states] == ["h", "c"] and states[0].ref == states[1].ref:
            return whole
        h, c = (self._use.plain(state) for state in states)
        return self._use.add("lstm_state", {}, h, c, suffix="start")

    def _arrays(self, ending: str, order: Order | None) -> dict[str, Array]:
        bias = self.config.flag("use_bias", True)
        arrays = expected(self._use.weights(*self._place), 2 + bias, self._use)
        if not arrays:
            return {}
        gates = _gates(self.kind, self.units)
        own, hidden = np.zeros(self.units * len(_GATES[self.kind]), np.float32), None
        if bias:
            own, hidden = arrays[2] if arrays[2].ndim == 2 else (arrays[2], None)
        return {
            f"weight_ih_{ending}": gates(rows_in_order(arrays[0], order)).T,
            f"weight_hh_{ending}": gates(arrays[1]).T,
            f"bias_ih_{ending}": gates(own),
            f"bias_hh_{ending}": np.zeros_like(own) if hidden is None else gates(hidden),
        }


def _gates(kind: str, units: int) -> Callable[[Array], Array]:
    """Puts the gates, which lie side by side along the last axis, into torch's order."""

    def reordered(array: Array) -> Array:
        return np.concatenate([array[..., gate * units : (gate + 1) * units] for gate in _GATES[kind]], axis=-1)

    return reordered


def _listed(value: Any) -> list[Any]:
    return [deep for item in value for deep in _listed(item)] if isinstance(value, list | tuple) else [value]
