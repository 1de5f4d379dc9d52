"""ConvTranspose3d: the way back of a convolution over volumes."""

from __future__ import annotations

from typing import ClassVar

from designer.blocks import _convolution as fields
from designer.blocks import _transposed as transposed
from designer.blocks._activation import Activation
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize3d, Padding3d, Stride3d


@register
class ConvTranspose3d(transposed.Transposed):
    """Enlarges volumes: each point is laid out as kernels times its numbers, `stride` apart.

    y[o, stride i + dilation k − padding] = activation(b[o] + Σ_c w[c, o, k] x[c, i]), added up where several i and k
    meet, over depth, height and width: the transpose of Conv3d (Çiçek et al. 2016; PyTorch's ConvTranspose3d).
    """

    kind = "conv_transpose3d"
    title = "ConvTranspose3d"
    summary = "Enlarges volumes with learned kernels; the way back of a Conv3d."
    dims: ClassVar[int] = 3

    out_channels: int = fields.out_channels()
    kernel_size: KernelSize3d = fields.kernel_size(3)
    stride: Stride3d = fields.stride(3)
    padding: Padding3d = transposed.padding(3)
    output_padding: Padding3d = transposed.output_padding(3)
    dilation: Stride3d = fields.dilation(3)
    groups: int = fields.groups()
    bias: bool = fields.bias()
    activation: Activation = fields.activation()
