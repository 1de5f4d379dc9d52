"""What a forward pass leaves in memory, as torch tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn


def storages_of(value: Any) -> Iterator[torch.UntypedStorage]:
    """The memory behind a tensor, or behind the tensors of a tuple."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from storages_of(item)
    elif isinstance(value, Tensor):
        yield value.untyped_storage()


def saved_in(forward: Callable[[], Any], known: Any, model: nn.Module) -> tuple[Any, dict[int, int]]:
    """What a forward pass gives, and the bytes by address of all that autograd saves in it.

    Each storage counts once; weights, buffers and what is `known` do not count.
    """
    found: dict[int, torch.UntypedStorage] = {}  # kept, so that no address is used twice

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        found[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        given = forward()
    there = [*model.parameters(), *model.buffers(), known]
    apart = {storage.data_ptr() for value in there for storage in storages_of(value)}
    return given, {place: storage.nbytes() for place, storage in found.items() if place not in apart}
