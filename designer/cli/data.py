"""The command `designer data`: the data that come with the program, or what there is at a path."""

from __future__ import annotations

import argparse
import json
from typing import Any

from designer.cli.own_data import as_json, asked_for, lines_of
from designer.cli.shared import CommandError, Commands
from designer.core.graph.binding import DataInfo, Target
from designer.core.schema.limits import MAX_PATH_LETTERS, one_line
from designer.core.schema.units import noun, plural
from designer.data import opening, sources
from designer.data.errors import DataError


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "data",
        help="the data sources that are there, or what your own data are",
        description="Lists the data sources: the columns that an Input can take, and those that an Output can learn. "
        "With PATH the same of your own files: what was found there, how it would be read and split, and what is "
        "doubtful about it.",
    )
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="a file or a folder with data of your own, or hub:NAME of a set to fetch",
    )
    parser.add_argument("--source", default="", metavar="NAME", help="read it as this, instead of what is likeliest")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="read it with this option (--json lists them) instead of what suits; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_data)


def run_data(options: argparse.Namespace) -> int:
    """Lists the data sources, or tells of the data at a path. Raises CommandError where none are recognised."""
    if options.path is None:
        if options.source or options.option:
            raise CommandError("--source and --option say how data are read: name their PATH")
        _print_sources(options.json)
        return 0
    try:
        data, found = asked_for(opening.place_of(options.path), options.source, options.option)
    except DataError as error:
        raise CommandError(one_line(str(error), MAX_PATH_LETTERS)) from None
    if options.json:
        print(json.dumps(as_json(data, found) | columns_as_json(found.info)))
        return 0
    before, after = lines_of(data, found)
    for line in (*before, *_column_lines(found.info, 2), *after):
        print(line)
    return 0


def _print_sources(as_object: bool) -> None:
    found = sources.sources()
    if as_object:
        listed = [
            {"name": name, "title": source.info.title}
            | columns_as_json(source.info)
            | {"samples": source.samples, "test_samples": source.test_samples, "licence": source.licence}
            for name, source in found.items()
        ]
        print(json.dumps({"sources": listed}))
        return
    for name, source in found.items():
        print(f"{name:<20} {source.samples:>6} {noun(source.samples, 'sample'):<7}   {source.description}")
        for line in _column_lines(source.info, 22):
            print(line)


def columns_as_json(info: DataInfo) -> dict[str, Any]:
    """The columns that can be taken and learned."""
    return {
        "features": [
            {"name": item.name, "shape": list(item.shape.sizes), "vocabulary": item.vocabulary}
            for item in info.features
        ],
        "targets": [
            {"name": item.name, "shape": list(item.shape.sizes), "classes": item.classes and len(item.classes)}
            for item in info.targets
        ],
    }


def _column_lines(info: DataInfo, indent: int) -> list[str]:
    """A line for each column."""
    lines = []
    for feature in info.features:
        tokens = f", {feature.vocabulary:,} {noun(feature.vocabulary, 'token')}" if feature.vocabulary else ""
        lines.append(f"takes {one_line(feature.name)}: {feature.shape.noun} {feature.shape}{tokens}")
    lines += [f"learns {one_line(target.name)}: {_wanted(target)}" for target in info.targets]
    return [f"{'':<{indent}}{line}" for line in lines]


def _wanted(target: Target) -> str:
    """What a target is, in words."""
    count = target.shape.last
    numbers = "a number" if count == 1 else plural(count, "number")
    what = f"one of {plural(len(target.classes), 'class', 'classes')}" if target.classes else numbers
    if target.per_step:
        what += " for each step"
    return what
