"""AvgPool3d: pooling by the mean."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.blocks._window import places
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize3d, Padding3d, PoolStride3d
from designer.core.schema.shape import Shape


@register
class AvgPool3d(fields.AvgPool):
    """Keeps the mean of each window of each channel of a volume.

    y = (Σ x over the window) / (depth × height × width of the window) (PyTorch's AvgPool3d); zeros of an explicit
    padding count. With padding_rule same the divisor is how many numbers are not padding, as in TensorFlow.
    """

    kind = "avg_pool3d"
    title = "AvgPool3d"
    summary = "Shrinks each channel of a volume; keeps the mean of every window."
    dims: ClassVar[int] = 3
    module = "nn.AvgPool3d"

    kernel_size: KernelSize3d = fields.kernel_size(3)
    stride: PoolStride3d = fields.stride(3)
    padding: Padding3d = fields.padding(3)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()

    def torch_can_add(self, shape: Shape) -> bool:
        # torch refuses a window larger than the volume, even where the padding makes room for it.
        fits = all(size >= kernel for size, kernel in zip(places(shape), self.kernel_size, strict=True))
        return fits and super().torch_can_add(shape)
