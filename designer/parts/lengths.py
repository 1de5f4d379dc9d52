"""Batches of sequences of different lengths: which steps count, and moving steps about, each sample by its length."""

import torch
from torch import Tensor


def padded_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """Which steps of a batch [N, L, ...] lie behind their sequence's end: bool [N, L]."""
    steps = torch.arange(x.shape[1], device=x.device)
    return steps >= lengths.to(x.device)[:, None]


def used_steps(x: Tensor, mask_value: float, lengths: Tensor | None = None) -> Tensor:
    """Which steps of [N, L, ...] before the lengths have a number other than `mask_value`: bool [N, L]."""
    used = (x != mask_value).reshape(x.shape[0], x.shape[1], -1).any(-1)
    return used if lengths is None else used & ~padded_steps(x, lengths)


def used_lengths(x: Tensor, mask_value: float, lengths: Tensor | None = None) -> Tensor:
    """Lengths [N] up to the last step of [N, L, ...] that has a number other than `mask_value`; 1 where there is none.

    Steps behind the given lengths do not count. They are on the CPU, where packing wants them.
    """
    used = used_steps(x, mask_value, lengths)
    steps = torch.arange(1, x.shape[1] + 1, device=x.device)
    return (used * steps).amax(1).clamp(min=1).cpu()


def kept_steps(x: Tensor, by: Tensor, mask_value: float, lengths: Tensor | None = None) -> Tensor:
    """The steps of [N, L, ...] where `by` has a number other than `mask_value`, moved to the front in their order."""
    # A stable sort by what is left out moves the others to the front.
    order = (~used_steps(by, mask_value, lengths)).to(torch.uint8).argsort(dim=1, stable=True)
    return picked_steps(x, order)


def kept_lengths(x: Tensor, mask_value: float, lengths: Tensor | None = None) -> Tensor:
    """How many steps of [N, L, ...] have a number other than `mask_value`: [N], on the CPU; 1 where there is none."""
    return used_steps(x, mask_value, lengths).sum(1).clamp(min=1).cpu()


def spread_steps(
    x: Tensor, by: Tensor, mask_value: float, last: bool, value: float, lengths: Tensor | None = None
) -> Tensor:
    """The steps of [N, M, ...] where those of `by` [N, L, ...] have a number other than `mask_value`: [N, L, ...].

    Elsewhere stands a value, or with `last` the step before; in front of the first step always the value.
    """
    used = used_steps(by, mask_value, lengths)
    places = used.cumsum(1) - 1
    empty = places < 0 if last else ~used
    spread = picked_steps(x, places.clamp(0, x.shape[1] - 1))
    return spread.masked_fill(empty.reshape(*empty.shape, *(1,) * (x.dim() - 2)), value)


def ended_by_the_last(x: Tensor, n: int, lengths: Tensor | None = None) -> Tensor:
    """Sequences [N, L, ...] at n steps: longer ones are cut, behind the end of others stands their last step again."""
    known = torch.full((x.shape[0],), x.shape[1]) if lengths is None else lengths
    last = known.to(x.device)[:, None] - 1
    return picked_steps(x, torch.arange(n, device=x.device).minimum(last))


def ended_by_zeros(x: Tensor, n: int, lengths: Tensor | None = None) -> Tensor:
    """Sequences [N, L, ...] at n steps: longer ones are cut, behind the end of others stand zeros."""
    known = torch.full((x.shape[0],), x.shape[1]) if lengths is None else lengths
    behind = torch.arange(n, device=x.device) >= known.to(x.device)[:, None]
    return ended_by_the_last(x, n, known).masked_fill(behind.reshape(*behind.shape, *(1,) * (x.dim() - 2)), 0)


def reversed_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """Each sequence of [N, L, ...] from its own end to its beginning; what lies behind its end stays where it is."""
    steps = torch.arange(x.shape[1], device=x.device)
    last = lengths.to(x.device)[:, None] - 1
    return picked_steps(x, torch.where(steps <= last, last - steps, steps))


def shifted_steps(x: Tensor, n: int, value: float) -> Tensor:
    """Every step of [N, L, ...] n steps later, with `value` in front; the last n steps fall out."""
    front = x.new_full((x.shape[0], n, *x.shape[2:]), value)
    return torch.cat([front, x], dim=1)[:, : x.shape[1]]


def sliced_bounds(lengths: Tensor, start: int, stop: int) -> tuple[Tensor, Tensor]:
    """First step and step behind the last one, both [N], of a slice by each sequence's own length; one step at least.

    Negative numbers count from the end; a `stop` of 0 is the end.
    """
    first = (lengths + start if start < 0 else torch.full_like(lengths, start)).clamp(min=0)
    first = first.minimum(lengths - 1)
    end = (lengths + stop if stop <= 0 else torch.full_like(lengths, stop)).minimum(lengths)
    return first, end.maximum(first + 1)


def sliced_steps(x: Tensor, lengths: Tensor, start: int, stop: int, step: int = 1) -> Tensor:
    """Every `step`-th step from `start` up to `stop` of each sequence of [N, L, ...], moved to the front."""
    first, end = sliced_bounds(lengths, start, stop)
    steps = torch.arange(0, int((end - first).max()), step, device=x.device)
    places = first.to(x.device)[:, None] + steps
    return picked_steps(x, places.clamp(max=x.shape[1] - 1))


def sliced_lengths(lengths: Tensor, start: int, stop: int, step: int = 1) -> Tensor:
    """How many steps `sliced_steps` takes of each sequence: [N]."""
    first, end = sliced_bounds(lengths, start, stop)
    return (end - first + step - 1) // step


def last_step(x: Tensor, lengths: Tensor) -> Tensor:
    """The last step of each sequence of [N, L, F] before its end: [N, F]."""
    rows = torch.arange(x.shape[0], device=x.device)
    return x[rows, lengths.to(x.device) - 1]


def picked_steps(x: Tensor, places: Tensor) -> Tensor:
    """The steps of [N, L, ...] at the places [N, M], for each sequence its own: [N, M, ...]."""
    rows = torch.arange(x.shape[0], device=x.device)[:, None]
    return x[rows, places]


def pairs_of_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """All ordered pairs of the steps of each sequence of [N, L, F], side by side: [N, L * L, 2 * F].

    The pairs of a sequence of l steps are the first l * l: 1 with 1, 1 with 2, and so on.
    """
    pairs = torch.arange(x.shape[1] ** 2, device=x.device)
    own = lengths.to(x.device)[:, None]
    first = (pairs // own).clamp(max=x.shape[1] - 1)
    return torch.cat([picked_steps(x, first), picked_steps(x, pairs % own)], dim=-1)
