"""What is measured beside the loss."""

from torch import Tensor


def right_answers(result: Tensor, wanted: Tensor) -> Tensor:
    """How many classes are named rightly: logits [N, C], classes int64 [N]."""
    return (result.argmax(-1) == wanted).sum()
