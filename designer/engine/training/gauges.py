"""Gauges: figures of single steps that cost something, taken once a report and never at each step."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.protocol.arrays import Floats

_WATCHED = 1 << 20
"""So many weights are compared with what they were before a step: of larger networks the first rows of each weight."""
_SLACK = 1.5
"""A report is taken to come after a step where that step may last so much longer than the one before it."""
_RESIDENT = Path("/proc/self/statm")
"""Linux alone: pages of this process, the second number those that are in memory."""


class Gauges:
    """Gradient norm, update-to-weight ratio, samples a second and memory, each a number [1] for a report.

    Nothing is read from the device until `taken`. A report follows the step after which so many seconds have gone by
    since the one before; which step that will be is told from how long the last one took.
    """

    def __init__(self, model: nn.Module, device: torch.device, now: float, report_seconds: float) -> None:
        self._weights = [weight for weight in model.parameters() if weight.requires_grad]
        self._device, self._report_seconds = device, report_seconds
        self._began = self._paced_from = self._reported = now
        self._lasted = 0.0
        self._moves = True
        self._samples = 0
        self._before: list[Tensor] | None = None
        self._ratio: Tensor | None = None

    def begin_epoch(self, now: float) -> None:
        """What lies between two epochs, such as the validation, counts in no pace."""
        self._paced_from, self._samples = now, 0

    def begin_step(self, now: float, moves: bool = True) -> None:
        """Keeps what the weights are, where a report follows this step.

        A batch that is not the last one of a step `moves` no weight, and its gradients are not all of them yet.
        """
        self._began, self._moves = now, moves
        if moves and now + _SLACK * self._lasted - self._reported >= self._report_seconds:
            self._before = [weight.clone() for weight in self._watched()]

    def end_step(self, now: float, samples: int) -> None:
        """The step has been taken, with so many samples."""
        self._lasted = now - self._began
        self._samples += samples
        if self._before:
            after = self._watched()
            moved = torch._foreach_sub(after, self._before)
            self._ratio = _norm(list(moved)) / _norm(self._before).clamp_min(torch.finfo(torch.float32).tiny)
        self._before = None

    @torch.no_grad()
    def taken(self, now: float) -> dict[str, Floats]:
        """The figures by name, float32 [1] each; those that there are not have no entry. Begins anew.

        `gradient_norm` is the 2-norm of all gradients of the last step, as the optimizer had them (and so behind any
        clipping). `update_ratio` is |w after − w before| / |w before|, over the weights that are watched. `memory` is
        in bytes: what tensors take on a GPU, else what the process takes.
        """
        figures: dict[str, float] = {}
        gradients = [weight.grad for weight in self._weights if weight.grad is not None]
        if gradients and self._samples and self._moves:
            norm = float(_norm(gradients))
            if math.isfinite(norm):  # steps of float16 without finite gradients are passed over
                figures["gradient_norm"] = norm
        if self._ratio is not None:
            figures["update_ratio"] = float(self._ratio)
        if self._samples and now > self._paced_from:
            figures["samples_per_second"] = self._samples / (now - self._paced_from)
        if (memory := _memory(self._device)) is not None:
            figures["memory"] = float(memory)
        self._reported = self._paced_from = now
        self._samples, self._ratio = 0, None
        return {name: np.array([value], np.float32) for name, value in figures.items()}

    def _watched(self) -> list[Tensor]:
        """Of each weight as many rows as there is room for."""
        room = _WATCHED // max(len(self._weights), 1)
        found = []
        for weight in self._weights:
            values = weight.detach()
            rows = max(room // max(values[0].numel(), 1), 1) if values.ndim else 1
            found.append(values[:rows] if values.ndim else values)
        return found


def _norm(tensors: list[Tensor]) -> Tensor:
    """The 2-norm of all numbers together, float32 []."""
    norms = [norm.float() for norm in torch._foreach_norm(tensors)]
    whole: Tensor = torch.linalg.vector_norm(torch.stack(norms))
    return whole


def _memory(device: torch.device) -> int | None:
    """Bytes; None where that is not to be had at once."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.current_allocated_memory()
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(_RESIDENT.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return None
