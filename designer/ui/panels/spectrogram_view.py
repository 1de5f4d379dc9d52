"""A picture of a sound: how loud it is in each band, over time, in colours by its own range."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from designer.data.spectrogram import Spectrogram
from designer.ui.panels.inspection_panel import colour_map
from designer.ui.style.theme import Theme

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Array

_LEAST = QSize(120, 96)
_GAP = 4
_HERTZ = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120)


class SpectrogramView(QWidget):
    """The lowest band below, time from left to right; yellow is the loudest of this sound, dark blue the quietest."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.image: QImage | None = None
        self.axes = Spectrogram(1.0, ())
        self.setAccessibleName("The sound by its frequencies over time")
        self.setMinimumSize(_LEAST)
        theme.changed.connect(self.update)

    def show_spectrogram(self, values: Array, axes: Spectrogram) -> None:
        """[1, bands, frames] numbers of any range; `axes` says which row is which band."""
        import numpy as np

        shown = np.nan_to_num(np.asarray(values[0], dtype=np.float32))
        shown = shown[::-1] if axes.rises else shown
        low, high = float(shown.min()), float(shown.max())
        table = colour_map(False, self._theme).getLookupTable(0.0, 1.0, 256, alpha=True)
        places = ((shown - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
        pixels = np.ascontiguousarray(table[places], dtype=np.uint8)
        height, width = shown.shape
        self.image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
        self.axes = axes
        self.setToolTip(f"From {low:.3g} (dark) to {high:.3g} (bright)")
        self.update()

    def ticks_of_time(self) -> list[tuple[float, str]]:
        """Places from 0, the left, to 1, with the seconds there."""
        seconds = self.axes.seconds * (self.image.width() if self.image else 1)
        step = next((step for step in _STEPS if seconds / step <= 4), _STEPS[-1])
        count = int(seconds / step + 1e-6)
        told = [(step * turn / seconds, f"{step * turn:g}") for turn in range(count + 1)]
        return [*told[:-1], (told[-1][0], f"{told[-1][1]} s")]

    def ticks_of_bands(self) -> list[tuple[float, str]]:
        """Places from 0, the lowest band, to 1, with the frequency there."""
        hertz = sorted(self.axes.hertz)
        if len(hertz) < 2:
            return []
        found = []
        for wanted in _HERTZ:
            if hertz[0] <= wanted <= hertz[-1]:
                above = max(bisect_left(hertz, wanted), 1)
                share = (wanted - hertz[above - 1]) / (hertz[above] - hertz[above - 1])
                text = f"{wanted // 1000} kHz" if wanted >= 1000 else f"{wanted} Hz"
                found.append(((above - 1 + share + 0.5) / len(hertz), text))
        return found

    def paintEvent(self, event: object) -> None:
        """The picture fills the room between its axes."""
        if self.image is None:
            return
        painter, line = QPainter(self), self.fontMetrics().height()
        bands, times = self.ticks_of_bands(), self.ticks_of_time()
        left = max((self.fontMetrics().horizontalAdvance(text) for _, text in bands), default=0) + 2 * _GAP
        half = self.fontMetrics().horizontalAdvance(times[-1][1]) / 2
        room = QRectF(left, line / 2, self.width() - left - half, self.height() - 1.5 * line - _GAP)
        painter.drawImage(room, self.image)
        painter.setPen(QColor(self._theme.colours.muted))
        centred, right = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        free = self.height() + 0.0  # where the band above has left room
        for share, text in bands:
            y = room.bottom() - share * room.height()
            if y + line / 2 <= free:
                painter.drawText(QRectF(0, y - line / 2, left - _GAP, line), right, text)
                free = y - line / 2
        for share, text in times:
            x = room.left() + share * room.width()
            painter.drawText(QRectF(x - 40, room.bottom() + _GAP / 2, 80, line), centred, text)
