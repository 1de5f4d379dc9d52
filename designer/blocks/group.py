"""Group: a sub-network as one block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from designer.blocks._defined import (
    PortValue,
    applied,
    around,
    inside,
    program_inside,
    shapes_inside,
)
from designer.core.graph.block import RepairHint, ShapeError
from designer.core.graph.definition import Definition, GroupBlock, Pass, module_name
from designer.core.graph.registry import register
from designer.core.inference.infer import Inference
from designer.core.ir.expr import Expr, Ref, module, with_lengths
from designer.core.schema.fields import choice, whole
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural


@register
class Group(GroupBlock):
    """A named sub-network with its own inputs, outputs and parameters. Double-click it to open it.

    All uses of a definition change together when it is edited; what it exposes as parameters each use sets for
    itself. Inception modules (Szegedy et al. 2015) and the two functions of a relation network (Santoro et al. 2017)
    are groups.
    """

    kind = "group"
    title = "Group"
    category = "Groups"
    summary = "A sub-network of your own as one block: open it, fill it, use it many times."
    prefix = "group"
    inputs = ("input",)
    outputs = ("output",)
    is_its_blocks = True

    definition: Definition = Field(default=around("Group"), description="The sub-network that it uses.")
    weights: Literal["separate", "shared"] = choice(
        "separate", "Separate: this use learns weights of its own. Shared: all uses here that share are one module."
    )
    repeat: int = whole(
        1, "Times that it is applied, one behind the other; each with weights of its own, or shared.", high=64
    )

    @property
    def shared_as(self) -> str:
        return self.definition.name if self.weights == "shared" else ""

    @property
    def repetitions(self) -> int:
        return self.repeat

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        return self._shapes(inputs)[-1]

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def _shapes(self, inputs: tuple[Shape, ...]) -> list[tuple[Shape, ...]]:
        """What goes in, and what each repetition gives."""
        passes = [inputs, shapes_inside(self, inputs)]
        if self.repeat == 1:
            return passes
        once = [RepairHint("set", name="repeat", value=1)]
        if len(self.input_ports) != len(self.output_ports):
            raise ShapeError(
                f"repeats what has {plural(len(self.input_ports), 'input')} and "
                f"{plural(len(self.output_ports), 'output')}",
                "give it as many outputs as inputs, or set repeat to 1",
                once,
                field="repeat",
            )
        if self.weights == "shared" and passes[1] != inputs:
            raise ShapeError(
                f"repeats with the same weights, but makes {_listed(passes[1])} of {_listed(inputs)}",
                "keep the shape, or set weights to separate",
                [RepairHint("set", name="weights", value="separate"), *once],
                field="weights",
            )
        for _ in range(self.repeat - 1):
            passes.append(shapes_inside(self, passes[-1]))
        return passes

    def forward(self, *inputs: Ref) -> tuple[Expr, ...]:
        values = tuple(map(PortValue.of, inputs))
        passes = self._shapes(tuple(value.shape for value in values))
        shared = module_name(self.definition.name) if self.weights == "shared" else ""
        step = None
        for number in range(self.repeat):
            if step is None or self.weights == "separate":
                program = program_inside(self, values)
                step = module(program, str(number + 1) if self.repeat > 1 else "", shared)
            values = applied(step, program, passes[number + 1], values)
        return tuple(with_lengths(value.expr, value.lengths) for value in values)

    def lengths(self, *inputs: Ref) -> Expr | None:
        return None  # each output has its own

    def passes(self, *inputs: Shape) -> tuple[Pass[Inference], ...]:
        times = Counter(self._shapes(inputs)[:-1])
        if self.weights == "shared":  # it keeps the shape
            return (Pass(inside(self, inputs), self.repeat),)
        return tuple(Pass(inside(self, given), count, count) for given, count in times.items())

    def in_order(self, *inputs: Shape) -> Iterable[Pass[Inference]]:
        return (Pass(inside(self, given)) for given in self._shapes(inputs)[:-1])

    def details(self) -> str:
        words = [self.definition.name] if self.definition.name != self.title else []
        if self.repeat > 1:
            words.append(f"× {self.repeat}")
        if self.weights == "shared":
            words.append("shared")
        return " · ".join(words)


def _listed(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes))
