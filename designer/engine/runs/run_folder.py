"""A run's folder: its network with all settings, its metrics line by line, and its checkpoints."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from pathlib import Path
from typing import Any

from designer.core.diff.edit_summary import described
from designer.core.edits.learning import same_but_learning
from designer.core.graph.design import Design
from designer.core.graph.training_settings import MAY_CHANGE
from designer.core.schema.limits import MAX_FILE_BYTES
from designer.core.storage import files
from designer.core.storage.reading import ReadingError, read_bounded
from designer.core.storage.writing import reason, unfinished, write_atomically
from designer.engine.protocol.events import ActivationsCaptured, EpochEnded, Event, Started
from designer.engine.protocol.lines import epoch_of
from designer.engine.protocol.requests import EPOCHS_BUDGET, Keeping
from designer.engine.runs import checksum, crash_trace, metrics_file, run_about, run_lock, run_log
from designer.engine.runs.best_epoch import BestEpoch
from designer.engine.runs.checksum import DamagedError
from designer.engine.runs.crash_trace import CrashTrace
from designer.engine.runs.epoch_checkpoints import EpochCheckpoints, link
from designer.engine.runs.run_errors import NoRunError, RunError, RunWriteError, WayOut
from designer.engine.runs.run_lock import BusyError, RunLock

THINNED_FROM = 16 << 20
"""Bytes of a run's lines from which on every second line of its steps goes."""


DESIGN = f"design{files.SUFFIX}"
METRICS = "metrics.jsonl"


