"""Which frame of a film is shown: one moment for all panels that show frames, moved by hand or playing."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from designer.ui.widgets.flat_button import flat_button

_FRAME_MS = 160
_PLAY, _PAUSE = "▶", "❚❚"
_AXES = {"D": "slice"}
"""What people call a place along an axis, where it is no frame."""


class FilmClock(QObject):
    """The moment of a film that is shown, as a share of its length from 0 up to 1. `moved` once it is another one.

    A share, as a pooling over time leaves fewer frames than the sample has: half through it is half through both.
    """

    moved = Signal()
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.moment = 0.0
        self._rows: list[FilmRow] = []
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._next)

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def add(self, row: FilmRow) -> None:
        """Another row that shows the moment."""
        self._rows.append(row)
        row.destroyed.connect(lambda: self._rows.remove(row))

    def move_to(self, moment: float) -> None:
        """Another moment."""
        if moment != self.moment:
            self.moment = moment
            self.moved.emit()

    def play(self, playing: bool) -> None:
        """Begins to move by itself, round and round, or ends that."""
        if playing != self.playing:
            if playing:
                self._timer.start()
            else:
                self._timer.stop()
            self.playing_changed.emit(playing)

    def _next(self) -> None:
        """The next frame of the longest film that can be seen; where none can, it need not play."""
        frames = max((row.frames for row in self._rows if row.isVisible()), default=0)
        if frames < 2:
            self.play(False)
            return
        self.move_to(((frame_at(self.moment, frames) + 1) % frames + 0.5) / frames)


def frame_at(moment: float, frames: int) -> int:
    """The frame at a moment, from 0."""
    return min(int(moment * frames), frames - 1)


class FilmRow(QWidget):
    """Plays a film, or moves to a frame of it."""

    def __init__(self, clock: FilmClock, name: str) -> None:
        super().__init__()
        self.clock, self.frames, self._noun = clock, 0, "frame"
        self._play = flat_button(_PLAY, f"{name}Play", "Play")
        self._play.setCheckable(True)
        self._play.toggled.connect(clock.play)
        self._play.setFixedWidth(self._play.sizeHint().height() + 6)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(f"{name}Frame")
        self.slider.setAccessibleName(self._noun.capitalize())
        self.slider.setPageStep(1)
        self.slider.valueChanged.connect(self._choose)
        self._told = QLabel()
        self._told.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._play)
        row.addWidget(self.slider, 1)
        row.addWidget(self._told)
        clock.moved.connect(self._show)
        clock.playing_changed.connect(self._show_playing)
        clock.add(self)
        self._show_playing(clock.playing)

    @property
    def frame(self) -> int:
        """The number of the frame that is shown, from 0."""
        return frame_at(self.clock.moment, self.frames)

    def show_frames(self, frames: int, axis: str = "L") -> None:
        """How many there are, and along which axis: D has slices, which is said so."""
        noun = _AXES.get(axis, "frame")
        if (frames, noun) == (self.frames, self._noun):
            return
        self.frames, self._noun = frames, noun
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, frames - 1)
        self.slider.setAccessibleName(noun.capitalize())
        self._told.setMinimumWidth(self.fontMetrics().horizontalAdvance(f"{frames} of {frames}"))
        self._show()

    def choose(self, frame: int) -> None:
        """Moves all that show the film to a frame."""
        self.clock.play(False)
        self.clock.move_to((frame + 0.5) / self.frames)

    def _choose(self, frame: int) -> None:
        if frame != self.frame:
            self.choose(frame)

    def _show(self) -> None:
        if not self.frames:
            return
        with QSignalBlocker(self.slider):
            self.slider.setValue(self.frame)
        self._told.setText(f"{self.frame + 1} of {self.frames}")
        self.slider.setToolTip(f"{self._noun.capitalize()} {self.frame + 1} of {self.frames}")

    def _show_playing(self, playing: bool) -> None:
        words = "Pause" if playing else "Play"
        with QSignalBlocker(self._play):
            self._play.setChecked(playing)
        self._play.setText(_PAUSE if playing else _PLAY)
        self._play.setToolTip(words)
        self._play.setAccessibleName(words)
