"""Conv2d: convolution over images."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from designer.blocks._activation import LABELS, Activation, activation_layers, activation_parameters
from designer.blocks._window import expect_image, pair_code, pair_text, slide
from designer.core.block import Block, Call, ShapeError, call
from designer.core.fields import KernelSize, Padding, Stride, choice, flag, whole
from designer.core.registry import register
from designer.core.shape import Shape


@register
class Conv2d(Block):
    """Slides `out_channels` learned kernels over the image; each gives one feature map.

    y[o] = activation(b[o] + sum over input channels c of w[o, c] * x[c]), where * is cross-correlation.
    """

    kind = "conv2d"
    title = "Conv2d"
    category = "Convolution"
    summary = "Slides learned kernels over an image; each gives a feature map."
    prefix = "conv"

    out_channels: int = whole(32, "Kernels, and so feature maps in the output.", high=16_384, unit="maps")
    kernel_size: KernelSize = Field(
        default=(3, 3), description="Height and width of each kernel.", json_schema_extra={"unit": "px"}
    )
    stride: Stride = Field(
        default=(1, 1), description="How far the kernel moves each time.", json_schema_extra={"unit": "px"}
    )
    padding: Padding = Field(
        default=(0, 0),
        description="Rows and columns of zeros added on each side; half of the kernel keeps the size.",
        json_schema_extra={"unit": "px"},
    )
    dilation: Stride = Field(
        default=(1, 1),
        description="Distance between the points of the kernel; 1 is the usual, dense kernel.",
        json_schema_extra={"unit": "px"},
    )
    groups: int = whole(
        1, "Input and output channels are split into this many groups that do not see each other.", high=16_384
    )
    bias: bool = flag(True, "Adds a learned number to each feature map.")
    activation: Activation = choice("none", "Applied to every number of the output.")

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_image(shape)
        channels = shape.fixed_sizes[0]
        for name, count in (("the input's channels", channels), ("out_channels", self.out_channels)):
            if count % self.groups:
                raise ShapeError(
                    f"groups {self.groups} does not divide {name} ({count})",
                    f"set groups to a divisor of both {channels} and {self.out_channels}",
                    field="groups",
                )
        return slide(shape, self.out_channels, self.kernel_size, self.stride, self.padding, self.dilation)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        optional: dict[str, tuple[Any, Any]] = {
            "stride": (pair_code(self.stride), 1),
            "padding": (pair_code(self.padding), 0),
            "dilation": (pair_code(self.dilation), 1),
            "groups": (self.groups, 1),
            "bias": (self.bias, True),
        }
        conv = call(
            "nn.Conv2d",
            inputs[0].fixed_sizes[0],
            self.out_channels,
            kernel_size=pair_code(self.kernel_size),
            **{name: value for name, (value, default) in optional.items() if value != default},
        )
        return (conv, *activation_layers(self.activation, self.output_shape(*inputs)))

    def _weights_per_output(self, shape: Shape) -> int:
        return shape.fixed_sizes[0] // self.groups * self.kernel_size[0] * self.kernel_size[1]

    def parameter_count(self, *inputs: Shape) -> int:
        weights = self.out_channels * (self._weights_per_output(inputs[0]) + self.bias)
        return weights + activation_parameters(self.activation)

    def multiply_adds(self, *inputs: Shape) -> int:
        return self.output_shape(*inputs).elements * self._weights_per_output(inputs[0])

    def details(self) -> str:
        parts = [f"{self.out_channels} maps", pair_text(self.kernel_size)]
        if self.activation != "none":
            parts.append(LABELS[self.activation])
        return " · ".join(parts)
