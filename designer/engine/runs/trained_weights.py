"""The weights that a run has learned, for who wants to use them: checked against the network that is to have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.engine.model.build import build
from designer.engine.model.devices import TrainingError
from designer.engine.runs.checkpoint import latest_checkpoint
from designer.engine.runs.imported_weights import kept_arrays, with_arrays
from designer.engine.runs.run_folder import Run


class WeightsError(Exception):
    """There are no weights for a network in a run's folder; the message says why and what to do."""


@dataclass(frozen=True)
class TrainedWeights:
    """Weights by the names of the state dict, the design that they were trained with, and what there is to say."""

    design: Design
    weights: dict[str, Tensor]
    notices: tuple[str, ...] = ()


def trained_weights(folder: Path, design: Design) -> TrainedWeights:
    """Those of a run's last whole checkpoint. Raises WeightsError where there is none, or of another network."""
    run = Run(folder)
    try:
        trained = files.read(run.design)
    except files.FileError as error:
        raise WeightsError(f"{folder}: there is no run: {error}") from None
    same = dict(trained.network.nodes) == dict(design.network.nodes)
    if not same and not (run.waits and _may_have(design, run)):
        raise WeightsError(f"{folder}: the run is of another network: take its own design, {run.design.name}")
    try:
        found, notices = latest_checkpoint(run)
    except TrainingError as error:
        raise WeightsError(f"the weights cannot be read: {error}") from None
    if found is None:
        raise WeightsError(f"{folder}: the run has no checkpoint yet: train it first")
    own = trained if same and not run.waits else design
    return TrainedWeights(own, found.part("model."), tuple(notices))


def _may_have(design: Design, run: Run) -> bool:
    """Whether weights from elsewhere are all that a network has: it may have been mended since they came."""
    try:
        with_arrays(build(design.network), kept_arrays(run.folder) or {})
    except TrainingError:
        return False
    return True
