"""The command `designer predict`: what a trained network says of samples, as a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from designer.cli.prediction_files import WRITERS, written
from designer.cli.shared import CommandError, Commands
from designer.cli.trained import add_arguments, made_ready
from designer.cli.write import add_arguments as add_writing_arguments
from designer.cli.write import run_write
from designer.core.schema.units import plural
from designer.core.storage.writing import reason, write_atomically
from designer.data.errors import DataError

_STDOUT = "-"


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "predict",
        help="what a trained network says of samples, as a table",
        description="Writes a row for each sample, with the weights of a run: its number or the name of its file, what "
        "it is, where that is known, and what the network takes it for: a class with its probability and those of all "
        "classes, or numbers. With --write it goes on with a text instead, where the network tells the next token.",
    )
    add_arguments(parser)
    parser.add_argument(
        "-o",
        "--output",
        default="",
        metavar="OUT",
        help="the table: OUT.csv, OUT.jsonl (a JSON object a line) or OUT.parquet; - prints CSV",
    )
    add_writing_arguments(parser)
    parser.set_defaults(command=run_predict)


def run_predict(options: argparse.Namespace) -> int:
    """Writes the table, or goes on with a text."""
    if options.write is not None:
        return run_write(options)
    if not options.output:
        raise CommandError("expected -o OUT for the table of predictions, or --write BEGINNING for a text")
    path = Path(options.output)
    ending = ".csv" if options.output == _STDOUT else path.suffix.lower()
    if ending not in WRITERS:
        raise CommandError(f"{path}: expected a name that ends in {', '.join(WRITERS)}, or - to print")
    ready, tried = made_ready(options)
    from designer.engine.evaluation.predictions import predictions

    try:
        content = written(predictions(ready, tried), ending)
    except DataError as error:
        raise CommandError(str(error)) from None
    if options.output == _STDOUT:
        sys.stdout.write(content.decode(errors="replace"))
        return 0
    try:
        write_atomically(path, content)
    except OSError as error:
        raise CommandError(f"{path}: the file cannot be written: {reason(error)}") from None
    print(f"{path}: {plural(len(tried), 'prediction')}")
    return 0
