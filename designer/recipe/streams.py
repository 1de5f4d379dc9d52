"""Batches that go on where the one before has ended, and states of recurrent modules that are handed on with them."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


def stream_order(count: int, streams: int) -> Tensor:
    """The order of samples that lie one behind the other in time, so that row i of a batch goes on with stream i.

    They are cut into so many streams that lie one behind the other, too, each as long as the others or one sample
    longer: batch b has sample b of each stream, and the last batch those of the longer ones alone. Where that would be
    a single one, the last sample is left out, as batch norm cannot learn from one.
    """
    used = count - 1 if count > streams and count % streams == 1 else count
    length, longer = divmod(used, streams)
    row = torch.arange(streams)
    begins = row * length + row.clamp(max=longer)
    return (begins + torch.arange(length + 1)[:, None]).flatten()[:used]


def streams_of(count: int, batch_size: int) -> int:
    """Into how many streams samples are cut that are evaluated: few are in fewer and longer ones than a batch has rows.

    As each stream begins with states of zeros, short ones would say little of what a network does that remembers.
    """
    return max(1, min(batch_size, count // 16))


def goes_on(spans: np.ndarray, window: int) -> np.ndarray:
    """Whether each sample begins where the window of the one before it has ended, bool [N]; the first one does not.

    Spans [N, 2] have the times from a sample's first value up to the one behind its last.
    """
    begins = spans[:, 0]
    found: np.ndarray = np.diff(begins, prepend=begins[:1]) == window
    return found


def continued(model: nn.Module, states: dict[str, Tensor], *inputs: Tensor) -> Any:
    """What a model gives for inputs [N, ...] where its recurrent modules begin with `states`, and put there their last.

    A state is [parts, layers, N, H] by the name of its module, with h and c of an LSTM as parts; one that is not there
    yet is zeros. Gradients reach no further back than this batch (truncated backpropagation through time, Williams and
    Peng 1990). A batch of fewer rows leaves the states of the others as they are. A module that is given a state by
    the model begins with that.
    """
    hooks = []
    for name, module in model.named_modules():
        if isinstance(module, nn.RNNBase) and not module.bidirectional:
            state = CarriedState(states, name, len(inputs[0]))
            hooks += [module.register_forward_pre_hook(state.begin), module.register_forward_hook(state.end)]
    try:
        return model(*inputs)
    finally:
        for hook in hooks:
            hook.remove()


class CarriedState:
    """The state of a recurrent module, which it begins a batch of so many rows with, and then ends with."""

    def __init__(self, states: dict[str, Tensor], name: str, rows: int) -> None:
        self.states, self.name, self.rows = states, name, rows
        self.is_given = False

    def begin(self, module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """What the module is called with instead; None where the model gives it a state, or there is none yet."""
        self.is_given = len(inputs) > 1 and inputs[1] is not None
        if self.is_given or self.name not in self.states:
            return None
        parts = tuple(part.contiguous() for part in self.states[self.name][:, :, : self.rows])
        return inputs[0], parts if isinstance(module, nn.LSTM) else parts[0]

    def end(self, module: nn.Module, inputs: tuple[Any, ...], result: Any) -> None:
        """Keeps the last state; of streams that are one sample shorter the last batch has no row."""
        if not self.is_given:
            parts = result[1] if isinstance(result[1], tuple) else (result[1],)
            last = torch.stack([part.detach() for part in parts])
            kept = self.states.get(self.name, last)
            self.states[self.name] = torch.cat([last, kept[:, :, self.rows :]], dim=2)


def begin_anew(states: dict[str, Tensor], rows: Tensor) -> None:
    """Zeros in the states of those rows of a batch, bool [N], in which another series begins."""
    for state in states.values():
        state[:, :, : len(rows)].masked_fill_(rows[:, None], 0.0)
