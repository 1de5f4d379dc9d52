"""BatchNorm1d: keeps features at one scale."""

from __future__ import annotations

from designer.blocks._norm import BatchNorm, channels_second, expect_channels
from designer.core.graph.block import FEATURES, SEQUENCE, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function, module
from designer.core.schema.shape import Shape


@register
class BatchNorm1d(BatchNorm):
    """y = γ (x − mean) / sqrt(var + eps) + β for each feature, over the batch (Ioffe, Szegedy 2015).

    Along a sequence, the mean and the variance are over all its steps as well; padding does not count.
    """

    kind = "batch_norm1d"
    title = "BatchNorm1d"
    summary = "Brings each feature to mean 0 and variance 1 over the batch, then scales it by learned numbers."

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_channels(inputs[0], "features or sequences", (FEATURES, SEQUENCE))
        return inputs[0]

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        norm = module(call("nn.BatchNorm1d", x.shape.channels, **self.arguments()))
        return channels_second(norm, x) if x.lengths is None else function("at_every_step", norm, x, x.lengths)
