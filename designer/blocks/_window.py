"""What everything shares that slides a window over a sequence, an image or a volume: convolution and pooling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from designer.core.graph.block import IMAGE, SEQUENCE, VOLUME, RepairHint, ShapeError, WrongInputError, call
from designer.core.graph.roles import PaddingRule, WindowBlock
from designer.core.ir.expr import Expr, Ref, function, module
from designer.core.schema.fields import LARGEST_WINDOW, choice, whole
from designer.core.schema.shape import FLOAT_BYTES, Shape, sizes_text

Sizes = tuple[int, ...]

_TAKES = {
    1: (SEQUENCE, "sequences (N×L×F)", "sequences"),
    2: (IMAGE, "images (N×C×H×W)", "images"),
    3: (VOLUME, "volumes (N×C×D×H×W)", "volumes"),
}
_AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
_UNITS = {1: "steps", 2: "px", 3: "voxels"}
RULE_HELP = (
    "explicit adds `padding`; same adds what gives size / stride, rounded up, as Keras and TensorFlow do, "
    "with the extra one at the end"
)

CAUSAL_HELP = f"{RULE_HELP}; causal adds only in front, so that no step sees a later one."


def per_axis(dims: int, default: int, description: str, *, low: int = 1) -> Any:
    """A field for a size along each axis: a whole number in one dimension, else as many as there are axes."""
    if dims == 1:
        return whole(default, description, low=low, high=LARGEST_WINDOW, unit=_UNITS[1])
    return Field(default=(default,) * dims, description=description, json_schema_extra={"unit": _UNITS[dims]})


def padding_rule(description: str = f"{RULE_HELP}.") -> Any:
    """The field that says who chooses the padding."""
    return choice("explicit", description)


def sizes_of(value: int | Sizes) -> Sizes:
    """One number for each axis, of a field's value."""
    return (value,) if isinstance(value, int) else value


def short(sizes: Sizes) -> int | Sizes:
    """The argument a person would write: one number where all are the same."""
    return sizes[0] if len(set(sizes)) == 1 else sizes


def places(shape: Shape) -> Sizes:
    """The sizes that a window moves along: all but the channels, 1 for a length that varies."""
    return shape.fixed_sizes[:1] if shape.is_sequence else shape.fixed_sizes[1:]


def with_places(shape: Shape, channels: int, sizes: Sizes) -> Shape:
    """A shape with the same axes, other channels and other sizes; a length that varies goes on doing so."""
    if shape.is_sequence:
        return Shape.of((None if shape.varies else sizes[0], channels), shape.names)
    return Shape.of((channels, *sizes), shape.names)


