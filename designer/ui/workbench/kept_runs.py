"""The runs of the open design: where they are kept, which is the last one, and how it is gone on with."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.core.edits.learning import same_but_learning
from designer.core.graph.design import Design
from designer.engine.protocol.events import EpochEnded, Finished, SettingsChanged, Started
from designer.engine.protocol.requests import Keeping, TakeWeights, Train
from designer.engine.runs import run_about, run_home, run_log
from designer.engine.runs.run_home import MadePlace
from designer.engine.runs.run_lock import is_held
from designer.ui.editing.editor import Editor
from designer.ui.files.filing import Filing
from designer.ui.prefs.settings import Settings
from designer.ui.run.background import Background, Ended, Told
from designer.ui.run.bridge import Bridge
from designer.ui.run.run_design import RunDesign

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_FIND = "find the last run"
_ELSEWHERE_MS = 5000
"""So often it is looked whether another window is still at work on the last run."""


@dataclass(frozen=True)
class KeptRun:
    """A run of the open design's network: its folder, its design, and the epochs and steps that it has."""

    folder: Path
    design: Design
    epochs: int = 0
    steps: int = 0
    since: str = ""
    """Since when another window, or another program, trains it; empty where none does."""

    def fits(self, design: Design) -> bool:
        """Whether it can be gone on with as this design: what may not change is the same."""
        same = same_but_learning(self.design.network, design.network)
        return same and self.design.data == design.data and self.design.training.may_become(design.training)


