"""Which functions of the recipe a design needs. Knows no torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from designer.core.graph.binding import Split
from designer.core.graph.carrying import has_states
from designer.core.graph.metric_names import OF_NUMBERS, TOP_K, measured_of
from designer.core.graph.network import Network
from designer.core.graph.roles import OutputBlock
from designer.core.graph.step_settings import Schedule
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.learning import Learning
from designer.core.schema.fields import BALANCED
from designer.recipe.function import Function, functions_of
from designer.recipe.goals import Goal

BEGINS_STEP = Function("accumulation", "begins_step")
ENDS_STEP = Function("accumulation", "ends_step")
BATCHES_OF_STEP = Function("accumulation", "batches_of_step")
"""For steps of several batches."""
_RIGHT_ANSWERS = {
    "classes": Function("metrics", "right_answers"),
    "embeddings": Function("metrics", "nearest_alike"),
}
WEIGHTED_SUM = Function("sums", "weighted_sum")
"""For several Outputs."""
EPOCH_ORDER = Function("batching", "epoch_order")
SPLIT_ORDER = Function("batching", "split_order")
STREAM_ORDER = Function("streams", "stream_order")
STREAMS_OF = Function("streams", "streams_of")
CONTINUED = Function("streams", "continued")
GOES_ON = Function("streams", "goes_on")
BEGIN_ANEW = Function("streams", "begin_anew")
"""For states that are carried over from batch to batch."""
EVALUATION_BATCH = 256
"""Samples that are evaluated at once; how many makes no difference to what is measured."""


def loss_of(goal: Goal) -> Function:
    """What an Output's loss is, of what is compared."""
    return Function("losses", goal.loss)


def right_answers_of(goal: Goal) -> Function | None:
    """What counts the right answers of an Output; None where it has none."""
    return _RIGHT_ANSWERS.get(goal.gives)


def mixes_evaluation(goals: Iterable[Goal]) -> bool:
    """Whether samples are evaluated in the order of an epoch, and not in their own: where they are compared in batches.

    In a file they may lie class by class.
    """
    return any(goal.gives == "embeddings" for goal in goals)


EVALUATION_EPOCH = 0
"""That of the order in which samples are evaluated then; no other has this number."""
BALANCED_WEIGHTS = Function("class_weights", "balanced_weights")
WEIGHT_OF = Function("class_weights", "weight_of")
"""For Outputs whose classes count differently."""


@dataclass(frozen=True)
class Metric:
    """A figure beside the loss: what a batch gives for it, and what it is of all batches together."""

    name: str
    of_batch: Function
    figure: Function
    given: tuple[tuple[str, int], ...] = ()
    """What the first function takes beside what is compared."""
    needs_all: bool = False
    """Whether what batches give is put one behind the other, not added up: only for samples that are not learned."""


def _metric(name: str, of_batch: str, figure: str = "", needs_all: bool = False, **given: int) -> Metric:
    functions = Function("measures", of_batch), Function("measures", figure or name)
    return Metric(name, *functions, tuple(given.items()), needs_all)


_METRICS = {
    item.name: item
    for item in (
        *(_metric(name, "class_counts") for name in ("balanced_accuracy", "f1", "precision", "recall", "kappa")),
        _metric("auroc", "class_scores", needs_all=True),
        _metric("perplexity", "surprise"),
        _metric("recall_at_1", "embedded", needs_all=True),
        *(_metric(name, "number_sums") for name in OF_NUMBERS),
    )
}
IN_OWN_UNITS = Function("measures", "in_own_units")
"""What numbers are measured in."""
IN_WORDS = Function("measures", "in_words")
"""How scripts tell figures."""


def metrics_of(goal: Goal, settings: TrainingSettings) -> tuple[Metric, ...]:
    """The metrics of the settings that there are for an Output, in the order in which people choose from them."""
    return tuple(_metric_called(name) for name in settings.metrics if measured_of(name) == goal.gives)


def _metric_called(name: str) -> Metric:
    k = TOP_K.number(name)
    return _METRICS[name] if k is None else _metric(name, "top_hits", "share", k=k)


def own_weights(goal: Goal, settings: TrainingSettings) -> tuple[float, ...] | None:
    """What a person has said of each class of an Output: 1 where nothing; None where nothing of any class."""
    given = settings.class_weights
    if not isinstance(given, tuple) or goal.target.classes is None or goal.gives != "classes":
        return None
    named = dict(given)
    return tuple(named.get(name, 1.0) for name in goal.target.classes) if named.keys() & goal.target.classes else None


