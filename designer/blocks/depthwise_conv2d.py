"""DepthwiseConv2d: convolution of each channel by itself."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _convolution as fields
from designer.blocks._activation import Activation
from designer.blocks._separable import Depthwise
from designer.blocks._window import padding_rule
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize2d, Padding2d, Stride2d


@register
class DepthwiseConv2d(Depthwise):
    """Slides kernels of its own over each channel of the image; channels do not mix.

    y[m c + j] = activation(b[m c + j] + w[m c + j] * x[c]) for j < m, where m = depth_multiplier and * is
    cross-correlation: Conv2d with as many groups as channels. With a Conv2d of kernel_size 1 behind it, a block of
    MobileNet (Howard et al. 2017), whose stride of 2 wants padding_rule same.
    """

    kind = "depthwise_conv2d"
    title = "DepthwiseConv2d"
    summary = "Slides kernels of its own over each channel of an image."
    dims: ClassVar[int] = 2

    depth_multiplier: int = fields.depth_multiplier()
    kernel_size: KernelSize2d = fields.kernel_size(2)
    stride: Stride2d = fields.stride(2)
    padding: Padding2d = fields.padding(2)
    dilation: Stride2d = fields.dilation(2)
    bias: bool = fields.bias()
    padding_rule: Literal["explicit", "same"] = padding_rule()
    activation: Activation = fields.activation()
