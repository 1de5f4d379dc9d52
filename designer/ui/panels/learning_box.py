"""Learning: whether the selected blocks are frozen, and at what rate they learn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from designer.core.edits.learning import with_learning
from designer.core.graph.block import LEARNING, Block
from designer.core.inference.learning import learns
from designer.ui.editing.editor import BY_ITSELF, Editor
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.layouts import align_labels


class LearningBox(QWidget):
    """A section of the inspector; hidden where nothing that is selected can learn.

    Of several blocks the fields have what all of them have, and an edit is for all. `help_wanted(text)` as of a form.
    """

    help_wanted = Signal(str)

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._blocks: tuple[str, ...] = ()
        self._above: ModelForm | None = None
        self.setObjectName("learning")
        heading = QLabel("Learning")
        heading.setProperty("role", "heading")
        self._mixed = QLabel(wordWrap=True)
        self._mixed.setObjectName("learningMixed")
        self._mixed.setProperty("role", "muted")
        self.form = ModelForm({name: Block.model_fields[name] for name in LEARNING}, names=False)
        self.form.edited.connect(self._edit)
        self.form.help_wanted.connect(self.help_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        for widget in (heading, self.form, self._mixed):
            column.addWidget(widget)
        self.hide()

    def align_with(self, form: ModelForm) -> None:
        """The fields begin where those of the form above begin."""
        self._above = form
        self._align()

    def _align(self) -> None:
        if self._above is not None:
            align_labels(self._above.rows, self.form.rows)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider labels, which have them once this has been told to all of them."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self._align)

    def show_blocks(self, names: Sequence[str]) -> None:
        """Shows how these blocks learn, as far as they can."""
        results = self._editor.shown_inference.results
        found = tuple(name for name in names if name in results and learns(results[name]))
        if self._blocks and found != self._blocks:
            self.form.take_back()  # it was typed for others
        self._blocks = found
        if found:
            self._show(results[found[0]].node.block.learning, [results[name].node.block.learning for name in found])
        self.setVisible(bool(found))

    def _show(self, first: tuple[bool, float], all_of_them: Sequence[tuple[bool, float]]) -> None:
        frozen = [is_frozen for is_frozen, _ in all_of_them]
        self.form.fields["frozen"].show_value(all(frozen))
        self.form.fields["rate_factor"].show_value(first[1])
        self.form.fields["rate_factor"].setEnabled(not all(frozen))
        told = [f"{sum(frozen)} of {len(frozen)} are frozen."] if any(frozen) and not all(frozen) else []
        rates = sorted({factor for _, factor in all_of_them})
        told += [f"Their rate factors go from {rates[0]:g} to {rates[-1]:g}."] if rates[1:] else []
        self._mixed.setText(" ".join(told))
        self._mixed.setVisible(bool(told))

    def _edit(self, name: str, value: object) -> None:
        blocks = self._blocks
        key = f"learning {name} {' '.join(blocks)}"
        if not self._editor.edit_shown(BY_ITSELF, lambda design: with_learning(design, blocks, **{name: value}), key):
            self.show_blocks(blocks)