class KeptRuns(QObject):
    """Begins runs, goes on with them, and knows the last one of the open design.

    `changed()` tells that another run is that, or that it has come further; `found(summary)` that a file was opened
    whose network was trained before; `begun(name)` that a run has been asked for; `left()` that a person has chosen
    another run of what is open: what is shown of the one before goes, and `found` follows.
    """

    changed = Signal()
    found = Signal(object)
    left = Signal()
    begun = Signal(str)
    _told = Signal(object)

    def __init__(
        self, editor: Editor, bridge: Bridge, filing: Filing, run_design: RunDesign, settings: Settings
    ) -> None:
        super().__init__(editor)
        self._editor, self._bridge, self._filing = editor, bridge, filing
        self._run_design, self._settings = run_design, settings
        self._last: KeptRun | None = None
        self._asked: KeptRun | None = None
        """The run that has been asked for, and not begun."""
        self._background = Background(self._told.emit)
        self._job = 0
        self._elsewhere = QTimer(self, interval=_ELSEWHERE_MS)
        """Runs while another window is at work on the last run."""
        self._elsewhere.timeout.connect(self._look_again)
        self._told.connect(self._take)
        bridge.started.connect(self._started)
        bridge.epoch_ended.connect(self._epoch_ended)
        bridge.failed.connect(lambda event: self._failed())
        bridge.finished.connect(self._finished)
        bridge.settings_changed.connect(self._settings_changed)
        filing.shown.connect(lambda design: self._forget())
        filing.opened.connect(self._look_for_last)
        filing.written.connect(self._name_file)

    @property
    def last(self) -> KeptRun | None:
        """The run that is under way or was the last of the open design; None where there was none."""
        return self._last

    @property
    def folder(self) -> Path | None:
        """That of the run that has been asked for, is under way or was the last one."""
        run = self._asked or self._last
        return run.folder if run else None

    @property
    def to_go_on_with(self) -> KeptRun | None:
        """The last run, if it is there, nobody else trains it, and what is open now could go on with it."""
        last = self._last
        if not (last and last.steps and last.fits(self._editor.design) and last.folder.is_dir()):
            return None
        return None if last.since or is_held(last.folder) else last

    def homes(self) -> list[Path]:
        """The folders in which runs are looked for: that of the open file, the program's own, and those of others."""
        files = [self._editor.document.path, *self._settings.recent_files]
        return list(dict.fromkeys([*(run_home.home_of(path) for path in files), run_home.own_home()]))

    def begin(self) -> None:
        """A new run of the open design, with new weights."""
        place = self._new_place()
        self._run(KeptRun(place.folder, self._editor.design), place.notice)

    def go_on(self, kept: KeptRun, more: int | None = None) -> None:
        """Goes on with a run as the open design has its settings; for so many more epochs, or for those it lacks."""
        training = self._editor.design.training
        epochs = kept.epochs + more if more is not None else max(training.epochs, kept.epochs)
        design = replace(self._editor.design, training=training.model_copy(update={"epochs": epochs}))
        self._run(replace(kept, design=design), resume=True)

    def branch(self, kept: KeptRun, more: int, epoch: int | None = None) -> None:
        """Begins a run where another one is, or was at the end of an epoch, and trains it for so many more epochs."""
        done = kept.epochs if epoch is None else epoch
        training = self._editor.design.training.model_copy(update={"epochs": done + more})
        design = replace(self._editor.design, training=training)
        place = self._new_place()
        new = KeptRun(place.folder, design, done)
        self._run(new, place.notice, branch_of=kept.folder, branch_epoch=epoch)

    def choose(self, summary: RunSummary, design: Design, with_weights: bool = True) -> None:
        """A person wants this run of the open network: its figures and weights are shown, and Train goes on with it.

        `design` is the one that it was trained with. Without `with_weights` they are those that are looked into by
        now. Nothing while another run is under way.
        """
        if self._bridge.training:
            return
        self._background.cancel(_FIND)  # it would bring the newest one
        self._job = 0
        self.left.emit()
        self._show(summary, design)
        if with_weights and has_weights(summary.path):
            self.take_weights(summary.path)
        self.found.emit(summary)
        self.changed.emit()

    def _show(self, summary: RunSummary, design: Design) -> None:
        self._last = KeptRun(summary.path, design, summary.epoch, summary.step, summary.since)
        self._run_design.begin(design)
        (self._elsewhere.start if summary.since else self._elsewhere.stop)()

    def take_weights(self, folder: Path, epoch: int | None = None) -> None:
        """Looks into the open network with the weights of a run, or of the end of one of its epochs."""
        self._bridge.request(TakeWeights(self._editor.design, folder, epoch))

    def note(self, text: str) -> None:
        """Puts something into the log of the run that is under way, beside any thread that may not wait."""
        if self._bridge.has_run and (folder := self.folder):
            threading.Thread(target=run_log.add, args=(folder, text), name="designer-note", daemon=True).start()

    def close(self) -> None:
        """Ends what is under way in the background."""
        self._elsewhere.stop()
        self._drop_asked()
        self._background.close()

    def _new_place(self) -> MadePlace:
        return run_home.made_place(self._editor.document.path, self._filing.name)

    def _run(
        self,
        run: KeptRun,
        notice: str = "",
        *,
        resume: bool = False,
        branch_of: Path | None = None,
        branch_epoch: int | None = None,
    ) -> None:
        self._elsewhere.stop()
        path = self._editor.document.path
        keeping = Keeping(self._filing.name, str(path) if path else "", self._settings.epochs_budget, notice)
        self._asked = run
        self.begun.emit(self._filing.name)
        self._run_design.begin(self._editor.design)
        self._bridge.train(Train(run.design, run.folder, resume, branch_of, branch_epoch, keeping))

    def _started(self, event: Started) -> None:
        if self._asked:
            self._last, self._asked = replace(self._asked, steps=event.step), None
            self.changed.emit()

    def _epoch_ended(self, event: EpochEnded) -> None:
        if self._last and not self._asked:
            self._last = replace(self._last, epochs=event.epoch, steps=event.step)
            self.changed.emit()

    def _drop_asked(self) -> None:
        """A run that was asked for will not begin any more: the folder that was made for it goes, if it is empty."""
        if self._asked:
            with contextlib.suppress(OSError):
                self._asked.folder.rmdir()
            self._asked = None

    def _finished(self, event: Finished) -> None:
        self._drop_asked()
        if self._last:
            self._last = replace(self._last, steps=event.step)
        else:
            self._look_again()
        self.changed.emit()

    def _settings_changed(self, event: SettingsChanged) -> None:
        if self._last and not self._asked:
            after = {name: json.loads(text) for name, text in event.after.items()}
            training = self._last.design.training.model_copy(update=after)
            self._last = replace(self._last, design=replace(self._last.design, training=training))
            self._run_design.take_settings(after)
            self.changed.emit()

    def _failed(self) -> None:
        self._drop_asked()
        if self._last is None:
            self._look_again()

    def _look_again(self) -> None:
        """A run has ended that was under way when the open file was opened: what that has was not taken in yet."""
        if path := self._editor.document.path:
            self._look_for_last(self._editor.design, path)

    def look_whether_it_is_there(self) -> None:
        """The last run may have been deleted, or moved away: what it has learned stays in the engine. Or it is back."""
        if self._last and not self._last.folder.is_dir():
            self._last = None
            self.changed.emit()
        elif self._last is None and not self._bridge.training:
            self._look_again()

    def _forget(self) -> None:
        """Another design is open. A run that is under way is the other one's."""
        self._background.cancel(_FIND)
        self._elsewhere.stop()
        if self._last or self._asked:
            self._last = self._asked = None
            self.changed.emit()

    def _look_for_last(self, design: Design, path: Path) -> None:
        homes = list(dict.fromkeys((run_home.home_of(path), run_home.own_home())))
        self._job = self._background.ask(_FIND, lambda progress: _last_of(design, path, homes))

    def _take(self, told: Told) -> None:
        if not isinstance(told, Ended) or told.job != self._job or told.result is None or self._bridge.training:
            return
        summary, design, may_be_looked_into = told.result
        before = self._last
        self._show(summary, design)
        if may_be_looked_into and not (before and before.since and summary.since):
            self.take_weights(summary.path)
        self.found.emit(summary)
        self.changed.emit()

    def _name_file(self, design: Design, path: Path) -> None:
        """Runs that began before the design was in a file are its own from now on."""
        if self._last:
            with contextlib.suppress(OSError, ValueError):
                run_about.say(self._last.folder, file=str(path))


def _last_of(design: Design, path: Path, homes: list[Path]) -> tuple[RunSummary, Design, bool] | None:
    """The newest run that learned anything of a file's network, or learns it elsewhere; its design; has it weights."""
    from designer.core.storage import files
    from designer.engine.runs.run_index import runs_of

    runs = sorted(runs_of(homes), key=lambda run: run_home.order_of(run.path, run.begun), reverse=True)
    for summary in runs:
        if not (summary.step or summary.since) or not _is_of(summary, path):
            continue
        with contextlib.suppress(files.FileError):
            kept = files.read(summary.design_file)
            if same_but_learning(kept.network, design.network):
                return summary, kept, has_weights(summary.path)
    return None


def has_weights(folder: Path) -> bool:
    """Whether a run has been kept so far that its weights can be looked into."""
    from designer.engine.runs.run_folder import Run

    return Run(folder).has_checkpoint


def _is_of(summary: RunSummary, path: Path) -> bool:
    """By the file's name where the run lies beside it: both may have been moved.

    A file that is gone may have another name now. Where nothing is said of one, the folder's name has its title.
    """
    if summary.path.parent.parent == path.parent:
        name = Path(summary.file).name
        if not name:
            return run_home.is_named_after(summary.path, run_home.title_of(path))
        return name == path.name or not (path.parent / name).exists()
    return bool(summary.file) and Path(summary.file) == path
