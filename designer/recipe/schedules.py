"""The learning rate of a step as a function of it: torch's schedules, counted from 0 where the warm-up ends.

Steps are batches. `steps` are those of the whole training, `epoch_steps` those of an epoch. Knows no torch.
"""

import math

Plateau = tuple[float, int, float]
"""The least loss of an epoch, the epochs since then, and what the rate is multiplied by."""
AT_FIRST: Plateau = (float("inf"), 0, 1.0)


def step_rate(step: int, epoch_steps: int, learning_rate: float, step_size: int, rate_gamma: float) -> float:
    """Times gamma after each `step_size` epochs: torch's StepLR."""
    return learning_rate * rate_gamma ** (step // (step_size * epoch_steps))


def multi_step_rate(
    step: int, epoch_steps: int, learning_rate: float, milestones: tuple[int, ...], rate_gamma: float
) -> float:
    """Times gamma after each of these epochs: torch's MultiStepLR."""
    return learning_rate * rate_gamma ** sum(step >= epoch * epoch_steps for epoch in milestones)


def exponential_rate(step: int, epoch_steps: int, learning_rate: float, rate_gamma: float) -> float:
    """Times gamma after each epoch: torch's ExponentialLR."""
    return learning_rate * rate_gamma ** (step // epoch_steps)


def cosine_annealing_rate(step: int, steps: int, learning_rate: float, min_learning_rate: float = 0.0) -> float:
    """Half a wave from the rate down to the least one at the end: torch's CosineAnnealingLR."""
    return along_cosine(learning_rate, min_learning_rate, step / steps)


def cosine_restarts_rate(
    step: int,
    epoch_steps: int,
    learning_rate: float,
    restart_epochs: int,
    restart_factor: int,
    min_learning_rate: float = 0.0,
) -> float:
    """Such half waves one behind the other, each longer by a factor: torch's CosineAnnealingWarmRestarts."""
    length = restart_epochs * epoch_steps
    while step >= length and restart_factor > 1:
        step, length = step - length, length * restart_factor
    return along_cosine(learning_rate, min_learning_rate, step % length / length)


def one_cycle_rate(step: int, steps: int, learning_rate: float, rise_share: float) -> float:
    """From a 25th up to the rate, and down to a 10,000th of that: torch's OneCycleLR, which leaves momentum alone."""
    first, top = learning_rate / 25, rise_share * steps - 1
    if step <= top:
        return along_cosine(first, learning_rate, step / top if top else 1.0)
    return along_cosine(learning_rate, first / 10_000, min((step - top) / ((steps - 1 - top) or 1.0), 1.0))


def polynomial_rate(step: int, steps: int, learning_rate: float, power: float) -> float:
    """Down to 0 at the end, along a power of what is left: torch's PolynomialLR."""
    return learning_rate * math.pow(1 - step / steps, power)


def plateau_rate(scale: float, learning_rate: float, min_learning_rate: float = 0.0) -> float:
    """The rate times what `after_epoch` has come to: torch's ReduceLROnPlateau."""
    return max(learning_rate * scale, min_learning_rate)


def after_epoch(
    best: float, waited: int, scale: float, loss: float, rate_gamma: float, plateau_patience: int
) -> tuple[float, int, float]:
    """The least loss, the epochs since then, and the scale of the rate: times gamma where these are too many."""
    if loss < best * (1 - 1e-4):
        return loss, 0, scale
    return (best, 0, scale * rate_gamma) if waited >= plateau_patience else (best, waited + 1, scale)


def along_cosine(first: float, last: float, share: float) -> float:
    """From the first to the last along half a wave."""
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def warmup_steps(steps: int, warmup: float) -> int:
    """So many steps, or from a number below 1 that share of all."""
    return int(warmup if warmup >= 1 else warmup * steps)


def warmed_up(rate: float, step: int, warm: int) -> float:
    """Up to the rate in equal parts, which it has from step number `warm` on: torch's LinearLR."""
    return rate * min((step + 1) / warm, 1.0) if warm else rate
