"""What a list of runs shows of each: read from its folder, without its checkpoints."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from designer.core.schema.limits import MAX_FILE_BYTES
from designer.core.storage.reading import ReadingError, read_bounded
from designer.engine.protocol.events import (
    BatchesEnded,
    Continued,
    EpochEnded,
    Failed,
    Finished,
    Paused,
    Started,
)
from designer.engine.protocol.figures import is_of_all
from designer.engine.protocol.lines import Row, epoch_of, is_newer
from designer.engine.runs import metrics_file, run_about
from designer.engine.runs.best_epoch import BestEpoch
from designer.engine.runs.lost_words import how_it_was_lost
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_lock import Holder, who_holds

State = Literal["running", "paused", "stopped", "finished", "failed", "lost", "waiting"]
"""Lost: its process ended without a word. Waiting: nothing was trained yet."""


_NEWER = "A newer version of the program has trained it: not all that it says of itself can be read here."


@dataclass(frozen=True)
class RunSummary:
    """A run in a line of a list. Times are in seconds, `begun` is in UTC."""

    folder: str
    run: str = ""
    """Its id."""
    name: str = ""
    note: str = ""
    hidden: bool = False
    dismissed: bool = False
    begun: str = ""
    file: str = ""
    parent: str = ""
    """The id of the run that it was begun from."""
    parent_epoch: int = 0
    state: State = "waiting"
    seconds: float = 0.0
    epoch: int = 0
    """Epochs that have ended."""
    epochs: int = 0
    step: int = 0
    last: dict[str, float] = field(default_factory=dict)
    """The figures of the last epoch, and of the test."""
    best: dict[str, float] = field(default_factory=dict)
    """The figures of the best epoch."""
    best_epoch: int = 0
    data: str = ""
    """What its data are called."""
    blocks: int = 0
    parameters: int = 0
    device: str = ""
    message: str = ""
    """Why it has failed, or how it was cut off."""
    since: str = ""
    """Since when another process is at work on it, in local time; empty where none is, or it is this one."""

    @property
    def path(self) -> Path:
        """Its folder."""
        return Path(self.folder)

    @property
    def design_file(self) -> Path:
        """The file of its network and settings."""
        return Run(self.path).design


def read_summary(folder: Path) -> RunSummary:
    """The summary of a run. What cannot be read of it is left out."""
    about = run_about.read_about(folder)
    found = _Lines(folder)
    try:
        for line in metrics_file.each_line(Run(folder).metrics):
            if line.event:
                found.take(line.event)
            elif is_newer(line.raw):
                found.is_newer = True
    except OSError:
        pass
    parent = about.parent
    return RunSummary(
        folder=str(folder),
        name=about.name or folder.name,
        note=about.note,
        hidden=about.hidden,
        dismissed=about.dismissed,
        begun=about.begun or _written(folder),
        file=about.file,
        parent=parent.run if parent else "",
        parent_epoch=parent.epoch if parent else 0,
        **found.told(lambda: who_holds(folder)),
        **_of_design(folder),
    )


def _written(folder: Path) -> str:
    """When its design was written, in UTC: where nothing is said of the run, it has its place among others so."""
    try:
        seconds = Run(folder).design.stat().st_mtime
    except OSError:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime(run_about.WHEN)


def to_json(summary: RunSummary) -> str:
    """As the index keeps it."""
    return json.dumps(asdict(summary))


def from_json(text: str) -> RunSummary:
    """Raises TypeError and ValueError for what is none."""
    return RunSummary(**json.loads(text))


def _of_design(folder: Path) -> dict[str, Any]:
    """The file alone, not its meaning: ten thousand of them are read for a list."""
    try:
        held = json.loads(read_bounded(Run(folder).design, MAX_FILE_BYTES))
        return {"data": _title_of(held.get("data", {})), "blocks": len(held.get("blocks", ()))}
    except (ReadingError, ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _title_of(data: Mapping[str, Any]) -> str:
    return Path(str(data.get("path") or "")).name or str(data.get("source", ""))


class _Lines:
    """What the lines of a run tell, taken in one by one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._epoch, self._memory = 0, 0.0
        """The epoch that was told last, and the memory that the process took then, in bytes."""
        self._known: dict[str, Any] = {}
        self._before, self._leg = 0.0, 0.0
        """Seconds of what was trained before it went on last, and since."""
        self._best = BestEpoch()
        self._state: State = "waiting"
        self.is_newer = False
        """Whether there are lines that a newer version of the program has written."""
        self._takers = {
            Started.name(): self._started,
            BatchesEnded.name(): self._stepped,
            EpochEnded.name(): self._epoch_ended,
            Paused.name(): self._paused,
            Continued.name(): self._continued,
            Finished.name(): self._finished,
            Failed.name(): self._failed,
        }

    def take(self, row: Row) -> None:
        """A line, in its order."""
        taker = self._takers.get(row["event"])
        if taker:
            self._known["run"] = row.get("run") or self._known.get("run", "")
            taker(row)

    def told(self, who: Callable[[], tuple[bool, Holder | None]]) -> dict[str, Any]:
        """All of it. A run that has not ended is lost, unless somebody is at work on it."""
        state, known = self._state, dict(self._known)
        if state in ("running", "paused", "waiting"):
            is_held, holder = who()
            if is_held:
                state = "running" if state == "waiting" else state
                known["since"] = holder.since if holder and not holder.is_here else ""
            elif state != "waiting":
                state, memory = "lost", self._memory if known.get("device") == "cpu" else 0.0
                known["message"] = how_it_was_lost(self._folder, self._epoch, known.get("step", 0), memory)
        if self.is_newer:
            known["message"] = _NEWER
        best = {"best_epoch": self._best.epoch} if self._best.epoch else {}
        return {**known, **best, "state": state}

    def _started(self, row: Row) -> None:
        self._state = "running"
        self._before, self._leg = self._before + self._leg, 0.0
        self._known |= {name: row[name] for name in ("device", "parameters", "epochs", "step")}
        self._known["message"] = ""

    def _stepped(self, row: Row) -> None:
        self._known["step"] = row["step"]
        self._epoch, self._memory = row["epoch"], row.get("memory") or 0.0
        self._took(row)

    def _epoch_ended(self, row: Row) -> None:
        ended = epoch_of(row)
        figures = {name: value for name, value in ended.metrics.items() if is_of_all(name)}
        self._known |= {"epoch": ended.epoch, "step": ended.step, "last": figures}
        if self._best.take(ended.epoch, ended.metrics):
            self._known["best"] = figures

    def _paused(self, row: Row) -> None:
        self._state = "paused"

    def _continued(self, row: Row) -> None:
        self._state = "running"

    def _finished(self, row: Row) -> None:
        self._state = "finished" if row["reason"] == "completed" else "stopped"
        test = {name: value for name, value in row.items() if name.startswith("test_") and isinstance(value, float)}
        self._known["last"] = {**self._known.get("last", {}), **test}
        self._took(row)

    def _took(self, row: Row) -> None:
        """A run that goes on has lost the line of its end: what it took until then stands in those of its batches."""
        self._leg = row.get("seconds") or self._leg
        self._known["seconds"] = self._before + self._leg

    def _failed(self, row: Row) -> None:
        self._state = "failed"
        self._known["message"] = row["message"]
