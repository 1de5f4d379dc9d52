"""Checkpoints: weights, optimizer, random state and position in one safetensors file with a checksum, never pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from designer.core.schema.limits import first_line
from designer.core.storage.writing import write_atomically
from designer.engine.model.devices import TrainingError
from designer.engine.model.environment import Environment
from designer.engine.runs import checksum
from designer.engine.runs.checksum import DamagedError
from designer.engine.runs.run_errors import WayOut
from designer.engine.runs.run_folder import Run
from designer.recipe.muon import MuonWithAdamW
from designer.recipe.schedules import AT_FIRST, Plateau

OLD = (
    "It was written by an older version of this program, without a checksum: it can be read, but damage in it would "
    "not be noticed. Nor does it say with how many threads it was trained, which the last digits depend on. The next "
    "one has both."
)


@dataclass
class Progress:
    """Where a run stands: the epoch under way (from 1), batches done in it, steps done, and the epoch's sums."""

    epoch: int = 1
    batch: int = 0
    step: int = 0
    sums: tuple[tuple[float, int, int, float], ...] = ()
    """For each Output, of losses, right answers, the samples or steps that they are of, and the weight of these."""
    seen: int = 0
    """Samples of the epoch."""
    least: tuple[float, int] = (float("inf"), 0)
    """The smallest loss of an epoch, and which epoch that was; 0 before there is one."""
    has_best: bool = False
    """Whether the weights are those of the best epoch, as the run has ended with them."""
    plateau: Plateau = AT_FIRST
    """What the losses of the epochs have made of the learning rate, where that follows them."""
    measured: tuple[dict[str, Any], ...] = ()
    """For each Output, sums of the metrics that are chosen, by the names of the functions that give them."""

    def __str__(self) -> str:
        if self.batch == 0 and self.epoch > 1:
            return f"step {self.step:,}, after epoch {self.epoch - 1}"
        return f"step {self.step:,} in epoch {self.epoch}"


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint holds: tensors by names that say of what they are, and where the run stood."""

    path: Path
    tensors: dict[str, Tensor]
    position: Progress
    environment: Environment
    """Empty in files of older versions, and for weights that nothing was learned from yet."""
    has_checksum: bool
    learned: tuple[str, ...] = ()
    """The parameters that the optimizer had, by their names, in its order: `optimizer.0.` belongs to the first one."""

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose names begin so, by the rest of their names."""
        return {name.removeprefix(prefix): value for name, value in self.tensors.items() if name.startswith(prefix)}


def checkpoint_of(
    weights: Mapping[str, Tensor],
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    position: Progress,
    environment: Environment,
    beside: Mapping[str, Tensor],
) -> bytes:
    """A file with all that it takes to go on along the same curve; the optimizer learns the weights of the model.

    `weights` are those that are evaluated, by the names of a state_dict; `beside` has what else goes into it: `raw.`
    for the weights that are learned on, where they are others, `gradient.` within a step of several batches, and
    `scaler.` where gradients are made larger until the step.
    """
    tensors = dict(beside)
    for number, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": value for name, value in state.items() if torch.is_tensor(value)}
    return _file(weights, tensors, position, environment, _order(model, optimizer))


def _order(model: nn.Module, optimizer: torch.optim.Optimizer) -> list[str]:
    """What an optimizer learns, by the names of a model's parameters."""
    names = {weight: name for name, weight in model.named_parameters()}
    return [names[weight] for group in optimizer.param_groups for weight in group["params"]]


def weights_alone(weights: Mapping[str, Tensor]) -> bytes:
    """A checkpoint from which training begins: weights by the names of a state_dict, and nothing learned yet."""
    return _file(weights, {}, Progress(), {})


def _file(
    weights: Mapping[str, Tensor],
    learned: Mapping[str, Tensor],
    position: Progress,
    environment: Environment,
    order: Sequence[str] = (),
) -> bytes:
    tensors = {f"model.{name}": value for name, value in weights.items()} | dict(learned)
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    words = {"position": json.dumps(asdict(position)), "environment": json.dumps(environment)}
    words |= {"learned": json.dumps(order)} if order else {}
    return checksum.seal(save(_contiguous(tensors), {**words, checksum.ENTRY: checksum.BLANK}))


def save_state_dict(path: Path, model: nn.Module) -> None:
    """Writes a model's weights alone, by their names, for other programs."""
    write_atomically(path, save(_contiguous(model.state_dict())))


def _contiguous(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().cpu().clone(memory_format=torch.contiguous_format) for name, value in tensors.items()}


