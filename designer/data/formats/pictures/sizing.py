"""The size to which pictures are brought, where nobody has said one."""

from __future__ import annotations

from collections.abc import Sequence

from designer.data.formats.pictures.measuring import PictureFacts
from designer.data.formats.pictures.options import USUAL

_SMALL = 32
_SAME_SHAPE = 1.03
"""Ratios of width to height that differ by no more are called the same."""


def size_for(measured: Sequence[PictureFacts]) -> tuple[int, int]:
    """Height and width: those that all have, if they are small; else 64 at most, and no more than nearly all have.

    Where all have the same shape it is kept, so that nothing is distorted.
    """
    sizes = sorted(item.size for item in measured if not item.problem)
    if not sizes:
        return USUAL, USUAL
    if sizes[0] == sizes[-1] and max(sizes[0]) <= USUAL:
        return sizes[0][1], sizes[0][0]
    shorter = sorted(min(size) for size in sizes)[len(sizes) // 20]
    side = _rounded(min(USUAL, shorter))
    if not same_shape(measured):
        return side, side
    width, height = sizes[len(sizes) // 2]
    longer = min(USUAL, sorted(max(size) for size in sizes)[len(sizes) // 20])
    return _rounded(longer * height / max(width, height)), _rounded(longer * width / max(width, height))


def _rounded(side: float) -> int:
    """Sides that can be halved three times, where that costs little."""
    return max(1, int(side) // 8 * 8 if side > _SMALL else round(side))


def ratios(measured: Sequence[PictureFacts]) -> tuple[float, float]:
    """The least and the most ratio of width to height."""
    found = [item.size[0] / item.size[1] for item in measured if not item.problem]
    return (min(found), max(found)) if found else (1.0, 1.0)


def same_shape(measured: Sequence[PictureFacts]) -> bool:
    """Whether all have nearly the same ratio of width to height."""
    least, most = ratios(measured)
    return most / least <= _SAME_SHAPE
