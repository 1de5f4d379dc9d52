"""Which sizes within a program must be equal: what a module reads is what another gives, and sums need equal sizes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from designer.codegen.arguments import argument_name
from designer.core.ir.expr import Call, Expr, Module, Name, Op, Program, Ref

Place = tuple[str, str]
"""A literal of a class: the module, and the argument by its name, or by its number as text."""

_READ = ("in_channels", "in_features", "num_features", "num_channels", "normalized_shape", "input_size")
_GIVEN = ("out_channels", "out_features")
_CHANGING = (
    *("nn.Embedding", "nn.Flatten", "nn.GLU", "nn.GRU", "nn.LSTM", "nn.MultiheadAttention", "nn.PixelShuffle"),
    *("nn.PixelUnshuffle", "nn.RNN", "nn.Unflatten", "nn.Unfold"),
)
_KEEPING_METHODS = ("transpose", "relu", "tanh", "sigmoid", "contiguous")


@dataclass(frozen=True)
class Entering:
    """The size of a value that enters the program, by the name of the argument."""

    argument: str


def ties(program: Program, modules: Mapping[str, Call]) -> dict[Place, Hashable]:
    """For each place of a size of channels or features: what stands for all places that must be equal to it.

    Two are tied where the value that one module reads is what the other gives, where what they give is added, and where
    a group's parameter sets both.
    """
    found = _Ties(program, modules)
    for statement in program.statements:
        found.origin(statement.value)
    for fields in program.parameters.values():
        found.tie_fields(fields)
    return {place: found.first(place) for place in found.places()}


@dataclass
class _Ties:
    """Sets of places and arguments that are equal, as a forest; and where the size of each value comes from."""

    program: Program
    modules: Mapping[str, Call]
    _behind: dict[tuple[str, str], Expr] = field(init=False)
    _above: dict[Hashable, Hashable] = field(default_factory=dict)
    _origins: dict[int, Hashable | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._behind = {item.key: item.value for item in self.program.statements}

    def first(self, item: Hashable) -> Hashable:
        """What stands for all that an item is tied to."""
        while item in self._above:
            item = self._above[item]
        return item

    def tie(self, one: Hashable | None, other: Hashable | None) -> None:
        """From now on both are equal; None is a size of which nothing is known."""
        if one is None or other is None:
            return
        below, above = self.first(one), self.first(other)
        if isinstance(below, Entering):
            below, above = above, below
        if below != above:
            self._above[below] = above

    def places(self) -> Iterable[Place]:
        """All places of sizes."""
        for name, item in self.modules.items():
            yield from (place for place, called in _called(name, item) if called in (*_READ, *_GIVEN))

    def tie_fields(self, fields: Iterable[tuple[str, str]]) -> None:
        """Ties the arguments of modules that are called as the fields of their blocks."""
        found = [
            place
            for block, wanted in fields
            if block in self.modules
            for place, called in _called(block, self.modules[block])
            if called == wanted
        ]
        for place in found[1:]:
            self.tie(found[0], place)

    def origin(self, value: object) -> Hashable | None:
        """Where the number of a value's channels or features comes from; None where that is not known."""
        if isinstance(value, Name):
            return Entering(value.name)
        if isinstance(value, Ref):
            return self.origin(self._behind.get((value.block, value.port)))
        if not isinstance(value, Op):
            return None
        if id(value) not in self._origins:
            self._origins[id(value)] = self._origin_of(value)
        return self._origins[id(value)]

    def _origin_of(self, value: Op) -> Hashable | None:
        inputs = [item for item in value.args if isinstance(item, Expr) and not isinstance(item, Module)]
        if value.form == "module" and isinstance(value.args[0], Module) and len(inputs) == 1:
            return self._through(self.program.names[value.args[0]], inputs[0])
        if value.form == "operator" and len(inputs) == 2 and value.name in ("+", "-", "*"):
            self.tie(self.origin(inputs[0]), self.origin(inputs[1]))
            return self.origin(inputs[0])
        if value.form == "method" and value.name in _KEEPING_METHODS and len(inputs) == 1:
            return self.origin(inputs[0])
        for item in inputs:
            self.origin(item)
        return None

    def _through(self, name: str, value: Expr) -> Hashable | None:
        """Where the size of what a module gives comes from; what it reads is tied to where that comes from."""
        item = self.modules.get(name)
        before = self.origin(value)
        if item is None or "." not in item.target or item.target in _CHANGING:
            return None
        given = None
        for place, called in _called(name, item):
            if called in _READ:
                self.tie(before, place)
            given = place if called in _GIVEN else given
        return given or before


def _called(name: str, item: Call) -> Iterable[tuple[Place, str]]:
    """The places of a module, and what each argument is called."""
    yield from (((name, str(number)), argument_name(item, number)) for number in range(len(item.args)))
    yield from (((name, key), key) for key in item.kwargs)