def read_checkpoint(path: Path) -> Checkpoint:
    """A checkpoint, whole and as it was written. Raises DamagedError, and FileNotFoundError where there is none."""
    try:
        if path.exists() and not path.is_file():
            raise DamagedError("it is not a plain file")
        content = checksum.read_whole(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedError(f"it cannot be read: {error.strerror or error}") from None
    has_checksum = checksum.check(content)
    try:
        words = checksum.metadata(content)
        stored = json.loads(words["position"])
        stored["sums"] = tuple(_sums(*item) for item in stored["sums"])
        stored["plateau"] = tuple(stored.get("plateau", AT_FIRST))  # checkpoints of older versions have none
        stored["least"] = tuple(stored.get("least", Progress.least))
        stored["measured"] = tuple(stored.get("measured", ()))
        environment = json.loads(words.get("environment", "{}"))
        order = tuple(json.loads(words.get("learned", "[]")))
        return Checkpoint(path, load(content), Progress(**stored), environment, has_checksum, order)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise DamagedError(first_line(error)) from None


def _sums(loss: float, right: int, count: int, weight: float | None = None) -> tuple[float, int, int, float]:
    """Checkpoints of older versions have no weight: each sample counted once."""
    return float(loss), int(right), int(count), float(count if weight is None else weight)


def latest_checkpoint(run: Run) -> tuple[Checkpoint | None, list[str]]:
    """The newest checkpoint of a run that is whole, and what there is to say of it; None where none was written yet.

    Where the last ones are damaged, those of the ends of epochs serve. Raises TrainingError where there are some, and
    all are damaged.
    """
    damaged: dict[Path, str] = {}
    for path in run.to_go_on_from:
        try:
            found = read_checkpoint(path)
        except FileNotFoundError:
            if path == run.checkpoint:
                damaged[path] = "it is missing"
            continue
        except DamagedError as error:
            damaged[path] = str(error)
            continue
        said = [_went_back(run, damaged, found)] if damaged else []
        return found, said if found.has_checksum else [*said, f"{found.path}: {OLD}"]
    if run.has_checkpoint:
        raise TrainingError(
            f"{_of_damaged(damaged)}; there is no other one to go on from", "Start a new run.", (WayOut.ELSEWHERE,)
        )
    return None, []


def _of_damaged(damaged: Mapping[Path, str]) -> str:
    return "; ".join(f"{path}: the checkpoint cannot be used: {why}" for path, why in damaged.items())


def _went_back(run: Run, damaged: Mapping[Path, str], found: Checkpoint) -> str:
    if len(damaged) == 1:
        return f"{_of_damaged(damaged)}. The one before it is taken, {found.path.name}, of {found.position}."
    reasons = "; ".join(f"{path.name}: {why}" for path, why in damaged.items())
    taken = f"{found.path.name} is taken, of {found.position}, the newest that is whole"
    return f"{run.folder}: the newer checkpoints cannot be used: {taken} ({reasons})."


def restore(
    checkpoint: Checkpoint,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    mean: nn.Module | None = None,
    scaler: torch.amp.GradScaler | None = None,
) -> Progress:
    """Puts a checkpoint's state into the model, the mean of its weights, the optimizer, the scaler of its gradients
    and the random generators.

    Raises TrainingError where it belongs to another network.
    """
    try:
        measured = checkpoint.part("model.")
        model.load_state_dict(checkpoint.part("raw.") or measured)
        if mean is not None:
            mean.load_state_dict(checkpoint.part("mean.") or measured)
        _restore_optimizer(model, optimizer, checkpoint)
        weights = dict(model.named_parameters())
        for name, gradient in checkpoint.part("gradient.").items():
            if weights[name].requires_grad:  # it may have been frozen since
                weights[name].grad = _lying_as(weights[name], gradient)
        if scaler is not None and (scale := checkpoint.part("scaler.")):
            known = {"scale": scale["scale"].item(), "_growth_tracker": int(scale["growth_tracker"])}
            scaler.load_state_dict(scaler.state_dict() | known)
        torch.set_rng_state(checkpoint.tensors["random.cpu"])
        if torch.cuda.is_available() and "random.cuda" in checkpoint.tensors:
            torch.cuda.set_rng_state(checkpoint.tensors["random.cuda"])
    except (KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:
        reason = first_line(error)
        raise TrainingError(
            f"{checkpoint.path}: the checkpoint cannot be used: {reason}", "Start a new run.", (WayOut.ELSEWHERE,)
        ) from None
    return checkpoint.position


def _restore_optimizer(model: nn.Module, optimizer: torch.optim.Optimizer, checkpoint: Checkpoint) -> None:
    """By the names of parameters: of one that is frozen since then, nothing is needed, and others begin anew.

    Checkpoints of older versions have no names: nothing had a rate of its own.
    """
    order = _order(model, optimizer)
    is_split = isinstance(optimizer, MuonWithAdamW)
    before = checkpoint.learned or (order if is_split else [name for name, _ in model.named_parameters()])
    places, weights = {name: place for place, name in enumerate(order)}, dict(model.named_parameters())
    state: dict[int, dict[str, Any]] = {}
    for key, value in checkpoint.part("optimizer.").items():
        number, _, what = key.partition(".")
        name = before[int(number)]
        if name in places and weights[name].requires_grad:
            own = _lying_as(weights[name], value) if value.shape == weights[name].shape else value
            state.setdefault(places[name], {})[what] = own
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
    take_up(optimizer, optimizer.state)


def _lying_as(parameter: Tensor, value: Tensor) -> Tensor:
    """Fused optimizers walk raw memory: what goes with a parameter must lie as it does, channels-last perhaps."""
    return torch.empty_like(parameter, requires_grad=False).copy_(value)


def take_up(optimizer: torch.optim.Optimizer, learned: Mapping[Tensor, dict[str, Any]]) -> None:
    """Goes on with what an optimizer of the same class has learned; a momentum that it did not have begins at 0.

    torch's RMSprop makes room for momentum at its first step alone.
    """
    optimizer.state.update(learned)
    if isinstance(optimizer, torch.optim.RMSprop):
        for group in optimizer.param_groups:
            for parameter in group["params"] if group["momentum"] else ():
                if parameter in optimizer.state:
                    optimizer.state[parameter].setdefault("momentum_buffer", torch.zeros_like(parameter))
