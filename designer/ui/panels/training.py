"""The training panel: data, settings, Train and Stop, and how far the run is."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from designer.core.diff.change import Parts
from designer.core.graph.binding import bind
from designer.core.graph.data_settings import NO_DATA
from designer.core.graph.roles import OutputBlock
from designer.data import opening
from designer.engine.protocol.events import BatchesEnded, DataRead, EpochEnded, Failed, Finished, Paused, Started
from designer.ui.editing.editor import Editor
from designer.ui.panels.few_steps_note import EPOCHS, FewStepsNote, few_steps_told
from designer.ui.panels.inspector import ProblemList
from designer.ui.panels.run_figures import RunFigures, expected_figures
from designer.ui.panels.run_words import RunWords, kept_words, tested_words
from designer.ui.panels.training_form import TrainingForm
from designer.ui.panels.training_source import TrainingSource
from designer.ui.prefs.settings import Settings
from designer.ui.run.bridge import Bridge
from designer.ui.run.run_design import RunDesign
from designer.ui.style.labels import duration, noun, plural
from designer.ui.widgets.pinned_area import PinnedArea
from designer.ui.widgets.progress import show_progress

if TYPE_CHECKING:
    from designer.engine.evaluation.baselines import Baseline
    from designer.engine.runs.run_summary import RunSummary

_GAP = 4
_READY = "Ready to train."
_BUT = "Ready to train, but"
_NO_DATA = '<a href="data">Choose data</a> to train it.'
_GONE = 'The data “{}” are no longer where they were: <a href="data">find them</a> to train.'
_LONGEST_TITLE = 30
_NOT_READY = 'Before it can be trained, mend <a href="problems">{}</a>.'


class TrainingPanel(PinnedArea):
    """Settings are edits of the document; progress comes from the bridge. `data_wanted()` leads to the Data panel."""

    data_wanted = Signal()

    def __init__(
        self, editor: Editor, bridge: Bridge, run_design: RunDesign, settings: Settings, actions: Sequence[QAction]
    ) -> None:
        super().__init__()
        self._editor, self._bridge, self._run_design = editor, bridge, run_design
        self._run = self._whose = ""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._problems = ProblemList()
        self._problems.chosen.connect(editor.mend)
        self.progress = QProgressBar(textVisible=False, maximum=1, value=0)
        self.progress.setObjectName("trainingProgress")
        self.progress.setAccessibleName("Training progress")
        self.progress.setFixedHeight(8)
        self.state = RunWords(_READY)
        self.state.linkActivated.connect(self._lead)
        self.state.wanted.connect(self._show_whole)
        self._waits = True
        self._gone = self._shows_kept = False
        self._ended = ""
        """How the last run ended; empty where it failed, is under way, or was of another file."""
        self._figures = RunFigures()
        self.apart = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.apart.setObjectName("trainingApart")
        self.apart.setProperty("role", "muted")
        self.apart.hide()
        self.apply = QPushButton("Apply to This Run")
        self.apply.setObjectName("applySettings")
        self.apply.setToolTip("The run that is under way goes on with these settings from the next batch on")
        self.apply.clicked.connect(lambda: bridge.change_settings(editor.design))
        self.apply.hide()
        self.few = FewStepsNote(editor, bridge)
        self.source = TrainingSource()
        self.source.chosen.connect(editor.set_data)
        self.source.more_wanted.connect(self.data_wanted)
        self.form = TrainingForm(self.source, settings)
        self.form.edited.connect(self._edit)
        self._lay_out(_buttons(actions))
        self._listen()
        self._refresh()

    def _lay_out(self, buttons: QHBoxLayout) -> None:
        """All of it from top to bottom."""
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(12, 9, 12, 8)
        self._column.setSpacing(7)
        self._column.addLayout(buttons)
        above = (self.progress, self.state, self._figures, self.form)
        for widget in (*above, self.state.whole, self.few, self.apart, self._problems):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.setWidget(content)
        self.verticalScrollBar().rangeChanged.connect(lambda low, high: self._keep_place_for_the_bar(high > low))
        self._keep_place_for_the_bar(False)
        self.pin_below(self.apply)  # who changes the rate while it learns sees it wherever the form is

    def put_notes(self, notes: QWidget) -> None:
        """What is to be said of a run has its place below the form, which stays where the mouse is."""
        self._column.insertWidget(self._column.indexOf(self.form) + 1, notes)

    def _lead(self, where: str) -> None:
        """A link in what is said: to the Data panel, or to what is wrong."""
        if where == "data":
            self.data_wanted.emit()
        elif where == EPOCHS:
            self.few.take_enough()
        else:
            self.ensureWidgetVisible(self._problems)

    def _listen(self) -> None:
        bridge = self._bridge
        self._editor.listen(Parts.TRAINING | Parts.DATA, lambda change: self._show_settings())
        self._editor.listen(Parts.BLOCKS, lambda change: self._show_effects())
        self._editor.listen(Parts.JUDGED, lambda change: self._show_problems())
        self._run_design.changed.connect(self._show_apart)
        self._run_design.changed.connect(self._tell_ended)
        bridge.training_changed.connect(lambda training: self._show_apart())
        bridge.training_changed.connect(lambda training: self._show_few())
        bridge.started.connect(self._started)
        bridge.data_read.connect(self._data_read)
        bridge.batches_ended.connect(self._batches_ended)
        bridge.epoch_ended.connect(self._epoch_ended)
        bridge.paused.connect(self._paused)
        bridge.continued.connect(lambda event: self._tell("Going on…"))
        bridge.failed.connect(self._failed)
        bridge.finished.connect(self._finished)

    def _keep_place_for_the_bar(self, shown: bool) -> None:
        """The bar comes where a run ends with many words: nothing may move under the mouse then."""
        bar = 0 if shown else self.verticalScrollBar().sizeHint().width()
        self._column.setContentsMargins(12, 9, _GAP + bar, 8)

    def _show_whole(self) -> None:
        """Scrolls to the beginning of all that is said; it may be higher than the panel."""
        self._column.activate()
        self.verticalScrollBar().setValue(self.state.whole.y() - _GAP)

    def room_for_the_bar(self) -> int:
        """None where its place is kept within, as long as it is not there."""
        return super().room_for_the_bar() if self.verticalScrollBar().maximum() > 0 else 0

    def preparing(self, name: str) -> None:
        """A run of the design of that name has been asked for."""
        self._run, self._whose, self._ended = name, "", ""
        self._shows_kept = False
        self._tell("Preparing…")
        self.progress.setRange(0, 0)
        self._clear_figures()

    def show_another(self) -> None:
        """Another design is open: what was trained before is not its own; a run under way goes on under its name."""
        self.form.take_back()
        if self._bridge.training:
            self._whose = f"{self._run}: "
            return
        self._whose = self._ended = ""
        self._shows_kept = False
        self.progress.setRange(0, 1)
        self.progress.setValue(0)
        self._clear_figures()
        self._waits = True
        self._refresh()

    def _outputs(self) -> tuple[str, ...]:
        """Of several Outputs, those whose figures an epoch will bring: there is room for them from the beginning."""
        names = tuple(node.id for node, _ in self._editor.design.network.of_type(OutputBlock))
        return names if len(names) > 1 else ()

    def _clear_figures(self) -> None:
        design = self._editor.design
        self._figures.clear(self._outputs(), expected_figures(design.network, design.training))

    def _show_apart(self) -> None:
        """Whose the figures are, where the design has changed since the run began."""
        difference, tells = self._run_design.difference, self._bridge.training or not self._figures.empty
        under_way = "This run trains the network as it was. Since it began"
        ended = "This was trained before the last edits. Since then"
        before = f" Before that: {self._ended}" if self._ended else ""
        is_other = bool(difference) and tells and not self._whose
        told = f"{under_way if self._bridge.training else ended}: {difference}.{before}"
        self.apart.setText(told if is_other else "")
        self.apart.setVisible(is_other)  # below the form, which stays where the mouse is
        self.apply.setVisible(is_other and self._bridge.has_run and self._run_design.may_be_applied)
        self._figures.setEnabled(not is_other)  # grey: they are of another network

    def _tell_ended(self) -> None:
        """How the last run ended, as long as nothing has changed since; then whether another could begin."""
        if self._bridge.training or not self._ended:
            return
        if self._whose or not self._run_design.difference:
            self.progress.setValue(self._reached)
            self._tell(self._ended, self._role)
        else:
            self.progress.setValue(0)
            self._tell_standing(len(self._editor.problems()))

    def _edit(self, name: str, value: object) -> None:
        if not self._editor.set_training(name, value):
            self._show_settings()

    def _refresh(self) -> None:
        self._show_settings()
        self._show_problems()

    def _show_settings(self) -> None:
        design = self._editor.design
        self.form.show_settings(design.training, design.network, opening.counts(design.data)[0])
        self._offer_classes()
        self.source.show_data(design.data)
        if self._waits:
            self._clear_figures()
            self._tell_ready(len(self._editor.problems()))
        self._show_few()

    def _show_effects(self) -> None:
        self.form.show_effects(self._editor.design.network)
        self._offer_classes()

    def _offer_classes(self) -> None:
        data = self._editor.data
        targets = bind(self._editor.design.network, data).targets.values() if data else ()
        self.form.offer_classes(list(dict.fromkeys(name for target in targets for name in target.classes or ())))

    def _show_problems(self) -> None:
        problems = self._editor.problems()
        self._problems.show_problems(problems[:1])
        if self._waits:
            self._clear_figures()
            self._tell_ready(len(problems))
        self._tell_ended()
        self._show_few()

    def _tell_ready(self, problems: int) -> None:
        """Nothing has run yet: whether it could, and whether it would be for long enough."""
        few = few_steps_told(_BUT, self._editor.design)
        if few and not (problems or self._gone or self._editor.design.data.source == NO_DATA):
            self.state.tell_with_link(few)
        else:
            self._tell_standing(problems)
        self._waits = True

    def _tell_standing(self, problems: int) -> None:
        """Whether it could be trained, and where what keeps it from that is told, below the form."""
        if self._gone:
            title = Path(self._editor.design.data.path).name
            short = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
            self.state.tell_with_link(_GONE.format(html.escape(short)))
        elif problems:
            self.state.tell_with_link(_NOT_READY.format(plural(problems, "problem")))
        elif self._editor.design.data.source == NO_DATA:
            self.state.tell_with_link(_NO_DATA)
        else:
            self._tell(_READY)

    def _show_few(self) -> None:
        """Before anything has run the state says it, which is in sight."""
        is_told = self._waits or self._bridge.training or self._editor.problems()
        self.few.show_for(None if is_told else self._editor.design)

    def show_gone(self, gone: bool) -> bool:
        """Whether there is nothing where the data were. Gives whether that is told here, and was not before.

        It is told instead of how a run failed for it; what a run has reached stays.
        """
        if gone == self._gone:
            return False
        self._gone = gone
        if self._bridge.training or not self._figures.empty:
            return False
        self._waits = True
        self._show_problems()
        return gone

    def _tell(self, text: str, role: str = "", details: str = "") -> None:
        self._waits = False
        self.state.tell(self._whose + text, role, details)

    def tell_silence(self, words: str) -> None:
        """Nothing was heard of the run for long."""
        self._tell(words)

    def _data_read(self, event: DataRead) -> None:
        """Before the first step; what is read to look inside is told by nobody."""
        if self._bridge.training:
            so_far = show_progress(self.progress, event.done, event.of)
            self._tell(f"Reading the data{f': {so_far}' if so_far else '…'}")

    def _started(self, event: Started) -> None:
        self._epochs, self._steps = event.epochs, event.steps
        self.progress.setRange(0, event.steps)
        samples = f"{event.training_samples:,} {noun(event.training_samples, 'sample')}"
        self._tell(f"Training on {samples}, on {event.device.upper()}…")

    def _batches_ended(self, event: BatchesEnded) -> None:
        self.progress.setValue(event.step)
        self._tell(
            f"Epoch {event.epoch} of {self._epochs} · step {event.step:,} of {self._steps:,} · "
            f"{duration(event.seconds_left)} left"
        )

    def _epoch_ended(self, event: EpochEnded) -> None:
        self._figures.show_epoch(event)
        self._show_apart()

    def _paused(self, event: Paused) -> None:
        where = f"Paused in epoch {event.epoch}, at step {event.step:,}."
        self._tell(f"{where} All of it is kept. F6 goes on, with the settings as they are by then.")

    def show_kept(self, summary: RunSummary) -> None:
        """A file was opened whose network was trained before: how that ended, and what it reached."""
        if self._bridge.training or not (self._figures.empty or self._shows_kept):
            return
        self._shows_kept = True
        figures = {name: value for name, value in summary.last.items() if not name.startswith("test_")}
        self._figures.show_epoch(EpochEnded(summary.epoch, summary.step, figures, 0.0))
        self._figures.show_test(summary.last)
        self.progress.setRange(0, max(summary.epochs, 1))
        self.progress.setValue(summary.epoch)
        self._end(kept_words(summary), "")

    def _failed(self, event: Failed) -> None:
        self.progress.setRange(0, 1)
        self.progress.setValue(0)
        self._tell(f"Training ended: {event.message}. {event.hint}", "error", event.details)

    def _finished(self, event: Finished) -> None:
        if event.reason == "stopped" and not event.epoch:
            self.progress.setRange(0, 1)
            self.progress.setValue(0)
            self._tell("Stopped before the first step.")
            return
        if event.reason == "stopped":
            if self._figures.empty and "train_loss" in event.metrics:
                self._figures.show_beginning(event)
                self._show_apart()
            told = f"Stopped in epoch {event.epoch}, at step {event.step:,}, after {duration(event.seconds)}."
            self._end(told, "")
        else:
            self._figures.show_test(event.metrics)
            took = f"{plural(event.epoch, 'epoch')} in {duration(event.seconds)}."
            self._end(took + tested_words(event.metrics), "good")

    def show_baselines(self, found: Sequence[Baseline]) -> None:
        """Beside the figures of a run that has ended, what plain methods reach on the same samples."""
        if self._ended and not self._bridge.training:
            self._figures.show_baselines(found)

    def _end(self, told: str, role: str) -> None:
        self._tell(told, role)
        self._ended, self._role, self._reached = told, role, self.progress.value()


def _buttons(actions: Sequence[QAction]) -> QHBoxLayout:
    """Buttons that do what the actions do, and are named and enabled as they are. The first is the one to press."""
    row = QHBoxLayout()
    for action in actions:
        button = QPushButton(action.iconText())
        button.setObjectName(f"{action.objectName().removeprefix('action').lower()}Button")
        button.setProperty("role", "primary" if action is actions[0] else "")
        button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)  # all as high as the row
        button.clicked.connect(action.trigger)
        action.changed.connect(lambda button=button, action=action: _follow(button, action))
        _follow(button, action)
        row.addWidget(button, 1)
    return row


def _follow(button: QPushButton, action: QAction) -> None:
    if button.text() != action.iconText():
        button.setText(action.iconText())
    button.setEnabled(action.isEnabled())
    button.setToolTip(action.toolTip())
