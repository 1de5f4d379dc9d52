"""The commands that need no window: check, train, export and data. One clear line on stderr for a person's mistake."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from designer import cli_costs
from designer.core.analysis.analysis import analyse
from designer.core.graph.binding import Target, longest_of
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem, validation_messages
from designer.core.graph.settings import DataSettings, TrainingSettings
from designer.core.inference.infer import infer
from designer.core.schema import units
from designer.core.schema.fields import expected
from designer.core.schema.limits import MAX_PROBLEMS_PRINTED, one_line
from designer.core.schema.units import noun, plural
from designer.core.storage import entry, files
from designer.core.validation import check
from designer.data import sources
from designer.data.samples import DataError

if TYPE_CHECKING:
    from designer.engine.protocol.events import Event, Figures
    from designer.engine.runs.run_folder import Run


_FILE = "an architecture file"


class CommandError(Exception):
    """A command cannot do what it was asked to."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The parsers of the commands; each names the function that runs it."""
    checking = commands.add_parser(
        "check",
        help="shapes, parameters, multiply-adds and memory of each block",
        description="Prints the shape, parameters and multiply-adds of each block, for one sample (for one step, "
        "where the length varies), and the memory that training keeps of it for a batch. Then what it takes to train, "
        "and what keeps the network from being trained, which gives the exit code 1.",
    )
    checking.add_argument("file", type=Path, metavar="FILE", help=_FILE)
    checking.add_argument(
        "--batch-size", type=_number("batch_size"), metavar="N", help="samples of a batch instead of the file's"
    )
    checking.add_argument("--json", action="store_true", help="print one JSON object")
    checking.set_defaults(command=run_check)

    training = commands.add_parser(
        "train",
        help="train without a window",
        description="Trains as the window does, and prints the figures of each epoch. Ctrl+C ends it after the batch. "
        "What was learned is kept only with --run.",
    )
    training.add_argument("file", type=Path, metavar="FILE", help=_FILE)
    training.add_argument("--data", metavar="SOURCE", help="a data source instead of the file's (see: designer data)")
    training.add_argument(
        "--epochs",
        type=_number("epochs"),
        metavar="N",
        help="epochs instead of the file's; with --resume those before count",
    )
    training.add_argument("--seed", type=_number("seed"), metavar="N", help="seed instead of the file's")
    training.add_argument("--run", type=Path, metavar="FOLDER", help="keep metrics and checkpoints in this folder")
    training.add_argument(
        "--resume", action="store_true", help="go on with the run in the folder of --run, or begin it there"
    )
    training.add_argument("--json", action="store_true", help="print one event a line")
    training.set_defaults(command=run_train)

    exporting = commands.add_parser(
        "export",
        help="a network as a script that needs nothing of the designer",
        description="Writes a network as a script that trains it and needs nothing of the designer. The data are put "
        "beside it and, with --run, the weights.",
    )
    exporting.add_argument("file", type=Path, metavar="FILE", help=_FILE)
    exporting.add_argument("--to", choices=["pytorch"], required=True, help="what to write: a PyTorch script")
    exporting.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="the script, say model.py")
    exporting.add_argument("--run", type=Path, metavar="FOLDER", help="take along the weights of this run")
    exporting.add_argument("--model-only", action="store_true", help="the model alone, which need not suit its data")
    exporting.set_defaults(command=run_export)

    data = commands.add_parser(
        "data",
        help="the data sources that are there",
        description="Lists the data sources: the columns that an Input can take, and those that an Output can learn.",
    )
    data.add_argument("--json", action="store_true", help="print one JSON object")
    data.set_defaults(command=run_data)


def _read(path: Path) -> Design:
    try:
        return files.read(path)
    except files.FileError as error:
        raise CommandError(str(error)) from None


def run_check(options: argparse.Namespace) -> int:
    """Prints the analyzer's table; 1 where the design cannot be trained."""
    try:
        design = files.read(options.file)
    except files.FileError as error:
        if options.json:
            print(
                json.dumps(cli_costs.broken([{"block": "", "field": "", "message": line} for line in error.problems]))
            )
        raise CommandError(str(error)) from None
    design = _with_options(design, options)
    inference = infer(design.network)
    data = sources.info(design.data.source)
    problems = check.problems(design, inference, data) + _unknown_source(design)
    analysis = analyse(inference, longest=longest_of(design.network, data))
    if options.json:
        errors = [{"block": item.block, "field": item.field, "message": item.message} for item in problems]
        print(json.dumps(cli_costs.report(analysis, design.training, errors)))
    else:
        cli_costs.print_table(analysis, design.training)
    for problem in problems[:MAX_PROBLEMS_PRINTED]:
        print(f"designer: {options.file}: {one_line(str(problem))}", file=sys.stderr)
    if len(problems) > MAX_PROBLEMS_PRINTED:
        more = len(problems) - MAX_PROBLEMS_PRINTED
        print(f"designer: {options.file}: and {more:,} more {noun(more, 'problem')}", file=sys.stderr)
    return 1 if problems else 0


def _unknown_source(design: Design) -> list[Problem]:
    known = sources.sources()
    if design.data.source in known:
        return []
    return [Problem(f"data: there is no source called {design.data.source!r}: expected one of {', '.join(known)}")]


