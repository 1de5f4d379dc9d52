"""What the transposed convolutions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from designer.blocks._activation import activation_parameters, saved_with
from designer.blocks._convolution import Kernels, conv_call, expect_groups
from designer.blocks._window import Sizes, expect_axes, lengths_of, per_axis, places, short, sizes_of, with_places
from designer.core.graph.block import RepairHint, Saved, ShapeError
from designer.core.ir.expr import Expr, Ref, function, module
from designer.core.schema.shape import Shape, sizes_text


def padding(dims: int) -> Any:
    """The field of that name."""
    return per_axis(dims, 0, "How much of the output is cut off on each side.", low=0)


def output_padding(dims: int) -> Any:
    """The field of that name."""
    return per_axis(
        dims,
        0,
        "Added to the output at its end, for sizes that the stride leaves open; less than stride or dilation.",
        low=0,
    )


class Transposed(Kernels):
    """Lays each number out as a kernel times that number, `stride` apart, and adds up where they overlap."""

    dims: ClassVar[int]

    if TYPE_CHECKING:
        out_channels: int
        output_padding: int | Sizes
        groups: int

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_axes(shape, self.dims)
        expect_groups(self.groups, shape.channels, self.out_channels)
        moves = zip(*map(sizes_of, (self.output_padding, self.stride, self.dilation)), strict=True)
        if any(extra >= max(step, spread) for extra, step, spread in moves):
            raise ShapeError(
                f"output_padding {sizes_text(sizes_of(self.output_padding))} is not less than stride or dilation",
                "make output_padding smaller, or the stride larger",
                [RepairHint("set", name="output_padding", value=0 if self.dims == 1 else (0,) * self.dims)],
                field="output_padding",
            )
        sizes = self._grown(places(shape))
        if min(sizes) < 1:
            most = "a sequence of one step" if shape.varies else f"the {shape.noun_of_one} {shape}"
            raise ShapeError(
                f"padding {sizes_text(sizes_of(self.padding))} cuts off all that the kernel makes of {most}",
                "make the padding smaller or the kernel larger",
                [RepairHint("set", name="padding", value=0 if self.dims == 1 else (0,) * self.dims)],
                field="padding",
            )
        return with_places(shape, self.out_channels, sizes)

    def _grown(self, sizes: Sizes) -> Sizes:
        """(size − 1) · stride + the rest: the formula of torch.nn.ConvTranspose2d's documentation."""
        steps = zip(sizes, sizes_of(self.stride), self._rest, strict=True)
        return tuple((size - 1) * step + rest for size, step, rest in steps)

    @property
    def _rest(self) -> Sizes:
        """What one number alone becomes: dilation · (kernel_size − 1) + 1 + output_padding − 2 · padding."""
        given = (self.kernel_size, self.dilation, self.output_padding, self.padding)
        fields = zip(*map(sizes_of, given), strict=True)
        return tuple(spread * (kernel - 1) + 1 + extra - 2 * cut for kernel, spread, extra, cut in fields)

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        value: Expr = function("filled_behind", x, lengths_of(x)) if x.shape.varies else x
        if x.shape.is_sequence:
            value = value.transpose(1, 2)
        conv = conv_call(
            f"nn.ConvTranspose{self.dims}d",
            x.shape.channels,
            self.out_channels,
            kernel_size=(short(sizes_of(self.kernel_size)), None),
            stride=(short(sizes_of(self.stride)), 1),
            padding=(short(sizes_of(self.padding)), 0),
            output_padding=(short(sizes_of(self.output_padding)), 0),
            dilation=(short(sizes_of(self.dilation)), 1),
            groups=(self.groups, 1),
            bias=(self.bias, True),
        )
        return self.activated(module(conv)(value), self.output_shape(x.shape))

    def lengths(self, *inputs: Ref) -> Expr | None:
        given = inputs[0].lengths
        (step,), (rest,) = sizes_of(self.stride)[:1], self._rest[:1]
        if given is None or step == rest == 1:
            return given
        return (given - 1) * step + rest

    def _weights(self, channels: int) -> int:
        count = channels * self.out_channels // self.groups
        for size in sizes_of(self.kernel_size):
            count *= size
        return count

    def parameter_count(self, *inputs: Shape) -> int:
        biases = self.out_channels if self.bias else 0
        return self._weights(inputs[0].channels) + biases + activation_parameters(self.activation)

    def multiply_adds(self, *inputs: Shape) -> int:
        # Each number of the input is multiplied with every kernel, wherever that lands.
        return inputs[0].elements // inputs[0].channels * self._weights(inputs[0].channels)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        cleared = inputs[0].bytes if padded else 0
        return saved_with(self.activation, self.output_shape(*inputs), takes=not cleared, inside=cleared)

    def details(self) -> str:
        return self.details_with()  # the title is long, and the output's shape, on the card too, has the maps
