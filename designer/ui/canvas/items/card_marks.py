"""The mark on the card of a frozen block."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from designer.core.inference.infer import Result
from designer.core.inference.learning import learns
from designer.ui.style import icons

FLAKE, LARGE_FLAKE = 12.0, 20.0
"""How wide the snowflake is, and from some way off."""


def is_frozen(result: Result) -> bool:
    """Whether a block is marked as frozen: one that could not learn in any case is not."""
    return result.node.block.frozen and learns(result)


def paint_flake(painter: QPainter, right: float, middle: float, ink: str, size: float = FLAKE) -> None:
    """A snowflake that ends at the right."""
    icons.draw(painter, QRectF(right - size, middle - size / 2, size, size), "frozen", ink)
