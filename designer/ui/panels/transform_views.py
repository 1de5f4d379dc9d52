"""A sample before and after the transforms: pictures side by side, curves over each other, words with marks."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QWidget

from designer.core.schema.units import figure, plural
from designer.data.preview import Floats, TablePreview, frames_in, pixels_of, plane_of, range_of
from designer.ui.panels.data_grids import image_of
from designer.ui.panels.data_table import TableRows
from designer.ui.panels.data_views import HUES, DataView
from designer.ui.style.theme import Theme

if TYPE_CHECKING:
    from designer.data.samples import Array
    from designer.data.spectrogram import Spectrogram
    from designer.engine.inspection.transform_preview import Transformed

_GAP = 4
_MOST_PICTURE = 96
_CURVE = 84
_WORDS = 60
_NUMBERS = 8
_LINES = 3
"""Numbers of each step that are drawn."""


def view_of(shown: Transformed, theme: Theme, sound: Spectrogram | None = None) -> QWidget:
    """What shows a column by its shape; `sound` for a picture of one, which has high tones above low ones."""
    names = shown.feature.shape.names
    if names == ("L",):
        return WordMarks(shown, theme)
    if names == ("L", "F"):
        return CurvePair(shown, theme)
    return TableRows(theme, _table(shown)) if names == ("F",) else PicturePair(shown, theme, sound)


def as_before(shown: Transformed, value: Array) -> Floats:
    """Numbers in the units that they had before they were normalised, so that both can be compared."""
    numbers = np.asarray(value, dtype=np.float32)
    if shown.scale is None:
        return numbers
    mean, deviation = (item.astype(np.float32) for item in shown.scale)
    back: Floats = numbers * deviation + mean
    return back


def ranges(shown: Transformed) -> str:
    """0 to 1 → −0.42 to 2.8: the least and the most number before, and with what is fixed."""
    told = [f"{figure(float(item.min()))} to {figure(float(item.max()))}" for item in (shown.before, shown.fixed)]
    return told[0] if shown.scale is None else f"{told[0]} → {told[1]}"


class PicturePair(DataView):
    """The picture, and to its right what becomes of it. One scale of colours for all of them."""

    def __init__(self, shown: Transformed, theme: Theme, sound: Spectrogram | None = None) -> None:
        super().__init__(theme, f"{shown.feature.name} before and after")
        self.shown = shown
        rows = slice(None, None, -1) if sound and sound.rises else slice(None)
        before = plane_of(shown.feature, shown.before)[:, rows]
        limits = range_of(before)
        after = [plane_of(shown.feature, as_before(shown, item))[:, rows] for item in shown.draws or (shown.fixed,)]
        frames = frames_in(shown.feature, shown.before)
        self.before = image_of(pixels_of(before, limits, frames=frames))
        self.after = [image_of(pixels_of(item, limits, frames=frames)) for item in after]
        self._wide = max(self.before.width() / max(self.before.height(), 1), 0.4)

    def _cell(self, width: int) -> tuple[float, float]:
        """The width and the height of each of three columns; what is much wider than high has only one."""
        across = (width - 2 * _GAP) / 3 if self._wide < 2 else float(width)
        across = min(across, _MOST_PICTURE * max(self._wide, 1))
        return across, across / self._wide

    def needed(self, width: int) -> int:
        """Two lines of pictures for four draws; all below each other where they are wide."""
        _, height = self._cell(width)
        rows = (len(self.after) + 1) // 2 if self._wide < 2 else len(self.after) + 1
        return round(rows * (height + _GAP) + self.line())

    def places(self) -> list[QRectF]:
        """Where the picture stands, and what becomes of it."""
        across, height = self._cell(self.width())
        top = self.line()
        if self._wide >= 2:
            return [QRectF(0, top + at * (height + _GAP), across, height) for at in range(len(self.after) + 1)]
        found = [QRectF(0, top, across, height)]
        for at in range(len(self.after)):
            row, column = divmod(at, 2)
            found.append(QRectF((column + 1) * (across + _GAP), top + row * (height + _GAP), across, height))
        return found

    def tip(self, place: QPointF) -> str:
        """The scale."""
        return ranges(self.shown)

    def paintEvent(self, event: object) -> None:
        """Draws them, with "before" and "after" above."""
        painter = QPainter(self)
        is_fine = self.before.width() > _MOST_PICTURE // 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_fine)
        places = self.places()
        painter.setPen(QColor(self.theme.colours.muted))
        painter.drawText(QRectF(0, 0, self.width(), self.line()), "before" if self._wide < 2 else "before, then after")
        if self._wide < 2:
            painter.drawText(QRectF(places[1].left(), 0, self.width(), self.line()), "after")
        for room, image in zip(places, (self.before, *self.after), strict=True):
            painter.drawImage(room, image)


class CurvePair(DataView):
    """The sequence in grey, and over it what becomes of it."""

    def __init__(self, shown: Transformed, theme: Theme) -> None:
        super().__init__(theme, f"{shown.feature.name} before and after")
        self.shown = shown
        self.before = np.asarray(shown.before, dtype=np.float32)[:, :_LINES]
        draws = shown.draws or (shown.fixed,)
        self.after = [as_before(shown, item)[:, :_LINES] for item in draws]
        if self.before.shape[1] > 1:
            self.after = self.after[:1]  # colours tell its numbers apart
        together = np.concatenate([self.before, *self.after])
        found = together[np.isfinite(together)]
        self._low, self._high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)

    def needed(self, width: int) -> int:
        """The plot, and a line below it."""
        return _CURVE + self.line() + 2

    def tip(self, place: QPointF) -> str:
        """The scale."""
        return ranges(self.shown)

    def paintEvent(self, event: object) -> None:
        """Draws all of them on one scale."""
        painter, colours = QPainter(self), self.theme.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(0, 0, self.width(), _CURVE)
        painter.fillRect(plot, QColor(colours.base))
        for number in range(self.before.shape[1]):
            painter.setPen(QPen(QColor(colours.muted), 2.4))
            painter.drawPolyline(self._points(self.before[:, number], plot))
        for place, curve in enumerate(self.after):
            for number in range(curve.shape[1]):
                hue = number if curve.shape[1] > 1 else place
                painter.setPen(QPen(QColor(HUES[hue % len(HUES)]), 1.1))
                painter.drawPolyline(self._points(curve[:, number], plot))
        painter.setPen(QColor(colours.muted))
        below = QRectF(0, _CURVE + 2, self.width(), self.line())
        painter.drawText(below, "grey: before, in colours: after")

    def _points(self, numbers: Floats, plot: QRectF) -> QPolygonF:
        span = (self._high - self._low) or 1.0
        across = plot.width() / max(len(numbers) - 1, 1)
        shares = np.clip((np.nan_to_num(numbers) - self._low) / span, 0, 1)
        return QPolygonF(
            [QPointF(step * across, _CURVE - 2 - share * (_CURVE - 4)) for step, share in enumerate(shares.tolist())]
        )


class WordMarks(QLabel):
    """The text; a word that has been taken out is struck through."""

    def __init__(self, shown: Transformed, theme: Theme) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._theme = theme
        before = [int(token) for token in shown.before[:_WORDS]]
        after = [int(token) for token in (shown.draws or (shown.fixed,))[0][:_WORDS]]
        self.words = [
            (shown.words[token] if token < len(shown.words) else str(token), token == now)
            for token, now in zip(before, after, strict=True)
        ]
        self.setAccessibleName(f"{shown.feature.name}: {self.dropped} of {plural(len(self.words), 'word')} taken out")
        self._show()
        theme.changed.connect(self._show)

    @property
    def dropped(self) -> int:
        """So many words are struck through."""
        return sum(not is_there for _, is_there in self.words)

    def _show(self) -> None:
        colour = self._theme.colours.error
        self.setText(
            " ".join(
                html.escape(word) if is_there else f'<s style="color:{colour}">{html.escape(word)}</s>'
                for word, is_there in self.words
            )
        )


def _table(shown: Transformed) -> TablePreview:
    """A line for each number: before, and after, in one of the draws."""
    after = (shown.draws or (shown.fixed,))[0]
    names = shown.feature.numbers or tuple(str(place + 1) for place in range(len(shown.before)))
    rows = tuple(
        (name, figure(float(was)), figure(float(now)))
        for name, was, now in zip(names, shown.before, after, strict=False)
    )
    return TablePreview(shown.feature.name, (shown.feature.name, "before", "after"), rows[:_NUMBERS])
