"""ConvTranspose2d: the way back of a convolution over images."""

from __future__ import annotations

from typing import ClassVar

from designer.blocks import _convolution as fields
from designer.blocks import _transposed as transposed
from designer.blocks._activation import Activation
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize2d, Padding2d, Stride2d


@register
class ConvTranspose2d(transposed.Transposed):
    """Enlarges images: each point is laid out as kernels times its numbers, `stride` apart.

    y[o, stride i + dilation k − padding] = activation(b[o] + Σ_c w[c, o, k] x[c, i]), added up where several i and k
    meet, over height and width: the transpose of Conv2d (Zeiler et al. 2010; PyTorch's ConvTranspose2d).
    """

    kind = "conv_transpose2d"
    title = "ConvTranspose2d"
    summary = "Enlarges images with learned kernels; the way back of a Conv2d."
    dims: ClassVar[int] = 2

    out_channels: int = fields.out_channels()
    kernel_size: KernelSize2d = fields.kernel_size(2)
    stride: Stride2d = fields.stride(2)
    padding: Padding2d = transposed.padding(2)
    output_padding: Padding2d = transposed.output_padding(2)
    dilation: Stride2d = fields.dilation(2)
    groups: int = fields.groups()
    bias: bool = fields.bias()
    activation: Activation = fields.activation()
