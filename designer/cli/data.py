"""The command `designer data`: the data sources that are there."""

from __future__ import annotations

import argparse
import json

from designer.cli.shared import Commands
from designer.core.graph.binding import Target
from designer.core.schema.units import noun, plural
from designer.data import sources


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "data",
        help="the data sources that are there",
        description="Lists the data sources: the columns that an Input can take, and those that an Output can learn.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_data)


def run_data(options: argparse.Namespace) -> int:
    """Lists the data sources."""
    found = sources.sources()
    if options.json:
        listed = [
            {
                "name": name,
                "title": source.info.title,
                "features": [
                    {"name": item.name, "shape": list(item.shape.sizes), "vocabulary": item.vocabulary}
                    for item in source.info.features
                ],
                "targets": [
                    {"name": item.name, "shape": list(item.shape.sizes), "classes": item.classes and len(item.classes)}
                    for item in source.info.targets
                ],
                "samples": source.samples,
                "test_samples": source.test_samples,
                "licence": source.licence,
            }
            for name, source in found.items()
        ]
        print(json.dumps({"sources": listed}))
        return 0
    for name, source in found.items():
        print(f"{name:<20} {source.samples:>6} {noun(source.samples, 'sample'):<7}   {source.description}")
        for feature in source.info.features:
            tokens = f", {feature.vocabulary:,} {noun(feature.vocabulary, 'token')}" if feature.vocabulary else ""
            print(f"{'':<22}takes {feature.name}: {feature.shape.noun} {feature.shape}{tokens}")
        for target in source.info.targets:
            print(f"{'':<22}learns {target.name}: {_wanted(target)}")
    return 0


def _wanted(target: Target) -> str:
    """What a target is, in words."""
    count = target.shape.last
    numbers = "a number" if count == 1 else plural(count, "number")
    what = f"one of {plural(len(target.classes), 'class', 'classes')}" if target.classes else numbers
    if target.per_step:
        what += " for each step"
    return what
