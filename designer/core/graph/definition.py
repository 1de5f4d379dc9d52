"""Definition: a named sub-network that groups use, and the base of the kinds that use one."""

from __future__ import annotations

import keyword
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import Field, GetCoreSchemaHandler, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from designer.core.graph.block import LEARNING, Block, ShapeError
from designer.core.graph.messages import Problem, all_wrong
from designer.core.graph.network import Network, NetworkError, check_id
from designer.core.graph.parameters import set_params
from designer.core.graph.roles import GroupEntry, GroupExit, GroupPort
from designer.core.graph.saved import Saved
from designer.core.graph.settings import View
from designer.core.schema.fields import RuleError
from designer.core.schema.shape import Shape
from designer.core.schema.transliteration import words_in_latin

MAX_NAME = 40
MAX_DEPTH = 16
"""Groups within groups go no deeper."""
_KEPT, _KEPT_BLOCKS = 64, 20_000
"""Results that a definition remembers, by the values and shapes that they are of: more where it has few blocks."""
_REMEMBERING = Lock()
"""The window, the engine and the code panel infer the same definition on threads of their own."""

FieldRef = tuple[str, str]
"""A block of a definition, and one of its fields."""


class Counted(Protocol):
    """What was inferred of the inside of a definition, of which only the sums are asked here."""

    @property
    def parameters(self) -> int:
        """Numbers that training changes where nothing is frozen."""

    @property
    def trained(self) -> int:
        """Those of them that are not frozen."""

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample."""


Inside = TypeVar("Inside", bound=Counted)


class DefinitionError(NetworkError):
    """Something is wrong with a group as a whole, which the message names."""


class InsideError(ShapeError):
    """Something inside a group cannot take what it is given.

    `problem` is about the block in there, and `inference` is where it was found.
    """

    def __init__(self, problem: Problem, inference: Counted) -> None:
        super().__init__(f"inside, {problem.message}")
        self.problem, self.inference = problem, inference


def class_name(name: str) -> str:
    """The name of a definition as that of a Python class: InceptionModule. `None` and its like are no class names."""
    joined = "".join(word[0].upper() + word[1:] for word in words_in_latin(name))
    return joined if joined[:1].isalpha() and not keyword.iskeyword(joined) else f"Group{joined}"


def module_name(name: str) -> str:
    """The name of a definition as that of an attribute: inception_module."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name(name)).lower()


@dataclass(frozen=True)
class Pass(Generic[Inside]):
    """A definition applied to one sort of inputs: what it gives inside, and how often for a sample.

    The same inputs give the same inside, which stands here once however often it is repeated.
    """

    inference: Inside
    times: int = 1
    weights: int = 1
    """How many sets of weights the times have among them; 0 where an earlier pass has them."""


