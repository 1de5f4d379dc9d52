"""Upsample: larger images and longer sequences."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from designer.blocks._norm import channels_second, expect_channels
from designer.core.graph.block import IMAGE, SEQUENCE, VOLUME, Block, RepairHint, ShapeError, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module, with_lengths
from designer.core.schema.fields import MAX_SIZE, ScaleFactor, choice
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural

_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


@register
class Upsample(Block):
    """Makes an image, a volume or a sequence larger by a whole factor, without weights.

    nearest repeats each pixel (step); bilinear puts straight lines between the centres of the pixels (nn.Upsample).
    """

    kind = "upsample"
    title = "Upsample"
    category = "Shape"
    summary = "Makes images larger or sequences longer, by repeating or by straight lines in between."
    prefix = "upsample"
    keeps_probabilities = True

    scale_factor: ScaleFactor = Field(
        default=(2,), description="Factor for all axes; or for height, width; or for depth, height, width."
    )
    mode: Literal["nearest", "bilinear"] = choice(
        "nearest", "What is put between: the nearest pixel, or straight lines (also along sequences and in volumes)."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_channels(shape, "images, volumes or sequences", (IMAGE, VOLUME, SEQUENCE))
        if shape.varies and self.mode != "nearest":
            raise ShapeError(
                "straight lines at the end of sequences whose lengths differ would lead into their padding",
                "set mode to nearest",
                [RepairHint("set", name="mode", value="nearest")],
                field="mode",
            )
        for place, factor in enumerate(self._factors(shape), 0 if shape.is_sequence else 1):
            size = shape.sizes[place]
            if size is not None and size * factor > MAX_SIZE:
                mends = [
                    RepairHint("set", name="scale_factor", value=(max(MAX_SIZE // max(shape.fixed_sizes[1:]), 1),))
                ]
                raise ShapeError(
                    f"an axis would be longer than {MAX_SIZE}", "make it smaller", mends, field="scale_factor"
                )
            shape = shape.with_size(place, None if size is None else size * factor)
        return shape

    def _factors(self, shape: Shape) -> tuple[int, ...]:
        axes = 1 if shape.is_sequence else shape.rank - 1
        if len(self.scale_factor) not in (1, axes):
            raise ShapeError(
                f"scale_factor has {plural(len(self.scale_factor), 'number')}, but "
                f"{shape.noun} grow along {plural(axes, 'axis', 'axes')}",
                f"give {axes}, or one for all" if axes > 1 else "give one",
                [RepairHint("set", name="scale_factor", value=self.scale_factor[:1])],
                field="scale_factor",
            )
        return self.scale_factor * axes if len(self.scale_factor) == 1 else self.scale_factor

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        factors = self._factors(x.shape)
        given: dict[str, Any] = {"scale_factor": factors[0] if len(set(factors)) == 1 else factors}
        if self.mode != "nearest":
            given["mode"] = _LINEAR[len(factors)]
        larger = channels_second(module(call("nn.Upsample", **given)), x)
        return with_lengths(larger, None if x.lengths is None else x.lengths * factors[0])

    def multiply_adds(self, *inputs: Shape) -> int:
        return 0 if self.mode == "nearest" else self.output_shape(*inputs).elements * 2 ** len(self._factors(inputs[0]))

    def details(self) -> str:
        factors = f"× {'×'.join(map(str, self.scale_factor))}"
        return factors if self.mode == "nearest" else f"{factors} · {self.mode}"
