"""Conv1d: convolution along sequences."""

from __future__ import annotations

from typing import ClassVar

from designer.blocks import _convolution as fields
from designer.blocks._activation import Activation
from designer.blocks._window import CAUSAL_HELP, padding_rule
from designer.core.graph.registry import register
from designer.core.graph.roles import PaddingRule


@register
class Conv1d(fields.Convolution):
    """Slides `out_channels` learned kernels along the sequence; each gives one number at every place.

    y[t, o] = activation(b[o] + Σ_k Σ_c w[o, c, k] x[stride t + dilation k − padding, c]), with x = 0 outside of the
    sequence: PyTorch's Conv1d, over the features of N×L×F. With padding_rule causal and a dilation, a layer of WaveNet
    (van den Oord et al. 2016); with kernels of 3, 4 and 5 words, the text CNN of Kim (2014). A sequence shorter than
    the kernel is filled up with zeros.
    """

    kind = "conv1d"
    title = "Conv1d"
    summary = "Slides learned kernels along a sequence; each gives a number at every step."
    dims: ClassVar[int] = 1

    out_channels: int = fields.out_channels()
    kernel_size: int = fields.kernel_size(1)
    stride: int = fields.stride(1)
    padding: int = fields.padding(1)
    dilation: int = fields.dilation(1)
    groups: int = fields.groups()
    bias: bool = fields.bias()
    padding_rule: PaddingRule = padding_rule(CAUSAL_HELP)
    activation: Activation = fields.activation()
