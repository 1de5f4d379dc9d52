"""What an architecture file holds beside its blocks and data: the training settings, the layout, and words."""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from designer.core.graph.metric_names import METRICS
from designer.core.schema.fields import ClassWeights, Milestones, choice, flag, real, whole

REACH = 1e9
"""No block lies further from the middle of the canvas, in pixels."""
Coordinate = Annotated[float, Field(strict=True, ge=-REACH, le=REACH, allow_inf_nan=False)]
Position = tuple[Coordinate, Coordinate]


def within_reach(x: float, y: float) -> Position:
    """The place, or the nearest one that is on the canvas: what lies further off could not be opened again."""
    return min(max(x, -REACH), REACH), min(max(y, -REACH), REACH)


MetricNames = Annotated[tuple[str, ...], METRICS]
OPTIMIZER = "Optimizer"
"""The section of what an optimizer takes beside the learning rate."""
SCHEDULE = "Schedule"
"""The section of how the learning rate changes from step to step."""
GRADIENTS = "Gradients"
"""The section of what is done with gradients ahead of a step."""
REGULARISATION = "Regularisation"
"""The section of what keeps a network from learning its samples by heart, and of what counts how much."""
VALIDATION = "Validation and device"
"""The section of what is kept apart, the random numbers, and where it is computed."""
FEWEST_HELD = 10
"""Samples to validate with from which on a figure says something: of fewer each answer is more than a tenth of it."""
_ALWAYS_WRITTEN = (
    *("optimizer", "learning_rate", "momentum", "weight_decay", "l1", "l2"),
    *("batch_size", "epochs", "seed", "validation_share", "device"),
)
"""The settings that version 5 of the format began with."""


MAY_CHANGE = (
    *("learning_rate", "momentum", "nesterov", "beta1", "beta2", "eps"),
    *("schedule", "warmup", "step_size", "milestones", "rate_gamma", "restart_epochs", "restart_factor", "rise_share"),
    *("power", "plateau_patience", "min_learning_rate", "clip_norm", "clip_value"),
    "early_stopping",
    *("weight_decay", "l1", "l2", "label_smoothing", "epochs"),
)
"""Settings that may become others while a network is trained: they change neither its samples nor what was learned."""


Schedule = Literal[
    "constant",
    "step",
    "multi_step",
    "exponential",
    "cosine_annealing",
    "cosine_restarts",
    "one_cycle",
    "polynomial",
    "plateau",
]


