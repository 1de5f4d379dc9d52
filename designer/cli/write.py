"""What `designer predict --write` does: a trained network goes on with a text."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from designer.cli.shared import CommandError
from designer.cli.trained import told_as_errors, trained_design
from designer.core.storage import entry

_MOST_LENGTH = 1_000_000
_MOST_TEMPERATURE = 100.0
_MOST_SEED = 2**31 - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The beginning, and how it goes on."""
    group = parser.add_argument_group("writing", "for a network that tells the next token of a text")
    group.add_argument("--write", metavar="BEGINNING", help="go on with this text, and print it")
    group.add_argument("--length", type=_whole(0, _MOST_LENGTH), default=200, metavar="N", help="tokens to write (200)")
    group.add_argument(
        "--temperature",
        type=_temperature,
        default=1.0,
        metavar="T",
        help="below 1 what is likely is drawn more often, with 0 the likeliest alone (1)",
    )
    group.add_argument(
        "--seed", type=_whole(0, _MOST_SEED), default=0, metavar="S", help="the same one writes the same text again (0)"
    )


def run_write(options: argparse.Namespace) -> int:
    """Prints the beginning, and what follows, token by token."""
    from designer.core.graph.binding import next_token_of
    from designer.data import opening
    from designer.engine.evaluation.passes import model_with
    from designer.engine.inspection.writing import NO_WRITER, Writer
    from designer.engine.training import preparation

    if options.output or options.data or options.part:
        raise CommandError("--write goes on with the text alone: leave out --output, --data and --part")
    design, found = trained_design(options)
    info = opening.info(design.data)
    if info is None or next_token_of(design.network, info) is None:
        raise CommandError(f"--write: {NO_WRITER}")
    with told_as_errors():
        model = model_with(design, found, info)
        dataset = preparation.load(design)
        writer = Writer(model, design.network, dataset, options.write, options.temperature, options.seed)
    sys.stdout.write(options.write)
    for _ in range(options.length):
        sys.stdout.write(writer.step())
        sys.stdout.flush()
    sys.stdout.write("\n")
    return 0


def _whole(low: int, high: int) -> Callable[[str], int]:
    return lambda text: int(_read(text, True, low, high, f"a whole number from {low:,} to {high:,}"))


def _temperature(text: str) -> float:
    return _read(text, False, 0, _MOST_TEMPERATURE, f"a number from 0 to {_MOST_TEMPERATURE:g}")


def _read(text: str, whole: bool, low: float, high: float, wanted: str) -> float:
    try:
        return entry.within(text, whole, low, high, wanted)
    except entry.EntryError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
