"""What the panel of runs changes of how they are kept: names, notes, what is hidden, and the trash with its undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox

from designer.core.storage.writing import reason
from designer.engine.runs import run_about, run_trash
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_lock import Holder, who_holds
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.runs_commands import RunCommand, Runs
from designer.ui.panels.runs_dialogs import NoteDialog
from designer.ui.panels.runs_words import elsewhere_words, quoted
from designer.ui.style.labels import plural
from designer.ui.widgets.message_box import MessageBox
from designer.ui.widgets.notices import Choice

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_DELETED = "deleted"
_Buttons = QMessageBox.StandardButton
Thrown = tuple[Path, Path]
"""Where a run lay, and where it lies in the trash."""


class RunKeeping(QObject):
    """Commands of the panel. The disk is changed beside the window; what it refuses is told in a bar of the panel.

    `moved()` when runs have gone to the trash, or have come back.
    """

    moved = Signal()

    def __init__(self, panel: RunsPanel, homes: Callable[[], Sequence[Path]]) -> None:
        super().__init__(panel)
        self._panel, self._homes = panel, homes
        self._deleted: list[list[Thrown]] = []
        """What can be taken back, the last at the end."""
        panel.model.renamed.connect(lambda run, name: self._say([run], name=name))

    def commands(self) -> list[RunCommand]:
        """In the order in which they stand in the menu."""
        return [*self._for_words(), *self._for_ticks(), *self._for_the_trash()]

    def _for_words(self) -> list[RunCommand]:
        table = self._panel.table
        return [
            RunCommand(
                "runRename",
                lambda runs: "Rename",
                "Gives the run another name",
                lambda runs: table.edit_name(),
                lambda runs: len(runs) == 1,
                ("F2",),
                group=2,
            ),
            RunCommand(
                "runNote",
                lambda runs: "Note…",
                "What you want to remember of it",
                lambda runs: self._ask_for_note(runs[0]),
                lambda runs: len(runs) == 1,
                group=2,
            ),
            RunCommand(
                "runCopy",
                lambda runs: "Copy as Text",
                "Copies the rows with tabs between, for a spreadsheet",
                lambda runs: table.copy(),
                bool,
                ("Ctrl+C",),
                group=2,
            ),
        ]

    def _for_ticks(self) -> list[RunCommand]:
        panel = self._panel
        return [
            RunCommand(
                "runTick",
                lambda runs: "Draw Into the Curves",
                "Ticked runs are drawn over each other",
                lambda runs: panel.table.toggle_ticks(),
                bool,
                ("Space",),
                group=3,
            ),
            RunCommand(
                "runUntickAll",
                lambda runs: "Take All Ticks Away",
                "No run is drawn over the curves any more",
                lambda runs: panel.model.untick_all(),
                lambda runs: bool(panel.model.ticked),
                group=3,
            ),
            RunCommand(
                "runHide",
                lambda runs: "No Longer Hide" if runs and all(run.hidden for run in runs) else "Hide",
                "Hidden runs are kept, and listed only where you ask for them",
                lambda runs: self._say(runs, hidden=not all(run.hidden for run in runs)),
                bool,
                group=4,
            ),
            RunCommand(
                "runShowHidden",
                lambda runs: f"Show Hidden Runs ({panel.model.hidden})",
                "Lists them, too, in slanted letters",
                lambda runs: panel.model.show_hidden(not panel.model.shows_hidden),
                lambda runs: bool(panel.model.hidden) or panel.model.shows_hidden,
                group=4,
                ticked=lambda: panel.model.shows_hidden,
            ),
        ]

    def _for_the_trash(self) -> list[RunCommand]:
        return [
            RunCommand(
                "runDelete",
                lambda runs: f"Delete {plural(len(runs), 'Run')}" if len(runs) > 1 else "Delete",
                "Moves it to the trash, from which it can be taken back",
                self._delete,
                bool,
                ("Del",),
                group=5,
            ),
            RunCommand(
                "runUndo",
                lambda runs: "Undo Delete",
                "Takes back what was deleted last",
                lambda runs: self._undo(),
                lambda runs: bool(self._deleted),
                ("Ctrl+Z",),
                group=5,
                yields=True,
            ),
            RunCommand(
                "runEmptyTrash",
                lambda runs: "Empty Trash…",
                "Deletes for good what is in the trash",
                lambda runs: self._ask_to_empty(),
                lambda runs: True,
                group=5,
            ),
        ]

    def _ask_for_note(self, run: RunSummary) -> None:
        dialog = NoteDialog(run.name, run.note, self._panel)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.written.connect(lambda text: self._say([run], note=text))
        dialog.open()

    def _say(self, runs: Runs, **changes: Any) -> None:
        """Shows it at once; where it cannot be written, it is read again as it is."""
        if "hidden" not in changes:
            for run in runs:
                self._panel.model.update_run(replace(run, **changes))
        self._panel.reader.do(lambda: _written(runs, changes), self._done)

    def _done(self, problems: Sequence[str]) -> None:
        self._panel.tell_problems(problems)
        self._panel.refresh()

    def _delete(self, runs: Runs) -> None:
        def deleted(found: tuple[list[Thrown], list[str]]) -> None:
            thrown, problems = found
            if thrown:
                self._deleted.append(thrown)
                self.moved.emit()
                self._offer_undo([run.name for run in runs if run.path in dict(thrown)])
            self._done(problems)

        self._panel.reader.do(lambda: _thrown_away(runs), deleted)

    def _offer_undo(self, names: list[str]) -> None:
        undo = Choice("runsUndo", "Undo", self._undo, "Takes it out of the trash again (Ctrl+Z in the list)")
        are = "is" if len(names) == 1 else "are"
        self._panel.tell_done(_DELETED, f"{quoted(names)} {are} in the trash.", undo)

    def _undo(self) -> None:
        if self._deleted:
            thrown = self._deleted.pop()
            self._panel.notices.drop(_DELETED)
            self._panel.reader.do(lambda: _put_back(thrown), self._taken_back)

    def _taken_back(self, found: tuple[list[Path], list[Thrown], list[str]]) -> None:
        """What could not be taken back may be later."""
        places, left, problems = found
        if left:
            self._deleted.append(left)
        self._done(problems)
        self._panel.select_when_read([str(place) for place in places])
        self.moved.emit()

    def _ask_to_empty(self) -> None:
        homes = self._homes()
        self._panel.reader.do(lambda: run_trash.thrown_away(homes), self._ask_about)

    def _ask_about(self, thrown: list[Path]) -> None:
        box = MessageBox(self._panel)
        box.setObjectName("emptyTrashQuestion" if thrown else "trashIsEmpty")
        box.setWindowTitle("Empty trash")
        if not thrown:
            box.setText("The trash is empty.")
            box.exec()
            return
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(f"Delete {plural(len(thrown), 'run')} for good?")
        box.setInformativeText("Their curves and their weights are gone then, and cannot be taken back.")
        box.setStandardButtons(_Buttons.Ok | _Buttons.Cancel)
        box.button(_Buttons.Ok).setText("Delete for Good")
        box.setDefaultButton(_Buttons.Cancel)
        if box.exec() == _Buttons.Ok:
            self._deleted.clear()
            self._panel.notices.drop(_DELETED)
            self._panel.reader.do(lambda: run_trash.empty(thrown), self._done)


def _written(runs: Runs, changes: dict[str, Any]) -> list[str]:
    problems = []
    for run in runs:
        try:
            run_about.say(run.path, **changes)
        except OSError as error:
            problems.append(f"“{run.name}”: this cannot be written down: {reason(error)}")
        except ValueError:
            problems.append(f"“{run.name}”: names have at most 200 letters, and notes 20,000")
    return problems


def _thrown_away(runs: Runs) -> tuple[list[Thrown], list[str]]:
    thrown, problems = [], []
    for run in runs:
        at_work, holder = who_holds(run.path)
        if at_work:
            problems.append(_stays(run, holder))
            continue
        try:
            thrown.append((run.path, run_trash.throw_away(run.path)))
        except RunError as error:
            problems.append(str(error))
    return thrown, problems


def _stays(run: RunSummary, holder: Holder | None) -> str:
    if holder and not holder.is_here:
        return f"“{run.name}” stays: it is being trained {elsewhere_words(holder.since)}. Stop it there first."
    return f"“{run.name}” is under way, and stays: stop it first."


def _put_back(thrown: Sequence[Thrown]) -> tuple[list[Path], list[Thrown], list[str]]:
    """Where they lie now, what is still in the trash, and why."""
    places, left, problems = [], [], []
    for folder, place in thrown:
        try:
            places.append(run_trash.put_back(place, folder))
        except RunError as error:
            left.append((folder, place))
            problems.append(str(error))
    return places, left, problems
