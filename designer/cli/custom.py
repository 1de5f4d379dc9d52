"""The command `designer custom`: the Python files that are trusted to bring block kinds of their own."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from designer.cli.shared import CommandError, Commands
from designer.core.storage import plugins
from designer.core.storage.trust import TrustError, trusted

WARNING = "It is a program: it can do whatever you can do on this machine. Trust only what you have read."


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "custom",
        help="block kinds of your own, from Python files that you trust",
        description=f"Lists the Python files that may bring block kinds of their own, or changes the list. {WARNING}",
    )
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--trust", type=Path, metavar="FILE", help="trust what this file holds now")
    change.add_argument("--remove", type=Path, metavar="FILE", help="trust this file no longer")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_custom)


def run_custom(options: argparse.Namespace) -> int:
    """Changes and prints the list; 1 where a file of it is not in use as it is trusted."""
    try:
        found = _changed(options)
    except (plugins.CustomError, TrustError) as error:
        raise CommandError(str(error)) from None
    if options.json:
        listed = [
            {"path": str(item.path), "state": item.state, "kinds": list(item.kinds), "message": item.message}
            for item in found
        ]
        print(json.dumps({"files": listed}))
    else:
        for item in found:
            print(f"{item.path}  {item.state}  {item.message or ', '.join(item.kinds)}")
        if not found:
            print("no file is trusted: add one with designer custom --trust FILE")
    return 1 if any(item.state != "loaded" for item in found) else 0


def _changed(options: argparse.Namespace) -> list[plugins.CustomFile]:
    """The list after what the options ask for."""
    if options.trust:
        return plugins.trust_file(options.trust)
    if options.remove:
        if options.remove.resolve() not in [item.path for item in trusted()]:
            raise CommandError(f"{options.remove}: this file is not trusted, so that there is nothing to remove")
        return plugins.remove_file(options.remove)
    return plugins.load()


def load_custom_kinds() -> None:
    """Loads the trusted files for another command; what cannot be loaded is told on stderr, a line each."""
    try:
        found = plugins.load()
    except TrustError as error:
        print(f"designer: {error}", file=sys.stderr)
        return
    for item in found:
        if item.message:
            print(f"designer: custom blocks: {item.message}", file=sys.stderr)
