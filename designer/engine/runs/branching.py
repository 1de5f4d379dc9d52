"""A run that begins where another one was at the end of an epoch, and knows it."""

from __future__ import annotations

from pathlib import Path

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.writing import reason
from designer.engine.protocol.requests import Keeping
from designer.engine.runs import metrics_file, run_about
from designer.engine.runs.checkpoint import Checkpoint, latest_checkpoint, read_checkpoint
from designer.engine.runs.checksum import DamagedError
from designer.engine.runs.run_about import Parent
from designer.engine.runs.run_errors import RunError, RunWriteError
from designer.engine.runs.run_folder import Run


def branch(parent: Path, epoch: int | None, folder: Path, design: Design | None = None, name: str = "") -> Run:
    """A new run with the checkpoint of another one, and its figures until then; it is gone on with like any other.

    `epoch` is the one whose end it begins from; without one, it begins from all that was learned. A `design` may have
    other settings of those that may change. Raises RunError where the checkpoint is not kept, the design is of another
    network, or the folder cannot be written, and TrainingError where all checkpoints are damaged.
    """
    old = Run(parent)
    found = _checkpoint(old, epoch)
    try:
        kept = files.read(old.design)
    except files.FileError as error:
        raise RunError(f"{parent}: there is no run to branch from: {error}") from None
    about = run_about.read_about(parent)
    run = Run.create(folder, kept, found.path.read_bytes(), Keeping(name or about.name, about.file))
    try:
        _take_figures(old, run, found)
        if found.position.batch == 0:
            _take_epochs(old, run, found.position.epoch)
        _tell_parent(old, run, found)
        run.close()
        return Run.reopen(folder, design or kept)
    except OSError as error:
        run.discard()
        raise RunWriteError(f"{folder}: the folder cannot be written: {reason(error)}") from None
    except RunError:
        run.discard()
        raise


def _checkpoint(run: Run, epoch: int | None) -> Checkpoint:
    if epoch is None:
        found, _ = latest_checkpoint(run)
        if found is None:
            raise RunError(f"{run.folder}: the run has no checkpoint yet: train it first")
        return found
    try:
        return read_checkpoint(run.epochs.path(epoch))
    except FileNotFoundError:
        raise RunError(f"{run.folder}: the weights of epoch {epoch} are not kept") from None
    except DamagedError as error:
        raise RunError(f"{run.epochs.path(epoch)}: the checkpoint cannot be used: {error}") from None


def _take_figures(old: Run, new: Run, found: Checkpoint) -> None:
    """What was recorded until then, without the other run's id: it has one of its own once it goes on."""
    lines = metrics_file.until(old.metrics, found.position.epoch, found.position.step)
    rows = [{name: value for name, value in row.items() if name != "run"} for row in lines]
    metrics_file.write_rows(new.metrics, rows)


def _take_epochs(old: Run, new: Run, epoch: int) -> None:
    best = new.best().epoch
    for earlier in old.epochs.epochs():
        if earlier < epoch:
            new.epochs.keep(earlier, old.epochs.path(earlier), best)


def _tell_parent(old: Run, new: Run, found: Checkpoint) -> None:
    parent = Parent(
        run=old.identity(), folder=str(old.folder), epoch=found.position.epoch - 1, step=found.position.step
    )
    about = run_about.read_about(new.folder)
    run_about.write_about(new.folder, run_about.with_parent(about, parent))
