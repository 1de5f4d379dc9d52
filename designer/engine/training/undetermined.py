"""Which block has no deterministic algorithm, where a run wants none but these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from designer.core.graph.network import Network
from designer.core.ir.expr import Statement
from designer.engine.model.build import Model, PortValues, run_by
from designer.engine.protocol.events import Failed
from designer.engine.training.streamed_samples import BatchSource

_SAMPLES = 8
"""A batch of so many is looked at."""


def is_undetermined(error: Exception, model: nn.Module) -> bool:
    """Whether torch has refused an operation of a model as it may give other last digits at another time."""
    return isinstance(error, RuntimeError) and isinstance(model, Model) and "deterministic" in str(error).lower()


def undetermined(error: Exception, network: Network, model: nn.Module, samples: BatchSource) -> Failed:
    """The end of a run by it, in words, with the block that it comes from: found by computing one behind the other."""
    arguments = samples.take(torch.arange(min(_SAMPLES, len(samples)))).arguments
    where, path = "What is compared at the Outputs, or a step,", _first_without(model, arguments)
    if path:
        block = network.nodes[path[0]].block
        within = f", at '{path[-1]}' in it," if path[1:] else ""
        where = f"{block.title} '{path[0]}'{within}"
    device = arguments[0].device.type
    return Failed(
        f"{where} has no deterministic algorithm on this device ({device}), and the setting 'deterministic' takes no "
        "other",
        "Switch 'deterministic' off under Validation and device, or take another block or device.",
        str(error),
    )


class _FoundError(Exception):
    """The way to a block through its groups."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__()
        self.path = path


def _first_without(model: nn.Module, arguments: tuple[Tensor, ...]) -> tuple[str, ...]:
    """The first block whose value, or whose gradient by any weight, torch refuses; empty where it is none."""
    assert isinstance(model, Model)
    weights = [weight for weight in model.parameters() if weight.requires_grad]

    def one_by_one(statements: Iterable[Statement], values: PortValues) -> None:
        for item in statements:
            try:
                found = values.ports[item.key] = values.of(item.value)
                total = sum(value.float().sum() for value in _tensors(found) if value.requires_grad)
                if isinstance(total, Tensor):
                    torch.autograd.grad(total, weights, retain_graph=True, allow_unused=True)
            except _FoundError as inner:
                raise _FoundError((item.block, *inner.path)) from None
            except RuntimeError as error:
                if is_undetermined(error, model):
                    raise _FoundError((item.block,)) from None
                raise

    try:
        with run_by(model, one_by_one), torch.enable_grad():
            model(*arguments)
    except _FoundError as found:
        return found.path
    except RuntimeError:  # of another kind: nothing is known
        return ()
    return ()


def _tensors(value: Any) -> list[Tensor]:
    return [value] if isinstance(value, Tensor) else [item for part in value for item in _tensors(part)]
