"""The masks that a file passes to layers, and the operations that make them: apart from the layers themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from designer.interop.keras.building.values import Mask, Value
from designer.interop.keras.file.graph import Graph, Layer, LayerCall, Tensor, tensors_in

Key = tuple[str, int]
_HAND_ON = ("Any", "ExpandDims", "Squeeze", "Cast", "BroadcastTo", "Copy")
"""Operations behind which a mask says the same of every step."""
_OF_TENSORFLOW = {"math.not_equal": "NotEqual", "cast": "Cast", "expand_dims": "ExpandDims", "math.reduce_any": "Any"}
"""What Keras 2 calls them, which writes TensorFlow's functions."""
_JOIN = ("LogicalOr", "LogicalAnd", "Concatenate")
"""Those that say the same where all that they take does."""


@dataclass(frozen=True)
class MaskGraph:
    """A model without the ways of its masks. `given` has them, by the call of a layer and the argument's name."""

    graph: Graph
    given: dict[Key, dict[str, Any]]
    apart: dict[str, Layer]
    """Operations that only make masks."""
    inputs: frozenset[str]
    """InputLayers that only give masks."""
    known: dict[Tensor, Mask | None] = field(default_factory=dict)
    """The masks that have been read."""

    def sources(self, key: Key) -> list[Tensor]:
        """What the masks of a call are made of."""
        given = [tensor for value in self.given.get(key, {}).values() for tensor in tensors_in(value)]
        return [tensor for tensor in self._behind(given) if tensor.layer not in self.apart]

    def _behind(self, tensors: Iterable[Tensor]) -> list[Tensor]:
        """The tensors, and all that operations of masks make them of: each once, as ways may meet again."""
        found = dict.fromkeys(tensors)
        waiting = list(found)
        while waiting:
            operation = self.apart.get(waiting.pop().layer)
            for call in operation.calls if operation else ():
                new = [item for item in tensors_in([*call.args, *call.kwargs.values()]) if item not in found]
                found |= dict.fromkeys(new)
                waiting += new
        return list(found)

    def read(self, tensor: Tensor, value_of: Callable[[Tensor], Value]) -> Mask | None:
        """The mask that a tensor is; None where it says more than which steps differ from a number."""
        if tensor not in self.known:
            self.known[tensor] = None  # what is made of itself says nothing
            self.known[tensor] = self._read(tensor, value_of)
        return self.known[tensor]

    def _read(self, tensor: Tensor, value_of: Callable[[Tensor], Value]) -> Mask | None:
        operation = self.apart.get(tensor.layer)
        if operation is None:
            return _of_value(value_of(tensor), 0.0, tensor.layer)
        call = operation.calls[0]
        taken = list(tensors_in([*call.args, *call.kwargs.values()]))
        name = _name_of(operation)
        if name == "NotEqual" and len(taken) == 1 and taken[0].layer not in self.apart:
            numbers = [item for item in (*call.args, *call.kwargs.values()) if isinstance(item, int | float)]
            return _of_value(value_of(taken[0]), float(numbers[0]), f"{taken[0].layer}_mask") if numbers else None
        if name in (*_HAND_ON, *_JOIN):
            found = {self.read(item, value_of) for item in taken if not self._is_filler(item)}
            return found.pop() if len(found) == 1 and (len(taken) == 1 or name in _JOIN) else None
        return None

    def says_nothing(self, tensor: Tensor) -> bool:
        """Whether every step counts: Keras joins a mask with ones for a value that has none."""
        made_of = (self.apart.get(item.layer) for item in self._behind([tensor]))
        return any(operation is not None and operation.class_name == "OnesLike" for operation in made_of)

    def _is_filler(self, tensor: Tensor) -> bool:
        """Keras ors a mask with zeros to give it the axes of what it is of."""
        operation = self.apart.get(tensor.layer)
        return operation is not None and operation.class_name == "ZerosLike"


def _name_of(operation: Layer) -> str:
    return _OF_TENSORFLOW.get(str(operation.config.get("function")), operation.class_name)


def _of_value(value: Value, number: float, label: str) -> Mask | None:
    return Mask(value.ref, value.shape, number, label) if value.shape.names[:1] == ("L",) else None


def without_masks(graph: Graph) -> MaskGraph:
    """Takes masks, and what makes nothing but masks, out of a graph."""
    alone = _making_masks_alone(graph)
    given: dict[Key, dict[str, Any]] = {}
    layers: dict[str, Layer] = {}
    for layer in graph.layers.values():
        if layer.name in alone and layer.is_operation:
            continue
        calls = []
        for number, call in enumerate(layer.calls):
            kept, masks = _parted(call)
            calls.append(kept)
            if masks:
                given[layer.name, number] = masks
        layers[layer.name] = replace(layer, calls=tuple(calls))
    apart = {name: graph.layers[name] for name in alone if graph.layers[name].is_operation}
    inputs = frozenset(name for name in alone if name not in apart)
    return MaskGraph(replace(graph, layers=layers), given, apart, inputs)


def _parted(call: LayerCall) -> tuple[LayerCall, dict[str, Any]]:
    """A call without its masks, and these."""
    masks = {name: value for name, value in call.kwargs.items() if _is_mask(name, value)}
    return LayerCall(call.args, {name: value for name, value in call.kwargs.items() if name not in masks}), masks


def _is_mask(name: str, value: Any) -> bool:
    return name.endswith("mask") and any(True for _ in tensors_in(value))


def _making_masks_alone(graph: Graph) -> set[str]:
    """Operations and InputLayers all of whose takers take them as masks, or make masks of them."""
    taken: set[str] = set()
    wanted: dict[str, list[str]] = {"": [tensor.layer for tensor in graph.outputs]}
    for layer in graph.layers.values():
        for call in layer.calls:
            for name, value in (*(("", item) for item in call.args), *call.kwargs.items()):
                givers = [tensor.layer for tensor in tensors_in(value)]
                taken.update(givers)
                if not _is_mask(name, value):
                    wanted.setdefault(layer.name, []).extend(givers)
    found = {
        layer.name
        for layer in graph.layers.values()
        if layer.name in taken and (layer.is_operation or layer.class_name == "InputLayer")
    }
    waiting = [taker for taker in wanted if taker not in found]  # who takes no mask, and so gives none
    while waiting:
        wrong = found.intersection(wanted.get(waiting.pop(), ()))
        found -= wrong
        waiting += wrong
    return found
