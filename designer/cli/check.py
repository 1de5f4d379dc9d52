"""The command `designer check`: what a network costs, and what keeps it from being trained."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from designer.cli import costs
from designer.cli.shared import DATA, FILE, CommandError, Commands, number, with_options
from designer.core.analysis.analysis import analyse
from designer.core.graph.binding import DataInfo, bind, longest_of
from designer.core.graph.data_settings import NO_DATA
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.inference.infer import infer
from designer.core.schema.limits import MAX_PROBLEMS_PRINTED, one_line
from designer.core.schema.units import noun
from designer.core.storage import files
from designer.core.validation import check
from designer.data import opening
from designer.data.errors import DataError


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "check",
        help="shapes, parameters, multiply-adds and memory of each block",
        description="Prints the shape, parameters and multiply-adds of each block, for one sample (for one step, "
        "where the length varies), and the memory that training keeps of it for a batch. Then what it takes to train, "
        "and what keeps the network from being trained, which gives the exit code 1.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=FILE)
    parser.add_argument("--data", metavar="SOURCE|PATH", help=DATA)
    parser.add_argument(
        "--batch-size", type=number("batch_size"), metavar="N", help="samples of a batch instead of the file's"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_check)


def run_check(options: argparse.Namespace) -> int:
    """Prints the analyzer's table; 1 where the design cannot be trained."""
    try:
        design = files.read(options.file)
    except files.FileError as error:
        if options.json:
            print(json.dumps(costs.broken([{"block": "", "field": "", "message": line} for line in error.problems])))
        raise CommandError(str(error)) from None
    design = with_options(design, options)
    inference = infer(design.network)
    data = opening.info(design.data)
    problems = check.problems(design, inference, data) + _unknown_data(design)
    problems += _unsuited_transforms(design, data) if data and not problems else []
    analysis = analyse(inference, longest=longest_of(design.network, data))
    if options.json:
        errors = [{"block": item.block, "field": item.field, "message": item.message} for item in problems]
        print(json.dumps(costs.report(analysis, design.training, errors)))
    else:
        costs.print_table(analysis, design.training)
    for problem in problems[:MAX_PROBLEMS_PRINTED]:
        print(f"designer: {options.file}: {one_line(str(problem))}", file=sys.stderr)
    if len(problems) > MAX_PROBLEMS_PRINTED:
        more = len(problems) - MAX_PROBLEMS_PRINTED
        print(f"designer: {options.file}: and {more:,} more {noun(more, 'problem')}", file=sys.stderr)
    return 1 if problems else 0


def _unsuited_transforms(design: Design, data: DataInfo) -> list[Problem]:
    """What of the chain of transforms does not suit the data or the network, as training would say."""
    if not design.data.transforms:
        return []
    from designer.data.transforms.mixup import expect_mixable
    from designer.data.transforms.registry import chain_of, expect_columns

    try:
        chain = chain_of(design.data)
        expect_columns(chain, data.features)
        expect_mixable(chain, bind(design.network, data))
    except DataError as error:
        return [Problem(str(error))]
    return []


def _unknown_data(design: Design) -> list[Problem]:
    """What keeps a design from its data; one that is to have none lacks nothing."""
    why = "" if design.data.source == NO_DATA else opening.unknown(design.data)
    return [Problem(why)] if why else []
