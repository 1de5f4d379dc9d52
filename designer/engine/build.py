"""Network -> nn.Module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from designer.core.block import Call, Keep, UnknownBlock
from designer.core.inference import Inference, Result, infer
from designer.core.network import Network


@dataclass(frozen=True)
class Step:
    """A block's part in the forward pass: the modules to apply, one after the other, to what its sources gave."""

    block: str
    sources: tuple[str, ...]
    modules: tuple[str, ...]
    keep: Keep = ""


class Model(nn.Module):
    """A network as a torch module. Layers are attributes named after their blocks: `conv1`, `conv1_relu`.

    `forward` takes [N, C, H, W], [N, L, F] or [N, F] and, for sequences of different lengths, int64 lengths [N];
    it gives what reaches the Output block: logits [N, classes] or predictions [N, targets]. Where a softmax
    comes last before a cross-entropy, the logits before it are given, so that the loss does not apply it twice.
    """

    def __init__(self, network: Network, inference: Inference | None = None) -> None:
        super().__init__()
        found = inference or infer(network)
        self.output = network.of_kind("output")[0].id
        used = network.upstream(self.output)
        self._steps = [self._add(result) for result in found.results.values() if result.node.id in used]
        (self._last,) = network.nodes[self.output].inputs
        self._gives_logits = getattr(network.nodes[self.output].block, "loss", "") == "cross_entropy"

    def _add(self, result: Result) -> Step:
        node = result.node
        if isinstance(node.block, UnknownBlock) or result.inputs is None:
            raise ValueError(f"'{node.id}' cannot be built: its network is not valid")
        names = []
        keep: Keep = ""
        for number, item in enumerate(node.block.layers(*result.inputs)):
            wanted = node.id if number == 0 else f"{node.id}_{item.target.removeprefix('nn.').lower()}"
            name = self._free_name(wanted)
            self.add_module(name, make(item))
            names.append(name)
            keep = item.keep or keep
        return Step(node.id, tuple(source for source in node.inputs if source), tuple(names), keep)

    def _free_name(self, name: str) -> str:
        while hasattr(self, name):  # 'train', 'half' and their kin belong to nn.Module
            name += "_"
        return name

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Logits or predictions for a batch."""
        values: dict[str, Tensor] = {}
        logits = x
        for step, before, value, _ in self._walk(x, lengths, values):
            if step.block == self._last:
                logits = before if self._gives_logits else value
            values[step.block] = value
        return logits

    def trace(self, x: Tensor, lengths: Tensor | None = None) -> dict[str, Tensor]:
        """What every block gives: for recurrent blocks the hidden states of all steps, for the Output its logits."""
        values: dict[str, Tensor] = {}
        shown: dict[str, Tensor] = {}
        for step, before, value, states in self._walk(x, lengths, values):
            values[step.block] = value
            shown[step.block] = value if states is None else states
            if step.block == self._last:
                shown[self.output] = before if self._gives_logits else value
        return shown

    def _walk(
        self, x: Tensor, lengths: Tensor | None, values: Mapping[str, Tensor]
    ) -> Iterator[tuple[Step, Tensor, Tensor, Tensor | None]]:
        """For each step but the Output: its value before a last softmax, its value, and its states over time."""
        for step in self._steps:
            if step.block == self.output:
                continue
            value = values[step.sources[0]] if step.sources else x
            before, states = value, None
            for name in step.modules:
                module = self._modules[name]
                assert module is not None
                if step.keep:
                    states, value = _recur(module, value, lengths, step.keep)
                else:
                    previous, value = value, module(value)
                    before = previous if isinstance(module, nn.Softmax) else value
            yield step, value if step.keep else before, value, states


def _recur(module: nn.Module, x: Tensor, lengths: Tensor | None, keep: Keep) -> tuple[Tensor, Tensor]:
    """The hidden states [N, L, F], and what the block hands on: those, or the state after each one's last step.

    Packed sequences stop at their own length, so that padding changes no state.
    """
    if lengths is None:
        states, last = module(x)
    else:
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        packed_states, last = module(packed)
        states, _ = pad_packed_sequence(packed_states, batch_first=True, total_length=x.shape[1])
    hidden = last[0] if isinstance(last, tuple) else last
    return states, states if keep == "sequence" else hidden[-1]


def make(item: Call) -> nn.Module:
    """The module that a call names. Only torch.nn is looked into; ValueError for anything else."""
    namespace, _, name = item.target.partition(".")
    module_class = getattr(nn, name, None)
    if namespace != "nn" or not (isinstance(module_class, type) and issubclass(module_class, nn.Module)):
        raise ValueError(f"{item.target} is not a module of torch.nn")
    return module_class(*item.args, **item.kwargs)


def build(network: Network, inference: Inference | None = None, seed: int | None = None) -> Model:
    """A new model of a valid network; with a seed, the same one each time."""
    if seed is not None:
        torch.manual_seed(seed)
    return Model(network, inference)
