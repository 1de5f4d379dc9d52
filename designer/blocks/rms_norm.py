"""RMSNorm: a layer normalisation without the mean."""

from __future__ import annotations

from designer.blocks._norm import channels_last, unusual
from designer.core.graph.block import Block, Saved, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


@register
class RMSNorm(Block):
    """y = γ x / sqrt(mean(x²) + eps), over the features of each step (Zhang, Sennrich 2019).

    Of an image: over the channels of each pixel.
    """

    kind = "rms_norm"
    title = "RMSNorm"
    category = "Normalisation"
    summary = "Brings the features of each sample, at each step, to a mean square of 1, then scales them."
    prefix = "norm"

    eps: float = real(1e-6, "Added to the mean square, so that nothing is divided by zero.", low=1e-12, high=1.0)

    def forward(self, *inputs: Ref) -> Expr:
        return channels_last(module(call("nn.RMSNorm", inputs[0].shape.channels, eps=self.eps)), inputs[0])

    def parameter_count(self, *inputs: Shape) -> int:
        return inputs[0].channels

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # What was divided by the root of the mean square, for γ; and that root for each step.
        divided = Saved(inside=inputs[0].bytes)
        roots = inputs[0].bytes // inputs[0].channels
        return Saved(inputs=(0,), inside=divided.inside + roots, first=divided)

    def details(self) -> str:
        return unusual(self, "eps")
