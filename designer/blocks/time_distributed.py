"""TimeDistributed: the same sub-network at every step of a sequence."""

from __future__ import annotations

from pydantic import Field

from designer.blocks._defined import (
    PortValue,
    around,
    inside,
    program_inside,
    shapes_inside,
)
from designer.blocks.dense import Dense
from designer.core.graph.block import Saved, ShapeError, WrongInputError, expect_numbers
from designer.core.graph.definition import Definition, GroupBlock, Pass
from designer.core.graph.registry import register
from designer.core.inference.infer import Inference
from designer.core.ir.expr import Expr, Ref, function, module
from designer.core.schema.shape import Axis, Shape


@register
class TimeDistributed(GroupBlock):
    """Applies its sub-network, with the same weights, to every step: y_t = f(x_t). Double-click it to open it.

    Steps are the images of an image sequence (L×C×H×W) or the features of a sequence (L×F). Only the steps that a
    sample has are computed, so that padding changes nothing (as in Keras's layer of this name, Chollet 2015).
    """

    kind = "time_distributed"
    title = "TimeDistributed"
    category = "Sequence"
    summary = "The same sub-network at every step: of each image of a sequence, or of each step's features."
    prefix = "steps"
    inputs = ("input",)
    outputs = ("output",)

    definition: Definition = Field(default=around("Step", Dense()), description="The sub-network that it uses.")

    def inner_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        shape = inputs[0]
        if shape.names not in (("L", "F"), ("L", "C", "H", "W")):
            expect_numbers(shape)
            raise WrongInputError("takes sequences (N×L×F) or image sequences (N×L×C×H×W)")
        return (Shape(shape.axes[1:]),)

    def output_shape(self, *inputs: Shape) -> Shape:
        for word, ports in (("input", self.input_ports), ("output", self.output_ports)):
            if len(ports) != 1:
                raise ShapeError(f"works on one {word}, but its group has {len(ports)} ({', '.join(ports)})")
        (given,) = shapes_inside(self, self.inner_shapes(*inputs))
        if not (given.is_features or given.is_image):
            raise ShapeError(f"gives features or an image at each step, but its group gives {given.noun} {given}")
        return Shape((Axis("L", inputs[0].sizes[0]), *given.axes))

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        step = module(program_inside(self, (PortValue(x, self.inner_shapes(x.shape)[0], None),)))
        return function("at_every_step", step, x, *([] if x.lengths is None else [x.lengths]))

    def passes(self, *inputs: Shape) -> tuple[Pass[Inference], ...]:
        return (Pass(inside(self, self.inner_shapes(*inputs)), times=inputs[0].fixed_sizes[0]),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # Of padded sequences only the steps that there are are computed: a copy of them enters, and what comes of it
        # is put back, which saves for each step whether it is there.
        return Saved(inside=inputs[0].fixed_sizes[0]) if padded else Saved(view=True)

    def details(self) -> str:
        return self.definition.name
