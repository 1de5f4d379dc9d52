"""The sample: which one is looked at, its picture or its curve, its label and what the network makes of it."""

from __future__ import annotations

import random

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QStackedLayout, QVBoxLayout, QWidget

from designer.core.data_info import DataInfo
from designer.engine.events import ActivationsCaptured, Floats, Verdict
from designer.ui.labels import percent
from designer.ui.theme import Theme

_BARS = 10


class Picture(QWidget):
    """An image with sharp pixels, grey or in colours."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setMinimumSize(QSize(72, 72))

    def show_image(self, x: Floats) -> None:
        """[C, H, W] numbers from 0 to 1; one channel is grey, three are red, green and blue."""
        channels = x[:3] if len(x) >= 3 else np.repeat(x[:1], 3, axis=0)
        pixels = np.ascontiguousarray((channels.transpose(1, 2, 0) * 255).clip(0, 255).astype(np.uint8))
        height, width, _ = pixels.shape
        self._image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.update()

    def paintEvent(self, event: object) -> None:
        """As large as there is room."""
        if self._image.isNull():
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        QPainter(self).drawImage(QRectF(left, top, size.width(), size.height()), self._image)


class Scores(QWidget):
    """The likeliest classes, with a bar for each one's probability."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[str, float, bool]] = []
        self.setMinimumHeight(60)

    def show_scores(self, rows: list[tuple[str, float, bool]]) -> None:
        """Rows of class, probability, and whether it is the right one."""
        self._rows = rows
        self.update()

    def paintEvent(self, event: object) -> None:
        """Draws as many rows as there is room for."""
        painter, colours = QPainter(self), self._theme.colours
        line = self.fontMetrics().height() + 3
        names = max((self.fontMetrics().horizontalAdvance(name) for name, _, _ in self._rows), default=0) + 8
        figures = self.fontMetrics().horizontalAdvance("100.0 %") + 6
        room = max(self.width() - names - figures, 10)
        for place, (name, share, right) in enumerate(self._rows[: max(self.height() // line, 1)]):
            top = place * line
            painter.setPen(QColor(colours.text if right else colours.muted))
            painter.drawText(QRectF(0, top, names, line), Qt.AlignmentFlag.AlignVCenter, name)
            painter.fillRect(
                QRectF(names, top + 4, room * share, line - 8), QColor(colours.good if right else colours.edge)
            )
            aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(names + room, top, figures, line), aligned, percent(share))


class SamplePanel(QWidget):
    """Chooses a sample of the test split; `chosen(index)`."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.number = QSpinBox(maximum=999_999, prefix="no. ", wrapping=True)
        self.number.setObjectName("sampleNumber")
        self.number.setAccessibleName("Sample of the test split")
        self.number.setToolTip("Which sample of the test split to look at")
        self.number.valueChanged.connect(self.chosen)
        self._random = QPushButton("Another")
        self._random.setObjectName("sampleRandom")
        self._random.setToolTip("A sample by chance")
        self._random.clicked.connect(lambda: self.number.setValue(random.randint(0, self.number.maximum())))  # noqa: S311
        self.verdict = QLabel(wordWrap=True)
        self.verdict.setObjectName("sampleVerdict")
        self._picture = Picture()
        self._curve = pg.PlotWidget()
        self._curve.setMinimumHeight(72)
        self._curve.hideAxis("left")
        self._curve.hideAxis("bottom")
        self._curve.setMouseEnabled(x=False, y=False)
        self._theme = theme
        self._scores = Scores(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        row = QHBoxLayout()
        row.addWidget(self.number, 1)
        row.addWidget(self._random)
        column.addLayout(row)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._picture)
        self._stack.addWidget(self._curve)
        column.addLayout(self._stack, 2)
        column.addWidget(self.verdict)
        column.addWidget(self._scores, 2)
        self._data: DataInfo | None = None
        theme.changed.connect(self._colour_curve)
        self._colour_curve()

    def _colour_curve(self) -> None:
        self._curve.setBackground(self._theme.colours.base)

    def show_data(self, data: DataInfo | None, samples: int) -> None:
        """Another data source: its samples are numbered from 0."""
        self._data = data
        self.number.setMaximum(max(samples - 1, 0))

    def show_capture(self, event: ActivationsCaptured) -> None:
        """Shows the sample of a capture."""
        self._show_input(event.sample.x)
        self._show_verdict(event.sample.verdicts[0])

    def _show_input(self, x: Floats) -> None:
        if x.ndim == 3:
            self._stack.setCurrentIndex(0)
            self._picture.show_image(x)
            return
        self._stack.setCurrentIndex(1)
        self._curve.clear()
        lines = x if x.ndim == 2 else x[:, None]
        for number in range(min(lines.shape[1], 24)):
            self._curve.plot(lines[:, number], pen=pg.mkPen(pg.intColor(number, 12, alpha=170), width=1))

    def _show_verdict(self, sample: Verdict) -> None:
        mark = {True: "✓", False: "✗", None: ""}[sample.right]
        self.verdict.setText(f"Label <b>{sample.label}</b><br>Prediction <b>{sample.prediction}</b> {mark}")
        role = {True: "good", False: "error", None: ""}[sample.right]
        if self.verdict.property("role") != role:
            self.verdict.setProperty("role", role)
            self.verdict.style().polish(self.verdict)
        if sample.classes is None or sample.scores.ndim != 1:
            self._scores.show_scores([])
            return
        best = np.argsort(-sample.scores, kind="stable")[:_BARS]
        classes = sample.classes
        rows = [(classes[i], float(sample.scores[i]), classes[i] == sample.label) for i in best if i < len(classes)]
        self._scores.show_scores(rows)
