"""The time slider: looks inside with the weights of each epoch of the last run that is kept, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from designer.engine.protocol.events import WeightsTaken
from designer.ui.panels.epoch_axis import EpochAxis
from designer.ui.panels.epoch_track import NOW, EpochTrack
from designer.ui.run.bridge import Bridge
from designer.ui.style import icons
from designer.ui.style.labels import plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.flat_button import flat_button
from designer.ui.workbench.kept_runs import KeptRuns

_PLAY_MS = 450
_MARGIN, _BESIDE_NOW = 2, 10
"""Pixels at both ends, and from the stop that is now to what is told."""
_LONGEST = "888 is not kept: epoch 888"
"""What it may have to tell where no plot says how much room there is."""
_PLAY, _HALT = "▶", "■"
_OTHER = -1
"""What is looked at are the weights of another run."""
_TIP = "Drag to look inside with the weights of an earlier epoch"


def nearest(kept: Sequence[int], epoch: int) -> int:
    """The kept epoch that is nearest to one, the earlier of two."""
    return min(kept, key=lambda other: (abs(other - epoch), other))


class TimeSlider(QWidget):
    """Seen once a run has ended of which two epochs are kept; its right end is what was learned last, "now".

    Every epoch has its place below that of the curves. One whose weights made room for others is told so, and the
    nearest that is kept is looked at. One is asked for at a time: the newest wish waits until the one before has been
    shown. `looked_at(epoch)` tells which one it is by now, None for now; `branch_wanted(epoch)` asks for a run from it.
    """

    looked_at = Signal(object)
    branch_wanted = Signal(int)

    def __init__(self, runs: KeptRuns, bridge: Bridge, axis: EpochAxis, theme: Theme) -> None:
        super().__init__()
        self._runs, self._bridge, self._axis, self._theme = runs, bridge, axis, theme
        self._kept: list[int] = []
        self._looked_at: int | None = None
        """The epoch whose weights are looked at, or asked for; None for now."""
        self._told: int | None = None
        self._asked = self._waits = False
        self.slider = EpochTrack()
        self.slider.setParent(self)
        self.slider.setObjectName("timeSlider")
        self.slider.setAccessibleName("Epoch that is looked into")
        self.slider.valueChanged.connect(self._want)
        self.slider.menu_wanted.connect(self._show_menu)
        self._even_axis = self.slider.axis
        self.slider.axis = lambda: self._axis.under(self._folder, self.slider) or self._even_axis()
        self._button = flat_button(_PLAY, "timePlay", "Play all epochs that are kept, from the first to now")
        self._button.clicked.connect(self._play_or_halt)
        self.branch = flat_button("", "timeBranch", "Branch")
        self.branch.clicked.connect(lambda: self.branch_wanted.emit(self._to_branch_from))
        self.label = ElidedLabel("now")
        self.label.setProperty("role", "muted")
        for widget in (self._button, self.branch, self.label):
            widget.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._clock = QTimer(self, interval=_PLAY_MS)
        self._clock.timeout.connect(self._step)
        self._listen()
        self._colour()
        self.hide()

    def _listen(self) -> None:
        self._runs.changed.connect(self.refresh)
        self._bridge.training_changed.connect(lambda training: self.refresh())
        self._bridge.weights_taken.connect(self._taken)
        self._bridge.weights_told.connect(lambda event: self._refused())
        self._axis.moved.connect(self._place)
        self._theme.changed.connect(self._colour)

    def _colour(self) -> None:
        colours = self._theme.colours
        self.branch.setIcon(icons.icon("branch", colours.text, colours.border))

    @property
    def _folder(self) -> Path | None:
        return self._runs.last.folder if self._runs.last else None

    @property
    def _to_branch_from(self) -> int:
        """The epoch that is looked at; now, the last one that is kept."""
        return self._epoch or (self._kept[-1] if self._kept else 0)

    def sizeHint(self) -> QSize:
        """As high as its buttons."""
        return QSize(0, max(self._button.sizeHint().height(), self.branch.sizeHint().height()) + 2)

    def minimumSizeHint(self) -> QSize:
        """As wide as there is room."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """All of it stands below the plots."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The track lies below the axis, the buttons before it, and behind it what is told."""
        if self.isHidden():
            return
        high, left = self.height() - 2, _MARGIN
        for button in (self._button, self.branch):
            button.setGeometry(left, 0, button.sizeHint().width(), high)
            left += button.width()
        axis = self._axis.under(self._folder, self)
        words = self.label.fontMetrics().horizontalAdvance(_LONGEST)
        right = axis.right + NOW if axis else self.width() - words - _BESIDE_NOW
        end = min(round(right) + _BESIDE_NOW, self.width())
        self.slider.setGeometry(left, 0, max(end - left, 1), high)
        self.label.setGeometry(end, 0, max(self.width() - end - _MARGIN, 0), high)
        self.slider.update()
        self._tell_place()

    def refresh(self) -> None:
        """Another run is the last one, or it has come further, or the network is another one."""
        kept = None if self._bridge.training else self._runs.to_go_on_with
        self._halt()
        self._kept = self._kept_of(kept.folder) if kept else []
        last = max(kept.epochs, *self._kept) if kept and self._kept else 0
        self._asked = self._waits = False
        self._looked_at = None
        first = self._kept[0] if self._kept else 0
        self.slider.blockSignals(True)
        self.slider.setRange(first, last + 1)
        self.slider.setPageStep(max((last - first) // 10, 1))
        self.slider.setValue(last + 1)
        self.slider.blockSignals(False)
        self.slider.show_stops(self._kept)
        self._tell_kept(last - first + 1)
        self._tell()
        self.setVisible(len(self._kept) > 1)
        self._place()

    @staticmethod
    def _kept_of(folder: Path) -> list[int]:
        # Here, as the window needs no lines of runs at its start.
        from designer.engine.runs.run_folder import Run

        return Run(folder).epochs.epochs()

    def _tell_kept(self, epochs: int) -> None:
        """How many there are."""
        kept = len(self._kept)
        some = f". Of {plural(epochs, 'epoch')} {kept:,} have their weights kept: the others made room for them"
        self.slider.setToolTip(_TIP if kept == epochs else _TIP + some)

    @property
    def _wanted(self) -> int | None:
        """The epoch at the slider; None for now."""
        return self.slider.value() if self.slider.value() < self.slider.maximum() else None

    @property
    def _epoch(self) -> int | None:
        """The one that is looked at for it."""
        return None if self._wanted is None or not self._kept else nearest(self._kept, self._wanted)

    def _want(self) -> None:
        self._tell()
        kept = self._runs.to_go_on_with
        if self._asked or kept is None:
            self._waits = kept is not None
            if not self._asked:
                self._runs.look_whether_it_is_there()
            return
        if self._epoch == self._looked_at:
            return
        self._asked, self._looked_at = True, self._epoch
        self._runs.take_weights(kept.folder, self._epoch)

    def _taken(self, event: WeightsTaken) -> None:
        if self._asked:
            self._answered()
            return
        kept = self._runs.last  # somebody else has asked, it may be for those of another run
        is_own = kept is not None and str(kept.folder) == event.folder
        self._looked_at = (None if event.is_last else event.epoch) if is_own else _OTHER

    def _refused(self) -> None:
        """The weights cannot be read, or are gone since: then the nearest that is still there is looked at."""
        kept = self._runs.to_go_on_with
        if self._asked and kept is not None:
            there = self._kept_of(kept.folder)
            self._waits = self._waits or there != self._kept
            self._kept = there
        self._answered()

    def _answered(self) -> None:
        if not self._asked:
            return
        self._asked = False
        if self._waits:
            self._waits = False
            self._want()

    def _tell(self) -> None:
        wanted, epoch = self._wanted, self._epoch
        told = "now" if epoch is None else f"epoch {epoch}"
        self.label.tell(told if wanted == epoch else f"{wanted} is not kept: {told}", told)
        words = f"Branch from epoch {self._to_branch_from}: a run of its own begins with the weights of its end"
        self.branch.setToolTip(words)
        self.branch.setAccessibleName(words)
        if epoch != self._told:
            self._told = epoch
            self.looked_at.emit(epoch)
        self._tell_place()

    def _tell_place(self) -> None:
        """A line through the plots."""
        self._axis.look_at(self._folder, self._epoch)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(f"Branch From Epoch {self._to_branch_from}…")
        action.setObjectName("timeBranchFrom")
        action.triggered.connect(self.branch.click)
        menu.popup(place)

    def _play_or_halt(self) -> None:
        if self._clock.isActive():
            self._halt()
            return
        if self._epoch is None:
            self.slider.setValue(self.slider.minimum())
        self._button.setText(_HALT)
        self._clock.start()

    def _step(self) -> None:
        """The next epoch that is kept, once the one before has been seen."""
        if self._asked:
            return
        epoch = self._epoch
        if epoch is None:
            self._halt()
        else:
            self.slider.setValue(next((later for later in self._kept if later > epoch), self.slider.maximum()))

    def _halt(self) -> None:
        self._clock.stop()
        self._button.setText(_PLAY)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it play."""
        super().hideEvent(event)
        self._halt()
