"""Saved: what autograd saves of a block for its gradients, as each kind declares it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Saved:
    """The values at the ports that a block needs again for its gradients, and what it keeps beside them.

    A value at a port is one tensor however many blocks save it: `retention` counts it once for a whole network.
    """

    inputs: tuple[int, ...] = ()
    """Which of the connected inputs are saved, counted from 0."""
    outputs: tuple[int, ...] = ()
    """Which of the output ports are saved, counted from 0."""
    inside: int = 0
    """Bytes of one sample beside these: a mask, an index, a copy, gates."""
    view: bool = False
    """Whether what it gives is its first input, or a view of it, which takes no memory of its own."""
    first: Saved | None = None
    """What is saved instead where nothing before the block learns, if that is something else."""
