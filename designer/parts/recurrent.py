"""Running recurrent modules."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def run_packed(
    rnn: nn.Module, x: Tensor, lengths: Tensor, state: Tensor | None = None
) -> tuple[Tensor, Tensor | tuple[Tensor, Tensor]]:
    """Runs a recurrent module over padded sequences [N, L, F]; what lies behind each one's length changes nothing."""
    packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
    states, last = rnn(packed, state)
    padded, _ = pad_packed_sequence(states, batch_first=True, total_length=x.shape[1])
    return padded, last


def last_of_both(hidden: Tensor) -> Tensor:
    """The last states of both directions side by side: from [layers * 2, N, F] to [N, 2 * F]."""
    return torch.cat([hidden[-2], hidden[-1]], dim=-1)


def lstm_state(h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """A state for an LSTM of one layer to start with, of two rows of features [N, F]."""
    return h.unsqueeze(0), c.unsqueeze(0)
