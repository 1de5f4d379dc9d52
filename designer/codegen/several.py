"""The training loop of a script whose network has several Outputs, and what it shares with the loop of one."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import Brackets, broken, flat
from designer.codegen.learning_text import holding
from designer.codegen.measures_text import figures_line, figures_type, measuring_begun, measuring_lines
from designer.codegen.plan import STATES, ScriptPlan
from designer.codegen.recipe_text import called, inlined_lines
from designer.codegen.reserved import RESERVED
from designer.codegen.schedule_text import BATCHES, ahead_of_batches, scale_parameter, setting_the_rate
from designer.codegen.states_text import (
    beginning_anew,
    epoch_states_parameter,
    evaluation_size,
    order_of_epoch,
    order_of_evaluation,
    states_argument,
    states_parameter,
)
from designer.codegen.transforms_text import PARTNERS, SHARE
from designer.codegen.weights_text import argument, parameter
from designer.core.ir.expr import literal
from designer.core.schema.transliteration import in_latin
from designer.recipe import choices
from designer.recipe.choices import SPLIT_ORDER, WEIGHTED_SUM

SAMPLES = "samples: dict[str, Tensor]"
MEAN = "mean"
"""The model whose weights are a running mean."""
SCALER = "scaler"
"""What makes gradients larger until the step."""
_DICT = "dict[str, Tensor]"
_MEANS = "{name: totals[name] / seen[name] for name in totals}"


def epoch_opening(plan: ScriptPlan) -> Iterator[str]:
    """The head of train_epoch, and the order of the samples."""
    usual = ("model: nn.Module", "optimizer: torch.optim.Optimizer", SAMPLES, "epoch: int")
    mean = (f"{MEAN}: nn.Module",) if plan.averages else ()
    scaler = (f"{SCALER}: torch.amp.GradScaler",) if plan.scales else ()
    arguments = (*usual, *scale_parameter(plan), *mean, *scaler, *epoch_states_parameter(plan), *parameter(plan))
    yield from broken("", Brackets("def train_epoch(", arguments), " -> float:")
    order = "batches that go on where the ones before have ended" if plan.carries else "an order of its own"
    yield f'    """One pass over the samples, in {order}; gives the mean loss."""'
    yield "    model.train()"
    yield from holding(plan)
    yield from order_of_epoch(plan)
    if plan.counts_batches:
        batches = called(SPLIT_ORDER, plan.settings, order="order", size="BATCH_SIZE")
        yield from broken(f"{BATCHES} = ", batches, indent=4)
        yield from ahead_of_batches(plan)


def batches_of(plan: ScriptPlan, size: str, learned: bool = False) -> Iterator[str]:
    """The head of a loop over batches; those that are `learned` from may be changed by chance."""
    changed = learned and plan.transforms.is_random
    is_named = learned and plan.counts_batches
    batches = BATCHES if is_named else flat(called(SPLIT_ORDER, plan.settings, order="order", size=size))
    is_counted = changed or (learned and (plan.numbers_steps or plan.accumulates))
    yield f"    for number, rows in enumerate({batches}):" if is_counted else f"    for rows in {batches}:"
    if is_named:
        yield from setting_the_rate(plan)
    yield f"        batch = {flat(called(plan.taking, plan.settings, samples='samples', rows='rows'))}"
    if changed:
        yield from plan.transforms.batch_lines()
    yield from beginning_anew(plan)


def clearing(plan: ScriptPlan) -> Iterator[str]:
    """The gradients of the step before go, where a batch begins another one."""
    if plan.accumulates:
        yield f"        if {flat(called(choices.BEGINS_STEP, plan.settings, number='number'))}:"
        yield "            optimizer.zero_grad()"
    else:
        yield "        optimizer.zero_grad()"


def descending(plan: ScriptPlan, loss: str) -> Iterator[str]:
    """The step that an optimizer makes for a batch."""
    settings, within = plan.settings, ""
    minimised = loss + plan.penalties
    if plan.accumulates:
        together = called(choices.BATCHES_OF_STEP, settings, number="number", batches=f"len({BATCHES})")
        yield from broken("together = ", together, indent=8)
        minimised = f"({minimised}) / together"
    given = {"model": "model", "optimizer": "optimizer", "step": "step", "scaler": SCALER}
    yield from inlined_lines(choices.backward_of(settings), settings, indent=8, minimised=minimised, scaler=SCALER)
    if plan.accumulates:
        within = flat(called(choices.ENDS_STEP, settings, number="number", batches=f"len({BATCHES})"))
        yield f"        if {within}:"
    for function in choices.descent_of(settings):
        indent, taken = 12 if within else 8, {name: code for name, code in given.items() if name in function.parameters}
        if function.is_copied:
            yield from broken("", called(function, settings, **taken), indent=indent)
        else:
            yield from inlined_lines(function, settings, indent=indent, **taken)
    if plan.averages:
        following = called(choices.FOLLOW, settings, mean=MEAN, model="model", step="step")
        yield from broken("", following, indent=12 if within else 8)


def several_sections(plan: ScriptPlan) -> Iterator[list[str]]:
    """The functions that run, train and evaluate several Outputs."""
    yield list(_run(plan))
    yield list(_sizes(plan))
    yield list(_epoch(plan))
    yield list(_evaluate(plan))


def _run(plan: ScriptPlan) -> Iterator[str]:
    names = _results(plan)
    mixing = (f"{SHARE}: float = 1.0", f"{PARTNERS}: Tensor | None = None") if plan.mixing else ()
    given = (*states_parameter(plan), *parameter(plan))
    arguments = ("model: nn.Module", f"batch: {_DICT}", *given, *mixing)
    yield from broken("", Brackets("def run(", arguments), f" -> tuple[{_DICT}, {_DICT}]:")
    more = ": by the classes of both, where samples are mixed" if plan.mixing else ""
    yield f'    """What reaches each output, and its loss{more}."""'
    yield from broken(f"{', '.join(names)} = ", plan.called_to_learn, indent=4)
    found = [(goal, literal(goal.goal.output), name) for goal, name in zip(plan.goals, names, strict=True)]
    results = (f"{output}: {flat(goal.compared(name))}" for goal, output, name in found)
    yield from broken("results = ", Brackets("{", tuple(results), "}"), indent=4)
    ready = [f"results[{output}]" if goal.goal.steps else name for goal, output, name in found]
    losses = (
        f"{output}: {flat(goal.loss_of(result, goal.wanted))}"
        for (goal, output, _), result in zip(found, ready, strict=True)
    )
    yield from broken("losses = ", Brackets("{", tuple(losses), "}", each=True), indent=4)
    if plan.mixing:
        yield f"    if {PARTNERS} is not None:"
    for (goal, output, _), result in zip(found, ready, strict=True):
        if goal in plan.mixing:
            others = goal.loss_of(result, goal.wanted_of_partners)
            both = Brackets("mixed_loss(", (f"losses[{output}]", others, SHARE))
            yield from broken(f"losses[{output}] = ", both, indent=8)
    yield "    return results, losses"


def _results(plan: ScriptPlan) -> list[str]:
    """What the result of each Output is called in `run`: after its block, unless that would hide something else."""
    taken = {
        "model",
        "batch",
        "weights",
        STATES,
        SHARE,
        PARTNERS,
        "results",
        "losses",
        "F",
        *(item.name for item in plan.functions),
        *RESERVED,
    }
    names = []
    for goal in plan.goals:
        name = in_latin(goal.goal.output).lower()
        while name in taken:
            name += "_"
        taken.add(name)
        names.append(name)
    return names


def _sizes(plan: ScriptPlan) -> Iterator[str]:
    numbers = "float" if plan.weighed else "int"
    arguments = (f"batch: {_DICT}", *parameter(plan))
    yield from broken("", Brackets("def sizes_of(", arguments), f" -> dict[str, {numbers}]:")
    more = ", or the weight of their classes" if plan.weighed else ""
    yield f'    """How many values the mean loss of each output is over{more}."""'
    pairs = tuple(f"{literal(goal.goal.output)}: {goal.size_of(goal.wanted)}" for goal in plan.goals)
    yield from broken("return ", Brackets("{", pairs, "}"), indent=4)


def _weighted(plan: ScriptPlan, losses: str) -> str:
    return flat(called(WEIGHTED_SUM, plan.settings, losses=losses, weights="LOSS_WEIGHTS"))


def _epoch(plan: ScriptPlan) -> Iterator[str]:
    yield from epoch_opening(plan)
    yield "    totals, seen = Counter(), Counter()"
    yield from batches_of(plan, "BATCH_SIZE", learned=True)
    yield from clearing(plan)
    mixing = f", {SHARE}, {PARTNERS}" if plan.mixing else ""
    yield f"        _, losses = run(model, batch{states_argument(plan)}{argument(plan)}{mixing})"
    yield from descending(plan, _weighted(plan, "losses"))
    yield from _counting(plan)
    yield f"    return {_weighted(plan, _MEANS)}"


def _counting(plan: ScriptPlan) -> Iterator[str]:
    yield f"        for name, size in sizes_of(batch{argument(plan)}).items():"
    yield "            totals[name] += losses[name].item() * size"
    yield "            seen[name] += size"


def _evaluate(plan: ScriptPlan) -> Iterator[str]:
    naming = [item for item in plan.goals if item.goal.target.classes]
    yield "@torch.inference_mode()"
    gives = ["float", *(["dict[str, float]"] if naming else []), *figures_type(plan)]
    result = f"tuple[{', '.join(gives)}]" if len(gives) > 1 else gives[0]
    arguments = ("model: nn.Module", SAMPLES, *parameter(plan))
    yield from broken("", Brackets("def evaluate(", arguments), f" -> {result}:")
    more = " and the share of right answers of each output" if naming else ""
    more += ", and what else is measured" if plan.measures else ""
    yield f'    """The loss{more}, without learning."""'
    yield "    model.eval()"
    counted = ["totals", "seen", *(["right"] if naming else []), *(["named"] if plan.weighed else [])]
    yield f"    {', '.join(counted)} = {', '.join(['Counter()'] * len(counted))}"
    yield from measuring_begun(plan)
    yield from order_of_evaluation(plan)
    yield from batches_of(plan, evaluation_size(plan))
    given = states_argument(plan) + argument(plan)
    yield f"        {'results' if naming or plan.measures else '_'}, losses = run(model, batch{given})"
    yield from _counting(plan)
    for goal in naming:
        output = literal(goal.goal.output)
        if plan.weighed:
            yield f"        named[{output}] += len({flat(goal.wanted)})"
        yield f"        right[{output}] += {goal.right_of(f'results[{output}]', goal.wanted)}"
    for goal in plan.goals:
        yield from measuring_lines(plan, goal, f"results[{literal(goal.goal.output)}]", goal.wanted)
    mean = _weighted(plan, _MEANS)
    if not naming and not plan.measures:
        yield f"    return {mean}"
        return
    yield f"    loss = {mean}"
    yield from figures_line(plan)
    of = "named" if plan.weighed else "seen"
    shares = [f"{{name: round(right[name] / {of}[name], 4) for name in right}}"] if naming else []
    yield f"    return {', '.join(['loss', *shares, *(['figures'] if plan.measures else [])])}"
