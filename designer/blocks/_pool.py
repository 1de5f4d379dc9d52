"""What the three poolings share; they differ in the number that they make of a window."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from designer.blocks._window import expect_image, pair_code, pair_text, slide
from designer.core.block import Block, ShapeError
from designer.core.fields import KernelSize, Padding, PairOf
from designer.core.shape import Shape


class Pool2d(Block):
    """A window slid over each channel on its own; it has no weights."""

    category = "Pooling"
    prefix = "pool"

    kernel_size: KernelSize = Field(
        default=(2, 2), description="Height and width of the window.", json_schema_extra={"unit": "px"}
    )
    stride: Annotated[tuple[int, int], PairOf(0, 1024)] = Field(
        default=(0, 0),
        description="How far the window moves each time; 0 moves it by its own size, so that windows do not overlap.",
        json_schema_extra={"unit": "px", "zero": "as kernel"},
    )
    padding: Padding = Field(
        default=(0, 0),
        description="Rows and columns added around the image; at most half of the window.",
        json_schema_extra={"unit": "px"},
    )

    @property
    def step(self) -> tuple[int, int]:
        """The stride with 0 resolved."""
        return self.stride[0] or self.kernel_size[0], self.stride[1] or self.kernel_size[1]

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_image(shape)
        if any(2 * pad > kernel for pad, kernel in zip(self.padding, self.kernel_size, strict=True)):
            raise ShapeError(
                f"padding {pair_text(self.padding)} is more than half of kernel_size {pair_text(self.kernel_size)}",
                "make the padding smaller or the kernel larger",
                field="padding",
            )
        return slide(shape, shape.fixed_sizes[0], self.kernel_size, self.step, self.padding)

    def arguments(self) -> dict[str, Any]:
        """What all of torch's poolings take, without what is left at its default."""
        given: dict[str, Any] = {"kernel_size": pair_code(self.kernel_size)}
        if self.step != self.kernel_size:
            given["stride"] = pair_code(self.step)
        if self.padding != (0, 0):
            given["padding"] = pair_code(self.padding)
        return given

    def details(self) -> str:
        return pair_text(self.kernel_size)
