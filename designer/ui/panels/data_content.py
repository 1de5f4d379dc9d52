"""What is in the Data panel, from top to bottom: the choice, what came of it, the network, samples, findings, forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.core.schema.units import noun
from designer.data import opening
from designer.data.formats.base import Finding
from designer.data.sources import sources
from designer.data.validation_part import validation_findings
from designer.ui.editing.editor import Editor
from designer.ui.panels.data_choice import DataChoice, nearest_folder
from designer.ui.panels.data_findings import DataFindings
from designer.ui.panels.data_fit import Begin, DataFit
from designer.ui.panels.data_form import DataForm
from designer.ui.panels.data_preview import DataPreview
from designer.ui.panels.transform_chain import TransformChain
from designer.ui.run.data_at_hand import DataAtHand
from designer.ui.style.theme import Theme
from designer.ui.widgets.layouts import let_go_of_keyboard
from designer.ui.widgets.progress import show_progress
from designer.ui.widgets.steady_place import SteadyPlace
from designer.ui.widgets.timers import TurnByTurn, once_after
from designer.ui.widgets.wrapped import WrappedLabel

_NONE = "No data. The network is checked by itself; choose some above to train it."
_TOLD_MS = 300
"""Milliseconds after which reading is told: what is there sooner needs no words that come and go."""
_CHANGED = "The files are no longer those that the design was made with."


class DataContent(QWidget):
    """Shows the data at hand, and asks for others. Its largest parts have been made before, each in its turn."""

    def __init__(
        self, editor: Editor, at_hand: DataAtHand, theme: Theme, begin: Begin, choice: DataChoice, form: DataForm
    ) -> None:
        super().__init__()
        self._editor, self._at_hand = editor, at_hand
        self._place: SteadyPlace | None = None
        self.choice = choice
        self.progress = _ReadingProgress(at_hand)
        self.problem = WrappedLabel(self, role="error")
        self.problem.setObjectName("dataProblem")
        self.told = WrappedLabel(self, role="good")
        self.told.setObjectName("dataTold")
        self.title = WrappedLabel(self, role="heading")
        self.title.setObjectName("dataTitle")
        self.summary = WrappedLabel(self)
        self.summary.setObjectName("dataSummary")
        self.counts = WrappedLabel(self, role="muted")
        self.counts.setObjectName("dataCounts")
        self.moved = _Offer("dataMoved", "Find it…", self._find)
        self.changed_files = _Offer("dataChanged", "Read them anew", at_hand.take_anew)
        self.fit = DataFit(editor, at_hand, begin)
        self.preview = DataPreview(theme)
        self.transforms = TransformChain(editor, at_hand, theme)
        self.first_findings = DataFindings(theme)
        self.findings = DataFindings(theme, "Before training")
        for findings in (self.first_findings, self.findings):
            findings.answered.connect(partial(self._answer, findings))
            findings.training_chosen.connect(self._set_training)
            findings.source_chosen.connect(self._read_as)
        self.form = form
        self.form.source_chosen.connect(self._read_as)
        self.form.options_changed.connect(self._set_options)
        self.form.setting_changed.connect(at_hand.set_setting)
        self._seen = False
        self._lay_out()
        self._then = TurnByTurn(self)
        at_hand.changed.connect(self._refresh)
        editor.listen(Parts.JUDGED, lambda change: self._follow_network())
        editor.listen(Parts.TRAINING, lambda change: self._show_training())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        found = QVBoxLayout()
        found.setSpacing(2)
        for label in (self.title, self.summary, self.counts):
            found.addWidget(label)
        column.addWidget(self.choice)
        column.addWidget(self.progress)
        column.addWidget(self.problem)
        column.addWidget(self.told)
        column.addLayout(found)
        for widget in (
            self.moved,
            self.changed_files,
            self.first_findings,
            self.fit,
            self.findings,
            self.preview,
            self.transforms,
            self.form,
        ):
            column.addWidget(widget)
        column.addStretch(1)

    def set_seen(self, seen: bool) -> None:
        """Whether somebody looks: nothing is read, nor shown anew, for nobody."""
        self._seen = seen
        self._at_hand.set_seen(seen)
        self.transforms.set_seen(seen)
        if seen:
            self._refresh()

    def keep_places(self, place: SteadyPlace) -> None:
        """What is used here stays where it is in the panel that scrolls this, whatever is laid out anew above it."""
        self._place = place

    def event(self, event: QEvent) -> bool:
        """After it has been laid out anew."""
        known = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._order_tabs()
            if self._place:
                self._place.settle()
        return known

    def _order_tabs(self) -> None:
        """Buttons that have come later are where they stand for the tab key, too: Qt has them behind the form."""
        before: QWidget = self.changed_files.button
        for button in (*self.first_findings.buttons(), *self.fit.buttons(), *self.findings.buttons()):
            QWidget.setTabOrder(before, button)
            before = button

    def _answer(self, findings: DataFindings, changes: dict[str, Any]) -> None:
        if self._place:
            findings.keep(self._place)
        self._at_hand.set_options(changes)

    def _read_as(self, source: str) -> None:
        self._at_hand.open(Path(self._at_hand.data.path), source)

    def _set_training(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            self._editor.set_training(name, value)

    def _show_training(self) -> None:
        """What is doubtful, and which answers the training settings give already."""
        if not self._seen:
            return
        training, look = self._editor.design.training, self._at_hand.look
        found: tuple[Finding, ...] = ()
        if look:
            few = validation_findings(look.found, look.settings, training.validation_share)
            found = (*look.found.findings, *few)
        for findings, first in ((self.first_findings, True), (self.findings, False)):
            findings.show_training(training.model_dump())
            findings.show_findings([finding for finding in found if finding.first == first])

    def _set_options(self, changes: dict[str, Any]) -> None:
        field = QApplication.focusWidget()
        if self._place and field is not None and self.isAncestorOf(field):
            self._place.hold(field)
        self._at_hand.set_options(changes)

    def _follow_network(self) -> None:
        if self._seen:
            self.fit.refresh()

    def _refresh(self) -> None:
        """What the data are; all else in the next turns, once, however often this is called."""
        if not self._seen:
            return
        at_hand, data = self._at_hand, self._at_hand.data
        self.choice.show_data(data)
        self.progress.show_reading()
        self.problem.tell(at_hand.problem)
        self.told.tell(at_hand.told)
        self._show_found(data)
        self.moved.tell(f"There is nothing at {data.path} any longer." if at_hand.gone else "")
        self.changed_files.tell(_CHANGED if at_hand.differs else "")
        self.fit.refresh()
        if at_hand.look is None:
            self.form.hide()
            self._show_training()  # what was doubtful of other data
        if at_hand.preview is None:  # samples of other data go at once
            self.preview.show_preview(None, at_hand.preview_problem, at_hand.preview_is_old)
        self._then.begin(self._show_rest())

    def _show_rest(self) -> Iterator[None]:
        """What is doubtful, how the data are read, and samples."""
        at_hand, look = self._at_hand, self._at_hand.look
        self._show_training()
        yield
        if look and at_hand.wanted is None:  # what the person has just chosen stays while it is looked at
            yield from self.form.made_for(look)
            self.form.show_look(look)
            yield
        self.form.setVisible(look is not None)
        yield
        self.preview.show_preview(at_hand.preview, at_hand.preview_problem, at_hand.preview_is_old)
        if self._place and at_hand.idle:
            self._place.end_soon()

    def _show_found(self, data: DataSettings) -> None:
        """What the data are, and how many samples they have."""
        source = sources().get(data.source)
        title = data.known.title if data.known else ""
        self.title.tell(title)
        if title == self.choice.box.currentText():  # once is enough: the first network is to be in sight
            self.title.hide()
        if data.is_own:
            self.summary.tell(data.known.summary if data.known else "")
        elif source:
            end = "" if source.description.endswith("?") else "."
            self.summary.tell(source.description + end)
        else:
            self.summary.tell(_NONE if data.source == NO_DATA else "")
        learned, tested = opening.counts(data)
        amounts = f"{learned:,} {noun(learned, 'sample')} to learn from, {tested:,} for the test."
        licence = f" {source.licence}." if source and not data.is_own else ""
        self.counts.tell(amounts + licence if learned or tested else "")

    def point_at_gone(self) -> None:
        """The keyboard on what finds data again that are gone."""
        if self.moved.isVisible():
            self.moved.button.setFocus()

    def _find(self) -> None:
        """Where the data are now: a folder, or a file of the same name; from where they were, as far as that is."""
        path = Path(self._at_hand.data.path)
        title, near = f"Find {path.name}", nearest_folder(path)
        if path.suffix:
            name, _ = QFileDialog.getOpenFileName(self.window(), title, near)
        else:
            name = QFileDialog.getExistingDirectory(self.window(), title, near)
        if name:
            self._at_hand.find(Path(name))


class _ReadingProgress(QWidget):
    """How far it is, and a button that ends it."""

    def __init__(self, at_hand: DataAtHand) -> None:
        super().__init__()
        self._at_hand = at_hand
        self.bar = QProgressBar(textVisible=False, maximum=0)
        self.bar.setObjectName("dataProgress")
        self.bar.setAccessibleName("How far the data are read")
        self.bar.setFixedHeight(8)
        self.words = WrappedLabel(self, role="muted")
        self.cancel = QPushButton("Cancel")
        self.cancel.setObjectName("dataCancel")
        self.cancel.clicked.connect(at_hand.cancel)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addLayout(row)
        at_hand.progressed.connect(self._count)
        self._late = once_after(self, _TOLD_MS, self._come)
        self.hide()

    def show_reading(self) -> None:
        """Comes with something that takes long to read, and goes with it."""
        self.cancel.setVisible(self._at_hand.wanted is not None)
        if not self._at_hand.reading:
            self._late.stop()
            let_go_of_keyboard(self)
            self.hide()
        elif self.isHidden() and not self._late.isActive():
            self.bar.setRange(0, 0)
            self.words.tell(f"Looking at {self._name()}…")
            self._late.start()

    def _come(self) -> None:
        self.setVisible(self._at_hand.reading)

    def _name(self) -> str:
        return (self._at_hand.wanted or Path(self._at_hand.data.path)).name

    def _count(self, done: int, of: int) -> None:
        so_far = show_progress(self.bar, done, of)
        self.words.tell(f"Looking at {self._name()}{f': {so_far}' if so_far else '…'}")


class _Offer(QWidget):
    """A sentence and a button, as long as there is something to say."""

    def __init__(self, name: str, button: str, slot: Callable[[], object]) -> None:
        super().__init__()
        self.words = WrappedLabel(self, role="error")
        self.button = QPushButton(button)
        self.button.setObjectName(name)
        self.button.clicked.connect(lambda: slot())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.hide()

    def tell(self, text: str) -> None:
        """Shows it with a text, and nothing without."""
        if not text:
            let_go_of_keyboard(self)
        self.words.tell(text)
        self.setVisible(bool(text))
