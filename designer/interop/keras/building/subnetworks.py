"""Layers that are used several times, or at every step, as definitions: networks of their own within the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from designer.blocks.group_input import GroupInput
from designer.blocks.group_output import GroupOutput
from designer.core.graph.definition import Definition, module_name
from designer.core.graph.network import Network
from designer.core.graph.registry import find
from designer.core.graph.settings import View
from designer.core.inference.infer import infer
from designer.core.layout.sugiyama import laid_out
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural
from designer.interop.keras.building.axes import arranged, with_sizes
from designer.interop.keras.building.builder import UnsupportedError, Use, values_in
from designer.interop.keras.building.values import IMAGE_SEQUENCE, Layout, Value
from designer.interop.keras.file.graph import Layer, LayerCall
from designer.interop.keras.file.variables import Array, Variables

_IMAGE_OF = {2: Layout(("C", "H", "W"), (1, 2)), 3: Layout.usual(3)}
"""How what has two or three axes in Keras is an image, which a step can be: a sequence L×F is 1×L×F."""


@dataclass(frozen=True)
class Defined:
    """A definition, and what its network takes and gives inside, for the order of its numbers and axes."""

    definition: Definition
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    arrays: Mapping[str, Array]
    learns: bool

    def used_by(self, use: Use, given: list[Value], kind: str, **params: Any) -> list[Value]:
        """A block of a kind that uses the definition, on what the layer takes."""
        block_class = find(kind)
        assert block_class is not None
        block = block_class.model_validate({"definition": self.definition, **params})
        made = use.place(block, *given)
        home = module_name(self.definition.name) if kind == "group" else made.ref
        use.builder.arrays |= {f"{home}.{name}": array for name, array in self.arrays.items()}
        shapes = block.output_shapes(*(value.shape for value in given))
        ports = zip(block.output_ports, shapes, self.outputs, strict=True)
        return [use.port(made, port, shape).like(inner) for port, shape, inner in ports]

    def shared_by(self, use: Use) -> list[Value]:
        """A group for one of the calls of a layer that is used several times."""
        wanted = [value.layout for value in self.inputs]
        given = values_of(use.call)
        if len(given) != len(wanted):
            raise UnsupportedError(f"takes {plural(len(given), 'value')}, where its first call takes {len(wanted)}")
        given = [arranged(use, value, layout) for value, layout in zip(given, wanted, strict=True)]
        return self.used_by(use, given, "group", weights="shared")


def defined(
    use: Use, layer: Layer, inputs: list[Value], variables: Variables | None, at_steps: bool = False
) -> Defined:
    """A layer, or a nested model, as a definition for values like these; for what a step can give with `at_steps`."""
    builder = use.builder.within()
    entering = [replace(value, ref=builder.free_name("input")) for value in inputs]
    for value in entering:
        builder.put(value.ref, GroupInput(), ())
    left = {outer.ref: inner for outer, inner in zip(inputs, entering, strict=True)}
    call = mapped_call(use.call, Value, lambda value: left[value.ref])
    inside = replace(use, builder=builder, layer=layer, call=call, label=layer.name, variables=variables)
    outputs = [inside.plain(value) for value in inside.apply(inside)]
    if at_steps:
        outputs = [_as_step(inside, value) for value in outputs]
    names = []
    for value in outputs:
        names.append(builder.free_name("output"))
        builder.put(names[-1], GroupOutput(), (value.ref,))
    network = Network.of(builder.nodes.values())
    ports = tuple(value.ref for value in entering)
    view = View(positions=laid_out(network))
    definition = Definition(builder.group_name(layer.name), network, ports, tuple(names), view)
    found = infer(network, given={value.ref: value.shape for value in entering})
    return Defined(definition, tuple(entering), tuple(outputs), builder.arrays, found.parameters > 0)


def _as_step(use: Use, value: Value) -> Value:
    """What a step gives as features or an image: sequences become images of one channel."""
    if value.rank == 1 or (value.rank == 2 and value.shape.is_image):
        return value
    if value.rank not in _IMAGE_OF:
        raise UnsupportedError(f"gives {value.shape.noun} {value.shape} at each step: at most an image has a block")
    return arranged(use, value, _IMAGE_OF[value.rank])


def at_every_step(use: Use, layer: Layer, variables: Variables | None) -> Value:
    """A layer, or a nested model, at every step of an image sequence, or of a sequence."""
    value = with_steps(use, use.only)
    step = Shape(value.shape.axes[1:])
    places = tuple(place - 1 for place in value.places[1:])
    inner = replace(value, shape=step, turned=places)
    inside = replace(use, call=LayerCall((inner,)))
    (made,) = defined(inside, layer, [inner], variables, at_steps=True).used_by(use, [value], "time_distributed")
    if made.turned is not None:
        made = replace(made, turned=(0, *(place + 1 for place in made.turned)))
    return made


def itself_at_every_step(use: Use, **changes: Any) -> Value:
    """The layer of a use, with other fields, at every step: of a value that no block takes as a whole."""
    use.config.ignore(*use.layer.config)  # they are read where the step's network is made
    changed = Layer(**{**vars(use.layer), "config": {**use.layer.config, **changes}})
    return at_every_step(use, changed, use.variables)


def with_steps(use: Use, value: Value) -> Value:
    """A value whose first axis is that of the steps: a sequence, or an image sequence, of images L×F perhaps."""
    if value.rank < 2:
        raise UnsupportedError(f"takes {value.shape.noun}, which have no steps")
    if value.rank == 2:
        return arranged(use, value, Layout.usual(2))
    layout = Layout.usual(4, steps=True) if value.rank == 4 else Layout(IMAGE_SEQUENCE, (0, 2, 3))
    return with_sizes(use, value, value.sizes, layout)


def values_of(call: LayerCall) -> list[Value]:
    """All values that a call takes."""
    return list(values_in([*call.args, *call.kwargs.values()]))


def options_of(call: LayerCall) -> dict[str, Any]:
    """What a call says beside the values that it takes, and what is told of every call alike."""
    return {
        name: value
        for name, value in call.kwargs.items()
        if isinstance(value, bool | int | float | str) and name not in ("training", "name")
    }


def mapped_call(call: LayerCall, kind: type, change: Callable[[Any], Any]) -> LayerCall:
    """The call with each argument of a type changed, those within lists and dictionaries included."""

    def mapped(value: Any) -> Any:
        if isinstance(value, kind):
            return change(value)
        if isinstance(value, dict):
            return {name: mapped(item) for name, item in value.items()}
        return tuple(map(mapped, value)) if isinstance(value, list | tuple) else value

    return LayerCall(mapped(call.args), {name: mapped(value) for name, value in call.kwargs.items()})
