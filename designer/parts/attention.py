"""What attention needs beside torch's modules: a mask for the future, and places in a sequence as numbers."""

import torch
from torch import Tensor, nn
from torch.nn import functional


def future_steps(queries: Tensor, keys: Tensor) -> Tensor:
    """Which keys [N, K, E] lie behind each query [N, Q, E] in time, and may not be seen: bool [Q, K]."""
    everything = torch.ones(queries.shape[1], keys.shape[1], dtype=torch.bool, device=queries.device)
    return everything.triu(1)


def step_numbers(x: Tensor, most: int) -> Tensor:
    """0, 1, 2, ... for the steps of [N, L, F]; all steps from number `most` on are called `most - 1`."""
    return torch.arange(x.shape[1], device=x.device).clamp(max=most - 1)


def sinusoidal_positions(x: Tensor) -> Tensor:
    """For each step t of [N, L, F], sin(t / 10000^(2i/F)) at 2i and the cosine of the same at 2i + 1: [L, F].

    They are float32 whatever x is: 16 bits have no room for the number of a step.
    """
    length, size = x.shape[1:]
    steps = torch.arange(length, device=x.device, dtype=torch.float32)[:, None]
    places = torch.arange(size, device=x.device)
    rates = 10_000.0 ** (-(places - places % 2).float() / size)
    angles = steps * rates
    return torch.where(places % 2 == 0, angles.sin(), angles.cos())


def attended(
    scores: Tensor, values: Tensor, dropout: float, future: Tensor | None, padding: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Means of the values [N, K, E], weighed by a softmax of the scores [N, Q, K]: [N, Q, E], and the weights.

    What a mask hides has no weight: `future` [Q, K] for all samples, `padding` [N, K] of each. The weights are of one
    head, [N, 1, Q, K].
    """
    if future is not None:
        scores = scores.masked_fill(future, -torch.inf)
    if padding is not None:
        scores = scores.masked_fill(padding[:, None], -torch.inf)
    weights = scores.softmax(dim=2)
    kept = functional.dropout(weights, dropout) if dropout else weights
    return kept @ values, weights[:, None]


class DotAttention(nn.Module):
    """Attention by products of queries and keys, times a learned number with `scaled`."""

    def __init__(self, scaled: bool = False, dropout: float = 0.0) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(())) if scaled else None
        self.dropout = dropout

    def forward(
        self, queries: Tensor, keys: Tensor, future: Tensor | None = None, padding: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """What queries [N, Q, E] find in keys [N, K, E], which are the values, too."""
        scores = queries @ keys.transpose(1, 2)
        if self.scale is not None:
            scores = scores * self.scale
        return attended(scores, keys, self.dropout if self.training else 0.0, future, padding)


class AdditiveAttention(nn.Module):
    """Attention by the tanh of queries and keys together, times learned numbers with `scaled`."""

    def __init__(self, features: int, scaled: bool = True, dropout: float = 0.0) -> None:
        super().__init__()
        bound = (6 / (1 + features)) ** 0.5
        self.scale = nn.Parameter(torch.empty(features).uniform_(-bound, bound)) if scaled else None
        self.dropout = dropout

    def forward(
        self, queries: Tensor, keys: Tensor, future: Tensor | None = None, padding: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """What queries [N, Q, E] find in keys [N, K, E], which are the values, too."""
        both = torch.tanh(queries[:, :, None] + keys[:, None])
        scores = both.sum(dim=3) if self.scale is None else functional.linear(both, self.scale[None]).squeeze(3)
        return attended(scores, keys, self.dropout if self.training else 0.0, future, padding)
