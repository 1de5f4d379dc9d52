"""What the convolutions share whose kernels see one channel each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from designer.blocks._convolution import AnyConvolution
from designer.blocks._window import Sizes
from designer.core.graph.block import Call, Saved, call
from designer.core.schema.shape import FLOAT_BYTES, Shape


class Depthwise(AnyConvolution):
    """`depth_multiplier` kernels for each channel of the input; channels do not mix."""

    if TYPE_CHECKING:
        depth_multiplier: int

    def channels_out(self, channels: int) -> int:
        return channels * self.depth_multiplier

    def kernels(self, channels: int, padding: Sizes) -> tuple[tuple[str, Call], ...]:
        return (("", self.conv(channels, self.channels_out(channels), padding, groups=channels, bias=self.bias)),)

    def weights(self, channels: int) -> int:
        return self.channels_out(channels) * self.window.points

    def details(self) -> str:
        return self.details_with(*([f"×{self.depth_multiplier}"] if self.depth_multiplier > 1 else []))


class Separable(AnyConvolution):
    """A depthwise convolution, then one with a kernel of 1 that mixes the channels."""

    if TYPE_CHECKING:
        out_channels: int
        depth_multiplier: int

    def channels_out(self, channels: int) -> int:
        return self.out_channels

    def kernels(self, channels: int, padding: Sizes) -> tuple[tuple[str, Call], ...]:
        between = channels * self.depth_multiplier
        bias = {} if self.bias else {"bias": False}
        return (
            ("depthwise", self.conv(channels, between, padding, groups=channels, bias=False)),
            ("pointwise", call(f"nn.Conv{self.dims}d", between, self.out_channels, kernel_size=1, **bias)),
        )

    def weights(self, channels: int) -> int:
        return channels * self.depth_multiplier * (self.window.points + self.out_channels)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        window = super().saved(*inputs, padded=padded)  # and what the second convolution takes
        between = self.positions(inputs[0]) * inputs[0].channels * self.depth_multiplier
        return replace(window, inside=window.inside + FLOAT_BYTES * between)

    def details(self) -> str:
        return self.details_with()  # the title is long, and the output's shape, on the card too, has the maps
