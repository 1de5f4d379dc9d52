"""A model as layers and the calls of them: the same for Keras 2 and 3, Sequential and functional."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from designer.interop.keras.file.errors import KerasError

MODELS = ("Functional", "Sequential", "Model")
MAX_LAYERS = 20_000
_TENSOR = "__keras_tensor__"


@dataclass(frozen=True)
class Tensor:
    """What a call of a layer gives: the layer's name, which call, which of its outputs, and Keras's own shape."""

    layer: str
    call: int = 0
    index: int = 0
    shape: tuple[int | None, ...] | None = None
    """Without the batch axis; None where the file does not say."""


@dataclass(frozen=True)
class LayerCall:
    """A use of a layer. The arguments hold Tensors, in lists or dictionaries perhaps, beside plain values."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)

    @property
    def tensors(self) -> list[Tensor]:
        """The values that it takes by position."""
        return list(tensors_in(self.args))


@dataclass(frozen=True)
class Layer:
    """A layer: its class, its configuration and its calls. A nested model has its layers in `inner`."""

    name: str
    class_name: str
    config: dict[str, Any]
    calls: tuple[LayerCall, ...] = ()
    inner: Graph | None = None
    is_operation: bool = False
    """One of keras.ops, or of TensorFlow: it has no weights and no place among the layers."""
    built_for: Any = None
    """The shape that the layer was built for, with the batch axis, where the file says so."""

    @property
    def place(self) -> str:
        """The class as the weights' file spells it: conv2d, re_lu."""
        plain = re.sub(r"\W+", "", self.class_name)
        return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", plain)).lower()


@dataclass(frozen=True)
class Graph:
    """A model. `inputs` are the tensors of its InputLayers, `outputs` what it gives."""

    name: str
    layers: dict[str, Layer]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    keys: tuple[str, ...] = ()
    """What each input is called where the model is called with a dictionary."""

    def places(self) -> dict[str, str]:
        """Where the weights of each layer are: the class, numbered where there are several."""
        used: dict[str, int] = {}
        found = {}
        for layer in self.layers.values():
            if not layer.is_operation:
                number = used.get(layer.place, 0)
                used[layer.place] = number + 1
                found[layer.name] = f"{layer.place}_{number}" if number else layer.place
        return found


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors of an argument, those within lists and dictionaries included."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(item)


def graph_of(data: dict[str, Any]) -> Graph:
    """The model of a configuration. Raises KerasError for what is none, or is defined by code alone."""
    try:
        return _model(data)
    except RecursionError:
        raise KerasError("the models are nested too deeply") from None


def layer_of(data: Any) -> Layer:
    """A layer that another one holds in its configuration: that of a TimeDistributed, say."""
    return _layer(data, {}, "a layer within another one")


def _model(data: dict[str, Any]) -> Graph:
    class_name, config = data.get("class_name"), data.get("config")
    if class_name not in MODELS:
        raise KerasError(f"{str(class_name)[:60]!r} is a model that only its code describes: expected {_kinds()}")
    if class_name == "Sequential":
        return _sequential(config)
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        raise KerasError(f"a {class_name} has no list of layers: only {_kinds()} models are described by data")
    return _functional(config)


def _kinds() -> str:
    return "a Sequential or a functional one"


def _layers(items: list[Any], where: str) -> list[Any]:
    if len(items) > MAX_LAYERS:
        raise KerasError(f"{where} has {len(items)} layers: more than {MAX_LAYERS}")
    return items


def _sequential(config: Any) -> Graph:
    """A chain; Keras 2 wrote it as a bare list once, and put the input's shape into the first layer."""
    items = config if isinstance(config, list) else config.get("layers") if isinstance(config, dict) else None
    if not isinstance(items, list):
        raise KerasError("a Sequential has no list of layers")
    name = str(config.get("name", "sequential")) if isinstance(config, dict) else "sequential"
    layers: dict[str, Layer] = {}
    before: Tensor | None = None
    for item in _layers(items, f"Sequential {name!r}"):
        layer = _layer(item, {}, f"Sequential {name!r}")
        if before is None:
            first = _first_of(layer, config, name)
            layers[first.name], before = first, Tensor(first.name)
        if layer.class_name != "InputLayer":
            _add(layers, Layer(**{**vars(layer), "calls": (LayerCall((before,)),)}))
            before = Tensor(layer.name)
    if before is None:
        raise KerasError(f"Sequential {name!r} has no layers")
    return Graph(name, layers, (Tensor(next(iter(layers))),), (before,))


