"""Runs are read, and moved about, beside the window: ten thousand of them take a moment, and disks may be slow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.data.formats.base import Progress
from designer.ui.panels.runs_model import ListedRun, listed
from designer.ui.run.background import Background, Progressed, Told
from designer.ui.run.run_design import difference_words

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

SAME = "as it is now"
_UNREADABLE = "cannot be read"
_KEPT = 100
"""Jobs that were ended by later ones tell nothing any more: their callables go after so many others."""
Heard = Callable[[Any], object]


class RunsReader(QObject):
    """Asks for what the disk knows of runs. What is given comes on the window's thread, by the callables.

    `progressed(done, of)` tells how far a first reading is, `failed(error)` what could not be done.
    """

    progressed = Signal(int, int)
    failed = Signal(object)
    _told = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self._told.emit)
        self._heard: dict[int, Heard] = {}
        self._numbers = count(1)
        self._reading = 0
        self._before: dict[str, ListedRun] = {}
        """What was read last, by folders; the thread of the readings alone touches it."""
        self._told.connect(self._take)

    def read(self, homes: Sequence[Path], heard: Callable[[list[ListedRun]], object]) -> None:
        """All runs of some folders. A later reading takes the place of one that is under way."""
        self._reading = self._ask("read the runs", partial(self._read, homes), heard)

    def read_again(self, folders: Sequence[Path], heard: Callable[[list[RunSummary]], object]) -> None:
        """Some runs as they are now."""
        self._ask("read some runs", partial(_read_again, folders), heard)

    def compare(self, folders: Sequence[str], design: Design, heard: Callable[[dict[str, str]], object]) -> None:
        """What leads from a design to those of some runs, in words by folders."""
        self._ask("compare networks", partial(_compare, folders, design), heard)

    def do(self, work: Callable[[], Any], heard: Heard) -> None:
        """Something that is done whatever is asked for later."""
        self._ask(f"do {next(self._numbers)}", lambda progress: work(), heard)

    def cancel(self) -> None:
        """Ends readings; what moves runs goes on."""
        for lane in ("read the runs", "read some runs", "compare networks"):
            self._background.cancel(lane)

    def close(self) -> None:
        """Ends all of it."""
        self._heard.clear()
        self._background.close()

    def _ask(self, lane: str, work: Callable[[Progress], Any], heard: Heard) -> int:
        job = self._background.ask(lane, work)
        self._heard = {other: call for other, call in self._heard.items() if other > job - _KEPT} | {job: heard}
        return job

    def _read(self, homes: Sequence[Path], progress: Progress) -> list[ListedRun]:
        from designer.engine.runs.run_index import runs_of

        runs = listed(runs_of(homes, progress), self._before)
        self._before = {item.folder: item for item in runs}
        return runs

    def _take(self, told: Told) -> None:
        if isinstance(told, Progressed):
            if told.job == self._reading:
                self.progressed.emit(told.done, told.of)
            return
        heard = self._heard.pop(told.job, None)
        if heard is None:
            return
        if told.error:
            self.failed.emit(told.error)
        else:
            heard(told.result)


def _read_again(folders: Sequence[Path], progress: Progress) -> list[RunSummary]:
    from designer.engine.runs.run_folder import Run
    from designer.engine.runs.run_summary import read_summary

    return [read_summary(folder) for folder in folders if Run(folder).design.exists()]


def _compare(folders: Sequence[str], design: Design, progress: Progress) -> dict[str, str]:
    from designer.engine.runs.run_folder import Run

    found = {}
    for done, folder in enumerate(folders):
        progress(done, len(folders))
        try:
            found[folder] = difference_words(design, files.read(Run(Path(folder)).design)) or SAME
        except files.FileError:
            found[folder] = _UNREADABLE
    return found
