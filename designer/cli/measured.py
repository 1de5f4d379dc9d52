"""The option `--metrics` of commands that measure: names with commas between them, each of which is checked."""

from __future__ import annotations

import argparse

from designer.cli.shared import CommandError
from designer.core.graph.metric_names import ALWAYS, METRICS, measured_of
from designer.core.graph.network import Network
from designer.core.graph.roles import OutputBlock, given_by
from designer.core.storage.entry import quoted

NONE = "none"


def add_argument(parser: argparse.ArgumentParser) -> None:
    """The option, whose value is the metrics in their order; None where it is not given."""
    parser.add_argument(
        "--metrics",
        type=names_of,
        metavar="NAMES",
        help=f"what to measure beside loss and accuracy, instead of the file's: {METRICS.expected}, with commas "
        f"between them, or {NONE}",
    )


def names_of(text: str) -> tuple[str, ...]:
    """`accuracy,f1,top_7`; the accuracy is measured in any case. Raises ArgumentTypeError for other names."""
    names = [name.strip() for name in text.split(",")] if text != NONE else []
    for name in names:
        if name not in ALWAYS and not METRICS.holds(name):
            raise argparse.ArgumentTypeError(f"expected {METRICS.expected}, got {quoted(name)}")
    return METRICS.in_order(names)


def expect_measurable(metrics: tuple[str, ...] | None, network: Network) -> None:
    """Raises CommandError for one that no Output has figures of."""
    given = {given_by(block.criterion) for _, block in network.of_type(OutputBlock)}
    for name in metrics or ():
        if measured_of(name) not in given:
            needed, there = measured_of(name), " and ".join(sorted(given))
            raise CommandError(f"--metrics {name}: it is measured of {needed}, and the Outputs here give {there}")
