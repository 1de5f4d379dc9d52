"""The folder that a run is kept in, as a request asks for it."""

from __future__ import annotations

from designer.engine.protocol.requests import Train
from designer.engine.runs.branching import branch
from designer.engine.runs.run_folder import Run, RunError


def folder_of(request: Train) -> tuple[Run | None, list[str]]:
    """The folder, and what there is to say of it. A new run begins without one where it cannot be made.

    Raises RunError and TrainingError where a run that is there cannot be gone on with.
    """
    if request.folder is None:
        return None, []
    if request.branch_of is not None:
        name = request.keeping.name
        return branch(request.branch_of, request.branch_epoch, request.folder, request.design, name), []
    if request.resume:
        return Run.reopen(request.folder, request.design, request.keeping.budget), []
    try:
        return Run.create(request.folder, request.design, keeping=request.keeping), []
    except RunError as error:
        return None, [f"This run is not kept: {error}."]


def goes_on(request: Train) -> bool:
    """Whether it begins from a checkpoint."""
    return request.resume or request.branch_of is not None