def _first_of(layer: Layer, config: Any, name: str) -> Layer:
    """The InputLayer of a chain; made where the file has the shape in another place."""
    if layer.class_name == "InputLayer":
        return Layer(**{**vars(layer), "calls": (LayerCall(()),)})
    shape = _first_shape(layer)
    if shape is None and isinstance(config, dict):
        shape = config.get("build_input_shape") or layer.built_for
    if not isinstance(shape, list):
        raise KerasError(f"Sequential {name!r} does not say what shape it takes: build it before it is saved")
    dtype = "int32" if layer.class_name == "Embedding" else "float32"
    made = f"{layer.name}_input"
    return Layer(made, "InputLayer", {"name": made, "batch_shape": shape, "dtype": dtype}, (LayerCall(()),))


def _first_shape(layer: Layer) -> Any:
    if layer.inner is not None:
        first = layer.inner.layers[layer.inner.inputs[0].layer]
        return first.config.get("batch_shape") or first.config.get("batch_input_shape")
    return layer.config.get("batch_input_shape") or layer.config.get("batch_shape")


def _functional(config: dict[str, Any]) -> Graph:
    name = str(config.get("name", "model"))
    items = _layers(config["layers"], f"model {name!r}")
    names = {str(item["name"]): "" for item in items if isinstance(item, dict) and "name" in item}
    layers: dict[str, Layer] = {}
    for item in items:
        _add(layers, _layer(item, names, f"model {name!r}"))
    inputs, outputs = (tuple(_ends(config.get(key), layers, key)) for key in ("input_layers", "output_layers"))
    if not inputs or not outputs:
        raise KerasError(f"model {name!r} names no inputs or no outputs")
    return Graph(name, layers, inputs, outputs, _keys(config.get("input_layers"), inputs))


def _keys(value: Any, inputs: tuple[Tensor, ...]) -> tuple[str, ...]:
    """Those that the file has, or else the names of the InputLayers."""
    return tuple(map(str, sorted(value))) if isinstance(value, dict) else tuple(tensor.layer for tensor in inputs)


def _add(layers: dict[str, Layer], layer: Layer) -> None:
    if layer.name in layers:
        raise KerasError(f"two layers are called {layer.name!r}: the file is damaged")
    layers[layer.name] = layer


def _ends(value: Any, layers: dict[str, Layer], key: str) -> Iterator[Tensor]:
    """The tensors that `input_layers` and `output_layers` name: one, a list of them, or a dictionary.

    Keras goes through dictionaries in the order of their keys, whatever that of the file.
    """
    items = [value[name] for name in sorted(value)] if isinstance(value, dict) else value
    if _is_reference(items):
        items = [items]
    for item in items if isinstance(items, list) else []:
        if not _is_reference(item) or item[0] not in layers:
            raise KerasError(f"{key}: expected names of layers, got {str(item)[:60]}")
        yield Tensor(item[0], *_numbers(item))


def _is_reference(value: Any) -> bool:
    """["conv1", 0, 0]."""
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str)


def _numbers(item: list[Any]) -> tuple[int, int]:
    call, index = item[1], item[2]
    if not all(isinstance(number, int) and 0 <= number < MAX_LAYERS for number in (call, index)):
        raise KerasError(f"expected the name of a layer with two numbers, got {str(item)[:60]}")
    return call, index


