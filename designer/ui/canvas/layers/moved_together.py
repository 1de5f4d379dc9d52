"""Which cards have moved together after an edit, and which edges with them: compared as plain values, many at once."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping

from designer.core.graph.network import Consumers, End, block_of
from designer.core.graph.settings import Position

Inputs = Mapping[str, tuple[str | None, ...]]
"""What the input ports of blocks take from."""
Shifts = Mapping[str, Position | None]
"""By how much cards have moved; None where their ports may have, too."""


def shifts_of(moved: Mapping[str, Position | None], places: Mapping[str, Position]) -> Shifts:
    """By how much each card has moved from where it was (None: not known) to its place now."""
    shifts: dict[str, Position | None] = {}
    for name, was in moved.items():
        if was is None:
            shifts[name] = None
        else:
            x, y = places[name]
            shifts[name] = x - was[0], y - was[1]
    return shifts


def by_shift(shifts: Shifts) -> dict[Position, list[str]]:
    """The cards that have moved together."""
    found: dict[Position, list[str]] = {}
    for name, shift in shifts.items():
        if shift is not None:
            found.setdefault(shift, []).append(name)
    return found


class Together:
    """The edges that have moved with the cards at both their ends, by shift, and the other edges of what has moved.

    Edges that are `led` already, to where they belong, are among the others.
    """

    def __init__(self, shifts: Shifts, inputs: Inputs, consumers: Consumers, led: Container[End] = ()) -> None:
        self.edges: dict[Position, list[End]] = {}
        self.others: dict[End, None] = {}
        for name, shift in shifts.items():
            for port, ref in enumerate(inputs.get(name, ())):
                if not ref:
                    continue
                if shift is not None and shifts.get(block_of(ref)) == shift and (name, port) not in led:
                    self.edges.setdefault(shift, []).append((name, port))
                else:
                    self.others[name, port] = None
            for end in consumers.get(name, ()):
                if shift is None or shifts.get(end[0]) != shift:
                    self.others[end] = None


def edges_at(cards: Collection[str], inputs: Inputs, consumers: Consumers) -> tuple[list[End], dict[End, None]]:
    """The edges that end at some cards; and those that lead to them from others, or from them to others."""
    ending: list[End] = []
    across: dict[End, None] = {}
    for name in cards:
        for port, ref in enumerate(inputs[name]):
            if ref:
                end = (name, port)
                ending.append(end)
                if ref not in cards and block_of(ref) not in cards:  # most name the block alone
                    across[end] = None
        for end in consumers.get(name, ()):
            if end[0] not in cards:
                across[end] = None
    return ending, across
