"""What a sample is made of, drawn by what it is: pictures with boxes, points, words; and bars for classes."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.panels.scatter import draw_points, places_in
from designer.ui.style.labels import percent
from designer.ui.style.theme import Theme

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Array, Floats

_GAP = 2
"""Pixels between the pictures of a strip."""
_PIXELS = 1024
"""Rows and columns of a picture, about: more are thinned out."""
_LEAST_TEXT = 3
"""Lines of a text; it scrolls."""
_LEAST_ROWS = 3
"""Of the classes; more are shown where there is room."""

_LEAST_SIDE = 72
_LEAST_DETAILED = 96
"""Pixels of height of a picture with boxes, and of points, so that there is something to see."""
_LARGE = 160
_BOX_PEN = 2
"""Pixels of a box's lines over a large picture; they are finer over a smaller one."""
_DOT = 2.0
"""Pixels of a point's radius."""


@dataclass(frozen=True)
class DrawnBox:
    """A box over a picture: x and y of its centre, width and height, [4], as shares of the picture."""

    place: Floats
    colour: str
    around: str
    """The colour of its lines' edges, so that they are seen on any picture."""
    is_dashed: bool

    def within(self, picture: QRectF) -> QRectF:
        """Where it lies over a picture."""
        x, width = (share * picture.width() for share in self.place.tolist()[::2])
        y, height = (share * picture.height() for share in self.place.tolist()[1::2])
        return QRectF(picture.x() + x - width / 2, picture.y() + y - height / 2, width, height)


class ImageView(QWidget):
    """An image with sharp pixels, grey or in colours; several are laid out in rows."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[QImage] = []
        self.boxes: tuple[DrawnBox, ...] = ()
        self.setMinimumSize(QSize(_LEAST_SIDE, _LEAST_SIDE))

    def show_images(self, images: Array, like: Array | None = None) -> None:
        """[N, C, H, W]; one channel is grey, three are red, green and blue. Black and white as those of others."""
        self.frames = images_of(images, like)
        self._fit()
        self.update()

    def show_boxes(self, boxes: tuple[DrawnBox, ...]) -> None:
        """Draws boxes over each image, the last on top."""
        self.boxes = boxes
        self.setMinimumHeight(_LEAST_DETAILED if boxes else _LEAST_SIDE)
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No higher than a picture as wide as this can be."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if len(self.frames) == 1:
            size = self.frames[0].size()
            useful = round(self.width() * size.height() / size.width())
            self.setMaximumHeight(max(useful, self.minimumHeight()))

    def paintEvent(self, event: object) -> None:
        """As large as there is room, in as many columns as make the pictures largest."""
        if not self.frames:
            return
        painter, size = QPainter(self), self.frames[0].size()
        columns = max(range(1, len(self.frames) + 1), key=self._scale)
        rows, scale = -(-len(self.frames) // columns), self._scale(columns)
        width, height = size.width() * scale, size.height() * scale
        left = (self.width() - columns * (width + _GAP) + _GAP) / 2
        top = (self.height() - rows * (height + _GAP) + _GAP) / 2
        for place, frame in enumerate(self.frames):
            row, column = divmod(place, columns)
            where = QRectF(left + column * (width + _GAP), top + row * (height + _GAP), width, height)
            painter.drawImage(where, frame)
            self._draw_boxes(painter, where)

    def _draw_boxes(self, painter: QPainter, where: QRectF) -> None:
        """All edges first, so that they hide no lines."""
        thick = _BOX_PEN if where.height() >= _LARGE else 1
        painter.setClipRect(where)
        for box in self.boxes:
            painter.setPen(QPen(QColor(box.around), thick + 2))
            painter.drawRect(box.within(where))
        for box in self.boxes:
            style = Qt.PenStyle.DashLine if box.is_dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(box.colour), thick, style))
            painter.drawRect(box.within(where))
        painter.setClipping(False)

    def _scale(self, columns: int) -> float:
        size, rows = self.frames[0].size(), -(-len(self.frames) // columns)
        across = (self.width() - (columns - 1) * _GAP) / (columns * size.width())
        return float(min(across, (self.height() - (rows - 1) * _GAP) / (rows * size.height())))


def images_of(images: Array, like: Array | None = None) -> list[QImage]:
    """Numbers [N, C, H, W] as pictures, one channel grey, three red, green and blue; black and white are 0 and 1.

    Where numbers lie beyond, as in a spectrogram, they are the least and the most of all, or of what they are to be
    `like` [..., C, H, W].
    """
    import numpy as np

    from designer.data.preview import pixels_of, range_of
    from designer.ui.panels.data_grids import image_of

    asked = np.asarray(images if like is None else like, dtype=np.float32)
    asked = asked.reshape(-1, *asked.shape[-3:])
    limits = range_of(asked.swapaxes(0, 1).reshape(asked.shape[1], -1))
    return [image_of(pixels_of(np.asarray(x, dtype=np.float32), limits, _PIXELS)) for x in images]


class PointsView(QWidget):
    """Points of a plane, one unit as long upwards as to the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.points: Array | None = None
        self._theme = theme
        self.setMinimumSize(QSize(_LEAST_SIDE, _LEAST_DETAILED))
        self.setAccessibleName("The sample as points")
        theme.changed.connect(self.update)

    def show_points(self, points: Array) -> None:
        """[N, 2]: x to the right, y upwards."""
        self.points = points
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No higher than wide."""
        super().resizeEvent(event)
        self.setMaximumHeight(max(self.width(), self.minimumHeight()))

    def places(self) -> list[QPointF]:
        """Where each point is drawn."""
        return [] if self.points is None else places_in(QRectF(self.rect()), self.points, 2 * _DOT)

    def paintEvent(self, event: object) -> None:
        """Draws a dot for each point."""
        painter, colours = QPainter(self), self._theme.colours
        painter.fillRect(self.rect(), QColor(colours.base))
        if self.points is not None:
            draw_points(painter, QRectF(self.rect()), self.points, _DOT, colours.accent)


class TextView(QScrollArea):
    """A text, word by word."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(self.text)
        self._fit()

    def sizeHint(self) -> QSize:
        """What it can do with, as it scrolls."""
        return self.minimumSize()

    def show_words(self, words: tuple[str, ...]) -> None:
        """A blank between two of them, unless they are characters."""
        self.text.setText(between(words).join(words))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No higher than the text: what comes next follows it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        useful = max(self.text.heightForWidth(self.viewport().width()), line)
        self.setMinimumHeight(min(useful, _LEAST_TEXT * line))
        self.setMaximumHeight(useful)


