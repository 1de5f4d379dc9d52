"""A run that is over, with what the doctor has found in it: read beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.data.formats.base import Progress
from designer.engine.protocol.events import Diagnosed
from designer.ui.run.background import Background, Ended, Told

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_READ = "read what the doctor has found"


@dataclass(frozen=True)
class PastRun:
    """The run, the design that it was trained with, its findings in the end, and the epochs whose weights are kept."""

    summary: RunSummary
    design: Design
    findings: tuple[Diagnosed, ...]
    kept: frozenset[int]


class PastRunReader(QObject):
    """Reads one run after the other; who asks for another one hears no more of the one before."""

    _told = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self._told.emit)
        self._job = 0
        self._heard: Callable[[PastRun | None], object] = lambda run: None
        self._told.connect(self._take)

    def read(self, summary: RunSummary, heard: Callable[[PastRun | None], object]) -> None:
        """Calls with the run, or with None where its design cannot be read."""
        self._heard = heard
        self._job = self._background.ask(_READ, partial(_read, summary))

    def forget(self) -> None:
        """Nobody waits for it any longer."""
        self._job = 0
        self._background.cancel(_READ)

    def close(self) -> None:
        """Ends the thread."""
        self._background.close()

    def _take(self, told: Told) -> None:
        if isinstance(told, Ended) and told.job == self._job:
            self._heard(told.result)


def _read(summary: RunSummary, progress: Progress) -> PastRun | None:
    from designer.engine.runs.run_findings import standing_findings
    from designer.engine.runs.run_folder import Run

    folder = Path(summary.folder)
    try:
        design = files.read(summary.design_file)
    except files.FileError:
        return None
    return PastRun(summary, design, standing_findings(folder), frozenset(Run(folder).epochs.epochs()))
