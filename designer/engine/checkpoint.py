"""Checkpoints: weights, optimizer, random state and position in one safetensors file, replaced at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from designer.core.files import write_atomically
from designer.engine.devices import TrainingError


@dataclass
class Position:
    """Where a run stands: the epoch under way (from 1), batches done in it, steps done, and the epoch's sums."""

    epoch: int = 1
    batch: int = 0
    step: int = 0
    sums: tuple[tuple[float, int, int], ...] = ()
    """For each Output, of losses, right answers, and the samples or steps that they are of."""
    seen: int = 0
    """Samples of the epoch."""


def save_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, position: Position) -> None:
    """Writes all that it takes to go on along the same curve."""
    tensors: dict[str, Tensor] = {}
    for number, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": value for name, value in state.items() if torch.is_tensor(value)}
    _write(path, model.state_dict(), tensors, position)


def save_weights(path: Path, weights: Mapping[str, Tensor]) -> None:
    """Writes a checkpoint from which training begins: weights by the names of a state_dict, and nothing learned yet."""
    _write(path, weights, {}, Position())


def _write(path: Path, weights: Mapping[str, Tensor], learned: Mapping[str, Tensor], position: Position) -> None:
    tensors = {f"model.{name}": value for name, value in weights.items()} | dict(learned)
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    write_atomically(path, save(_plain(tensors), {"position": json.dumps(asdict(position))}))


def save_state_dict(path: Path, model: nn.Module) -> None:
    """Writes a model's weights alone, by their names, for other programs."""
    write_atomically(path, save(_plain(model.state_dict())))


def _plain(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().cpu().clone(memory_format=torch.contiguous_format) for name, value in tensors.items()}


def restore_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Position:
    """Puts a checkpoint's state into the model, the optimizer and the random generators.

    Raises TrainingError where the file is damaged or belongs to another network.
    """
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
            stored = json.loads((file.metadata() or {})["position"])
        model.load_state_dict(_part(tensors, "model."))
        _restore_optimizer(optimizer, _part(tensors, "optimizer."))
        torch.set_rng_state(tensors["random.cpu"])
        if torch.cuda.is_available() and "random.cuda" in tensors:
            torch.cuda.set_rng_state(tensors["random.cuda"])
        stored["sums"] = tuple((float(loss), int(right), int(count)) for loss, right, count in stored["sums"])
        return Position(**stored)
    except FileNotFoundError:
        raise TrainingError(f"{path}: there is no checkpoint to go on from", "Leave out --resume.") from None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(
            f"{path}: the checkpoint cannot be used: {reason}", "Start again in a new run folder."
        ) from None


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Any]] = {}
    for name, value in tensors.items():
        number, _, key = name.partition(".")
        parameter = parameters[int(number)]
        if value.shape == parameter.shape:
            # Fused optimizers walk raw memory: the state must lie as its parameter does, channels-last perhaps.
            value = torch.empty_like(parameter, requires_grad=False).copy_(value)
        state.setdefault(int(number), {})[key] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