class Run:
    """The folder of one run. Build one with `Run.create` or `Run.reopen`, which lock it until `close`.

    `Run(folder)` alone is for reading: all files but the metrics are replaced at once, so that nothing is half there.
    """

    def __init__(self, folder: Path, budget: int = EPOCHS_BUDGET) -> None:
        self.folder = folder
        self.epochs = EpochCheckpoints(folder, budget)
        self.design = folder / DESIGN
        self.metrics = folder / METRICS
        self.checkpoint = folder / "checkpoint.safetensors"
        self.previous = folder / "checkpoint.previous.safetensors"
        self._coming = folder / "checkpoint.coming.safetensors"
        self.notices: list[str] = []
        """What there is to say of the folder, in sentences."""
        self.changed: dict[str, tuple[Any, Any]] = {}
        """Settings that are others than when it was last trained, by their names: what they were, and what they are."""
        self._lock: RunLock | None = None
        self._trace: CrashTrace | None = None
        self._thinned_from = THINNED_FROM

    @property
    def checkpoints(self) -> tuple[Path, ...]:
        """Where a checkpoint may be, the newest first. One is coming only where its writer was killed on the way."""
        return self._coming, self.checkpoint, self.previous

    @property
    def to_go_on_from(self) -> tuple[Path, ...]:
        """The same, and behind them those of the ends of epochs: what is left where the newest ones are damaged."""
        epochs = self.epochs.epochs()
        return *self.checkpoints, *(self.epochs.path(epoch) for epoch in reversed(epochs))

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is one, be it damaged."""
        return any(os.path.exists(path) for path in self.to_go_on_from)

    @property
    def waits(self) -> bool:
        """Whether it holds weights that came from elsewhere, and nothing was trained: any network and data may do."""
        return self.has_checkpoint and not self.metrics.exists() and not self._step()

    @classmethod
    def create(cls, folder: Path, design: Design, weights: bytes | None = None, keeping: Keeping | None = None) -> Run:
        """Begins a run in a new or empty folder, with a checkpoint of weights that came from elsewhere, if any.

        Raises RunError where there already is a run, another process is at work, or the disk is full.
        """
        keeping = keeping or Keeping()
        run = cls(folder, keeping.budget)
        run._refuse_what_is_there()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunWriteError(f"{folder}: the folder cannot be made: {reason(error)}") from None
        run._open()
        try:
            run._refuse_what_is_there()  # another process may have been quicker
        except RunError:
            run.close()
            raise
        if weights is not None:
            run._begin_with(weights)
        run._tell_about(keeping, design)
        return run._with_design(design)

    def _begin_with(self, weights: bytes) -> None:
        """Before the design: a run that lacks them must not look whole after a kill."""
        try:
            self.keep(weights)
        except OSError as error:
            self.discard()
            raise RunWriteError(f"{self.folder}: the weights cannot be written: {reason(error)}") from None

    @classmethod
    def reopen(cls, folder: Path, design: Design, budget: int = EPOCHS_BUDGET) -> Run:
        """A run to go on with, or to begin again where it was ended before its first checkpoint.

        Settings that may change while a network is trained may be others; `changed` has them then. Raises NoRunError
        where there is none, and RunError for one of another network, data or settings, or which another process is at
        work on.
        """
        run = cls(folder, budget)
        if not os.path.exists(run.design):
            run._refuse_leftovers()
            raise NoRunError(f"{folder}: there is no run to go on with")
        run._open()
        try:
            run._compare(design)
        except BaseException:
            run.close()
            raise
        return run._with_design(design)

    def _compare(self, design: Design) -> None:
        try:
            kept = files.read(self.design)
        except files.FileError as error:
            if self.has_checkpoint:
                raise RunError(str(error), WayOut.PUT_DESIGN) from None
            self.notices.append(f"{error}: as there is no checkpoint yet, it is written again.")
            return
        same_network = same_but_learning(kept.network, design.network)
        if not self.waits:
            if not same_network or kept.data != design.data or not kept.training.may_become(design.training):
                may = f"{', '.join(MAY_CHANGE[:-1])} and {MAY_CHANGE[-1]}"
                raise RunError(
                    f"{self.folder}: the run is of another network, data or training settings (only {may} may differ)",
                    WayOut.ELSEWHERE,
                )
            self.changed = kept.training.differing(design.training)
            if dict(kept.network.nodes) != dict(design.network.nodes):
                how = described(Design(kept.network), Design(design.network)).words
                self.notices.append(f"From here on blocks learn in another way. {how}.")
        if not self.has_checkpoint:
            why = "the run was ended before its first checkpoint"
            if self._lost_epochs():
                kept_in = metrics_file.before(self.metrics).name
                why = f"the checkpoints are missing (the metrics of before are kept in {kept_in})"
            self.notices.append(f"{self.folder}: {why}: it starts again from the beginning.")

    def _lost_epochs(self) -> bool:
        """Whether the metrics tell of epochs whose checkpoints are gone. The first may have ended without one."""
        try:
            ended = [event for event in self.events() if event["event"] == EpochEnded.name()]
        except OSError:  # told when the run goes on
            return False
        return not self.has_checkpoint and len(ended) > 1

    def _refuse_what_is_there(self) -> None:
        if os.path.exists(self.design):
            standing, *ways = self._standing()
            raise RunError(f"{self.folder}: there already is a run{standing}", *ways, WayOut.ELSEWHERE)
        self._refuse_leftovers()

    def _refuse_leftovers(self) -> None:
        """Raises RunError where the design is gone, but not what was learned: another one must not be mixed in."""
        if self.has_checkpoint or (os.path.isfile(self.metrics) and self.metrics.stat().st_size):
            what = f"{self.design}: the file is missing, though a run is there"
            raise RunError(what, WayOut.PUT_DESIGN, WayOut.ELSEWHERE)

    def _standing(self) -> tuple[str, *tuple[WayOut, ...]]:
        """How far it is, and how to go on."""
        if self._lost_epochs():
            return ", whose checkpoints are missing", WayOut.PUT_BACK, WayOut.AGAIN
        if not self.has_checkpoint:
            return ", which was ended before its first checkpoint", WayOut.AGAIN
        if self.waits:
            return " with imported weights, which wait to be trained", WayOut.FROM_WEIGHTS
        step = self._step()
        return "" if step is None else f", at step {step:,}", WayOut.GO_ON

    def _step(self) -> int | None:
        """The step of the newest checkpoint whose header can be read."""
        for path in self.to_go_on_from:
            with contextlib.suppress(OSError, DamagedError, ValueError, KeyError, TypeError):
                if path.is_file():
                    return int(json.loads(_metadata(path)["position"])["step"])
        return None

    def _open(self) -> None:
        """Locks the folder, and clears away what a kill has left half written."""
        for path in (self.design, *self.checkpoints):
            if path.exists() and not path.is_file():
                raise RunError(f"{path}: this is not a plain file", WayOut.REMOVE, WayOut.ELSEWHERE)
        try:
            self._lock = RunLock(self.folder / run_lock.FILE)
        except BusyError as error:
            raise RunError(f"{self.folder}: {error}", WayOut.WAIT, WayOut.ELSEWHERE) from None
        except OSError as error:
            raise RunError(f"{self.folder}: the folder cannot be locked: {error.strerror or error}") from None
        self._take_up_crash()
        self._trace = CrashTrace(self.folder)
        if not self._lock.works:
            self.notices.append(f"{self.folder}: its disk knows no locks: no second process may work there meanwhile.")
        lines, about = metrics_file.coming(self.metrics), self.folder / run_about.FILE
        half = [
            path
            for name in (self.design, lines, about, *self.checkpoints)
            for path in self.folder.glob(f".{name.name}.*")
        ]
        for path in (lines, *half):
            if path != unfinished(self.design):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _take_up_crash(self) -> None:
        """What the crash of another process has left goes into the log, for good."""
        if trace := crash_trace.read_trace(self.folder).strip():
            run_log.add(self.folder, f"The run was cut off.\n{trace}")
        crash_trace.forget_trace(self.folder)

    def _with_design(self, design: Design) -> Run:
        try:
            if not self._has(design):
                files.write(design, self.design)
        except files.FileError as error:
            self.close()
            raise RunWriteError(f"{self.folder}: the folder cannot be written: {error}") from None
        return self

    def _tell_about(self, keeping: Keeping, design: Design) -> None:
        """Where the run comes from: before the design, as it is a run from then on. It can be trained without."""
        about = run_about.begun_now(keeping.name or self.folder.name, keeping.file, design.data.identity)
        with contextlib.suppress(OSError):
            run_about.write_about(self.folder, about)

    def take_settings(self, design: Design) -> None:
        """The design with other settings, from the checkpoint on that is the newest. Raises OSError."""
        try:
            files.write(design, self.design)
        except files.FileError as error:
            raise OSError(0, str(error)) from None

    def _has(self, design: Design) -> bool:
        with contextlib.suppress(ReadingError):
            return read_bounded(self.design, MAX_FILE_BYTES) == files.dumps(design).encode()
        return False

    def close(self) -> None:
        """Lets other processes work there."""
        if self._trace:
            self._trace.end()
            self._trace = None
        if self._lock:
            self._lock.release()
            self._lock = None

    def hold_again(self) -> None:
        """Locks the folder anew where it was gone and has come back, as on a disk that was taken out.

        Raises OSError where it is still gone, or another process is at work there now.
        """
        path = self.folder / run_lock.FILE
        if self._lock is None or self._lock.is_at(path):
            return
        try:
            before, self._lock = self._lock, RunLock(path)
        except BusyError as error:
            raise OSError(errno.EBUSY, str(error)) from None
        before.release()

    def discard(self) -> None:
        """Takes away a run of which nothing has been trained, and its folder, if there is nothing else in it."""
        self.close()
        with contextlib.suppress(OSError):
            beside = (run_about.FILE, run_log.FILE, run_lock.FILE)
            for path in (self.design, *self.checkpoints, *(self.folder / name for name in beside)):
                path.unlink(missing_ok=True)
            self.epochs.discard()
            self.folder.rmdir()

    def keep(self, checkpoint: bytes) -> None:
        """Makes this the newest checkpoint, and the one that was the newest its predecessor. Raises OSError.

        Where it does not fit on the disk, the two that are there stay.
        """
        write_atomically(self._coming, checkpoint)
        self._promote()

    def go_on_from(self, path: Path) -> None:
        """Makes one of the checkpoints the newest, in place of damaged ones. Raises OSError."""
        if path == self._coming:
            self._promote()
            return
        self._coming.unlink(missing_ok=True)
        if path == self.previous:
            os.replace(path, self.checkpoint)
        elif path != self.checkpoint:  # that of an epoch, which stays one
            link(path, self._coming)
            os.replace(self._coming, self.checkpoint)

    def _promote(self) -> None:
        if self.checkpoint.exists():
            os.replace(self.checkpoint, self.previous)
        os.replace(self._coming, self.checkpoint)

    def record(self, event: Event) -> None:
        """Adds an event to the metrics; pictures of activations are not kept. Raises OSError."""
        if not isinstance(event, ActivationsCaptured):
            size = metrics_file.append(self.metrics, event)
            run_log.tell(self.folder, event)
            if size > self._thinned_from:
                # Of steps of hours ago nobody looks at each report; where it is epochs that fill it, they stay.
                self._thinned_from = max(THINNED_FROM, 2 * metrics_file.thin(self.metrics))

    def rewind(self, epoch: int, step: int) -> EpochEnded | None:
        """Drops what was recorded after a step, and the end of the run; gives the last epoch that is left.

        `epoch` is the one under way. What was damaged is added to the notices. Raises OSError.
        """
        if self._lost_epochs():
            metrics_file.set_aside(self.metrics)
        self.epochs.drop_from(epoch)
        run_log.come_apart(self.folder)
        last, damage = metrics_file.rewind(self.metrics, epoch, step)
        self.notices += [f"{damage}."] if damage else []
        return last

    def events(self) -> list[dict[str, Any]]:
        """What was recorded, oldest first, without damaged lines. Raises OSError."""
        return [line.event for line in metrics_file.read(self.metrics) if line.event]

    def best(self) -> BestEpoch:
        """The best epoch so far. Raises OSError."""
        best = BestEpoch()
        for event in self.events():
            if event["event"] == EpochEnded.name():
                ended = epoch_of(event)
                best.take(ended.epoch, ended.metrics)
        return best

    def environment(self) -> dict[str, Any]:
        """What it was last trained in, as its metrics say; empty where they do not. Raises OSError."""
        found = [event.get("environment", {}) for event in self.events() if event["event"] == Started.name()]
        return dict(found[-1]) if found else {}

    def identity(self) -> str:
        """The id that its events carry; empty where they are of a version without. Raises OSError."""
        events = (line.event for line in metrics_file.each_line(self.metrics))
        return next((event["run"] for event in events if event and event.get("run")), "")


def _metadata(path: Path) -> dict[str, str]:
    """A checkpoint's metadata, of which the beginning of the file is read. Raises OSError and DamagedError."""
    with path.open("rb") as file:
        return checksum.metadata(checksum.read_beginning(file))
