"""That a training has few steps, with the epochs that would be enough as a link."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from designer.core.assist.enough_steps import few_steps
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.data import opening
from designer.engine.protocol.events import EpochEnded
from designer.engine.protocol.figures import Metrics
from designer.ui.editing.editor import Editor
from designer.ui.run.bridge import Bridge
from designer.ui.style.labels import plural

EPOCHS = "epochs"
"""Where the link leads."""
_WORSE = 1.1
"""How many times its least the loss of validation has to be for more epochs not to be worth advising."""
_WORDS = '{} {} only {}: <a href="epochs">take {}</a>.'
_ONE_LINE = 'Only {}: <a href="epochs">take {}</a>.'


class FewStepsNote(QLabel):
    """Below the form, whose fields stay where the mouse is. `take_enough()` is one edit.

    A run that got all of its validation right, or became worse there at its end, needs no more epochs of these data.
    """

    def __init__(self, editor: Editor, bridge: Bridge) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._editor = editor
        self._least = float("inf")
        self._learned: DataSettings | None = None
        """The data that the last run had steps enough for, as its validation shows."""
        bridge.started.connect(lambda event: self._begin())
        bridge.epoch_ended.connect(self._judge)
        self.setObjectName("trainingFew")
        self.setAccessibleName("Few steps")
        self.linkActivated.connect(lambda where: self.take_enough())
        self.hide()

    def show_for(self, design: Design | None) -> None:
        """Says it of a design; nothing of none, or of one with steps enough."""
        words = _enough_told(design) if design and design.data is not self._learned else ""
        self.setText(words)
        self.setVisible(bool(words))

    def _begin(self) -> None:
        self._least, self._learned = float("inf"), None

    def _judge(self, event: EpochEnded) -> None:
        self._least = min(self._least, event.metrics.get("val_loss", float("inf")))
        self._learned = self._editor.design.data if _is_enough(event.metrics, self._least) else None

    def take_enough(self) -> None:
        """Trains for as many epochs as are enough."""
        design = self._editor.design
        if found := few_steps(design.training, opening.counts(design.data)[0]):
            self._editor.set_training("epochs", found.epochs)


def _enough_told(design: Design) -> str:
    """The same behind a run: one line, which has room at the foot of the panel."""
    found = few_steps(design.training, opening.counts(design.data)[0])
    return _ONE_LINE.format(plural(found.steps, "step"), plural(found.epochs, "epoch")) if found else ""


def few_steps_told(before: str, design: Design) -> str:
    """The words with the link, behind others; empty where a training has steps enough."""
    found = few_steps(design.training, opening.counts(design.data)[0])
    if found is None:
        return ""
    epochs = plural(design.training.epochs, "epoch makes", "epochs make")
    return _WORDS.format(before, epochs, plural(found.steps, "step"), plural(found.epochs, "epoch"))


def _is_enough(metrics: Metrics, least: float) -> bool:
    """Whether the figures of an epoch leave little for further ones to gain; `least` is the best loss so far."""
    return metrics.get("val_accuracy", 0.0) >= 1.0 or metrics.get("val_loss", 0.0) > least * _WORSE
