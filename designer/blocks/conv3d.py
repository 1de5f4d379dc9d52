"""Conv3d: convolution over volumes."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _convolution as fields
from designer.blocks._activation import Activation
from designer.blocks._window import padding_rule
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize3d, Padding3d, Stride3d


@register
class Conv3d(fields.Convolution):
    """Slides `out_channels` learned kernels over the volume, or over the frames of a film; each gives one volume.

    y[o] = activation(b[o] + sum over input channels c of w[o, c] * x[c]), where * is cross-correlation over depth,
    height and width (Tran et al. 2015; PyTorch's Conv3d).
    """

    kind = "conv3d"
    title = "Conv3d"
    summary = "Slides learned kernels over a volume; each gives a volume of its own."
    dims: ClassVar[int] = 3

    out_channels: int = fields.out_channels()
    kernel_size: KernelSize3d = fields.kernel_size(3)
    stride: Stride3d = fields.stride(3)
    padding: Padding3d = fields.padding(3)
    dilation: Stride3d = fields.dilation(3)
    groups: int = fields.groups()
    bias: bool = fields.bias()
    padding_rule: Literal["explicit", "same"] = padding_rule()
    activation: Activation = fields.activation()

    def details(self) -> str:
        return self.details_with()  # the output's shape, on the card too, has the maps
