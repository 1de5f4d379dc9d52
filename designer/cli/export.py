"""The command `designer export`: a network as a script that needs nothing of the designer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from designer.cli.shared import DATA, FILE, CommandError, Commands, read, with_data
from designer.core.storage import files


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "export",
        help="a network as a script that needs nothing of the designer",
        description="Writes a network as a script that trains it and needs nothing of the designer. Data that come "
        "with the program are put beside it, your own are read where they are; with --run the weights lie beside it.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=FILE)
    parser.add_argument("--to", choices=["pytorch"], required=True, help="what to write: a PyTorch script")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="the script, say model.py")
    parser.add_argument("--data", metavar="SOURCE|PATH", help=DATA)
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="take along the weights of this run")
    parser.add_argument("--model-only", action="store_true", help="the model alone, which need not suit its data")
    parser.set_defaults(command=run_export)


def run_export(options: argparse.Namespace) -> int:
    """Writes a script, with its data and weights beside it."""
    from designer.engine.runs.script_export import ExportError, NoTrainingError, export_pytorch

    design = with_data(read(options.file), options.data)
    title = options.file.name.removesuffix(files.SUFFIX)
    try:
        written = export_pytorch(design, options.output, title, options.run, model_only=options.model_only)
    except NoTrainingError as error:
        raise CommandError(f"{options.file}: {error}; or export the model alone, with --model-only") from None
    except ExportError as error:
        raise CommandError(f"{options.file}: {error}") from None
    for notice in written.notices:
        print(f"designer: {notice}", file=sys.stderr)
    beside = f", with {' and '.join(path.name for path in written.beside)} beside it" if written.beside else ""
    print(f"{written.script}{beside}")
    return 0
