"""Where to compute, and whether there is room for it."""

from __future__ import annotations

import psutil
import torch

from designer.core.analysis.analysis import Analysis, Memory, analyse
from designer.core.graph.binding import DataInfo, longest_of
from designer.core.graph.design import Design
from designer.core.inference.infer import Inference
from designer.core.schema import units


class TrainingError(Exception):
    """A run cannot go on: what happened, and what to try, in a sentence.

    `ways` are ways out by their ids (`runs/run_errors.py`), which each place that tells it has words of its own for.
    """

    def __init__(self, message: str, hint: str, ways: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.hint, self.ways = hint, ways


def choose_device(wanted: str) -> torch.device:
    """The device asked for; auto takes CUDA, then Apple's MPS, then the CPU. Raises TrainingError."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if there[name]))
    if not there[wanted]:
        raise TrainingError(f"this machine has no {wanted.upper()} device", "Set the device to auto or cpu.")
    return torch.device(wanted)


def expect_precision(precision: str, device: torch.device) -> None:
    """Raises TrainingError where a device has no numbers of a precision that products could be computed in."""
    others = [name for name in ("float32", "bfloat16", "float16") if name != precision and _has(name, device)]
    if not _has(precision, device):
        what = "a CPU" if device.type == "cpu" else f"this {device.type.upper()} device"
        raise TrainingError(
            f"precision: {what} has no {precision} to train with", f"Set the precision to {' or '.join(others)}."
        )


def _has(precision: str, device: torch.device) -> bool:
    if precision == "float32":
        return True
    if device.type == "cpu":  # torch has float16 there for some blocks alone, and slow
        return precision == "bfloat16"
    if device.type == "cuda":
        return precision == "float16" or torch.cuda.is_bf16_supported(including_emulation=False)
    try:
        torch.ones(1, device=device, dtype=getattr(torch, precision)).sum().item()
    except (TypeError, RuntimeError):  # older systems of Apple have no bfloat16
        return False
    return True


def check_memory(design: Design, inference: Inference, data: DataInfo, device: torch.device) -> None:
    """Raises TrainingError where the network would not fit: on a CPU the system would kill the whole program."""
    analysis = analyse(inference, longest=longest_of(design.network, data))
    memory = analysis.training_memory(design.training)
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else psutil.virtual_memory().available
    if memory.total > free:
        needed, there = units.memory(memory.total), units.memory(free)
        raise TrainingError(
            f"the network needs about {needed} to train, but only {there} are free",
            f"Try a smaller batch size or smaller blocks; {_largest(analysis, memory)}.",
        )


def _largest(analysis: Analysis, memory: Memory) -> str:
    """Which block takes the most of what takes the most: weights, or values."""
    if memory.activations > memory.weights:
        row = max(analysis.rows, key=lambda row: row.bytes_held)
        return f"'{row.path[0]}' keeps the most values ({units.memory(row.bytes_held)} for each sample)"
    row = max(analysis.rows, key=lambda row: row.parameters)
    return f"'{row.path[0]}' has the most parameters ({units.count(row.parameters, 'parameters')})"
