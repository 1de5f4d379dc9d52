"""What a run learns towards: the loss of each Output, penalties on the weights, and the optimizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from designer.core.graph.binding import Binding, Target, loss_function
from designer.core.graph.network import Network
from designer.core.graph.roles import OutputBlock
from designer.core.graph.settings import TrainingSettings
from designer.core.schema.units import plural
from designer.engine.model.build import torch_function
from designer.engine.model.devices import TrainingError
from designer.engine.training.batches import Batch
from designer.parts.losses import real_steps
from designer.parts.penalties import penalised_weights

Loss = Callable[..., Tensor]


@dataclass(frozen=True)
class Goal:
    """What an Output learns: its target, its loss and the weight of that in the sum."""

    output: str
    target: Target
    loss: Loss
    weight: float

    def loss_of(self, result: Tensor, batch: Batch) -> Tensor:
        """The mean loss of what the Output gets for a batch. Raises TrainingError where the lengths differ."""
        wanted, lengths = batch.columns[self.target.name], batch.lengths(self.target.name)
        if self.target.per_step and result.shape[1] != wanted.shape[1]:
            raise TrainingError(
                f"Output '{self.output}' gets {plural(result.shape[1], 'step')}, but its target "
                f"'{self.target.name}' has {wanted.shape[1]}",
                "The blocks between the Input and this Output must keep the length.",
            )
        return self.loss(result, wanted) if lengths is None else self.loss(result, wanted, lengths)

    def count(self, batch: Batch) -> int:
        """The values that the mean is over: samples, or steps."""
        lengths = batch.lengths(self.target.name)
        if lengths is not None:
            return int(lengths.sum())
        size = batch.columns[self.target.name].shape
        return size[0] * size[1] if self.target.per_step else size[0]

    def right(self, result: Tensor, batch: Batch) -> Tensor | None:
        """How many classes are named rightly; None where there are no classes."""
        if self.target.classes is None:
            return None
        wanted = batch.columns[self.target.name]
        if self.target.per_step:
            lengths = batch.lengths(self.target.name)
            result, wanted = real_steps(result, lengths), real_steps(wanted, lengths)
        return (result.detach().argmax(-1) == wanted).sum()


def make_goals(network: Network, binding: Binding, outputs: Iterable[str]) -> tuple[Goal, ...]:
    """The goals of a network's Outputs, in the order in which its model gives their results."""
    blocks = {node.id: block for node, block in network.of_type(OutputBlock)}
    goals = []
    for output in outputs:
        block, target = blocks[output], binding.targets[output]
        loss = torch_function(loss_function(block.criterion, target))
        goals.append(Goal(output, target, loss, block.weight))
    return tuple(goals)


def weighted_sum(losses: Sequence[Tensor], goals: Sequence[Goal]) -> Tensor:
    """The sum of weight × loss over the Outputs."""
    total = losses[0] if goals[0].weight == 1 else goals[0].weight * losses[0]
    for loss, goal in zip(losses[1:], goals[1:], strict=True):
        total = total + goal.weight * loss
    return total


def penalty(model: nn.Module, settings: TrainingSettings) -> Tensor | None:
    """l1 × sum |w| + l2 × sum w² over the weights, which biases and norms' scales are not; None without a factor."""
    if settings.l1 == 0 and settings.l2 == 0:
        return None
    total = torch.zeros(())
    for weight in penalised_weights(model):
        total = total.to(weight.device) + settings.l1 * weight.abs().sum() + settings.l2 * weight.square().sum()
    return total


def make_optimizer(
    parameters: Iterable[nn.Parameter], settings: TrainingSettings, device: torch.device
) -> torch.optim.Optimizer:
    """The optimizer of the settings; fused where torch has it, which is the same rule in one pass over memory."""
    rate, momentum, decay = settings.learning_rate, settings.momentum, settings.weight_decay
    fused = device.type in ("cpu", "cuda")
    if settings.optimizer == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, weight_decay=decay, fused=fused)
    if settings.optimizer == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, momentum=momentum, weight_decay=decay)
    rule = torch.optim.AdamW if settings.optimizer == "adamw" else torch.optim.Adam
    return rule(parameters, lr=rate, weight_decay=decay, fused=fused)
