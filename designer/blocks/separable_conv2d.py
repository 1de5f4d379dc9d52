"""SeparableConv2d: convolution over each channel, then across channels."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _convolution as fields
from designer.blocks._activation import Activation
from designer.blocks._separable import Separable
from designer.blocks._window import padding_rule
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize2d, Padding2d, Stride2d


@register
class SeparableConv2d(Separable):
    """A convolution in two steps: over each channel by itself, then across the channels.

    y[o] = activation(b[o] + Σ_c v[o, c] (w[c] * x[c])), with depth_multiplier kernels w for each channel: far fewer
    numbers than a Conv2d (Sifre 2014; Chollet 2017, Xception).
    """

    kind = "separable_conv2d"
    title = "SeparableConv2d"
    summary = "A Conv2d with fewer numbers: over each channel, then across them."
    dims: ClassVar[int] = 2

    out_channels: int = fields.out_channels()
    kernel_size: KernelSize2d = fields.kernel_size(2)
    stride: Stride2d = fields.stride(2)
    padding: Padding2d = fields.padding(2)
    dilation: Stride2d = fields.dilation(2)
    depth_multiplier: int = fields.depth_multiplier()
    bias: bool = fields.bias()
    padding_rule: Literal["explicit", "same"] = padding_rule()
    activation: Activation = fields.activation()
