"""What the convolutions share: plain, by channel and separable ones differ in their kernels."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any

from designer.blocks._activation import LABELS, Activation, activation_layers, activation_parameters, saved_with
from designer.blocks._window import Sizes, Windowed, per_axis, short
from designer.core.graph.block import Block, Call, RepairHint, Saved, ShapeError, call
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import choice, flag, whole
from designer.core.schema.shape import Shape, sizes_text

MOST_CHANNELS = 16_384


def out_channels() -> Any:
    """The field of that name."""
    return whole(32, "Kernels, and so feature maps in the output.", high=MOST_CHANNELS, unit="maps")


def kernel_size(dims: int) -> Any:
    """The field of that name."""
    return per_axis(dims, 3, "Size of each kernel; along each axis, where there are several.")


def stride(dims: int) -> Any:
    """The field of that name."""
    return per_axis(dims, 1, "How far the kernel moves each time.")


def padding(dims: int) -> Any:
    """The field of that name."""
    return per_axis(
        dims, 0, "Zeros added on each side, where padding_rule is explicit; half of the kernel keeps the size.", low=0
    )


def dilation(dims: int) -> Any:
    """The field of that name."""
    return per_axis(dims, 1, "Distance between the points of the kernel; 1 is the usual, dense kernel.")


def groups() -> Any:
    """The field of that name."""
    return whole(
        1,
        "Input and output channels are split into this many groups that do not see each other.",
        high=MOST_CHANNELS,
    )


def depth_multiplier() -> Any:
    """The field of that name."""
    return whole(1, "Kernels for each channel of the input.", high=1024, unit="maps")


def bias() -> Any:
    """The field of that name."""
    return flag(True, "Adds a learned number to each feature map.")


def activation() -> Any:
    """The field of that name."""
    return choice("none", "Applied to every number of the output.")


class Kernels(Block):
    """What has learned kernels, a bias and an activation."""

    category = "Convolution"
    prefix = "conv"

    if TYPE_CHECKING:
        kernel_size: int | Sizes
        stride: int | Sizes
        padding: int | Sizes
        dilation: int | Sizes
        bias: bool
        activation: Activation

    def activated(self, value: Expr, shape: Shape) -> Expr:
        """The activation of what the kernels gave, channels first, as the next block takes it."""
        if shape.is_sequence:
            value = value.transpose(1, 2)
        for item in activation_layers(self.activation, shape):
            value = module(item, item.target.removeprefix("nn.").lower())(value)
        return value

    def details_with(self, *words: str) -> str:
        """The main parameters, for the card."""
        parts = [*words, sizes_text(self.kernel_size if isinstance(self.kernel_size, tuple) else (self.kernel_size,))]
        if self.activation != "none":
            parts.append(LABELS[self.activation])
        return " · ".join(parts)


class AnyConvolution(Windowed, Kernels):
    """A convolution that gives as many positions as its window has, or fewer."""

    def channels_out(self, channels: int) -> int:
        """Channels that it gives for so many."""
        raise NotImplementedError

    def kernels(self, channels: int, padding: Sizes) -> tuple[tuple[str, Call], ...]:
        """Its modules and the suffixes of their names, for an input of so many channels."""
        raise NotImplementedError

    def weights(self, channels: int) -> int:
        """Numbers in all kernels, without biases: so many multiply-adds there are at each position."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.slide(inputs[0], self.channels_out(inputs[0].channels))

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        value, left = self.around(x)
        for suffix, item in self.kernels(x.shape.channels, left):
            value = module(item, suffix)(value)
        return self.activated(value, self.output_shape(x.shape))

    def parameter_count(self, *inputs: Shape) -> int:
        channels = inputs[0].channels
        biases = self.channels_out(channels) if self.bias else 0
        return self.weights(channels) + biases + activation_parameters(self.activation)

    def multiply_adds(self, *inputs: Shape) -> int:
        return self.positions(inputs[0]) * self.weights(inputs[0].channels)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        around = self.bytes_around(inputs[0], padded)
        return saved_with(self.activation, self.output_shape(*inputs), takes=not around, inside=around)

    def conv(self, channels: int, out: int, padding: Sizes, *, groups: int, bias: bool) -> Call:
        """torch's convolution with this window, without what is left at its default."""
        window = self.window
        return conv_call(
            f"nn.Conv{self.dims}d",
            channels,
            out,
            kernel_size=(short(window.kernel_size), None),
            stride=(short(window.stride), 1),
            padding=(short(padding), 0),
            dilation=(short(window.dilation), 1),
            groups=(groups, 1),
            bias=(bias, True),
        )


def conv_call(target: str, channels: int, out: int, **options: tuple[Any, Any]) -> Call:
    """torch's convolution; each option is given with its default."""
    return call(
        target, channels, out, **{name: value for name, (value, default) in options.items() if value != default}
    )


def expect_groups(groups: int, channels: int, out: int) -> None:
    """Raises ShapeError where the groups do not divide both."""
    for name, count in (("the input's channels", channels), ("out_channels", out)):
        if count % groups:
            raise ShapeError(
                f"groups {groups} does not divide {name} ({count})",
                f"set groups to a divisor of both {channels} and {out}",
                [RepairHint("set", name="groups", value=gcd(groups, channels, out))],
                field="groups",
            )


class Convolution(AnyConvolution):
    """Each kernel sees all channels of its group."""

    if TYPE_CHECKING:
        out_channels: int
        groups: int

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = super().output_shape(*inputs)
        if self.groups > 1:
            expect_groups(self.groups, inputs[0].channels, self.out_channels)
        return shape

    def channels_out(self, channels: int) -> int:
        return self.out_channels

    def kernels(self, channels: int, padding: Sizes) -> tuple[tuple[str, Call], ...]:
        return (("", self.conv(channels, self.out_channels, padding, groups=self.groups, bias=self.bias)),)

    def weights(self, channels: int) -> int:
        return self.out_channels * channels // self.groups * self.window.points

    def details(self) -> str:
        return self.details_with(f"{self.out_channels} map{'s' if self.out_channels > 1 else ''}")
