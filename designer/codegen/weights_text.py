"""How much each class counts in the loss, in a script: numbers at its top, or a function that counts the samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designer.codegen.layout import Brackets, Code, broken, flat
from designer.codegen.plan import WEIGHTS, GoalText, ScriptPlan
from designer.codegen.printing import literal_code
from designer.codegen.recipe_text import called
from designer.core.graph.binding import LENGTHS
from designer.core.ir.expr import literal
from designer.recipe import choices

_NUMBERS, _COUNTING = "CLASS_WEIGHTS", "class_weights"


def parameter(plan: ScriptPlan) -> tuple[str, ...]:
    """What functions take that need the weights; nothing where all classes count alike."""
    return (f"{WEIGHTS}: {_type(plan)}",) if plan.weighed else ()


def argument(plan: ScriptPlan) -> str:
    """The weights, behind the other arguments of a call."""
    return f", {WEIGHTS}" if plan.weighed else ""


def constant(plan: ScriptPlan) -> Iterator[str]:
    """A person's own numbers, in the order of the classes."""
    if not plan.weighed or plan.is_balanced:
        return
    numbers = {item.goal.output: choices.own_weights(item.goal, plan.settings) for item in plan.weighed}
    (first, *_) = numbers.values()
    yield from broken(f"{_NUMBERS} = ", literal_code(first if plan.goals[0].is_alone else numbers))


def balancing_section(plan: ScriptPlan) -> Iterator[str]:
    """The function that finds balanced weights."""
    yield f"def {_COUNTING}(columns: dict[str, np.ndarray]) -> {_type(plan)}:"
    yield '    """How much each class counts in the loss: the more, the rarer it is in what is learned from."""'
    if plan.validates:
        yield from broken("rows, _ = ", plan.split_call, indent=4)
    found = {item.goal.output: f"{flat(_balanced(item, plan))}.to(DEVICE)" for item in plan.weighed}
    yield from broken("return ", _one_or_all(plan, found), indent=4)


def made(plan: ScriptPlan) -> Iterator[str]:
    """The line of main that has the weights."""
    if not plan.weighed:
        return
    if plan.is_balanced:
        yield f"    {WEIGHTS} = {_COUNTING}(columns)"
    elif plan.goals[0].is_alone:
        yield f"    {WEIGHTS} = torch.tensor({_NUMBERS}, device=DEVICE)"
    else:
        numbers = f"for name, numbers in {_NUMBERS}.items()"
        yield f"    {WEIGHTS} = {{name: torch.tensor(numbers, device=DEVICE) {numbers}}}"


def _type(plan: ScriptPlan) -> str:
    return "Tensor" if plan.goals[0].is_alone else "dict[str, Tensor]"


def _one_or_all(plan: ScriptPlan, found: Mapping[str, str]) -> Code:
    if plan.goals[0].is_alone:
        return next(iter(found.values()))
    return Brackets("{", tuple(f"{literal(name)}: {text}" for name, text in found.items()), "}")


def _balanced(item: GoalText, plan: ScriptPlan) -> Code:
    target, rows = item.goal.target, "[rows]" if plan.validates else ""
    assert target.classes is not None
    lengths = f"columns[{literal(target.name + LENGTHS)}]{rows}" if target.shape.varies else ""
    given = {"labels": f"columns[{literal(target.name)}]{rows}", "classes": str(len(target.classes))}
    return called(choices.BALANCED_WEIGHTS, plan.settings, **given, lengths=lengths)