@dataclass(frozen=True)
class Definition:
    """A sub-network. Its blocks that are group ports are its ports, by their names.

    `inputs` and `outputs` say in which order; `view` how it lies on the canvas; `parameters` which
    fields of its blocks each use may set, one name for one or more fields. What the first of these fields holds is
    the value where a use sets none. Raises NetworkError where it is not a definition.
    """

    name: str
    network: Network
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    view: View = field(default_factory=View)
    parameters: Mapping[str, tuple[FieldRef, ...]] = field(default_factory=dict)
    known: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `remembered` has found."""

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name != self.name.strip() or len(self.name) > MAX_NAME:
            raise NetworkError(f"{self.name[:80]!r} is not a name of a group: expected 1 to {MAX_NAME} letters")
        if not self.name.isprintable():
            raise NetworkError(f"{self.name!r} is not a name of a group: it has letters that cannot be shown")
        for node in self.network.nodes.values():
            if isinstance(node.block, Block) and node.block.belongs == "network":
                raise DefinitionError(
                    f"group '{self.name}' cannot hold {node.block.title} '{node.id}': it stands outside of groups, "
                    f"which have {'Group Input' if node.block.output_ports else 'Group Output'} instead"
                )
        self._check_ports()
        for parameter, targets in self.parameters.items():
            self._check_parameter(parameter, targets)
        if self.name in definitions(self.network):
            raise DefinitionError(f"group '{self.name}' cannot hold itself")
        if self.depth > MAX_DEPTH:
            raise DefinitionError(f"group '{self.name}' holds groups within groups more than {MAX_DEPTH} deep")

    def __deepcopy__(self, memo: object) -> Definition:
        return self  # it never changes, and uses know by identity that they share it

    def _check_ports(self) -> None:
        kinds: tuple[tuple[type[GroupPort], str, tuple[str, ...]], ...]
        kinds = ((GroupEntry, "input", self.inputs), (GroupExit, "output", self.outputs))
        for kind, word, ports in kinds:
            there = [node.id for node, _ in self.network.of_type(kind)]
            if not there:
                raise DefinitionError(f"group '{self.name}' has no {word}: a group needs at least one")
            if sorted(there) != sorted(ports):
                raise DefinitionError(
                    f"group '{self.name}': {word}s: expected the names of its Group {word.capitalize()}s "
                    f"({', '.join(there)}), got {', '.join(ports)[:200] or 'none'}"
                )

    def _check_parameter(self, name: str, targets: tuple[FieldRef, ...]) -> None:
        check_id(name)
        if name in RESERVED:
            raise NetworkError(f"a parameter of a group cannot be called '{name}': every group has one of that name")
        if not targets:
            raise DefinitionError(f"group '{self.name}': parameter '{name}' belongs to no block")
        for block_id, field_name in targets:
            node = self.network.nodes.get(block_id)
            if node is None or not isinstance(node.block, Block) or field_name not in node.block.form_fields():
                raise DefinitionError(f"group '{self.name}': parameter '{name}': there is no '{block_id}.{field_name}'")

    @cached_property
    def depth(self) -> int:
        """1 for a definition without groups, and 1 more for each level within."""
        inner = (node.block for node in self.network.nodes.values())
        return 1 + max((block.definition.depth for block in inner if isinstance(block, GroupBlock)), default=0)

    @cached_property
    def size(self) -> int:
        """Blocks that a use stands for, with those of the groups within."""
        return block_count(self.network)

    @cached_property
    def within(self) -> Mapping[str, Definition]:
        """All definitions that it uses, those within others first, and itself."""
        return {**definitions(self.network), self.name: self}

    def info(self, parameter: str) -> FieldInfo:
        """Type, bounds and help of a parameter: those of its first field."""
        return self._first(parameter).form_fields()[self.parameters[parameter][0][1]]

    def default(self, parameter: str) -> Any:
        """The value of a parameter where a use sets none."""
        return self._first(parameter).value_of(self.parameters[parameter][0][1])

    def _first(self, parameter: str) -> Block:
        block = self.network.nodes[self.parameters[parameter][0][0]].block
        assert isinstance(block, Block)
        return block

    def with_values(self, values: Mapping[str, Any]) -> Network:
        """The network with these values of its parameters. Raises NetworkError for one that a block cannot have."""
        network = self.network
        for parameter, targets in self.parameters.items():
            value = values[parameter] if parameter in values else self.default(parameter)
            for block_id, field_name in targets:
                block = network.nodes[block_id].block
                if isinstance(block, Block) and block.value_of(field_name) != value:
                    network = set_params(network, block_id, **{field_name: value})
        return network

    def remembered(self, key: Hashable) -> Any:
        """What was kept under this key; None where nothing was."""
        return self.known.get(key)

    def remember(self, key: Hashable, value: Any) -> None:
        """Keeps something that follows from the definition; the oldest goes where there is too much."""
        with _REMEMBERING:
            while len(self.known) >= max(_KEPT, _KEPT_BLOCKS // len(self.network.nodes)):
                self.known.pop(next(iter(self.known)))
            self.known[key] = value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _read, serialization=core_schema.plain_serializer_function_ser_schema(lambda definition: definition.name)
        )


def _read(value: Any, info: core_schema.ValidationInfo) -> Definition:
    """Takes a definition, or, while a file is read, the name of one of its groups."""
    if isinstance(value, Definition):
        return value
    groups = (info.context or {}).get("groups")
    if isinstance(value, str) and groups is not None:
        found: Definition = groups(value)
        return found
    raise RuleError("the name of a group")


def frozen_values(values: Mapping[str, Any]) -> Hashable:
    """Values of parameters as something that can be a key."""
    return tuple(sorted((name, repr(value)) for name, value in values.items()))


class GroupBlock(Block):
    """Base of the kinds that use a definition: its ports are those of the definition.

    `values` holds what this use sets of the definition's parameters. A person edits these like the block's own
    fields, and `set_params` takes them by their names.
    """

    definition: Definition = Field(description="The sub-network that it uses.")
    values: dict[str, Any] = Field(default_factory=dict, description="Parameters of the sub-network, as set here.")

    is_its_blocks: ClassVar[bool] = False
    """Whether it computes what the blocks inside compute and no more, so that they can stand in its place."""

    @field_validator("values")
    @classmethod
    def _fit_definition(cls, values: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        definition = info.data.get("definition")
        if definition is None:
            return values
        return {name: _read_value(definition, name, value) for name, value in values.items()}

    @property
    def input_ports(self) -> tuple[str, ...]:
        """The inputs of the definition."""
        return self.definition.inputs

    @property
    def output_ports(self) -> tuple[str, ...]:
        """The outputs of the definition."""
        return self.definition.outputs

    @property
    def repetitions(self) -> int:
        """How often the blocks inside are applied, one time behind the other."""
        return 1

    @property
    def network(self) -> Network:
        """The sub-network with the values of this use."""
        key = ("network", frozen_values(self.values))
        found: Network | None = self.definition.remembered(key)
        if found is None:
            found = self.definition.with_values(self.values)
            self.definition.remember(key, found)
        return found

    @property
    def can_be_opened(self) -> bool:
        """Whether there is an inside to show: values of parameters may not go together."""
        try:
            return isinstance(self.network, Network)
        except NetworkError:
            return False

    def inner_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """The shapes that enter the definition where these enter the block; raises ShapeError."""
        return inputs

    def passes(self, *inputs: Shape) -> tuple[Pass[Any], ...]:
        """How the definition is applied to these inputs of the block, which must be such as it can take."""
        raise NotImplementedError

    def parameter_count(self, *inputs: Shape) -> int:
        """Those inside, as many times as there are weights."""
        return sum(step.weights * step.inference.parameters for step in self.passes(*inputs))

    def trained_count(self, *inputs: Shape) -> int:
        """The same without those of blocks inside that are frozen."""
        return sum(step.weights * step.inference.trained for step in self.passes(*inputs))

    def multiply_adds(self, *inputs: Shape) -> int:
        """Those of all blocks that lead to the outputs."""
        return sum(step.times * step.inference.multiply_adds for step in self.passes(*inputs))

    def in_order(self, *inputs: Shape) -> Iterable[Pass[Any]]:
        """The same one by one, as each takes what the one before gives."""
        return self.passes(*inputs)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        """Nothing of its own: what there is belongs to the blocks inside."""
        return Saved(view=True)

    def form_fields(self) -> Mapping[str, FieldInfo]:
        """The block's own fields and the parameters of the definition."""
        own = {name: info for name, info in super().form_fields().items() if name not in ("definition", "values")}
        return {**own, **{name: self.definition.info(name) for name in self.definition.parameters}}

    def value_of(self, name: str) -> Any:
        """The value of a field, or of a parameter in this use."""
        if name in self.definition.parameters:
            return self.values[name] if name in self.values else self.definition.default(name)
        return getattr(self, name)

    def changed(self, **params: Any) -> Block:
        """The same block with other values of its fields and of the definition's parameters."""
        given = {name: value for name, value in params.items() if name in self.definition.parameters}
        own = {name: value for name, value in params.items() if name not in given}
        return super().changed(**{"values": {**self.values, **given}, **own})


