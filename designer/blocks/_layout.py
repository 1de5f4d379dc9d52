"""What Reshape and Unflatten share: sizes of which one may be left open, and the shape that they make."""

from __future__ import annotations

from math import prod

from designer.core.graph.block import RepairHint, ShapeError
from designer.core.schema.shape import Shape
from designer.core.schema.units import noun, plural


def lies_in_order(shape: Shape) -> bool:
    """Whether the numbers of a sample lie in memory as its axes go, so that a view can lay them out in another way.

    Training has images channels-last: what is made of them is a copy.
    """
    return not shape.is_image or shape.channels == 1


def resolved(sizes: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The sizes with -1 resolved so that they hold `count` numbers. Raises ShapeError where they cannot."""
    known = prod(size for size in sizes if size != -1)
    if -1 in sizes and count % known == 0:
        return tuple(count // known if size == -1 else size for size in sizes)
    if known == count and -1 not in sizes:
        return sizes
    open_last = [(*sizes[:-1], -1)] if -1 not in sizes and count % prod(sizes[:-1]) == 0 else []
    all_first = (-1, *(1 for _ in sizes[1:]))
    raise ShapeError(
        f"{written(sizes)} cannot hold the {plural(count, 'number')} that {noun(count, 'comes', 'come')} in",
        "choose sizes whose product is that, with -1 for one that is to be what is left",
        [RepairHint("set", name="sizes", value=value) for value in (*open_last, all_first)],
        field="sizes",
    )


def written(sizes: tuple[int, ...]) -> str:
    """4×1×1, with … for what is left."""
    return "×".join("…" if size == -1 else str(size) for size in sizes)
