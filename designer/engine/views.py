"""What there is to look at in a block: its output ports, the gates of a recurrent one, kernels of a convolution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from designer.core.expr import Module, walk
from designer.engine.build import Model
from designer.engine.events import Floats
from designer.engine.gates import HIDDEN, gate_names, gates_of

KERNELS = "kernels"
_TELLING = (HIDDEN, "weights")
"""Views that tell most of a block; else its first port."""
_MOST_NUMBERS = 400_000
_KERNEL_AXES = {3: ("O", "I", "W"), 4: ("O", "I", "H", "W"), 5: ("O", "I", "D", "H", "W")}

Shown = dict[tuple[str, str], Any]
Calls = dict[nn.Module, tuple[Any, ...]]


@dataclass(frozen=True)
class View:
    """Numbers to look at, the letters of their axes, and the names of what else there is to see of the block."""

    name: str
    names: tuple[str, ...]
    axes: tuple[str, ...]
    values: Floats


def modules_of(model: Model, block: str) -> list[nn.Module]:
    """The modules that a block calls, in order."""
    seen: set[int] = set()
    program = model.program
    values = [item.value for item in program.statements if item.block == block]
    found = [item for value in values for item in walk(value, seen) if isinstance(item, Module)]
    return [model.get_submodule(program.names[id(item)]) for item in found]


@contextmanager
def overheard(modules: list[nn.Module]) -> Iterator[Calls]:
    """What the modules are called with, as long as this lasts."""
    calls: Calls = {}

    def listen(module: nn.Module, args: tuple[Any, ...]) -> None:
        calls[module] = args

    hooks = [module.register_forward_pre_hook(listen) for module in modules]
    try:
        yield calls
    finally:
        for hook in hooks:
            hook.remove()


def view_of(model: Model, block: str, wanted: str, shown: Shown, calls: Calls) -> View:
    """What is wanted of a block, or what tells most of it, from what its ports gave for a batch of one sample.

    Raises KeyError where the model has no such block.
    """
    ports = {port: value for (name, port), value in shown.items() if name == block}
    if not ports:
        raise KeyError(block)
    modules = modules_of(model, block)
    gated = next((item for item in modules if isinstance(item, nn.RNNBase)), None)
    kernels = next((item.weight for item in modules if isinstance(item, _ConvNd)), None)
    named = {HIDDEN if gated is not None and port == "sequence" else port: port for port in ports}
    names = (*named, *(gate_names(gated) if gated else ()), *(() if kernels is None else (KERNELS,)))
    name = wanted if wanted in names else next((item for item in _TELLING if item in named), names[0])
    if name in named:
        axes, values = _of_port(model, block, named[name], ports[named[name]])
    elif name == KERNELS and kernels is not None:
        axes, values = _KERNEL_AXES[kernels.dim()], _some(kernels)
    else:
        assert gated is not None
        axes, values = ("L", "F"), gates_of(gated, *calls[gated])[name]
    return View(name, names, axes, values.detach().float().cpu().numpy().copy())


def _of_port(model: Model, block: str, port: str, value: Any) -> tuple[tuple[str, ...], Tensor]:
    """The sample without its batch axis, which states do not have in front."""
    shape = model.shapes[block, port]
    if shape.is_state:
        whole = torch.stack(value) if isinstance(value, tuple) else value
        return shape.names, whole.select(-2, 0)
    return shape.names, value[0]


def _some(kernels: Tensor) -> Tensor:
    """All kernels, or as many of the first ones as can be shown in a moment."""
    most = max(_MOST_NUMBERS // kernels[0].numel(), 1)
    return kernels[:most]
