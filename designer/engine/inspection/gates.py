"""The gates of a recurrent module over time, which torch keeps to itself: its steps once more, by its weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

Step = Callable[[Tensor, Tensor, dict[str, Tensor]], dict[str, Tensor]]
"""From W x + b and U h + b' [gates * H] and what the step before gave, to what this step gives."""

HIDDEN, CELL = "hidden state h", "cell state c"
LETTERS = {
    CELL: "c",
    "input gate i": "i",
    "forget gate f": "f",
    "cell gate g": "g",
    "output gate o": "o",
    "reset gate r": "r",
    "update gate z": "z",
    "new gate n": "n",
}
"""What formulas call each of them."""


def lstm_step(read: Tensor, kept: Tensor, before: dict[str, Tensor]) -> dict[str, Tensor]:
    """One step of an LSTM, each value [H]; torch's order of the gates is i, f, g, o."""
    i, f, g, o = (read + kept).chunk(4)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * before[CELL] + i * g
    named = {"input gate i": i, "forget gate f": f, "cell gate g": g, "output gate o": o}
    return {HIDDEN: o * c.tanh(), CELL: c, **named}


def gru_step(read: Tensor, kept: Tensor, before: dict[str, Tensor]) -> dict[str, Tensor]:
    """One step of a GRU, each value [H]; torch's order of the gates is r, z, n."""
    read_r, read_z, read_n = read.chunk(3)
    kept_r, kept_z, kept_n = kept.chunk(3)
    r, z = (read_r + kept_r).sigmoid(), (read_z + kept_z).sigmoid()
    n = (read_n + r * kept_n).tanh()
    return {HIDDEN: (1 - z) * n + z * before[HIDDEN], "reset gate r": r, "update gate z": z, "new gate n": n}


_STEPS: dict[type[nn.RNNBase], tuple[Step, tuple[str, ...]]] = {
    nn.LSTM: (lstm_step, (CELL, "input gate i", "forget gate f", "cell gate g", "output gate o")),
    nn.GRU: (gru_step, ("reset gate r", "update gate z", "new gate n")),
}


def gate_names(rnn: nn.Module) -> tuple[str, ...]:
    """What `gates_of` can tell of a module beside its hidden state; nothing of an RNN, which has no gates."""
    return next((names for kind, (_, names) in _STEPS.items() if isinstance(rnn, kind)), ())


def gates_of(rnn: nn.RNNBase, x: Tensor | PackedSequence, state: Any = None) -> dict[str, Tensor]:
    """Hidden state, gates and cell state of the top layer for one sample, each float32 [L, H * directions], by name.

    `x` ([1, L, F], or packed) and `state` ([layers * directions, 1, H], of an LSTM two) are what the module was called
    with.
    """
    step, _ = next(found for kind, found in _STEPS.items() if isinstance(rnn, kind))
    below = x.data if isinstance(x, PackedSequence) else x[0]
    directions = 2 if rnn.bidirectional else 1
    found: dict[str, Tensor] = {}
    for layer in range(rnn.num_layers):
        ways = [
            _one_way(rnn, step, below, f"l{layer}{suffix}", _start(rnn, state, layer * directions + way))
            for way, suffix in enumerate(("", "_reverse")[:directions])
        ]
        found = {name: torch.cat([way[name] for way in ways], dim=-1) for name in ways[0]}
        below = found[HIDDEN]
    return found


def _start(rnn: nn.RNNBase, state: Any, place: int) -> dict[str, Tensor]:
    """h and c before the first step: those given, or zeros."""
    if state is None:
        zeros = next(rnn.parameters()).new_zeros(rnn.hidden_size)
        return {HIDDEN: zeros, CELL: zeros}
    h, c = state if isinstance(state, tuple) else (state, state)
    return {HIDDEN: h[place, 0], CELL: c[place, 0]}


def _one_way(rnn: nn.RNNBase, step: Step, x: Tensor, suffix: str, values: dict[str, Tensor]) -> dict[str, Tensor]:
    """All steps of one layer and direction, in the order of time."""
    kept_weight = getattr(rnn, f"weight_hh_{suffix}")
    read_bias, kept_bias = (getattr(rnn, f"bias_{part}_{suffix}", None) for part in ("ih", "hh"))
    read = nn.functional.linear(x, getattr(rnn, f"weight_ih_{suffix}"), read_bias)
    backwards = suffix.endswith("_reverse")
    steps = []
    for now in reversed(read) if backwards else read:
        values = step(now, nn.functional.linear(values[HIDDEN], kept_weight, kept_bias), values)
        steps.append(values)
    return {name: torch.stack([values[name] for values in (steps[::-1] if backwards else steps)]) for name in steps[0]}
