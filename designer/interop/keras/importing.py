"""A file of Keras as a design: its network, the settings that it was compiled with, its weights, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from designer.blocks.cell_state import CellState
from designer.core.edits.placed_edits import settled
from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, block_of
from designer.core.graph.registry import find
from designer.core.graph.roles import InputBlock, OutputBlock
from designer.core.graph.settings import About
from designer.core.inference.infer import infer
from designer.core.schema.limits import TooMuchError
from designer.core.schema.shape import Size, features
from designer.core.storage.files import expect_that_it_fits
from designer.core.validation.check_data import against_data, against_inputs
from designer.data import sources
from designer.interop.keras.building.axes import usual
from designer.interop.keras.building.builder import Builder, Use
from designer.interop.keras.building.values import IMAGE_SEQUENCE, Layout, Value
from designer.interop.keras.file.archive import ModelSource, read
from designer.interop.keras.file.errors import KerasError, UnsupportedError
from designer.interop.keras.file.graph import Layer, LayerCall, graph_of, sizes_of
from designer.interop.keras.file.variables import Array
from designer.interop.keras.layer.consumers import STEPS, Consumers
from designer.interop.keras.layer.defaults import shown
from designer.interop.keras.layer.settings import LayerSettings
from designer.interop.keras.masks.mask_uses import for_the_loss
from designer.interop.keras.training.losses import Compiled
from designer.interop.keras.traversal import Walk
from designer.interop.report import ImportNote

IMAGE_SIZE = 224
"""Height and width where Keras leaves them open; those of ImageNet's usual crops."""


@dataclass(frozen=True)
class Imported:
    """What became of a model. `arrays` are its weights by the names of the network's state_dict, if it has any."""

    design: Design
    notes: tuple[ImportNote, ...]
    arrays: Mapping[str, Array]


def import_keras(path: Path) -> Imported:
    """The design of a `.keras` file or of a configuration as JSON. Raises KerasError; runs nothing of the file."""
    try:
        return _imported(read(path))
    except RecursionError:
        raise KerasError("the models are nested too deeply, or their chains of activations are too long") from None
    except MemoryError:
        raise KerasError(
            "it takes more memory than there is: close other programs, or import it on a larger machine"
        ) from None


def _imported(source: ModelSource) -> Imported:
    graph = graph_of(source.config)
    builder = Builder(_major_version(source.config))
    walk = Walk(builder, graph, source.variables)
    for tensor in graph.inputs:
        layer = graph.layers[tensor.layer]
        walk.give(tensor.layer, _input(builder, layer, walk.consumers, tensor.layer in walk.masks.inputs))
    outputs = walk.run()
    compiled = Compiled(builder, source.config)
    for number, (tensor, value) in enumerate(zip(graph.outputs, outputs, strict=True)):
        _output(builder, value, compiled, tensor.layer, number)
    try:
        network = Network.of(builder.nodes.values())
    except NetworkError as error:
        raise KerasError(f"the layers make no network: {error}") from None
    training = compiled.training().model_copy(update={"carry_states": True} if builder.stateful else {})
    design = Design(network, training=training, about=About(title=_title(graph.name)))
    try:
        expect_that_it_fits(design)
    except TooMuchError as error:
        raise KerasError(f"the model is too large to be drawn: {error}") from None
    _tell_of_the_whole(builder, network)
    return Imported(settled(_with_data(design)), tuple(builder.notes), builder.arrays)


def _with_data(design: Design) -> Design:
    """No data, where those of a new design do not suit: the file does not say which the model had."""
    usual_data, inference = sources.info(design.data.source), infer(design.network)
    judged = against_inputs if inference.problems else against_data  # where shapes are lacking, Inputs have theirs
    if usual_data is None or not judged(design, inference, usual_data):
        return design
    return replace(design, data=DataSettings(source=NO_DATA))


def _major_version(config: Mapping[str, Any]) -> int:
    version = str(config.get("keras_version", "3"))
    return 2 if version[:1] == "2" or "registered_name" not in config else 3


