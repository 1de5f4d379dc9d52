"""What the commands share that try a trained network: which network, which weights, which samples."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.shared import FILE, CommandError, read
from designer.core.schema.limits import MAX_PATH_LETTERS, one_line
from designer.data import opening
from designer.data.errors import DataError

if TYPE_CHECKING:
    from designer.core.graph.design import Design
    from designer.engine.evaluation.passes import Ready
    from designer.engine.evaluation.samples import Tried
    from designer.engine.runs.trained_weights import TrainedWeights

_PARTS = ("test", "validation", "train", "all")
_DEVICES = ("auto", "cpu", "cuda", "mps")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The network, the run and the samples."""
    parser.add_argument("file", type=Path, metavar="FILE", help=FILE)
    parser.add_argument("--run", type=Path, required=True, metavar="FOLDER", help="take the weights of this run")
    parser.add_argument(
        "--data",
        default="",
        metavar="SOURCE|PATH",
        help="a data source (see: designer data), or a file or folder of your own, which is read as the data were that "
        "the network has learned from; those themselves if not given",
    )
    parser.add_argument(
        "--part",
        choices=_PARTS,
        help="which samples: by default those for the test, of other data than the run's all",
    )
    parser.add_argument("--device", choices=_DEVICES, help="where to compute, instead of where the file says")


def given_data(options: argparse.Namespace) -> list[object]:
    """The words of a command line that say which samples."""
    named = {"--data": options.data, "--part": options.part}
    return [word for name, value in named.items() if value for word in (name, value)]


def made_ready(options: argparse.Namespace) -> tuple[Ready, Tried]:
    """The network with its weights, and the samples. Raises CommandError."""
    from designer.engine.evaluation import passes, samples

    design, found = trained_design(options)
    with told_as_errors():
        tried = samples.samples_to_try(design, options.data, options.part, opening.names_path(options.data))
        return passes.made_ready(design, found, tried), tried


def trained_design(options: argparse.Namespace) -> tuple[Design, TrainedWeights]:
    """The network as the run has it, on the device that was named, with its weights. Raises CommandError."""
    from designer.engine.runs.trained_weights import trained_weights

    design = read(options.file)
    with told_as_errors():
        found = trained_weights(options.run, design)
    design = found.design
    given = {"device": options.device or None, "metrics": getattr(options, "metrics", None)}
    chosen = {name: value for name, value in given.items() if value is not None}
    design = replace(design, training=design.training.model_copy(update=chosen))
    for notice in found.notices:
        print(f"designer: {notice}", file=sys.stderr)
    return design, found


@contextmanager
def told_as_errors() -> Iterator[None]:
    """What is wrong with data, weights or the device within, as a CommandError."""
    from designer.engine.model.devices import TrainingError
    from designer.engine.runs.trained_weights import WeightsError

    try:
        yield
    except (DataError, WeightsError) as error:
        raise CommandError(one_line(str(error), MAX_PATH_LETTERS)) from None
    except TrainingError as error:
        raise CommandError(f"{error}. {error.hint}") from None
