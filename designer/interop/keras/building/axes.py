"""Values with their axes where a block expects them: turned and laid out anew only where they lie otherwise.

Keras has the channels last and we have them first, and some blocks take fewer axes than there are. All that is known of
the axes is in a Value's `places`; here is what makes of one layout another one that holds the same for Keras.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Protocol

from designer.core.schema.shape import Size
from designer.core.schema.units import plural
from designer.interop.keras.building.values import IMAGE_SEQUENCE, Layout, Places, Value
from designer.interop.keras.file.errors import UnsupportedError
from designer.interop.keras.layer.settings import LayerSettings
from designer.interop.report import What

SUFFIX = "axes"


class Adding(Protocol):
    """One call of a layer, of which it is asked here what it takes, and to add blocks that turn a value."""

    config: LayerSettings

    @property
    def only(self) -> Value:
        """The only value that it takes, its axes as they lie."""

    def add(self, kind: str, params: Mapping[str, Any], *inputs: Value) -> Value:
        """A block of the layer."""

    def aside(self, kind: str, params: Mapping[str, Any], value: Value, suffix: str) -> Value:
        """A block in front of or behind that of the layer."""

    def note(self, what: What, why: str) -> None:
        """Tells the person."""


def arranged(use: Adding, value: Value, layout: Layout, suffix: str = SUFFIX) -> Value:
    """The value in a layout; itself where it lies so already.

    Raises UnsupportedError where its order of features, or a length that varies, does not allow that.
    """
    if value.part or value.layout == layout:
        return value
    if value.rank != len(layout.places):
        raise UnsupportedError(
            f"takes {value.shape.noun} {value.shape}, where "
            f"{plural(len(layout.places), 'axis is', 'axes are')} expected"
        )
    return with_sizes(use, value, value.sizes, layout, suffix)


def usual(use: Adding, value: Value) -> Value:
    """The value as our blocks and Keras's layers both expect it; image sequences stay such."""
    if value.part or value.turned is None:
        return value
    return arranged(use, value, Layout.usual(value.rank, value.shape.names == IMAGE_SEQUENCE))


def with_sizes(use: Adding, value: Value, sizes: Sequence[Size], layout: Layout, suffix: str = SUFFIX) -> Value:
    """The value with other axes of size 1 for Keras, in a layout: what expand_dims, squeeze and broadcasting do."""
    kept = [axis for axis, size in enumerate(value.sizes) if size != 1]
    wanted = [axis for axis, size in enumerate(sizes) if size != 1]
    if [value.sizes[axis] for axis in kept] != [sizes[axis] for axis in wanted]:
        raise UnsupportedError(f"takes {value.shape.noun} {value.shape}, which cannot be of sizes {list(sizes)}")
    here = [value.places[axis] for axis in kept]
    there = sorted(range(len(wanted)), key=lambda number: layout.places[wanted[number]])
    in_turn = [here[number] for number in there]
    shape = layout.shape(tuple(sizes))
    if in_turn != sorted(in_turn):
        value = _in_order_of(use, value, _whole_order(value, in_turn, layout), suffix)
    if value.shape != shape:
        value = _laid_out(use, value, layout.names, shape.sizes, suffix)
    return replace(value, turned=layout.places)


def in_keras_order(use: Adding, value: Value) -> Value:
    """The value turned so that its numbers lie as Keras counts through them."""
    return turned_by(use, value, tuple(range(value.rank)))


def in_two(use: Adding, value: Value, behind: Sequence[int]) -> Value:
    """A sequence [the other axes, `behind`], each as one axis in Keras's order: for what works over several axes."""
    front = [axis for axis in range(value.rank) if axis not in behind]
    turned = turned_by(use, value, (*front, *behind))
    sizes = (_product(value.sizes[axis] for axis in front), _product(value.sizes[axis] for axis in behind))
    if (turned.shape.names, turned.shape.sizes) == (("L", "F"), sizes):
        return replace(turned, turned=None)
    return _laid_out(use, turned, ("L", "F"), sizes, SUFFIX)


def out_of_two(use: Adding, value: Value, like: Value, behind: Sequence[int]) -> Value:
    """What `in_two` has made of a value, with that one's axes again."""
    axes = (*(axis for axis in range(like.rank) if axis not in behind), *behind)
    layout = Layout(Layout.usual(like.rank).names, tuple(axes.index(axis) for axis in range(like.rank)))
    shape = layout.shape(like.sizes)
    made = value if value.shape == shape else _laid_out(use, value, shape.names, shape.sizes, SUFFIX)
    return replace(made, turned=layout.places)


def reshaped(use: Adding, value: Value, sizes: tuple[int, ...], steps: bool = False) -> Value:
    """The numbers of a value, counted through as in Keras, along other axes, as these usually lie."""
    turned = in_keras_order(use, value)
    layout = Layout.usual(len(sizes), steps)
    natural = Layout(layout.names, tuple(range(len(sizes))))
    if _in_order(natural.places, layout.places, sizes):
        natural = layout
    made = use.add("reshape", _params(natural.names, natural.sizes(sizes)), turned)
    return arranged(use, replace(made, turned=natural.places), layout)


