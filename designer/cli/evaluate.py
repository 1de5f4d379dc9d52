"""The command `designer evaluate`: how good a trained network is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from designer.cli import measured
from designer.cli.columns import table_lines
from designer.cli.figure_words import baseline_words, baselines_row, figure_words
from designer.cli.shared import CommandError, Commands, tell_next
from designer.cli.trained import add_arguments, given_data, made_ready
from designer.core.schema import units
from designer.core.schema.limits import one_line
from designer.core.schema.units import plural
from designer.data.errors import DataError

if TYPE_CHECKING:
    from designer.core.graph.design import Design
    from designer.engine.evaluation.baselines import Baseline
    from designer.engine.evaluation.samples import Tried

_MOST_LETTERS = 24
_MOST_CLASSES = 20
"""In the table of what is taken for what; more have no room in a line."""
_NAMES = {"validation": "val"}
"""Of parts in the names of figures, where they are others."""


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "evaluate",
        help="how good a trained network is",
        description="Measures a network with the weights of a run: the loss of each Output; for classes accuracy, "
        "precision, recall, F1 and which is taken for which; for numbers MAE, RMSE and R²; for boxes the IoU; for "
        "tokens the perplexity.",
        epilog="What it says of each sample, and of new ones, is written by designer predict.",
    )
    add_arguments(parser)
    measured.add_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_evaluate)


def run_evaluate(options: argparse.Namespace) -> int:
    """Prints the figures."""
    ready, tried = made_ready(options)
    measured.expect_measurable(options.metrics, ready.design.network)
    from designer.engine.evaluation import figures as of
    from designer.engine.protocol.figures import is_of_all

    try:
        report = of.measured(ready, tried, _NAMES.get(tried.part, tried.part))
    except DataError as error:
        raise CommandError(str(error)) from None
    compared = _baselines(ready.design, tried)
    if options.json:
        told = {"data": tried.info.name, "part": tried.part, "samples": len(tried)}
        metrics = {name: value for name, value in report.metrics.items() if is_of_all(name)}
        outputs = {
            name: {**figures, "baselines": baselines_row(compared.get(name, ()))}
            for name, figures in report.outputs.items()
        }
        print(json.dumps({**told, "metrics": metrics, "outputs": outputs}))
        return 0
    print(f"{tried.part}: {plural(len(tried), 'sample')} of {one_line(tried.info.title)}")
    for name, figures in report.outputs.items():
        print(f"\n{name} ({one_line(figures['target'])}): loss {units.figure(figures['loss'])}", end="")
        for line in _of_numbers(figures) if "rmse" in figures else _of_classes(figures):
            print(line)
        if compared.get(name):
            print(f"to compare with: {baseline_words(compared[name])}")
    tell_next(["predict", options.file, "--run", options.run, *given_data(options), "-o", "predictions.csv"])
    return 0


def _baselines(design: Design, tried: Tried) -> Mapping[str, Sequence[Baseline]]:
    """What plain methods reach on the same samples; nothing where the data that were learned are gone."""
    from designer.engine.evaluation.baselines import SampleRows, baselines
    from designer.engine.training import preparation

    try:
        dataset = preparation.load(design)
        return baselines(design, dataset, [SampleRows(piece.samples, piece.rows) for piece in tried.pieces])
    except DataError:
        return {}


def _of_numbers(figures: dict[str, Any]) -> Iterator[str]:
    r2 = "not defined" if figures["r2"] is None else f"{figures['r2']:.4f}"
    overlap = f" IoU {figures['iou']:.4f}" if "iou" in figures else ""
    more = figure_words(figures.get("metrics", {}), without=figures)
    yield f" MAE {units.figure(figures['mae'])} RMSE {units.figure(figures['rmse'])} R² {r2}{overlap}{more}"


def _of_classes(figures: dict[str, Any]) -> Iterator[str]:
    perplexity = f" perplexity {figures['perplexity']:.4g}" if "perplexity" in figures else ""
    more = figure_words(figures.get("metrics", {}), without=figures)
    yield f" accuracy {figures['accuracy']:.4f}{perplexity}{more}"
    yield ""
    rows: list[tuple[str, ...]] = [("class", "precision", "recall", "F1", "count")]
    rows += [
        (_short(item["class"]), *_shares(item), f"{item['support']:,}")
        for item in figures["classes"]
        if item["support"] or item["precision"]
    ]
    rows.append(("mean", *_shares(figures["mean"]), f"{figures['count']:,}"))
    yield from table_lines(rows)
    if len(figures["classes"]) <= _MOST_CLASSES:
        yield from _confusion([item["class"] for item in figures["classes"]], figures["confusion"])


def _shares(item: dict[str, Any]) -> list[str]:
    return [f"{item[name]:.4f}" for name in ("precision", "recall", "f1")]


def _confusion(classes: list[str], counts: list[list[int]]) -> Iterator[str]:
    yield ""
    yield "which class (rows) is taken for which (columns)"
    rows: list[tuple[str, ...]] = [("", *map(_short, classes))]
    rows += [(_short(name), *(f"{count:,}" for count in row)) for name, row in zip(classes, counts, strict=True)]
    yield from table_lines(rows)


def _short(name: str) -> str:
    return one_line(name, _MOST_LETTERS) or "(empty)"
