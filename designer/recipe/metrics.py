"""What is measured beside the loss."""

import torch
from torch import Tensor


def right_answers(result: Tensor, wanted: Tensor) -> Tensor:
    """How many classes are named rightly: logits [N, C], classes int64 [N]."""
    return (result.argmax(-1) == wanted).sum()


def nearest_alike(result: Tensor, wanted: Tensor) -> Tensor:
    """How many have one of their class as nearest neighbour in the batch: embeddings [N, F], classes int64 [N].

    A sample that is alone in its batch has none.
    """
    apart = torch.cdist(result.detach(), result.detach(), compute_mode="donot_use_mm_for_euclid_dist")
    nearest = apart.fill_diagonal_(torch.inf).argmin(1)
    is_other = nearest != torch.arange(len(wanted), device=wanted.device)
    return ((wanted[nearest] == wanted) & is_other).sum()
