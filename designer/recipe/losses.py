"""The losses that an Output can have, by the names of their criteria.

Each takes what the network gives and what is wanted, row by row: for whole samples [N, ...], of steps all that count,
one behind the other. It gives their mean.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def cross_entropy(
    result: Tensor, wanted: Tensor, label_smoothing: float = 0.0, class_weights: Tensor | None = None
) -> Tensor:
    """−log softmax(logits)[class]: logits [N, C], classes int64 [N].

    With smoothing s, what is wanted of each class is s / C, and 1 − s more of the right one. With weights [C] each
    class counts as often as its weight says, and the mean is over the weights of the classes that are wanted.
    Validation and test have the same loss, as a criterion of torch is the same wherever it is called.
    """
    return F.cross_entropy(result, wanted, weight=class_weights, label_smoothing=label_smoothing)


def mse(result: Tensor, wanted: Tensor) -> Tensor:
    """(x − y)², of any shape."""
    return F.mse_loss(result, wanted)


def mae(result: Tensor, wanted: Tensor) -> Tensor:
    """|x − y|, of any shape."""
    return F.l1_loss(result, wanted)


def focal(result: Tensor, wanted: Tensor, gamma: float, class_weights: Tensor | None = None) -> Tensor:
    """−(1 − p)^γ log p, with p the probability of the class: logits [N, C], classes int64 [N] (Lin et al. 2017).

    With weights [C], which the paper calls α, the mean is over those of the classes that are wanted, as torch has it
    for its cross-entropy.
    """
    surprise = F.cross_entropy(result, wanted, reduction="none")
    missing = -torch.expm1(-surprise)  # 1 − p, with all its digits
    focused = missing.clamp_min(1e-7) ** gamma * surprise  # 0 has no gradient for a γ below 1
    if class_weights is None:
        return focused.mean()
    counting = class_weights[wanted]
    return (counting * focused).sum() / counting.sum()


def huber(result: Tensor, wanted: Tensor, delta: float = 1.0) -> Tensor:
    """(x − y)² / 2 up to δ, and δ (|x − y| − δ / 2) beyond (Huber 1964), of any shape."""
    return F.huber_loss(result, wanted, delta=delta)


def quantile(result: Tensor, wanted: Tensor, quantile: float) -> Tensor:
    """max(q (y − x), (q − 1) (y − x)), of any shape: least where a share q of all y lies below x.

    Koenker and Bassett (1978) have it; it is called the pinball loss, too.
    """
    missed = wanted - result
    return torch.maximum(quantile * missed, (quantile - 1) * missed).mean()


def poisson(result: Tensor, wanted: Tensor, log_input: bool = True) -> Tensor:
    """exp(x) − y x, or x − y log x where no logarithm arrives: numbers of any shape, counts y ≥ 0 of the same."""
    return F.poisson_nll_loss(result, wanted, log_input=log_input)


def cosine(result: Tensor, wanted: Tensor) -> Tensor:
    """1 − cos(x, y), with all numbers of a row as one vector: [N, ...]."""
    alike = F.cosine_similarity(result.flatten(1), wanted.flatten(1))
    return (1 - alike).mean()


def triplet(result: Tensor, wanted: Tensor, mining: str = "all", margin: float = 1.0) -> Tensor:
    """max(0, d(a, p) − d(a, n) + margin): embeddings [N, F], classes int64 [N]; d is the Euclidean distance.

    The mean is over all triplets of a sample a, another one p of its class and one n of another class; or, "hard",
    over the samples a with the farthest p and the nearest n. Hermans, Beyer and Leibe (2017) call these batch all and
    batch hard. Where there is no triplet, the loss is 0.
    """
    apart = torch.cdist(result, result, compute_mode="donot_use_mm_for_euclid_dist")
    alike = wanted[:, None] == wanted
    others = alike & ~torch.eye(len(wanted), dtype=torch.bool, device=wanted.device)
    if mining == "hard":
        farthest, nearest = apart.masked_fill(~others, 0.0).amax(1), apart.masked_fill(alike, torch.inf).amin(1)
        each, count = F.relu(farthest - nearest + margin), others.any(1) & ~alike.all(1)
    else:
        # Sorted, those of other classes within reach of a p are the first ones, so that no triplet is looked at alone.
        sorted_others, reach = apart.masked_fill(alike, torch.inf).sort(1).values, apart + margin
        within = torch.searchsorted(sorted_others.detach(), reach.detach())
        sums = F.pad(sorted_others.masked_fill(sorted_others.isinf(), 0.0).cumsum(1), (1, 0))
        each, count = within * reach - sums.gather(1, within), others * (~alike).sum(1, keepdim=True)
    return torch.where(count > 0, each, 0.0).sum() / count.sum().clamp_min(1)


def bce(result: Tensor, wanted: Tensor) -> Tensor:
    """−y log σ(x) − (1 − y) log(1 − σ(x)): logits, and numbers from 0 to 1, of any shape."""
    return F.binary_cross_entropy_with_logits(result, wanted)
