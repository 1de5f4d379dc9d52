"""Keeping: what a session puts into its run's folder, and takes up from there. Without a run, it keeps nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from designer.core.graph.design import Design
from designer.engine.model.devices import TrainingError
from designer.engine.model.environment import Environment
from designer.engine.protocol.events import EpochEnded, Event
from designer.engine.protocol.figures import Metrics
from designer.engine.runs.best_epoch import BestEpoch
from designer.engine.runs.checkpoint import Checkpoint, Progress, latest_checkpoint
from designer.engine.runs.run_errors import WayOut
from designer.engine.runs.run_folder import Run

_ROOM = "Make room on its disk."
_APPLY_AGAIN = "Make room on its disk, then apply them once more."
_MOST_UNWRITTEN = 100_000
_ROOM_MEANWHILE = "Training goes on. Make room on its disk; it is tried again."


class Keeper:
    """Metrics and checkpoints of one session. Errors of the disk become TrainingErrors, with what to do."""

    def __init__(self, run: Run | None, resume: bool, must_keep: bool = True) -> None:
        self._run = run
        self._must_keep = must_keep
        self._unwritten: deque[Event] = deque()
        """What the disk has not taken yet."""
        self._resume = resume
        self._kept_at: Progress | None = None
        self._lines_told = self._checkpoint_told = False
        """What was said of the disk, and is so still."""
        self._best = BestEpoch()
        self.notices: list[str] = []
        """What there is to say of the folder, in sentences."""

    def latest(self) -> Checkpoint | None:
        """The checkpoint to go on from; None at the beginning of a run. Raises TrainingError where all are damaged."""
        if self._run is None or not self._resume:
            return None
        kept, self.notices = latest_checkpoint(self._run)
        self._kept_at = replace(kept.position) if kept else None
        return kept

    def environment(self, kept: Checkpoint | None) -> Environment:
        """What the run was trained in until now, where that is known. Raises TrainingError."""
        if self._run is None or not self._resume:
            return {}
        with self._reading(self._run):
            return kept.environment if kept else self._run.environment()

    def identity(self) -> str:
        """The id that the run had until now; empty where it had none. Raises TrainingError."""
        if self._run is None or not self._resume:
            return ""
        with self._reading(self._run):
            return self._run.identity()

    def go_on_from(self, kept: Checkpoint | None, position: Progress) -> EpochEnded | None:
        """Puts the folder back to where the run goes on; gives the last epoch before. Raises TrainingError."""
        if self._run is None:
            return None
        last: EpochEnded | None = None
        if self._resume:
            with self._reading(self._run):
                if kept:
                    self._run.go_on_from(kept.path)
                last = self._run.rewind(position.epoch, position.step)
                self._best = self._run.best()
            ended = bool(kept and kept.position.has_best)  # its weights are those of another epoch
            # A kill may have come before it was kept as such.
            if kept and not ended and not position.batch and position.epoch > 1:
                self._run.epochs.keep(position.epoch - 1, self._run.checkpoint, self._best.epoch)
        self.notices = [*self._run.notices, *self.notices]
        return last

    @staticmethod
    @contextmanager
    def _reading(run: Run) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = f"{run.metrics}: the run cannot be gone on with: {error.strerror or error}"
            raise TrainingError(reason, "Mend or remove the file, or start a new run.", (WayOut.ELSEWHERE,)) from None

    def record(self, event: Event) -> str:
        """Adds an event to the metrics. Gives what to say where they cannot be written, and that only once.

        What the disk does not take is kept until it does.
        """
        if self._run is None:
            return ""
        self._unwritten.append(event)
        try:
            self._write_lines(self._run)
        except OSError as error:
            if len(self._unwritten) > _MOST_UNWRITTEN:
                self._unwritten.popleft()
            said = self._lines_told or self._checkpoint_told  # the same disk lacks the same room
            self._lines_told = True
            return "" if said else f"{self._unrecorded(error)}. {_ROOM_MEANWHILE}"
        self._lines_told = False
        return ""

    def _write_lines(self, run: Run) -> None:
        if self._lines_told or self._checkpoint_told:
            run.hold_again()
        while self._unwritten:
            run.record(self._unwritten[0])
            self._unwritten.popleft()

    def _unrecorded(self, error: OSError) -> str:
        metrics = self._run.metrics if self._run else ""
        return f"{metrics}: the metrics cannot be written: {error.strerror or error}"

    def record_the_end(self, event: Event) -> str:
        """The same of the last event. Raises TrainingError where not all is written and the run must be kept."""
        if self._run is None:
            return ""
        self._unwritten.append(event)
        try:
            self._write_lines(self._run)
        except OSError as error:
            if self._must_keep:
                raise TrainingError(self._unrecorded(error), _ROOM, (WayOut.GO_ON,)) from None
            return f"{self._unrecorded(error)}. What is missing there is lost when the program ends."
        return ""

    def save(self, content: Callable[[], bytes], position: Progress) -> str:
        """Writes a checkpoint, unless it is there. Gives what to say where it cannot be written, and that only once."""
        try:
            self._write(content, position)
        except OSError as error:
            said, self._checkpoint_told = self._checkpoint_told, True
            return "" if said else f"{self._unsaved(error, position)}. {_ROOM_MEANWHILE}"
        self._checkpoint_told = False
        return ""

    def has(self, position: Progress) -> bool:
        """Whether the checkpoint that is kept is of this position."""
        return self._run is not None and self._kept_at == position

    def keep_epoch(self, epoch: int, metrics: Metrics) -> None:
        """Keeps the checkpoint that was written last as that of the end of an epoch with these figures."""
        if self._run:
            self._best.take(epoch, metrics)
            self._run.epochs.keep(epoch, self._run.checkpoint, self._best.epoch)

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """Settings that are others than when the run was last trained: what they were, and what they are."""
        return self._run.changed if self._run else {}

    def take_settings(self, design: Design) -> None:
        """Keeps the design with other settings. Raises TrainingError where it cannot be written."""
        if self._run is None:
            return
        try:
            self._run.take_settings(design)
        except OSError as error:
            reason = f"{self._run.folder}: the settings cannot be written: {error.strerror or error}"
            raise TrainingError(reason, _APPLY_AGAIN) from None

    def save_at_the_end(self, content: Callable[[], bytes], position: Progress) -> str:
        """Writes the last checkpoint, unless it is there. Gives what to say where it cannot be written.

        Raises TrainingError for that where the run must be kept.
        """
        try:
            self._write(content, position)
        except OSError as error:
            if self._must_keep:
                raise TrainingError(self._unsaved(error, position), _ROOM, (WayOut.GO_ON,)) from None
            return f"{self._unsaved(error, position)}. What was learned is lost when the program ends."
        return ""

    def _write(self, content: Callable[[], bytes], position: Progress) -> None:
        if self._run and self._kept_at != position:
            self._run.hold_again()
            self._run.keep(content())
            self._kept_at = replace(position)

    def _unsaved(self, error: OSError, position: Progress) -> str:
        kept = f"that of {self._kept_at}, is kept" if self._kept_at else "there is none before it"
        folder = self._run.folder if self._run else ""
        return f"{folder}: the checkpoint of {position}, cannot be written: {error.strerror or error}; {kept}"

    def close(self) -> None:
        """Lets other processes work in the folder."""
        if self._run:
            self._run.close()
