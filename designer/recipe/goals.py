"""What each Output learns: with which loss, how much that counts, and what is compared. Knows no torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designer.core.graph.binding import LENGTHS, Binding, Target
from designer.core.graph.network import Network
from designer.core.graph.roles import Criterion, Gives, Link, OutputBlock, given_by


@dataclass(frozen=True)
class Goal:
    """What an Output learns: its target, its loss and the weight of that in the sum over all Outputs."""

    output: str
    target: Target
    loss: Criterion
    """The function of `recipe/losses.py`, which is called so."""
    weight: float
    options: tuple[tuple[str, float | bool | str], ...] = ()
    """What the loss takes beside what is compared."""
    link: Link = ""
    """What the loss applies itself to what the network gives."""

    @property
    def gives(self) -> Gives:
        """What its Output gives."""
        return given_by(self.loss)

    @property
    def lengths(self) -> str:
        """The column of the lengths of its target; empty where they do not vary."""
        return self.target.name + LENGTHS if self.target.shape.varies else ""

    @property
    def steps(self) -> str:
        """What lays out the values that are compared, of `recipe/sequence_steps.py`; empty for whole samples.

        The mean loss is over as many values as it gives, or over the samples.
        """
        if self.lengths:
            return "real_steps"
        return "every_step" if self.target.per_step else ""


def goals_of(network: Network, binding: Binding, outputs: Iterable[str]) -> tuple[Goal, ...]:
    """The goals of a network's Outputs, in the order in which its model gives their results."""
    blocks = {node.id: block for node, block in network.of_type(OutputBlock)}
    return tuple(goal_of(output, blocks[output], binding.targets[output]) for output in outputs)


def goal_of(output: str, block: OutputBlock, target: Target) -> Goal:
    """What an Output of that name learns."""
    return Goal(output, target, block.criterion, block.weight, tuple(block.loss_options.items()), block.link)
