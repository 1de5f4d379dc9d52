"""Where to compute, and whether there is room for it."""

from __future__ import annotations

import psutil
import torch

from designer.core.analysis import training_memory
from designer.core.inference import Inference
from designer.core.settings import TrainingSettings


class TrainingError(Exception):
    """A run cannot go on: what happened, and what to try."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def choose_device(wanted: str) -> torch.device:
    """The device asked for; auto takes CUDA, then Apple's MPS, then the CPU. Raises TrainingError."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if there[name]))
    if not there[wanted]:
        raise TrainingError(f"this machine has no {wanted.upper()} device", "Set the device to auto or cpu.")
    return torch.device(wanted)


def check_memory(inference: Inference, settings: TrainingSettings, device: torch.device) -> None:
    """Raises TrainingError where the network would not fit: on a CPU the system would kill the whole program."""
    needed = training_memory(inference.parameters, inference.bytes_held, settings).total
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else psutil.virtual_memory().available
    if needed > free:
        largest = max(inference.results.values(), key=lambda result: (result.parameters, result.node.id))
        raise TrainingError(
            f"the network needs about {needed / 2**30:.1f} GiB to train, but only {free / 2**30:.1f} GiB are free",
            f"Try a smaller batch size or smaller blocks; '{largest.node.id}' has the most parameters "
            f"({largest.parameters:,}).",
        )
