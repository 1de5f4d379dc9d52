"""Runs: every training that is kept, as a table, with what can be done with each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from designer.core.graph.design import Design
from designer.engine.protocol.events import EpochEnded
from designer.engine.protocol.figures import is_of_all
from designer.engine.runs.best_epoch import BestEpoch
from designer.ui.panels.runs_commands import RunCommand
from designer.ui.panels.runs_model import MOST_TICKED, ListedRun, RunsModel
from designer.ui.panels.runs_reading import RunsReader
from designer.ui.panels.runs_table import RunsTable
from designer.ui.style.labels import noun, plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.flat_button import flat_button
from designer.ui.widgets.notices import Choice, Notices
from designer.ui.widgets.timers import once_after

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

NO_RUNS = "No runs yet: press Train (F5). Each run is kept here."
_READING = "Reading the runs…"
_NOT_FOUND = "No run holds all of these words."
_ALL_HIDDEN = "Every run is hidden."
_LOOK_MS = 60
"""After scrolling has come to rest: designs are read for what differs."""
_OTHERS_MS = 5000
"""So often runs are looked at that other processes are at work on."""
_PROBLEM = "problem"


class RunsPanel(QWidget):
    """The dock's content. While nobody sees it, nothing is read.

    `homes` are the folders in which runs lie, `design` is what is open. `overlay_wanted(folders)` when other runs
    are ticked.
    """

    overlay_wanted = Signal(list)
    selected = Signal(object)
    """The one run that is selected; None for none or several."""

    def __init__(
        self, reader: RunsReader, homes: Callable[[], Sequence[Path]], design: Callable[[], Design], theme: Theme
    ) -> None:
        super().__init__()
        self.setObjectName("runs")
        self.reader, self._homes, self._design = reader, homes, design
        self._seen = False
        self._known = False
        """Whether the runs have been read."""
        self._own: Path | None = None
        self._wanted: tuple[str, ...] = ()
        self.model = RunsModel(theme, self)
        self.table = RunsTable(self.model, theme, self)
        self.line = QLineEdit(placeholderText="Filter: name, note, data, state, day", clearButtonEnabled=True)
        self.said = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.more = flat_button("⋯", "runsMore", "What can be done with the selected runs")
        self.empty = QLabel(NO_RUNS, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.notices = Notices()
        self._look = once_after(self, _LOOK_MS, self._compare_visible)
        self._others = QTimer(self, interval=_OTHERS_MS)
        self._lay_out()
        self._connect(theme)
        self._show_state()

    def _lay_out(self) -> None:
        self.line.setObjectName("runsFilter")
        self.line.setAccessibleName("Filter runs")
        self.line.setToolTip(
            "Words that a run's name, note, data, network or state holds, or the day on which it began: "
            "yesterday, 2026-11-30, 30 Nov; all must hold"
        )
        self.said.setObjectName("runsSaid")
        self.said.setProperty("role", "muted")
        self.empty.setObjectName("runsEmpty")
        self.empty.setProperty("role", "muted")
        self.empty.setMargin(8)
        self.empty.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.empty.setFocusProxy(self.table)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.setSpacing(8)
        head.addWidget(self.line, 1)
        head.addWidget(self.said)
        head.addWidget(self.more)
        content = QWidget()
        self._stack = QStackedLayout(content)
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(content, 1)
        column.addWidget(self.notices)

    def _connect(self, theme: Theme) -> None:
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        self.more.clicked.connect(
            lambda checked=False: self.table.popup_menu(self.more.mapToGlobal(QPoint(0, self.more.height())))
        )
        self.model.modelReset.connect(self._show_state)
        self.model.left_out.connect(self._tell_left_out)
        self.model.ticks_changed.connect(lambda: self.overlay_wanted.emit([run.path for run in self.model.ticked]))
        for moved in (self.table.verticalScrollBar().valueChanged, self.model.modelReset):
            moved.connect(self._look_soon)
        self.table.selectionModel().selectionChanged.connect(lambda now, before: self._tell_selected())
        self._others.timeout.connect(self._look_at_others)
        self.reader.progressed.connect(self._show_progress)
        self.reader.failed.connect(lambda error: self.tell_problems([str(error)]))
        theme.changed.connect(self.table.viewport().update)

    def _tell_selected(self) -> None:
        runs = self.table.selected()
        self.selected.emit(runs[0] if len(runs) == 1 else None)

    def take_commands(self, commands: Sequence[RunCommand]) -> None:
        """What can be done with runs."""
        self.table.take_commands(commands)

    def sizeHint(self) -> QSize:
        """A panel that fits beside others."""
        return QSize(360, 200)

    @property
    def is_seen(self) -> bool:
        """Whether somebody sees it."""
        return self._seen

    def set_seen(self, seen: bool) -> None:
        """Whether the panel is in sight."""
        if seen == self._seen:
            return
        self._seen = seen
        if seen:
            self.table.fit_once()
            self._others.start()
            self.refresh()
        else:
            self._others.stop()
            self._look.stop()
            self.reader.cancel()

    def refresh(self) -> None:
        """Reads the runs anew, if somebody sees them."""
        if self._seen:
            self.reader.read(self._homes(), self._take)

    def select_when_read(self, folders: Sequence[str]) -> None:
        """Selects runs once they are listed, as those that have come back."""
        self._wanted = tuple(folders)

    def untick(self, folder: Path) -> None:
        """A run has been taken away from the curves."""
        if (row := self.model.row_of(str(folder))) is not None and self.model.is_ticked(row):
            self.model.tick([row], False)

    def _take(self, runs: list[ListedRun]) -> None:
        self._known = True
        self.model.set_runs(runs)
        if self._wanted:
            self.table.select_folders(self._wanted)
            self._wanted = ()
        self._show_state()
        self._look_soon()

    def show_own(self, folder: Path | None) -> None:
        """The run that the window itself is at work on, which tells by itself how far it is."""
        self._own = folder

    def take_epoch(self, event: EpochEnded) -> None:
        """The window's own run has come further."""
        run = self.model.run_in(str(self._own)) if self._seen and self._own else None
        if run is None:
            return
        figures = {name: value for name, value in event.metrics.items() if is_of_all(name)}
        best = BestEpoch()
        best.take(run.best_epoch, run.best)
        is_best = best.take(event.epoch, figures)
        self.model.update_run(
            replace(
                run,
                state="running",
                epoch=event.epoch,
                step=event.step,
                last=figures,
                best=figures if is_best else run.best,
                best_epoch=event.epoch if is_best else run.best_epoch,
            )
        )

    def read_own(self) -> None:
        """The window's own run rests, or goes on: what its folder says of it now."""
        if self._seen and self._own:
            self.reader.read_again([self._own], self._update)

    def _look_at_others(self) -> None:
        others = [run.path for run in self.model.under_way() if run.path != self._own]
        if others:
            self.reader.read_again(others, self._update)

    def _update(self, runs: list[RunSummary]) -> None:
        for run in runs:
            if run != self.model.run_in(run.folder):
                self.model.update_run(run)

    def network_changed(self) -> None:
        """Another network is open: what differs from it is found anew for the rows in sight."""
        self.model.forget_differences()
        self._look_soon()

    def _look_soon(self) -> None:
        if self._seen:
            self._look.start()

    def _compare_visible(self) -> None:
        folders = self.model.unknown_differences(self.table.visible_rows())
        if folders and self._seen:
            self.reader.compare(folders, self._design(), self.model.set_differences)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The down arrow leads from the filter to what it has found. A shortcut would be taken from lists, too."""
        is_down = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down
        if is_down and event.type() == QEvent.Type.KeyPress:
            self._enter_table()
            return True
        return super().eventFilter(watched, event)

    def _enter_table(self) -> None:
        """From the filter on to what it has found."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.table.selected() and self.model.rowCount():
            self.table.select_folders([self.model.run_at(0).folder])

    def _find(self, words: str) -> None:
        self.model.find(words)
        self._show_state()

    def _show_state(self) -> None:
        """The table, or a word on why it is empty; and how many runs there are.

        The table stays below the word: its keys, as those that undo a deletion, would go to the canvas otherwise.
        """
        shown, total = self.model.rowCount(), self.model.total
        self._stack.setCurrentIndex(1 if shown else 0)
        self.empty.setVisible(not shown)
        self.table.header().setVisible(bool(shown))
        policy = Qt.ScrollBarPolicy
        self.table.setHorizontalScrollBarPolicy(policy.ScrollBarAsNeeded if shown else policy.ScrollBarAlwaysOff)
        if not shown:
            found = _NOT_FOUND if self.line.text().strip() else _ALL_HIDDEN
            self.empty.setText(found if total else NO_RUNS if self._known or not self._seen else _READING)
        visible = total - (0 if self.model.shows_hidden else self.model.hidden)
        all_of_them = f"{visible:,} {noun(visible, 'run')}"
        self.said.setText(all_of_them if shown == visible else f"{shown:,} of {all_of_them}")
        self.said.setVisible(bool(total))

    def _show_progress(self, done: int, of: int) -> None:
        if not self._known:
            self.empty.setText(f"Reading the runs: {done:,} of {of:,}…")

    def tell_problems(self, problems: Sequence[str]) -> None:
        """Says what could not be done; nothing, where all could."""
        if problems:
            self.notices.tell(_PROBLEM, "\n".join(problems[:3]), [], lambda: None)
        else:
            self.notices.drop(_PROBLEM)

    def _tell_left_out(self, count: int) -> None:
        others = "One more is" if count == 1 else f"{count:,} more are"
        self.tell_problems([f"At most {plural(MOST_TICKED, 'run')} are drawn over each other. {others} not ticked."])

    def tell_done(self, subject: str, words: str, choice: Choice) -> None:
        """Says what was done, with a button that takes it back."""
        self.notices.tell(subject, words, [choice], lambda: None)
