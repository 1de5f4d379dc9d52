"""That a training has few steps, with the epochs that would be enough as a link."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from designer.core.assist.enough_steps import few_steps
from designer.core.graph.design import Design
from designer.data import opening
from designer.ui.editing.editor import Editor
from designer.ui.style.labels import plural

EPOCHS = "epochs"
"""Where the link leads."""
_WORDS = '{} {} only {}: <a href="epochs">take {}</a>.'


class FewStepsNote(QLabel):
    """Below the form, whose fields stay where the mouse is. `take_enough()` is one edit."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._editor = editor
        self.setObjectName("trainingFew")
        self.setAccessibleName("Few steps")
        self.linkActivated.connect(lambda where: self.take_enough())
        self.hide()

    def show_for(self, design: Design | None) -> None:
        """Says it of a design; nothing of none, or of one with steps enough."""
        words = few_steps_told("Mind that", design) if design else ""
        self.setText(words)
        self.setVisible(bool(words))

    def take_enough(self) -> None:
        """Trains for as many epochs as are enough."""
        design = self._editor.design
        if found := few_steps(design.training, opening.counts(design.data)[0]):
            self._editor.set_training("epochs", found.epochs)


def few_steps_told(before: str, design: Design) -> str:
    """The words with the link, behind others; empty where a training has steps enough."""
    found = few_steps(design.training, opening.counts(design.data)[0])
    if found is None:
        return ""
    epochs = plural(design.training.epochs, "epoch makes", "epochs make")
    return _WORDS.format(before, epochs, plural(found.steps, "step"), plural(found.epochs, "epoch"))
