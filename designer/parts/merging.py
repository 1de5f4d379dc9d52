"""Merging padded sequences, and padding them with zeros."""

import torch
from torch import Tensor, nn

from designer.parts.lengths import padded_steps, picked_steps


def of_same_length(x: Tensor, lengths: Tensor, others: Tensor) -> Tensor:
    """x [N, L, ...], after a check that its sequences are as long as those that they are merged with."""
    for sample, (length, other) in enumerate(zip(lengths.tolist(), others.tolist(), strict=True)):
        if length != other:
            raise ValueError(
                f"only sequences of the same length can be merged, but the lengths of sample {sample} "
                f"of the batch are {other} in one and {length} in the other"
            )
    return x


def joined_steps(values: list[Tensor], lengths: list[Tensor | int]) -> Tensor:
    """Puts padded sequences [N, L, ...] one behind the other, so that padding comes only at the end.

    A whole number among the lengths stands for sequences that are all of that length.
    """
    counts = [torch.as_tensor(length).expand(len(x)) for x, length in zip(values, lengths, strict=True)]
    padding = torch.cat([padded_steps(x, count) for x, count in zip(values, counts, strict=True)], dim=1)
    # A stable sort by what is padding moves the real steps to the front, in their order.
    order = padding.to(torch.uint8).argsort(dim=1, stable=True)[:, : int(torch.stack(counts).sum(dim=0).max())]
    return picked_steps(torch.cat(values, dim=1), order)


def zero_padded_steps(x: Tensor, lengths: Tensor, before: int, after: int) -> Tensor:
    """Sequences [N, L, F] with steps of zeros in front, and right behind the last step of each."""
    cleared = x.masked_fill(padded_steps(x, lengths).unsqueeze(2), 0.0)
    return nn.functional.pad(cleared, (0, 0, before, after))
