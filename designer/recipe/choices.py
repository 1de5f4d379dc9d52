"""Which functions of the recipe a design needs. Knows no torch."""

from __future__ import annotations

from designer.core.graph.settings import TrainingSettings
from designer.recipe.function import Function
from designer.recipe.goals import Goal

DESCEND = Function("descent", "descend")
RIGHT_ANSWERS = Function("metrics", "right_answers")
"""For Outputs with classes."""
EVALUATION_BATCH = 256
"""Samples that are evaluated at once; how many makes no difference to what is measured."""


def loss_of(goal: Goal) -> Function:
    """What an Output's loss is, of what is compared."""
    return Function("losses", goal.loss)


def steps_of(goal: Goal) -> Function | None:
    """What lays out the steps that are compared; None where whole samples are."""
    return Function("steps", goal.steps) if goal.steps else None


def optimizer_of(settings: TrainingSettings) -> Function:
    """What makes the optimizer of the model's parameters."""
    return Function("optimizers", settings.optimizer)


def penalties_of(settings: TrainingSettings) -> tuple[Function, ...]:
    """What is added to the loss, of the model."""
    return tuple(Function("penalties", f"{name}_penalty") for name in ("l1", "l2") if getattr(settings, name))
