"""The command `designer compare`: what differs between two architecture files."""

from __future__ import annotations

import argparse
import json
import sys
from io import TextIOWrapper
from pathlib import Path

from designer.cli.shared import Commands
from designer.core.diff import design_diff
from designer.core.storage import files


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    comparison = commands.add_parser(
        "compare",
        help="what differs between two architecture files",
        description="Prints the blocks that were added (+), removed (−) and changed (±) from A to B, also inside "
        "groups, and the data and training settings that differ. Where blocks lie, and the words about a network, "
        "are not compared. The exit code is 0 where nothing differs, 1 where something does, 2 where a file cannot be "
        "read.",
    )
    comparison.add_argument("before", type=Path, metavar="A", help="an architecture file")
    comparison.add_argument("after", type=Path, metavar="B", help="the file to compare it with")
    comparison.add_argument("--json", action="store_true", help="print one JSON object")
    comparison.set_defaults(command=run_compare)


def run_compare(options: argparse.Namespace) -> int:
    """Prints the differences; as with diff, 1 says that there are some, and 2 that they could not be found."""
    try:
        found = design_diff.compare(files.read(options.before), files.read(options.after))
    except files.FileError as error:
        print(f"designer: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(design_diff.to_json(found), ensure_ascii=False))
    else:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a pipe on Windows may not know the sign −
        for line in design_diff.lines(found):
            print(line)
    return 0 if found.same else 1
