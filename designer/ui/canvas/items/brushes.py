"""Colours and pens of the canvas, made once: to read "#57606a" anew for each line of each card would take too long."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

_KEPT = 1024


@lru_cache(maxsize=_KEPT)
def colour(name: str) -> QColor:
    """A colour by its name. Don't change it: it is everybody's."""
    return QColor(name)


@lru_cache(maxsize=_KEPT)
def pen(name: str, width: float = 1.0, *, cosmetic: bool = False) -> QPen:
    """A line of a colour with round ends; a cosmetic one is as wide at every zoom. Don't change it."""
    made = QPen(colour(name), width)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    made.setCosmetic(cosmetic)
    return made


@lru_cache(maxsize=_KEPT)
def mixed(name: str, other: str, share: float) -> QColor:
    """A colour with so much of another one in it, 0 to 1."""
    one, two = colour(name), colour(other)
    parts = ((one.red(), two.red()), (one.green(), two.green()), (one.blue(), two.blue()))
    return QColor(*(round((1 - share) * own + share * theirs) for own, theirs in parts))
