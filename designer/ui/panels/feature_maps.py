"""Feature maps: all maps of a block as a grid, on one scale."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QWidget

from designer.engine.events import ActivationsCaptured, Floats
from designer.ui.labels import figure
from designer.ui.labels import place as place_text
from designer.ui.panels.inside import InsidePanel, ScaleBar, signed, to_image
from designer.ui.theme import Theme

_GAP = 3.0


class MapGrid(QWidget):
    """Maps, as large as the room allows, in rows. The place of each stays while values change.

    The last two axes of the values are those of a map. The others count the maps; with two of them, say kernels and
    their inputs, the columns of the grid keep the maps of the first one together.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("mapGrid")
        self.setAccessibleName("Feature maps")
        self._theme = theme
        self.values: Floats = np.zeros((0, 1, 1), np.float32)
        self._counts: tuple[int, ...] = (0,)
        self._axes: tuple[str, ...] = ("C", "H", "W")
        self._words: tuple[str, ...] = ()
        self._image: QImage | None = None
        self.setMinimumSize(QSize(120, 80))
        theme.changed.connect(self._colour)

    def show_maps(self, values: Floats, axes: tuple[str, ...], words: tuple[str, ...] = ()) -> None:
        """Shows maps, all on one scale; the words stand for the steps, queries and keys."""
        self._counts, self._axes, self._words = values.shape[:-2], axes, words
        self.values = values.reshape(-1, *values.shape[-2:])
        self._colour()

    def _colour(self) -> None:
        if len(self.values):
            stacked = self.values.reshape(-1, self.values.shape[2])
            self._image = to_image(stacked, signed(self.values), self._theme)
        self.update()

    def _columns(self) -> int:
        """The number of columns with which the maps are largest."""
        count, height, width = self.values.shape
        best, best_size = 1, 0.0
        together = self._counts[-1]
        for columns in range(1, count + 1):
            if columns % together and together % columns:
                continue
            rows = math.ceil(count / columns)
            size = min(
                (self.width() - _GAP * (columns - 1)) / (columns * width),
                (self.height() - _GAP * (rows - 1)) / (rows * height),
            )
            if size > best_size:
                best, best_size = columns, size
        self._pixel = max(best_size, 0.1)
        return best

    def places(self) -> list[QRectF]:
        """Where each map is drawn."""
        count, height, width = self.values.shape
        if not count:
            return []
        columns = self._columns()
        wide, high = width * self._pixel, height * self._pixel
        return [
            QRectF((number % columns) * (wide + _GAP), (number // columns) * (high + _GAP), wide, high)
            for number in range(count)
        ]

    def paintEvent(self, event: object) -> None:
        """Draws the maps with sharp pixels."""
        if self._image is None:
            return
        painter = QPainter(self)
        height = self.values.shape[1]
        for number, place in enumerate(self.places()):
            painter.drawImage(place, self._image, QRectF(0, number * height, self.values.shape[2], height))

    def event(self, event: QEvent) -> bool:
        """The tool tip tells the map, the place in it and the value there."""
        if isinstance(event, QHelpEvent):
            text = self._text_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _text_at(self, point: QPointF) -> str:
        for number, place in enumerate(self.places()):
            if place.contains(point):
                row = min(int((point.y() - place.top()) / self._pixel), self.values.shape[1] - 1)
                column = min(int((point.x() - place.left()) / self._pixel), self.values.shape[2] - 1)
                where = (*map(int, np.unravel_index(number, self._counts)), row, column)
                return f"{place_text(where, self._axes, self._words)}: {figure(self.values[number, row, column])}"
        return ""


class FeatureMapsPanel(InsidePanel):
    """The dock's content."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("maps", "Select a convolution, pooling or attention block on the canvas to see its maps.")
        self.grid = MapGrid(theme)
        self._scale = ScaleBar(theme)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.grid, 1)
        row.addWidget(self._scale)

    def show_values(self, event: ActivationsCaptured) -> None:
        """Shows all maps."""
        self.grid.show_maps(event.values, event.axes, event.words)
        self._scale.show_scale(event.values, signed(event.values))