def is_weighed(goal: Goal, settings: TrainingSettings) -> bool:
    """Whether the classes of an Output count differently."""
    is_balanced = settings.class_weights == BALANCED and goal.gives == "classes"
    return is_balanced or own_weights(goal, settings) is not None


def steps_of(goal: Goal) -> Function | None:
    """What lays out the steps that are compared; None where whole samples are."""
    return Function("sequence_steps", goal.steps) if goal.steps else None


def optimizer_of(settings: TrainingSettings) -> Function:
    """What makes the optimizer of the model's parameters."""
    return Function("optimizers", settings.optimizer)


SET_RATE = Function("rates", "set_rate")
SET_RATES = Function("rates", "set_rates")
RATE_GROUPS = Function("rates", "rate_groups")
"""For blocks that learn at a rate of their own."""
FREEZE = Function("freezing", "freeze")
HOLD_NORMS = Function("freezing", "hold_norms")
"""For blocks that are frozen."""
WARMUP_STEPS = Function("schedules", "warmup_steps")
WARMED_UP = Function("schedules", "warmed_up")
AFTER_EPOCH = Function("schedules", "after_epoch")
"""For a rate that follows the losses of epochs."""


def rate_of(settings: TrainingSettings) -> Function | None:
    """What the learning rate of a step is behind the warm-up; None where it stays the same."""
    return None if settings.schedule == "constant" else Function("schedules", f"{settings.schedule}_rate")


def warms_up(settings: TrainingSettings) -> bool:
    """Whether the rate rises before the schedule begins; that of one cycle does so by itself."""
    return settings.warmup > 0 and settings.schedule != "one_cycle"


def follows_losses(settings: TrainingSettings) -> bool:
    """Whether the rate depends on the losses of the epochs before."""
    return settings.schedule == "plateau"


def set_rate(by_blocks: bool) -> Function:
    """What gives the optimizer the rate of a step; blocks may have rates of their own."""
    return SET_RATES if by_blocks else SET_RATE


def learning_functions(learning: Learning) -> tuple[Function, ...]:
    """What freezes modules and gives them rates; nothing where all learn alike."""
    frozen = (FREEZE, *([HOLD_NORMS] if learning.holds_norms else [])) if learning.frozen else ()
    return (*frozen, *([RATE_GROUPS] if learning.rates else []))


def schedule_functions(settings: TrainingSettings, by_blocks: bool = False) -> tuple[Function, ...]:
    """All that changes the learning rate, of blocks by themselves or of all; nothing where it stays the same."""
    rate = rate_of(settings)
    found = [
        *([rate] if rate else []),
        *([WARMUP_STEPS, WARMED_UP] if warms_up(settings) else []),
        *([AFTER_EPOCH] if follows_losses(settings) else []),
    ]
    return (*found, set_rate(by_blocks)) if found else ()


def accumulating(settings: TrainingSettings) -> tuple[Function, ...]:
    """What tells the batches of a step; nothing where each batch makes one."""
    return (BEGINS_STEP, BATCHES_OF_STEP, ENDS_STEP) if settings.accumulation > 1 else ()


IN_PRECISION = Function("precision", "in_precision")
"""For numbers of fewer digits than float32."""
CONTINUED_IN_PRECISION = Function("precise_states", "continued_in_precision")
SCALER_OF = Function("precision", "scaler_of")
"""For those that have no room for small gradients."""


def in_fewer_digits(settings: TrainingSettings, carries: bool = False) -> tuple[Function, ...]:
    """What computes in numbers of fewer digits, perhaps with states that are carried; nothing where all are float32."""
    if settings.precision == "float32":
        return ()
    computing = CONTINUED_IN_PRECISION if carries else IN_PRECISION
    return (computing, SCALER_OF) if scales(settings) else (computing,)


def scales(settings: TrainingSettings) -> bool:
    """Whether gradients are made larger until the step: float16 ends at 6e-8, bfloat16 where float32 does."""
    return settings.precision == "float16"


def backward_of(settings: TrainingSettings) -> Function:
    """What finds the gradients."""
    return Function("descent", "scaled_backward" if scales(settings) else "backward")


