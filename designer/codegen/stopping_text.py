"""The best epoch in a script: when training stops after it, and its weights in the end."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import broken
from designer.codegen.plan import ScriptPlan
from designer.codegen.recipe_text import called
from designer.recipe import choices


def best_ahead_of_epochs(plan: ScriptPlan) -> Iterator[str]:
    """No epoch has been the best one yet."""
    if choices.stopping(plan.settings):
        yield '    least, least_epoch = float("inf"), 0'


def best_behind_an_epoch(plan: ScriptPlan, evaluated: str) -> Iterator[str]:
    """Whether this epoch is the best one; its weights are kept, or the last epoch has come, where that is wanted."""
    settings = plan.settings
    if not choices.stopping(settings):
        return
    given = {"least": "least", "least_epoch": "least_epoch", "loss": "val_loss" if plan.validates else "loss"}
    least = called(choices.LEAST_SO_FAR, settings, **given, epoch="epoch")
    yield from broken("least, least_epoch = ", least, indent=8)
    if settings.keep_best:
        yield "        if least_epoch == epoch:"
        yield f"            best_weights = {{name: value.clone() for name, value in {evaluated}.state_dict().items()}}"
    if settings.early_stopping:
        waited = called(choices.HAS_WAITED, settings, epoch="epoch", least_epoch="least_epoch")
        yield from broken("if ", waited, ":", indent=8)
        yield "            break"


def ending(plan: ScriptPlan, evaluated: str) -> Iterator[str]:
    """The weights in the end, where they are not those that were learned last."""
    if plan.settings.keep_best:
        yield "    model.load_state_dict(best_weights)"
    elif evaluated != "model":
        yield f"    model.load_state_dict({evaluated}.state_dict())"
