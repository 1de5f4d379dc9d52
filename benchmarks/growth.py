"""How a figure grows with the network, for the tables of several sizes."""

from __future__ import annotations

Row = tuple[int, dict[str, float]]
"""A number of blocks, and the figures for it by column."""


def growth(name: str, now: Row, before: Row | None) -> str:
    """Time / blocks of a row against that of the row of the smaller network before; empty for the first row.

    1.00 grows as the network does.
    """
    if before is None:
        return ""
    return f"{now[1][name] / now[0] / (before[1][name] / before[0]):.2f}"
