"""Cut, copy and paste: blocks as text, in this network, between windows, into a chat and back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QGuiApplication, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit

from designer.core.diff.edit_summary import things_words
from designer.core.edits import clipboard
from designer.core.graph.definition import definitions
from designer.core.graph.group_paths import use_at
from designer.core.graph.settings import Position
from designer.core.storage.files import FileError
from designer.ui.canvas.scene.selection_edits import select_new
from designer.ui.workbench.workbench import Workbench

_MESSAGE_MS = 5000


def install(bench: Workbench) -> None:
    """Adds the actions."""
    own = Clipboard(bench)
    add, standard = bench.menus.action, QKeySequence.StandardKey
    add("Edit/clipboard", "actionCut", "Cu&t", own.cut, standard.Cut, own.has_something)
    add("Edit/clipboard", "actionCopy", "&Copy", own.copy, standard.Copy, own.has_something)
    add("Edit/clipboard", "actionPaste", "&Paste", own.paste, standard.Paste)


def _field_slot(name: str) -> Callable[[], object] | None:
    """What the widget with the keyboard does for copy, cut or paste, where it does: text fields, tables."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QAbstractSpinBox | QComboBox):
        widget = widget.lineEdit()
    if name != "copy" and isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit) and widget.isReadOnly():
        return None  # a page of text that has the keyboard: the canvas is meant
    return getattr(widget, name, None)


class Clipboard(QObject):
    """Takes the selected blocks of a window along, and puts in what was taken.

    Blocks come to where the mouse is; beside where they were, if it is not over the canvas, or has not moved since.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = uuid4().hex
        self._mouse: QPointF | None = None
        self._used: QPointF | None = None
        bench.view.viewport().installEventFilter(self)
        bench.filing.shown.connect(self._forget)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)
        bench.closed.connect(lambda: application.focusChanged.disconnect(self._focus_moved))

    def _forget(self, design: object) -> None:
        """Another network is open: what its blocks are called has nothing to do with what was copied before."""
        self._session = uuid4().hex

    def _focus_moved(self, old: object, new: object) -> None:
        self._bench.menus.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remembers where the mouse is on the canvas: later it may be over the menu."""
        if isinstance(event, QMouseEvent):
            self._mouse = event.position()
        elif event.type() == QEvent.Type.Leave:
            self._mouse = None
        return False

    def has_something(self) -> bool:
        """Whether there is anything to copy: selected blocks and notes, or what a text field or a table may have."""
        scene = self._bench.scene
        return bool(scene.selected_blocks() or scene.notes.selected()) or _field_slot("copy") is not None

    @property
    def _source(self) -> str:
        """Which network the canvas shows, for as long as it is open."""
        editor = self._bench.editor
        inside = use_at(editor.design.network, editor.path).definition.name if editor.path else ""
        return f"{self._session}/{inside}"

    def copy(self) -> None:
        """The selected blocks as text; or what is selected in a text field, where that has the keyboard."""
        if slot := _field_slot("copy"):
            slot()
        else:
            self._take("Copied")

    def cut(self) -> None:
        """Copies, and takes the blocks out."""
        if slot := _field_slot("cut"):
            slot()
        else:
            blocks, notes = self._take("Cut")
            self._bench.editor.remove(blocks, words=notes, verb="Cut")

    def _take(self, done: str) -> tuple[list[str], list[str]]:
        """Puts the selected blocks and notes into the clipboard; gives their names."""
        blocks, notes = self._bench.scene.selected_blocks(), self._bench.scene.notes.selected()
        clip = clipboard.clipped(self._bench.editor.shown, blocks, self._source, notes)
        QGuiApplication.clipboard().setText(clipboard.dumps(clip))
        self._used = self._mouse
        what = things_words(blocks, len(notes))
        self._say(f"{done} {what}. Paste here, in another window, or as text in a chat.")
        return blocks, notes

    def paste(self) -> None:
        """Blocks from the clipboard, which are selected then; or its text, where a text field has the keyboard."""
        if slot := _field_slot("paste"):
            slot()
            return
        try:
            clip = clipboard.parse(QGuiApplication.clipboard().text())
        except FileError as error:
            self._bench.editor.refused.emit(str(error))
            return
        self._put_in(clip)

    def _put_in(self, clip: clipboard.Clip) -> None:
        editor, scene, view = self._bench.editor, self._bench.scene, self._bench.view
        empty, before = not scene.cards, editor.shown
        where = clipboard.Where(
            self._source, definitions(editor.design.network), self._middle(clip), inside=bool(editor.path)
        )
        what = things_words(list(clip.design.network.nodes), len(clip.design.view.notes))
        if not what:
            editor.refused.emit("The clipboard: it holds no blocks")
            return
        if not editor.edit_shown(f"Paste {what}", lambda design: clipboard.pasted(design, clip, where)):
            return
        self._used = self._mouse
        select_new(scene, before)
        new = scene.selected_blocks()
        view.setFocus()
        if empty:
            view.fit()
        for name in new[-1:] + new[:1]:
            view.see(name)

    def _middle(self, clip: clipboard.Clip) -> Position | None:
        """Where the middle of what is pasted goes; None for beside where it was."""
        view = self._bench.view
        if not self._bench.scene.cards:
            return None
        if self._mouse is not None and self._mouse != self._used:
            place = self._mouse
        elif clip.source == self._source:
            return None
        else:
            place = QPointF(view.viewport().rect().center())
        at = view.mapToScene(place.toPoint()) - self._bench.scene.offset
        return at.x(), at.y()

    def _say(self, text: str) -> None:
        self._bench.say(text, _MESSAGE_MS)
