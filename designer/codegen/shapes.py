"""Shapes as a reader of PyTorch writes them."""

from __future__ import annotations

from designer.core.ir.expr import Name, Program, Ref, walk
from designer.core.schema.shape import Axis, Shape

_STATE_PAIR = "tuple[Tensor, Tensor]"


def tensor_shape(shape: Shape) -> str:
    """[N, 3, 32, 32]; states have N behind the layers: [2, N, 64]."""
    sizes = [axis.name if axis.size is None else str(axis.size) for axis in shape.axes]
    if shape.is_state:
        return f"[{sizes[-2]}, N, {sizes[-1]}]"
    return f"[{', '.join(['N', *sizes])}]"


def tensor_letters(shape: Shape) -> str:
    """[N, C, H, W], whatever the sizes."""
    return tensor_shape(Shape(tuple(Axis(axis.name, None) for axis in shape.axes)))


def annotation(shape: Shape | None) -> str:
    """The type of a value: the state of an LSTM is two tensors."""
    return _STATE_PAIR if shape is not None and shape.names[0] == "HC" else "Tensor"


def argument_shapes(program: Program) -> dict[str, Shape]:
    """The shapes of the arguments that have one: lengths do not."""
    behind = {item.key: item.value.name for item in program.statements if isinstance(item.value, Name)}
    values = [*(item.value for item in program.statements), *program.results.values()]
    seen: set[int] = set()
    refs = [item for value in values for item in walk(value, seen) if isinstance(item, Ref)]
    return {behind[ref.block, ref.port]: ref.shape for ref in refs if (ref.block, ref.port) in behind}
