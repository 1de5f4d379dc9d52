"""The command `designer find-rate`: which learning rate to train with."""

from __future__ import annotations

import argparse
import json
import math
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.shared import DATA, FILE, CommandError, Commands, number, rate, read, tell_next, with_options
from designer.core.inference.infer import infer
from designer.core.schema import units
from designer.core.schema.limits import one_line
from designer.core.validation import check
from designer.data import opening
from designer.data.errors import Cancelled, DataError
from designer.engine.protocol.requests import HIGHEST_RATE, LOWEST_RATE, FindRate

if TYPE_CHECKING:
    from designer.engine.protocol.events import RateFound, RatesTried

_LINES_OF_A_POWER = 3


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "find-rate",
        help="find a learning rate",
        description="Tries learning rates as the window does: the network takes a step at each, from low to high. "
        "Prints the loss, smoothed, and a tenth of the rate at which it is least. Nothing of it is kept. 1 is the exit "
        "code where the loss falls at no rate.",
        epilog="A network is trained with the rate by designer train FILE --learning-rate RATE.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=FILE)
    parser.add_argument("--data", metavar="SOURCE|PATH", help=DATA)
    parser.add_argument("--seed", type=number("seed"), metavar="N", help="seed instead of the file's")
    for name, usual in (("low", LOWEST_RATE), ("high", HIGHEST_RATE)):
        parser.add_argument(
            f"--{name}", type=rate, default=usual, metavar="RATE", help=f"the {name}est rate ({usual:g})"
        )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_find_rate)


def run_find_rate(options: argparse.Namespace) -> int:
    """Prints the losses and the rate; 130 where it was interrupted."""
    if options.low >= options.high:
        raise CommandError(f"--low {options.low:g} must be below --high, which is {options.high:g}")
    design = with_options(read(options.file), options)
    try:
        problems = check.problems(design, infer(design.network), opening.load(design.data).info)
    except DataError as error:
        raise CommandError(str(error)) from None
    if problems:
        raise CommandError(f"{options.file}: {one_line(str(problems[0]))}")
    events: list[RatesTried] = []
    try:
        found = _found(FindRate(design, low=options.low, high=options.high), events, told=not options.json)
    except Cancelled:
        return 130
    if options.json:
        series = {name: [float(value) for event in events for value in getattr(event, name)] for name in _SERIES}
        print(json.dumps({"rate": found.rate, "text": found.text, "device": found.device, **series}))
        return 0 if found.rate is not None else 1
    if found.rate is None:
        raise CommandError(found.text)
    print(found.text)
    given = [
        word
        for name in ("data", "seed")
        if (value := getattr(options, name)) is not None
        for word in (f"--{name}", value)
    ]
    tell_next(["train", options.file, *given, "--learning-rate", f"{found.rate:g}"])
    return 0


_SERIES = ("rates", "losses", "smoothed")


def _found(request: FindRate, events: list[RatesTried], told: bool) -> RateFound:
    """Tries the rates, and prints some as they come. Raises CommandError, and Cancelled after Ctrl+C."""
    from designer.engine.model.devices import TrainingError
    from designer.engine.training import preparation
    from designer.engine.training.rate_range import find_rate

    stopped = False
    table = _RateTable() if told else None

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    def take(event: RatesTried) -> None:
        events.append(event)
        if table:
            table.take(event)

    def between() -> None:
        if stopped:
            raise Cancelled

    before = signal.signal(signal.SIGINT, stop)
    try:
        return find_rate(request, preparation.load(request.design), take, between_steps=between)
    except TrainingError as error:
        raise CommandError(f"{error}. {error.hint}.") from None
    except DataError as error:
        raise CommandError(str(error)) from None
    finally:
        signal.signal(signal.SIGINT, before)


class _RateTable:
    """A table of rates and losses, three lines for a power of ten, as they come."""

    def __init__(self) -> None:
        self._next = -math.inf

    def take(self, event: RatesTried) -> None:
        """Prints those that are due."""
        for at, loss in zip(event.rates, event.smoothed, strict=True):
            place = math.log10(at) * _LINES_OF_A_POWER
            if place >= self._next:
                if math.isinf(self._next):
                    print("    rate   loss")
                self._next = (place if math.isinf(self._next) else self._next) + 1
                print(f"{at:>8.2g}   {units.figure(loss)}", flush=True)
