"""A sample that is drawn as lines. Brings in the library of plots, so that it is imported for the first plot."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor

from designer.engine.protocol.arrays import Array
from designer.ui.style.theme import Theme

_MOST_LINES = 24
_LEAST_LINES = QSize(80, 48)


class LineView(pg.PlotWidget):
    """Numbers over the steps; a prediction is dashed over them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(enableMenu=False)
        self.setAccessibleName("The sample as lines")
        self._theme = theme
        self._shown: tuple[Array, Array | None] | None = None
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
        self.clear()
        one = values.ndim == 1 or values.shape[1] == 1
        for numbers, is_prediction in ((values, False), (predicted, True)):
            if numbers is None:
                continue
            lines = np.asarray(numbers if numbers.ndim == 2 else numbers[:, None], dtype=np.float32)
            for number in range(min(lines.shape[1], _MOST_LINES)):
                hue = self._hue(number, one, is_prediction)
                style = Qt.PenStyle.DashLine if is_prediction else Qt.PenStyle.SolidLine
                self.plot(lines[:, number], pen=pg.mkPen(hue, width=1.5 if is_prediction else 1, style=style))

    def _hue(self, number: int, one: bool, is_prediction: bool) -> QColor:
        if one:
            return QColor(self._theme.colours.accent if is_prediction else self._theme.colours.text)
        hue: QColor = pg.intColor(number, 12, alpha=255 if is_prediction else 170)
        return hue
