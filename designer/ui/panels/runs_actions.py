"""What the panel of runs does with them: networks opened, weights taken, runs gone on with, branched, and compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QMessageBox

from designer.core.edits import placed_edits
from designer.core.graph.design import Design
from designer.engine.protocol.events import WeightsTaken
from designer.engine.runs.lost_words import whole_log
from designer.engine.runs.run_folder import Run
from designer.ui.comparison.dialog import CompareDialog
from designer.ui.panels.run_logs import RunLogs
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.runs_commands import RunCommand, Runs
from designer.ui.panels.runs_dialogs import EpochsDialog
from designer.ui.panels.runs_words import begun_words, figure_words, quoted
from designer.ui.run.run_design import difference_words
from designer.ui.style.labels import plural
from designer.ui.widgets.message_box import MessageBox
from designer.ui.workbench.kept_runs import KeptRun
from designer.ui.workbench.run_network import design_of, open_network
from designer.ui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_WORK = ("running", "paused")


class RunActions(QObject):
    """Commands for the window: the ones that change how runs are kept are those of `RunKeeping`."""

    def __init__(self, bench: Workbench, panel: RunsPanel) -> None:
        super().__init__(bench)
        self._bench, self._panel, self._logs = bench, panel, RunLogs(bench)
        self._asked: tuple[RunSummary, Design] | None = None
        """The run whose weights were asked for, with its design."""
        bench.bridge.weights_taken.connect(self._say_taken)

    def commands(self) -> list[RunCommand]:
        """In the order in which they stand in the menu."""
        return [
            replace(command, do=self._if_there(command)) for command in (*self._for_networks(), *self._for_looking())
        ]

    def _if_there(self, command: RunCommand) -> Callable[[Runs], None]:
        """Does it, unless a run's folder is gone: then that is said, and the list is read anew."""

        def do(runs: Runs) -> None:
            gone = [run.name for run in runs if not run.path.is_dir()]
            if gone:
                words = f"{quoted(gone)} {'is' if len(gone) == 1 else 'are'} no longer there: deleted, or moved away."
                self._panel.tell_problems([words])
                self._panel.refresh()
            else:
                command.do(runs)

        return do

    def _for_networks(self) -> list[RunCommand]:
        return [
            RunCommand(
                "runOpen",
                lambda runs: "Open the Network as It Was",
                "Opens its file, where that still has it, or a copy that is not saved yet",
                lambda runs: open_network(self._bench, runs[0], "The network of this run cannot be opened"),
                lambda runs: len(runs) == 1,
                ("Return", "Enter"),
            ),
            RunCommand(
                "runTakeWeights",
                lambda runs: "Take Its Weights",
                "The open network has what this run has learned: look inside of it, or try samples on it",
                lambda runs: self._take_weights(runs[0]),
                lambda runs: self._is_free_for(runs) and bool(runs[0].step),
            ),
            RunCommand(
                "runGoOn",
                lambda runs: "Go On…" if runs and _is_complete(runs[0]) else "Go On",
                "Trains it on from where it ended",
                lambda runs: self._go_on(runs[0]),
                lambda runs: self._is_free_for(runs) and bool(runs[0].step) and runs[0].state not in _WORK,
            ),
            RunCommand(
                "runBranch",
                lambda runs: "Branch From Epoch…",
                "Begins a run of its own from the end of an epoch whose weights are kept",
                lambda runs: self._ask_where_to_branch(runs[0]),
                lambda runs: self._is_free_for(runs) and bool(runs[0].epoch),
            ),
        ]

    def _for_looking(self) -> list[RunCommand]:
        return [
            RunCommand(
                "runCompare",
                lambda runs: "Compare the Two" if len(runs) == 2 else "Compare With the Open Network",
                "Shows networks and settings side by side, and what differs",
                self._compare,
                lambda runs: len(runs) in (1, 2),
                group=1,
            ),
            RunCommand(
                "runLog",
                lambda runs: "Show Log",
                "What happened to it, line by line",
                lambda runs: self._logs.show(runs[0].name, partial(_log_of, runs[0])),
                lambda runs: len(runs) == 1,
                group=1,
            ),
            RunCommand(
                "runFolder",
                lambda runs: "Show Folder",
                "Opens the folder that the run is kept in",
                lambda runs: QDesktopServices.openUrl(QUrl.fromLocalFile(runs[0].folder)),
                lambda runs: len(runs) == 1,
                group=1,
            ),
        ]

    def _is_free_for(self, runs: Runs) -> bool:
        return len(runs) == 1 and not self._bench.bridge.training

    def _take_weights(self, run: RunSummary) -> None:
        kept = design_of(self._bench, run, "The weights of this run cannot be taken")
        if kept is None:
            return
        design = self._bench.editor.design
        if dict(kept.network.nodes) != dict(design.network.nodes):
            self._refuse_weights(run, design, kept)
            return
        self._asked = run, kept
        self._bench.kept_runs.take_weights(run.path)

    def _say_taken(self, event: WeightsTaken) -> None:
        if self._asked and event.folder == self._asked[0].folder:
            run, kept = self._asked
            self._asked = None
            self._bench.kept_runs.choose(run, kept, with_weights=False)
            self._bench.say(f"The network has the weights of “{run.name}” now, after {plural(event.step, 'step')}.")

    def _refuse_weights(self, run: RunSummary, design: Design, kept: Design) -> None:
        box = MessageBox(self._bench.window)
        box.setObjectName("weightsRefused")
        box.setIcon(QMessageBox.Icon.Information)
        box.setWindowTitle("Take weights")
        box.setText(f"The weights of “{run.name}” do not fit the open network.")
        box.setInformativeText(
            f"What differs in the run: {difference_words(design, kept)}. Open its network first, or undo the edits."
        )
        box.exec()

    def _may_go_on(self, run: RunSummary) -> KeptRun | None:
        """The run as what is open goes on with it: its network is opened, unless what is open fits."""
        trouble = "The run cannot be gone on with"
        design = design_of(self._bench, run, trouble)
        if design is None:
            return None
        kept = KeptRun(run.path, design, run.epoch, run.step)
        if not kept.fits(self._bench.editor.design):
            return kept if open_network(self._bench, run, trouble) else None
        if (last := self._bench.kept_runs.last) is None or last.folder != run.path:
            self._bench.kept_runs.choose(run, design)  # its curve goes on, and not that of another one
        return kept

    def _go_on(self, run: RunSummary) -> None:
        if not _is_complete(run):
            self._go_on_for(run, None)
            return
        words = f"“{run.name}” has had {plural(run.epoch, 'epoch')}. What it has learned stays."
        more = self._bench.editor.design.training.epochs
        dialog = EpochsDialog("Go on", words, (), more, self._bench.window)
        dialog.chosen.connect(lambda epoch, chosen: self._go_on_for(run, chosen))
        self._show(dialog)

    def _go_on_for(self, run: RunSummary, more: int | None) -> None:
        if not self._bench.bridge.training and (kept := self._may_go_on(run)):
            self._bench.kept_runs.go_on(kept, more)

    def _ask_where_to_branch(self, run: RunSummary) -> None:
        if not (epochs := Run(run.path).epochs.epochs()):
            self._panel.tell_problems([f"No epoch of “{run.name}” has its weights kept: go on with it instead."])
            return
        self._ask_for_branch(run.name, epochs, 0, lambda epoch, more: self._branch(run, epoch, more))

    def ask_to_branch_last(self, epoch: int) -> None:
        """The same for the last run of the open design, with that epoch to begin from."""
        runs = self._bench.kept_runs
        if (kept := runs.to_go_on_with) and (epochs := Run(kept.folder).epochs.epochs()):

            def branch(epoch: int, more: int) -> None:
                if not self._bench.bridge.training and (still := runs.to_go_on_with):
                    runs.branch(still, more, epoch)

            self._ask_for_branch(self._bench.filing.name, epochs, epoch, branch)

    def _ask_for_branch(self, name: str, epochs: Sequence[int], epoch: int, branch: Callable[[int, int], None]) -> None:
        words = f"A new run begins with the weights that “{name}” had. That one stays as it is."
        more = self._bench.editor.design.training.epochs
        dialog = EpochsDialog("Branch", words, epochs, more, self._bench.window, epoch)
        dialog.chosen.connect(branch)
        self._show(dialog)

    def _branch(self, run: RunSummary, epoch: int, more: int) -> None:
        if not self._bench.bridge.training and (kept := self._may_go_on(run)):
            self._bench.kept_runs.branch(kept, more, epoch)

    def _compare(self, runs: Runs) -> None:
        trouble = "This run cannot be compared"
        designs = [design_of(self._bench, run, trouble) for run in sorted(runs, key=lambda run: run.begun)]
        titles = [_title(run) for run in sorted(runs, key=lambda run: run.begun)]
        if len(runs) == 1:
            designs.append(self._bench.editor.design)
            titles.append(f"{self._bench.filing.name}, now")
        left, right = designs
        if left and right:
            sides = [(placed_edits.settled(design), title) for design, title in zip((left, right), titles, strict=True)]
            self._show(CompareDialog(sides[0], sides[1], self._bench.theme, self._bench.window))

    @staticmethod
    def _show(dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _log_of(run: RunSummary) -> str:
    return whole_log(run.path, run.message if run.state == "lost" else "")


def _is_complete(run: RunSummary) -> bool:
    return run.epoch >= run.epochs


def _title(run: RunSummary) -> str:
    """The run in a title, told from others of the same name by when it began, and by how good it is."""
    return f"{run.name}, {begun_words(run.begun)}, {figure_words(run.best)}"
