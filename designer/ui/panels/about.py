"""About: what a person should know of the network: its title, an explanation, what to try, where it comes from, what it
reached."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.ui.editing.editor import Editor

_PARTS = (
    ("title", "Title", "A line that names the network"),
    ("text", "Explanation", "What it is, and why it is built so"),
    ("to_try", "Try it", "What to look at, and what to change"),
    ("source", "Source", "Where the idea comes from"),
    ("result", "Result", "What it reached, and against what"),
)


class AboutText(QPlainTextEdit):
    """A text as high as what is in it. `edited(text)` comes while a person types."""

    edited = Signal(str)

    def __init__(self, name: str, label: str, invitation: str) -> None:
        super().__init__()
        self.setObjectName(f"about_{name}")
        self.setAccessibleName(label)
        self.setPlaceholderText(invitation)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(lambda: self.edited.emit(self.toPlainText()))
        self.textChanged.connect(self._fit)

    def show_text(self, text: str) -> None:
        """Shows a text without `edited`."""
        if text == self.toPlainText():
            return
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        lines = max(self.document().documentLayout().documentSize().height(), 1)
        height = lines * self.fontMetrics().lineSpacing() + 2 * self.document().documentMargin()
        return QSize(120, round(height) + 2 * self.frameWidth())

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters take more lines."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())


class AboutPanel(QScrollArea):
    """The dock's content; what is written here is an edit of the document."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        self.words: dict[str, AboutText] = {}
        for name, label, invitation in _PARTS:
            head = QLabel(label)
            head.setProperty("role", "muted")
            words = AboutText(name, label, invitation)
            words.edited.connect(lambda text, part=name: editor.set_about(part, text))
            column.addWidget(head)
            column.addWidget(words)
            column.addSpacing(6)
            self.words[name] = words
        column.addStretch(1)
        self.setWidget(content)
        editor.listen(Parts.ABOUT, lambda change: self._refresh())
        self._refresh()

    def _refresh(self) -> None:
        for name, words in self.words.items():
            words.show_text(getattr(self._editor.design.about, name))
