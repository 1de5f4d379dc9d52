"""Builds a network of a model's layers: the blocks, their weights under torch's names, and what to tell the person."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from designer.core.graph.block import Block, ShapeError, UnknownBlock
from designer.core.graph.definition import module_name
from designer.core.graph.messages import all_wrong
from designer.core.graph.network import Node, block_of, ref_to
from designer.core.graph.registry import find
from designer.core.inference.compile import is_taken
from designer.core.schema.shape import Shape, features
from designer.core.schema.units import plural
from designer.interop.keras.building.axes import usual
from designer.interop.keras.building.values import Mask, Value
from designer.interop.keras.file.errors import KerasError, UnsupportedError
from designer.interop.keras.file.graph import Layer, LayerCall
from designer.interop.keras.file.variables import Array, Variables
from designer.interop.keras.layer.arguments import Arguments
from designer.interop.keras.layer.defaults import is_initializer, shown
from designer.interop.keras.layer.settings import LayerSettings
from designer.interop.report import ImportNote, What

__all__ = ["Builder", "Rule", "UnsupportedError", "Use", "expected", "rule", "rule_for", "values_in"]

MAX_ID = 56
MAX_GROUP = 32


@dataclass
class Builder:
    """The network so far. Layers of nested models go into the same one, or into that of a group."""

    keras: int = 3
    """The major version that wrote the model."""
    nodes: dict[str, Node] = field(default_factory=dict)
    arrays: dict[str, Array] = field(default_factory=dict)
    """Weights by the names that they have in the model's state_dict."""
    notes: list[ImportNote] = field(default_factory=list)
    learned: list[str] = field(default_factory=list)
    """Blocks with weights, those within networks within as well."""
    stateful: list[str] = field(default_factory=list)
    """Layers whose states Keras carries over from batch to batch, those within networks within as well."""
    masked: dict[tuple[str, Mask, str], str] = field(default_factory=dict)
    """Blocks that put a mask to use, by the value, the mask and where steps are left out."""
    taken: dict[str, int] = field(default_factory=dict)
    """Names of blocks, and the highest number that each was made another name with: thousands may begin as one."""
    groups: set[str] = field(default_factory=set)
    """Names of definitions, which are the same for all networks within networks."""
    turns: dict[tuple[Block, str | None], Node] = field(default_factory=dict)
    """Blocks that only turn a value or lay it out anew, by what they do to which: several takers share one."""

    def within(self) -> Builder:
        """A network inside of this one; what there is to tell is told together."""
        return Builder(self.keras, notes=self.notes, learned=self.learned, stateful=self.stateful, groups=self.groups)

    def group_name(self, wanted: str) -> str:
        """A name for a definition that no other one has, nor its module."""
        plain = " ".join(re.findall(r"[^\W_]+", wanted))[:MAX_GROUP] or "Group"
        name, number = plain, 1
        while module_name(name) in self.groups:
            number += 1
            name = f"{plain} {number}"
        self.groups.add(module_name(name))
        return name

    def state(self) -> tuple[dict[str, Node], dict[str, Array], list[ImportNote], dict[str, int]]:
        """What there is, to go back to."""
        return dict(self.nodes), dict(self.arrays), list(self.notes), dict(self.taken)

    def restore(self, state: tuple[dict[str, Node], dict[str, Array], list[ImportNote], dict[str, int]]) -> None:
        """Forgets what a layer has made before it turned out to have no counterpart."""
        self.nodes, self.arrays, self.notes[:], self.taken = state

    def free_name(self, wanted: str) -> str:
        """A name for a block like the given one: letters, digits and _, and no other block's."""
        plain = re.sub(r"\W+", "_", unicodedata.normalize("NFC", wanted)).strip("_")[:MAX_ID]
        plain = plain if plain[:1].isalpha() else f"block_{plain}".strip("_")
        if keyword.iskeyword(plain) or is_taken(plain):
            plain += "_1"
        name, number = plain, self.taken.get(plain, 1)
        while name in self.taken:
            number += 1
            name = f"{plain}_{number}"
        self.taken[plain] = number
        self.taken.setdefault(name, 1)
        return name

    def freeze(self, names: Iterable[str]) -> None:
        """Blocks that are not to learn."""
        for name in names:
            node = self.nodes.get(name)
            if node is not None and isinstance(node.block, Block):
                self.put(name, node.block.changed(frozen=True), node.inputs)

    def put(self, name: str, block: Block | UnknownBlock, inputs: Iterable[str | None]) -> None:
        """Adds a node."""
        self.nodes[name] = Node(name, block, tuple(inputs))