RESERVED = frozenset({"definition", "values", "weights", "repeat", *LEARNING})
"""Names that parameters of a definition cannot have: the fields of the kinds that use one."""


def _read_value(definition: Definition, name: str, value: Any) -> Any:
    """The value as its field holds it. Raises RuleError for what no parameter is, or cannot be."""
    if name not in definition.parameters:
        there = ", ".join(definition.parameters) or "none"
        raise RuleError(f"parameters of '{definition.name}' ({there})", f"'{str(name)[:60]}'")
    read = []
    for block_id, field_name in definition.parameters[name]:
        block = definition.network.nodes[block_id].block
        assert isinstance(block, Block)
        try:
            read.append(block.changed(**{field_name: value}).value_of(field_name))
        except ValidationError as error:
            raise RuleError(all_wrong(error, block.form_fields(), {field_name: name})) from None
    return read[0]


def uses(network: Network) -> Iterator[tuple[str, GroupBlock]]:
    """The blocks of a network that use a definition, by name."""
    for node, block in network.of_type(GroupBlock):
        yield node.id, block


def block_count(network: Network) -> int:
    """Blocks of a network, with those inside its groups, as often as they are repeated."""
    inside = sum(block.repetitions * block.definition.size for _, block in uses(network))
    return len(network.nodes) + inside


def definitions(network: Network) -> dict[str, Definition]:
    """All definitions that a network uses, those within others first."""
    found: dict[str, Definition] = {}
    for _, block in uses(network):
        if block.definition.name not in found:
            found |= block.definition.within
    return found
