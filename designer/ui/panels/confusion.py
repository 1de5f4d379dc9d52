"""Confusion: which classes the network that is looked into takes for which, of samples that it has not learned from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.engine.protocol.events import ClassesCounted
from designer.engine.protocol.requests import CountClasses
from designer.ui.editing.editor import Editor
from designer.ui.panels.confusion_view import ConfusionView
from designer.ui.panels.inspection_panel import weights_told
from designer.ui.run.bridge import Bridge
from designer.ui.style.labels import noun, percent
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.steady import Steady
from designer.ui.widgets.timers import once_after

_AFTER_EDIT_MS = 250
"""The engine has been shown the design of an edit by then."""
_AFTER_EPOCH_MS = 200
"""Of epochs that are shorter not each one is drawn."""
_INVITATION = "Which class is taken for which is counted here, for a network with an Output that names classes."


class ConfusionPanel(QWidget):
    """Asks the engine as long as it is seen: when weights are others, an epoch or a run has ended, or it is paused,
    or the design has changed.

    `made_ready` has the engine look into the open network, or says why it cannot.
    """

    def __init__(self, editor: Editor, bridge: Bridge, theme: Theme, made_ready: Callable[[], str]) -> None:
        super().__init__()
        self._bridge, self._made_ready = bridge, made_ready
        self.shown: ClassesCounted | None = None
        self._seen = False
        self._message = QLabel(_INVITATION, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._message.setProperty("role", "muted")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setMargin(8)
        self.caption = ElidedLabel()
        self.caption.setObjectName("confusionCaption")
        self.caption.setProperty("role", "muted")
        self.outputs = QComboBox()
        self.outputs.setObjectName("confusionOutput")
        self.outputs.setAccessibleName("Output whose classes are counted")
        self.outputs.activated.connect(lambda place: self._ask())
        self.view = ConfusionView(theme)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._message)
        self._stack.addWidget(self._laid_out())
        self._ask_soon = once_after(self, _AFTER_EDIT_MS, self._ask)
        self._epoch_soon = once_after(self, _AFTER_EPOCH_MS, self._ask)
        editor.listen(Parts.COMPUTED, lambda change: self._ask_soon.start())
        bridge.training_changed.connect(lambda training: self._ask())
        bridge.epoch_ended.connect(lambda event: None if self._epoch_soon.isActive() else self._epoch_soon.start())
        bridge.rest_changed.connect(lambda paused: self._ask() if paused else None)
        bridge.weights_taken.connect(lambda event: self._ask())
        bridge.weights_told.connect(lambda event: self._ask())
        bridge.classes_counted.connect(self._take)

    def _laid_out(self) -> QWidget:
        shown = QWidget()
        head = QHBoxLayout()
        head.addWidget(Steady(self.caption), 1)
        head.addWidget(self.outputs)
        column = QVBoxLayout(shown)
        column.setContentsMargins(8, 4, 8, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        return shown

    def set_seen(self, seen: bool) -> None:
        """Nothing is counted while nobody looks."""
        self._seen = seen
        self._ask()

    def forget(self) -> None:
        """Another file is open."""
        self.shown = None
        self._say(_INVITATION)
        self._ask_soon.start()

    def _ask(self) -> None:
        if not self._seen:
            return
        if reason := self._made_ready():
            self._say(reason)
            return
        self._bridge.request(CountClasses(self.outputs.currentText()))

    def _say(self, words: str) -> None:
        self._message.setText(words)
        self._stack.setCurrentIndex(0)

    def _take(self, event: ClassesCounted) -> None:
        if event.problem and self._bridge.training and self.shown is not None:
            return  # what was counted before the first epoch stays until that has ended
        if event.problem:
            self.shown = None
            self._say(event.problem)
            return
        is_part_of_another = event.done < event.of and self.shown is not None and self.shown.step != event.step
        if is_part_of_another and self.shown and self.shown.classes == event.classes:
            return  # the last whole one stays until there is another whole one
        self.shown = event
        self._offer(event)
        self.caption.setText(_told(event))
        self.view.show_counts(event.classes, event.counts)
        self._stack.setCurrentIndex(1)

    def _offer(self, event: ClassesCounted) -> None:
        known = [self.outputs.itemText(place) for place in range(self.outputs.count())]
        if known != list(event.outputs):
            self.outputs.clear()
            self.outputs.addItems(list(event.outputs))
        self.outputs.setCurrentText(event.output)
        self.outputs.setVisible(len(event.outputs) > 1)


def _told(event: ClassesCounted) -> str:
    """67 validation samples · 96.4 % right · trained weights, step 21; of steps how many these are.

    While it is trained: after epoch 3, step 21.
    """
    counted = sum(map(sum, event.counts))
    right = sum(row[place] for place, row in enumerate(event.counts))
    by = " by the nearest neighbour" if event.by_neighbours else ""
    samples = f"{event.of:,} {noun(event.of, f'{event.part} sample')}"
    done = min(event.done, counted) if event.by_neighbours else event.done
    part = f"{done:,} of {samples}" if done < event.of else samples
    steps = f"{counted:,} {noun(counted, 'step')} of " if counted > event.done else ""
    share = percent(right / counted if counted else None)
    return f"{steps}{part} · {share} right{by} · {_when(event)}"


def _when(event: ClassesCounted) -> str:
    """Whose weights these are: of a run under way, of which epoch."""
    if not event.epoch:
        return weights_told(event.weights, event.step)
    return f"{'within' if event.is_within else 'after'} epoch {event.epoch}, step {event.step:,}"
