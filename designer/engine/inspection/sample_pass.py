"""One sample through a model, forward and, where that is asked for, backward, without learning from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from designer.core.graph.binding import LENGTHS, Binding
from designer.core.graph.group_paths import GroupPath, name_of, path_of
from designer.core.graph.network import Network
from designer.core.graph.training_settings import TrainingSettings
from designer.core.ir.expr import Module, Statement
from designer.data.samples import Dataset
from designer.engine.inspection.registry import Calls, GivenByPort
from designer.engine.model.build import Model, PortValues, run_by
from designer.engine.model.looked_at import device_of
from designer.engine.training.batches import TensorSamples
from designer.engine.training.class_weights import class_weights_of
from designer.engine.training.objectives import as_results, compared_with_losses, make_objectives, minimised

Values = dict[tuple[str, str], Any]
"""What output ports give, [1, ...] by block and port; `group1/conv1` is a block of a group."""


class ForwardPass:
    """What the blocks of a model give for a batch of one sample, whose arguments are as the model's forward takes them.

    The model is to be in its mode for evaluation. `blocks` are those that will be asked for, and `gradient` tells that
    of the loss by what a port of a block gives.
    """

    def __init__(
        self,
        model: Model,
        arguments: Sequence[Tensor],
        blocks: Iterable[str],
        gradient: Callable[[str, str], Any] | None = None,
    ) -> None:
        self._model, self._arguments, self._blocks, self._gradient = model, arguments, tuple(blocks), gradient
        self._traced: dict[GroupPath, tuple[Values, dict[tuple[str, str], Tensor], Calls]] = {}

    def traced(self, inside: GroupPath = ()) -> tuple[Values, dict[tuple[str, str], Tensor], Calls]:
        """What all ports give, int64 lengths [1] of what varies, and what the modules of the blocks are called with.

        `inside` leads to an open group, whose blocks are there as well. Raises KeyError where there is none.
        """
        if inside not in self._traced:
            self._model.owner(inside)
            here = [block for block in self._blocks if groups_of(block) == inside]
            modules = [item for block in here for item in modules_of(self._model, block)]
            with torch.inference_mode(), _overheard(modules) as calls:
                shown, lengths = self._model.trace_with_lengths(*self._arguments, inside=inside)
            self._traced[inside] = shown, lengths, calls
        return self._traced[inside]

    def calls(self, block: str) -> Calls:
        """What the modules of a block, and of others beside it, are called with."""
        return self.traced(groups_of(block))[2]

    def result(self, output: str) -> Tensor:
        """What an Output gets for the sample [...], without the axis of the batch."""
        shown, _, _ = next(iter(self._traced.values())) if self._traced else self.traced()
        found: Tensor = shown[output, "out"][0]
        return found

    def ports(self, block: str) -> dict[str, GivenByPort]:
        """What the ports of a block give; of an Output what it gets, as `out`. Raises KeyError where there is none."""
        inside, name = groups_of(block), path_of(block)[-1]
        shown, lengths, _ = self.traced(inside)
        shapes = self._model.owner(inside).program.shapes
        found = {
            port: GivenByPort(shapes[name, port], value, lengths.get((block, port)), self._gradient_of(block, port))
            for (where, port), value in shown.items()
            if where == block and (name, port) in shapes  # not what a loss takes before its own softmax
        }
        if not found and block not in self._model.outputs:
            raise KeyError(block)
        return found

    def _gradient_of(self, block: str, port: str) -> Callable[[], Any] | None:
        return partial(self._gradient, block, port) if self._gradient else None


def arguments_of(binding: Binding, dataset: Dataset, index: int, device: torch.device) -> list[Tensor]:
    """Sample number `index` of the test split as the model's forward takes it: [1, ...], and int64 lengths [1]."""
    arguments = []
    for name in binding.arguments:
        if name.endswith(LENGTHS):
            arguments.append(torch.tensor([len(dataset.test.sample(name.removesuffix(LENGTHS), index))]))
        else:
            value = np.array(dataset.test.sample(name, index))
            arguments.append(torch.from_numpy(value)[None].to(device))
    return arguments


