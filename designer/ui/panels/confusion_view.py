"""The confusion matrix as a picture: a row for each class that samples are of, a column for each that is predicted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from designer.ui.canvas.items.brushes import mixed
from designer.ui.style.class_words import shared_beginning
from designer.ui.style.labels import percent
from designer.ui.style.theme import CATEGORY_HUES, Theme

_GAP, _BESIDE = 6.0, 3.0
_WIDEST = 4.0
"""A cell is at most so many times as wide as high."""
_LABELS = 0.3
"""Of the width, which names at the left may take at most."""
_STEPS = 200
"""So many strengths of a colour are told apart."""
_PARTED = 40
"""Up to so many classes there is a line between cells."""
_FAINTEST, _STRONGEST = 0.12, 0.85
_LIGHT = 0.179
"""The luminance on which black and white are read equally well, at 4.6:1 (WCAG 2: contrast ratio)."""
LEAST = QSize(160, 100)


class ConfusionView(QWidget):
    """Right answers are blue, wrong ones vermilion, the stronger the larger their share of the row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("confusion")
        self.setAccessibleName("Which class is taken for which")
        self.setMinimumSize(LEAST)
        self._theme = theme
        self._classes: tuple[str, ...] = ()
        self._counts: Sequence[Sequence[int]] = ()
        self._picture: QImage | None = None
        theme.changed.connect(self._repaint)

    def show_counts(self, classes: tuple[str, ...], counts: Sequence[Sequence[int]]) -> None:
        """Counts [C][C]: rows are what samples are of."""
        self._classes, self._counts = classes, counts
        self.setAccessibleDescription(self._worst())
        self._repaint()

    def _repaint(self) -> None:
        self._picture = None
        self.update()

    def _worst(self) -> str:
        """The mistake that is made most often, in words."""
        import numpy as np

        wrong = np.array(self._counts, dtype=np.int64)
        np.fill_diagonal(wrong, 0)
        if not wrong.any():
            return "No class is taken for another one."
        row, column = divmod(wrong.size - 1 - int(wrong[::-1, ::-1].argmax()), len(wrong))  # of equal ones the last
        return self.words_of(row, column)

    def words_of(self, row: int, column: int) -> str:
        """What a cell says: "b taken for c: 3 of 20 (15.0 %)"."""
        count, of = self._counts[row][column], sum(self._counts[row])
        is_, named = self._classes[row], self._classes[column]
        done = f"{is_} recognised" if row == column else f"{is_} taken for {named}"
        return f"{done}: {count:,} of {of:,} ({percent(count / of if of else None)})"

    def cells(self) -> QRectF:
        """Where the cells are."""
        metrics, many = QFontMetricsF(self.font()), max(len(self._classes), 1)
        longest = max((metrics.horizontalAdvance(name) for name in self._names()), default=0.0)
        left = metrics.height() + _BESIDE + min(longest + _GAP, _LABELS * self.width())
        top = 2 * metrics.height() + _BESIDE
        height = max(self.height() - top - _BESIDE, 1.0)
        width = min(max(self.width() - left - _GAP, 1.0), _WIDEST * height / many * many)
        return QRectF(left, top, width, height)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The row and the column of the cell at a place."""
        cells, many = self.cells(), len(self._classes)
        if not many or not cells.contains(place):
            return None
        row = int((place.y() - cells.top()) / cells.height() * many)
        column = int((place.x() - cells.left()) / cells.width() * many)
        return min(row, many - 1), min(column, many - 1)

    def _names(self) -> list[str]:
        start = len(shared_beginning(self._classes))
        return [name[start:] for name in self._classes]

    def event(self, event: QEvent) -> bool:
        """The tip tells the cell under the mouse."""
        if isinstance(event, QHelpEvent):
            cell = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words_of(*cell) if cell else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws the cells, the numbers that have room in them, and the names beside them."""
        if not self._classes:
            return
        painter, cells, many = QPainter(self), self.cells(), len(self._classes)
        if self._picture is None:
            self._picture = self._made()
        painter.drawImage(cells, self._picture)
        high, wide = cells.height() / many, cells.width() / many
        if many <= _PARTED:
            painter.setPen(QColor(self._theme.colours.base))
            for place in range(1, many):
                x, y = cells.left() + place * wide, cells.top() + place * high
                painter.drawLine(QPointF(x, cells.top()), QPointF(x, cells.bottom()))
                painter.drawLine(QPointF(cells.left(), y), QPointF(cells.right(), y))
        self._write_names(painter, cells)
        self._write_counts(painter, cells)

    def _made(self) -> QImage:
        """A pixel for each cell: of hundreds of classes there are ten thousands, which are no loop of ours."""
        import numpy as np

        many, counts = len(self._classes), np.array(self._counts, dtype=np.float64)
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        steps = np.ceil(shares * _STEPS).astype(np.intp)
        of_right, of_wrong = (
            np.array([self._colour(is_right, step / _STEPS).rgb() for step in range(_STEPS + 1)], np.uint32)
            for is_right in (True, False)
        )
        pixels = np.where(np.eye(many, dtype=bool), of_right[steps], of_wrong[steps])
        return QImage(pixels.tobytes(), many, many, 4 * many, QImage.Format.Format_RGB32).copy()

    def _colour(self, is_right: bool, share: float) -> QColor:
        hue, ground = CATEGORY_HUES["Convolution" if is_right else "Activation"], self._theme.colours.window
        if not share:
            return QColor(ground)
        return mixed(ground, hue, _FAINTEST + (_STRONGEST - _FAINTEST) * share)

    def _write_names(self, painter: QPainter, cells: QRectF) -> None:
        metrics, names, many = QFontMetricsF(self.font()), self._names(), len(self._classes)
        high, wide, line = cells.height() / many, cells.width() / many, metrics.height()
        painter.setPen(QColor(self._theme.colours.muted))
        self._write_titles(painter, cells)
        longest = max(map(metrics.horizontalAdvance, names))
        down = max(-(-line // high), 1.0)
        across = max(-(-min(longest + _BESIDE, 4 * line) // wide), 1.0)
        for place, name in enumerate(names):
            if place % down == 0:
                room = QRectF(line + _BESIDE, cells.top() + place * high, 0, max(high, line))
                room.setRight(cells.left() - _GAP)
                told = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)
            if place % across == 0:
                told = metrics.elidedText(name, Qt.TextElideMode.ElideRight, across * wide - _BESIDE)
                room = QRectF(cells.left() + place * wide, line, max(across * wide, 1.0), line)
                flag = Qt.AlignmentFlag.AlignHCenter if across == 1 else Qt.AlignmentFlag.AlignLeft
                painter.drawText(room, flag, told)

    def _write_titles(self, painter: QPainter, cells: QRectF) -> None:
        """What columns are, across the top, and what rows are, along the side."""
        metrics, shared = QFontMetricsF(self.font()), shared_beginning(self._classes)
        line, centre = metrics.height(), Qt.AlignmentFlag.AlignCenter
        across = f"predicted: {shared}…" if shared else "predicted"
        wide = max(cells.width(), min(metrics.horizontalAdvance(across) + _GAP, self.width() - cells.left()))
        told = metrics.elidedText(across, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRectF(cells.left(), 0, wide, line), centre, told)
        painter.save()
        painter.translate(0, cells.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, cells.height(), line), centre, "true")
        painter.restore()

    def _write_counts(self, painter: QPainter, cells: QRectF) -> None:
        """Where there is room for the largest."""
        metrics, many = QFontMetricsF(self.font()), len(self._classes)
        high, wide = cells.height() / many, cells.width() / many
        largest = max(max(row) for row in self._counts)
        if metrics.horizontalAdvance(f"{largest:,}") + 2 * _BESIDE > wide or metrics.ascent() > high:
            return
        assert self._picture is not None
        for row, counts in enumerate(self._counts):
            for column, count in enumerate(counts):
                if not count:
                    continue
                ground = self._picture.pixelColor(column, row)
                painter.setPen(QColor(ink_on(ground)))
                room = QRectF(cells.left() + column * wide, cells.top() + row * high, wide, high)
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, f"{count:,}")


def ink_on(ground: QColor) -> str:
    """Black or white, whichever is read better on a colour (WCAG 2: relative luminance)."""
    parts = (ground.redF(), ground.greenF(), ground.blueF())
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    return "#000000" if luminance > _LIGHT else "#ffffff"
