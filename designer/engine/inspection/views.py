"""What there is to look at in a block: its output ports, gates of recurrent ones, attention weights, kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from designer.core.graph.group_paths import path_of
from designer.core.ir.expr import Module
from designer.core.schema.shape import Shape
from designer.engine.inspection.gates import HIDDEN, gate_names, gates_of
from designer.engine.model.build import Model
from designer.engine.protocol.events import Floats

_TELLING = (HIDDEN, "weights")
"""Views that tell most of a block, and come first; else its first port."""
_MOST_NUMBERS, _MOST_MAPS = 400_000, 1_024
_STEPS = ("L", "Q")
"""Axes along which the lengths of a value count."""
_KERNEL_AXES = {3: ("O", "I", "L"), 4: ("O", "I", "H", "W"), 5: ("O", "I", "D", "H", "W")}

Shown = tuple[dict[tuple[str, str], Any], dict[tuple[str, str], Tensor]]
"""What `Model.trace_with_lengths` gives."""
Calls = dict[nn.Module, tuple[tuple[Any, ...], dict[str, Any]]]
Axed = tuple[tuple[str, ...], Tensor]


@dataclass(frozen=True)
class BlockView:
    """Numbers to look at, the letters of their axes, and the names of what else there is to see of the block."""

    name: str
    names: tuple[str, ...]
    axes: tuple[str, ...]
    values: Floats


def modules_of(model: Model, block: str) -> list[nn.Module]:
    """The modules that a block calls, in order; of a Transformer's layer its attention as well.

    `group1/conv1` is a block of a group.
    """
    *inside, name = path_of(block)
    owner = model.owner(tuple(inside))
    found = [item for item in owner.expressions(name) if isinstance(item, Module)]
    own = [owner.get_submodule(owner.program.names[item]) for item in found]
    return own + [item.self_attn for item in own if isinstance(item, nn.TransformerEncoderLayer)]


@contextmanager
def overheard(modules: list[nn.Module]) -> Iterator[Calls]:
    """What the modules are called with, as long as this lasts."""
    calls: Calls = {}

    def listen(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        calls[module] = args, kwargs

    hooks = [module.register_forward_pre_hook(listen, with_kwargs=True) for module in modules]
    try:
        yield calls
    finally:
        for hook in hooks:
            hook.remove()


def view_of(model: Model, block: str, wanted: str, shown: Shown, calls: Calls) -> BlockView:
    """What is wanted of a block, or what tells most of it, from what its ports gave for a batch of one sample.

    Raises KeyError where the model has no such block.
    """
    values_of_ports, lengths = shown
    ports = {port: value for (name, port), value in values_of_ports.items() if name == block}
    if not ports:
        raise KeyError(block)
    modules = modules_of(model, block)
    *inside, inner = path_of(block)
    shapes = model.owner(tuple(inside)).program.shapes
    gated = next((item for item in modules if isinstance(item, nn.RNNBase)), None)
    choices = _attention(modules, calls)
    for port, value in ports.items():
        name = HIDDEN if gated is not None and port == "sequence" else port
        choices[name] = partial(_of_port, shapes[inner, port], value, lengths.get((block, port)))
    choices = dict(sorted(choices.items(), key=lambda item: item[0] not in _TELLING))
    if gated is not None:
        choices |= {name: partial(_of_gate, gated, calls[gated][0], name) for name in gate_names(gated)}
    choices |= _kernels(next((item for item in modules if isinstance(item, _ConvNd)), None))
    name = wanted if wanted in choices else next(iter(choices))
    axes, values = choices[name]()
    return BlockView(name, tuple(choices), axes, values.detach().float().cpu().numpy().copy())


def _of_port(shape: Shape, value: Any, lengths: Tensor | None) -> Axed:
    """The sample up to its own length, without its batch axis, which states do not have in front."""
    if shape.is_state:
        whole = torch.stack(value) if isinstance(value, tuple) else value
        return shape.names, whole.select(-2, 0)
    sample = value[0]
    for place, axis in enumerate(shape.axes):
        if lengths is not None and axis.size is None and axis.name in _STEPS:
            sample = sample.narrow(place, 0, int(lengths[0]))
    return shape.names, sample


def _of_gate(rnn: nn.RNNBase, arguments: tuple[Any, ...], name: str) -> Axed:
    return ("L", "F"), gates_of(rnn, *arguments)[name]


def _attention(modules: list[nn.Module], calls: Calls) -> dict[str, Callable[[], Axed]]:
    """The weights of the attention in each of a Transformer's layers, which do not hand them on."""
    layers = [item.self_attn for item in modules if isinstance(item, nn.TransformerEncoderLayer)]
    names = ["attention"] if len(layers) == 1 else [f"attention, layer {n}" for n in range(1, len(layers) + 1)]
    return {name: partial(_weights_of, layer, calls[layer]) for name, layer in zip(names, layers, strict=True)}


def _weights_of(attention: nn.MultiheadAttention, call: tuple[tuple[Any, ...], dict[str, Any]]) -> Axed:
    args, kwargs = call
    _, weights = attention(*args, **kwargs | {"need_weights": True, "average_attn_weights": False})
    return ("A", "Q", "K"), weights[0]


def _kernels(convolution: _ConvNd | None) -> dict[str, Callable[[], Axed]]:
    """All kernels of a convolution, or as many of the first ones as can be drawn in a moment."""
    if convolution is None:
        return {}
    kernels = convolution.weight
    axes = _KERNEL_AXES[kernels.dim()]
    maps = kernels[0].numel() // (kernels.shape[-1] * kernels.shape[-2]) or 1
    some = kernels[: max(min(_MOST_NUMBERS // kernels[0].numel(), _MOST_MAPS // maps), 1)]
    return {"kernels" if len(some) == len(kernels) else "first kernels": lambda: (axes, some)}