def run_train(options: argparse.Namespace) -> int:
    """Trains and prints progress or events; 1 where the run failed, 130 where it was interrupted."""
    if options.resume and options.run is None:
        raise CommandError("--resume goes on with the run in a folder: name it with --run FOLDER")
    design = _with_options(_read(options.file), options)
    try:
        dataset = sources.load(design.data.source)
    except DataError as error:
        raise CommandError(str(error)) from None
    problems = check.problems(design, infer(design.network), dataset.info)
    if problems:
        raise CommandError(f"{options.file}: {one_line(str(problems[0]))}")
    from designer.engine.protocol.events import Failed
    from designer.engine.training.trainer import Trainer

    show = _print_json if options.json else _Progress()
    session = Trainer(design, dataset, show, run=_run_folder(options, design), resume=options.resume)
    before = signal.signal(signal.SIGINT, lambda *_: session.stop())
    try:
        ended = session.run()
    finally:
        signal.signal(signal.SIGINT, before)
    if isinstance(ended, Failed):
        raise CommandError(f"{ended.message}. {ended.hint}")
    return 0 if ended.reason == "completed" else 130


def _with_options(design: Design, options: argparse.Namespace) -> Design:
    """The design with what the command line says instead of the file."""
    named = {name: getattr(options, name, None) for name in ("epochs", "seed", "batch_size")}
    given = {name: value for name, value in named.items() if value is not None}
    try:
        training = TrainingSettings.model_validate({**design.training.model_dump(), **given})
    except ValidationError as error:
        wrong = validation_messages(error, fields=TrainingSettings.model_fields)[0]
        raise CommandError(f"--{wrong.replace('_', '-', 1)}") from None
    source = getattr(options, "data", None)
    data = DataSettings(source=source) if source else design.data
    return replace(design, training=training, data=data)


def _run_folder(options: argparse.Namespace, design: Design) -> Run | None:
    from designer.engine.runs.run_folder import NoRunError, Run, RunError

    if options.run is None:
        return None
    try:
        if not options.resume:
            return Run.create(options.run, design)
        try:
            return Run.reopen(options.run, design)
        except NoRunError as error:
            # A kill may come before the folder is there: who calls the same line again must not be turned away.
            run = Run.create(options.run, design)
            run.notices.append(f"{error}: it begins now.")
            return run
    except RunError as error:
        raise CommandError(str(error)) from None


def _print_json(event: Event) -> None:
    from designer.engine.protocol.events import Noticed

    print(json.dumps(event.as_json()), flush=True)
    if isinstance(event, Noticed):  # for the person, too, whose program may pass it over
        print(f"designer: {event.text}", file=sys.stderr)


class _Progress:
    """A bar for the steps, and a line for each epoch."""

    def __call__(self, event: Event) -> None:
        from tqdm import tqdm

        from designer.engine.protocol.events import BatchesEnded, EpochEnded, Failed, Finished, Noticed, Started

        if isinstance(event, Started):
            self._bar = tqdm(total=event.steps, initial=event.step, unit="step", leave=False, disable=None)
            self._epochs = 0
            parameters = f"{event.parameters:,} {noun(event.parameters, 'parameter')}"
            print(f"{plural(event.training_samples, 'sample')}, {parameters}, on {event.device}")
        elif isinstance(event, BatchesEnded):
            self._bar.update(event.step - self._bar.n)
        elif isinstance(event, Noticed):
            tqdm.write(f"designer: {event.text}", file=sys.stderr)
        elif isinstance(event, EpochEnded):
            self._epochs += 1
            self._bar.clear()
            print(f"epoch {event.epoch:>4}   {_figures('train', event.train_loss, event.train_accuracy)}   ", end="")
            print(f"{_figures('val', event.val_loss, event.val_accuracy)}   {event.samples_per_second:,.0f} samples/s")
            self._print_outputs(train=event.train_outputs, val=event.val_outputs)
        elif isinstance(event, Finished | Failed) and hasattr(self, "_bar"):
            self._bar.close()
            if isinstance(event, Finished):
                if event.reason == "completed" and not self._epochs:
                    print(f"the run has all its epochs ({event.epoch}) already: name more with --epochs")
                print(f"{event.reason} after {event.seconds:.1f} s   ", end="")
                print(_figures("test", event.test_loss, event.test_accuracy))
                self._print_outputs(test=event.test_outputs)

    @staticmethod
    def _print_outputs(**parts: Figures) -> None:
        """A line for each of several Outputs."""
        for output in next(iter(parts.values())):
            figures = (_figures(part, **outputs[output]) for part, outputs in parts.items() if outputs)
            print(f"{output:>14}   {'   '.join(figures)}")


def _number(setting: str) -> Callable[[str], int]:
    """Reads a training setting from the command line; what is no whole number is told in the setting's own words."""

    def read(text: str) -> int:
        if not entry.is_whole(text):
            wanted = expected(TrainingSettings.model_fields[setting])
            raise argparse.ArgumentTypeError(f"expected {wanted}, got {entry.quoted(text)}")
        return int(text)

    return read


def _figures(name: str, loss: float | None, accuracy: float | None) -> str:
    if loss is None:
        return f"{name} not measured"
    return f"{name} loss {units.figure(loss)}" + (f" accuracy {accuracy:.4f}" if accuracy is not None else "")


def run_export(options: argparse.Namespace) -> int:
    """Writes a script, with its data and weights beside it."""
    from designer.engine.runs.script_export import ExportError, NoTrainingError, export_pytorch

    design, title = _read(options.file), options.file.name.removesuffix(files.SUFFIX)
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
