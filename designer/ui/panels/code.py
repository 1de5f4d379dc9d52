"""Code: the open network as the PyTorch script that it would be exported as, kept up to date."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from designer.core.diff.change import Parts
from designer.core.graph.design import Design
from designer.core.graph.group_paths import use_at
from designer.core.inference.infer import Inference
from designer.ui.editing.editor import Editor
from designer.ui.style.highlighting import PythonHighlighter, Span, spans_of
from designer.ui.style.labels import plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.timers import once_after

if TYPE_CHECKING:
    from designer.codegen import Script

PAUSE_MS = 300
"""The document has to rest so long before the code is written again."""
LINES_ABOVE = 3
"""Shown above a marked line."""


@dataclass(frozen=True)
class _Written:
    """The code of a design, or why there is none, or none but the model."""

    design: Design
    script: Script | None
    spans: dict[int, list[Span]]
    problem: str = ""

    @property
    def model_only(self) -> bool:
        """Whether the script has the model, and no training."""
        return self.script is not None and bool(self.problem)


def _write(design: Design, title: str, inference: Inference) -> _Written:
    """Runs on a thread of its own: a large network takes a while."""
    from designer.engine.runs.script_export import ExportError, NoTrainingError, pytorch_model, pytorch_script

    reason = ""
    try:
        try:
            script = pytorch_script(design, title, inference=inference)
        except NoTrainingError as error:
            script, reason = pytorch_model(design, title, inference=inference), str(error)
    except ExportError as error:
        return _Written(design, None, {}, str(error))
    except Exception as error:  # a kind of the person's own may raise anything
        return _Written(design, None, {}, f"The code cannot be written: {error}")
    return _Written(design, script, spans_of(script.text), reason)


class _OneLine(QLabel):
    """A line that is cut to its width; the tooltip has the whole."""

    def __init__(self) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def tell(self, text: str) -> None:
        """Shows another text."""
        self._whole = text
        self.setToolTip(f"<p>{escape(text, quote=False)}</p>")
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width holds another part."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        width = self.contentsRect().width()
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, width))


class CodePanel(QWidget):
    """The dock's content. `save_wanted(model_only)` comes when the person wants the script in a file.

    While nobody sees it, it does nothing. `name` says what the network is called.
    """

    save_wanted = Signal(bool)
    _written = Signal(object)

    def __init__(self, editor: Editor, theme: Theme, name: Callable[[], str]) -> None:
        super().__init__()
        self._editor, self._theme, self._name = editor, theme, name
        self.seen = False
        self._block = ""
        self._shown: _Written | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="designer-code")
        self._pause = once_after(self, PAUSE_MS, self._begin)
        self._make_widgets()
        self._written.connect(self._show)
        editor.listen(Parts.DESIGN, lambda change: self._wait())
        editor.document.path_changed.connect(self._rename)
        editor.listen(Parts.WHERE, lambda change: self._mark())
        theme.changed.connect(self._mark)

    def _make_widgets(self) -> None:
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setObjectName("codeText")
        self.text.setAccessibleName("PyTorch code")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._highlighter = PythonHighlighter(self.text.document(), self._theme)
        self.problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.problem.setObjectName("codeProblem")
        self.problem.setProperty("role", "muted")
        self.problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.problem.setMargin(16)
        self.reason = _OneLine()
        self.reason.setObjectName("codeReason")
        self.reason.setProperty("role", "muted")
        self.reason.setContentsMargins(8, 0, 8, 4)
        self.reason.hide()
        self._state = QLabel()
        self._state.setMinimumWidth(1)  # beside the canvas, a long name does not make the dock wider
        self._state.setProperty("role", "muted")
        self.copy, self.save = QPushButton("Copy"), QPushButton("Save…")
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(lambda: self.save_wanted.emit(self._shown is not None and self._shown.model_only))
        self.copy.setToolTip("Copy the script to the clipboard")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.problem)
        self._pages.addWidget(self.text)
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self._state, 1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.reason)
        column.addWidget(self._pages, 1)

    def show_block(self, block_id: str) -> None:
        """Marks a block's lines and scrolls to the first of them."""
        self._block = block_id
        self._mark()
        self._scroll()

    def close_writer(self) -> None:
        """Ends the thread: the window closes."""
        self._pause.stop()
        self._writer.shutdown(wait=True, cancel_futures=True)

    def set_seen(self, seen: bool) -> None:
        """Whether the dock is at the front: when it comes there, what has changed meanwhile is written."""
        self.seen = seen
        if seen and (self._shown is None or self._shown.design is not self._editor.design):
            self._begin()

    def _rename(self) -> None:
        """Another name of the file is another name of the class."""
        self._shown = None
        self._wait()

    def _wait(self) -> None:
        if self.seen:
            self._pause.start()

    def _begin(self) -> None:
        design, inference, title = self._editor.design, self._editor.document.inference, self._name()
        if not design.network.nodes:
            self._show(_Written(design, None, {}, "Put blocks on the canvas, and their PyTorch code is here."))
            return
        task = self._writer.submit(_write, design, title, inference)
        task.add_done_callback(lambda done: None if done.cancelled() else self._written.emit(done.result()))

    def _show(self, written: _Written) -> None:
        """What was written, unless the design has changed since: then the next one is on its way."""
        if written.design is not self._editor.design:
            return
        first = not self.text.toPlainText()
        self._shown = written
        script = written.script
        for button in (self.copy, self.save):
            button.setEnabled(script is not None)
        self._pages.setCurrentWidget(self.text if script else self.problem)
        self.problem.setText(written.problem)
        self.reason.tell(f"The model alone: {written.problem}" if written.model_only else "")
        self.reason.setVisible(written.model_only)
        stays = written.model_only or written.design.data.is_own
        beside = "" if stays else ", with the data that it reads beside it"
        self.save.setToolTip(f"Save the script{beside}")
        self._state.setText(f"{script.model} · {plural(len(script.lines), 'line')}" if script else "")
        if script and script.text != self.text.toPlainText():
            bars = self.text.verticalScrollBar(), self.text.horizontalScrollBar()
            places = [bar.value() for bar in bars]
            self._highlighter.expect(written.spans)
            self.text.setPlainText(script.text)
            for bar, place in zip(bars, places, strict=True):
                bar.setValue(place)
        self._mark()
        if first:
            self._scroll()

    def _mark(self) -> None:
        """The lines of the selected block."""
        script = self._shown.script if self._shown else None
        path = self._editor.path
        group = use_at(self._editor.design.network, path).definition.name if path else ""
        lines = script.lines_of(self._block, group) if script and self._block else []
        self.text.setExtraSelections([self._selection(line) for line in lines])

    def _scroll(self) -> None:
        """To the first marked line. While a person edits, the text stays where it is."""
        marked = self.text.extraSelections()
        if marked:
            self.text.verticalScrollBar().setValue(max(0, marked[0].cursor.blockNumber() - LINES_ABOVE))

    def _selection(self, line: int) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        made.format.setBackground(QColor(self._theme.colours.selection))
        made.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        made.cursor = QTextCursor(self.text.document().findBlockByNumber(line))
        return made

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
        self._state.setText("Copied to the clipboard")
