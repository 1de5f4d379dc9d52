"""The sections of a script that train: one epoch, the evaluation, and main."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import Brackets, Code, broken, flat
from designer.codegen.learning_text import freezing, learned_parameters
from designer.codegen.measures_text import figures_line, figures_type, measuring_begun, measuring_lines, told_figures
from designer.codegen.plan import GoalText, ScriptPlan
from designer.codegen.recipe_text import called, inlined, inlined_lines
from designer.codegen.schedule_text import ahead_of_epochs, behind_an_epoch, scale_argument
from designer.codegen.several import (
    MEAN,
    SAMPLES,
    SCALER,
    batches_of,
    clearing,
    descending,
    epoch_opening,
    several_sections,
)
from designer.codegen.states_text import (
    epoch_states_argument,
    evaluation_size,
    order_of_evaluation,
    states_ahead_of_epochs,
)
from designer.codegen.stopping_text import best_ahead_of_epochs, best_behind_an_epoch, ending
from designer.codegen.transforms_text import NORMALISE
from designer.codegen.weights_text import argument, made, parameter
from designer.recipe import choices


def training_sections(plan: ScriptPlan, model: str, channels_last: bool) -> Iterator[list[str]]:
    """The functions from train_epoch to main; `model` names the class, whose weights may lie channels-last."""
    if len(plan.goals) > 1:
        yield from several_sections(plan)
    else:
        yield list(_epoch(plan))
        yield list(_evaluate(plan))
    yield list(_train(plan))
    yield list(_main(plan, model, channels_last))
    yield ['if __name__ == "__main__":', "    main()"]


def _epoch(plan: ScriptPlan) -> Iterator[str]:
    (goal,) = plan.goals
    yield from epoch_opening(plan)
    yield "    total, seen = 0.0, 0"
    yield from batches_of(plan, "BATCH_SIZE", learned=True)
    yield from clearing(plan)
    given = plan.called_to_learn
    yield from _mixed_loss(goal, given) if plan.mixing else _loss(goal, given)
    yield from descending(plan, "loss")
    yield from _counting(goal)
    yield "        seen += size"
    yield "    return total / seen"


def _loss(goal: GoalText, result: Code) -> Iterator[str]:
    """The loss of a batch; the steps that are compared have names."""
    wanted = goal.wanted
    if goal.goal.steps:
        yield from broken(f"{_result(goal)} = ", goal.compared(result), indent=8)
        yield from broken("wanted = ", wanted, indent=8)
        result, wanted = _result(goal), "wanted"
    yield from broken("loss = ", goal.weighted(goal.loss_of(result, wanted)), indent=8)


def _mixed_loss(goal: GoalText, result: Code) -> Iterator[str]:
    """The loss of a batch of mixed samples, by the classes of both."""
    yield from broken(f"{_result(goal)} = ", goal.compared(result), indent=8)
    if goal.goal.steps:
        yield from broken("wanted = ", goal.wanted, indent=8)
    yield from broken("loss = ", goal.weighted(goal.mixed_loss_of(_result(goal), _wanted(goal))), indent=8)


def _result(goal: GoalText) -> str:
    """What the name of that is which the Output gets."""
    return {"classes": "logits", "embeddings": "embeddings", "numbers": "predictions"}[goal.goal.gives]


def _wanted(goal: GoalText) -> str:
    """What stands for that which it should get, once there is the loss."""
    return "wanted" if goal.goal.steps else flat(goal.wanted)


def _counting(goal: GoalText) -> Iterator[str]:
    yield f"        size = {goal.size_of(_wanted(goal))}"
    yield "        total += loss.item() * size"


def _evaluate(plan: ScriptPlan) -> Iterator[str]:
    (goal,) = plan.goals
    classes, result = plan.names_classes, _result(goal)
    yield "@torch.inference_mode()"
    arguments = ("model: nn.Module", SAMPLES, *parameter(plan))
    gives = ["float", *(["float"] if classes else []), *figures_type(plan)]
    result_type = f"tuple[{', '.join(gives)}]" if len(gives) > 1 else gives[0]
    yield from broken("", Brackets("def evaluate(", arguments), f" -> {result_type}:")
    named = ["The mean loss", *(["the share of right answers"] if classes else [])]
    named += ["what else is measured"] if plan.measures else []
    yield f'    """{", ".join(named[:-1])}{" and " if named[1:] else ""}{named[-1]}, without learning."""'
    yield "    model.eval()"
    counted = ["total", *(["right"] if classes else []), *(["named"] if plan.weighed else []), "seen"]
    yield f"    {', '.join(counted)} = {', '.join(['0.0', *['0'] * (len(counted) - 1)])}"
    yield from measuring_begun(plan)
    yield from order_of_evaluation(plan)
    yield from batches_of(plan, evaluation_size(plan))
    if not goal.goal.steps:
        yield from broken(f"{result} = ", plan.called, indent=8)
    yield from _loss(goal, plan.called if goal.goal.steps else result)
    yield from _counting(goal)
    if classes:
        yield f"        right += {goal.right_of(result, _wanted(goal))}"
    if plan.weighed:
        yield f"        named += len({_wanted(goal)})"
    yield from measuring_lines(plan, goal, result, _wanted(goal))
    yield "        seen += size"
    of = "named" if plan.weighed else "seen"
    yield from figures_line(plan)
    given = ["total / seen", *([f"right / {of}"] if classes else []), *(["figures"] if plan.measures else [])]
    yield f"    return {', '.join(given)}"


def _train(plan: ScriptPlan) -> Iterator[str]:
    arguments = ("model: nn.Module", "columns: dict[str, np.ndarray]", *parameter(plan))
    yield f"def train({', '.join(arguments)}) -> None:"
    if plan.validates:
        yield '    """Learns, and measures after each epoch with samples that are kept apart."""'
        yield from broken("rows, held = ", plan.split_call, indent=4)
        yield "    training = to_tensors({name: values[rows] for name, values in columns.items()})"
        yield "    validation = to_tensors({name: values[held] for name, values in columns.items()})"
    else:
        yield '    """Learns from all samples."""'
        yield "    training = to_tensors(columns)"
    yield from freezing(plan)
    given = {"parameters": learned_parameters(plan), "model": "model", "device": "DEVICE"}
    optimizer = inlined(choices.optimizer_of(plan.settings), plan.settings, **given)
    yield from broken("optimizer = ", optimizer, indent=4)
    if plan.averages:
        yield from broken(f"{MEAN} = ", called(choices.MEAN_OF, plan.settings, model="model"), indent=4)
    if plan.scales:
        yield f"    {SCALER} = {flat(called(choices.SCALER_OF, plan.settings, device='DEVICE'))}"
    evaluated = MEAN if plan.averages else "model"
    yield from ahead_of_epochs(plan)
    yield from best_ahead_of_epochs(plan)
    yield from states_ahead_of_epochs(plan)
    yield "    for epoch in range(1, EPOCHS + 1):"
    more = scale_argument(plan) + (f", {MEAN}" if plan.averages else "")
    more += (f", {SCALER}" if plan.scales else "") + epoch_states_argument(plan) + argument(plan)
    yield f"        loss = train_epoch(model, optimizer, training, epoch{more})"
    text = "epoch {epoch:>3}   loss {loss:.6f}"
    if plan.validates:
        measured = f"evaluate({evaluated}, validation{argument(plan)})"
        yield f"        val_loss{_names(plan)} = {measured}"
        text += "   validation loss {val_loss:.6f}" + _accuracy(plan)
    told = told_figures(plan) if plan.validates else ()
    yield from broken("", Brackets("print(", (f'f"{text}"', *told)), indent=8)
    yield from behind_an_epoch(plan)
    yield from best_behind_an_epoch(plan, evaluated)
    yield from ending(plan, evaluated)


def _names(plan: ScriptPlan) -> str:
    """What evaluate gives behind the loss."""
    return (", accuracy" if plan.names_classes else "") + (", figures" if plan.measures else "")


def _accuracy(plan: ScriptPlan) -> str:
    if not plan.names_classes:
        return ""
    return " accuracy {accuracy}" if len(plan.goals) > 1 else " accuracy {accuracy:.4f}"


def _main(plan: ScriptPlan, model: str, channels_last: bool) -> Iterator[str]:
    yield "def main() -> None:"
    about = "Trains" if not plan.weights else "Loads the weights, or trains where there are none,"
    yield f'    """{about} and measures with the test samples."""'
    for function in choices.preparing(plan.settings):
        yield from inlined_lines(function, plan.settings, indent=4)
    yield f"    columns, test_columns = {plan.reading}"
    if plan.transforms.scaled:
        yield f"    {NORMALISE}(columns, test_columns)"
    yield from made(plan)
    yield "    torch.manual_seed(SEED)"
    layout = ", memory_format=torch.channels_last" if channels_last else ""
    yield f"    model = {model}().to(DEVICE{layout})"
    if plan.weights:
        yield "    if WEIGHTS.exists():"
        yield "        model.load_state_dict(load_file(WEIGHTS))"
        yield "    else:"
        yield f"        train(model, columns{argument(plan)})"
    else:
        yield f"    train(model, columns{argument(plan)})"
    measured = f"evaluate(model, to_tensors(test_columns){argument(plan)})"
    yield f"    loss{_names(plan)} = {measured}"
    text = f'f"test loss {{loss:.6f}}{_accuracy(plan)}"'
    yield from broken("", Brackets("print(", (text, *told_figures(plan))), indent=4)
