"""Feature maps: all maps of a block as a grid, on one scale."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QWidget

from designer.engine.events import ActivationsCaptured, Floats
from designer.ui.panels.inside import InsidePanel, ScaleBar, signed, to_image
from designer.ui.theme import Theme

_GAP = 3.0


class MapGrid(QWidget):
    """[C, H, W] maps, as large as the room allows, in rows. The place of each stays while values change."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("mapGrid")
        self.setAccessibleName("Feature maps")
        self._theme = theme
        self.values: Floats = np.zeros((0, 1, 1), np.float32)
        self._image: QImage | None = None
        self.setMinimumSize(QSize(120, 80))
        theme.changed.connect(lambda: self.show_maps(self.values))

    def show_maps(self, values: Floats) -> None:
        """Shows maps, all on one scale."""
        self.values = values
        if len(values):
            stacked = values.reshape(-1, values.shape[2])
            self._image = to_image(stacked, signed(values), self._theme)
        self.update()

    def _columns(self) -> int:
        """The number of columns with which the maps are largest."""
        count, height, width = self.values.shape
        best, best_size = 1, 0.0
        for columns in range(1, count + 1):
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
                return f"map {number}, row {row}, column {column}: {self.values[number, row, column]:.4g}"
        return ""


class FeatureMapsPanel(InsidePanel):
    """The dock's content."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Select a convolution or pooling block on the canvas to see its feature maps.")
        self.grid = MapGrid(theme)
        self._scale = ScaleBar(theme)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.grid, 1)
        row.addWidget(self._scale)

    def show_values(self, event: ActivationsCaptured) -> None:
        """Shows all maps."""
        self.grid.show_maps(event.values)
        self._scale.show_scale(event.values, signed(event.values))
