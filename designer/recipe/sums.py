"""The losses of several Outputs as one."""

from torch import Tensor


def weighted_sum(losses: dict[str, Tensor] | dict[str, float], weights: dict[str, float]) -> Tensor | float:
    """What is made small: weight × loss, summed over the outputs."""
    return sum(weights[name] * loss for name, loss in losses.items())
