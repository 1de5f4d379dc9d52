"""The folder that a run is kept in, as a request asks for it."""

from __future__ import annotations

from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import Failed
from designer.engine.protocol.requests import Train
from designer.engine.runs.branching import branch
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_folder import Run


def not_opened(error: RunError | TrainingError) -> Failed:
    """What is told of a run that cannot be gone on with: the ways out, or, where nobody knows one, another run."""
    has_ways = isinstance(error, RunError) and error.ways
    return Failed(str(error), "" if has_ways else "Choose another run, or start a new one.")


def folder_of(request: Train) -> tuple[Run | None, list[str]]:
    """The folder, and what there is to say of it. A new run begins without one where it cannot be made.

    Raises RunError and TrainingError where a run that is there cannot be gone on with.
    """
    if request.folder is None:
        return None, []
    said = [request.keeping.notice] if request.keeping.notice else []
    if request.branch_of is not None:
        name = request.keeping.name
        return branch(request.branch_of, request.branch_epoch, request.folder, request.design, name), said
    if request.resume:
        return Run.reopen(request.folder, request.design, request.keeping.budget), []
    try:
        return Run.create(request.folder, request.design, keeping=request.keeping), said
    except RunError as error:
        return None, [f"This run is not kept: {error}."]


def goes_on(request: Train) -> bool:
    """Whether it begins from a checkpoint."""
    return request.resume or request.branch_of is not None
