"""Concatenate: values side by side, or one behind the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from designer.blocks._merge import aligned
from designer.core.graph.block import RepairHint, ShapeError, expect_numbers
from designer.core.graph.registry import register
from designer.core.graph.roles import SeveralInputs
from designer.core.ir.expr import Expr, Ref, function, with_lengths
from designer.core.schema.fields import choice
from designer.core.schema.shape import Shape, Size

_LETTERS = {"length": "L", "depth": "D", "height": "H", "width": "W"}


@register
class Concatenate(SeveralInputs):
    """Lays values along one axis: y = [x_1, x_2, …], as at the end of an Inception module (Szegedy et al. 2015).

    Along the length, the sequences follow one another without a gap, whatever the length of each.
    """

    kind = "concatenate"
    title = "Concatenate"
    summary = "Lays values side by side along the channels (features), or one behind the other along another axis."
    prefix = "concat"
    keeps_probabilities = True

    axis: Literal["channels", "length", "depth", "height", "width"] = choice(
        "channels", "The axis along which they are laid; channels are the features of features and sequences."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        for place, shape in enumerate(inputs):
            expect_numbers(shape, place)
            if shape.names != first.names:
                raise self._error(f"input 1 is {first.noun} {first} and input {place + 1} is {shape.noun} {shape}")
        axis = self._place(first)
        for place, shape in enumerate(inputs):
            if shape.with_size(axis, 1) != first.with_size(axis, 1):
                raise self._error(
                    f"all sizes other than the {self.axis} must be the same, but "
                    f"input 1 is {first} and input {place + 1} is {shape}",
                    self._sizes_hint(),
                    self._sizes_mends(inputs, axis),
                )
        sizes = [shape.sizes[axis] for shape in inputs]
        total: Size = None if None in sizes else sum(size for size in sizes if size is not None)
        return first.with_size(axis, total)

    def _place(self, shape: Shape) -> int:
        """The place of the axis in the shape."""
        if self.axis == "channels":
            return shape.channel_axis
        letter = _LETTERS[self.axis]
        if letter not in shape.names:
            raise ShapeError(
                f"{shape.noun} {shape} have no {self.axis}",
                "set axis to channels",
                [RepairHint("set", name="axis", value="channels")],
                field="axis",
            )
        return shape.names.index(letter)

    def _sizes_hint(self) -> str:
        """Beside channels, sizes mostly differ by the edges that windows have cut off."""
        if self.axis == "channels":
            return "set padding_rule to same in the convolutions and poolings before it, or choose another axis"
        return "make the other sizes the same, or choose another axis"

    def _sizes_mends(self, inputs: tuple[Shape, ...], axis: int) -> list[RepairHint]:
        """Windows that keep the sizes; or each input made like the first one that differs, the last one first."""
        mends = [RepairHint("keep_sizes")]
        for port in reversed(range(len(inputs))):
            own = inputs[port].sizes[axis]
            wanted = {shape.with_size(axis, own) for shape in inputs if shape is not inputs[port]}
            mends += [RepairHint("adapt", port=port, value=shape) for shape in wanted if len(wanted) == 1]
        return mends

    def _error(
        self,
        reason: str,
        hint: str = "bring them into one form, with a Flatten or a Reshape",
        mends: Sequence[RepairHint] = (),
    ) -> ShapeError:
        return ShapeError(reason, hint, mends, field="axis")

    def forward(self, *inputs: Ref) -> Expr:
        axis = self._place(inputs[0].shape)
        if self.axis != "length" or not any(x.lengths is not None for x in inputs):
            return function("torch.cat", aligned(inputs), dim=axis + 1)
        counts = [x.shape.sizes[0] if x.lengths is None else x.lengths for x in inputs]
        total, *others = sorted(counts, key=lambda count: not isinstance(count, Expr))
        assert isinstance(total, Expr)
        for other in others:
            total = total + other
        return with_lengths(function("joined_steps", list(inputs), counts), total)

    def details(self) -> str:
        return super().details() + (f" · {self.axis}" if self.axis != "channels" else "")
