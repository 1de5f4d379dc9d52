"""The training settings of a design: how steps are made, what is done against learning by heart, what is kept apart."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from designer.core.graph.metric_names import METRICS
from designer.core.graph.step_settings import StepSettings
from designer.core.schema.fields import ClassWeights, choice, flag, real, whole

MetricNames = Annotated[tuple[str, ...], METRICS]
GRADIENTS = "Gradients"
"""The section of what is done with gradients ahead of a step."""
REGULARISATION = "Regularisation"
"""The section of what keeps a network from learning its samples by heart, and of what counts how much."""
STATES = "Recurrent states"
"""The section of what recurrent blocks remember from batch to batch."""
VALIDATION = "Validation and device"
"""The section of what is kept apart, the random numbers, and where and how it is computed."""
MOST_THREADS = 4096
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
    "gradient_noise",
    "early_stopping",
    *("weight_decay", "l1", "l2", "label_smoothing", "epochs"),
)
"""Settings that may become others while a network is trained: they change neither its samples nor what was learned."""


class TrainingSettings(StepSettings):
    """How the network is trained. What each number does is said in `designer/recipe`, by functions that take it."""

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
    gradient_noise: float = real(
        0.0,
        "Adds random numbers to the gradients behind any clipping, whose variance at step t is this / (1 + t)^0.55: "
        "0.01, 0.3 or 1 with Neelakantan and others (2015), who reached with it what deep networks did not learn "
        "otherwise; 0 adds none. PyTorch has it in no optimizer.",
        low=0.0,
        high=100.0,
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
    carry_states: bool = flag(
        False,
        "Recurrent blocks begin a batch with the states that they have ended the one before with, as of Keras's layers "
        "with stateful=True: what they read before a window acts on it. The samples, windows of one long series, are "
        "cut into as many streams as a batch has rows: they are learned in their order, not in one of each epoch's "
        "own. Gradients reach back to the beginning of a batch (truncated backpropagation). For validation and test "
        "the states begin with zeros and are carried in order. Wherever a single sample is looked at, they are zeros.",
        section=STATES,
    )
    reset_states: Literal["epoch", "series", "never"] = choice(
        "epoch",
        "When carried states become zeros again: with each epoch, as the series then begins again; with each epoch and "
        "in each row where a sample does not go on where the one before it has ended (series); or never, as those of "
        "Keras's layers while nobody resets them.",
        section=STATES,
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
    precision: Literal["float32", "bfloat16", "float16"] = choice(
        "float32",
        "Numbers that products are computed in while it learns, where the device has them: mixed precision, by "
        "torch.autocast(dtype=…), and for float16 a torch.amp.GradScaler. What is kept of a batch takes up to half "
        "the memory; it is faster where the processor has instructions for it. Weights, steps, losses, validation and "
        "test stay float32.",
        section=VALIDATION,
    )
    threads: int = whole(
        0,
        "Threads that compute on the CPU: torch.set_num_threads(…). With 0, a long run tries ahead of its first step "
        "how many are fastest for its network, and takes those: of small networks often one. A run goes on with those "
        "that it was begun with, as the last digits of its curve depend on them.",
        low=0,
        high=MOST_THREADS,
        unit=("thread", "threads", "(auto)"),
        section=VALIDATION,
    )
    deterministic: bool = flag(
        False,
        "Takes no algorithm that may give other last digits at another time: torch.use_deterministic_algorithms(True), "
        "and with it CUBLAS_WORKSPACE_CONFIG. A GPU is slower so, and a block that has no other algorithm is refused; "
        "on a CPU the same seed gives the same curve without it. Threads are not tried then, so that no clock decides.",
        section=VALIDATION,
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