def turned_by(use: Adding, value: Value, axes: Places) -> Value:
    """The value turned so that its numbers lie as one counts through these axes of Keras, the last one fastest."""
    if value.order is not None:
        raise UnsupportedError("takes features that lie in another order than in Keras")
    kept = [value.places[axis] for axis in axes if value.sizes[axis] != 1]
    if kept == sorted(kept):
        return value
    whole = [value.places[axis] for axis in axes]
    rest = [place for place in range(value.shape.rank) if place not in whole]
    return _in_order_of(use, value, (*whole, *rest), SUFFIX)


def _whole_order(value: Value, in_turn: list[int], layout: Layout) -> Places:
    """All places of a value, so that those that count are in turn, and all fit at once where they can."""
    if value.shape.rank == len(layout.names) and value.rank == len(layout.places):
        left = [place for place in range(value.shape.rank) if place not in value.places]
        at = dict(zip(layout.places, value.places, strict=True))
        return tuple(at[place] if place in at else left.pop(0) for place in range(value.shape.rank))
    return (*in_turn, *(place for place in range(value.shape.rank) if place not in in_turn))


def _in_order_of(use: Adding, value: Value, order: Places, suffix: str) -> Value:
    if value.order is not None:
        raise UnsupportedError("takes features that lie in another order than in Keras")
    places = tuple(order.index(place) for place in value.places)
    made = use.aside("permute", {"order": [place + 1 for place in order]}, value, suffix)
    return replace(made, turned=places)


def _laid_out(use: Adding, value: Value, names: tuple[str, ...], sizes: Sequence[Size], suffix: str) -> Value:
    if value.order is not None:
        raise UnsupportedError("takes features that lie in another order than in Keras")
    return use.aside("reshape", _params(names, sizes), value, suffix)


def _params(names: tuple[str, ...], sizes: Sequence[Size]) -> dict[str, Any]:
    if None in sizes:
        raise UnsupportedError("lays sequences of varying length out anew")
    return {"sizes": list(sizes)} | ({"axes": "image_sequence"} if names == IMAGE_SEQUENCE else {})


def _product(sizes: Any) -> Size:
    known = list(sizes)
    return None if None in known else prod(known)


def axis_of(value: Value, axis: int) -> int:
    """An axis as Keras counts them, the batch first or from the end, among those of a value without its batch.

    Raises UnsupportedError for that of the batch, and for one that is not there.
    """
    found = axis - 1 if axis > 0 else axis + value.rank
    if axis == 0 or found == -1:
        raise UnsupportedError("works along the batch, which no block does")
    if not 0 <= found < value.rank:
        raise UnsupportedError(f"its axis {axis} is none of {value.shape.noun} {value.shape}")
    return found


def axes_of(value: Value, axes: Sequence[int]) -> list[int]:
    """Several axes as Keras counts them, each once, from the first."""
    return sorted({axis_of(value, axis) for axis in axes})


def with_channels(use: Adding, value: Value, axis: int, steps: bool = True) -> Value:
    """The value with an axis of Keras where a block has its channels, or features.

    `steps` says whether the block takes image sequences; else they become volumes.
    """
    names = value.shape.names
    if value.places[axis] == value.shape.channel_axis and (steps or names != IMAGE_SEQUENCE):
        return value
    names = Layout.usual(value.rank).names
    channels = 0 if names[0] == "C" else len(names) - 1
    others = iter(place for place in range(value.rank) if place != channels)
    return arranged(
        use, value, Layout(names, tuple(channels if number == axis else next(others) for number in range(value.rank)))
    )


def along(use: Adding, axes: int) -> Value:
    """What a layer takes that works along so many axes beside the channels, which its data_format says the place of.

    What comes of it has the same `turned`.
    """
    value = use.only
    if value.rank != axes + 1:
        raise UnsupportedError(
            f"takes {value.shape.noun} {value.shape}, where {plural(axes + 1, 'axis is', 'axes are')} expected"
        )
    if value.order is not None:
        raise UnsupportedError("takes features that lie in another order than in Keras")
    layout = Layout.usual(value.rank)
    if use.config.get("data_format") == "channels_first":
        layout = Layout(layout.names, (1, 0) if axes == 1 else tuple(range(value.rank)))
        if value.layout != layout:
            use.note("changed", "its data_format is channels_first: axes are turned for it, to keep Keras's results")
    return arranged(use, value, layout)


def _in_order(one: Places, other: Places, sizes: Sequence[Size]) -> bool:
    """Whether the numbers lie in the same order both ways: axes of size 1 do not count."""
    counting = [axis for axis, size in enumerate(sizes) if size != 1]
    return sorted(counting, key=lambda axis: one[axis]) == sorted(counting, key=lambda axis: other[axis])
