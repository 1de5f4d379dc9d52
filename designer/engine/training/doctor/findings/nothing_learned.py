"""Nothing was learned: the figures are no better than those of one who always says the same."""

from __future__ import annotations

from math import sqrt

from designer.core.graph.network import Network
from designer.core.graph.roles import OutputBlock
from designer.core.inference.infer import infer
from designer.core.schema.units import count, figure, named, plural
from designer.engine.training.doctor.observed import AnswersSeen, Diagnosis, Observed, in_percent

_EPOCHS = 3
_USUAL_RATE = 1e-3
"""Adam's."""
_LEAST_STEPS = 100
_DEVIATIONS = 3
_LEAST_MORE = 0.02
_UNEVEN = 1.5
"""Times what each class would have if all were as frequent."""
_LEAST_LESS = 0.97
"""Of the mean square that the mean alone has."""


def find(observed: Observed) -> Diagnosis | None:
    """By all epochs so far: it has to be better than always the most frequent class, or the mean."""
    last = observed.last
    if last is None or len(observed.epochs) < _EPOCHS or last.step < _LEAST_STEPS:
        return None
    answers = last.answers
    text = _of_classes(observed, answers) if answers.wanted else _of_numbers(observed, answers.variance)
    if not text:
        return None
    rate = "higher_rate" if observed.design.training.learning_rate < _USUAL_RATE else "lower_rate"
    frozen = _of_frozen(observed.design.network)
    offers = ("unfreeze", rate, "look_at_data") if frozen else (rate, "look_at_data")
    return Diagnosis("nothing_learned", text + frozen, offers)


def _of_frozen(network: Network) -> str:
    """How many of the parameters are trained, where not all are."""
    found = infer(network)
    if found.trained == found.parameters:
        return ""
    return (
        f" Of {named(found.parameters, 'parameters')} only {count(found.trained, 'parameters')} are trained, as the "
        "other blocks are frozen."
    )


def _of_classes(observed: Observed, answers: AnswersSeen) -> str:
    wanted = sum(answers.wanted)
    if not wanted:
        return ""
    share = max(answers.wanted) / wanted
    if share > _UNEVEN / len(answers.wanted) and 0 in answers.named:
        return ""  # then it is that classes are ignored
    best = max(item.metrics.get("val_accuracy", 0.0) for item in observed.epochs)
    learned = max(item.metrics.get("train_accuracy", 0.0) for item in observed.epochs)
    least = share + max(_DEVIATIONS * sqrt(share * (1 - share) / wanted), _LEAST_MORE)
    if best >= least or learned >= least or share >= 1 - _LEAST_MORE:
        return ""
    return (
        f"After {plural(len(observed.epochs), 'epoch')} {in_percent(best)} of the validation samples are right at "
        f"best, and always to say the most frequent class has {in_percent(share)}: nothing was learned so far."
    )


def _of_numbers(observed: Observed, variance: float | None) -> str:
    outputs = observed.design.network.of_type(OutputBlock)
    losses = [item.val_loss for item in observed.epochs if item.val_loss is not None]
    is_square = len(outputs) == 1 and outputs[0][1].criterion == "mse" and outputs[0][1].weight == 1
    if not is_square or not variance or not losses or min(losses) < _LEAST_LESS * variance:
        return ""
    return (
        f"After {plural(len(observed.epochs), 'epoch')} the mean square error is {figure(min(losses))} at best, and "
        f"always to say the mean has {figure(variance)}: nothing was learned so far."
    )
