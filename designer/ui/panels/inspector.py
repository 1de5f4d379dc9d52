"""The inspector: the selected block's name, shapes and parameters, and what is wrong with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.core.assist.naming import meant_name
from designer.core.diff.change import Parts
from designer.core.edits import network_edits
from designer.core.graph.binding import DataInfo, bind
from designer.core.graph.block import Block
from designer.core.graph.group_paths import GroupPath
from designer.core.graph.messages import Problem
from designer.core.graph.network import AnyBlock, NetworkError
from designer.core.graph.roles import InputBlock, OutputBlock
from designer.core.inference.infer import Result
from designer.core.validation.all_problems import Found
from designer.ui.editing.editor import Editor
from designer.ui.panels.block_facts import facts_of
from designer.ui.panels.group_box import ExposeButton, UseBox
from designer.ui.panels.kept_forms import KeptForms
from designer.ui.panels.kind_help import KindHelp
from designer.ui.panels.learning_box import LearningBox
from designer.ui.style.labels import plural
from designer.ui.widgets.field_area import FieldArea
from designer.ui.widgets.fix_button import FixButton
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.number_boxes import EntryMessage
from designer.ui.widgets.timers import AfterEdit


class ProblemList(QWidget):
    """Messages with a button for each one-click fix. `chosen(found, title)` when a person wants one."""

    chosen = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setVisible(False)
        self._said: list[object] = []

    def show_problems(self, problems: Sequence[Problem], path: GroupPath = ()) -> None:
        """Shows these, of the group that a path leads to, instead of what was shown. What says the same stays."""
        said = [(path, *_said(problem)) for problem in problems]
        if said == self._said:
            return
        self._said = list(said)
        empty_layout(self._layout)
        for problem in problems:
            words = QLabel(problem.message, wordWrap=True, textFormat=Qt.TextFormat.PlainText)  # it may quote a file
            words.setProperty("role", "error")
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._layout.addWidget(words)
            for fix in problem.fixes:
                self._layout.addWidget(self._button(Found(path, problem), fix.title))
        self.setVisible(bool(problems))

    def _button(self, found: Found, title: str) -> QPushButton:
        button = FixButton(title)
        button.clicked.connect(lambda: self.chosen.emit(found, title))
        return button


def _said(problem: Problem) -> tuple[str, ...]:
    """Where a problem is, and all that is read of it."""
    return problem.block, problem.message, *(fix.title for fix in problem.fixes)


_EMPTY = "Select a block on the canvas to see and edit its parameters."
_FIELD_HINT = "Click a field to see what it is for."
_UNKNOWN = (
    "This kind is not known here. The block is kept and saved as it is. If it comes from a Python file of your own, "
    'or of somebody whom you trust, add that file under <a href="custom">Custom Blocks…</a>'
)
_PLACEHOLDER = (
    "A layer of Keras stood here that has no counterpart. Its parameters are kept and saved as they were. Remove it if "
    "the network can do without, or put other blocks in its place: drag them onto its edges first."
)


class InspectorPanel(FieldArea):
    """Shows one block. What is edited here goes to the editor; what changes elsewhere shows here.

    `custom_wanted()` when the person follows the way to the custom blocks.
    """

    custom_wanted = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._block_id = ""
        self._several: tuple[str, ...] = ()
        """The selected blocks, where they are more than one."""
        self._form: ModelForm | None = None
        self._form_key: object = None
        self._kept = KeptForms()
        self._shows_none = self._is_other = False
        """Whether it is empty, and whether the form may still have what was typed for another block."""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = QLabel(_EMPTY, wordWrap=True)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._make_name_field()
        self._facts = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._facts.setObjectName("blockFacts")
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._use = UseBox(editor)
        self._expose = ExposeButton(editor)
        self.learning = LearningBox(editor)
        self._problems = ProblemList()
        self._problems.chosen.connect(editor.mend)
        self._make_help()
        self._lay_out()
        self._seen = True
        self._later = AfterEdit(self, 0, self._refresh)
        editor.listen(Parts.JUDGED | Parts.WHERE, lambda change: self._refresh_soon())
        self.show_block("")

    def _make_name_field(self) -> None:
        self._name_message, self._named = EntryMessage(), ""
        self._name_message.wanted.connect(self._take_name)
        self.name = QLineEdit()
        self.name.setObjectName("blockName")
        self.name.setAccessibleName("Block name")
        self.name.setToolTip("The block's name, and the layer's name in the model")
        self.name.editingFinished.connect(self._rename)
        self.name.textEdited.connect(lambda text: self._name_message.tell(""))

    def _make_help(self) -> None:
        """Of the field that has the keyboard, and of the kind."""
        self._field_help = QLabel(wordWrap=True)
        self._field_help.setObjectName("fieldHelp")
        self._field_help.setProperty("role", "muted")
        self._field_help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._field_help.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # two lines stay free: nothing jumps
        self._field_help.hide()
        self.learning.help_wanted.connect(self._tell_field)
        self._help = KindHelp()
        self._help.link_followed.connect(lambda link: self.custom_wanted.emit())

    def _lay_out(self) -> None:
        """What is about a block is hidden as a whole: part by part would be the most of what a removal costs here."""
        content, self._about = QWidget(), QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        for widget in (self._empty, self._about):
            column.addWidget(widget)
        column.addStretch(1)
        self._layout = QVBoxLayout(self._about)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        for widget in (
            *(self.name, self._name_message, self._facts, self._use, self._problems, self._expose),
            *(self.learning, self._field_help, self._help),
        ):
            self._layout.addWidget(widget)
        self.setWidget(content)

    def show_block(self, block_id: str) -> None:
        """Shows a block; nothing for an empty name."""
        self._is_other = self._is_other or block_id != self._block_id
        self._block_id, self._several = block_id, ()
        self._refresh()

    def show_several(self, names: Sequence[str]) -> None:
        """Several blocks are selected, or none: they may be frozen together."""
        if not self._block_id and tuple(names) != self._several:
            self._several = tuple(names)
            self._refresh()

    def set_seen(self, seen: bool) -> None:
        """Whether somebody looks."""
        self._seen = seen
        if seen:
            self._settle()

    def _settle(self) -> None:
        if self._later.isActive():
            self._refresh()

    def _refresh_soon(self) -> None:
        """At once where somebody looks; behind another panel once that is painted, for which an edit has been made."""
        if self._seen:
            self._refresh()
        else:
            self._later.start()

    def first_editor(self) -> QWidget:
        """What takes the keyboard to edit the block: its first parameter, or else its name."""
        self._settle()
        fields = self._form.fields.values() if self._form and not self._shows_none else ()
        return next((editor for field in fields for editor in field.editors() if field.isEnabled()), self.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes back what was typed and not yet entered, and then goes on to who is around."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        node = self._editor.shown.network.nodes.get(self._block_id)
        if self._form and node and isinstance(node.block, Block):
            self._form.take_back()
            self._form.show_model(node.block)
        self.name.setText(self._block_id)
        event.ignore()

    def _drop_form(self) -> None:
        assert self._form is not None
        self._kept.keep(self._form_key, self._form)
        self._form = None
        self._field_help.hide()

    def _refresh(self) -> None:
        self._later.stop()
        result = self._editor.shown_inference.results.get(self._block_id)
        if result is None:
            self._show_none()
            return
        if self._form:
            self._form.blockSignals(False)
        self.learning.show_blocks([self._block_id])
        for part in (self._use, self._expose):
            part.show_block(self._block_id, result.node.block)
        if self._named != self._block_id:
            self._name_message.tell("")  # it was about another block, or the name is another one by now
        self._named = self._block_id
        if self.name.text() != self._block_id:
            self.name.setText(self._block_id)
        self._facts.setText("\n".join(filter(None, (facts_of(result), self._waiting(result)))))
        problems = [item for item in self._editor.shown_problems() if item.block == self._block_id]
        self._problems.show_problems(problems, self._editor.path)
        self._layout.setEnabled(False)  # Qt would lay out all of it at each part that comes
        self._show_form(result)
        self._layout.setEnabled(True)
        self._shows_none = False
        self._empty.hide()
        for widget in (self.name, self._facts, self._help, self._about):
            widget.show()

    def _show_none(self) -> None:
        """The form stays there for the next block of its kind; what was typed and not entered is no edit."""
        if self._shows_none and not self._several and self._about.isHidden():
            return
        if self._form:
            self._form.blockSignals(True)
        self.learning.show_blocks(self._several)
        self._empty.setText(f"{plural(len(self._several), 'block')} are selected." if self._several else _EMPTY)
        if self._several:
            self._show_learning_alone()
        else:
            self._about.hide()
        if not self._shows_none:
            self._shows_none = self._is_other = True
            self._empty.show()
            self._named = ""

    def _show_learning_alone(self) -> None:
        """Of several blocks nothing but how they learn."""
        if self._form:
            self._drop_form()
        self._name_message.tell("")
        self._problems.show_problems([])
        for part in (self._use, self._expose):
            part.show_block("", None)
        for widget in (self.name, self._facts, self._field_help, self._help):
            widget.hide()
        self._about.show()

    def _waiting(self, result: Result) -> str:
        """What a block without a shape waits for: the first one before it that has a problem."""
        inference = self._editor.shown_inference
        if result.problem or result.shapes is not None:
            return ""
        before = inference.network.upstream(self._block_id)
        wrong = next(
            (item.node.id for item in inference.results.values() if item.problem and item.node.id in before), ""
        )
        return f"Not known before '{wrong}' is mended." if wrong else ""

    def _show_form(self, result: Result) -> None:
        block = result.node.block
        key = (type(block), dict(block.form_fields())) if isinstance(block, Block) else None
        if self._form and self._form_key != key:
            self._drop_form()
        if not isinstance(block, Block):
            self._help.show_text(_PLACEHOLDER if block.kind.startswith("keras.") else _UNKNOWN)
            return
        if self._form is None:
            form = self._form = self._kept.take(key) or self._made_form(block)
            self._form_key = key
            self._put_in_tab_order(form)
            self._field_help.setText(_FIELD_HINT)
            self._field_help.setVisible(bool(block.form_fields()))
            self.learning.align_with(form)
            self._help.show_kind(type(block))
        elif self._is_other:
            self._form.take_back()  # what was typed there was about the block before
        self._is_other = False
        self._form.offer_columns(_columns(block, self._editor.data), self._column_taken())
        self._form.show_model(block)
        self._form.show()  # before anything is laid out: Qt would do so by itself, after it has laid out the rest

    def _made_form(self, block: Block) -> ModelForm:
        form = ModelForm(block.form_fields())
        form.edited.connect(self._edit)
        form.help_wanted.connect(self._field_help.setText)
        self._layout.insertWidget(self._layout.indexOf(self.learning), form)
        return form

    def _tell_field(self, text: str) -> None:
        """What a field is for that is not in the form: also of blocks that have no other."""
        self._field_help.setText(text)
        self._field_help.show()

    def _put_in_tab_order(self, form: ModelForm) -> None:
        """Behind the name: what is made later would come behind all panels."""
        before: QWidget = self.name
        for field in (*form.fields.values(), *self.learning.form.fields.values()):
            for editor in field.editors():
                if editor.parentWidget() is field:  # not the inner parts of a box
                    QWidget.setTabOrder(before, editor)
                    before = editor

    def _column_taken(self) -> str:
        """The column that an Input or an Output without a name for it takes."""
        node, data = self._editor.design.network.nodes.get(self._block_id), self._editor.data
        if node is None or data is None or _column_named(node.block) != "":
            return ""
        binding = bind(self._editor.design.network, data)
        column = binding.features.get(self._block_id) or binding.targets.get(self._block_id)
        return column.name if column else ""

    def _edit(self, name: str, value: object) -> None:
        if not self._editor.set_param(self._block_id, name, value):
            self._refresh()

    def _rename(self) -> None:
        new = unicodedata.normalize("NFC", self.name.text().strip())
        old = self._block_id
        if new == old or old not in self._editor.shown.network.nodes:
            return
        self._block_id = new
        if not self._editor.rename(old, new):
            self._block_id = old
            self._tell_name(new)
        self._refresh()

    def _tell_name(self, typed: str) -> None:
        """Why the block cannot be called so, with the name that was meant, to be taken by a click."""
        network = self._editor.shown.network
        try:
            network_edits.rename(network, self._block_id, typed)
        except NetworkError as error:
            meant = meant_name(typed, set(network.nodes) - {self._block_id})
            self._name_message.tell(str(error), meant or None)

    def _take_name(self, name: str) -> None:
        self._name_message.tell("")
        self.name.setText(name)
        self._rename()


def _columns(block: Block, data: DataInfo | None) -> dict[str, tuple[str, ...]]:
    """The columns that a block can name; what an autoencoder learns is a feature."""
    features = tuple(item.name for item in data.features) if data else ()
    targets = tuple(item.name for item in data.targets) if data else ()
    return {"feature": features, "target": features if isinstance(block, OutputBlock) and block.copies else targets}


def _column_named(block: AnyBlock) -> str | None:
    """The column that an Input or an Output names, empty for none; None for other blocks."""
    if isinstance(block, InputBlock):
        return block.feature
    return block.target if isinstance(block, OutputBlock) else None
