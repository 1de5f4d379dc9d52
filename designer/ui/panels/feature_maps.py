"""Feature maps: all maps of a block as a grid, on one scale."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QToolTip, QVBoxLayout, QWidget

from designer.ui.panels.film_clock import FilmClock, FilmRow
from designer.ui.panels.inspection_panel import InspectionPanel, ScaleBar, has_signs, to_image
from designer.ui.style.labels import figure
from designer.ui.style.labels import place as place_text
from designer.ui.style.theme import Theme

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Floats
    from designer.engine.protocol.events import ActivationsCaptured

_GAP = 3.0
_LEAST = QSize(120, 80)
_LEAST_SIDE = 20
"""Pixels of a map's longer side: below that nothing is seen of it."""
_FRAME_AXIS: dict[tuple[str, ...], int] = {("C", "D", "H", "W"): 1, ("L", "C", "H", "W"): 0}
"""Which axis of the values of a film or a volume has its frames."""


class MapGrid(QWidget):
    """Maps, as large as the room allows, in rows. The place of each stays while values change.

    The last two axes of the values are those of a map. The others count the maps; with two of them, say kernels and
    their inputs, the columns of the grid keep the maps of the first one together. Of a film, one frame may be shown
    alone; the colours are those of all of it.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("mapGrid")
        self.setAccessibleName("Feature maps")
        self._theme = theme
        self.values: Floats
        """Those that are shown, once there are any."""
        self._shape: tuple[int, ...] = (0, 1, 1)
        """How many maps there are, and the height and width of each."""
        self._counts: tuple[int, ...] = (0,)
        self._axes: tuple[str, ...] = ("C", "H", "W")
        self._words: tuple[str, ...] = ()
        self._frame: int | None = None
        self._seen: list[int] = []
        """The numbers of the maps that are shown."""
        self._image: QImage | None = None
        self._across, self._wide, self._high, self._pixel = 1, 1.0, 1.0, 1.0
        self.setMinimumSize(_LEAST)
        theme.changed.connect(self._colour)

    def show_maps(self, values: Floats, axes: tuple[str, ...], words: tuple[str, ...] = ()) -> None:
        """Shows maps, all on one scale; the words stand for the steps, queries and keys."""
        self._counts, self._axes, self._words = values.shape[:-2], axes, words
        self.values = values.reshape(-1, *values.shape[-2:])
        self._shape = self.values.shape
        self._choose()
        self._colour()

    def show_frame(self, frame: int | None) -> None:
        """The maps of one frame alone; None for those of all."""
        if frame == self._frame:
            return
        self._frame = frame
        if self._shape[0]:
            self._choose()
            self.update()

    def _choose(self) -> None:
        import numpy as np

        numbers = np.arange(self._shape[0]).reshape(self._counts)
        axis = _FRAME_AXIS.get(self._axes)
        if self._frame is not None and axis is not None and self._frame < self._counts[axis]:
            self._seen = numbers.take([self._frame], axis).reshape(-1).tolist()
        else:
            self._seen = numbers.reshape(-1).tolist()
        self.lay_out()

    def _colour(self) -> None:
        if self._shape[0]:
            stacked = self.values.reshape(-1, self._shape[2])
            self._image = to_image(stacked, has_signs(self.values), self._theme)
        self.update()

    def _room(self) -> QSize:
        """What there is to see of the grid at once: it scrolls where maps would become dots."""
        around = self.parentWidget()
        scrolls = around is not None and isinstance(around.parentWidget(), QScrollArea)
        return around.size() if scrolls and around is not None else self.size()

    def _columns(self) -> int:
        """The number of columns with which the maps are largest; the last row may have room left."""
        count, (_, height, width) = len(self._seen), self._shape
        room, together = self._room(), self._counts[-1] if len(self._seen) == self._shape[0] else len(self._seen)
        best, self._pixel = _largest(count, height, width, together, (room.width(), room.height()))
        least = _LEAST_SIDE / max(height, width)
        if self._pixel >= least:
            return best
        self._pixel = least
        return max(1, int((room.width() + _GAP) // (width * least + _GAP)))

    def lay_out(self) -> None:
        """Finds the columns for the room that there is, and says how high all rows are."""
        count, (_, height, width) = len(self._seen), self._shape
        if not count:
            return
        self._across = self._columns()
        rows = math.ceil(count / self._across)
        self.setMinimumHeight(max(_LEAST.height(), math.floor(rows * (height * self._pixel + _GAP) - _GAP)))
        self._wide, self._high = width * self._pixel, height * self._pixel

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room, other columns."""
        super().resizeEvent(event)
        self.lay_out()

    def places(self) -> list[QRectF]:
        """Where each map is drawn."""
        return [self._place(place) for place in range(len(self._seen))]

    def _place(self, place: int) -> QRectF:
        row, column = divmod(place, self._across)
        return QRectF(column * (self._wide + _GAP), row * (self._high + _GAP), self._wide, self._high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws the maps that are seen, with sharp pixels."""
        if self._image is None:
            return
        painter = QPainter(self)
        height, seen = self._shape[1], event.rect()
        line = self._high + _GAP
        first = int(max(seen.top(), 0) // line) * self._across
        last = (int(seen.bottom() // line) + 1) * self._across
        for place, number in enumerate(self._seen[first:last], first):
            painter.drawImage(self._place(place), self._image, QRectF(0, number * height, self._shape[2], height))

    def event(self, event: QEvent) -> bool:
        """The tool tip tells the map, the place in it and the value there."""
        if isinstance(event, QHelpEvent):
            text = self.text_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def text_at(self, point: QPointF) -> str:
        """What is at a place, in words."""
        import numpy as np

        across = int(point.x() // (self._wide + _GAP))
        at = int(point.y() // (self._high + _GAP)) * self._across + across
        if across >= self._across or not 0 <= at < len(self._seen):
            return ""
        place, number = self._place(at), self._seen[at]
        if not place.contains(point):
            return ""
        row = min(int((point.y() - place.top()) / self._pixel), self._shape[1] - 1)
        column = min(int((point.x() - place.left()) / self._pixel), self._shape[2] - 1)
        where = (*map(int, np.unravel_index(number, self._counts)), row, column)
        return f"{place_text(where, self._axes, self._words)}: {figure(self.values[number, row, column])}"


@lru_cache(maxsize=16)  # while it trains, the same room is asked for the same maps four times a second
def _largest(count: int, height: int, width: int, together: int, room: tuple[int, int]) -> tuple[int, float]:
    """The number of columns with which the maps are largest, and the pixels of one of their numbers then.

    `room` is in pixels, wide and high; of the maps, so many belong `together` as those of one kernel do.
    """

    def pixel(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(
            (room[0] - _GAP * (columns - 1)) / (columns * width), (room[1] - _GAP * (rows - 1)) / (rows * height)
        )

    apart = count > together  # maps of the first axis, each of which has some of the second
    allowed = (
        columns for columns in range(1, count + 1) if not apart or columns % together == 0 or together % columns == 0
    )
    best = max(allowed, key=pixel)
    return best, pixel(best)


class _MapScroll(QScrollArea):
    """Shows the grid; a grid that is higher than this is told of another height only from here."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        grid = self.widget()
        if isinstance(grid, MapGrid):
            grid.lay_out()
            grid.update()


class FeatureMapsPanel(InspectionPanel):
    """The dock's content. Of a film it shows a frame, the same as the sample's, or all of them."""

    def __init__(self, theme: Theme, clock: FilmClock) -> None:
        super().__init__("maps", "Select a convolution, pooling or attention block on the canvas to see its maps.")
        self.grid = MapGrid(theme)
        self._scale = ScaleBar(theme)
        self._film = FilmRow(clock, "maps")
        self._all = QCheckBox("All")
        self._all.setObjectName("mapsAllFrames")
        self._all.setToolTip("The maps of all frames side by side")
        self._all.toggled.connect(self._show_all)
        clock.moved.connect(self._show_frame)
        around = _MapScroll()
        around.setObjectName("mapScroll")
        around.setAccessibleName("Feature maps")
        around.setFrameShape(QFrame.Shape.NoFrame)
        around.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        around.setMinimumSize(_LEAST)
        around.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        around.setWidget(self.grid)
        self._frames = QWidget()
        frames = QHBoxLayout(self._frames)
        frames.setContentsMargins(0, 0, 0, 0)
        frames.addWidget(self._film, 1)
        frames.addWidget(self._all)
        self._frames.hide()
        maps = QVBoxLayout()
        maps.setSpacing(4)
        maps.addWidget(self._frames)
        maps.addWidget(around, 1)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(maps, 1)
        row.addWidget(self._scale)

    def show_values(self, event: ActivationsCaptured) -> None:
        """Shows all maps, or those of a frame."""
        axis = _FRAME_AXIS.get(event.axes)
        frames = 0 if axis is None else event.values.shape[axis]
        self._frames.setVisible(frames > 1)
        if axis is not None:
            self._film.show_frames(frames, event.axes[axis])
        self.grid.show_maps(event.values, event.axes, event.words)
        self._show_frame()
        self._scale.show_scale(event.values, has_signs(event.values))

    def _show_all(self, wanted: bool) -> None:
        self._film.setEnabled(not wanted)
        self._show_frame()

    def _show_frame(self) -> None:
        one = not self._frames.isHidden() and not self._all.isChecked()
        self.grid.show_frame(self._film.frame if one else None)
