"""What an imported network gives."""

from __future__ import annotations

import numpy as np
import torch

from designer.core.inference.infer import infer
from designer.engine.model.build import build
from designer.engine.runs.imported_weights import with_arrays
from designer.interop.keras.importing import Imported


def channels_first(values: np.ndarray, steps: bool = False) -> torch.Tensor:
    """Images as we have them, and volumes, or image sequences; other values as they are."""
    if values.ndim >= 4:
        values = np.moveaxis(values, -1, 2 if steps else 1)
    return torch.from_numpy(np.ascontiguousarray(values))


def arguments_of(found: Imported, *values: np.ndarray, lengths: list[int] | None = None) -> list[torch.Tensor]:
    """What the imported network takes for a batch of values as Keras takes them; lengths for those that vary."""
    inference = infer(found.design.network)
    assert inference.problems == [], [str(problem) for problem in inference.problems]
    arguments: list[torch.Tensor] = []
    for node, value in zip(found.design.network.of_kind("input"), values, strict=True):
        shape = inference.shape(node.id)
        assert shape is not None
        steps = shape.names[0] == "L"
        if steps and shape.rank == value.ndim:  # sub-sequences L×F, as images of one channel
            arguments.append(torch.from_numpy(value[:, :, None]))
        else:
            arguments.append(channels_first(value, steps))
        if shape.varies:
            arguments.append(torch.tensor(lengths or [value.shape[1]] * len(value)))
    return arguments


def outputs_of(found: Imported, *values: np.ndarray, lengths: list[int] | None = None) -> list[np.ndarray]:
    """What the imported network gives for a batch of values as Keras takes them; lengths for those that vary."""
    arguments = arguments_of(found, *values, lengths=lengths)
    model = with_arrays(build(found.design.network), found.arrays).eval()
    with torch.no_grad():
        given = model(*arguments)
    results = list(given) if isinstance(given, tuple) else [given]
    for place, node in enumerate(found.design.network.of_kind("output")):
        if getattr(node.block, "criterion", "") == "cross_entropy":  # the softmax at its end is left to the loss
            results[place] = results[place].softmax(-1)
    return [result.numpy() for result in results]
