"""Statistics of blocks: what one batch tells of each, taken by hooks, and never at each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from designer.core.graph.group_paths import name_of, path_of
from designer.core.ir.expr import Module, Program, Ref, Statement, walk
from designer.engine.model.build import Model, PortValues, run_by
from designer.engine.training.doctor.observed import BlockFigures, Examination
from designer.parts.lengths import padded_steps

_END = 0.02
"""How near to an end of its range, as a share of that, a value is called saturated."""
_GATES = {nn.LSTM: (0, 1, 3), nn.GRU: (0, 1)}
"""Which of torch's gates are sigmoids: input, forget and output; reset and update."""
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def blocks_of(model: Model) -> dict[str, str]:
    """The block of each module, by the module's name, in the order in which they compute; `group1/conv1` is in a group.

    Of modules that several blocks share it is the first.
    """
    return dict(_named(model.program, "", ()))


def _named(program: Program, prefix: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    known: set[str] = set()
    for statement in program.statements:
        for item in walk(statement.value):
            if not isinstance(item, Module) or program.names[item] in known:
                continue
            name, inner = prefix + program.names[item], (*path, statement.block)
            known.add(program.names[item])
            if isinstance(item.target, Program):
                yield from _named(item.target, f"{name}.", inner)
            else:
                yield name, name_of(inner)


class BlockStatistics:
    """Takes them of one model. What is `last` is compared with what is wanted: it may be at an end of its range."""

    def __init__(self, model: Model, last: frozenset[str] = frozenset()) -> None:
        self._model = model
        self._blocks = blocks_of(model)
        self._last = last
        self._found: dict[str, dict[str, list[Tensor | float]]] = {}
        self._lengths: Tensor | None = None
        """Those of the sequences that the block at hand reads, int64 [N], where they vary."""

    @torch.no_grad()
    def of(self, arguments: tuple[Tensor, ...], samples: int, batch_size: int) -> Examination:
        """What a batch [N, ...] tells, and the gradients of the step before; reads from the device once.

        The model computes as in validation, so that neither random numbers nor the statistics of norms change.
        """
        self._found = {block: {} for block in self._blocks.values()}
        was_training = self._model.training
        with self._hooked(batch_size):
            self._model.eval()
            try:
                with run_by(self._model, self._plainly):
                    self._model(*arguments)
            finally:
                self._model.train(was_training)
        self._take_gradients()
        return Examination(samples, self._read())

    @contextmanager
    def _hooked(self, batch_size: int) -> Iterator[None]:
        handles = []
        for name, block in self._blocks.items():
            item = self._model.get_submodule(name)
            if take := self._taker(item, block, batch_size):
                handles.append(item.register_forward_hook(take))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _plainly(self, statements: Iterable[Statement], values: PortValues) -> None:
        """Computes value by value, with every module called: the usual way writes some ReLUs over what they are of."""
        for statement in statements:
            reads = (item.lengths for item in walk(statement.value) if isinstance(item, Ref))
            self._lengths = next((values.of(lengths) for lengths in reads if lengths is not None), None)
            values.ports[statement.key] = values.of(statement.value)

    def _taker(self, item: nn.Module, block: str, batch_size: int) -> Callable[..., None] | None:
        """The hook that tells of a module; None where there is nothing to tell."""
        if isinstance(item, nn.ReLU | nn.ReLU6):
            return partial(self._take_dead, block)
        if isinstance(item, nn.Sigmoid | nn.Tanh):
            return None if path_of(block)[0] in self._last else partial(self._take_saturated, block)
        if isinstance(item, nn.RNNBase):
            return partial(self._take_gates, block)
        if isinstance(item, _NORMS) and any(weight.requires_grad for weight in item.parameters()):
            return partial(self._take_normed, block, batch_size)
        return None

    def _add(self, block: str, name: str, value: Tensor | float) -> None:
        self._found[block].setdefault(name, []).append(value)

    def _take_dead(self, block: str, item: nn.Module, given: Any, out: Tensor) -> None:
        """Channels of pictures and volumes are axis 1, features the last one."""
        channel = 1 if out.dim() > 3 else out.dim() - 1
        others = [axis for axis in range(out.dim()) if axis != channel]
        self._add(block, "dead", (out.amax(others) <= 0).float().mean())
        self._add(block, "units", float(out.shape[channel]))

    def _take_saturated(self, block: str, item: nn.Module, given: Any, out: Tensor) -> None:
        ends = out.abs() > 1 - 2 * _END if isinstance(item, nn.Tanh) else (out - 0.5).abs() > 0.5 - _END
        self._add(block, "saturated", ends.float().mean())

    def _take_gates(self, block: str, item: nn.RNNBase, given: Any, out: Any) -> None:
        """Of one layer: what the layers below give to the next is torch's own."""
        states, length = _padded(out[0], self._lengths)
        if isinstance(item, nn.RNN):
            self._add(block, "saturated", _share(states.abs() > 1 - 2 * _END, length))
        elif item.num_layers == 1 and not item.proj_size:
            read, _ = _padded(given[0], None)
            start = given[1] if len(given) > 1 else None
            start = start[0] if isinstance(start, tuple) else start
            for way in range(1 + item.bidirectional):
                gates = _sigmoids(item, way, read, states.chunk(1 + item.bidirectional, -1)[way], start, length)
                self._add(block, "saturated", _share((gates - 0.5).abs() > 0.5 - _END, length))

    def _take_normed(self, block: str, batch_size: int, item: nn.Module, given: Any, out: Tensor) -> None:
        self._add(block, "normed", float(prod(out.shape[2:]) * batch_size))

    def _take_gradients(self) -> None:
        for name, block in self._blocks.items():
            module = self._model.get_submodule(name)
            if isinstance(module, nn.Embedding):  # only rows of tokens that came have any
                continue
            for weight in module.parameters():
                if weight.grad is not None and weight.dim() > 1:
                    self._add(block, "squares", weight.grad.float().square().sum())
                    self._add(block, "weights", float(weight.numel()))

    def _read(self) -> dict[str, BlockFigures]:
        """All numbers from the device at once."""
        waiting = [item for found in self._found.values() for values in found.values() for item in values]
        tensors = [item for item in waiting if isinstance(item, Tensor)]
        numbers = iter(torch.stack([item.float() for item in tensors]).cpu().tolist() if tensors else [])
        known = {
            block: {
                name: [next(numbers) if isinstance(item, Tensor) else item for item in values]
                for name, values in found.items()
            }
            for block, found in self._found.items()
        }
        return {block: _figures(found) for block, found in known.items() if found}


def _figures(found: dict[str, list[float]]) -> BlockFigures:
    weights = sum(found.get("weights", ()))
    return BlockFigures(
        units=int(max(found.get("units", (0,)))),
        dead=max(found["dead"]) if "dead" in found else None,
        saturated=max(found["saturated"]) if "saturated" in found else None,
        gradient=(sum(found["squares"]) / weights) ** 0.5 if weights else None,
        normed=min(found["normed"]) if "normed" in found else None,
    )


def _padded(values: Tensor | PackedSequence, lengths: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """[N, L, F], and which steps there are, bool [N, L, 1]; None for all of them."""
    if isinstance(values, PackedSequence):
        values, lengths = pad_packed_sequence(values, batch_first=True)
    return values, None if lengths is None else ~padded_steps(values, lengths)[:, :, None]


def _share(ends: Tensor, steps: Tensor | None) -> Tensor:
    """The share of what is true, of the steps that there are."""
    if steps is None:
        return ends.float().mean()
    return (ends & steps).float().sum() / (steps.sum() * ends.shape[-1])


def _sigmoids(
    rnn: nn.RNNBase, way: int, read: Tensor, states: Tensor, start: Tensor | None, steps: Tensor | None
) -> Tensor:
    """The gates that are sigmoids [N, L, gates * H]: by the states that the module gave, all steps at once."""
    suffix = "l0_reverse" if way else "l0"
    first = torch.zeros_like(states[:, :1]) if start is None else start[way][:, None].expand_as(states[:, :1])
    before = torch.cat([states[:, 1:], first], 1) if way else torch.cat([first, states[:, :-1]], 1)
    gates = _linear(rnn, "ih", suffix, read) + _linear(rnn, "hh", suffix, before)
    kinds = next(places for kind, places in _GATES.items() if isinstance(rnn, kind))
    parts = torch.split(gates, rnn.hidden_size, -1)
    return torch.cat([parts[place] for place in kinds], -1).sigmoid()


def _linear(rnn: nn.RNNBase, part: str, suffix: str, values: Tensor) -> Tensor:
    weight, bias = getattr(rnn, f"weight_{part}_{suffix}"), getattr(rnn, f"bias_{part}_{suffix}", None)
    return nn.functional.linear(values, weight, bias)
