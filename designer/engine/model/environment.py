"""What a run's curve depends on beside its design: the number of threads, the version of torch, the device."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch

from designer.core.graph.training_settings import MOST_THREADS, TrainingSettings
from designer.core.schema.units import plural
from designer.recipe.machine import be_deterministic, use_threads

Environment = dict[str, str | int]
"""threads, torch, device, dtype and processor: plain values, that go into metrics and checkpoints."""

_WORDS = {
    "torch": "torch {before}, now torch {now}",
    "device": "the device {before}, now {now}",
    "dtype": "numbers of {before}, now {now}",
    "processor": "a processor of the kind {before}, now {now}",
}


@contextmanager
def machine_stays() -> Iterator[None]:
    """Gives the process back the number of threads that it had, and what it said of algorithms."""
    threads, is_strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(is_strict)


def settle(
    recorded: Mapping[str, object] | None, device: torch.device, settings: TrainingSettings
) -> tuple[Environment, list[str]]:
    """The environment to train in, with as many threads as were recorded, and what differs from it, in sentences.

    Sums over parts of a row differ in their last digits with the number of parts, so threads decide the curve. A
    number in the settings goes before: a run has others than were recorded only where it branches off with another one.
    """
    own = torch.get_num_threads()
    before = dict(recorded or {})
    threads = settings.threads or recorded_threads(before) or own
    # Set even if it stays: a number that was set is kept to, while one by default is only the most that is taken.
    use_threads(threads)
    if settings.deterministic:
        be_deterministic(True)
    now = _here(device)
    said = []
    if threads != own and not settings.threads:
        said.append(
            f"The run was begun with {_of_threads(threads)}, this process has {_of_threads(own)}: it goes on with "
            f"{threads}, so that its curve stays the same."
        )
    others = [
        words.format(before=before[name], now=now[name])
        for name, words in _WORDS.items()
        if _differs(name, before, now)
    ]
    if others:
        said.append(
            f"The run was trained with {'; '.join(others)}: from here on, its numbers may differ a little from those "
            "of a run in one piece."
        )
    return now, said


def recorded_threads(recorded: Mapping[str, object] | None) -> int:
    """How many a run was begun with; 0 where nobody knows."""
    threads = (recorded or {}).get("threads")
    return threads if isinstance(threads, int) and 1 <= threads <= MOST_THREADS else 0


def _differs(name: str, before: Mapping[str, object], now: Environment) -> bool:
    return name in before and before[name] != now[name]


def _here(device: torch.device) -> Environment:
    return {
        "threads": torch.get_num_threads(),
        "torch": str(torch.__version__),
        "device": device.type,
        "dtype": str(torch.get_default_dtype()).removeprefix("torch."),
        "processor": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
    }


def _of_threads(count: int) -> str:
    return plural(count, "thread")
