"""Which curve is which: of one run training and validation, of several their names, each with a way to take it away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.curves.hues import ShownRun
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.flat_button import flat_button
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.layouts import empty_layout

_WIDEST = 260
_TIP = "The bright line is the smoothed figure of the batches; the faint one behind it is every batch as it was."


class _Stroke(QWidget):
    """The stroke of a run."""

    def __init__(self, hue: str, dotted: bool) -> None:
        super().__init__()
        self._hue, self._style = hue, Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine
        self.setFixedSize(QSize(16, 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A short line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._hue), 3, self._style))
        middle = QRectF(self.rect()).center().y()
        painter.drawLine(1, round(middle), 15, round(middle))


class RunLegend(QWidget):
    """`removed(folder)` asks for a run to be taken away, `chosen(folder)` for it to be looked at."""

    removed = Signal(object)
    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.words = QLabel(wordWrap=True)
        self.words.setToolTip(_TIP)
        self._entries = QWidget()
        self._flow = FlowLayout(self._entries, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addWidget(self._entries)
        self._entries.hide()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_runs(self, runs: Sequence[ShownRun], validates: bool, stale: bool) -> None:
        """`stale` says that the network has been edited since."""
        several = [run for run in runs if run.part != "ghost"]
        is_alone = len(several) < 2 and all(run.part == "main" for run in several)
        words = self._words(runs, is_alone, validates, stale)
        self.words.setText(words)
        empty_layout(self._flow)
        if not is_alone:
            for run in several:
                self._flow.addWidget(self._entry(run))
            self._flow.addWidget(QLabel(words))
        self.words.setVisible(is_alone)
        self._entries.setVisible(not is_alone)
        self._entries.updateGeometry()

    def _words(self, runs: Sequence[ShownRun], is_alone: bool, validates: bool, stale: bool) -> str:
        train, validation = self._theme.curve_hues if is_alone else (self._theme.colours.muted,) * 2
        told = [f"<span style='color:{train}'>━</span> training"]
        if validates:
            told.append(f"<span style='color:{validation}'>╍●</span> validation")
        if any(run.part == "ghost" for run in runs):
            told.append(f"<span style='color:{self._theme.colours.edge}'>━</span> the run before")
        return " &nbsp;&nbsp; ".join(told) + (" &nbsp;·&nbsp; before the last edits" if stale else "")

    def _entry(self, run: ShownRun) -> QWidget:
        entry = QWidget()
        row = QHBoxLayout(entry)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(3)
        name = ElidedLabel(run.name)
        name.setMaximumWidth(_WIDEST)
        name.setToolTip(str(run.curves.folder or ""))
        row.addWidget(_Stroke(run.train_hue, run.dotted))
        row.addWidget(name)
        folder = run.curves.folder
        if run.part == "other" and folder is not None:
            row.addWidget(self._button(folder, run.name))
        return entry

    def _button(self, folder: Path, name: str) -> QWidget:
        button = flat_button("×", "removeRun", f"Take the curves of {name} away")
        button.setFixedSize(QSize(1, 1) * (self.fontMetrics().height() + 2))
        button.clicked.connect(lambda: self.removed.emit(folder))
        return button
