"""Places on a line that are as near as can be to where things want to be, and far enough apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass
class _Block:
    """Things that touch: they keep their distances, and stand at the weighted mean of their wishes."""

    members: list[int]
    weight: float
    place: float
    outside: list[tuple[int, int, float]]
    """A member, something of another block that stands to its left, and how far away it stays."""


def apart(
    order: Sequence[int], left: Sequence[Mapping[int, float]], wanted: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """The places x with the least Σ weight · (x − wanted)², where x[i] ≥ x[j] + left[i][j].

    `order` has everything behind what stands to its left. This is `satisfy` of Dwyer, Marriott & Stuckey ("Fast node
    overlap removal", 2005): blocks of things that touch are joined from left to right, and never taken apart again,
    so the result keeps every distance, and is the best one but where a block would better be split.
    """
    block_of: list[_Block] = [_Block([], 0.0, 0.0, [])] * len(wanted)
    offset = [0.0] * len(wanted)
    for number in order:
        outside = [(number, other, distance) for other, distance in left[number].items()]
        block = block_of[number] = _Block([number], weights[number], wanted[number], outside)
        while worst := _most_violated(block, block_of, offset):
            block = _joined(block_of[worst[1]], block, worst, block_of, offset)
    return [block_of[number].place + offset[number] for number in range(len(wanted))]


def _most_violated(block: _Block, block_of: Sequence[_Block], offset: Sequence[float]) -> tuple[int, int, float] | None:
    """The entry in `outside` of what is too near to its neighbour on the left by the most."""
    worst, found = block.place + 1e-6, None
    for entry in block.outside:
        member, outer, distance = entry
        lowest = block_of[outer].place + offset[outer] + distance - offset[member]
        if lowest > worst:
            worst, found = lowest, entry
    return found


def _joined(
    first: _Block, second: _Block, touching: tuple[int, int, float], block_of: list[_Block], offset: list[float]
) -> _Block:
    """One block of two that touch; the larger one takes in the smaller one."""
    inner, outer, distance = touching
    shift = offset[outer] + distance - offset[inner]
    into, block = (first, second) if len(first.members) >= len(second.members) else (second, first)
    if into is second:
        shift = -shift
    into.place = (into.place * into.weight + (block.place - shift) * block.weight) / (into.weight + block.weight)
    into.weight += block.weight
    for member in block.members:
        offset[member] += shift
        block_of[member] = into
    into.members += block.members
    into.outside = [entry for entry in into.outside + block.outside if block_of[entry[1]] is not into]
    return into
