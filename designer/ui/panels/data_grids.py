"""A few samples as cells in rows: pictures, and sets of points."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from designer.core.schema.units import figure
from designer.data.preview import MOST_PICTURES, PicturesPreview, Pixels, PointSets
from designer.ui.panels.data_views import DataView, elided, without_common_start
from designer.ui.panels.scatter import draw_points
from designer.ui.style.theme import Theme

_GAP = 6
_LEAST = 44
_MOST = 68
_MOST_ROWS = 5
"""Rows of samples, of which a few are enough: what is below them should not be far."""
_DOT = 1.2
"""Pixels of a point's radius."""


def image_of(pixels: Pixels) -> QImage:
    """Bytes [H, W, 3] as a picture."""
    height, width, _ = pixels.shape
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class CellGrid(DataView):
    """Cells in rows, each with its label below; `wide` is how many times as wide as high one is."""

    def __init__(self, theme: Theme, caption: str, labels: tuple[str, ...], wide: float) -> None:
        super().__init__(theme, f"Samples of {caption}")
        self._labels, self._wide = labels, wide
        self._labelled = any(labels)

    def ends(self, number: int) -> tuple[str, str]:
        """What is at the left and at the right of a sample, below it; nothing where that has no meaning."""
        return "", ""

    def draw_cell(self, painter: QPainter, number: int, room: QRectF) -> None:
        """Draws one of the samples."""
        raise NotImplementedError

    def _columns(self, width: int) -> int:
        side = _LEAST * min(max(self._wide, 0.6), 6)
        return max(min(int((width + _GAP) // (side + _GAP)), len(self._labels)), 1)

    def _count(self, width: int) -> int:
        """How many of the samples are shown."""
        columns = self._columns(width)
        shown = min(len(self._labels), columns * _MOST_ROWS)
        are_some_of_many = len(self._labels) >= MOST_PICTURES and shown > columns
        return shown - shown % columns if are_some_of_many else shown

    def _cell(self, width: int) -> tuple[int, float, float]:
        """How many stand side by side, and the width and the height of each."""
        columns = self._columns(width)
        across = min((width - (columns - 1) * _GAP) / columns, _MOST * max(self._wide, 1))
        return columns, across, across / max(self._wide, 0.6)

    def needed(self, width: int) -> int:
        columns, _, height = self._cell(width)
        rows = -(-self._count(width) // columns)
        return round(rows * (height + (self.line() if self._labelled else 0) + _GAP))

    def _places(self) -> list[QRectF]:
        columns, across, height = self._cell(self.width())
        down = height + (self.line() if self._labelled else 0) + _GAP
        return [
            QRectF((place % columns) * (across + _GAP), (place // columns) * down, across, height)
            for place in range(self._count(self.width()))
        ]

    def written(self) -> tuple[str, ...]:
        """What stands below the samples: where there is no room for all of it, what tells them apart."""
        advance = self.fontMetrics().horizontalAdvance
        widest = max(map(advance, self._labels), default=0) + 2 * advance(self.ends(0)[1])
        _, across, _ = self._cell(self.width())
        return self._labels if widest <= across else without_common_start(self._labels)

    def tip(self, place: QPointF) -> str:
        for room, label in zip(self._places(), self._labels, strict=False):
            if room.adjusted(0, 0, 0, self.line()).contains(place):
                return label
        return ""

    def paintEvent(self, event: object) -> None:
        """Draws each sample in its cell, and its label."""
        painter, metrics = QPainter(self), self.fontMetrics()
        for number, (room, label) in enumerate(zip(self._places(), self.written(), strict=False)):
            self.draw_cell(painter, number, room)
            painter.setPen(QColor(self.theme.colours.muted))
            below = QRectF(room.left(), room.bottom(), room.width(), self.line())
            first, last = self.ends(number)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, first)
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, last)
            free = room.width() - 2 * metrics.horizontalAdvance(last + " ") * bool(last)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, elided(metrics, label, free))


class PictureGrid(CellGrid):
    """Pictures, each as large as its cell, in its own proportions."""

    def __init__(self, theme: Theme, shown: PicturesPreview) -> None:
        images = [image_of(pixels) for pixels in shown.images]
        first = images[0].size() if images else QSize(1, 1)
        super().__init__(theme, shown.caption, shown.labels, first.width() / max(first.height(), 1))
        self.shown, self._images = shown, images
        self._is_fine = any(image.width() > _MOST // 2 for image in images)  # few pixels stay sharp

    def ends(self, number: int) -> tuple[str, str]:
        """The seconds of a sound."""
        return ("0", f"{figure(round(self.shown.seconds[number], 2))} s") if self.shown.seconds else ("", "")

    def draw_cell(self, painter: QPainter, number: int, room: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._is_fine)
        image = self._images[number]
        size = image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = room.left() + (room.width() - size.width()) / 2, room.top() + (room.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), image)
        painter.setPen(self.palette().window().color())
        frames = self.shown.frames[number] if self.shown.frames else 1
        for frame in range(1, frames):
            edge = left + size.width() * frame / frames
            painter.drawLine(QPointF(edge, top), QPointF(edge, top + size.height()))


class PointGrid(CellGrid):
    """Sets of points, each as large as its cell."""

    def __init__(self, theme: Theme, shown: PointSets) -> None:
        super().__init__(theme, shown.caption, shown.labels, 1.0)
        self.shown = shown

    def draw_cell(self, painter: QPainter, number: int, room: QRectF) -> None:
        painter.fillRect(room, QColor(self.theme.colours.base))
        draw_points(painter, room, self.shown.sets[number], _DOT, self.theme.colours.accent)
