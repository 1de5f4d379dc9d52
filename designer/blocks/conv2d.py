"""Conv2d: convolution over images."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _convolution as fields
from designer.blocks._activation import Activation
from designer.blocks._window import padding_rule
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize2d, Padding2d, Stride2d


@register
class Conv2d(fields.Convolution):
    """Slides `out_channels` learned kernels over the image; each gives one feature map.

    y[o] = activation(b[o] + sum over input channels c of w[o, c] * x[c]), where * is cross-correlation (LeCun et al.
    1998; PyTorch's Conv2d).
    """

    kind = "conv2d"
    title = "Conv2d"
    summary = "Slides learned kernels over an image; each gives a feature map."
    dims: ClassVar[int] = 2

    out_channels: int = fields.out_channels()
    kernel_size: KernelSize2d = fields.kernel_size(2)
    stride: Stride2d = fields.stride(2)
    padding: Padding2d = fields.padding(2)
    dilation: Stride2d = fields.dilation(2)
    groups: int = fields.groups()
    bias: bool = fields.bias()
    padding_rule: Literal["explicit", "same"] = padding_rule()
    activation: Activation = fields.activation()
