"""A design as a PyTorch script in a folder, with the data and, from a run, the weights that it needs beside it."""

from __future__ import annotations

import filecmp
import shutil
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import load, save

from designer.core import check, files
from designer.core.codegen import Script, training_script
from designer.core.design import Design
from designer.core.inference import Inference, infer
from designer.core.resources import resource
from designer.data.sources import Source, sources
from designer.engine.runs import Run


class ExportError(Exception):
    """A design cannot be exported; the message says why and what to do."""


@dataclass(frozen=True)
class Exported:
    """What was written: the script, and what lies beside it."""

    script: Path
    beside: tuple[Path, ...]


def pytorch_script(design: Design, title: str, weights: str = "", inference: Inference | None = None) -> Script:
    """The script of a design; `title` names its class. Raises ExportError where it cannot be trained or written."""
    source = _source(design)
    found = inference or infer(design.network)
    problems = check.problems(design, found, source.info)
    if problems:
        raise ExportError(str(problems[0]))
    try:
        return training_script(design, source.info, title=title, files=source.files, weights=weights, inference=found)
    except ValueError as error:
        raise ExportError(str(error)) from error


def export_pytorch(design: Design, path: Path, title: str, run: Path | None = None) -> Exported:
    """Writes the script, copies the data beside it and, with a run's folder, its weights.

    Raises ExportError where the design cannot be trained, the run does not fit it, or a file cannot be written.
    """
    if path.suffix != ".py":
        raise ExportError(f"{path}: a script's name ends in .py: write it to {path.stem or 'model'}.py")
    weights = path.with_suffix(".safetensors")
    script = pytorch_script(design, title, weights.name if run else "")
    content = _weights_of(run, design) if run else b""
    try:
        beside = [_copied(resource("data", name), path.parent / name) for name in _source(design).files]
        if run:
            files.write_atomically(weights, content)
            beside.append(weights)
        files.write_atomically(path, script.text.encode())
    except OSError as error:
        raise ExportError(f"{path}: the script cannot be written: {error.strerror or error}") from None
    return Exported(path, tuple(beside))


def _source(design: Design) -> Source:
    known = sources()
    if design.data.source not in known:
        raise ExportError(f"data: there is no source called {design.data.source!r}: expected one of {', '.join(known)}")
    return known[design.data.source]


def _copied(source: Path, target: Path) -> Path:
    """The data beside the script; what lies there already stays if it is the same."""
    if not target.exists():
        shutil.copyfile(source, target)
    elif not filecmp.cmp(source, target, shallow=False):
        raise ExportError(f"{target}: another file of this name is there: move it, or write the script elsewhere")
    return target


def _weights_of(folder: Path, design: Design) -> bytes:
    """The model's weights of a run's last checkpoint, by the names of the state dict."""
    run = Run(folder)
    try:
        trained = files.read(run.design)
    except files.FileError as error:
        raise ExportError(f"{folder}: there is no run: {error}") from None
    if dict(trained.network.nodes) != dict(design.network.nodes):
        raise ExportError(f"{folder}: the run is of another network: export its own design, {run.design.name}")
    try:
        tensors = load(run.checkpoint.read_bytes())
    except FileNotFoundError:
        raise ExportError(f"{folder}: the run has no checkpoint yet: train it first") from None
    except (OSError, SafetensorError, ValueError) as error:
        raise ExportError(f"{run.checkpoint}: the weights cannot be read: {error}") from None
    prefix = "model."
    return save({name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)})
