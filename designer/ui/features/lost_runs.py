"""Runs whose program ended without a word are offered to be gone on with, in a bar at the next start."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.engine.runs.lost_words import whole_log
from designer.engine.runs.run_about import try_to_say
from designer.ui.panels.run_logs import RunLogs
from designer.ui.run.background import Background, Ended, Told
from designer.ui.style.labels import plural
from designer.ui.widgets.notices import Choice
from designer.ui.workbench.kept_runs import KeptRun
from designer.ui.workbench.run_network import open_network
from designer.ui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_SUBJECT = "lost run"
_LOOK_MS = 1500
"""After the window has been drawn: the index of runs is read from the disk."""


def install(bench: Workbench) -> None:
    """Looks for them once the window stands."""
    lost = LostRuns(bench)
    bench.closed.connect(lost.close)


class LostRuns(QObject):
    """Offers the newest first; what is dismissed is not offered again, and stays among the runs."""

    _told = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench, self._logs = bench, RunLogs(bench)
        self._lost: list[RunSummary] = []
        self._background = Background(self._told.emit)
        self._told.connect(self._take)
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def close(self) -> None:
        """Ends what is under way."""
        self._timer.stop()
        self._background.close()

    def _look(self) -> None:
        homes = [home for home in self._bench.kept_runs.homes() if home.is_dir()]
        if homes:
            self._background.ask("lost runs", lambda progress: lost_runs(homes))

    def _take(self, told: Told) -> None:
        if isinstance(told, Ended) and told.result:
            self._lost = told.result
            self._offer()

    def _offer(self) -> None:
        notices = self._bench.notices
        if not self._lost:
            notices.drop(_SUBJECT)
            return
        lost = self._lost[0]
        choices = [Choice("lostRunGoOn", "Go On", self._go_on, "Opens its network, and trains on from there")]
        choices.append(Choice("lostRunLog", "Show Log", self._show_log, "What happened to it, line by line"))
        notices.tell(_SUBJECT, _words(lost, len(self._lost) - 1), choices, self._dismiss)

    def _go_on(self) -> None:
        lost = self._lost[0]
        if not self._bench.bridge.training and open_network(self._bench, lost, "The run cannot be gone on with"):
            self._lost.pop(0)
            self._bench.kept_runs.go_on(KeptRun(lost.path, self._bench.editor.design, lost.epoch, lost.step))
            self._offer()

    def _show_log(self) -> None:
        lost = self._lost[0]
        self._logs.show(lost.name, partial(whole_log, lost.path, lost.message))

    def _dismiss(self) -> None:
        lost = self._lost.pop(0)
        try_to_say(lost.path, dismissed=True)
        self._offer()


def lost_runs(homes: list[Path]) -> list[RunSummary]:
    """Those of some folders that were under way when their program ended, the newest first."""
    from designer.engine.runs.run_index import runs_of

    return [run for run in runs_of(homes) if run.state == "lost" and not run.dismissed and not run.hidden]


def _words(lost: RunSummary, more: int) -> str:
    where = f"in epoch {min(lost.epoch + 1, lost.epochs)} of {lost.epochs}" if lost.epochs else "as it began"
    others = f" There {'is one more' if more == 1 else f'are {more} more'}." if more else ""
    return (
        f"The training of “{lost.name}” was cut off {where}, after {plural(lost.step, 'step')}. {lost.message}{others}"
    )
