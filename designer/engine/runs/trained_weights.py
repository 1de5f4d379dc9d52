"""The weights that a run has learned, for who wants to use them: checked against the network that is to have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from designer.core.edits.learning import same_but_learning
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.engine.model.build import build
from designer.engine.model.devices import TrainingError
from designer.engine.runs.checkpoint import Checkpoint, Progress, latest_checkpoint, read_checkpoint
from designer.engine.runs.checksum import DamagedError
from designer.engine.runs.imported_weights import kept_arrays, with_arrays
from designer.engine.runs.run_folder import Run


class WeightsError(Exception):
    """There are no weights for a network in a run's folder; the message says why and what to do."""


@dataclass(frozen=True)
class TrainedWeights:
    """Weights by the names of the state dict, the design that they were trained with, and what there is to say."""

    design: Design
    weights: dict[str, Tensor]
    position: Progress
    notices: tuple[str, ...] = ()


def trained_weights(folder: Path, design: Design, epoch: int | None = None) -> TrainedWeights:
    """Those of a run's last whole checkpoint, or of the end of an epoch.

    Raises WeightsError where there is none, or of another network.
    """
    run = Run(folder)
    try:
        trained = files.read(run.design)
    except files.FileError as error:
        raise WeightsError(f"{folder}: there is no run: {error}") from None
    same = same_but_learning(trained.network, design.network)
    if not same and not (run.waits and _may_have(design, run)):
        raise WeightsError(f"{folder}: the run is of another network: its own is in {run.design.name}")
    found, notices = _latest(run) if epoch is None else (_of_epoch(run, epoch), [])
    if found is None:
        raise WeightsError(f"{folder}: the run has no checkpoint yet: train it first")
    own = trained if same and not run.waits else design
    return TrainedWeights(own, found.part("model."), found.position, tuple(notices))


def _latest(run: Run) -> tuple[Checkpoint | None, list[str]]:
    try:
        return latest_checkpoint(run)
    except TrainingError as error:
        raise WeightsError(f"the weights cannot be read: {error}") from None


def _of_epoch(run: Run, epoch: int) -> Checkpoint:
    path = run.epochs.path(epoch)
    try:
        return read_checkpoint(path)
    except FileNotFoundError:
        raise WeightsError(f"{run.folder}: the weights of epoch {epoch} are not kept") from None
    except DamagedError as error:
        raise WeightsError(f"{path}: the weights cannot be read: {error}") from None


def _may_have(design: Design, run: Run) -> bool:
    """Whether weights from elsewhere are all that a network has: it may have been mended since they came."""
    try:
        with_arrays(build(design.network), kept_arrays(run.folder) or {})
    except TrainingError:
        return False
    return True