def _layer(item: Any, names: dict[str, str], where: str) -> Layer:
    if not isinstance(item, dict) or not isinstance(item.get("class_name"), str):
        raise KerasError(f"{where}: a layer is no object with a class_name: the file is damaged")
    class_name, config = item["class_name"], item.get("config")
    inner = _model(item) if class_name in MODELS else None
    if not isinstance(config, dict):
        config = {"name": inner.name} if inner else {}
    name = str(item.get("name") or config.get("name") or class_name.lower())
    module = str(item.get("module") or "")
    nodes = item.get("inbound_nodes") or []
    if not isinstance(nodes, list):
        raise KerasError(f"layer {name!r}: inbound_nodes: expected a list")
    calls = tuple(_call(node, names, name) for node in nodes)
    if class_name == "InputLayer":
        calls = (LayerCall(()),)
    operation = ".ops." in module or class_name in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
    return Layer(name, class_name, config, calls, inner, operation, _built_for(item))


def _built_for(item: dict[str, Any]) -> Any:
    built = item.get("build_config")
    return built.get("input_shape") if isinstance(built, dict) else None


def _call(node: Any, names: dict[str, str], layer: str) -> LayerCall:
    """A use of a layer: Keras 3 has args and kwargs, Keras 2 a list of [layer, call, output, kwargs]."""
    if isinstance(node, dict) and node and all(map(_is_reference, node.values())):
        return LayerCall(({str(key): Tensor(item[0], *_numbers(item)) for key, item in node.items()},))
    if isinstance(node, dict):
        args, kwargs = node.get("args", []), node.get("kwargs", {})
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise KerasError(f"layer {layer!r}: inbound_nodes: expected args and kwargs")
        return _by_place(list(map(_tensors, args)), {str(key): _tensors(value) for key, value in kwargs.items()})
    items = [node] if _is_reference(node) else node
    if not isinstance(items, list) or not all(_is_reference(item) for item in items):
        raise KerasError(f"layer {layer!r}: inbound_nodes: expected lists of layers")
    found = [Tensor(item[0], *_numbers(item)) for item in items]
    kwargs = items[0][3] if items and len(items[0]) > 3 and isinstance(items[0][3], dict) else {}
    return LayerCall((*found,), {str(key): _named_tensors(value, names) for key, value in kwargs.items()})


_FIRST = ("inputs", "sequences", "x")
"""What Keras calls the argument that every layer takes first."""


def _by_place(args: list[Any], kwargs: dict[str, Any]) -> LayerCall:
    """A call whose first argument stands in its place, also where it was given by its name: Dense(3)(inputs=x)."""
    named = next((name for name in _FIRST if name in kwargs), None) if not args else None
    if named is not None:
        args = [kwargs[named]]
    return LayerCall(tuple(args), {name: value for name, value in kwargs.items() if name != named})


def _tensors(value: Any) -> Any:
    """An argument of Keras 3, with Tensors where it writes objects for them."""
    if isinstance(value, list):
        return [_tensors(item) for item in value]
    if isinstance(value, dict) and "class_name" not in value:
        return {str(key): _tensors(item) for key, item in value.items()}
    if not isinstance(value, dict) or value.get("class_name") != _TENSOR:
        return value
    config = value.get("config")
    history = config.get("keras_history") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(history, list) or not _is_reference(history):
        raise KerasError("a tensor does not say which layer gives it: the file is damaged")
    return Tensor(history[0], *_numbers(history), sizes_of(config.get("shape")))


def sizes_of(shape: Any) -> tuple[int | None, ...] | None:
    """A shape of Keras without its batch axis; None for what is none."""
    if not isinstance(shape, list | tuple) or len(shape) < 1:
        return None
    sizes = tuple(shape[1:])
    return sizes if all(size is None or (isinstance(size, int) and size > 0) for size in sizes) else None


def _named_tensors(value: Any, names: dict[str, str]) -> Any:
    """An argument of Keras 2, where a list that begins with a layer's name is a tensor."""
    if _is_reference(value) and value[0] in names:
        return Tensor(value[0], *_numbers(value))
    return [_named_tensors(item, names) for item in value] if isinstance(value, list) else value
