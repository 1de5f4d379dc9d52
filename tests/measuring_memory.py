"""What autograd saves in a step of a drawn network, beside what the analysis says."""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from designer.core.analysis.analysis import analyse
from designer.core.graph.binding import Target
from designer.core.graph.network import Network
from designer.core.graph.roles import OF_CLASSES
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import infer
from designer.core.schema.shape import Shape
from designer.engine.model.build import build
from designer.engine.training.batches import Batch, laid_out
from designer.engine.training.objectives import objective_of
from designer.recipe.batching import channels_last
from designer.recipe.goals import goal_of
from tests.saving import saved_in, storages_of

LONGEST = 14


@dataclass(frozen=True)
class Measured:
    """Bytes of a batch: what is said, and what autograd saves; with what enters, and without."""

    said: int
    saved: int
    said_beside_inputs: int
    saved_beside_inputs: int
    fullness: float
    """The mean length of the sequences as a share of the longest; 1 where none vary."""


def _batch(shape: Shape, lengths: Tensor, longest: int) -> Tensor:
    sizes = [longest if size is None else size for size in shape.sizes]
    if shape.is_tokens:
        return torch.randint(1, 2, (len(lengths), *sizes))
    return channels_last({"x": torch.rand(len(lengths), *sizes)})["x"]


def _loss(network: Network, output: str, result: Tensor, lengths: Tensor | None) -> Tensor:
    block = network.nodes[output].block
    per_step = getattr(block, "task", "") == "sequence_to_sequence"
    classes = block.criterion in OF_CLASSES
    names = ("L", "F") if per_step or result.dim() == 3 else ("F",)
    shape = Shape.of((None if lengths is not None else result.shape[1], *([4] if len(names) == 2 else [])), names)
    if lengths is not None:
        shape = Shape.of((None, 4), ("L", "F"))  # any that varies: the loss goes by that
    elif result.dim() > 3:
        names = ("C", "H", "W") if result.dim() == 4 else ("C", "D", "H", "W")
        shape = Shape.of(tuple(result.shape[1:]), names)
    goal = goal_of(output, block, Target("y", shape, ("a", "b") if classes else None))
    wanted = torch.zeros(result.shape[:-1], dtype=torch.int64) if classes else torch.rand_like(result)
    columns = {"y": wanted} if lengths is None else {"y": wanted, "y_lengths": lengths}
    objective = objective_of(goal, TrainingSettings())
    return objective.loss(*objective.compared(result, Batch(columns, ())))


def measured(network: Network, seed: int) -> Measured:
    """One forward pass of a batch as training does it, the losses with it."""
    draw = random.Random(seed)
    inference = infer(network)
    torch.manual_seed(seed)
    model: nn.Module = laid_out(build(network, inference))
    model.train()
    count, longest = draw.choice((2, 3, 5, 8)), draw.randint(3, LONGEST)
    lengths = torch.tensor([longest, *(draw.randint(1, longest) for _ in range(count - 1))])
    by_input, arguments, entering = {}, [], []
    for node in network.of_kind("input"):
        shape = inference.shape(node.id)
        assert shape is not None
        by_input[node.id] = longest
        if node.id not in _needed(network):
            continue
        value = _batch(shape, lengths, longest)
        entering.append(value)
        arguments += [value, lengths] if shape.varies else [value]
    statements = model.program.statements

    def forward() -> list[Tensor]:
        values = model._run(model.program.needed, tuple(arguments))
        results = {name: values.of(value) for name, value in model.program.results.items()}
        losses = []
        for name, result in results.items():
            source = network.nodes[name].inputs[0]
            key = next(item for item in statements if _ref(item, network) == source)
            own = None if key.lengths is None else values.of(key.lengths)
            losses.append(_loss(network, name, result, own))
        return losses

    _, saved = saved_in(forward, [], model)
    analysis = analyse(inference, longest=by_input)
    inputs = {storage.data_ptr() for storage in storages_of(entering)}
    rows = [row for row in analysis.rows if row.block.kind != "input"]
    varies = analysis.varies
    return Measured(
        count * analysis.bytes_held,
        sum(saved.values()),
        count * sum(row.bytes_held for row in rows),
        sum(size for place, size in saved.items() if place not in inputs),
        float(lengths.float().mean()) / longest if varies else 1.0,
    )


def _needed(network: Network) -> set[str]:
    found: set[str] = set()
    for node in network.nodes.values():
        if not node.block.output_ports:
            found |= network.upstream(node.id)
    return found


def _ref(statement, network) -> str:  # type: ignore[no-untyped-def]
    first = network.nodes[statement.block].block.output_ports[0]
    return statement.block if statement.port == first else f"{statement.block}.{statement.port}"
