"""What some blocks are in a network, as types: all who have to know of an Input or an Output ask for these.

The kinds are in `designer.blocks`, and those of somebody's own may be subclasses as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from designer.core.graph.block import Block, Saved
from designer.core.schema.fields import whole
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural

Task = Literal["classification", "regression", "sequence_to_sequence", "autoencoder"]
Criterion = Literal["cross_entropy", "focal", "mse", "mae", "huber", "quantile", "poisson", "cosine", "bce", "triplet"]
OF_LOGITS: tuple[Criterion, ...] = ("cross_entropy", "focal")
"""The losses of classes for each of which a number arrives."""
OF_CLASSES: tuple[Criterion, ...] = (*OF_LOGITS, "triplet")
"""The losses of classes; all others are of numbers. The triplet loss takes embeddings of any width."""
Gives = Literal["classes", "embeddings", "numbers"]
"""What a network gives at an Output."""
Link = Literal["", "softmax", "sigmoid", "exp"]
"""What a loss applies itself to what arrives."""
_LINKS: Mapping[Criterion, Link] = {"cross_entropy": "softmax", "focal": "softmax", "bce": "sigmoid"}


def given_by(criterion: Criterion) -> Gives:
    """What a loss makes a network give."""
    if criterion == "triplet":
        return "embeddings"
    return "classes" if criterion in OF_CLASSES else "numbers"


PaddingRule = Literal["explicit", "same", "causal"]
MOST_INPUTS = 16


class InputBlock(Block):
    """Where samples enter. Each kind has these fields, in the order of its form."""

    inputs = ()
    belongs = "network"

    if TYPE_CHECKING:
        sizes: tuple[int | None, ...]
        """Of one sample; None where it varies."""
        feature: str
        """The column of the data that enters; empty for the first one that no other Input takes."""


class OutputBlock(Block):
    """What the network is trained for. Each kind has these fields, in the order of its form."""

    outputs = ()
    belongs = "network"

    if TYPE_CHECKING:
        task: Task
        target: str
        """The column of the data to learn; empty for the first one that no other Output takes."""
        weight: float
        """The factor of its loss in the sum over all Outputs."""

    @property
    def criterion(self) -> Criterion:
        """The loss that is used."""
        raise NotImplementedError

    @property
    def loss_options(self) -> Mapping[str, float | bool | str]:
        """What the loss takes beside what is compared, by the names of its parameters in `recipe/losses.py`."""
        return {}

    @property
    def link(self) -> Link:
        """What the loss applies itself to what arrives: the network learns the logits, or the logarithms."""
        return _LINKS.get(self.criterion, "")

    @property
    def copies(self) -> bool:
        """Whether what entered is to be given back, so that its target is a feature."""
        return self.task == "autoencoder"


class GroupPort(Block):
    """Where a value enters a group or leaves it: its name is that of the group's port."""

    belongs = "group"

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        """Nothing: it hands on what it is given."""
        return Saved(view=True)


class GroupEntry(GroupPort):
    """Where a value enters a group."""

    inputs = ()


class GroupExit(GroupPort):
    """Where a value leaves a group."""

    outputs = ()


class SeveralInputs(Block):
    """Takes `count` values, each at a port of its own. While a person connects, it takes one more."""

    category = "Merging"
    inputs: ClassVar[tuple[str, ...]] = ("1", "2")

    count: int = whole(2, "Values that come in, each at a port of its own.", low=2, high=MOST_INPUTS, unit="inputs")

    @property
    def input_ports(self) -> tuple[str, ...]:
        """Numbers, from 1."""
        return tuple(str(number) for number in range(1, self.count + 1))

    def details(self) -> str:
        """How many there are."""
        return plural(self.count, "input")


class WindowBlock(Block):
    """Slides a window, which cuts off the edges unless `padding_rule` keeps the sizes. Each kind has that field."""

    if TYPE_CHECKING:
        padding_rule: PaddingRule


class RecurrentBlock(Block):
    """Hands a state on from step to step, and begins with what enters its port `state`, or else with zeros.

    It is a recurrent module of torch, whose state may be carried over to the next batch unless it reads backwards as
    well. Each kind has these fields.
    """

    if TYPE_CHECKING:
        bidirectional: bool


class ReversingBlock(Block):
    """Turns each sequence around, from its end to its beginning."""


class BatchNormBlock(Block):
    """Takes, while it learns, the mean and the deviation of each channel over all samples of a batch."""


class EmbeddingBlock(Block):
    """Has a row for each token that it knows. Each kind has this field."""

    if TYPE_CHECKING:
        num_embeddings: int