def _title(name: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    return plain[:120]


def _input(builder: Builder, layer: Layer, consumers: Consumers, is_mask: bool) -> Value:
    """An Input. Sequences may vary in length; images whose size is open get one; a mask is one of tokens, 0 and 1."""
    raw = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
    if not isinstance(raw, list) or len(raw) < 2 or sizes_of(raw) is None:
        raise KerasError(f"input {layer.name!r}: its shape is {str(raw)[:60]}: expected the batch and one axis or more")
    for option, value in LayerSettings(layer).unread():
        why = f"its {option} ({shown(value)}) has no counterpart: here it is a tensor that is always given"
        builder.notes.append(ImportNote(layer.name, "dropped", why))
    sizes: list[Size] = list(raw[1:])
    if len(sizes) > 4:
        raise KerasError(f"input {layer.name!r}: its shape {raw} has {len(sizes)} axes: at most four are possible")
    layout = Layout(("L",), (0,)) if is_mask and len(sizes) == 1 else _layout_of(layer, sizes, consumers)
    steps = layout.names[0] == "L"
    pixels = [axis for axis, place in enumerate(layout.places) if layout.names[place] in "DHW"]
    if any(sizes[axis] is None for axis in pixels):
        builder.notes.append(
            ImportNote(layer.name, "changed", f"the size of its images is open: {IMAGE_SIZE} is taken here")
        )
        sizes = [size or IMAGE_SIZE if axis in pixels else size for axis, size in enumerate(sizes)]
    if None in sizes[steps:]:
        raise KerasError(f"input {layer.name!r}: its shape {raw} leaves open how many features there are")
    shape = layout.shape(tuple(sizes))
    if shape.names == IMAGE_SEQUENCE and len(sizes) == 3:
        why = (
            f"sub-sequences of unknown number are images of one channel here, {shape}: data for it must be laid out so"
        )
        builder.notes.append(ImportNote(layer.name, "changed", why))
    axes = {IMAGE_SEQUENCE: "image_sequence", ("L",): "tokens"}.get(shape.names, "usual")
    block_class = find("input")
    assert block_class is not None
    try:
        block = block_class.model_validate({"sizes": list(shape.sizes), "axes": axes})
    except ValidationError:
        raise KerasError(f"input {layer.name!r}: its shape {raw} is too large") from None
    name = builder.free_name(layer.name)
    builder.put(name, block, ())
    return Value(name, shape, turned=layout.places)


def _layout_of(layer: Layer, sizes: list[Size], consumers: Consumers) -> Layout:
    """What the axes of an input are, by those who take it."""
    if len(sizes) == 1 and consumers.gives_to(layer, "Embedding"):
        return Layout(("L",), (0,))
    steps = len(sizes) >= 3 and consumers.gives_to(layer, *STEPS)
    if steps and len(sizes) == 3 and sizes[0] is None:
        return Layout(IMAGE_SEQUENCE, (0, 2, 3))
    return Layout.usual(len(sizes), steps)


def _output(builder: Builder, value: Value, compiled: Compiled, layer: str, number: int) -> None:
    """An Output for what the model gives, its axes as usual; the states of recurrent layers as features."""
    value = _usual(builder, value, layer)
    name = block_of(value.ref)
    if value.part:
        value = Value(name, features(value.shape.last)) if value.part == "h" else _cell_state(builder, value)
    last = builder.nodes[name].block.params()
    softmax = "softmax" in (last.get("activation"), last.get("function"))
    value = for_the_loss(builder, value, lambda why: builder.notes.append(ImportNote(layer, "changed", why)))
    block = compiled.output(value.shape, layer, number, softmax)
    builder.put(builder.free_name("output"), block, (value.ref,))


def _usual(builder: Builder, value: Value, layer: str) -> Value:
    """The value as usual; where its length varies, as it lies, which is told."""
    try:
        return usual(Use(builder, Layer(layer, "Output", {}), LayerCall(()), layer, None), value)
    except UnsupportedError:
        why = f"what the model gives has its axes in another order than in Keras: {value.shape.letters}"
        builder.notes.append(ImportNote(layer, "changed", why))
        return value


def _cell_state(builder: Builder, value: Value) -> Value:
    name = builder.free_name("cell_state")
    builder.put(name, CellState(), (value.ref,))
    return Value(name, features(value.shape.last))


def _tell_of_the_whole(builder: Builder, network: Network) -> None:
    """What holds for every model with images, and for every one without weights."""
    found = infer(network)
    ends: list[str | None] = [node.id for node, _ in network.of_type(InputBlock)]
    ends += [node.inputs[0] for node, _ in network.of_type(OutputBlock)]
    shapes = [found.shape(block_of(ref)) for ref in ends if ref is not None]
    if any(shape is not None and "C" in shape.names for shape in shapes):
        why = "images are channels first here (C×H×W), where Keras has them last: data for it must be turned"
        builder.notes.append(ImportNote("", "changed", why))
    if builder.learned and not builder.arrays:
        why = "the weights begin as torch begins them, not by Keras's initializers"
        builder.notes.append(ImportNote("", "changed", why))
    builder.notes[:] = list(dict.fromkeys(builder.notes))
