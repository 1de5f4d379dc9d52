"""A sample that is drawn as lines. Brings in the library of plots, so that it is imported for the first plot."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from designer.engine.protocol.arrays import Array
from designer.ui.style.theme import Theme
from designer.ui.widgets.plotted_lines import PlottedLine, PlottedLines, hue_of

_MOST_LINES = 24
_LEAST_LINES = QSize(80, 48)


class LineView(pg.PlotWidget):
    """Numbers over the steps; a prediction is dashed over them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(enableMenu=False)
        self.setAccessibleName("The sample as lines")
        self._theme = theme
        self._shown: tuple[Array, Array | None] | None = None
        self._lines = PlottedLines(self.getPlotItem())
        self.setMinimumSize(_LEAST_LINES)
        self.hideAxis("left")
        self.hideAxis("bottom")
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        theme.changed.connect(self._colour)
        self._colour()

    def sizeHint(self) -> QSize:
        """What it can do with; a plot's own hint is higher than the panel."""
        return _LEAST_LINES

    def _colour(self) -> None:
        self.setBackground(self._theme.colours.base)
        if self._shown:
            self.show_lines(*self._shown)

    def show_lines(self, values: Array, predicted: Array | None = None) -> None:
        """[L, F] or [F] numbers; `predicted` has the same shape."""
        self._shown = (values, predicted)
        one = values.ndim == 1 or values.shape[1] == 1
        lines = []
        for numbers, is_prediction in ((values, False), (predicted, True)):
            if numbers is None:
                continue
            columns = np.asarray(numbers if numbers.ndim == 2 else numbers[:, None], dtype=np.float32)
            x = np.arange(len(columns))
            for number in range(min(columns.shape[1], _MOST_LINES)):
                hue = self._hue(number, one, is_prediction)
                lines.append(PlottedLine(x, columns[:, number], hue, 1.5 if is_prediction else 1.0, is_prediction))
        self._lines.show(lines)

    def _hue(self, number: int, one: bool, is_prediction: bool) -> QColor:
        if one:
            return QColor(self._theme.colours.accent if is_prediction else self._theme.colours.text)
        return hue_of(number, 255 if is_prediction else 170)
