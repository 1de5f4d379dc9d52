"""The forward pass as a row of steps: each computes a value of those before it, and lets go of what nobody needs later.

An expression that is evaluated as it stands keeps every value to the end of the pass. Here one goes after its last use,
as the names of a function that is written by hand do, so that the next value takes its memory; and a ReLU writes over
what it is of where autograd needs only what comes out.
"""

from __future__ import annotations

import importlib
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import nn

from designer.core.ir import torch_extras
from designer.core.ir.expr import Call, Expr, Module, Name, Op, Program, Ref

Modules: TypeAlias = Mapping[str, "nn.Module | None"]
Compute: TypeAlias = Callable[[list[Any], Modules], Any]
"""A value of those that are known, by their slots, and of the modules, by their names."""

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_FORGETTING = frozenset(
    f"nn.{name}{rank}d" for name in ("Conv", "ConvTranspose", "BatchNorm") for rank in (1, 2, 3)
) | {"nn.Linear"}
"""Modules whose gradient needs what came in, never what they gave: that may be written over."""


@lru_cache(maxsize=256)
def torch_function(name: str) -> Callable[..., Any]:
    """A function by the name that expressions have for it: `torch.cat`, `F.pad`, or that of a part."""
    namespace, _, rest = name.rpartition(".")
    found: Callable[..., Any]
    if namespace:
        found = getattr({"torch": torch, "F": F}[namespace], rest)
    else:
        found = getattr(importlib.import_module(torch_extras.homes()[name]), name)
    return found


@dataclass(frozen=True)
class _Step:
    """An operation, the slot of its value, and the slots that it takes."""

    op: Op
    slot: int
    taken: tuple[int, ...]


class Plan:
    """The steps of a program. It knows modules by their names: a copy of a model runs by the plan of the first."""

    def __init__(self, program: Program) -> None:
        self._names = program.names
        self._slots: dict[Any, int] = {name: place for place, name in enumerate(program.arguments)}
        self._count = len(program.arguments)
        self._steps: list[_Step] = []
        for statement in program.needed:
            self._slots[statement.key] = self._slot(statement.value)
        self._results = tuple(self._slot(value) for value in program.results.values())
        uses = Counter([*self._results, *(slot for step in self._steps for slot in step.taken)])
        last = {slot: number for number, step in enumerate(self._steps) for slot in step.taken}
        makers = {step.slot: step.op for step in self._steps}
        self._run: list[tuple[Compute, int, tuple[int, ...]]] = []
        for number, step in enumerate(self._steps):
            gone = tuple({slot for slot in step.taken if last[slot] == number} - set(self._results))
            in_place = _may_write_over(step.op, [makers.get(slot) for slot in step.taken if uses[slot] == 1])
            self._run.append((self._in_place(step) if in_place else self._compute(step.op), step.slot, gone))
        del self._steps

    def __call__(self, modules: Modules, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """What the program gives for arguments in the order of its own."""
        values = [*arguments, *[None] * (self._count - len(arguments))]
        for compute, slot, gone in self._run:
            values[slot] = compute(values, modules)
            for item in gone:
                values[item] = None
        return tuple(values[slot] for slot in self._results)

    def _slot(self, value: Expr) -> int:
        """Where a value will be, with the steps that it takes; what is computed already is not computed again."""
        if isinstance(value, Ref):
            return self._slots[value.block, value.port]
        if isinstance(value, Name):
            return self._slots[value.name]
        assert isinstance(value, Op), value
        if id(value) not in self._slots:
            taken = tuple(slot for item in (*value.args, *value.kwargs.values()) for slot in self._slots_in(item))
            self._slots[id(value)] = self._count
            self._steps.append(_Step(value, self._count, taken))
            self._count += 1
        return self._slots[id(value)]

    def _slots_in(self, item: Any) -> list[int]:
        if isinstance(item, tuple | list):
            return [slot for inner in item for slot in self._slots_in(inner)]
        return [self._slot(item)] if isinstance(item, Ref | Name | Op) else []

    def _compute(self, op: Op) -> Compute:
        first, *rest = (self._getter(item) for item in op.args)
        keywords = {name: self._getter(item) for name, item in op.kwargs.items()}
        if op.form == "module" and len(rest) == 1 and not keywords:
            (argument,) = rest
            return lambda values, modules: first(values, modules)(argument(values, modules))
        call = called(op)

        def compute(values: list[Any], modules: Modules) -> Any:
            given = {name: getter(values, modules) for name, getter in keywords.items()}
            return call(first(values, modules), *[getter(values, modules) for getter in rest], **given)

        return compute

    def _in_place(self, step: _Step) -> Compute:
        (slot,) = step.taken
        return lambda values, modules: torch.relu_(values[slot])

    def _getter(self, item: Any) -> Compute:
        """What gives an argument: a value by its slot, a module by its name; literals stand for themselves."""
        if isinstance(item, Ref | Name | Op):
            slot = self._slot(item)
            return lambda values, modules: values[slot]
        if isinstance(item, Module):
            name = self._names[item]
            return lambda values, modules: modules[name]
        if isinstance(item, tuple | list) and self._slots_in(item):
            kind, getters = type(item), [self._getter(inner) for inner in item]
            return lambda values, modules: kind(getter(values, modules) for getter in getters)
        return lambda values, modules: item


def called(op: Op) -> Callable[..., Any]:
    """What an operation does with its arguments, the first one among them."""
    if op.form == "module":
        return lambda module, *args, **kwargs: module(*args, **kwargs)
    if op.form == "method":
        name = op.name
        return lambda value, *args, **kwargs: getattr(value, name)(*args, **kwargs)
    if op.form == "function":
        return torch_function(op.name)
    if op.form == "operator":
        return _OPERATORS[op.name]
    if op.form == "unpack":
        return lambda value: value
    return operator.getitem


def _may_write_over(op: Op, makers: Sequence[Op | None]) -> bool:
    """Whether an operation is a ReLU of a value that nobody else takes, of a module that forgets what it gave.

    `makers` are the operations that its values come from, as far as nobody else takes them.
    """
    return _target(op) == "nn.ReLU" and [item and _target(item) in _FORGETTING for item in makers] == [True]


def _target(op: Op) -> str:
    """The module that an operation calls, by its name in torch; empty for any other."""
    if op.form != "module" or not isinstance(op.args[0], Module) or not isinstance(op.args[0].target, Call):
        return ""
    return op.args[0].target.target
