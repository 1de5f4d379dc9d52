"""How many threads are fastest for a network, tried ahead of a run's first step on a copy that is thrown away.

Work of a few microseconds is done sooner by one thread than handed out to several that have to be woken: small
networks, and recurrent ones step by step, are often faster with one. That depends on the machine, so it is measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch

BUDGET_SECONDS = 1.0
"""A trial takes no longer than about this."""
BUDGET_SHARE = 0.03
"""Nor more than this share of the time that the run is expected to take, unless fewer threads turn out to be faster."""
ROUNDS = 3
"""Each number is tried so often, one behind the other: what else the machine does meanwhile meets all of them."""
MOST_STEPS = 40
"""Of a round and a number: more would tell nothing more."""
GAIN = 1.1
"""In every round it has to be so many times as fast as what would be taken without a trial."""
_HOPELESS = 1.5
"""Fewer threads are not tried where a number is so many times as slow as a larger one."""

Step = Callable[[], object]


@dataclass(frozen=True)
class Trial:
    """What was found: how many threads, and how many times as fast as with the process's own number."""

    threads: int
    gain: float


def numbers_to_try(own: int) -> list[int]:
    """The process's own number, and its halves down to 1."""
    return [own, *_halves(own)]


def _halves(number: int) -> Iterator[int]:
    while number > 1:
        number //= 2
        yield number


def tried(step: Step, steps: int, own: int) -> Trial | None:
    """Tries a step, for a run of so many; None where that would take too long beside it. The process has `own` again.

    `step` is called from here, and must leave nothing behind.
    """
    numbers = numbers_to_try(own)
    a_round = 2 * len(numbers)
    if len(numbers) == 1 or steps * BUDGET_SHARE < 2 + a_round:
        return None
    try:
        # The first step makes room for what all others use again, and lasts longer.
        if _seconds(step, 1) > 2 * BUDGET_SECONDS / (ROUNDS * a_round):
            return None
        lasted = max(_seconds(step, 1), 1e-6)
        budget = min(BUDGET_SECONDS, BUDGET_SHARE * steps * lasted)
        times = int(budget / lasted / (ROUNDS * len(numbers))) - 1
        return _found(step, numbers, min(max(times, 1), MOST_STEPS))
    finally:
        torch.set_num_threads(own)


def _found(step: Step, numbers: Sequence[int], times: int) -> Trial:
    """After each round those go on that were faster in all of them; where there are none, the rest is not needed."""
    own = numbers[0]
    sums = dict.fromkeys(numbers, 0.0)
    for _ in range(ROUNDS):
        if len(numbers) > 1:
            found = _round(step, numbers, times)
            numbers = [own, *(number for number in found if found[number] * GAIN <= found[own])]
            sums = {number: sums[number] + found[number] for number in numbers}
    best = min(sums, key=sums.__getitem__)
    return Trial(best, sums[own] / sums[best])


def _round(step: Step, numbers: Sequence[int], times: int) -> dict[int, float]:
    """Seconds by the number of threads, as far down as that promises anything."""
    found: dict[int, float] = {}
    for number in numbers:
        torch.set_num_threads(number)
        step()
        found[number] = _seconds(step, times)
        if len(found) < len(numbers) and found[number] > _HOPELESS * min(found.values()):
            break
    return found


def _seconds(step: Step, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        step()
    return time.perf_counter() - began
