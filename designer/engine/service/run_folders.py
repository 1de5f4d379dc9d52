"""The folder that a run is kept in, as a request asks for it."""

from __future__ import annotations

from designer.engine.protocol.requests import Train
from designer.engine.runs.run_folder import Run, RunError


def folder_of(request: Train) -> tuple[Run | None, list[str]]:
    """The folder, and what there is to say of it. A new run begins without one where it cannot be made.

    Raises RunError where a run that is there cannot be gone on with.
    """
    if request.folder is None:
        return None, []
    if request.resume:
        return Run.reopen(request.folder, request.design, request.keeping.budget), []
    try:
        return Run.create(request.folder, request.design, keeping=request.keeping), []
    except RunError as error:
        return None, [f"This run is not kept: {error}."]
