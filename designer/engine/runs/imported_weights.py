"""Weights that come from elsewhere, kept as a run that has not begun: to train on, to look inside, to export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from designer.core.graph.design import Design
from designer.core.inference.infer import infer
from designer.engine.model.build import Model, build, seed_torch
from designer.engine.model.devices import TrainingError
from designer.engine.runs.checkpoint import read_checkpoint, weights_alone
from designer.engine.runs.checksum import DamagedError
from designer.engine.runs.run_folder import Run

Arrays = Mapping[str, NDArray[np.float32]]


def adopt(folder: Path, design: Design, arrays: Arrays) -> Run:
    """A run's folder at step 0 with these weights, float32 by the names of the model's state_dict.

    A network that is not valid yet, with a placeholder in it say, is to be mended first; the weights wait for it.
    Raises TrainingError where they do not fit a valid network, and RunError where the folder cannot be used or
    has no room for them.
    """
    seed_torch(design.training.seed)
    weights = {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
    if not infer(design.network).problems:
        weights = with_arrays(build(design.network), arrays).state_dict()
    run = Run.create(folder, design, weights_alone(weights))
    run.close()
    return run


def kept_arrays(folder: Path) -> Arrays | None:
    """The weights in a run that has not begun, by the names of a state_dict; None where there is none.

    Raises TrainingError for a damaged one.
    """
    run = Run(folder)
    if not run.waits:
        return None
    try:
        found = read_checkpoint(run.checkpoint)
    except FileNotFoundError:
        raise TrainingError(f"{run.checkpoint} is missing", "Import the model again.") from None
    except DamagedError as error:
        raise TrainingError(f"{run.checkpoint} is damaged: {error}", "Import the model again.") from None
    return {name: value.numpy() for name, value in found.part("model.").items()}


def with_arrays(model: Model, arrays: Arrays) -> Model:
    """The model with all its weights set. Raises TrainingError for names or shapes other than its own."""
    own = model.state_dict()
    for name in sorted(own.keys() ^ arrays.keys()):
        where = "are missing" if name in own else "belong to nothing"
        raise TrainingError(f"the weights '{name}' {where}", "Import the architecture without its weights.")
    for name, value in own.items():
        if tuple(value.shape) != arrays[name].shape:
            raise TrainingError(
                f"the weights '{name}' are {arrays[name].shape}, where {tuple(value.shape)} are expected",
                "Import the architecture without its weights.",
            )
    model.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in arrays.items()})
    return model