class TrainingSettings(BaseModel):
    """How the network is trained. What each number does is said in `designer/recipe`, by functions that take it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    optimizer: Literal["adam", "adamw", "nadam", "radam", "sgd", "rmsprop", "adagrad", "adafactor", "muon"] = choice(
        "adam",
        "Rule that turns gradients into steps: torch.optim.Adam, AdamW, NAdam, RAdam, SGD with momentum, RMSprop, "
        "Adagrad, Adafactor, or Muon. Muon is for weights of two axes alone: embeddings, kernels of convolutions, "
        "biases and norms get AdamW's steps beside it, at the same rate.",
    )
    learning_rate: float = real(1e-3, "Size of each step; usual values are 0.0001 to 0.1.", low=1e-8, high=100.0)
    momentum: float = real(
        0.9,
        "How much of the step before is kept: torch.optim.SGD(momentum=…), and that of RMSprop and Muon.",
        low=0.0,
        high=0.999,
        section=OPTIMIZER,
    )
    nesterov: bool = flag(
        False,
        "Takes the gradient from where the momentum leads to: torch.optim.SGD(nesterov=…). It needs some momentum.",
        section=OPTIMIZER,
    )
    beta1: float = real(
        0.9,
        "How much of the mean of gradients is kept at each step: the first of torch.optim.Adam(betas=(β₁, β₂)).",
        low=0.0,
        high=0.999999,
        section=OPTIMIZER,
    )
    beta2: float = real(
        0.999,
        "How much of the mean of squared gradients is kept at each step: the second of torch.optim.Adam(betas=(β₁, "
        "β₂)).",
        low=0.0,
        high=0.999999,
        section=OPTIMIZER,
    )
    eps: float = real(
        1e-8,
        "Is added to what steps are divided by, so that tiny gradients make no huge ones: torch.optim.Adam(eps=…).",
        low=1e-16,
        high=10.0,
        section=OPTIMIZER,
    )
    schedule: Schedule = choice(
        "constant",
        "How the learning rate changes, in torch.optim.lr_scheduler's words: StepLR, MultiStepLR, ExponentialLR, "
        "CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR, PolynomialLR, or ReduceLROnPlateau by the loss in "
        "validation. Cosine, one cycle and polynomial end with the last epoch: with more epochs they are longer.",
        section=SCHEDULE,
    )
    warmup: float = real(
        0.0,
        "How long the rate rises in equal parts before the schedule begins: so many steps, or from a number below 1 "
        "that share of all. As torch's LinearLR in front of it in a SequentialLR.",
        low=0.0,
        high=1e6,
        section=SCHEDULE,
    )
    step_size: int = whole(
        10,
        "Epochs after each of which the rate falls: StepLR(step_size=…).",
        high=1_000_000,
        unit=("epoch", "epochs"),
        section=SCHEDULE,
    )
    milestones: Milestones = Field(
        default=(5, 8),
        description="The epochs after which the rate falls: MultiStepLR(milestones=…).",
        json_schema_extra={"section": SCHEDULE},
    )
    rate_gamma: float = real(
        0.1,
        "What the rate is multiplied by where it falls: gamma of StepLR, MultiStepLR and ExponentialLR, where 0.95 is "
        "usual, and ReduceLROnPlateau's factor.",
        low=0.0,
        high=1.0,
        section=SCHEDULE,
    )
    restart_epochs: int = whole(
        10,
        "Epochs of the first fall, after which the rate begins at its top again: CosineAnnealingWarmRestarts(T_0=…).",
        high=1_000_000,
        unit=("epoch", "epochs"),
        section=SCHEDULE,
    )
    restart_factor: int = whole(
        1,
        "How many times as long each fall is as the one before: CosineAnnealingWarmRestarts(T_mult=…).",
        high=10,
        section=SCHEDULE,
    )
    rise_share: float = real(
        0.3, "Share of all steps in which the rate rises: OneCycleLR(pct_start=…).", low=0.0, high=1.0, section=SCHEDULE
    )
    power: float = real(
        1.0,
        "1 is a straight line down to 0; larger ones fall faster at first: PolynomialLR(power=…).",
        low=0.01,
        high=100.0,
        section=SCHEDULE,
    )
    plateau_patience: int = whole(
        10,
        "Epochs without a smaller loss that are waited for; after one more the rate falls: "
        "ReduceLROnPlateau(patience=…).",
        low=0,
        high=1_000_000,
        unit=("epoch", "epochs"),
        section=SCHEDULE,
    )
    min_learning_rate: float = real(
        0.0,
        "The rate falls no further: eta_min of CosineAnnealingLR and CosineAnnealingWarmRestarts, min_lr of "
        "ReduceLROnPlateau.",
        low=0.0,
        high=100.0,
        section=SCHEDULE,
    )
    clip_norm: float = real(
        0.0,
        "The 2-norm that all gradients together have at most; 0 cuts nothing. torch.nn.utils.clip_grad_norm_: against "
        "steps that are far too large, as of recurrent blocks.",
        low=0.0,
        high=1e6,
        section=GRADIENTS,
    )
    clip_value: float = real(
        0.0,
        "How far each number of the gradients is from 0 at most; 0 cuts nothing. torch.nn.utils.clip_grad_value_.",
        low=0.0,
        high=1e6,
        section=GRADIENTS,
    )
    accumulation: int = whole(
        1,
        "Batches whose mean gradient makes one step, as one batch so many times as large would: what memory has no "
        "room for at once. At the end of an epoch they may be fewer. Each batch is told and counted as a step.",
        high=65_536,
        unit=("batch", "batches"),
        section=GRADIENTS,
    )
    weight_decay: float = real(
        0.0,
        "Pulls every parameter towards zero at each step, through the optimizer: AdamW takes learning rate × decay × "
        "parameter off, apart from the gradient; the others add decay × parameter to the gradient.",
        low=0.0,
        high=10.0,
        section=REGULARISATION,
    )
    l1: float = real(
        0.0,
        "Adds this times the sum of |w| over all weights (not biases, not scales of norms) to what is minimised; "
        "drives weights to exactly zero.",
        low=0.0,
        high=10.0,
        section=REGULARISATION,
    )
    l2: float = real(
        0.0,
        "Adds this times the sum of w² over all weights (not biases, not scales of norms) to what is minimised. "
        "Unlike weight decay it is part of the loss; the curves show the loss without it.",
        low=0.0,
        high=10.0,
        section=REGULARISATION,
    )
    label_smoothing: float = real(
        0.0,
        "Spreads this share of each class over all of them, where the loss is a cross-entropy: torch's "
        "CrossEntropyLoss(label_smoothing=…). Every curve shows that loss, validation and test, too.",
        low=0.0,
        high=0.999,
        section=REGULARISATION,
    )
    ema_decay: float = real(
        0.0,
        "How much of a running mean of the weights is kept at each step, as 0.999; 0 takes none. Validation and test "
        "are of the mean, and so are the weights in the end. As torch.optim.swa_utils.get_ema_multi_avg_fn(decay=…), "
        "but that the first steps forget faster.",
        low=0.0,
        high=0.999999,
        section=REGULARISATION,
    )
    early_stopping: int = whole(
        0,
        "Training stops once so many epochs have gone by without a smaller loss in validation, or in training where "
        "nothing is kept apart; 0 goes on to the last epoch. PyTorch has it in no optimizer: others call it patience.",
        low=0,
        high=1_000_000,
        unit=("epoch", "epochs"),
        section=REGULARISATION,
    )
    keep_best: bool = flag(
        False,
        "A run ends with the weights of the epoch that had the smallest loss in validation, or in training where "
        "nothing is kept apart, and the test is of these. One that goes on does so with what was learned last.",
        section=REGULARISATION,
    )
    class_weights: ClassWeights = Field(
        default=None,
        description="How much each class counts in the loss, where that is a cross-entropy: torch's "
        "CrossEntropyLoss(weight=…), whose mean is over the weights of what is compared. Balanced: samples / (classes "
        "× samples of the class) in what is learned from, so that rare classes count as much as frequent ones. Own "
        "numbers are by the names of classes, for each Output that has them; all others have 1. Every curve shows "
        "that loss, validation and test, too; the accuracy counts each sample once.",
        json_schema_extra={"section": REGULARISATION},
    )
    batch_size: int = whole(32, "Samples that make one step: torch.utils.data.DataLoader(batch_size=…).", high=65_536)
    epochs: int = whole(10, "Times that the whole training data is seen.", high=1_000_000)
    seed: int = whole(
        0,
        "Start of the random numbers: the same seed gives the same curve. It is torch.manual_seed's.",
        low=0,
        high=2**31 - 1,
        section=VALIDATION,
    )
    validation_share: float = real(
        0.2,
        "Share of the training data that is kept apart to measure, and never learned from. Of a series it is the end, "
        "and windows that reach over the cut are left out; samples made of the same pictures stay together.",
        low=0.0,
        high=0.9,
        section=VALIDATION,
    )
    metrics: MetricNames = Field(
        default=(),
        description="What is measured beside the loss and the accuracy, or at the end the MAE of numbers, for all "
        "Outputs for which it makes sense: after each epoch with the samples that are learned and those that validate, "
        "and once in the end with those of the test. F1, precision and recall are means over the classes; AUROC is "
        "that of each class against all others, of samples that are not learned alone; top-k is the share whose class "
        "is among the k that seem most likely; coverage is the share of numbers that are no larger than what is told "
        "for them, near the quantile of an Output that learns one.",
        json_schema_extra={"section": VALIDATION},
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = choice(
        "auto", "Where to compute, a torch.device; auto takes a GPU where there is one.", section=VALIDATION
    )

    def differing(self, other: TrainingSettings) -> dict[str, tuple[Any, Any]]:
        """By the names of settings that differ what they are here, and there."""
        ours, theirs = self.model_dump(), other.model_dump()
        return {name: (value, theirs[name]) for name, value in ours.items() if value != theirs[name]}

    def may_become(self, other: TrainingSettings) -> bool:
        """Whether no others differ than those that may become others while a network is trained."""
        return self.differing(other).keys() <= set(MAY_CHANGE)

    def to_json(self) -> dict[str, Any]:
        """As a file holds it.

        A setting that came later stands there only where it is not at its default: a file without it says the same,
        and can be read by programs that do not know it, so that the format needs no new version for it.
        """
        return {
            name: value
            for name, value in self.model_dump(mode="json").items()
            if name in _ALWAYS_WRITTEN or getattr(self, name) != type(self).model_fields[name].default
        }


class About(BaseModel):
    """What a person should know of an architecture: shown beside it, and in the gallery of examples."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(default="", strict=True, max_length=120, description="A line that names the network.")
    section: str = Field(default="", strict=True, max_length=60, description="Where it stands among the examples.")
    text: str = Field(default="", strict=True, max_length=20_000, description="What it is and why it is built so.")
    to_try: str = Field(default="", strict=True, max_length=2_000, description="What to do with it in the window.")
    source: str = Field(default="", strict=True, max_length=2_000, description="Where the idea comes from.")
    result: str = Field(default="", strict=True, max_length=2_000, description="What it reached, and against what.")


