"""Which runs are shown: the main one, the one before it as its ghost, and others over them, read beside the window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.data.formats.base import Progress
from designer.engine.protocol.events import Event, Started
from designer.ui.curves.apart import settings_apart
from designer.ui.curves.hues import HUES, ShownRun, run_hue
from designer.ui.run.background import Background, Ended, Told
from designer.ui.style.theme import Theme

if TYPE_CHECKING:
    from designer.core.graph.training_settings import TrainingSettings
    from designer.ui.curves.run_curves import RunCurves
    from designer.ui.curves.run_table import FigureRows

_MAIN, _TABLE = "main", "table"
"""Lanes of what is done beside the window; each run that lies over the others has its own, named as its folder."""
_UNNAMED = "this run"


class ShownRuns(QObject):
    """`changed()` tells that others are shown than before, `problem(error)` that one could not be read (DataError).

    `written(path)` tells that a table of them is there.
    """

    changed = Signal()
    problem = Signal(object)
    written = Signal(object)
    _told = Signal(object)

    def __init__(self, theme: Theme, smoothing: float, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._smoothing = theme, smoothing
        self.main: RunCurves | None = None
        self.is_live = False
        """Whether the main run tells of itself, and was not read from its folder."""
        self._ghost: RunCurves | None = None
        self._others: dict[Path, RunCurves] = {}
        self._hues: dict[Path, int] = {}
        self._wanted: tuple[Path, ...] = ()
        self._hides_main = False
        self._name = ""
        self._folder: Path | None = None
        self._settings: TrainingSettings | None = None
        self._main_read: Path | None = None
        """That of the main run, while it is read."""
        self._since: list[Event] | None = None
        """What the main run has told since it goes on, while what it told before is read."""
        self._asked: dict[int, Path] = {}
        self._told.connect(self._take)
        self._background = Background(self._told.emit)

    @property
    def awaited(self) -> bool:
        """Whether a run is being read."""
        return bool(self._asked)

    def announce(self, name: str, folder: Path | None, settings: TrainingSettings | None = None) -> None:
        """The run that begins next has this name, is kept there, and is trained so."""
        self._name, self._folder, self._settings = name, folder, settings

    def begin(self, event: Started) -> None:
        """A run has begun: the one before it is its ghost. Or the main one goes on."""
        if self.main is not None and event.step and event.run and event.run == self.main.run:
            self.main.take(event)
        else:
            from designer.ui.curves.run_curves import RunCurves  # numpy comes in for the first run

            if self.main is not None and self.main.step:
                self._ghost = self.main
            self.main = RunCurves(self._name or _UNNAMED, self._folder, self._smoothing)
            self.main.settings = self._settings
            self.main.begun = datetime.now(UTC).isoformat(timespec="seconds")
            self.main.take(event)
        self._since = [event] if event.step and self._folder and self._folder == self._main_read else None
        self.is_live, self._hides_main = True, False
        self.changed.emit()

    def tell(self, event: Event) -> None:
        """What the main run tells, in its order."""
        if self.main is not None:
            self.main.take(event)
        if self._since is not None:
            self._since.append(event)

    def take_back(self) -> None:
        """The run that has begun last is none, as it has learned nothing: the one before is there again."""
        self.main, self._ghost = self._ghost, None
        self.is_live = self.main is not None
        self.changed.emit()

    def forget(self) -> None:
        """Nothing is shown any more."""
        self.main = self._ghost = None
        self.is_live = self._hides_main = False
        self.announce("", None)
        self._leave_out(())
        self._background.cancel(_MAIN)
        self._asked.clear()
        self._main_read = self._since = None
        self.changed.emit()

    def show_kept(self, folder: Path) -> None:
        """Reads a run, and shows it alone."""
        self.main = self._ghost = None
        self.is_live = self._hides_main = False
        self._leave_out(())
        self._main_read, self._since = folder, None
        self._ask(_MAIN, folder)
        self.changed.emit()

    def overlay(self, folders: Sequence[Path], keeps_main: bool) -> None:
        """Reads these runs, and shows them; beside the main one, if that stays."""
        wanted = tuple(dict.fromkeys(folders))
        self._leave_out(wanted)
        self._hides_main = bool(wanted) and not keeps_main
        for folder in wanted:
            if folder not in self._others and folder not in self._asked.values():
                self._hues[folder] = self._free_hue()
                self._ask(str(folder), folder)
        self.changed.emit()

    def remove(self, folder: Path) -> None:
        """Takes one away that lies over the others; when the last has gone, the main one is there again."""
        left = tuple(one for one in self._wanted if one != folder)
        self.overlay(left, keeps_main=not self._hides_main)

    def smooth(self, share: float) -> None:
        """Another smoothing for all."""
        self._smoothing = share
        for curves in (self.main, self._ghost, *self._others.values()):
            if curves is not None:
                curves.smooth(share)

    def write_table(self, path: Path, with_ghost: bool) -> None:
        """Writes all points of what is shown as CSV, beside the window."""
        from designer.ui.curves.run_table import rows_of

        rows = rows_of([run.curves for run in self.shown(with_ghost)])
        self._asked[self._background.ask(_TABLE, lambda progress: _written(path, rows))] = path

    def close(self) -> bool:
        """Ends reading; whether it has ended in time."""
        return self._background.close()

    def _leave_out(self, wanted: tuple[Path, ...]) -> None:
        for folder in set(self._wanted) - set(wanted):
            self._background.cancel(str(folder))
            self._asked = {job: one for job, one in self._asked.items() if one != folder}
            self._others.pop(folder, None)
            self._hues.pop(folder, None)
        self._wanted = wanted

    def _ask(self, lane: str, folder: Path) -> None:
        self._asked[self._background.ask(lane, partial(_read, lane, folder, self._smoothing))] = folder

    def _take(self, told: Told) -> None:
        """What was read; what nobody wants any more is left out."""
        if not isinstance(told, Ended) or told.job not in self._asked:
            return
        folder = self._asked.pop(told.job)
        if folder == self._main_read and told.error is not None:
            self._main_read = self._since = None
        if told.error is not None:
            self._leave_out(tuple(one for one in self._wanted if one != folder))
            self._hides_main = self._hides_main and bool(self._wanted)
            self.problem.emit(told.error)
        else:
            self._place(folder, *told.result)
        self.changed.emit()

    def _place(self, folder: Path, lane: str, curves: RunCurves | None) -> None:
        if curves is None:
            self.written.emit(folder)
            return
        curves.smooth(self._smoothing)
        if lane == _MAIN and self._since is not None and folder == self._folder:
            for event in self._since:
                curves.take(event)
            self.main, self._since = curves, None
        elif lane == _MAIN and self.is_live:  # another one has begun meanwhile
            self._ghost = curves if curves.step else self._ghost
        elif lane == _MAIN:
            self.main = curves
        else:
            self._others[folder] = curves
        if lane == _MAIN:
            self._main_read = None

    def _free_hue(self) -> int:
        """The first that no other run has; the main one has the first of all."""
        taken = set(self._hues.values())
        return next(number for number in range(len(taken) + 1) if number not in taken)

    def _names(self) -> dict[RunCurves, str]:
        """What each run is called: by its name, and of several with one name by what differs, or when it began."""
        own = () if self._hides_main else (self._ghost, self.main)
        runs = [run for run in (*own, *self._others.values()) if run is not None]
        names: dict[RunCurves, str] = {}
        for run in runs:
            alike = [other for other in runs if other.name == run.name and other is not self._ghost]
            apart = settings_apart(run, alike) if len(alike) > 1 else ""
            names[run] = f"{run.name} · {apart}" if apart else run.name
        times = Counter(name for run, name in names.items() if run is not self._ghost)
        return {
            run: " · ".join(filter(None, (name, _when(run.begun) if times[name] > 1 else "")))
            for run, name in names.items()
        }

    def shown(self, with_ghost: bool = True) -> list[ShownRun]:
        """The runs with their colours: those at the back first."""
        main = None if self._hides_main else self.main
        found = []
        names = self._names()
        if with_ghost and main is not None and self._ghost is not None:
            grey = self._theme.colours.edge
            found.append(ShownRun(self._ghost, grey, grey, "ghost", names[self._ghost]))
        others = [(folder, self._others[folder]) for folder in self._wanted if folder in self._others]
        if main is not None:
            hues = (run_hue(0, self._theme),) * 2 if others else self._theme.curve_hues
            found.append(ShownRun(main, *hues, "main", names[main]))
        for folder, curves in others:
            number = self._hues[folder] + (main is not None)
            hue = run_hue(number, self._theme)
            found.append(ShownRun(curves, hue, hue, "other", names[curves], number >= HUES))
        return found


def _when(begun: str) -> str:
    """30 Nov, 18:37; by the clock that hangs here."""
    try:
        return datetime.fromisoformat(begun).astimezone().strftime("%d %b, %H:%M")
    except ValueError:
        return ""


def _read(lane: str, folder: Path, smoothing: float, progress: Progress) -> tuple[str, RunCurves]:
    from designer.ui.curves.reading import read_curves

    return lane, read_curves(folder, smoothing, progress)


def _written(path: Path, rows: Sequence[FigureRows]) -> tuple[str, None]:
    from designer.ui.curves.run_table import write_table

    write_table(path, rows)
    return _TABLE, None
