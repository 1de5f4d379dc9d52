"""SeparableConv1d: convolution along each feature, then across features."""

from __future__ import annotations

from typing import ClassVar

from designer.blocks import _convolution as fields
from designer.blocks._activation import Activation
from designer.blocks._separable import Separable
from designer.blocks._window import CAUSAL_HELP, padding_rule
from designer.core.graph.registry import register
from designer.core.graph.roles import PaddingRule


@register
class SeparableConv1d(Separable):
    """A convolution in two steps: along the sequence for each feature by itself, then across the features.

    y[t, o] = activation(b[o] + Σ_c v[o, c] (w[c] * x)[t, c]), with depth_multiplier kernels w for each feature: far
    fewer numbers than a Conv1d (Sifre 2014; Chollet 2017).
    """

    kind = "separable_conv1d"
    title = "SeparableConv1d"
    summary = "A Conv1d with fewer numbers: along each feature, then across them."
    dims: ClassVar[int] = 1

    out_channels: int = fields.out_channels()
    kernel_size: int = fields.kernel_size(1)
    stride: int = fields.stride(1)
    padding: int = fields.padding(1)
    dilation: int = fields.dilation(1)
    depth_multiplier: int = fields.depth_multiplier()
    bias: bool = fields.bias()
    padding_rule: PaddingRule = padding_rule(CAUSAL_HELP)
    activation: Activation = fields.activation()