@dataclass
class Use:
    """One call of a layer, for the rule that makes blocks of it."""

    builder: Builder
    layer: Layer
    call: LayerCall
    """Its arguments, with Values instead of Tensors."""
    label: str
    """The layer's name with those of the models that it is in."""
    variables: Variables | None
    output_shape: Shape | None = None
    """What it gives, as far as the file says; for a placeholder, which cannot tell."""
    columns_move: bool = False
    """Whether all that follows a Flatten can take its numbers in another order: layers with columns to reorder."""
    gives_steps: bool = False
    """Whether four sizes are those of an image sequence, since a TimeDistributed follows."""
    apply: Callable[[Use], list[Value]] = field(default=lambda use: [use.placeholder()], repr=False)
    """What a layer gives, by the rule for its class: for rules that apply another layer within theirs."""

    def __post_init__(self) -> None:
        self.config = LayerSettings(self.layer)
        self._held: list[LayerSettings] = []
        self._named = False

    def settings_of(self, layer: Layer) -> LayerSettings:
        """The fields of a layer that this one holds; what the rule leaves unread of them is told as well."""
        self._held.append(LayerSettings(layer))
        return self._held[-1]

    def begin(self) -> None:
        """From here on it counts which arguments of the call are read."""
        self.call = LayerCall(self.call.args, Arguments(self.call.kwargs))

    def tell_unread(self) -> None:
        """Tells of each field and argument that the rule has not read, and that is not as Keras has it by itself."""
        for settings in (self.config, *self._held):
            for name, value in settings.unread():
                if not is_initializer(name):
                    self.note("dropped", f"its {name} ({shown(value)}) has no counterpart: it is left out")
                elif self.variables is None:
                    self.note("dropped", f"its {name} ({shown(value)}): weights begin as torch begins them")
        arguments = self.call.kwargs
        for name, value in arguments.unread() if isinstance(arguments, Arguments) else ():
            given = name if isinstance(value, Value) else f"{name}={shown(value)}"
            self.note("dropped", f"it was called with {given}, which has no counterpart: it is left out")

    @property
    def given(self) -> list[Value]:
        """The values that it takes, their axes as they lie: for rules that keep or arrange them."""
        return list(values_in(self.call.args))

    @property
    def inputs(self) -> list[Value]:
        """The values that it takes, their axes as they usually lie."""
        return [usual(self, value) for value in self.given]

    @property
    def only(self) -> Value:
        """The only value that it takes, its axes as they lie: for rules that go number by number."""
        given = self.given
        if len(given) != 1:
            raise UnsupportedError(f"takes {plural(len(given), 'value')}: expected one")
        return given[0]

    @property
    def input(self) -> Value:
        """The only value that it takes, its axes as they usually lie."""
        return usual(self, self.only)

    def note(self, what: What, why: str, begins_with_name: bool = False) -> None:
        """Tells the person; a `why` that begins with a name, as code has it, says so."""
        self.builder.notes.append(ImportNote(self.label, what, why, begins_with_name))

    def weights(self, *place: str) -> list[Array] | None:
        """The variables of the layer, or of one that it holds; None where the file has no weights."""
        return None if self.variables is None else list(self.variables.below(*place).arrays)

    def add(
        self,
        kind: str,
        params: Mapping[str, Any],
        *inputs: Value,
        arrays: Mapping[str, Array] | None = None,
        suffix: str = "",
    ) -> Value:
        """A block; the first of a layer is named as the layer, others by a suffix as well. Gives its first output.

        `arrays` are by the names that the block's module gives them; a name that begins with _ is that of one of the
        block's further modules. Raises UnsupportedError where the block cannot be so, or cannot take its inputs.
        """
        block_class = find(kind)
        if block_class is None:
            raise UnsupportedError(f"there is no block for it yet ({kind})")
        return self.place(_validated(block_class, params), *inputs, arrays=arrays, suffix=suffix)

    def aside(self, kind: str, params: Mapping[str, Any], value: Value, suffix: str) -> Value:
        """A block in front of or behind that of the layer, which keeps the layer's name; one there is taken again."""
        block_class = find(kind)
        assert block_class is not None
        block = _validated(block_class, params)
        known = self.builder.turns.get((block, value.ref))
        if known is not None and self.builder.nodes.get(known.id) is known:
            return Value(known.id, block.output_shapes(value.shape)[0])
        named, self._named = self._named, True
        made = self.place(block, value, suffix=suffix)
        self._named = named
        self.builder.turns[block, value.ref] = self.builder.nodes[made.ref]
        return made

    def place(self, block: Block, *inputs: Value, arrays: Mapping[str, Array] | None = None, suffix: str = "") -> Value:
        """Adds a block that is there already, as `add` does."""
        try:
            shapes = block.output_shapes(*(value.shape for value in inputs))
        except ShapeError as error:
            raise UnsupportedError(f"{block.title} {error.reason}") from None
        name = self.builder.free_name(self._name(suffix))
        if block.parameter_count(*(value.shape for value in inputs)):
            self.builder.learned.append(name)
        free = (None,) * (len(block.input_ports) - len(inputs))
        self.builder.put(name, block, (*(value.ref for value in inputs), *free))
        for key, array in (arrays or {}).items():
            full = f"{name}{key}" if key.startswith("_") else f"{name}.{key}"
            self.builder.arrays[full] = np.array(array, dtype=np.float32, order="C")
        return Value(ref_to(name, block, block.output_ports[0]), shapes[0] if shapes else inputs[0].shape)

    def port(self, value: Value, port: str, shape: Shape) -> Value:
        """Another output of the block that gives a value."""
        name = block_of(value.ref)
        return Value(ref_to(name, self.builder.nodes[name].block, port), shape)

    def placeholder(self, *values: Value, suffix: str = "", instead_of: str = "") -> Value:
        """A block of no known kind in the layer's place, so that the rest keeps its connections."""
        inputs = values or tuple(values_in([*self.call.args, *self.call.kwargs.values()]))
        name = self.builder.free_name(self._name(suffix))
        words = {key: value for key, value in self.layer.config.items() if _is_plain(key) and _is_plain(value)}
        kind = re.sub(r"[^A-Za-z0-9_]+", "_", instead_of or self.layer.class_name)[:40]
        self.builder.put(name, UnknownBlock(f"keras.{kind}", words), [value.ref for value in inputs])
        shape = None if values else self.output_shape
        if shape is None and inputs:
            return Value(name, inputs[0].shape, turned=inputs[0].turned)
        return Value(name, shape or features(1))

    def plain(self, value: Value) -> Value:
        """A value that every block can take: h and c of a recurrent layer as features."""
        if not value.part:
            return value
        name = block_of(value.ref)
        if value.part == "c":
            return self.add("cell_state", {}, replace(value, part=""), suffix="cell")
        return Value(name, features(value.shape.last))  # h is what the block gives last

    def _name(self, suffix: str) -> str:
        first, self._named = not self._named, True
        return self.label if first or not suffix else f"{self.label}_{suffix}"


