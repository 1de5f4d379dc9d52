"""What was observed of a run so far: all that a finding is made of. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from designer.core.graph.design import Design
from designer.engine.protocol.figures import Metrics


@dataclass(frozen=True)
class Diagnosis:
    """What may be wrong: a sentence with its evidence in numbers, the block that it is at, and what can be done."""

    id: str
    text: str
    offers: tuple[str, ...] = ()
    """Names of remedies, the likeliest first."""
    block: str = ""
    """`group1/conv1` is a block in a group; empty where it is at none."""
    epoch: int = 0
    """The epoch whose weights are good, where there is one to go back to."""


@dataclass(frozen=True)
class BlockFigures:
    """What one batch told of a block. Figures that there are not are None."""

    units: int = 0
    dead: float | None = None
    """Share of its ReLU's units that gave 0 for each sample."""
    saturated: float | None = None
    """Share of what its gates, sigmoids and tanhs gave that lies within 2 % of an end of their range."""
    gradient: float | None = None
    """The root of the mean square of the gradients of its weights (no biases, no scales of norms)."""
    normed: float | None = None
    """How many numbers of one training batch a batch norm has the mean of, for each channel."""


@dataclass(frozen=True)
class Examination:
    """What one batch told of all blocks, in the order in which they compute."""

    samples: int
    blocks: dict[str, BlockFigures]


@dataclass(frozen=True)
class AnswersSeen:
    """What a network said of the samples of a validation."""

    wanted: tuple[int, ...] = ()
    """How often each class is right, of the first Output that has classes; empty where none has."""
    named: tuple[int, ...] = ()
    """How often each class was named."""
    variance: float | None = None
    """The mean square of what remains of the first Output's numbers without their mean."""


@dataclass(frozen=True)
class EpochSeen:
    """An epoch that has ended."""

    epoch: int
    step: int
    metrics: Metrics
    answers: AnswersSeen = field(default_factory=AnswersSeen)
    examination: Examination | None = None
    gradient_norms: tuple[float, ...] = ()
    """Of its reports."""
    update_ratios: tuple[float, ...] = ()

    @property
    def train_loss(self) -> float:
        """The mean over the epoch."""
        return self.metrics["train_loss"]

    @property
    def val_loss(self) -> float | None:
        """None where nothing is held back."""
        return self.metrics.get("val_loss")


@dataclass(frozen=True)
class Observed:
    """A run so far. It holds no more of steps than the means of the first and of the latest."""

    design: Design
    training_samples: int = 0
    validation_samples: int = 0
    classes: tuple[str, ...] = ()
    """Of the first Output that has any."""
    epochs: tuple[EpochSeen, ...] = ()
    settled_since: int = 0
    """The last epoch that had other settings than now; 0 where these have not changed."""
    first_loss: float | None = None
    """The mean over the first steps since the settings are as they are."""
    leap: tuple[float, float] | None = None
    """The loss of the very first of those steps, and the highest of them all."""
    latest_loss: float | None = None
    """The median over the latest reports."""
    step: int = 0
    epoch: int = 0
    """That is under way."""
    diverged: bool = False
    """Whether the loss became infinite or NaN, which ended the run."""

    @property
    def last(self) -> EpochSeen | None:
        """The last epoch that has ended."""
        return self.epochs[-1] if self.epochs else None

    @property
    def settled(self) -> tuple[EpochSeen, ...]:
        """The epochs with the settings of now."""
        return tuple(item for item in self.epochs if item.epoch > self.settled_since)

    @property
    def examined(self) -> tuple[Examination, ...]:
        """All that was told of blocks, the newest last."""
        return tuple(item.examination for item in self.epochs if item.examination)

    @property
    def best(self) -> EpochSeen | None:
        """The epoch with the lowest loss in validation, or in training where nothing is held back."""
        return min(self.epochs, key=lambda item: item.metrics.get("val_loss", item.train_loss), default=None)


def middle(values: tuple[float, ...]) -> float | None:
    """The median; None of nothing."""
    return median(values) if values else None


def in_percent(share: float) -> str:
    """0.9137 as "91.4 %"."""
    return f"{100 * share:.3g} %"
