"""Network -> nn.Module."""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everyone writes it

from designer.core import parts
from designer.core.expr import Call, Module, Name, Op, Ref
from designer.core.inference import Inference, infer
from designer.core.network import Network
from designer.core.program import Program, Statement, compiled
from designer.core.shape import Shape

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class ProgramModule(nn.Module):
    """A program as a torch module. Layers are attributes named after their blocks: `conv1`, `conv1_relu`."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program
        for name, item in program.modules.items():
            self.add_module(name, make(item.target))

    def forward(self, *arguments: Tensor) -> Any:
        """The results for a batch: one tensor, or as many as there are Outputs."""
        values = self._run(self.program.needed, arguments)
        results = tuple(values.of(value) for value in self.program.results.values())
        return results[0] if len(results) == 1 else results

    def _run(self, statements: Iterable[Statement], arguments: tuple[Tensor, ...]) -> _Values:
        values = _Values(self, dict(zip(self.program.arguments, arguments, strict=True)))
        for statement in statements:
            values.ports[statement.key] = values.of(statement.value)
        return values


class Model(ProgramModule):
    """The model of a whole network.

    `forward` takes, for each Input, its values [N, ...] and, where its length varies, int64 lengths [N]. It gives what
    reaches the Outputs: logits [N, classes] or predictions [N, targets]. Where a softmax comes last before a
    cross-entropy, the logits before it are given, so that the loss does not apply it twice.
    """

    def __init__(self, network: Network, inference: Inference | None = None) -> None:
        found = inference or infer(network)
        super().__init__(compiled(network, found))
        self.outputs = tuple(self.program.results)
        self.shapes = _port_shapes(found)

    def trace(self, *arguments: Tensor) -> dict[tuple[str, str], Any]:
        """What every output port of every block gives, by block and port; for the Outputs what `forward` gives."""
        return self.trace_with_lengths(*arguments)[0]

    def trace_with_lengths(
        self, *arguments: Tensor
    ) -> tuple[dict[tuple[str, str], Any], dict[tuple[str, str], Tensor]]:
        """The same, and the lengths [N] of those values whose length varies."""
        values = self._run(self.program.statements, arguments)
        shown = dict(values.ports)
        for name, value in self.program.results.items():
            shown[name, "out"] = values.of(value)
        lengths = {item.key: values.of(item.lengths) for item in self.program.statements if item.lengths is not None}
        return shown, lengths


def _port_shapes(inference: Inference) -> dict[tuple[str, str], Shape]:
    """The shape that each output port gives, by block and port."""
    return {
        (name, port): shape
        for name, result in inference.results.items()
        for port, shape in zip(result.node.block.output_ports, result.shapes or (), strict=False)
    }


class _Values:
    """The values of one forward pass, as far as they are known."""

    def __init__(self, owner: ProgramModule, arguments: dict[str, Any]) -> None:
        self._owner = owner
        self._arguments = arguments
        self.ports: dict[tuple[str, str], Any] = {}
        self._done: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        """A value as torch has it; literals stand for themselves."""
        if isinstance(value, Ref):
            return self.ports[value.block, value.port]
        if isinstance(value, Op):
            key = id(value)
            if key not in self._done:
                self._done[key] = self._apply(value)
            return self._done[key]
        if isinstance(value, Name):
            return self._arguments[value.name]
        if isinstance(value, Module):
            return self._owner._modules[self._owner.program.names[id(value)]]
        if isinstance(value, tuple | list):
            return type(value)(self.of(item) for item in value)
        return value

    def _apply(self, op: Op) -> Any:
        args = [self.of(item) for item in op.args]
        kwargs = {name: self.of(item) for name, item in op.kwargs.items()}
        if op.form == "module":
            return args[0](*args[1:], **kwargs)
        if op.form == "method":
            return getattr(args[0], op.name)(*args[1:], **kwargs)
        if op.form == "function":
            return torch_function(op.name)(*args, **kwargs)
        if op.form == "operator":
            return _OPERATORS[op.name](*args)
        if op.form == "unpack":
            return args[0]
        return args[0][args[1]]


@lru_cache(maxsize=256)
def torch_function(name: str) -> Callable[..., Any]:
    """A function by the name that expressions have for it: `torch.cat`, `F.pad`, or that of a part."""
    namespace, _, rest = name.rpartition(".")
    found: Callable[..., Any]
    if namespace:
        found = getattr({"torch": torch, "F": F}[namespace], rest)
    else:
        found = getattr(importlib.import_module(parts.homes()[name]), name)
    return found


def make(target: Call | Program) -> nn.Module:
    """The module that a call names: of torch.nn, or a part. ValueError for anything else."""
    if isinstance(target, Program):
        return ProgramModule(target)
    namespace, _, name = target.target.rpartition(".")
    home = target.home or parts.homes().get(name, "")
    found = getattr(nn if namespace == "nn" else importlib.import_module(home) if home else None, name, None)
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        raise ValueError(f"{target.target} is not a module of torch.nn")
    return found(*target.args, **target.kwargs)


def build(network: Network, inference: Inference | None = None, seed: int | None = None) -> Model:
    """A new model of a valid network; with a seed, the same one each time."""
    if seed is not None:
        torch.manual_seed(seed)
    return Model(network, inference)
