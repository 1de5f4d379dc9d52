"""Weights that come from elsewhere, kept as a run that has not begun: to train on, to look inside, to export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from designer.core import files
from designer.core.design import Design
from designer.engine.build import Model, build
from designer.engine.checkpoint import Position, save_checkpoint
from designer.engine.devices import TrainingError
from designer.engine.learning import make_optimizer
from designer.engine.runs import Run

Arrays = Mapping[str, NDArray[np.float32]]


def adopt(folder: Path, design: Design, arrays: Arrays) -> Run:
    """A run's folder at step 0 with these weights, by the names of the model's state_dict.

    Raises TrainingError where they do not fit the network, and RunError where the folder cannot be used.
    """
    return keep(folder, design, with_arrays(build(design.network, seed=design.training.seed), arrays))


def keep(folder: Path, design: Design, model: Model) -> Run:
    """A run's folder at step 0 with the weights of a model. Raises RunError where the folder cannot be used."""
    run = Run.create(folder, design)
    optimizer = make_optimizer(model.parameters(), design.training, torch.device("cpu"))
    save_checkpoint(run.checkpoint, model, optimizer, Position())
    return run


def kept_arrays(folder: Path, design: Design) -> Arrays | None:
    """The weights in a run that has not begun, and is of this design's network; None where there is no such run.

    Raises TrainingError where the checkpoint is damaged.
    """
    run = Run(folder)
    if run.metrics.exists() or not run.checkpoint.exists():
        return None
    try:
        if dict(files.read(run.design).network.nodes) != dict(design.network.nodes):
            return None
        tensors = load_file(run.checkpoint)
    except files.FileError:
        return None
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"{run.checkpoint} is damaged: {error}", "Import the model again.") from None
    return {name.removeprefix("model."): array for name, array in tensors.items() if name.startswith("model.")}


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
