"""The curve of an exported script against that of the engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from designer.core.graph.design import Design
from designer.data.samples import Dataset
from designer.engine.protocol.events import EpochEnded, Finished
from designer.engine.protocol.figures import Metrics, by_output
from designer.engine.runs.script_export import Exported, export_pytorch
from tests.codegen.alone import run_alone
from tests.helpers import trained

NUMBERS = re.compile(r"epoch +(\d+) +loss (\S+)(?: +validation loss (\S+)(?: accuracy ({.*}|\S+))?)?")
FIGURE = re.compile(r" ([a-z][a-z0-9_]*(?:/\w+)?) (-?\d[\d.e+-]*)")


def assert_script_learns_alike(
    design: Design, dataset: Dataset, folder: Path, change: Callable[[Exported], object] = lambda exported: None
) -> str:
    """Exports a design, runs the script, and compares what it prints with a run of the engine. Gives the text.

    `change` may do something to what was exported before it is run.
    """
    exported = export_pytorch(design, folder / "model.py", "network")
    text = exported.script.read_text(encoding="utf-8")
    change(exported)
    lines = run_alone(exported.script, folder / "elsewhere")
    _, events = trained(design, dataset)
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert len(epochs) == design.training.epochs == len(lines) - 1
    for line, event in zip(lines, epochs, strict=False):
        found = NUMBERS.match(line)
        assert found, line
        assert int(found[1]) == event.epoch
        assert float(found[2]) == pytest.approx(event.metrics["train_loss"], rel=1e-4, abs=2e-6)
        if "val_loss" in event.metrics:
            assert float(found[3]) == pytest.approx(event.metrics["val_loss"], rel=1e-4, abs=2e-6)
        if "val_accuracy" in event.metrics and not by_output(event.metrics, "val"):
            assert float(found[4]) == pytest.approx(event.metrics["val_accuracy"], abs=6e-5)
        assert_figures_are_alike(line[found.end() :], design, event.metrics, "val")
    (last,) = [event for event in events if isinstance(event, Finished)]
    assert float(lines[-1].split()[2]) == pytest.approx(last.metrics["test_loss"], rel=1e-4, abs=2e-6)
    _, _, rest = lines[-1].partition(lines[-1].split()[2])
    assert_figures_are_alike(rest.partition("}")[2] or rest, design, last.metrics, "test")
    return text


def assert_figures_are_alike(line: str, design: Design, metrics: Metrics, part: str) -> None:
    """Whether the end of a line has all figures of the metrics that a design has chosen, as the engine has them."""
    told = {name: float(value) for name, value in FIGURE.findall(line) if name != "accuracy"}
    alone = {"": {name.removeprefix(f"{part}_"): value for name, value in metrics.items()}}
    expected = {
        (f"{name}/{output}" if output else name): value
        for output, figures in (by_output(metrics, part) or alone).items()
        for name, value in figures.items()
        if name in design.training.metrics
    }
    if f"{part}_loss" in metrics:
        assert told == {name: pytest.approx(value, rel=2e-4, abs=2e-5) for name, value in expected.items()}
