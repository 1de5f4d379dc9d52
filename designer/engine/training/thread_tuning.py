"""The threads that a run computes with where nobody has named a number: as many as are fastest for its network."""

from __future__ import annotations

import torch

from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.units import plural
from designer.engine.model.environment import Environment
from designer.engine.training.batches import Batch
from designer.engine.training.learner import Learner
from designer.engine.training.streamed_samples import BatchSource
from designer.engine.training.thread_choices import key_of, remember, remembered
from designer.engine.training.thread_trial import Trial, tried
from designer.recipe.schedules import AT_FIRST

MOST_WEIGHTS = 1 << 24
"""Of larger networks no copy is made: all threads have enough to do there."""


def tune(
    settings: TrainingSettings,
    learner: Learner,
    samples: BatchSource,
    steps: int,
    environment: Environment,
) -> list[str]:
    """Sets how many threads a run of so many steps begins with, tells its environment, and says what has changed.

    The steps of a copy of the learner are tried: its model, the samples and the random numbers stay as they are.
    Nothing is tried where a number is named, or the clock is to decide nothing.
    """
    own = torch.get_num_threads()
    weights = sum(weight.numel() for weight in learner.model.parameters())
    if settings.threads or settings.deterministic or environment["device"] != "cpu" or weights > MOST_WEIGHTS:
        return []
    batch = samples.take(torch.arange(min(settings.batch_size, len(samples))))
    shapes = [tuple(values.shape) for values in batch.arguments]
    machine = [environment[name] for name in ("threads", "torch", "processor")]
    key = key_of(learner.model, shapes, settings.optimizer, settings.precision, *machine)
    before = remembered(key)
    found = before if before and before.threads <= own else _tried(learner, batch, steps, own)
    if found and found is not before:
        remember(key, found)
    if found is None or found.threads == own:
        return []
    torch.set_num_threads(found.threads)
    environment["threads"] = found.threads
    return [_said(found, own, found is before)]


def _tried(learner: Learner, batch: Batch, steps: int, own: int) -> Trial | None:
    random = torch.get_rng_state()
    try:
        copied = learner.copied()
    except Exception:  # a module of a person's own may hold what cannot be copied: it trains all the same
        return None
    try:
        return tried(lambda: copied.step(batch, 0, AT_FIRST), steps, own)
    finally:
        torch.set_rng_state(random)


def _said(found: Trial, own: int, is_old: bool) -> str:
    when = "an earlier trial" if is_old else "a trial ahead of the first step"
    threads = plural(found.threads, "thread")
    return (
        f"It trains with {threads}: {when} was {found.gain:.1f} times as fast so as with {own}. Another number can be "
        "set among the settings."
    )
