"""States that are carried over from batch to batch, in a script: the order of samples, and where states begin."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import broken
from designer.codegen.plan import GOES_ON, STATES, ScriptPlan
from designer.codegen.recipe_text import called, constant_of
from designer.core.ir.expr import literal
from designer.recipe import choices

_TYPE = "dict[str, Tensor]"
_STREAMS = "streams"


def states_parameter(plan: ScriptPlan) -> tuple[str, ...]:
    """What a function takes that calls the model; nothing where no states are carried."""
    return (f"{STATES}: {_TYPE}",) if plan.carries else ()


def states_argument(plan: ScriptPlan) -> str:
    """The states behind the other arguments of a call."""
    return f", {STATES}" if plan.carries else ""


def epoch_states_parameter(plan: ScriptPlan) -> tuple[str, ...]:
    """The same of train_epoch, which has states of its own where they begin anew with each epoch."""
    return states_parameter(plan) if _are_never_reset(plan) else ()


def epoch_states_argument(plan: ScriptPlan) -> str:
    """The same where it is called."""
    return states_argument(plan) if _are_never_reset(plan) else ""


def _are_never_reset(plan: ScriptPlan) -> bool:
    return plan.settings.reset_states == "never"


def states_ahead_of_epochs(plan: ScriptPlan) -> Iterator[str]:
    """States that are never reset begin ahead of the first epoch."""
    if plan.carries and _are_never_reset(plan):
        yield f"    {STATES}: {_TYPE} = {{}}"


def order_of_epoch(plan: ScriptPlan) -> Iterator[str]:
    """The order of the samples that are learned from, and the states of an epoch."""
    count = f"len(samples[{literal(plan.any_column)}])"
    if not plan.carries:
        order = called(choices.EPOCH_ORDER, plan.settings, count=count, epoch="epoch")
        yield from broken("order = ", order, indent=4)
        return
    order = called(choices.STREAM_ORDER, plan.settings, count=count, streams=constant_of("batch_size"))
    yield from broken("order = ", order, indent=4)
    if not _are_never_reset(plan):
        yield f"    {STATES}: {_TYPE} = {{}}"


def order_of_evaluation(plan: ScriptPlan) -> Iterator[str]:
    """The order of samples that are evaluated, and the states that these begin with."""
    if not plan.carries:
        yield from broken("order = ", plan.evaluation_order, indent=4)
        return
    count = f"len(samples[{literal(plan.any_column)}])"
    yield from broken(f"{_STREAMS} = ", called(choices.STREAMS_OF, plan.settings, count=count), indent=4)
    order = called(choices.STREAM_ORDER, plan.settings, count=count, streams=_STREAMS)
    yield from broken("order = ", order, indent=4)
    yield f"    {STATES}: {_TYPE} = {{}}"


def evaluation_size(plan: ScriptPlan) -> str:
    """How many samples are evaluated at once."""
    return _STREAMS if plan.carries else str(choices.EVALUATION_BATCH)


def beginning_anew(plan: ScriptPlan) -> Iterator[str]:
    """What is done with states ahead of a batch, where series end."""
    if plan.tells_series:
        anew = called(choices.BEGIN_ANEW, plan.settings, states=STATES, rows=f"~batch[{literal(GOES_ON)}]")
        yield from broken("", anew, indent=8)
