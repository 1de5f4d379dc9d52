"""ConvTranspose1d: the way back of a convolution along sequences."""

from __future__ import annotations

from typing import ClassVar

from designer.blocks import _convolution as fields
from designer.blocks import _transposed as transposed
from designer.blocks._activation import Activation
from designer.core.graph.registry import register


@register
class ConvTranspose1d(transposed.Transposed):
    """Lengthens a sequence: each step is laid out as kernels times its numbers, `stride` apart.

    y[o, stride t + dilation k − padding] = activation(b[o] + Σ_c w[c, o, k] x[t, c]), added up where several t and k
    meet: the transpose of Conv1d (Zeiler et al. 2010; PyTorch's ConvTranspose1d).
    """

    kind = "conv_transpose1d"
    title = "ConvTranspose1d"
    summary = "Lengthens a sequence with learned kernels; the way back of a Conv1d."
    dims: ClassVar[int] = 1

    out_channels: int = fields.out_channels()
    kernel_size: int = fields.kernel_size(1)
    stride: int = fields.stride(1)
    padding: int = transposed.padding(1)
    output_padding: int = transposed.output_padding(1)
    dilation: int = fields.dilation(1)
    groups: int = fields.groups()
    bias: bool = fields.bias()
    activation: Activation = fields.activation()
