"""The command `designer train`: training without a window."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli import measured
from designer.cli.columns import padded
from designer.cli.doctor_lines import DoctorLines
from designer.cli.figure_words import baseline_words, baselines_row, figure_words
from designer.cli.shared import DATA, FILE, CommandError, Commands, number, rate, read, tell_next, with_options
from designer.core.graph.design import Design
from designer.core.inference.infer import infer
from designer.core.schema import units
from designer.core.schema.fields import BALANCED
from designer.core.schema.limits import one_line
from designer.core.schema.units import plural
from designer.core.storage import files
from designer.core.validation import check
from designer.data import opening
from designer.data.errors import DataError

if TYPE_CHECKING:
    from designer.data.samples import Dataset
    from designer.engine.evaluation.baselines import Baseline
    from designer.engine.protocol.events import Event
    from designer.engine.protocol.figures import Metrics
    from designer.engine.runs.run_folder import Run

_WAYS = {
    "go_on": "add --resume to go on with it",
    "again": "add --resume to start it again from the beginning",
    "from_weights": "add --resume to train on from them",
    "put_design": "put the architecture file there that the run was begun with, under this name, then add --resume",
    "elsewhere": "name another folder",
}
"""How the ways out of a RunError are taken here, by their ids."""
_HINTS = {"go_on": "Then add --resume to go on with the run.", "elsewhere": "That is one in another folder: --run."}
"""What is added to the hint of a run that has failed, by the ids of its ways out."""


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "train",
        help="train without a window",
        description="Trains as the window does, and prints the figures of each epoch. Ctrl+C ends it after the batch. "
        "What was learned is kept in a new folder of runs/ beside FILE, unless --run names one.",
        epilog="A design for data of your own is written by designer data PATH --start usual -o FILE.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=FILE)
    parser.add_argument("--data", metavar="SOURCE|PATH", help=DATA)
    parser.add_argument(
        "--epochs",
        type=number("epochs"),
        metavar="N",
        help="epochs instead of the file's; with --resume those before count",
    )
    parser.add_argument("--seed", type=number("seed"), metavar="N", help="seed instead of the file's")
    parser.add_argument(
        "--learning-rate",
        type=rate,
        metavar="RATE",
        help="learning rate instead of the file's (see: designer find-rate)",
    )
    parser.add_argument(
        "--class-weights",
        choices=("none", BALANCED),
        help="how much each class counts, instead of the file's: all alike, or the rarer the more",
    )
    measured.add_argument(parser)
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="keep metrics and checkpoints in this folder")
    parser.add_argument("--no-run", action="store_true", help="keep nothing")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run in the folder of --run, or begin it there"
    )
    parser.add_argument("--json", action="store_true", help="print one event a line")
    parser.set_defaults(command=run_train)


def run_train(options: argparse.Namespace) -> int:
    """Trains and prints progress or events; 1 where the run failed, 130 where it was interrupted."""
    if options.resume and options.run is None:
        raise CommandError("--resume goes on with the run in a folder: name it with --run FOLDER")
    if options.no_run and options.run is not None:
        raise CommandError("--no-run keeps nothing: leave it out, or leave out --run")
    design = with_options(read(options.file), options)
    try:
        dataset = opening.load(design.data)
    except DataError as error:
        raise CommandError(str(error)) from None
    problems = check.problems(design, infer(design.network), dataset.info)
    if problems:
        raise CommandError(f"{options.file}: {one_line(str(problems[0]))}")
    measured.expect_measurable(options.metrics, design.network)
    from designer.engine.protocol.events import Failed
    from designer.engine.training import preparation
    from designer.engine.training.trainer import Trainer

    try:
        dataset = preparation.load(design)
    except DataError as error:
        raise CommandError(str(error)) from None
    show = _JsonLines(design, dataset) if options.json else _Progress()
    run, notices = _run_folder(options, design)
    session = Trainer(
        design, dataset, show, run=run, resume=options.resume, notices=notices, must_keep=options.run is not None
    )
    before = signal.signal(signal.SIGINT, lambda *_: session.stop())
    try:
        ended = session.run()
    finally:
        signal.signal(signal.SIGINT, before)
    if isinstance(ended, Failed):
        raise CommandError(" ".join((f"{ended.message}. {ended.hint}", *(_HINTS[way] for way in ended.ways))))
    if not options.json:
        if ended.reason == "completed":
            _tell_baselines(design, dataset)
        _tell_next(options, run.folder if run else None)
    return 0 if ended.reason == "completed" else 130


def _baselines(design: Design, dataset: Dataset) -> Mapping[str, Sequence[Baseline]]:
    """What plain methods reach on the test's samples, for each Output."""
    from designer.engine.evaluation.baselines import baselines

    try:
        return baselines(design, dataset)
    except DataError:  # the run is over: its figures stand all the same
        return {}


def _tell_baselines(design: Design, dataset: Dataset) -> None:
    """A line for each Output."""
    found = _baselines(design, dataset)
    for output, listed in found.items():
        if listed:
            of = f"{one_line(output)}, " if len(found) > 1 else ""
            print(f"to compare with: {of}test {baseline_words(listed)}")


