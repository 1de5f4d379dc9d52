"""A film as a person sees one: a frame of it large, all of them small beside it, and a row to play it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from designer.ui.panels.film_clock import FilmClock, FilmRow
from designer.ui.panels.sample_views import images_of
from designer.ui.style.theme import Theme

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Array

_GAP = 3.0
_LEAST = QSize(120, 84)


class FilmFrames(QWidget):
    """Paints the frames; `chosen(frame)` for one that is clicked."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("filmFrames")
        self.setAccessibleName("Frames of the film")
        self.frames: list[QImage] = []
        self.current = 0
        self._theme = theme
        self.setMinimumSize(_LEAST)

    def show_frames(self, frames: list[QImage]) -> None:
        """All frames, which have one size."""
        self.frames = frames
        self.update()

    def show_current(self, frame: int) -> None:
        """The one that is shown large."""
        self.current = frame
        self.update()

    def places(self) -> tuple[QRectF, list[QRectF]]:
        """Where the large frame is drawn, and where each of the small ones."""
        beside = self.width() >= self.height()
        half = (self.width() / 2, self.height()) if beside else (self.width(), self.height() / 2)
        large = self._fitting(*half)
        if beside:
            rest = QRectF(large.width() + 2 * _GAP, 0, self.width() - large.width() - 2 * _GAP, self.height())
        else:
            rest = QRectF(0, large.height() + 2 * _GAP, self.width(), self.height() - large.height() - 2 * _GAP)
        small = self._tiles(rest)
        used = small[0].united(small[-1]).united(max(small, key=QRectF.right)).united(large)
        moved = QPointF((self.width() - used.width()) / 2, 0) if beside else QPointF(0, 0)
        top = (self.height() - large.height()) / 2 if beside else 0.0
        centred = large.translated(moved + QPointF(0, top))
        return centred, [place.translated(moved) for place in small]

    def _fitting(self, width: float, height: float) -> QRectF:
        """A frame as large as there is room."""
        size = self.frames[0].size()
        scale = min(width / size.width(), height / size.height())
        return QRectF(0, 0, size.width() * scale, size.height() * scale)

    def _tiles(self, room: QRectF) -> list[QRectF]:
        """All frames in rows, in as many columns as make them largest."""
        count, size = len(self.frames), self.frames[0].size()

        def scale(columns: int) -> float:
            rows = -(-count // columns)
            across = (room.width() - (columns - 1) * _GAP) / (columns * size.width())
            return float(min(across, (room.height() - (rows - 1) * _GAP) / (rows * size.height())))

        columns = max(range(1, count + 1), key=scale)
        width, height = size.width() * scale(columns), size.height() * scale(columns)
        rows = -(-count // columns)
        top = room.top() + (room.height() - rows * (height + _GAP) + _GAP) / 2
        return [
            QRectF(
                room.left() + place % columns * (width + _GAP), top + place // columns * (height + _GAP), width, height
            )
            for place in range(count)
        ]

    def paintEvent(self, event: object) -> None:
        """Sharp pixels; the frame that is shown large has a line around it among the small ones."""
        if not self.frames:
            return
        painter = QPainter(self)
        large, small = self.places()
        painter.drawImage(large, self.frames[self.current])
        for place, frame in zip(small, self.frames, strict=True):
            painter.drawImage(place, frame)
        painter.setPen(QPen(QColor(self._theme.colours.accent), 2))
        painter.drawRect(small[self.current].adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A small frame becomes the large one."""
        if event.button() == Qt.MouseButton.LeftButton and (frame := self._at(event.position())) is not None:
            self.chosen.emit(frame)

    def event(self, event: object) -> bool:
        """The tip tells the number of a frame."""
        if isinstance(event, QHelpEvent):
            frame = self._at(QPointF(event.pos()))
            words = "" if frame is None else f"Frame {frame + 1} of {len(self.frames)}"
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def _at(self, point: QPointF) -> int | None:
        if not self.frames:
            return None
        return next((number for number, place in enumerate(self.places()[1]) if place.contains(point)), None)


class FilmView(QWidget):
    """The frames of a sample, with a row to play them by."""

    def __init__(self, theme: Theme, clock: FilmClock) -> None:
        super().__init__()
        self.pictures = FilmFrames(theme)
        self.row = FilmRow(clock, "sample")
        self.pictures.chosen.connect(self.row.choose)
        clock.moved.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.pictures, 1)
        column.addWidget(self.row)

    def show_film(self, frames: Array, axis: str) -> None:
        """Frames [L, C, H, W], along the axis L or D."""
        self.row.show_frames(len(frames), axis)
        self.pictures.current = self.row.frame
        self.pictures.show_frames(images_of(frames))

    def _show(self) -> None:
        self.pictures.show_current(self.row.frame)
