"""What a script measures beside the loss and the accuracy: lines of its evaluation, for each of its Outputs."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import Brackets, Code, broken, flat
from designer.codegen.plan import GoalText, ScriptPlan
from designer.codegen.recipe_text import called
from designer.core.ir.expr import literal
from designer.recipe import choices
from designer.recipe.choices import Metric

_LISTS = "measured"
_LINKED = {"sigmoid": "torch.sigmoid(", "exp": "torch.exp("}


def figures_type(plan: ScriptPlan) -> tuple[str, ...]:
    """What evaluate gives behind the loss and the accuracy."""
    return ("dict[str, float]",) if plan.measures else ()


def measuring_begun(plan: ScriptPlan) -> Iterator[str]:
    """The line before the loop over batches."""
    if plan.measures:
        yield f"    {_LISTS} = defaultdict(list)"


def measuring_lines(plan: ScriptPlan, goal: GoalText, result: Code, wanted: Code) -> Iterator[str]:
    """What is kept of a batch, where `result` and `wanted` are compared."""
    if goal.goal.target.classes is None:
        link = _LINKED.get(goal.goal.link)
        result, wanted = (_in_own_units(goal, item) for item in (Brackets(link, (result,)) if link else result, wanted))
    once = {_key(goal, item): item for item in goal.metrics}
    for key, item in once.items():
        given = {name: literal(value) for name, value in item.given}
        found = called(item.of_batch, plan.settings, result=result, wanted=wanted, **given)
        yield from broken("", Brackets(f"{key}.append(", (found,)), indent=8)


def figures_line(plan: ScriptPlan) -> Iterator[str]:
    """The line behind the loop."""
    if not plan.measures:
        return
    pairs = [
        f"{literal(_name(goal, item))}: {flat(called(item.figure, plan.settings, **_together(goal, item)))}"
        for goal in plan.goals
        for item in goal.metrics
    ]
    yield from broken("figures = ", Brackets("{", tuple(pairs), "}", each=len(pairs) > 1), indent=4)


def told_figures(plan: ScriptPlan) -> tuple[str, ...]:
    """The figures, behind what else is printed in a line."""
    return ("in_words(figures)",) if plan.measures else ()


def _together(goal: GoalText, item: Metric) -> dict[str, Code]:
    (parameter,) = item.figure.parameters
    return {parameter: f"{'torch.cat' if item.needs_all else 'sum'}({_key(goal, item)})"}


def _key(goal: GoalText, item: Metric) -> str:
    """Where the tensors of all batches are."""
    name = literal(item.of_batch.name + "".join(str(value) for _, value in item.given))
    return f"{_LISTS}[{name}]" if goal.is_alone else f"{_LISTS}[{literal(goal.goal.output)}, {name}]"


def _name(goal: GoalText, item: Metric) -> str:
    return item.name if goal.is_alone else f"{item.name}/{goal.goal.output}"


def _in_own_units(goal: GoalText, values: Code) -> Code:
    if goal.units is None:
        return values
    offsets, scales = map(literal, goal.units)
    return called(choices.IN_OWN_UNITS, goal.settings, values=values, offsets=offsets, scales=scales)
