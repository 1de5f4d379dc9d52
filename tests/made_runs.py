"""Run folders as training leaves them, made by hand: no network learns anything for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.engine.protocol.events import EpochEnded, Event, Failed, Finished, Started
from designer.engine.protocol.lines import line_of
from designer.engine.runs import run_about
from designer.engine.runs.run_about import RunAbout
from designer.engine.runs.run_folder import Run

ACCURACIES = (0.5, 0.75, 0.7)


def make_run(
    home: Path,
    name: str,
    design: Design | bytes,
    state: str = "finished",
    accuracies: tuple[float, ...] = ACCURACIES,
    epochs: int = 0,
    **about: Any,
) -> Path:
    """A run whose epochs had these accuracies in validation, in a folder of its name.

    It is "finished", "stopped", "failed", or "lost" for another word. `epochs` are those that were asked for.
    """
    folder = home / name.replace(" ", "_")
    folder.mkdir(parents=True)
    run = Run(folder)
    if isinstance(design, bytes):
        run.design.write_bytes(design)
    else:
        files.write(design, run.design)
    run_about.write_about(folder, RunAbout(name=name, **{"begun": "2026-11-28T18:37:19Z", **about}))
    told = events(f"id of {name}", accuracies, epochs or len(accuracies), state)
    run.metrics.write_text("".join(f"{json.dumps(line_of(event))}\n" for event in told))
    (folder / "log.txt").write_text(f"2026-11-28 18:37:19  The run {name} begins.\n")
    return folder


def events(run: str, accuracies: tuple[float, ...], epochs: int, state: str) -> Iterator[Event]:
    """What a run told that had ten steps in each epoch."""
    yield Started("cpu", 100, 32, 8, epochs, 10 * epochs, run=run)
    figures: dict[str, float] = {}
    for epoch, accuracy in enumerate(accuracies, start=1):
        figures = {"train_loss": 1 - accuracy, "val_loss": 1.1 - accuracy, "val_accuracy": accuracy}
        yield EpochEnded(epoch, 10 * epoch, figures, 100.0, run=run)
    done, steps = len(accuracies), 10 * len(accuracies)
    if state == "finished":
        yield Finished("completed", done, steps, figures, 65.0, run=run)
    elif state == "stopped":
        yield Finished("stopped", done, steps, figures, 12.5, run=run)
    elif state == "failed":
        yield Failed("the loss is no number", "lower the rate", run=run)
