"""Whether a design can be trained on this machine, and on which of its devices."""

from __future__ import annotations

import torch

from designer.core.graph.binding import DataInfo
from designer.core.graph.design import Design
from designer.core.inference.infer import Inference, infer
from designer.core.validation import check
from designer.engine.model.devices import TrainingError, check_memory, choose_device, expect_precision


def trainable(design: Design, data: DataInfo) -> tuple[Inference, torch.device]:
    """The shapes of a design, and the device for it. Raises TrainingError where it cannot be trained on any."""
    inference = infer(design.network)
    problems = check.problems(design, inference, data)
    if problems:
        fixes = "".join(f" ({fix.title})" for fix in problems[0].fixes[:1])
        raise TrainingError(str(problems[0]), f"Mend the network first{fixes}.")
    device = choose_device(design.training.device)
    expect_precision(design.training.precision, device)
    check_memory(design, inference, data, device)
    return inference, device
