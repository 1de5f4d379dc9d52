"""DepthwiseConv1d: convolution of each feature by itself."""

from __future__ import annotations

from typing import ClassVar

from designer.blocks import _convolution as fields
from designer.blocks._activation import Activation
from designer.blocks._separable import Depthwise
from designer.blocks._window import CAUSAL_HELP, padding_rule
from designer.core.graph.registry import register
from designer.core.graph.roles import PaddingRule


@register
class DepthwiseConv1d(Depthwise):
    """Slides kernels of its own along each feature of a sequence; features do not mix.

    y[t, m c + j] = activation(b[m c + j] + Σ_k w[m c + j, k] x[stride t + dilation k − padding, c]) for j < m, where
    m = depth_multiplier: Conv1d with as many groups as features.
    """

    kind = "depthwise_conv1d"
    title = "DepthwiseConv1d"
    summary = "Slides kernels of its own along each feature of a sequence."
    dims: ClassVar[int] = 1

    depth_multiplier: int = fields.depth_multiplier()
    kernel_size: int = fields.kernel_size(1)
    stride: int = fields.stride(1)
    padding: int = fields.padding(1)
    dilation: int = fields.dilation(1)
    bias: bool = fields.bias()
    padding_rule: PaddingRule = padding_rule(CAUSAL_HELP)
    activation: Activation = fields.activation()