NoteColour = Literal["yellow", "green", "blue", "rose", "grey"]
Extent = Annotated[float, Field(strict=True, ge=40.0, le=4000.0, allow_inf_nan=False)]


class Note(BaseModel):
    """A person's words on the canvas: plain text on a sheet, whose top left corner and size are in pixels at 100 %."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(default="", strict=True, max_length=20_000)
    position: Position = (0.0, 0.0)
    size: tuple[Extent, Extent] = (232.0, 96.0)
    colour: NoteColour = "yellow"


class View(BaseModel):
    """What the canvas shows of a network beside its blocks.

    `positions` are the top left corners of the blocks, in pixels at 100 %. `notes` are by names of their own.
    `expanded` names the groups that are open in place; with each goes the place of its inside that lies where its
    card would be, so that nothing in it jumps while it is edited.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    positions: dict[str, Position] = Field(default_factory=dict)
    notes: dict[str, Note] = Field(default_factory=dict)
    expanded: dict[str, Position] = Field(default_factory=dict)

    def but(self, **changes: Any) -> View:
        """The view with other positions, notes or groups that are open in place."""
        return self.model_copy(update=changes)

    def only(self, blocks: Container[str]) -> View:
        """The view without what it says of other blocks than these."""
        return self.but(
            positions={key: place for key, place in self.positions.items() if key in blocks},
            expanded={key: place for key, place in self.expanded.items() if key in blocks},
        )

    def to_json(self) -> dict[str, Any]:
        """As a file holds it: notes and open groups only where there are any."""
        written = self.model_dump(mode="json")
        return {key: part for key, part in written.items() if part or key == "positions"}
