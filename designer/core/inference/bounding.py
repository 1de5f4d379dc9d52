"""How much is inferred inside groups in one go: a few that are repeated within each other stand for billions of blocks.

Where groups keep the shapes, nothing is inferred twice. Where they do not, every one of those blocks is of a shape of
its own, and there has to be an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from designer.core.graph.block import ShapeError

MOST_INSIDE = 20_000
"""Blocks inside groups, each counted once for all shapes that reach it."""


class TooMuchInsideError(ShapeError):
    """What is inside groups would be inferred for hours."""

    def __init__(self) -> None:
        super().__init__(
            f"stands for more than {MOST_INSIDE:,} blocks inside groups that all have other shapes",
            "use or repeat groups less often, or let what is in them keep the shape",
        )


class _Work:
    """What is left to do."""

    left = MOST_INSIDE


_WORK: ContextVar[_Work | None] = ContextVar("work", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """Bounds all that is inferred inside groups until the outermost of these ends."""
    if _WORK.get() is not None:
        yield
        return
    token = _WORK.set(_Work())
    try:
        yield
    finally:
        _WORK.reset(token)


def spend(blocks: int) -> None:
    """Takes so many blocks off what may be inferred. Raises TooMuchInsideError where that is too much."""
    work = _WORK.get()
    if work is not None:
        work.left -= blocks
        if work.left < 0:
            raise TooMuchInsideError


def is_spent() -> bool:
    """Whether something was left out, so that what was found is not the whole truth and must not be remembered."""
    work = _WORK.get()
    return work is not None and work.left < 0