@dataclass(frozen=True)
class Window:
    """A window, how it moves and what is added around, with a number for each axis."""

    kernel_size: Sizes
    stride: Sizes
    padding: Sizes
    dilation: Sizes
    rule: PaddingRule = "explicit"

    @cached_property
    def reach(self) -> Sizes:
        """How much the window covers, with its gaps."""
        return tuple([d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True)])

    @property
    def points(self) -> int:
        """The numbers of a channel that the window sees."""
        return prod(self.kernel_size)

    def added(self, sizes: Sizes) -> tuple[tuple[int, int], ...]:
        """The padding before and behind, along each axis, of a value of these sizes."""
        if self.rule == "explicit":
            return tuple([(pad, pad) for pad in self.padding])
        if self.rule == "causal":
            return tuple([(reach - 1, 0) for reach in self.reach])
        found = []
        for size, reach, stride in zip(sizes, self.reach, self.stride, strict=True):
            total = max((-(-size // stride) - 1) * stride + reach - size, 0)
            found.append((total // 2, total - total // 2))
        return tuple(found)

    def count(self, sizes: Sizes) -> Sizes:
        """How many windows fit along each axis: floor((size + padding − reach) / stride) + 1; 0 where none does."""
        steps = zip(sizes, self.added(sizes), self.reach, self.stride, strict=True)
        return tuple([max((size + sum(added) - reach) // stride + 1, 0) for size, added, reach, stride in steps])


@lru_cache(maxsize=1024)
def _window(
    kernel_size: int | Sizes, stride: int | Sizes, padding: int | Sizes, dilation: int | Sizes, rule: PaddingRule
) -> Window:
    """Kept, as in a large network many blocks have the same window, and ask for it at every edit."""
    return Window(sizes_of(kernel_size), sizes_of(stride), sizes_of(padding), sizes_of(dilation), rule)


class Windowed(WindowBlock):
    """A block that slides a window. Each kind has these fields, in the order of its form."""

    dims: ClassVar[int]
    fill: ClassVar[float] = 0.0
    """What the padding consists of."""

    if TYPE_CHECKING:
        kernel_size: int | Sizes
        stride: int | Sizes
        padding: int | Sizes

    @property
    def idle_fields(self) -> frozenset[str]:
        return frozenset() if self.padding_rule == "explicit" else frozenset({"padding"})

    @property
    def window(self) -> Window:
        """The window with a number for each axis."""
        return _window(
            self.kernel_size, self.stride, self.padding, getattr(self, "dilation", (1,) * self.dims), self.padding_rule
        )

    def slide(self, shape: Shape, channels: int) -> Shape:
        """The shape after the window has slid over it: the formula of torch.nn.Conv2d's documentation.

        Raises WrongInputError for other axes, ShapeError where the window is larger than what it slides over. A
        sequence of a length that varies always fits: one that is too short is filled up with zeros.
        """
        expect_axes(shape, self.dims)
        window, sizes = self.window, places(shape)
        counts = window.count(sizes)
        if shape.varies:
            counts = (max(counts[0], 1),)
        elif 0 in counts:
            raise _too_large(shape, window)
        return with_places(shape, channels, counts)

    def around(self, x: Ref, value: Expr | None = None) -> tuple[Expr, Sizes]:
        """x, channels first, with what has to be added before torch's module; and the padding left to the module.

        With a `value`, what is added to x is added to that instead, without a module.
        """
        given = x if value is None else value
        if x.shape.varies:
            given, done = self._around_varying(x, given)
            if done:
                return given.transpose(1, 2), (0,) * self.dims
        if x.shape.is_sequence:
            given = given.transpose(1, 2)
        added = self.window.added(places(x.shape))
        if self.torch_can_add(x.shape):
            return given, tuple(before for before, _ in added)
        # torch takes the padding of the last axis first.
        flat = tuple(chain.from_iterable(reversed(added)))
        if value is not None:
            return function("F.pad", given, flat), (0,) * self.dims
        kind, fill = ("ZeroPad", ()) if self.fill == 0 else ("ConstantPad", (self.fill,))
        return module(call(f"nn.{kind}{self.dims}d", flat, *fill), "pad")(given), (0,) * self.dims

    def torch_can_add(self, shape: Shape) -> bool:
        """Whether the padding is one that torch's modules have: as much before as behind."""
        return all(before == behind for before, behind in self.window.added(places(shape)))

    def bytes_around(self, shape: Shape, padded: bool) -> int:
        """What a copy of the input takes: with its padding, where torch's module cannot add it by itself."""
        window, sizes = self.window, places(shape)
        added = window.added(sizes)
        sees_more = set(window.reach) != {1} or (window.rule == "explicit" and any(window.padding))
        cleared = padded and window.rule != "causal" and sees_more
        if self.torch_can_add(shape):
            if not cleared:
                return 0
            if window.rule != "same" or set(window.stride) == {1}:
                added = ((0, 0),) * len(sizes)
        return FLOAT_BYTES * shape.channels * prod(size + sum(more) for size, more in zip(sizes, added, strict=True))

    def _around_varying(self, x: Ref, given: Expr) -> tuple[Expr, bool]:
        """Sequences with nothing behind their ends that a window could see; and whether they have all their padding."""
        window = self.window
        (reach,), (stride,), (padding,) = window.reach, window.stride, window.padding
        explicit = window.rule == "explicit"
        if window.rule == "causal" or (reach == 1 and not (explicit and padding)):
            return given, False
        fill = {} if self.fill == 0 else {"value": self.fill}
        if window.rule == "same" and stride > 1:
            return function("padded_as_same", given, lengths_of(x), reach, stride, **fill), True
        shortest = reach - 2 * padding if explicit else 1
        least = {"shortest": shortest} if shortest > 1 else {}
        return function("filled_behind", given, lengths_of(x), **fill, **least), False

    def lengths(self, *inputs: Ref) -> Expr | None:
        given = inputs[0].lengths
        if given is None:
            return None
        window = self.window
        (reach,), (stride,), (padding,) = window.reach, window.stride, window.padding
        if window.rule != "explicit":
            reach, padding = 1, 0  # as many windows as there are steps
        if stride == 1 and reach == 1 + 2 * padding:
            return given
        moves = {"stride": stride} if stride > 1 else {}
        around = {"padding": padding} if padding else {}
        return function("window_counts", given, reach, **moves, **around)

    def positions(self, shape: Shape) -> int:
        """Windows in all; for a sequence of one step, where the length varies."""
        return prod(max(count, 1) for count in self.window.count(places(shape)))


def lengths_of(x: Ref) -> Expr:
    """The lengths [N] of sequences: all of one length, where none are known."""
    return x.lengths if x.lengths is not None else function("torch.full", (x.size(0),), x.size(1))


def expect_axes(shape: Shape, dims: int) -> None:
    """Raises WrongInputError for anything that is not a sequence, an image or a volume, by the number of axes."""
    names, takes, noun = _TAKES[dims]
    if shape.names != names:
        raise WrongInputError(f"takes {takes}", f"connect a block that gives {noun}")


def expect_image(shape: Shape) -> None:
    """Raises WrongInputError for anything that is not an image."""
    expect_axes(shape, 2)


def _too_large(shape: Shape, window: Window) -> ShapeError:
    """The error for a window larger than what it slides over, with the kernel that would fit, or the padding."""
    sizes = places(shape)
    rooms = [size + 2 * pad for size, pad in zip(sizes, window.padding, strict=True)]
    fits = tuple(
        min(kernel, (room - 1) // spread + 1)
        for kernel, room, spread in zip(window.kernel_size, rooms, window.dilation, strict=True)
    )
    around = tuple(
        pad + max(-(-(reach - room) // 2), 0)
        for pad, reach, room in zip(window.padding, window.reach, rooms, strict=True)
    )
    place = next(place for place, room in enumerate(rooms) if room < window.reach[place])
    axis, noun = _AXES[len(sizes)][place], shape.noun_of_one
    return ShapeError(
        f"kernel_size covers {window.reach[place]} of the {axis}, but the {noun} has only {rooms[place]} "
        f"({shape} with its padding)",
        f"set kernel_size to {sizes_text(fits)} or less, or add padding",
        [
            RepairHint("set", name="kernel_size", value=fits[0] if len(fits) == 1 else fits),
            RepairHint("set", name="padding", value=around[0] if len(around) == 1 else around),
            RepairHint("set", name="padding_rule", value="same"),
        ],
        field="kernel_size",
    )
