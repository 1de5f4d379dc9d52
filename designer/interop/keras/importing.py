"""A file of Keras as a design: its network, the settings that it was compiled with, its weights, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from designer.blocks.cell_state import CellState
from designer.core.arrange import settled
from designer.core.design import Design
from designer.core.inference import infer
from designer.core.network import Network, NetworkError
from designer.core.registry import find
from designer.core.settings import About
from designer.core.shape import Size, features
from designer.interop.keras.archive import Source, read
from designer.interop.keras.compiling import Compiled
from designer.interop.keras.consumers import Consumers
from designer.interop.keras.errors import KerasError
from designer.interop.keras.graph import Layer, graph_of, sizes_of
from designer.interop.keras.making import Making
from designer.interop.keras.masks import for_the_loss
from designer.interop.keras.values import Value, shape_of
from designer.interop.keras.variables import Array
from designer.interop.keras.walking import Walk
from designer.interop.report import Note

IMAGE_SIZE = 224
"""Height and width where Keras leaves them open; those of ImageNet's usual crops."""


@dataclass(frozen=True)
class Imported:
    """What became of a model. `arrays` are its weights by the names of the network's state_dict, if it has any."""

    design: Design
    notes: tuple[Note, ...]
    arrays: Mapping[str, Array]


def import_keras(path: Path) -> Imported:
    """The design of a `.keras` file or of a configuration as JSON. Raises KerasError; runs nothing of the file."""
    source = read(path)
    try:
        return _imported(source)
    except RecursionError:
        raise KerasError("the models are nested too deeply, or their chains of activations are too long") from None


def _imported(source: Source) -> Imported:
    graph = graph_of(source.config)
    making = Making(_major_version(source.config))
    walk = Walk(making, graph, source.variables)
    for tensor in graph.inputs:
        layer = graph.layers[tensor.layer]
        walk.give(tensor.layer, _input(making, layer, walk.consumers, tensor.layer in walk.masks.inputs))
    outputs = walk.run()
    compiled = Compiled(making, source.config)
    for number, (tensor, value) in enumerate(zip(graph.outputs, outputs, strict=True)):
        _output(making, value, compiled, tensor.layer, number)
    try:
        network = Network.of(making.nodes.values())
    except NetworkError as error:
        raise KerasError(f"the layers make no network: {error}") from None
    design = Design(network, training=compiled.training(), about=About(title=_title(graph.name)))
    _tell_of_the_whole(making, network)
    return Imported(settled(design), tuple(making.notes), making.arrays)


def _major_version(config: Mapping[str, Any]) -> int:
    version = str(config.get("keras_version", "3"))
    return 2 if version[:1] in ("1", "2") or "registered_name" not in config else 3


def _title(name: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    return plain[:120]


def _input(making: Making, layer: Layer, consumers: Consumers, is_mask: bool) -> Value:
    """An Input. Sequences may vary in length; images whose size is open get one; a mask is one of tokens, 0 and 1."""
    raw = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
    if not isinstance(raw, list) or len(raw) < 2 or sizes_of(raw) is None:
        raise KerasError(f"input {layer.name!r}: its shape is {str(raw)[:60]}: expected the batch and one axis or more")
    sizes: list[Size] = list(raw[1:])
    steps = len(sizes) == 4 and consumers.gives_to(layer, "TimeDistributed")
    tokens = len(sizes) == 1 and (is_mask or consumers.gives_to(layer, "Embedding"))
    first = 1 if len(sizes) == 2 or steps or tokens else 0
    if None in sizes[first:-1] and len(sizes) > 2:
        making.notes.append(Note(layer.name, "changed", f"the size of its images is open: {IMAGE_SIZE} is taken here"))
        sizes[first:-1] = [size or IMAGE_SIZE for size in sizes[first:-1]]
    if None in sizes[first:]:
        raise KerasError(f"input {layer.name!r}: its shape {raw} leaves open how many features there are")
    shape = shape_of(tuple(sizes), steps)
    if shape is None:
        raise KerasError(f"input {layer.name!r}: its shape {raw} has {len(sizes)} axes: at most four are possible")
    axes = "image_sequence" if steps else "tokens" if tokens else "usual"
    block_class = find("input")
    assert block_class is not None
    try:
        block = block_class.model_validate({"sizes": list(shape.sizes), "axes": axes})
    except ValidationError:
        raise KerasError(f"input {layer.name!r}: its shape {raw} is too large") from None
    name = making.free_name(layer.name)
    making.put(name, block, ())
    return Value(name, block.output_shape())


def _output(making: Making, value: Value, compiled: Compiled, layer: str, number: int) -> None:
    """An Output for what the model gives; the states of recurrent layers as features."""
    name = value.ref.partition(".")[0]
    if value.part:
        value = Value(name, features(value.shape.last)) if value.part == "h" else _cell_state(making, value)
    last = making.nodes[name].block.params()
    softmax = "softmax" in (last.get("activation"), last.get("function"))
    value = for_the_loss(making, value, lambda why: making.notes.append(Note(layer, "changed", why)))
    block = compiled.output(value.shape, layer, number, softmax)
    making.put(making.free_name("output"), block, (value.ref,))


def _cell_state(making: Making, value: Value) -> Value:
    name = making.free_name("cell_state")
    making.put(name, CellState(), (value.ref,))
    return Value(name, features(value.shape.last))


def _tell_of_the_whole(making: Making, network: Network) -> None:
    """What holds for every model with images, and for every one without weights."""
    results = infer(network).results.values()
    if any(result.shape is not None and "C" in result.shape.names for result in results):
        why = "images are channels first here (C×H×W), where Keras has them last: data for it must be turned"
        making.notes.append(Note("", "changed", why))
    if making.learned and not making.arrays:
        why = "the weights begin as torch begins them, not by Keras's initializers"
        making.notes.append(Note("", "changed", why))
    making.notes[:] = list(dict.fromkeys(making.notes))
