"""The training settings of a step: the optimizer, the learning rate, and how that changes from step to step."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from designer.core.schema.fields import Milestones, choice, flag, real, whole

OPTIMIZER = "Optimizer"
"""The section of what an optimizer takes beside the learning rate."""
SCHEDULE = "Schedule"
"""The section of how the learning rate changes from step to step."""

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


class StepSettings(BaseModel):
    """What makes a step of a gradient; the first settings of those that a design has."""

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
