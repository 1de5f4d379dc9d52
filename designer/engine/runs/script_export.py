"""A design as a PyTorch script in a folder, with the data and, from a run, the weights that it needs beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from designer.codegen import Script, model_only_script, training_script
from designer.core.graph.design import Design
from designer.core.inference.infer import Inference, infer
from designer.core.storage.data_path import portable
from designer.core.storage.resources import resource
from designer.core.storage.writing import fitting_name, reason, write_atomically
from designer.core.validation import check
from designer.data import opening
from designer.data.errors import DataError
from designer.data.sources import sources


class ExportError(Exception):
    """A design cannot be exported; the message says why and what to do."""


class ExportWriteError(ExportError):
    """A design can be exported, but a file cannot be written."""


class NoTrainingError(ExportError):
    """The data or a loss keep a network from being trained; the model alone can be exported."""


@dataclass(frozen=True)
class Exported:
    """What was written: the script, and what lies beside it; and what there is to say of the run, in sentences."""

    script: Path
    beside: tuple[Path, ...]
    notices: tuple[str, ...] = ()


def pytorch_script(design: Design, title: str, weights: str = "", inference: Inference | None = None) -> Script:
    """The script that trains a design; `title` names its class.

    Raises NoTrainingError where only the model can be written, and ExportError where that cannot be either.
    """
    found = inference or infer(design.network)
    data = opening.info(design.data)
    problems = check.problems(design, found, data)
    if problems:
        raise (ExportError if check.network_problems(found) else NoTrainingError)(str(problems[0]))
    if data is None:
        raise NoTrainingError(opening.unknown(design.data))
    try:
        return training_script(design, data, title=title, files=_files(design), weights=weights, inference=found)
    except DataError as error:
        raise NoTrainingError(str(error)) from error
    except ValueError as error:
        raise ExportError(str(error)) from error


def pytorch_model(design: Design, title: str, weights: str = "", inference: Inference | None = None) -> Script:
    """The script with the model alone, whatever the data; `title` names its class.

    Raises ExportError where the network has problems of its own, or the script cannot be written.
    """
    found = inference or infer(design.network)
    problems = check.network_problems(found)
    if problems:
        raise ExportError(str(problems[0]))
    try:
        return model_only_script(design, title=title, weights=weights, inference=found)
    except ValueError as error:
        raise ExportError(str(error)) from error


def weights_beside(script: Path) -> Path:
    """Where the weights are that a script loads."""
    return script.with_name(fitting_name(script.stem, ".safetensors"))


def export_pytorch(
    design: Design,
    path: Path,
    title: str,
    run: Path | None = None,
    *,
    model_only: bool = False,
    weights_are_there: bool = False,
) -> Exported:
    """Writes the script and what lies beside it: the data, unless it is the model alone, and a run's weights.

    With `weights_are_there` they have been written already, to `weights_beside`. Raises ExportError where the script
    cannot be made of the design (see `pytorch_script`), the run does not fit it, or a file cannot be written.
    """
    if path.suffix != ".py":
        raise ExportError(f"{path}: a script's name ends in .py: write it to {path.stem or 'model'}.py")
    weights = weights_beside(path)
    making = pytorch_model if model_only else pytorch_script
    script = making(portable(design, path.parent), title, weights.name if run or weights_are_there else "")
    content, notices = _weights_of(run, design) if run else (b"", [])
    data = () if model_only else _files(design)
    wanted = {path.parent / name: resource("data", name).read_bytes() for name in data}
    missing = _without_those_there(wanted)
    own = {weights: content} if run else {}
    _write_all({**missing, **own, path: script.text.encode()}, path)
    beside = (*wanted, weights) if run or weights_are_there else tuple(wanted)
    return Exported(path, beside, tuple(notices))


def _without_those_there(data: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """The data that are to be written; what lies there already stays if it is the same. Raises ExportError."""
    missing = {}
    for target, content in data.items():
        if not os.path.lexists(target):
            missing[target] = content
        elif not _holds(target, content):
            raise ExportError(f"{target}: another file of this name is there: move it, or write the script elsewhere")
    return missing


def _holds(target: Path, content: bytes) -> bool:
    try:
        return target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content
    except OSError:  # what cannot be read may be anything
        return False


def _write_all(wanted: Mapping[Path, bytes], script: Path) -> None:
    """All of the files; where one cannot be written, those that were not there before go again. Raises ExportError."""
    new: list[Path] = []
    for path, content in wanted.items():
        there = os.path.lexists(path)
        try:
            write_atomically(path, content)
        except OSError as error:
            for written in new:
                written.unlink(missing_ok=True)
            words = "" if path == script else f", as {path.name} beside it cannot be"
            raise ExportWriteError(f"{script}: the script cannot be written{words}: {reason(error)}") from None
        if not there:
            new.append(path)


def _files(design: Design) -> tuple[str, ...]:
    """The files of the data that come with the program. A person's own stay where they are."""
    return () if design.data.is_own else sources()[design.data.source].files


def _weights_of(folder: Path, design: Design) -> tuple[bytes, list[str]]:
    """The model's weights of a run's last whole checkpoint, by the names of the state dict, and what to say of it."""
    # Here, as the window shows scripts before it needs torch.
    from safetensors.torch import save

    from designer.engine.runs.trained_weights import WeightsError, trained_weights

    try:
        found = trained_weights(folder, design)
    except WeightsError as error:
        raise ExportError(str(error)) from None
    return save(found.weights), list(found.notices)
