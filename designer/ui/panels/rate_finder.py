"""The window that finds a learning rate: the loss over the rates that are tried, and the one to take."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.engine.protocol.events import RateFound
from designer.engine.protocol.requests import HIGHEST_RATE, LOWEST_RATE
from designer.ui.curves.rate_plot import RateMark, RatePlot
from designer.ui.editing.editor import Editor
from designer.ui.run.bridge import Bridge
from designer.ui.run.rate_finding import RateFinding
from designer.ui.style.labels import plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.screen_reader import announce

_ABOUT = (
    "The network takes one step at each rate, from low to high. It is a copy, with {weights}: nothing of it is kept. "
    "Click the curve to take a rate."
)
_STALE = "The network or its settings have changed since then."
_LINES = 3
"""Of what is said below the plot."""


class RateFinder(QDialog):
    """Stays open beside the window. `taken()` when a person has taken the rate that is suggested."""

    taken = Signal()

    def __init__(self, editor: Editor, bridge: Bridge, finding: RateFinding, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("rateFinder")
        self.setWindowTitle("Find a Learning Rate")
        self._editor, self._bridge, self._finding = editor, bridge, finding
        self.plot = RatePlot(theme)
        self.plot.setMinimumSize(360, 200)
        self.plot.set_range(LOWEST_RATE, HIGHEST_RATE)
        self._about = QLabel(wordWrap=True)
        self.state = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.state.setObjectName("rateFinderState")
        self.state.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.again, self.use, self.shut = QPushButton(), QPushButton(), QPushButton("Close")
        for button, name in (
            (self.again, "rateFinderAgain"),
            (self.use, "rateFinderUse"),
            (self.shut, "rateFinderClose"),
        ):
            button.setObjectName(name)
            button.setAutoDefault(button is self.use)
        self.use.setProperty("role", "primary")
        self.use.setDefault(True)
        self._lay_out()
        self.again.clicked.connect(self._begin_or_end)
        self.use.clicked.connect(self._use)
        self.shut.clicked.connect(self.close)
        self.plot.taken.connect(self._take)
        finding.changed.connect(self._show)
        bridge.training_changed.connect(lambda training: self._show())
        editor.listen(Parts.TRAINING | Parts.DATA | Parts.BLOCKS, lambda change: self._show())
        self.finished.connect(lambda result: finding.stop())
        self._show()

    def _lay_out(self) -> None:
        self._about.setObjectName("rateFinderAbout")
        self._about.setProperty("role", "muted")
        self.state.setMinimumHeight(_LINES * self.fontMetrics().lineSpacing())
        foot = QHBoxLayout()
        foot.addWidget(self.again)
        foot.addStretch(1)
        foot.addWidget(self.shut)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._about)
        column.addWidget(self.plot, 1)
        column.addWidget(self.state)
        column.addLayout(foot)
        self.resize(620, 460)

    def begin(self) -> None:
        """Comes to the front; what was found for this design stays, else rates are tried."""
        self.show()
        self.raise_()
        self.activateWindow()
        if self._finding.found is None or self._finding.stale or self._finding.is_of_other_weights:
            self._finding.start()
        self.plot.setFocus()

    def _begin_or_end(self) -> None:
        if self._finding.busy:
            self._finding.stop()
        else:
            self._finding.start()

    def _use(self) -> None:
        found = self._finding.found
        if found is not None and found.rate is not None:
            self._take(found.rate)
            self.close()

    def _take(self, rate: float) -> None:
        """The rate of the settings from now on, by an edit that can be undone."""
        self._editor.set_training("learning_rate", rate)

    def _show(self) -> None:
        finding = self._finding
        suggested = finding.found.rate if finding.found else None
        self.plot.show_points(finding.points)
        self._mark(suggested)
        self.use.setText("Use" if suggested is None else f"Use {suggested:g}")
        self.use.setEnabled(suggested is not None)
        self.again.setText("Cancel" if finding.busy else "Try Again")
        self.again.setEnabled(finding.busy or not (self._bridge.training or self._editor.problems()))
        self._about.setText(_ABOUT.format(weights=_weights(finding.found)))
        words = self._words()
        if words != self.state.text():
            self.state.setText(words)
            if not finding.busy:
                announce(self.state, words)
        role = "error" if finding.problem else ""
        if self.state.property("role") != role:
            self.state.setProperty("role", role)
            self.state.style().polish(self.state)

    def _mark(self, suggested: float | None) -> None:
        now = self._editor.design.training.learning_rate
        marks = [] if suggested is None else [RateMark(suggested, f"{suggested:g} suggested", is_strong=True)]
        if suggested == now:
            marks = [RateMark(now, f"{now:g} set, as suggested", is_strong=True)]
        elif self._finding.points is not None:
            marks.append(RateMark(now, f"{now:g} set"))
        self.plot.show_marks(*marks)

    def _words(self) -> str:
        finding = self._finding
        if finding.busy:
            return f"Trying {finding.points[0][-1]:.2g}…" if finding.points else "Getting ready…"
        if finding.problem:
            return finding.problem
        if finding.found is not None:
            return f"{finding.found.text} {_STALE}" if finding.stale else finding.found.text
        if finding.was_ended:
            return "It was ended, as a training began." if self._bridge.training else "It was ended before it was done."
        return "Nothing has been tried yet."


def _weights(found: RateFound | None) -> str:
    """Which weights the copy has: those that Train begins with, and once it is known what these are."""
    if found is None:
        return "the weights that Train would begin with"
    if found.step:
        return f"what the network has learned in {plural(found.step, 'step')}, as Train would go on with it"
    return "the imported weights" if found.weights == "imported" else "new weights, as Train would begin with"
