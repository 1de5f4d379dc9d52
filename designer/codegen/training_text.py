"""The sections of a script that train: one epoch, the evaluation, and main."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.layout import Brackets, broken, flat
from designer.codegen.plan import Goal, Plan
from designer.codegen.several import EVALUATION_BATCH, SAMPLES, epoch_opening, several_sections
from designer.core.graph.settings import TrainingSettings


def training_sections(plan: Plan, model: str, channels_last: bool) -> Iterator[list[str]]:
    """The functions from the penalty to main; `model` is the name of the class, whose weights may lie channels-last."""
    if plan.is_penalised:
        yield list(_penalty(plan))
    if len(plan.goals) > 1:
        yield from several_sections(plan)
    else:
        yield list(_epoch(plan))
        yield list(_evaluate(plan))
    yield list(_train(plan))
    yield list(_main(plan, model, channels_last))
    yield ['if __name__ == "__main__":', "    main()"]


def _penalty(plan: Plan) -> Iterator[str]:
    parts = {
        "L1 * weight.abs().sum()": plan.settings.l1,
        "L2 * weight.square().sum()": plan.settings.l2,
    }
    yield "def penalty(model: nn.Module) -> Tensor:"
    yield '    """Keeps weights small; biases and the scales of norms are left alone."""'
    terms = " + ".join(term for term, factor in parts.items() if factor)
    yield f"    return sum({terms} for weight in penalised_weights(model))"


def _epoch(plan: Plan) -> Iterator[str]:
    (goal,) = plan.goals
    yield from epoch_opening(plan)
    yield "    total, seen = 0.0, 0"
    yield "    for batch in batches(samples, order, BATCH_SIZE):"
    yield "        optimizer.zero_grad()"
    yield from broken("loss = ", goal.loss_of(plan.called, weighted=True), indent=8)
    yield "        (loss + penalty(model)).backward()" if plan.is_penalised else "        loss.backward()"
    yield "        optimizer.step()"
    yield f"        size = {goal.size}"
    yield "        total += loss.item() * size"
    yield "        seen += size"
    yield "    return total / seen"


def _evaluate(plan: Plan) -> Iterator[str]:
    (goal,) = plan.goals
    classes = goal.target.classes is not None
    result = "logits" if classes else "predictions"
    yield "@torch.inference_mode()"
    yield f"def evaluate(model: nn.Module, {SAMPLES}) -> {'tuple[float, float]' if classes else 'float'}:"
    yield f'    """The mean loss{" and the share of right answers" if classes else ""}, without learning."""'
    yield "    model.eval()"
    yield f"    total, {'right, seen = 0.0, 0, 0' if classes else 'seen = 0.0, 0'}"
    yield f'    order = torch.arange(len(samples["{plan.any_column}"]))'
    yield f"    for batch in batches(samples, order, {EVALUATION_BATCH}):"
    yield from broken(f"{result} = ", plan.called, indent=8)
    yield f"        size = {goal.size}"
    yield f"        total += {_item(goal, result)} * size"
    if classes:
        yield f"        right += {goal.right_of(result)}"
    yield "        seen += size"
    yield "    return total / seen, right / seen" if classes else "    return total / seen"


def _item(goal: Goal, result: str) -> str:
    loss = flat(goal.loss_of(result))
    return f"{loss}.item()" if goal.weight == 1 else f"{goal.weight} * {loss}.item()"


def _train(plan: Plan) -> Iterator[str]:
    has_classes = any(goal.target.classes for goal in plan.goals)
    yield "def train(model: nn.Module, columns: dict[str, np.ndarray]) -> None:"
    if plan.validates:
        yield '    """Learns, and measures after each epoch with samples that are kept apart."""'
        yield f"    rows, held = {plan.split_call}"
        yield "    training = to_tensors({name: values[rows] for name, values in columns.items()})"
        yield "    validation = to_tensors({name: values[held] for name, values in columns.items()})"
    else:
        yield '    """Learns from all samples."""'
        yield "    training = to_tensors(columns)"
    yield from broken("optimizer = ", _optimizer(plan.settings), indent=4)
    yield "    for epoch in range(1, EPOCHS + 1):"
    yield "        loss = train_epoch(model, optimizer, training, epoch)"
    text = "epoch {epoch:>3}   loss {loss:.6f}"
    if plan.validates:
        yield f"        val_loss{', accuracy' if has_classes else ''} = evaluate(model, validation)"
        text += "   validation loss {val_loss:.6f}" + _accuracy(plan)
    yield from broken("", Brackets("print(", (f'f"{text}"',)), indent=8)


def _accuracy(plan: Plan) -> str:
    if not any(goal.target.classes for goal in plan.goals):
        return ""
    return " accuracy {accuracy}" if len(plan.goals) > 1 else " accuracy {accuracy:.4f}"


def _optimizer(settings: TrainingSettings) -> Brackets:
    """Fused where torch has it, as that is one pass over memory."""
    name = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}[settings.optimizer]
    arguments = ["model.parameters()", "lr=LEARNING_RATE"]
    if settings.optimizer in ("sgd", "rmsprop"):
        arguments.append("momentum=MOMENTUM")
    if settings.weight_decay:
        arguments.append("weight_decay=WEIGHT_DECAY")
    elif settings.optimizer == "adamw":
        arguments.append("weight_decay=0.0")
    if settings.optimizer != "rmsprop" and settings.device != "mps":
        arguments.append('fused=DEVICE != "mps"' if settings.device == "auto" else "fused=True")
    return Brackets(f"torch.optim.{name}(", tuple(arguments))


def _main(plan: Plan, model: str, channels_last: bool) -> Iterator[str]:
    has_classes = any(goal.target.classes for goal in plan.goals)
    yield "def main() -> None:"
    about = "Trains" if not plan.weights else "Loads the weights, or trains where there are none,"
    yield f'    """{about} and measures with the test samples."""'
    yield f"    columns, test_columns = {plan.reader}(FOLDER)"
    yield "    torch.manual_seed(SEED)"
    layout = ", memory_format=torch.channels_last" if channels_last else ""
    yield f"    model = {model}().to(DEVICE{layout})"
    if plan.weights:
        yield "    if WEIGHTS.exists():"
        yield "        model.load_state_dict(load_file(WEIGHTS))"
        yield "    else:"
        yield "        train(model, columns)"
    else:
        yield "    train(model, columns)"
    yield f"    loss{', accuracy' if has_classes else ''} = evaluate(model, to_tensors(test_columns))"
    yield f'    print(f"test loss {{loss:.6f}}{_accuracy(plan)}")'
