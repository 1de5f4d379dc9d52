"""The sample: which one is looked at, what it is made of, its label and what the network makes of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.core.graph.binding import DataInfo
from designer.data.sample_facts import SampleFacts
from designer.engine.protocol.events import ActivationsCaptured
from designer.engine.protocol.seen import OutputResult, SampleShown
from designer.ui.panels.empty_sample import EmptySample
from designer.ui.panels.film_clock import FilmClock
from designer.ui.panels.film_view import FilmView
from designer.ui.panels.inspection_panel import state_of
from designer.ui.panels.own_row import OwnRow
from designer.ui.panels.row_view import RowView
from designer.ui.panels.sample_parts import Part, boxes_of, parts_of, rows_of
from designer.ui.panels.sample_views import ImageView, PointsView, Scores, TextView, captioned
from designer.ui.panels.sample_words import in_own_units, said_of
from designer.ui.panels.spectrogram_view import SpectrogramView
from designer.ui.run.own_sample import OwnSample
from designer.ui.style.theme import Theme
from designer.ui.widgets.drop_overlay import DropOverlay
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.number_boxes import WholeBox, message_below
from designer.ui.widgets.steady import Steady

_BARS = 10
_LEAST_HEIGHT = 96
"""Pixels; what is higher is scrolled, so that many Outputs do not push the canvas away."""


if TYPE_CHECKING:
    from designer.ui.panels.sample_parts import View


def _body(name: str, words: str) -> QScrollArea:
    """Where the sample is shown, or what stands in its place."""
    body = QScrollArea(widgetResizable=True)
    body.setObjectName(name)
    body.setAccessibleName(words)
    body.setFrameShape(QScrollArea.Shape.NoFrame)
    body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    body.setMinimumHeight(_LEAST_HEIGHT)
    return body


class SamplePanel(QWidget):
    """Chooses a sample of the test split, `chosen(index)`, or one of the person's own.

    `dropped(path)` for a file that was dropped here, `several_dropped(count)` where it is not clear which is meant.
    """

    chosen = Signal(int)
    dropped = Signal(Path)
    several_dropped = Signal(int)

    def __init__(self, theme: Theme, own: OwnSample, clock: FilmClock) -> None:
        super().__init__()
        self._clock = clock
        self.number = WholeBox(0, 999_999)
        self.number.setPrefix("no. ")
        self.number.setWrapping(True)
        self.number.setObjectName("sampleNumber")
        self.number.setAccessibleName("Sample of the test split")
        self.number.setToolTip("Which sample of the test split to look at")
        self.number.valueChanged.connect(self.chosen)
        self._random = QPushButton("Another")
        self._random.setObjectName("sampleRandom")
        self._random.setToolTip("A sample by chance")
        self._random.clicked.connect(lambda: self.number.setValue(random.randint(0, self.number.maximum())))  # noqa: S311
        self._own_ways = QPushButton("Own")
        self._own_ways.setObjectName("sampleOwn")
        self._own_ways.setAccessibleName("A sample of your own")
        self._own_ways.setToolTip("A sample of your own: draw it, type it, open it, or drop a file here")
        self.own, self.own_row = own, OwnRow()
        self.own_row.back.connect(own.forget)
        self.own_row.typed.connect(own.type)
        self.own_row.feature_chosen.connect(own.choose)
        own.changed.connect(lambda: self.own_row.show_state(own.features(), own.told, own.problem))
        self.number.lineEdit().setAcceptDrops(False)  # files belong to the panel
        self.setAcceptDrops(True)
        self.verdict = QLabel(wordWrap=True)
        self.verdict.setObjectName("sampleVerdict")
        self.whose = ElidedLabel()
        self.whose.setObjectName("sampleWhose")
        self.whose.setProperty("role", "muted")
        self.views: list[View] = []
        self.scores: list[Scores] = []
        self._made: tuple[object, ...] = ()
        self._theme = theme
        self._data: DataInfo | None = None
        self._source = ""
        self._facts = SampleFacts()
        self._shown: SampleShown | None = None
        self._body = _body("sampleBody", "The sample and what the network makes of it")
        self._row = row = QHBoxLayout()
        row.addWidget(self.number, 1)
        row.addWidget(self._random)
        row.addWidget(self._own_ways)
        self._of_sample = QWidget()
        below = QVBoxLayout(self._of_sample)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.own_row)
        below.addWidget(Steady(self.whose))
        below.addWidget(self._body, 1)
        self._beside = _body("sampleBeside", "What the network writes")
        self._beside.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(2)  # the picture has the room
        column.addLayout(row)
        column.addWidget(message_below(self.number))
        column.addWidget(self._of_sample, 1)
        column.addWidget(self._beside, 1)
        self._overlay = DropOverlay(self, theme)
        theme.changed.connect(self._colour)

    def offer(self, actions: Sequence[QAction]) -> None:
        """Ways to give a sample of one's own."""
        menu = QMenu(self._own_ways)
        menu.setObjectName("menuSampleOwn")
        menu.addActions(actions)
        self._own_ways.setMenu(menu)

    def add_beside(self, widget: QWidget, button: QPushButton) -> None:
        """What can stand in place of the sample, and the button that brings it."""
        self._row.addWidget(button)
        self._beside.setWidget(widget)

    def show_beside(self, shown: bool) -> None:
        """Shows it in place of the sample, or the sample again."""
        self._of_sample.setVisible(not shown)
        self._beside.setVisible(shown)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are samples here."""
        if paths := _files(event):
            event.acceptProposedAction()
            self._overlay.show_words(
                "Drop one sample at a time" if len(paths) > 1 else f"Drop to look at “{paths[0].name}” as a sample"
            )

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They are elsewhere now."""
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._overlay.hide()
        if paths := _files(event):
            event.acceptProposedAction()
            told, what = (self.dropped, paths[0]) if len(paths) == 1 else (self.several_dropped, len(paths))
            # Once the drag is over: the program that it came from waits for its end.
            QTimer.singleShot(0, self, lambda: told.emit(what))

    def show_data(self, data: DataInfo | None, facts: SampleFacts, source: str, samples: int, reason: str = "") -> None:
        """Other data, with their identity: their samples are numbered from 0. `reason` says why there are none yet."""
        self._facts = facts
        if self._data is not None and (data, source) != (self._data, self._source):
            self.clear(reason)
        self._data, self._source = data, source
        self.number.setMaximum(max(samples - 1, 0))

    def clear(self, reason: str = "") -> None:
        """Nothing is known of a sample: another design is open, and has given nothing for it yet, or cannot."""
        self.verdict.setParent(None)
        self.whose.clear()
        self.views, self.scores, self._made, self._shown = [], [], (), None
        empty = EmptySample(reason, offers=self._data is not None and not reason)
        empty.show_one.clicked.connect(lambda: self.chosen.emit(self.number.value()))
        self._body.setWidget(empty)

    def row(self) -> dict[str, str]:
        """What is shown of a row of a table, by the names of its columns; nothing of all else."""
        return dict(pair for view in self.views if isinstance(view, RowView) for pair in view.cells)

    def show_capture(self, event: ActivationsCaptured, apart: str = "") -> None:
        """Shows the sample of a capture, and whose weights judged it, unless it is still one of other data."""
        if self._data is None or event.sample.source != self._source:
            return
        verdicts = tuple(in_own_units(item, self._facts.units) for item in event.sample.verdicts)
        self._shown = sample = replace(event.sample, verdicts=verdicts)
        self.tell_whose(event, apart)
        parts = parts_of(sample, self._data, self._facts)
        named = [verdict for verdict in verdicts if verdict.classes and verdict.scores.ndim == 1]
        needed = (tuple((part.caption, part.kind, part.wide) for part in parts), tuple(item.output for item in named))
        if needed != self._made:
            self._made = needed
            self._make(parts, named)
        for part, view in zip(parts, self.views, strict=True):
            part.show(view)
        for verdict, scores in zip(named, self.scores, strict=True):
            scores.show_scores(rows_of(verdict, _BARS))
        self._draw_boxes()
        self._show_verdicts(verdicts)

    def tell_whose(self, event: ActivationsCaptured, apart: str = "") -> None:
        """Says whose weights have judged the sample."""
        self.whose.setText(state_of(event, apart))

    def _draw_boxes(self) -> None:
        """The boxes that are wanted and, over them, those that the network finds."""
        if self._shown and self._data:
            boxes = boxes_of(self._shown.verdicts, self._data, self._theme.colours)
            for view in self.views:
                if isinstance(view, ImageView):
                    view.show_boxes(boxes)

    def _make(self, parts: list[Part], named: list[OutputResult]) -> None:
        """New views: pictures side by side, everything else in rows; then the verdicts and the bars."""
        self.verdict.setParent(None)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        self.views = [self._new_view(part.kind) for part in parts]
        narrow = [place for place, part in enumerate(parts) if not part.wide]
        for place, (part, view) in enumerate(zip(parts, self.views, strict=True)):
            shown = captioned(part.caption if len(parts) > 1 else "", view)
            if part.wide:
                grid.addLayout(shown, 1 + place, 0, 1, max(len(narrow), 1))
            else:
                grid.addLayout(shown, 0, narrow.index(place))
                grid.setColumnStretch(narrow.index(place), 1)
        column.addLayout(grid, 2 + len(parts))
        column.addWidget(self.verdict)
        self.scores = [Scores(self._theme) for _ in named]
        for verdict, scores in zip(named, self.scores, strict=True):
            column.addLayout(captioned(verdict.output if len(named) > 1 else "", scores), 3)
        column.addStretch(0)  # takes what no view has a use for
        self._body.setWidget(content)
        self.verdict.show()

    def _new_view(self, kind: type[View]) -> View:
        if kind is FilmView:
            return FilmView(self._theme, self._clock)
        if kind is TextView:
            return TextView()
        if kind is ImageView:
            return ImageView()
        if kind is RowView:
            return RowView()
        if kind is PointsView:
            return PointsView(self._theme)
        self._theme.prepare_plots()
        if kind is SpectrogramView:
            return SpectrogramView(self._theme)
        from designer.ui.panels.line_view import LineView

        return LineView(self._theme)

    def _show_verdicts(self, verdicts: tuple[OutputResult, ...]) -> None:
        assert self._data is not None
        self.verdict.setText(said_of(verdicts, self._data, self._theme.colours))
        known = [verdict.right for verdict in verdicts if verdict.right is not None]
        role = "" if not known else "good" if all(known) else "error"
        if len(verdicts) > 1 or any(verdict.scores.ndim > 1 for verdict in verdicts):
            role = ""  # wrong words are marked one by one
        if self.verdict.property("role") != role:
            self.verdict.setProperty("role", role)
            self.verdict.style().polish(self.verdict)

    def _colour(self) -> None:
        if self._shown:
            self._draw_boxes()
            self._show_verdicts(self._shown.verdicts)


def _files(event: QDropEvent) -> list[Path]:
    """The files of this machine that are dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
