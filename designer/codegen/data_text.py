"""The sections of a script that bring in the data: constants, tensors and batches."""

from __future__ import annotations

from designer.codegen.layout import Code, broken
from designer.codegen.learning_text import learning_constants
from designer.codegen.plan import GOES_ON, ScriptPlan
from designer.codegen.printing import literal_code
from designer.codegen.recipe_text import called, constant_of
from designer.codegen.weights_text import constant
from designer.core.graph.binding import LENGTHS
from designer.core.ir.expr import literal
from designer.recipe import choices

_DEVICES = {
    "auto": '"cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"',
    "cpu": '"cpu"',
    "cuda": '"cuda"',
    "mps": '"mps"',
}


def constants(plan: ScriptPlan) -> list[str]:
    """The numbers that a person may want to change, at the top of the script."""
    settings = plan.settings
    lines = ["FOLDER = Path(__file__).resolve().parent"] if plan.needs_folder else []
    lines += plan.own.constants() if plan.own else []
    if plan.weights:
        lines.append(f"WEIGHTS = FOLDER / {literal(plan.weights)}")
    lines += [f"{constant_of(name)} = {literal(getattr(settings, name))}" for name in plan.told]
    if not plan.takes_all:
        names = [*plan.columns, *(name + LENGTHS for name in plan.varying)]
        lines += broken("COLUMNS = ", literal_code(tuple(names)))
    if len(plan.goals) > 1:
        weights = (f"{literal(item.goal.output)}: {item.goal.weight}" for item in plan.goals)
        lines.append(f"LOSS_WEIGHTS = {{{', '.join(weights)}}}")
    lines += constant(plan)
    lines += learning_constants(plan)
    return [*lines, f"DEVICE = {_DEVICES[settings.device]}"]


def to_tensors(plan: ScriptPlan) -> list[str]:
    """The function that makes tensors of the columns, all of them or those that the network takes and learns."""
    columns: Code = "columns" if plan.takes_all else "{name: columns[name] for name in COLUMNS}"
    first, *others = plan.placing
    beside: list[str] = []
    if plan.tells_series:
        spans = f"columns[{literal(plan.data.spans)}]"
        told = called(choices.GOES_ON, plan.settings, spans=spans, window=str(plan.window))
        beside = [*broken("taken = ", columns, indent=4), *broken(f"taken[{literal(GOES_ON)}] = ", told, indent=4)]
        columns = "taken"
    made = called(first, plan.settings, columns=columns, device="DEVICE")
    for function in others:
        made = called(function, plan.settings, samples=made)
    return [
        "def to_tensors(columns: dict[str, np.ndarray]) -> dict[str, Tensor]:",
        '    """The columns that the network takes and learns."""',
        *beside,
        *broken("return ", made, indent=4),
    ]