class Caption(QLabel):
    """A view's name; the tool tip has all of a long one."""

    def __init__(self, caption: str) -> None:
        super().__init__(caption)
        self._caption = caption
        self.setProperty("role", "muted")
        self.setToolTip(caption)
        self.setMinimumWidth(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much of the name as there is room for."""
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width()))


def captioned(caption: str, view: QWidget) -> QVBoxLayout:
    """A view with its name above it; as high as the view may be, which a widget around them would not keep to."""
    column = QVBoxLayout()
    column.setSpacing(2)
    if caption:
        column.addWidget(Caption(caption))
    column.addWidget(view, 1)
    return column


class Scores(QWidget):
    """The likeliest classes, with a bar for each one's probability."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: list[tuple[str, float, bool]] = []

    def show_scores(self, rows: list[tuple[str, float, bool]]) -> None:
        """Rows of class, probability, and whether it is the right one."""
        self.rows = rows
        self.setMinimumHeight(min(len(rows), _LEAST_ROWS) * self._line())
        self.setMaximumHeight(len(rows) * self._line())
        self.update()

    def _line(self) -> int:
        return self.fontMetrics().height() + 3

    def paintEvent(self, event: object) -> None:
        """Draws as many rows as there is room for."""
        painter, colours = QPainter(self), self._theme.colours
        line = self._line()
        names = max((self.fontMetrics().horizontalAdvance(name) for name, _, _ in self.rows), default=0) + 8
        figures = self.fontMetrics().horizontalAdvance("100.0 %") + 6
        room = max(self.width() - names - figures, 10)
        for place, (name, share, right) in enumerate(self.rows[: max(self.height() // line, 1)]):
            top = place * line
            painter.setPen(QColor(colours.text if right else colours.muted))
            painter.drawText(QRectF(0, top, names, line), Qt.AlignmentFlag.AlignVCenter, name)
            painter.fillRect(
                QRectF(names, top + 4, room * share, line - 8), QColor(colours.good if right else colours.edge)
            )
            aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(names + room, top, figures, line), aligned, percent(share))


def between(words: Sequence[str]) -> str:
    """What stands between words: nothing where a blank is one of them, as among the characters of a text."""
    return "" if " " in words else " "


def words_marked(verdict_words: list[str], wanted: list[str], colour: str) -> str:
    """The words of a prediction as rich text; those that are not the wanted ones in a colour."""
    parts = []
    for place, word in enumerate(verdict_words):
        shown = html.escape(word)
        wrong = place >= len(wanted) or word != wanted[place]
        parts.append(f"<span style='color:{colour}'>{shown}</span>" if wrong else shown)
    return between(wanted).join(parts)