def _tell_next(options: argparse.Namespace, folder: Path | None) -> None:
    """What may be done with what was learned; where it was not kept, how it would be."""
    if folder is None:
        tell_next(["train", options.file, *_given(options), "--run", files.run_beside(options.file)])
        return
    of_run = [options.file, "--run", folder]
    tell_next(["evaluate", *of_run], ["predict", *of_run, "-o", "predictions.csv"])


def _given(options: argparse.Namespace) -> list[object]:
    named = {name: getattr(options, name) for name in ("data", "epochs", "seed", "learning_rate", "class_weights")}
    named["metrics"] = None if options.metrics is None else ",".join(options.metrics) or measured.NONE
    given = ((f"--{name.replace('_', '-')}", value) for name, value in named.items() if value is not None)
    return [word for pair in given for word in pair]


def _run_folder(options: argparse.Namespace, design: Design) -> tuple[Run | None, list[str]]:
    """The folder that the run is kept in, and what there is to say of it."""
    from designer.engine.protocol.requests import Keeping
    from designer.engine.runs.run_errors import NoRunError, RunError
    from designer.engine.runs.run_folder import Run
    from designer.engine.runs.run_home import made_place, title_of

    title = title_of(options.file)
    keeping = Keeping(title, str(options.file.resolve()))
    if options.no_run:
        return None, []
    if options.run is None:
        place = made_place(options.file.resolve(), title)
        try:
            return Run.create(place.folder, design, keeping=keeping), [place.notice] if place.notice else []
        except RunError as error:  # nobody has asked for it: the network is trained all the same
            return None, [f"This run is not kept: {error}."]
    try:
        if not options.resume:
            return Run.create(options.run, design, keeping=keeping), []
        try:
            return Run.reopen(options.run, design), []
        except NoRunError as error:
            # A kill may come before the folder is there: who calls the same line again must not be turned away.
            return Run.create(options.run, design, keeping=keeping), [f"{error}: it begins now."]
    except RunError as error:
        raise CommandError(error.told(_WAYS)) from None


class _JsonLines:
    """A line for each event; that of the end has what to compare the test's figures with as well."""

    def __init__(self, design: Design, dataset: Dataset) -> None:
        self._design, self._dataset = design, dataset

    def __call__(self, event: Event) -> None:
        from designer.engine.protocol.events import Finished, Noticed
        from designer.engine.protocol.lines import line_of

        row = line_of(event)
        if isinstance(event, Finished) and event.reason == "completed":
            found = _baselines(self._design, self._dataset)
            row["baselines"] = {output: baselines_row(listed) for output, listed in found.items()}
        print(json.dumps(row), flush=True)
        if isinstance(event, Noticed):  # for the person, too, whose program may pass it over
            print(f"designer: {event.text}", file=sys.stderr)


class _Progress:
    """A bar for the steps, and a line for each epoch and for what the doctor finds."""

    def __init__(self) -> None:
        self._doctor = DoctorLines()

    def __call__(self, event: Event) -> None:
        from tqdm import tqdm

        from designer.engine.protocol.events import (
            BatchesEnded,
            Diagnosed,
            EpochEnded,
            Failed,
            Finished,
            Noticed,
            Started,
        )

        if isinstance(event, Started):
            self._bar = tqdm(total=event.steps, initial=event.step, unit="step", leave=False, disable=None)
            self._epochs = 0
            parameters = units.parameters(event.parameters, event.parameters - event.frozen, exactly=True)
            print(f"{plural(event.training_samples, 'sample')}, {parameters}, on {event.device}")
        elif isinstance(event, BatchesEnded):
            self._bar.update(event.step - self._bar.n)
        elif isinstance(event, Noticed):
            tqdm.write(f"designer: {event.text}", file=sys.stderr)
        elif isinstance(event, Diagnosed):
            tqdm.write(self._doctor.take(event))
        elif isinstance(event, EpochEnded):
            self._epochs += 1
            self._bar.clear()
            print(f"epoch {event.epoch:>4}   {_figures('train', event.metrics)}   ", end="")
            print(f"{_figures('val', event.metrics)}   {event.samples_per_second:,.0f} samples/s")
            self._print_outputs(event.metrics, "train", "val")
        elif isinstance(event, Finished | Failed) and hasattr(self, "_bar"):
            self._bar.close()
            if isinstance(event, Finished):
                if event.reason == "completed" and not self._epochs:
                    print(f"the run has all its epochs ({event.epoch}) already: name more with --epochs")
                print(f"{event.reason} after {event.seconds:.1f} s   ", end="")
                print(_figures("test", event.metrics))
                self._print_outputs(event.metrics, "test")
            for line in self._doctor.summary():
                print(line)

    @staticmethod
    def _print_outputs(metrics: Metrics, *parts: str) -> None:
        """A line for each of several Outputs."""
        from designer.engine.protocol.figures import by_output

        for output in by_output(metrics, parts[0]):
            figures = (_figures(part, metrics, output) for part in parts if by_output(metrics, part))
            print(f"{padded(output, 14, left=False)}   {'   '.join(figures)}")


def _figures(part: str, metrics: Metrics, output: str = "") -> str:
    from designer.engine.protocol.figures import figures_of

    found = figures_of(metrics, part, output)
    return f"{part} loss {units.figure(found['loss'])}{figure_words(found)}" if found else f"{part} not measured"
