"""The bar over the canvas that finds blocks, also inside groups."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from designer.core.assist import block_query
from designer.core.assist.block_query import Hit
from designer.core.diff.change import Parts
from designer.ui.widgets.flat_button import flat_button
from designer.ui.widgets.screen_reader import announce
from designer.ui.workbench.navigate import show_block, show_note
from designer.ui.workbench.workbench import Workbench

_INVITATION = "Find blocks: name, kind, kernel_size=5, 64×11×11"
_TIP = (
    "<p>Words that a block's name, kind or category holds; all must hold.</p>"
    "<p><b>kernel_size=5</b>, <b>out_channels&gt;32</b>: a parameter (its name may be cut short)<br>"
    "<b>64×11×11</b>: an output's shape</p><p>Notes are found by their words.</p>"
)


class FindBar(QWidget):
    """Marks what suits as it is typed; Enter and Shift+Enter go to the next and the one before; Escape closes.

    `closed()` when it goes away.
    """

    closed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setObjectName("findBar")
        self.setAccessibleName("Find blocks")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bench = bench
        self.places: list[Hit] = []
        """What suits."""
        self._at = -1
        self.line = QLineEdit(placeholderText=_INVITATION, clearButtonEnabled=True)
        self.line.setObjectName("findLine")
        self.line.setAccessibleName("Find blocks")
        self.line.setToolTip(_TIP)
        self.line.setMaximumWidth(420)
        self.said = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.said.setObjectName("findSaid")
        self.said.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(6)
        row.addWidget(self.line, 2)
        for text, name, words, keys, slot in (
            ("▴", "findPrevious", "The one before", "Shift+Enter", lambda: self.go(-1)),
            ("▾", "findNext", "The next one", "Enter", lambda: self.go(1)),
        ):
            row.addWidget(self._button(text, name, words, keys, slot))
        row.addWidget(self.said)
        row.addStretch(1)
        row.addWidget(self._button("✕", "findClose", "Close", "Esc", self.leave))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        bench.editor.listen(Parts.JUDGED | Parts.NOTES | Parts.EXPANDED, lambda change: self._search_again())
        bench.editor.listen(Parts.WHERE, lambda change: self._mark())
        self.hide()

    @staticmethod
    def _button(text: str, name: str, words: str, keys: str, slot: object) -> QToolButton:
        button = flat_button(text, name, words, keys)
        button.clicked.connect(slot)
        return button

    def open(self) -> None:
        """Shows the bar, ready to type into."""
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        self._search()

    def leave(self) -> None:
        """Goes away with its marks; the canvas has the keyboard."""
        self.hide()
        self._mark()
        self._bench.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def go(self, way: int) -> None:
        """Selects the next place or the one before, and opens the group that it is in."""
        if not self.isVisible():
            self.open()
        if not self.places:
            return
        if self._at < 0:
            self._at = 0 if way > 0 else len(self.places) - 1
        elif self._is_selected():
            self._at = (self._at + way) % len(self.places)
        hit = self.places[self._at]
        show = show_note if hit.is_note else show_block
        show(self._bench, hit.path, hit.name, focus=False)
        self._mark()
        announce(self.line, f"{hit.name}, {self.said.text()}")

    def _is_selected(self) -> bool:
        """Whether the person is at the place already."""
        scene, hit = self._bench.scene, self._hit()
        if hit is None or hit.path != self._bench.editor.path:
            return False
        return scene.notes.selected() == [hit.name] if hit.is_note else scene.current == hit.name

    def _hit(self) -> Hit | None:
        """Where the person is among what was found."""
        return self.places[self._at] if 0 <= self._at < len(self.places) else None

    def _search(self) -> None:
        """Finds what suits, and scrolls to the first of it that is on the canvas; nothing is selected yet."""
        self._find()
        path = self._bench.editor.path
        self._at = next((number for number, hit in enumerate(self.places) if hit.path == path), -1)
        hit = self._hit()
        if hit and not hit.is_note:
            self._bench.view.see(hit.name)
        self._mark()

    def _search_again(self) -> None:
        """The document has changed: the same search, at the same place where it is still there."""
        if not self.isVisible():
            return
        here = self._hit()
        self._find()
        self._at = self.places.index(here) if here in self.places else -1
        self._mark()

    def _find(self) -> None:
        editor = self._bench.editor
        self.places = block_query.search(editor.document.inference, editor.design.view, self.line.text())

    def _mark(self) -> None:
        highlights, hit = self._bench.view.highlights, self._hit()
        highlights.found = self.places if self.isVisible() else ()
        highlights.here = hit
        self._bench.view.viewport().update()
        self._tell(hit)

    def _tell(self, at: Hit | None) -> None:
        typed, number = bool(self.line.text().strip()), len(self.places)
        words = f"{self._at + 1} of {number}" if at else f"{number} found"
        if at and at.path:
            words += f" · in {' › '.join(at.path)}"
        elif number and not at:
            words += " inside groups: Enter goes there"
        self.said.setText((words if number else "Nothing like that") if typed else "")
        role = "error" if typed and not number else "muted"
        if self.said.property("role") != role:
            self.said.setProperty("role", role)
            self.said.style().polish(self.said)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Shift+Enter and Escape in the line."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True
