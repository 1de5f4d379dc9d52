"""Rehearsal: what a custom kind says is tried before anyone relies on it, so that its mistakes become problems.

The kinds of the program are held by tests; those of a person are not.
"""

from __future__ import annotations

import sys
from pathlib import Path

from designer.core.graph.block import Block, ShapeError
from designer.core.graph.registry import CUSTOM_HOME
from designer.core.graph.saved import Saved
from designer.core.ir.expr import Call, Expr, Module, Name, Op, Ref, walk
from designer.core.ir.torch_extras import homes
from designer.core.schema.shape import Shape
from designer.core.storage.plugins import told

_VIEWS = ("size", "transpose", "permute", "movedim", "squeeze", "unsqueeze", "flatten", "unflatten", "view", "expand")
"""Methods that make no value of their own."""


def output_shapes(block: Block, inputs: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """What the ports of a block give. Raises ShapeError; for a custom kind also for any mistake of its file."""
    home = type(block).__module__
    if not home.startswith(CUSTOM_HOME):
        return block.output_shapes(*inputs)
    try:
        shapes = block.output_shapes(*inputs)
        _expect(shapes, len(block.output_ports), Shape, "output_shapes")
        for name, number in (
            ("parameter_count", block.parameter_count(*inputs)),
            ("multiply_adds", block.multiply_adds(*inputs)),
        ):
            if not isinstance(number, int):
                raise TypeError(f"{name} gives {type(number).__name__}: expected a whole number")
        _rehearse_forward(block, inputs)
    except ShapeError:
        raise
    except Exception as error:  # it is a person's own code
        path = Path(sys.modules[home].__file__ or home)
        raise ShapeError(told(error, path), "mend the file, and trust it again") from error
    return shapes


def saved_by(block: Block, inputs: tuple[Shape, ...], padded: bool) -> Saved:
    """What autograd saves of a block.

    Of a custom kind that does not say: what it takes, what it gives, and a value as large for each step before the
    last, as of most.
    """
    said = type(block).saved is not Block.saved
    if said or not type(block).__module__.startswith(CUSTOM_HOME):
        return block.saved(*inputs, padded=padded)
    given = block.forward(*_references(inputs))
    seen: set[int] = set()
    items = [item for value in (given if isinstance(given, tuple) else (given,)) for item in walk(value, seen)]
    steps, shapes = sum(_values_made(item) for item in items), block.output_shapes(*inputs)
    between = max(steps - 1, 0) * max(shape.bytes for shape in shapes)
    return Saved(tuple(range(len(inputs))), tuple(range(len(shapes))), between, view=steps == 0)


def _values_made(item: Expr) -> int:
    """Values that an expression makes: none where it is a view; a module of the person's own makes one and another."""
    if not isinstance(item, Op) or item.form in ("index", "unpack", "item") or item.name in _VIEWS:
        return 0
    own = item.form == "module" and isinstance(item.args[0].target, Call) and bool(item.args[0].target.home)
    return 2 if own else 1


def _references(inputs: tuple[Shape, ...]) -> tuple[Ref, ...]:
    """Values of these shapes, as a block's forward pass takes them."""
    return tuple(
        Ref(f"x{place}", "out", shape, Name("lengths") if shape.varies else None) for place, shape in enumerate(inputs)
    )


def _rehearse_forward(block: Block, inputs: tuple[Shape, ...]) -> None:
    given = block.forward(*_references(inputs))
    values = given if isinstance(given, tuple) else (given,)
    _expect(values, len(block.output_ports), Expr, "forward")
    seen: set[int] = set()
    for value in values:
        for item in walk(value, seen):
            if isinstance(item, Module) and isinstance(item.target, Call):
                _expect_module(item.target)
            if isinstance(item, Op) and item.form == "function":
                _expect_function(item.name)


def _expect_module(target: Call) -> None:
    known = target.target.startswith("nn.") or target.target in homes()
    if target.home:
        known = hasattr(sys.modules.get(target.home), target.target)
    if not known:
        raise ValueError(f'there is no module called {target.target!r}: write call("nn.…") or call(YourModule, …)')


def _expect_function(name: str) -> None:
    namespace = name.rpartition(".")[0]
    if namespace not in ("torch", "F") and name not in homes():
        raise ValueError(f'there is no function called {name!r}: write function("torch.…", …) or function("F.…", …)')


def _expect(values: object, count: int, kind: type, method: str) -> None:
    if not (isinstance(values, tuple) and len(values) == count and all(isinstance(item, kind) for item in values)):
        raise TypeError(f"{method} gives {values!r:.60}: expected {count} of {kind.__name__}, one for each output port")
