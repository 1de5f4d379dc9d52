"""BatchNorm2d: keeps feature maps at one scale."""

from __future__ import annotations

from typing import Any

from designer.blocks._window import expect_image
from designer.core.block import Block, Call, call
from designer.core.fields import real
from designer.core.registry import register
from designer.core.shape import Shape


@register
class BatchNorm2d(Block):
    """y = γ (x − mean) / sqrt(var + eps) + β for each channel, over the batch (Ioffe, Szegedy 2015)."""

    kind = "batch_norm2d"
    title = "BatchNorm2d"
    category = "Normalisation"
    summary = "Brings each feature map to mean 0 and variance 1 over the batch, then scales it by learned numbers."
    prefix = "norm"

    eps: float = real(1e-5, "Added to the variance, so that nothing is divided by zero.", low=1e-12, high=1.0)
    momentum: float = real(0.1, "How much of each batch goes into the running mean and variance.", low=0.0, high=1.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_image(inputs[0])
        return inputs[0]

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        given: dict[str, Any] = {}
        if self.eps != 1e-5:
            given["eps"] = self.eps
        if self.momentum != 0.1:
            given["momentum"] = self.momentum
        return (call("nn.BatchNorm2d", inputs[0].fixed_sizes[0], **given),)

    def parameter_count(self, *inputs: Shape) -> int:
        return 2 * inputs[0].fixed_sizes[0]

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def details(self) -> str:
        return f"momentum {self.momentum:g}"