def _validated(block_class: type[Block], params: Mapping[str, Any]) -> Block:
    try:
        return block_class.model_validate(dict(params))
    except ValidationError as error:
        wrong = all_wrong(error, block_class.model_fields)
        raise UnsupportedError(f"no {block_class.title} can be so: {wrong}") from None


def values_in(arguments: Iterable[Any]) -> Iterable[Value]:
    """The values in arguments, those within lists and dictionaries included."""
    for item in arguments:
        if isinstance(item, Value):
            yield item
        elif isinstance(item, list | tuple):
            yield from values_in(item)
        elif isinstance(item, dict):
            yield from values_in(item.values())


def _is_plain(value: Any) -> bool:
    """Whether a setting can be kept for the person to read; code, as of a Lambda, cannot."""
    if isinstance(value, str):
        return len(value) <= 100 and value.isascii() and value.isprintable()
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53)


Rule = Callable[["Use"], "Value | list[Value]"]
_RULES: dict[str, Rule] = {}


def rule(*class_names: str) -> Callable[[Rule], Rule]:
    """Decorator: makes a function the one for layers of these classes; operations are named `ops.Add`."""

    def remember(function: Rule) -> Rule:
        for name in class_names:
            _RULES[name] = function
        return function

    return remember


def rule_for(layer: Layer) -> Rule | None:
    """The function that makes blocks of a layer."""
    return _RULES.get(f"ops.{layer.class_name}" if layer.is_operation else layer.class_name)


def expected(arrays: list[Array] | None, count: int, use: Use) -> list[Array] | None:
    """The variables, as many as the layer's configuration says. Raises KerasError where there are others."""
    if arrays is not None and len(arrays) != count:
        wanted = plural(count, "is", "are")
        raise KerasError(
            f"layer {use.label!r}: it has {plural(len(arrays), 'array')} of weights, where {wanted} expected"
        )
    return arrays
