"""The views that there are: of ports by their axes, of recurrent blocks, attention, convolutions and Outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from designer.core.graph.roles import OutputBlock
from designer.engine.inspection.gates import HIDDEN, LETTERS, gate_names, gates_of
from designer.engine.inspection.registry import GivenByPort, InsideView, Reading, Subject, register

MAPS, STATES, VALUES = "maps", "states", "values"
"""The panels that show views."""
_TELLING, _PORTS, _GATES, _KERNELS, _GRADIENTS = range(5)
"""What comes first in a block's list."""
_ATTENTION = ("A", "Q", "K")
_MOST_NUMBERS, _MOST_MAPS = 400_000, 1_024
_KERNEL_AXES = {3: ("O", "I", "L"), 4: ("O", "I", "H", "W"), 5: ("O", "I", "D", "H", "W")}


def _of_ports(wanted: Callable[[Subject, str, GivenByPort], bool]) -> Callable[[Subject], Iterator[Reading]]:
    """What finds all ports of a sort."""

    def find(subject: Subject) -> Iterator[Reading]:
        if subject.result is not None:
            return
        for place, (name, port) in enumerate(subject.ports.items()):
            if wanted(subject, name, port):
                yield Reading(port.shape.names, name, partial(port.sample, port.value), name, place)

    return find


def _is_hidden(subject: Subject, name: str, port: GivenByPort) -> bool:
    return name == "sequence" and recurrent(subject) is not None


def _is_states(subject: Subject, name: str, port: GivenByPort) -> bool:
    return port.shape.rank == 2 and not port.shape.is_state and not _is_hidden(subject, name, port)


def _is_final_state(subject: Subject, name: str, port: GivenByPort) -> bool:
    return port.shape.is_state


def _is_maps(subject: Subject, name: str, port: GivenByPort) -> bool:
    return port.shape.rank > 2 and not port.shape.is_state and port.shape.names != _ATTENTION


def _is_tokens(subject: Subject, name: str, port: GivenByPort) -> bool:
    return port.shape.names == ("L",)


def _is_numbers(subject: Subject, name: str, port: GivenByPort) -> bool:
    return port.shape.rank == 1 and not _is_tokens(subject, name, port)


def recurrent(subject: Subject) -> nn.RNNBase | None:
    """The first recurrent module that a block calls."""
    return next((item for item in subject.modules if isinstance(item, nn.RNNBase)), None)


def _hidden(subject: Subject) -> Iterator[Reading]:
    """The hidden state h of each step [L, H * directions]."""
    for found in _of_ports(_is_hidden)(subject):
        yield Reading(found.axes, HIDDEN, found.read)


def _gates(subject: Subject) -> Iterator[Reading]:
    """Gates and cell state of each step, each [L, H * directions]."""
    rnn = recurrent(subject)
    for place, name in enumerate(gate_names(rnn) if rnn is not None else ()):
        yield Reading(("L", "F"), name, partial(_gate, subject, name), LETTERS[name], place)


def _gate(subject: Subject, name: str) -> Tensor:
    rnn = recurrent(subject)
    assert rnn is not None
    return gates_of(rnn, *subject.calls[rnn][0])[name]


def _attention(subject: Subject) -> Iterator[Reading]:
    """Ports that give weights, and the attention in each of a Transformer's layers, which do not hand theirs on."""
    yield from _of_ports(lambda subject, name, port: port.shape.names == _ATTENTION)(subject)
    layers = [item.self_attn for item in subject.modules if isinstance(item, nn.TransformerEncoderLayer)]
    for number, layer in enumerate(layers, start=1):
        title = "attention" if len(layers) == 1 else f"attention, layer {number}"
        yield Reading(_ATTENTION, title, partial(_weights_of, subject, layer), f"layer{number}", number)


def _weights_of(subject: Subject, attention: nn.MultiheadAttention) -> Tensor:
    """Once more, with weights of each head [A, Q, K]."""
    args, kwargs = subject.calls[attention]
    _, weights = attention(*args, **kwargs | {"need_weights": True, "average_attn_weights": False})
    found: Tensor = weights[0]
    return found


def _kernels(subject: Subject) -> Iterator[Reading]:
    """All kernels of a convolution, or as many of the first ones as can be drawn in a moment."""
    convolution = next((item for item in subject.modules if isinstance(item, _ConvNd)), None)
    if convolution is None:
        return
    kernels = convolution.weight
    maps = kernels[0].numel() // (kernels.shape[-1] * kernels.shape[-2]) or 1
    some = kernels[: max(min(_MOST_NUMBERS // kernels[0].numel(), _MOST_MAPS // maps), 1)]
    title = "kernels" if len(some) == len(kernels) else "first kernels"
    yield Reading(_KERNEL_AXES[kernels.dim()], title, lambda: some)


def _of_output(is_probabilities: bool) -> Callable[[Subject], Iterator[Reading]]:
    """What finds the probabilities of the Outputs that tell classes apart, or what the others predict."""

    def find(subject: Subject) -> Iterable[Reading]:
        result, block = subject.result, subject.block
        if result is None or not isinstance(block, OutputBlock):
            return
        if (block.link in ("softmax", "sigmoid")) == is_probabilities:
            title = "probabilities" if is_probabilities else "prediction"
            yield Reading(subject.result_axes, title, lambda: torch.from_numpy(result.scores))

    return find  # type: ignore[return-value]


def _gradients(subject: Subject) -> Iterator[Reading]:
    """That of the sample's loss by what each port gives; zeros where the loss does not depend on it."""
    for place, (name, port) in enumerate(subject.ports.items()):
        tensors = port.value if isinstance(port.value, tuple) else (port.value,)
        if all(tensor.is_floating_point() for tensor in tensors):
            title = "gradient" if len(subject.ports) == 1 else f"gradient of {name}"
            yield Reading(port.shape.names, title, partial(_gradient, port), name, place)


def _gradient(port: GivenByPort) -> Tensor:
    assert port.gradient is not None, "a view of the forward pass has asked for a gradient"
    return port.sample(port.gradient())


_BY_RANK: Mapping[int, str] = {1: VALUES, 2: STATES, 3: MAPS, 4: MAPS, 5: MAPS}

register(InsideView("hidden", {2: STATES}, _hidden, _TELLING))
register(InsideView("attention", {3: MAPS}, _attention, _TELLING))
register(InsideView("probabilities", _BY_RANK, _of_output(True), _TELLING))
register(InsideView("prediction", _BY_RANK, _of_output(False), _TELLING))
register(InsideView("feature_maps", {3: MAPS, 4: MAPS, 5: MAPS}, _of_ports(_is_maps), _PORTS))
register(InsideView("final_states", {2: STATES, 3: MAPS}, _of_ports(_is_final_state), _PORTS))
register(InsideView("states", {2: STATES}, _of_ports(_is_states), _PORTS))
register(InsideView("numbers", {1: VALUES}, _of_ports(_is_numbers), _PORTS))
register(InsideView("tokens", {1: VALUES}, _of_ports(_is_tokens), _PORTS))
register(InsideView("gate", {2: STATES}, _gates, _GATES))
register(InsideView("kernels", {3: MAPS, 4: MAPS, 5: MAPS}, _kernels, _KERNELS))
register(InsideView("gradient", dict.fromkeys(_BY_RANK, ""), _gradients, _GRADIENTS, moment="backward"))
