"""The learning rate of each step in a script: the lines of train_epoch and train that there are where it changes."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import Brackets, broken
from designer.codegen.plan import ScriptPlan
from designer.codegen.recipe_text import called, constant_of
from designer.recipe import choices

BATCHES = "batches"
"""What the batches of an epoch are called where their number is asked for."""
_SCALE = "scale"


def scale_parameter(plan: ScriptPlan) -> tuple[str, ...]:
    """What train_epoch takes where the rate follows the losses."""
    return (f"{_SCALE}: float",) if choices.follows_losses(plan.settings) else ()


def scale_argument(plan: ScriptPlan) -> str:
    """The same where it is called."""
    return f", {_SCALE}" if choices.follows_losses(plan.settings) else ""


def ahead_of_batches(plan: ScriptPlan) -> Iterator[str]:
    """How many steps there are, as far as the rate depends on them."""
    rate, warms_up = choices.rate_of(plan.settings), choices.warms_up(plan.settings)
    if warms_up or (rate and "steps" in rate.parameters):
        yield f"    steps = {constant_of('epochs')} * len({BATCHES})"
    if warms_up:
        yield from broken("warm = ", called(choices.WARMUP_STEPS, plan.settings, steps="steps"), indent=4)


def setting_the_rate(plan: ScriptPlan) -> Iterator[str]:
    """The lines within the loop over batches, ahead of a step; no rate where it stays the same."""
    settings, rate = plan.settings, choices.rate_of(plan.settings)
    warms_up = choices.warms_up(settings)
    if plan.numbers_steps:
        yield f"        step = (epoch - 1) * len({BATCHES}) + number"
    if not plan.schedule:
        return
    given = {
        "step": "max(step - warm, 0)" if warms_up else "step",
        "steps": "max(steps - warm, 1)" if warms_up else "steps",
        "epoch_steps": f"len({BATCHES})",
        "scale": _SCALE,
    }
    taken = {name: code for name, code in given.items() if rate and name in rate.parameters}
    found: Brackets | str = called(rate, settings, **taken) if rate else constant_of("learning_rate")
    if warms_up:
        if rate:
            yield from broken("rate = ", found, indent=8)
            found = "rate"
        found = called(choices.WARMED_UP, settings, rate=found, step="step", warm="warm")
    yield from broken("", called(plan.schedule[-1], settings, optimizer="optimizer", rate=found), indent=8)


def ahead_of_epochs(plan: ScriptPlan) -> Iterator[str]:
    """What is known of the losses before there are any."""
    if choices.follows_losses(plan.settings):
        yield f'    best, waited, {_SCALE} = float("inf"), 0, 1.0'


def behind_an_epoch(plan: ScriptPlan) -> Iterator[str]:
    """What the loss of an epoch makes of the rate."""
    if choices.follows_losses(plan.settings):
        loss = "val_loss" if plan.validates else "loss"
        given = {"best": "best", "waited": "waited", "scale": _SCALE, "loss": loss}
        after = called(choices.AFTER_EPOCH, plan.settings, **given)
        yield from broken(f"best, waited, {_SCALE} = ", after, indent=8)
