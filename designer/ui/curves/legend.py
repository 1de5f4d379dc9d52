"""Which curve is which: of one run training and validation, of several their names, each with a way to take it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os.path import commonprefix
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.curves.hues import ShownRun
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.flat_button import flat_button
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.message_box import as_tip

_WIDEST, _WIDEST_TAIL, _WIDEST_OF_MANY = 260, 130, 122
"""Pixels of a name, of what tells it from others of that name, and of a name where there are many."""
_APART, _BETWEEN = " · ", ("_", "-", " ")
"""What stands between a name and what tells it apart, and between the words of a name."""
_LEAST, _GAP = 40, 2
"""Pixels of a name at least, and between two entries."""
_MANY, _LINES = 4, 3
"""So many runs are many, and so many lines of them are seen at once: curves need the room."""
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


class _FewLines(QScrollArea):
    """Is as high as what is in it, up to a few lines; the others are scrolled to."""

    def __init__(self, entries: QWidget) -> None:
        super().__init__(widgetResizable=True)
        self.setObjectName("curvesLegend")
        self.setAccessibleName("Runs whose curves are shown")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(entries)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def fit(self, flow: FlowLayout, width: int) -> None:
        """As high as the lines that are seen, for a width."""
        first = flow.itemAt(0)
        line = first.sizeHint().height() if first else 0
        high = min(flow.heightForWidth(width), _LINES * line + (_LINES - 1) * _GAP)
        if high != self.maximumHeight():
            self.setFixedHeight(high)


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
        self._flow = FlowLayout(self._entries, _GAP)
        self._lines = _FewLines(self._entries)
        self.is_alone = True
        """Whether it tells of one run."""
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addWidget(self._lines)
        self._lines.hide()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_runs(self, runs: Sequence[ShownRun], validates: bool, stale: bool) -> None:
        """`stale` says that the network has been edited since."""
        several = [run for run in runs if run.part != "ghost"]
        is_alone = len(several) < 2 and all(run.part == "main" for run in several)
        self.is_alone = is_alone
        words = self._words(runs, is_alone, validates, stale)
        self.words.setText(words)
        empty_layout(self._flow)
        if not is_alone:
            is_of_many = len(several) > _MANY
            called = short_names([run.name.partition(_APART)[0] for run in several]) if is_of_many else {}
            for widget in (*(self._entry(run, is_of_many, called) for run in several), QLabel(words)):
                self._flow.addWidget(widget)
                widget.show()  # what is hidden has no height
        self.words.setVisible(is_alone)
        self._lines.setVisible(not is_alone)
        self._fit()

    def set_margin(self, left: int) -> None:
        """So many pixels at its left."""
        self._column.setContentsMargins(left, 3 if not left else 0, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a wider room names stand side by side."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self.is_alone:
            self._lines.fit(self._flow, self.width() - self._column.contentsMargins().left())

    def _words(self, runs: Sequence[ShownRun], is_alone: bool, validates: bool, stale: bool) -> str:
        train, validation = self._theme.curve_hues if is_alone else (self._theme.colours.muted,) * 2
        told = [f"<span style='color:{train}'>━</span> training"]
        if validates:
            told.append(f"<span style='color:{validation}'>╍●</span> validation")
        if any(run.part == "ghost" for run in runs):
            told.append(f"<span style='color:{self._theme.colours.edge}'>━</span> the run before")
        return " &nbsp;&nbsp; ".join(told) + (" &nbsp;·&nbsp; before the last edits" if stale else "")

    def _entry(self, run: ShownRun, is_of_many: bool, called: Mapping[str, str]) -> QWidget:
        entry = QWidget()
        row = QHBoxLayout(entry)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(3)
        row.addWidget(_Stroke(run.train_hue, run.dotted))
        for label in _labels(run.name, called, _WIDEST_OF_MANY if is_of_many else _WIDEST):
            label.setToolTip(as_tip(f"{run.name}\n{run.curves.folder or ''}".strip()))
            row.addWidget(label)
        folder = run.curves.folder
        if run.part == "other" and folder is not None:
            row.addWidget(self._button(folder, run.name))
        return entry

    def _button(self, folder: Path, name: str) -> QWidget:
        button = flat_button("×", "removeRun", f"Take the curves of {name} away")
        button.setFixedSize(QSize(1, 1) * (self.fontMetrics().height() + 2))
        button.clicked.connect(lambda: self.removed.emit(folder))
        return button


def _labels(name: str, short: Mapping[str, str], widest: int) -> list[ElidedLabel]:
    """A run's name, and what tells it from others of that name, which is cut last."""
    called, apart, tail = name.partition(_APART)
    labels = [ElidedLabel(short.get(called, called)), *([ElidedLabel(f"· {tail}")] if apart else [])]
    for label in labels[1:]:
        label.setFixedWidth(min(label.sizeHint().width(), _WIDEST_TAIL))
        widest -= label.width()
    labels[0].setMaximumWidth(max(widest, _LEAST))
    return labels


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Names without the words that all of them begin with: of mnist_cnn_sum and mnist_cnn_avg, …sum and …avg."""
    begun = commonprefix(names)  # noqa: RUF071 - letters are wanted, not paths
    if any(name[len(begun) :][:1] not in ("", *_BETWEEN) for name in names):
        begun = begun[: max(begun.rfind(sign) for sign in _BETWEEN) + 1]
    rests = {name: name[len(begun) :].lstrip("".join(_BETWEEN)) for name in names}
    return {name: f"…{rest}" if rest and len(begun) > 1 else name for name, rest in rests.items()}
