"""Blocks of a script that are frozen, or learn at a rate of their own: the constants, and the lines that use them."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import Brackets, broken, flat
from designer.codegen.plan import ScriptPlan
from designer.codegen.printing import literal_code
from designer.codegen.recipe_text import called
from designer.core.ir.expr import literal
from designer.recipe import choices

FROZEN, RATE_FACTORS = "FROZEN", "RATE_FACTORS"


def learning_constants(plan: ScriptPlan) -> Iterator[str]:
    """The names of the modules, where there are any."""
    learning = plan.learning
    if learning.frozen:
        yield from broken(f"{FROZEN} = ", literal_code(learning.frozen))
    if learning.rates:
        pairs = tuple(f"{literal(name)}: {literal(factor)}" for name, factor in learning.rates.items())
        yield from broken(f"{RATE_FACTORS} = ", Brackets("{", pairs, "}"))


def freezing(plan: ScriptPlan) -> Iterator[str]:
    """Ahead of the optimizer."""
    if plan.learning.frozen:
        yield f"    {flat(called(choices.FREEZE, plan.settings, model='model', frozen=FROZEN))}"


def holding(plan: ScriptPlan) -> Iterator[str]:
    """Behind model.train()."""
    if plan.learning.holds_norms:
        yield f"    {flat(called(choices.HOLD_NORMS, plan.settings, model='model', frozen=FROZEN))}"


def learned_parameters(plan: ScriptPlan) -> str:
    """What the optimizer is given."""
    if not plan.learning.rates:
        return "model.parameters()"
    return flat(called(choices.RATE_GROUPS, plan.settings, model="model", rate_factors=RATE_FACTORS))
