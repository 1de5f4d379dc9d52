"""The network of a run, brought back into the window: its file, where that still has it, or a copy of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.ui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary


def design_of(bench: Workbench, run: RunSummary, trouble: str) -> Design | None:
    """The design that a run was trained with; None after a message, which begins with what cannot be done."""
    try:
        return files.read(run.design_file)
    except files.FileError as error:
        bench.filing.complain(trouble, error)
        return None


def open_network(bench: Workbench, run: RunSummary, trouble: str) -> bool:
    """Opens the network that a run was trained with, after the question about unsaved work; whether it is open.

    Where it is open already, it stays as it is. What is shown of it are the weights and figures of this run, and not
    those of the newest one. `trouble` is what a message begins with where it cannot be read.
    """
    kept = design_of(bench, run, trouble)
    if kept is None:
        return False
    if not is_same(bench.editor.design, kept):
        if not bench.filing.may_leave():
            return False
        _open(bench, run, kept)
    if is_same(bench.editor.design, kept):
        bench.kept_runs.choose(run, kept)
    return True


def _open(bench: Workbench, run: RunSummary, kept: Design) -> None:
    path = Path(run.file) if run.file else None
    if path and _still_has(path, kept):
        bench.opening.take_file(path)
    else:
        bench.filing.show_imported(kept, run.name)
        bench.opening.show_all()


def is_same(one: Design, other: Design) -> bool:
    """Whether two designs train alike: in their blocks, their data and their settings."""
    return (dict(one.network.nodes), one.data, one.training) == (dict(other.network.nodes), other.data, other.training)


def _still_has(path: Path, kept: Design) -> bool:
    try:
        return is_same(files.read(path), kept)
    except files.FileError:
        return False