def descent_of(settings: TrainingSettings) -> tuple[Function, ...]:
    """What is done with gradients, one behind the other: by value before it is by norm, where both are wanted.

    Noise comes behind, as it is as large as it should be then, and cuts nothing of the gradients.
    """
    unscaled = (Function("descent", "unscale"),) if scales(settings) else ()
    clipped = [Function("descent", f"clip_by_{how}") for how in ("value", "norm") if getattr(settings, f"clip_{how}")]
    noise = (Function("gradient_noise", "add_noise"),) if settings.gradient_noise else ()
    return (*unscaled, *clipped, *noise, Function("descent", "scaled_descend" if scales(settings) else "descend"))


def preparing(settings: TrainingSettings) -> tuple[Function, ...]:
    """What is said to torch before a run, of threads and algorithms; nothing where it is as it is by itself."""
    threads = (Function("machine", "use_threads"),) if settings.threads else ()
    return (*threads, Function("machine", "be_deterministic")) if settings.deterministic else threads


MEAN_OF = Function("averaging", "mean_of")
FOLLOW = Function("averaging", "follow")


def averaging(settings: TrainingSettings) -> tuple[Function, ...]:
    """What makes the mean of the weights that is evaluated; nothing where the weights are."""
    return (MEAN_OF, FOLLOW) if settings.ema_decay else ()


LEAST_SO_FAR = Function("stopping", "least_so_far")
HAS_WAITED = Function("stopping", "has_waited")


def stopping(settings: TrainingSettings) -> tuple[Function, ...]:
    """What tells the best epoch, and when that was long ago; nothing where neither matters."""
    best = (LEAST_SO_FAR,) if settings.early_stopping or settings.keep_best else ()
    return (*best, HAS_WAITED) if settings.early_stopping else best


def carrying(settings: TrainingSettings) -> tuple[Function, ...]:
    """What carries states over from batch to batch, where a design does that."""
    series = (GOES_ON, BEGIN_ANEW) if settings.reset_states == "series" else ()
    return (STREAM_ORDER, STREAMS_OF, CONTINUED, *series)


def penalties_of(settings: TrainingSettings) -> tuple[Function, ...]:
    """What is added to the loss, of the model."""
    return tuple(Function("penalties", f"{name}_penalty") for name in ("l1", "l2") if getattr(settings, name))


def split_by(split: Split) -> Function:
    """What keeps samples apart for validation, of a column of the data or of their number."""
    return Function("splitting", split.function)


def placing(*, images: bool, sequences: bool) -> tuple[Function, ...]:
    """What makes tensors of the columns, one after the other; the first takes the device as well."""
    wanted = {"on_device": True, "channels_last": images, "lengths_on_cpu": sequences}
    return tuple(Function("batching", name) for name, needed in wanted.items() if needed)


def taking(*, sequences: bool) -> Function:
    """What makes a batch of some rows."""
    return Function("batching", "take_sequences" if sequences else "take")


def settings_without_effect(network: Network, settings: TrainingSettings) -> Mapping[str, str]:
    """The settings that no function which a design needs takes, each with a sentence that says why."""
    criteria = frozenset(block.criterion for _, block in network.of_type(OutputBlock))
    idle = _without_effect(criteria, settings.optimizer, settings.schedule)
    if not has_states(network):
        why = "It changes nothing here: no recurrent block begins with a state of zeros."
        return {**idle, "carry_states": why, "reset_states": why}
    if not settings.carry_states:
        return {**idle, "reset_states": "It changes nothing here: no states are carried."}
    return idle


@lru_cache(maxsize=64)
def _without_effect(criteria: frozenset[str], optimizer: str, schedule: Schedule) -> Mapping[str, str]:
    """Asked for at every edit, and few answers."""
    of_losses = _taken_by_others("losses", criteria)
    of_optimizers = _taken_by_others("optimizers", (optimizer,))
    warming = schedule_functions(TrainingSettings(schedule=schedule, warmup=1.0))
    names = [item.name for item in warming if item.module == "schedules"]
    of_schedules = _taken_by_others("schedules", names) - {"learning_rate"}
    return {
        **dict.fromkeys(of_losses, "It changes nothing here: no Output has a loss that takes it."),
        **dict.fromkeys(of_optimizers, "It changes nothing here: this optimizer does not take it."),
        **dict.fromkeys(of_schedules, "It changes nothing here: this schedule does not take it."),
    }


def _taken_by_others(module: str, names: Iterable[str]) -> set[str]:
    """The settings that only other functions of a module take than those of these names."""
    functions = functions_of(module)
    used = {setting for name in names for setting in functions[name].settings}
    return {setting for item in functions.values() for setting in item.settings} - used
