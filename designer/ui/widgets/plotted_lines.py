"""Lines in a plot that are shown again and again. Brings in the library of plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from designer.engine.protocol.arrays import Array


@dataclass(frozen=True, eq=False)
class PlottedLine:
    """Numbers at their places along the axis, and how they are drawn."""

    x: Array
    y: Array
    hue: QColor
    width: float = 1.0
    dashed: bool = False

    def is_drawn_as(self, other: PlottedLine) -> bool:
        """Whether both have the same stroke."""
        return (self.hue, self.width, self.dashed) == (other.hue, other.width, other.dashed)

    def has_points_of(self, other: PlottedLine) -> bool:
        """Whether both lie in the same place."""
        return np.array_equal(self.x, other.x) and np.array_equal(self.y, other.y, equal_nan=True)


class PlottedLines:
    """The lines of a plot. While a network is trained the same sample is shown four times a second: what differs from
    what was shown before is drawn anew, and nothing else.
    """

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._shown: tuple[PlottedLine, ...] = ()

    def show(self, lines: Sequence[PlottedLine]) -> None:
        """Draws these lines and no others."""
        before, self._shown = self._shown, tuple(lines)
        if len(before) != len(lines) or not all(map(PlottedLine.is_drawn_as, before, lines)):
            self._plot.clear()
            for line in lines:
                style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
                self._plot.plot(line.x, line.y, pen=pg.mkPen(line.hue, width=line.width, style=style))
            return
        for item, was, line in zip(self._plot.listDataItems(), before, lines, strict=True):
            if not line.has_points_of(was):
                item.setData(line.x, line.y)


def hue_of(number: int, alpha: int) -> QColor:
    """A colour for one of several lines."""
    hue: QColor = pg.intColor(number, 12, alpha=alpha)
    return hue
