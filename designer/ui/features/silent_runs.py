"""A training that says nothing for long is told, with its log and where each thread stands at a button."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from designer.engine.runs import run_log
from designer.engine.runs.lost_words import whole_log
from designer.ui.panels.run_logs import RunLogs
from designer.ui.panels.training import TrainingPanel
from designer.ui.run.background import Background
from designer.ui.run.silence_watch import SilenceWatch, stacks
from designer.ui.widgets.notices import Choice
from designer.ui.workbench.workbench import Workbench

_SUBJECT = "silent run"


def install(bench: Workbench) -> None:
    """Begins to look once a network is trained."""
    silence = Silence(bench)
    bench.closed.connect(silence.close)


class Silence(QObject):
    """The panel counts the seconds; a bar, which is told once, has the button. The disk is asked beside the window."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench, self._logs = bench, RunLogs(bench)
        self._is_told = False
        self._background = Background(lambda told: None)
        self.watch = SilenceWatch(bench.bridge, self)
        self.watch.silent.connect(self._tell)
        self.watch.heard.connect(self._forget)

    def close(self) -> None:
        """Ends what is under way."""
        self.watch.close()
        self._background.close()

    def _tell(self, seconds: int, last: str) -> None:
        words = f"Nothing has come from the training for {seconds} s."
        was = f" The last was {last}." if last else " It is still being prepared."
        self._bench.panels.of(TrainingPanel).tell_silence(words + was)
        if self._is_told:
            return
        self._is_told = True
        if folder := self._bench.kept_runs.folder:
            noted = f"{words}{was} This is where the program stood:\n{stacks()}"
            self._background.ask("note", lambda progress: run_log.add(folder, noted))
        choice = Choice("silentLog", "Show Log", self._ask, "Its log, and where each part of the program stands")
        self._bench.notices.tell(
            _SUBJECT,
            f"The training has said nothing for {_minutes(seconds)}.{was} A large step may take so long; Stop ends it "
            "after this one.",
            [choice],
            lambda: None,
        )

    def _forget(self) -> None:
        self._is_told = False
        self._bench.notices.drop(_SUBJECT)

    def _ask(self) -> None:
        folder = self._bench.kept_runs.folder
        self._logs.show(self._bench.filing.name, partial(_log_and_stacks, folder, stacks()))


def _minutes(seconds: int) -> str:
    return "over a minute" if seconds < 120 else f"{seconds // 60} minutes"


def _log_and_stacks(folder: Path | None, now: str) -> str:
    log = whole_log(folder) if folder else ""
    return "\n\n".join(part for part in (log, f"Where the program stands:\n{now}") if part)