def gradients(
    model: Model, network: Network, binding: Binding, dataset: Dataset, index: int, settings: TrainingSettings
) -> Values:
    """The gradient of a sample's loss by what each port gives, as that is; nothing for what the loss does not need.

    The loss is that of training, summed over all Outputs with their weights, without penalties on weights. The model
    is to be in its mode for evaluation: nothing is dropped out. No gradient is added to those that training collects.
    """
    device = device_of(model)
    batch = TensorSamples.of(dataset.test, binding, device, np.array([index])).take(torch.arange(1))
    arguments = [item.requires_grad_() if item.is_floating_point() else item for item in batch.arguments]
    weights = class_weights_of(network, settings, model.outputs, device, lambda: dataset)
    objectives = make_objectives(network, binding, model.outputs, settings, weights)
    # cuDNN has no backward pass for recurrent modules in evaluation.
    unfrozen = _with_all_gradients(model)
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False), unfrozen, _recorded(model) as given:
        results = as_results(model(*arguments))
        given |= {(name, "out"): result for name, result in zip(model.outputs, results, strict=True)}
        _, losses = compared_with_losses(results, batch, objectives)
        return _gradients_of(minimised(losses, objectives), given)


def groups_of(block: str) -> GroupPath:
    """The groups that lead to a block."""
    return path_of(block)[:-1]


def modules_of(model: Model, block: str) -> list[nn.Module]:
    """The modules that a block calls, in order; of a Transformer's layer its attention as well.

    `group1/conv1` is a block of a group; of a group that is not there, there are none.
    """
    try:
        owner = model.owner(groups_of(block))
    except KeyError:
        return []
    found = [item for item in owner.expressions(path_of(block)[-1]) if isinstance(item, Module)]
    own = [owner.get_submodule(owner.program.names[item]) for item in found]
    return own + [item.self_attn for item in own if isinstance(item, nn.TransformerEncoderLayer)]


@contextmanager
def _overheard(modules: Iterable[nn.Module]) -> Iterator[Calls]:
    """What the modules are called with, as long as this lasts."""
    calls: Calls = {}

    def listen(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        calls[module] = args, kwargs

    hooks = [module.register_forward_pre_hook(listen, with_kwargs=True) for module in dict.fromkeys(modules)]
    try:
        yield calls
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def _with_all_gradients(model: Model) -> Iterator[None]:
    """As long as this lasts, nothing is frozen: there would be no gradient ahead of a frozen embedding."""
    frozen = [weight for weight in model.parameters() if not weight.requires_grad]
    try:
        for weight in frozen:
            weight.requires_grad_(True)
        yield
    finally:
        for weight in frozen:
            weight.requires_grad_(False)


@contextmanager
def _recorded(model: Model) -> Iterator[Values]:
    """What all ports give in the passes of the model, also in groups, of which the first use counts."""
    found: Values = {}
    path: list[str] = []

    def run(statements: Iterable[Statement], values: PortValues) -> None:
        for block, items in groupby(statements, key=lambda item: item.block):
            path.append(block)
            for item in items:
                values.ports[item.key] = values.of(item.value)
                found.setdefault((name_of(tuple(path)), item.port), values.ports[item.key])
            path.pop()

    with run_by(model, run):
        yield found


def _gradients_of(loss: Tensor, given: Values) -> Values:
    """The gradient of a loss by each value that it may depend on."""
    tensors = {id(item): item for value in given.values() for item in _parts(value) if item.requires_grad}
    if not loss.requires_grad or not tensors:
        return {}
    found = torch.autograd.grad(loss, list(tensors.values()), allow_unused=True)
    gradients = dict(zip(tensors, found, strict=True))

    def gradient(item: Tensor) -> Tensor:
        known = gradients.get(id(item))
        return torch.zeros_like(item) if known is None else known.detach()

    return {
        key: tuple(map(gradient, value)) if isinstance(value, tuple) else gradient(value)
        for key, value in given.items()
    }


def _parts(value: Any) -> tuple[Tensor, ...]:
    return value if isinstance(value, tuple) else (value,)


def zeros_like(value: Any) -> Any:
    """Zeros of a value's shape and dtype: one tensor, or a tuple of them as an LSTM's state is."""
    return tuple(map(torch.zeros_like, value)) if isinstance(value, tuple) else torch.zeros_like(value)
