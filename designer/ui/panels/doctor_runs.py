"""Whose findings are shown: those of the run of now, of the run that a file was found with, or of a run in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.engine.protocol.events import Diagnosed
from designer.ui.panels.doctor_notes import DoctorNotes
from designer.ui.panels.runs_words import begun_words
from designer.ui.run.past_run import PastRun, PastRunReader
from designer.ui.widgets.timers import once_after
from designer.ui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_RESTS_MS = 150
"""So long a run has to be the selected one: who walks through the list reads none on the way."""


class DoctorRuns(QObject):
    """`shown` is the run that is over whose findings stand in the notes; None for that of now."""

    def __init__(self, bench: Workbench, notes: DoctorNotes) -> None:
        super().__init__(bench)
        self._bench, self._notes = bench, notes
        self.shown: PastRun | None = None
        self._own: dict[str, Diagnosed] = {}
        """The findings of the run of now."""
        self._found: PastRun | None = None
        """The last run of the file that was opened, as long as no other one has begun."""
        self._chosen: RunSummary | None = None
        self._reader = PastRunReader(self)
        self._look = once_after(self, _RESTS_MS, self._read_chosen)
        bench.closed.connect(self._reader.close)
        bench.bridge.diagnosed.connect(self._take)
        bench.kept_runs.begun.connect(lambda name: self._begin_anew())
        bench.filing.shown.connect(lambda design: self._begin_anew())
        bench.kept_runs.found.connect(lambda summary: self._reader.read(summary, self._take_found))

    def choose(self, summary: RunSummary | None) -> None:
        """A run of the list is looked at, or none; while one is under way its own findings stay."""
        if self._bench.bridge.training or summary == self._chosen:
            return
        self._chosen = summary
        self._look.start()

    def _begin_anew(self) -> None:
        """Another run begins, or another design is open."""
        self._reader.forget()
        self._look.stop()
        self._own.clear()
        self.shown = self._found = self._chosen = None
        self._notes.clear()

    def _take(self, finding: Diagnosed) -> None:
        self._own.pop(finding.finding, None)
        if finding.appears:
            self._own[finding.finding] = finding
        if self.shown is None:
            self._notes.take(finding)

    def _take_found(self, run: PastRun | None) -> None:
        if run is not None and not self._bench.bridge.training:
            self._found = run
            self._show(run)

    def _read_chosen(self) -> None:
        last = self._bench.kept_runs.last
        if self._chosen is None or (last and last.folder == self._chosen.path):
            self._reader.forget()
            self._show(self._found)
        elif self.shown is None or self.shown.summary != self._chosen:
            self._reader.read(self._chosen, self._show)

    def _show(self, run: PastRun | None) -> None:
        """That run, or the one of now."""
        if self._bench.bridge.training or (run is None and self.shown is None):
            return
        self.shown = run
        if run is None:
            self._notes.show_all("", self._own.values())
        else:
            self._notes.show_all(_whose(run), run.findings)


def _whose(run: PastRun) -> str:
    return f"Found in the run “{run.summary.name}” of {begun_words(run.summary.begun)}:"
