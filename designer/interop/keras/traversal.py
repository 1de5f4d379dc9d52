"""From a model's graph to blocks: layer by layer, each as soon as what it takes is there."""

from __future__ import annotations

import importlib
import pkgutil
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache

from designer.core.schema.units import plural
from designer.interop.keras import rules
from designer.interop.keras.building.builder import Builder, UnsupportedError, Use, rule_for
from designer.interop.keras.building.subnetworks import Defined, defined, mapped_call, options_of, values_of
from designer.interop.keras.building.values import Mask, Value, shape_of
from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.file.graph import Graph, Layer, LayerCall, Tensor, sizes_of, tensors_in
from designer.interop.keras.file.variables import Variables
from designer.interop.keras.import_notes import is_frozen, notes_on
from designer.interop.keras.layer.consumers import STEPS, Consumers, Key, keeps_axes
from designer.interop.keras.masks.mask_ahead import Ahead
from designer.interop.keras.masks.mask_graph import without_masks
from designer.interop.keras.masks.mask_uses import hand_on, prepared

_TAKE_STATES = ("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "RNN", "Bidirectional")


@lru_cache(maxsize=1)
def _load_rules() -> None:
    for found in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{found.name}")


class Walk:
    """The way through one graph. `prefix` goes in front of the names of a nested model's layers."""

    def __init__(self, builder: Builder, graph: Graph, variables: Variables | None, prefix: str = "") -> None:
        _load_rules()
        self.masks = without_masks(graph)
        self._builder, self._graph, self._variables, self._prefix = builder, self.masks.graph, variables, prefix
        self._values: dict[Key, list[Value]] = {}
        self._open: set[Key] = set()
        """Placeholders: any of their outputs is the one."""
        self._definitions: dict[str, Defined] = {}

    @cached_property
    def consumers(self) -> Consumers:
        """Who takes what."""
        return Consumers(self._graph)

    @cached_property
    def _places(self) -> dict[str, str]:
        return self._graph.places()

    @cached_property
    def _sizes(self) -> dict[Key, tuple[int | None, ...]]:
        """Keras's own sizes of what calls give, where the file has them: with those who take it."""
        found: dict[Key, tuple[int | None, ...]] = {}
        for layer in self._graph.layers.values():
            for call in layer.calls:
                for tensor in tensors_in([*call.args, *call.kwargs.values()]):
                    sizes = tensor.shape or (sizes_of(layer.built_for) if len(call.tensors) == 1 else None)
                    if sizes:
                        found.setdefault((tensor.layer, tensor.call), sizes)
        return found

    def give(self, layer: str, value: Value) -> None:
        """What an InputLayer gives."""
        self._values[layer, 0] = [value]

    def run(self) -> list[Value]:
        """Makes all layers; gives the model's outputs. Raises KerasError where a layer takes what there is not."""
        ready = deque(
            (layer, number)
            for layer in self._graph.layers.values()
            for number in range(len(layer.calls))
            if (layer.name, number) not in self._values
        )
        waiting: dict[Key, list[tuple[Layer, int]]] = {}  # by the first thing that is missing
        while ready:
            layer, number = ready.popleft()
            missing = self._missing(layer, number)
            if missing is None:
                self._make(layer, number)
                ready.extend(waiting.pop((layer.name, number), ()))
            else:
                waiting.setdefault(missing, []).append((layer, number))
        if waiting:
            layer, _ = next(iter(waiting.values()))[0]
            raise KerasError(f"layer {layer.name!r} takes from layers that are not there: the file is damaged")
        return [self._value(tensor) for tensor in self._graph.outputs]

    def _missing(self, layer: Layer, number: int) -> Key | None:
        """Something that a call takes and that is not there yet; None where it can be made."""
        call = layer.calls[number]
        taken = [*tensors_in([*call.args, *call.kwargs.values()]), *self.masks.sources((layer.name, number))]
        return next((key for key in map(self._key, taken) if key not in self._values), None)

    def _make(self, layer: Layer, number: int) -> None:
        """Makes a call of a layer."""
        call = layer.calls[number]
        use = self._use(layer, mapped_call(call, Tensor, self._value), number)
        self._builder.notes += notes_on(layer, call, use.label, self._builder.keras)
        learned, there = len(self._builder.learned), len(self._builder.nodes)
        self._values[layer.name, number] = self._outputs(use, (layer.name, number))
        if len(self._builder.learned) > learned and is_frozen(layer.config):
            self._builder.freeze({*list(self._builder.nodes)[there:]} & {*self._builder.learned[learned:]})

    def _key(self, tensor: Tensor) -> Key:
        """The call that gives it. Keras 2 counts those of nested models from 1: call 0 is that of its making."""
        layer = self._graph.layers.get(tensor.layer)
        if layer is None:
            raise KerasError(f"a layer takes from {tensor.layer!r}, which is not there: the file is damaged")
        first = 1 if layer.inner is not None and self._highest.get(layer.name, 0) >= len(layer.calls) else 0
        return tensor.layer, tensor.call - first

    @cached_property
    def _highest(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for layer in self._graph.layers.values():
            for call in layer.calls:
                for tensor in tensors_in([*call.args, *call.kwargs.values()]):
                    found[tensor.layer] = max(found.get(tensor.layer, 0), tensor.call)
        for tensor in self._graph.outputs:
            found[tensor.layer] = max(found.get(tensor.layer, 0), tensor.call)
        return found

    def _value(self, tensor: Tensor) -> Value:
        key = self._key(tensor)
        given = self._values.get(key, [])
        if tensor.index < len(given):
            return given[tensor.index]
        if key in self._open and given:
            return given[0]
        raise KerasError(
            f"layer {tensor.layer!r} gives {plural(len(given), 'value')}: number {tensor.index + 1} is not there"
        )

    def _use(self, layer: Layer, call: LayerCall, number: int) -> Use:
        place = self._places.get(layer.name)
        variables = self._variables.below("layers", place) if self._variables is not None and place else None
        keeps = keeps_axes(layer)  # and needs no look ahead, which long chains would make long
        sizes = None if keeps else self._sizes.get((layer.name, number))
        steps = not keeps and self.consumers.gives_to(layer, *STEPS)
        return Use(
            self._builder,
            layer,
            call,
            self._label(layer.name),
            variables,
            shape_of(sizes, steps) if sizes else None,
            not keeps and self.consumers.columns_move(layer),
            steps,
            applied,
        )

    def _label(self, name: str) -> str:
        return name if not self._prefix or name.startswith(self._prefix) else f"{self._prefix}_{name}"

    def _outputs(self, use: Use, key: Key) -> list[Value]:
        """What a call gives; where the layer has no counterpart, a placeholder stands in its place."""
        before, call = self._builder.state(), use.call
        try:
            if use.layer.class_name not in _TAKE_STATES:
                use.call = mapped_call(use.call, Value, use.plain)
            return self._with_masks(use, key)
        except UnsupportedError as error:
            why = str(error)
        except (KerasError, RecursionError, MemoryError):
            raise  # these end the import, with words of their own
        except Exception as error:  # a layer that no rule has foreseen must not take the whole model with it
            why = f"reading it ended in an error of the program ({type(error).__name__}: {str(error)[:80]})"
        self._builder.restore(before)
        use.note("unsupported", f"{use.layer.class_name[:60]}: {why}; a placeholder stands in its place", True)
        self._open.add(key)
        return [replace(use, call=mapped_call(call, Value, lambda value: replace(value, part=""))).placeholder()]

    def _with_masks(self, use: Use, key: Key) -> list[Value]:
        """What a call gives, with masks taken and handed on as in Keras. Rules know nothing of them."""
        whole = values_of(use.call)
        given = self._masks_of(key)
        masks = [*given.values(), *(value.mask for value in whole)]
        ahead = Ahead(self.consumers, self._shares(next((mask for mask in masks if mask), None)))
        values = prepared(use, whole, given, ahead)
        changed = {id(old): new for old, new in zip(whole, values, strict=True)}
        plain = use.layer.inner is None or len(use.layer.calls) > 1
        if plain:
            changed = {key: replace(value, mask=None, padding="", strange="") for key, value in changed.items()}
        use.call = mapped_call(use.call, Value, lambda value: changed[id(value)])
        made = self._shared(use) if len(use.layer.calls) > 1 else applied(use)
        self._forget_masks(use, key)
        return hand_on(use, values, made, ahead)

    def _forget_masks(self, use: Use, key: Key) -> None:
        """Keras takes the masks off what an attention with heads takes, where the file does not pass them by name."""
        if use.layer.class_name != "MultiHeadAttention" or key in self.masks.given:
            return
        call = use.layer.calls[key[1]]
        for tensor in tensors_in([*call.args, *call.kwargs.values()]):
            given = self._values[self._key(tensor)]
            given[tensor.index] = replace(given[tensor.index], mask=None, padding="")

    def _shares(self, mask: Mask | None) -> Callable[[Tensor], bool]:
        """Whether the value that a tensor is has a mask; False for one that is not there yet."""
        return lambda tensor: mask is not None and self._mask_behind(tensor) == mask

    def _mask_behind(self, tensor: Tensor) -> Mask | None:
        given = self._values.get(self._key(tensor), [])
        return given[tensor.index].mask if tensor.index < len(given) else None

    def _masks_of(self, key: Key) -> dict[str, Mask | None]:
        """The masks that the file passes to a call, where they can be read."""
        found: dict[str, Mask | None] = {}
        for name, given in self.masks.given.get(key, {}).items():
            tensors = [tensor for tensor in tensors_in(given) if not self.masks.says_nothing(tensor)]
            if not tensors:
                continue
            found[name] = self.masks.read(tensors[0], self._value) if len(tensors) == 1 else None
        return found

    def _shared(self, use: Use) -> list[Value]:
        """A layer, or a nested model, that is used several times: a group with shared weights, if it has any."""
        name = use.layer.name
        if name not in self._definitions:
            self._definitions[name] = defined(use, use.layer, values_of(use.call), use.variables)
        made = self._definitions[name]
        if not made.learns:
            return applied(use)
        if options_of(use.call) != options_of(use.layer.calls[0]):
            raise UnsupportedError("is called in several ways, which blocks with the same weights cannot be")
        return made.shared_by(use)


def applied(use: Use) -> list[Value]:
    """What a layer gives, by the rule for its class. Raises UnsupportedError where there is none."""
    if not values_of(use.call):
        raise UnsupportedError("takes no value")
    if use.layer.inner is not None:
        return _inlined(use, use.layer.inner)
    use.begin()
    made = _by_rule(use)
    use.tell_unread()
    return made


def _by_rule(use: Use) -> list[Value]:
    rule = rule_for(use.layer)
    if rule is None:
        raise UnsupportedError("there is no block for it")
    made = rule(use)
    return made if isinstance(made, list) else [made]


def _inlined(use: Use, inner: Graph) -> list[Value]:
    """The layers of a nested model, in the same network."""
    walk = Walk(use.builder, inner, use.variables, use.label)
    inputs = _in_order_of_inputs(use, inner)
    if len(inputs) != len(inner.inputs):
        raise UnsupportedError(f"takes {plural(len(inputs), 'value')}, but has {plural(len(inner.inputs), 'input')}")
    for tensor, value in zip(inner.inputs, inputs, strict=True):
        walk.give(tensor.layer, value)
    return walk.run()


def _in_order_of_inputs(use: Use, inner: Graph) -> list[Value]:
    """What a nested model takes; out of a dictionary by the names of its inputs."""
    given = use.call.args[0] if len(use.call.args) == 1 else None
    if not isinstance(given, dict):
        return use.given
    missing = [key for key in inner.keys if not isinstance(given.get(key), Value)]
    if missing:
        raise UnsupportedError(f"takes a dictionary without {missing[0][:40]!r}, which is one of its inputs")
    return [given[key] for key in inner.keys]
