"""What the poolings share; they differ in the number that they make of a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from designer.blocks._window import (
    RULE_HELP,
    Sizes,
    Window,
    Windowed,
    expect_axes,
    per_axis,
    short,
    sizes_of,
)
from designer.blocks._window import padding_rule as rule_field
from designer.core.graph.block import Call, RepairHint, Saved, ShapeError, call
from designer.core.graph.roles import PaddingRule
from designer.core.ir.expr import Expr, Ref, function, module
from designer.core.schema.shape import INDEX_BYTES, Shape, sizes_text


def kernel_size(dims: int) -> Any:
    """The field of that name."""
    return per_axis(dims, 2, "Size of the window; along each axis, where there are several.")


def stride(dims: int) -> Any:
    """The field of that name."""
    return per_axis(
        dims,
        0,
        "How far the window moves each time; 0 moves it by its own size, so that windows do not overlap.",
        low=0,
    )


def padding(dims: int) -> Any:
    """The field of that name."""
    return per_axis(dims, 0, "Added on each side, where padding_rule is explicit; at most half of the window.", low=0)


def padding_rule() -> Any:
    """The field of that name."""
    return rule_field(f"{RULE_HELP}; it is never the maximum and never counts in a mean.")


class Pool(Windowed):
    """A window slid over each channel on its own; it has no weights."""

    category = "Pooling"
    prefix = "pool"
    module: ClassVar[str]

    @property
    def window(self) -> Window:
        """The window, with its stride where 0 stands for it."""
        kernel_size, stride, padding = map(sizes_of, (self.kernel_size, self.stride, self.padding))
        moves = tuple(step or size for step, size in zip(stride, kernel_size, strict=True))
        rule: PaddingRule = self.padding_rule
        return Window(kernel_size, moves, padding, (1,) * self.dims, rule)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_axes(shape, self.dims)
        window = self.window
        halves = list(zip(window.padding, window.kernel_size, strict=True))
        if window.rule == "explicit" and any(2 * pad > kernel for pad, kernel in halves):
            half = short(tuple(min(pad, kernel // 2) for pad, kernel in halves))
            padding, kernel_size = sizes_text(window.padding), sizes_text(window.kernel_size)
            raise ShapeError(
                f"padding {padding} is more than half of kernel_size {kernel_size}",
                "make the padding smaller or the kernel larger",
                [RepairHint("set", name="padding", value=half), RepairHint("set", name="padding_rule", value="same")],
                field="padding",
            )
        return self.slide(shape, shape.channels)

    def arguments(self, padding: Sizes) -> dict[str, Any]:
        """What all of torch's poolings take, without what is left at its default."""
        window = self.window
        given: dict[str, Any] = {"kernel_size": short(window.kernel_size)}
        if window.stride != window.kernel_size:
            given["stride"] = short(window.stride)
        if any(padding):
            given["padding"] = short(padding)
        return given

    def pool(self, padding: Sizes) -> Call:
        """torch's module, which adds this padding itself."""
        return call(self.module, **self.arguments(padding))

    def pooled(self, x: Ref) -> Expr:
        """What the windows give, channels first."""
        value, left = self.around(x)
        return module(self.pool(left))(value)

    def forward(self, *inputs: Ref) -> Expr:
        value = self.pooled(inputs[0])
        return value.transpose(1, 2) if inputs[0].shape.is_sequence else value

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        around = self.bytes_around(inputs[0], padded)
        return Saved(inside=around) if around else Saved(inputs=(0,))

    def details(self) -> str:
        return sizes_text(self.window.kernel_size)


class MaxPool(Pool):
    """The largest number; the padding is below any."""

    keeps_probabilities = True
    fill = float("-inf")

    def forward(self, *inputs: Ref) -> Expr:
        value, lengths = super().forward(*inputs), self.lengths(*inputs)
        # Behind a sequence's end there may be windows that saw nothing: an infinity would spoil gradients.
        return value if lengths is None else function("filled_behind", value, lengths)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        window = super().saved(*inputs, padded=padded)  # and for each number the place that it comes from
        return replace(window, inside=window.inside + INDEX_BYTES * self.output_shape(*inputs).elements)


class AvgPool(Pool):
    """The mean; with the padding rule same, of the numbers that are not padding."""

    keeps_probabilities = True

    def pool(self, padding: Sizes) -> Call:
        uncounted = {"count_include_pad": False} if self.window.rule == "same" and any(padding) else {}
        return call(self.module, **self.arguments(padding), **uncounted)

    def pooled(self, x: Ref) -> Expr:
        torch_can_count = not x.shape.varies and self.torch_can_add(x.shape)
        if self.window.rule != "same" or torch_can_count:
            return super().pooled(x)
        value, left = self.around(x, x)
        there, _ = self.around(x, function("torch.ones_like", x))
        pool = module(call(self.module, **self.arguments(left)))
        return function("mean_without_padding", pool, value, there)
