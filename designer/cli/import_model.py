"""The command `designer import`: another program's network as an architecture file, with its weights as a run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.shared import CommandError, Commands
from designer.core.inference.infer import infer
from designer.core.schema.units import named, plural
from designer.core.storage import files
from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.importing import Imported, import_keras
from designer.interop.report import grouped, lines

if TYPE_CHECKING:
    from designer.engine.runs.run_folder import Run


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "import",
        help="a network of Keras as an architecture file",
        description="Reads a .keras file, or what model.to_json() gives, as data: nothing of it is run, and Keras is "
        "not needed. What is changed or dropped is printed. The weights of a .keras file are kept as a run that has "
        "not begun, which `designer train FILE --run FOLDER --resume` goes on with.",
    )
    parser.add_argument("source", type=Path, metavar="SOURCE", help="model.keras or model.json")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="the architecture file to write"
    )
    parser.add_argument(
        "--run", type=Path, metavar="FOLDER", help="where to keep the weights; as FILE, ending in .run, if not given"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_import)


def run_import(options: argparse.Namespace) -> int:
    """Writes the file, keeps the weights, and prints what is not as it was."""
    try:
        found = import_keras(options.source)
    except KerasError as error:
        raise CommandError(f"{options.source}: {error}") from None
    run = _keep_weights(found, options.run or files.run_beside(options.output)) if found.arrays else None
    try:
        files.write(found.design, options.output)
    except files.FileError as error:
        if run:  # without its file it would only be in the way the next time
            run.discard()
        raise CommandError(str(error)) from None
    folder = run.folder if run else None
    if options.json:
        print(json.dumps(_report(found, folder)))
        return 0
    inference = infer(found.design.network)
    blocks = plural(len(inference.results), "block")
    print(f"{options.output}: {blocks}, {named(inference.parameters, 'parameters', exactly=True)}")
    if folder:
        first = "mend the network, then " if inference.problems else ""
        print(f"{folder}: the weights; {first}go on with: designer train {options.output} --run {folder} --resume")
    for line in lines(found.notes):
        print(line)
    return 0


def _keep_weights(found: Imported, folder: Path) -> Run:
    from designer.engine.model.devices import TrainingError
    from designer.engine.runs.imported_weights import adopt
    from designer.engine.runs.run_errors import RunError, RunWriteError

    try:
        return adopt(folder, found.design, found.arrays)
    except RunWriteError as error:
        raise CommandError(str(error)) from None
    except RunError:
        raise CommandError(f"{folder}: there is something in the way: name another folder with --run") from None
    except TrainingError as error:
        raise CommandError(f"{error}. {error.hint}") from None


def _report(found: Imported, folder: Path | None) -> dict[str, object]:
    inference = infer(found.design.network)
    notes = [{"what": what, "why": why, "layers": list(layers)} for what, why, layers in grouped(found.notes)]
    return {
        "blocks": len(inference.results),
        "parameters": inference.parameters,
        "run": str(folder) if folder else None,
        "notes": notes,
    }
