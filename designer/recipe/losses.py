"""The losses that an Output can have, by the names of their criteria.

Each takes what the network gives and what is wanted, row by row: for whole samples [N, ...], of steps all that count,
one behind the other. It gives their mean.
"""

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


def bce(result: Tensor, wanted: Tensor) -> Tensor:
    """−y log σ(x) − (1 − y) log(1 − σ(x)): logits, and numbers from 0 to 1, of any shape."""
    return F.binary_cross_entropy_with_logits(result, wanted)
