"""Every rule on every kind of value: what layers of Keras there are to try, and what becomes of them here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from designer.core.graph.block import UnknownBlock
from designer.core.graph.network import Network
from designer.interop.keras.importing import Imported
from tests.interop.models import imported, keras, with_chance_weights
from tests.interop.outputs import outputs_of

layers, ops = keras.layers, keras.ops
Try = tuple[str, Callable[[Any], Any]]


def of_shape(rank: int, sizes: tuple[int | None, ...]) -> Iterator[Try]:
    """What changes only the shape, by any axis."""
    count = int(np.prod([size or 1 for size in sizes]))
    yield "flatten", layers.Flatten()
    yield "flatten first", layers.Flatten(data_format="channels_first")
    targets = [(-1, *sizes[1:]), (-1, int(np.prod(sizes[1:])))]
    if None not in sizes:
        targets += [(-1,), (2, -1), (sizes[0], -1), (-1, sizes[-1]), (1, -1, 2), (2, 3, -1), (1, 2, -1, 3)]
        yield "ops.reshape", lambda x: ops.reshape(x, (-1, count))
        yield "ops.reshape 2", lambda x: ops.reshape(x, (-1, 2, count // 2))
        yield "ops.reshape image", lambda x: ops.reshape(x, (-1, count // 6, 2, 3))
        yield "ops.reshape batch", lambda x: ops.reshape(x, (-1, count // 2))
    for target in targets:
        if count % -int(np.prod(target)) == 0:
            yield f"reshape {target}", layers.Reshape(target)
    for dims in itertools.permutations(range(1, rank + 1)):
        yield f"permute {dims}", layers.Permute(dims)
        yield f"ops.transpose {dims}", lambda x, dims=dims: ops.transpose(x, (0, *dims))
    yield "repeat", layers.RepeatVector(3)
    for axis in (*range(1, rank + 2), -1, -2):
        yield f"ops.expand_dims {axis}", lambda x, axis=axis: ops.expand_dims(x, axis)
        yield f"expand, squeeze {axis}", lambda x, axis=axis: ops.squeeze(ops.expand_dims(x, axis), axis)
    yield "ops.squeeze", lambda x: ops.squeeze(ops.expand_dims(x, 1))
    yield "ops.moveaxis", lambda x: ops.moveaxis(x, 1, -1)
    yield "ops.swapaxes", lambda x: ops.swapaxes(x, 1, -1)
    yield "ops.flip", lambda x: ops.flip(x, 1)
    yield "ops.get_item", lambda x: x[:, 1:]


def _axes(rank: int) -> list[Any]:
    single = [*range(1, rank + 1), -1]
    return [*single, *(list(pair) for size in (2, 3, 4) for pair in itertools.combinations(range(1, rank + 1), size))]


def over_axes(rank: int, sizes: tuple[int | None, ...]) -> Iterator[Try]:
    """What normalises, joins or reduces along axes."""
    for axis in _axes(rank):
        wide = [sizes[number - 1 if number > 0 else number] for number in (axis if isinstance(axis, list) else [axis])]
        many = axis if isinstance(axis, list) else [axis]
        yield f"softmax {axis}", layers.Softmax(axis=axis)
        yield f"layer norm {axis}", layers.LayerNormalization(axis=axis)
        yield f"layer norm without scale {axis}", layers.LayerNormalization(axis=axis, scale=False)
        if len(many) < 3:
            yield f"ops.mean {axis}", lambda x, axis=axis: ops.mean(x, axis)
            yield f"ops.max {axis} kept", lambda x, axis=axis: ops.max(x, axis, keepdims=True)
        if None not in wide:
            random = np.random.default_rng(len(wide))
            known = {"mean": random.normal(size=wide), "variance": random.uniform(0.5, 2, wide)}
            yield f"normalization {axis}", layers.Normalization(axis, **known)
            yield f"normalization undone {axis}", layers.Normalization(axis, invert=True, **known)
        if not isinstance(axis, list):
            yield f"batch norm {axis}", layers.BatchNormalization(axis=axis)
            yield f"group norm {axis}", layers.GroupNormalization(-1 if wide == [None] else 1, axis=axis)
            yield f"rms norm {axis}", layers.RMSNormalization(axis=axis)
            yield f"layer norm without centre {axis}", layers.LayerNormalization(axis=axis, center=False)
            yield f"unit norm {axis}", layers.UnitNormalization(axis=axis)
            yield f"ops.sum {axis}", lambda x, axis=axis: ops.sum(x, axis)
            yield f"concatenate {axis}", lambda x, axis=axis: layers.Concatenate(axis=axis)([x, layers.ReLU()(x), x])
            yield f"ops.concatenate {axis}", lambda x, axis=axis: ops.concatenate([x, layers.ReLU()(x)], axis)
            yield f"ops.log_softmax {axis}", lambda x, axis=axis: ops.log_softmax(x, axis)
            yield f"dot {axis}", lambda x, axis=axis: layers.Dot(axes=axis)([x, layers.ReLU()(x)])
    yield "normalization of all", layers.Normalization(axis=None)
    yield "normalization by one", layers.Normalization(axis=None, mean=0.3, variance=2.0)
    yield "ops.mean of all", lambda x: ops.mean(x)


def by_number(rank: int, sizes: tuple[int | None, ...]) -> Iterator[Try]:
    """What goes number by number, or on the last axis, or with another value."""
    channels = sizes[-1] or 1
    yield "dense", layers.Dense(4, activation="relu")
    yield "dense softmax", layers.Dense(4, activation="softmax")
    yield "dense leaky", layers.Dense(4, activation="leaky_relu")
    for name in ("relu", "softmax", "log_softmax", "leaky_relu", "tanh"):
        yield f"activation {name}", layers.Activation(name)
    yield "leaky", layers.LeakyReLU()
    yield "relu", layers.ReLU()
    yield "relu6", layers.ReLU(max_value=6.0)
    yield "bounded relu", layers.ReLU(0.8, 0.1, 0.2)
    yield "elu", layers.ELU(0.5)
    yield "glu", layers.Activation("glu")
    yield "random dropout", layers.GaussianDropout(0.5)
    yield "dropout", layers.Dropout(0.5)
    yield "noise", layers.GaussianNoise(0.5)
    yield "identity", layers.Identity()
    yield "rescaling", layers.Rescaling(2.0, 1.0)
    yield "rescaling by channel", layers.Rescaling(list(np.linspace(0.5, 2, channels)), list(range(channels)))
    yield "rescaling down by channel", layers.Rescaling(list(np.linspace(-2, -0.5, channels)))
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        yield name, lambda x, name=name: getattr(layers, name)([x, layers.ReLU()(x)])
    yield "ops.add", lambda x: x + layers.ReLU()(x)
    yield "ops.subtract", lambda x: 1.0 - x
    for fewer in range(1, rank):
        yield f"add {fewer} axes", lambda x, fewer=fewer: layers.Add()([x, _lower(x, fewer)])
        yield f"multiply {fewer} axes", lambda x, fewer=fewer: layers.Multiply()([_lower(x, fewer), x])
        yield f"ops.multiply {fewer} axes", lambda x, fewer=fewer: x * _lower(x, fewer)


def _lower(x: Any, axes: int) -> Any:
    """A value with fewer axes, the last ones of another."""
    last = [size or 1 for size in x.shape[1:]][-axes:]
    pooled = layers.GlobalMaxPooling1D()(layers.Reshape((-1, x.shape[-1]))(x))
    return layers.Reshape(last)(layers.Dense(int(np.prod(last)))(pooled))


def along(rank: int, sizes: tuple[int | None, ...]) -> Iterator[Try]:
    """What goes along axes, with its channels last or first."""
    for number in (1, 2, 3):
        for first in ({}, {"data_format": "channels_first"}):
            word = f"{number}D{' first' if first else ''}"
            plain = {} if number == 1 else first
            yield f"conv{word}", getattr(layers, f"Conv{number}D")(4, 2, **first)
            yield f"conv softmax{word}", getattr(layers, f"Conv{number}D")(4, 1, activation="softmax", **first)
            yield (
                f"transposed{word}",
                getattr(layers, f"Conv{number}DTranspose")(4, 3, strides=2, padding="same", **first),
            )
            if number < 3:
                yield f"depthwise{word}", getattr(layers, f"DepthwiseConv{number}D")(2, depth_multiplier=2, **first)
                yield f"separable{word}", getattr(layers, f"SeparableConv{number}D")(3, 2, padding="same", **first)
            for name in ("Max", "Average"):
                yield f"{name} pool{word}", getattr(layers, f"{name}Pooling{number}D")(2, **first)
                yield f"global {name}{word}", getattr(layers, f"Global{name}Pooling{number}D")(**first)
                yield (
                    f"global kept {name}{word}",
                    getattr(layers, f"Global{name}Pooling{number}D")(keepdims=True, **first),
                )
            yield (
                f"padding{word}",
                getattr(layers, f"ZeroPadding{number}D")([[1, 2]] * number if number > 1 else [1, 2], **first),
            )
            if number > 1 or not first:
                yield (
                    f"cropping{word}",
                    getattr(layers, f"Cropping{number}D")([[1, 0]] * number if number > 1 else [1, 0], **plain),
                )
                yield f"upsampling{word}", getattr(layers, f"UpSampling{number}D")(2, **plain)
                yield f"channel dropout{word}", getattr(layers, f"SpatialDropout{number}D")(0.5, **plain)


def of_steps(rank: int, sizes: tuple[int | None, ...]) -> Iterator[Try]:
    """What goes from step to step, or does the same at each."""
    for whole in (False, True):
        yield f"lstm {whole}", layers.LSTM(4, return_sequences=whole)
        yield f"both {whole}", layers.Bidirectional(layers.GRU(4, return_sequences=whole))
        yield f"steps lstm {whole}", layers.TimeDistributed(layers.LSTM(4, return_sequences=whole))
        yield (
            f"steps both {whole}",
            layers.TimeDistributed(layers.Bidirectional(layers.LSTM(3, return_sequences=whole))),
        )
    yield "convlstm", layers.ConvLSTM2D(3, 2)
    yield "attention", lambda x: layers.MultiHeadAttention(2, sizes[-1] // 2)(x, x)
    yield "heads", lambda x: layers.Attention()([x, x])
    inner = {
        "flatten": layers.Flatten, "dense": lambda: layers.Dense(4), "softmax": layers.Softmax,
        "softmax 1": lambda: layers.Softmax(axis=1), "norm": layers.LayerNormalization, "relu": layers.ReLU,
        "norm 1 2": lambda: layers.LayerNormalization(axis=[1, 2]), "batch norm": layers.BatchNormalization,
        "conv1": lambda: layers.Conv1D(4, 2), "conv2": lambda: layers.Conv2D(4, 2, activation="relu"),
        "conv2 first": lambda: layers.Conv2D(4, 2, data_format="channels_first"),
        "pool1": lambda: layers.MaxPooling1D(2), "pool2": lambda: layers.AveragePooling2D(2),
        "global1": layers.GlobalAveragePooling1D, "global2": layers.GlobalMaxPooling2D,
        "permute 2": lambda: layers.Permute((2, 1)), "permute 3": lambda: layers.Permute((3, 1, 2)),
        "reshape": lambda: layers.Reshape((-1,)), "reshape 2": lambda: layers.Reshape((-1, 2)),
        "rescaling": lambda: layers.Rescaling(0.5), "repeat": lambda: layers.RepeatVector(2),
        "steps dense": lambda: layers.TimeDistributed(layers.Dense(3)),
        "steps softmax": lambda: layers.TimeDistributed(layers.Softmax()),
        "steps lstm": lambda: layers.TimeDistributed(layers.LSTM(3)),
        "steps conv": lambda: layers.TimeDistributed(layers.Conv1D(3, 2)),
    }  # fmt: skip
    for name, make in inner.items():
        yield f"steps {name}", layers.TimeDistributed(make())
    yield "steps then norm", lambda x: layers.BatchNormalization(axis=1)(layers.TimeDistributed(layers.Dense(3))(x))


RULES: dict[str, Callable[[int, tuple[int | None, ...]], Iterator[Try]]] = {
    "shape": of_shape,
    "axes": over_axes,
    "numbers": by_number,
    "windows": along,
    "steps": of_steps,
}


def _with(sizes: tuple[int | None, ...], *first: Any) -> tuple[Any, Any]:
    inputs = value = keras.Input(sizes)
    for layer in first:
        value = layer(value)
    return inputs, value


VALUES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "features": lambda: _with((6,)),
    "sequence": lambda: _with((4, 6)),
    "image": lambda: _with((4, 3, 6)),
    "volume": lambda: _with((2, 3, 4, 6)),
    "images in turn": lambda: _with((2, 4, 5, 3), layers.TimeDistributed(layers.Conv2D(6, 2))),
    "sequences in turn": lambda: _with((3, 5, 4), layers.TimeDistributed(layers.Conv1D(6, 2))),
    "turned image": lambda: _with((2, 3, 4), layers.Permute((3, 1, 2))),
    "sequence of any length": lambda: _with((None, 6)),
    "any number of images": lambda: _with((None, 4, 5, 3), layers.TimeDistributed(layers.Conv2D(6, 2))),
    "any number of sequences": lambda: _with((None, 5, 4), layers.TimeDistributed(layers.Conv1D(6, 2))),
}
"""An Input and a value of each kind."""


def differences(value: str, rules: str, folder: Path, count: int = 3) -> tuple[dict[str, float], list[str]]:
    """For each try the largest difference from Keras; and the tries that became placeholders, each with its note.

    They are the outputs of one model, which is imported once: of each layer what it gives, and what a Dense makes of
    that in Keras's order.
    """
    inputs, start = VALUES[value]()
    names, outputs = [], []
    for name, make in RULES[rules](len(start.shape) - 1, tuple(start.shape[1:])):
        made = _made(make, start, count)
        if made is not None:
            names.append(name)
            flat = None in made.shape[1:]
            outputs += [made, made if flat else layers.Dense(2)(layers.Flatten()(made))]
    if not outputs:
        return {}, []
    model = with_chance_weights(keras.Model(inputs, outputs))
    batch = np.random.default_rng(2).normal(size=(count, *(size or 3 for size in inputs.shape[1:]))).astype(np.float32)
    with torch.no_grad():
        wanted = [keras.ops.convert_to_numpy(item) for item in model(batch, training=False)]
    return _compared(imported(model, folder), names, batch, wanted)


def _made(make: Callable[[Any], Any], start: Any, count: int) -> Any:
    """What a layer gives; None where Keras on torch does not take the value."""
    try:
        tried, made = make(torch.zeros((count, *(size or 3 for size in start.shape[1:])))), make(start)
    except (ValueError, TypeError, RuntimeError, IndexError, AttributeError, AssertionError):
        return None
    known = [size or other for size, other in zip(made.shape[1:], tried.shape[1:], strict=False)]
    whole = 1 < len(made.shape) == len(tried.shape)
    return made if whole and tuple(known) == tuple(tried.shape[1:]) else None


def _compared(
    found: Imported, names: list[str], batch: np.ndarray, wanted: list[np.ndarray]
) -> tuple[dict[str, float], list[str]]:
    network = found.design.network
    ends = [node.id for node in network.of_kind("output")]
    gone = _not_needed(network, _behind_placeholders(network))
    kept = Network.of(node for name, node in network.nodes.items() if name not in gone)
    arrays = {name: array for name, array in found.arrays.items() if name.split(".")[0] not in gone}
    there = replace(found, design=replace(found.design, network=kept), arrays=arrays)
    ours = iter(outputs_of(there, batch) if any(end not in gone for end in ends) else [])
    measured: dict[str, float] = {}
    left: dict[str, None] = {}
    for number, (end, right) in enumerate(zip(ends, wanted, strict=True)):
        name = names[number // 2]
        if end in gone:
            left[name] = None
            continue
        given = next(ours)
        right = _as_here(right, given)
        error = float(np.abs(given - right).max()) if given.shape == right.shape else float("inf")
        measured[name] = max(measured.get(name, 0.0), error)
    told = sum(note.what == "unsupported" for note in found.notes)
    assert told >= sum(isinstance(node.block, UnknownBlock) for node in network.nodes.values())
    return measured, list(left)


def _behind_placeholders(network: Network) -> set[str]:
    gone: set[str] = set()
    for name, node in network.nodes.items():
        if isinstance(node.block, UnknownBlock) or gone & set(node.sources):
            gone.add(name)
    return gone


def _not_needed(network: Network, gone: set[str]) -> set[str]:
    """Also what nothing takes that is left."""
    needed: set[str] = set()
    for name, node in reversed(network.nodes.items()):
        if name not in gone and (node.block.kind == "output" or name in needed):
            needed |= {name, *node.sources}
    return set(network.nodes) - needed - {node.id for node in network.of_kind("input")}


def _as_here(right: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Keras's value with its channels where ours are, and sub-sequences as images of one channel."""
    if given.ndim == right.ndim + 1 and given.shape[2] == 1:
        return right[:, :, None]
    if right.ndim < 4:
        return right
    turned = [np.moveaxis(right, -1, place) for place in range(1, right.ndim - 2)]
    return min(turned, key=lambda item: np.abs(item - given).max() if item.shape == given.shape else np.inf)
