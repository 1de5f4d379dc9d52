"""What is asked and shown of a run in a window of its own: epochs to train, a note, the log."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from designer.ui.style.labels import noun

_Buttons = QDialogButtonBox.StandardButton
_MOST_EPOCHS = 100_000
_LONGEST_NOTE = 20_000
_SHOWN = 1 << 18
"""Letters of a log that are laid out, from its end: of four million letters that would take 70 ms."""


class EpochsDialog(QDialog):
    """For how many more epochs a run is trained, and after which one a branch begins, where there are `kept` ones.

    The one that is offered first is `epoch`, or else the last. `chosen(epoch, more)` when it is accepted; the epoch is
    0 where none was asked for.
    """

    chosen = Signal(int, int)

    def __init__(self, title: str, words: str, kept: Sequence[int], more: int, parent: QWidget, epoch: int = 0) -> None:
        super().__init__(parent)
        self.setObjectName("epochsDialog")
        self.setWindowTitle(title)
        self.epochs = QComboBox()
        self.epochs.setObjectName("branchEpoch")
        self.epochs.setAccessibleName("Begin after epoch")
        self.epochs.setToolTip("The epochs whose weights are kept")
        for one in kept:
            self.epochs.addItem(str(one), one)
        self.epochs.setCurrentIndex(kept.index(epoch) if epoch in kept else len(kept) - 1)
        self.more = QSpinBox(minimum=1, maximum=_MOST_EPOCHS, value=more)
        self.more.setObjectName("moreEpochs")
        self.more.setAccessibleName("More epochs")
        form = QFormLayout()
        if kept:
            form.addRow("Begin after epoch", self.epochs)
        form.addRow("Train for so many more epochs", self.more)
        buttons = QDialogButtonBox(_Buttons.Ok | _Buttons.Cancel)
        buttons.button(_Buttons.Ok).setText("Train")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(QLabel(words, wordWrap=True))
        column.addLayout(form)
        column.addWidget(buttons)
        (self.epochs if kept else self.more).setFocus()

    def accept(self) -> None:
        """Tells what is chosen."""
        super().accept()
        self.chosen.emit(self.epochs.currentData() or 0, self.more.value())


class NoteDialog(QDialog):
    """What a person thinks of a run; `written(text)` when it is kept."""

    written = Signal(str)

    def __init__(self, name: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("noteDialog")
        self.setWindowTitle(f"Note on {name}")
        self.resize(420, 240)
        self.text = QPlainTextEdit(note)
        self.text.setObjectName("runNote")
        self.text.setAccessibleName("Note")
        self.text.setPlaceholderText("What you want to remember of this run. The filter finds it by these words.")
        self.text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(_Buttons.Save | _Buttons.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)

    def accept(self) -> None:
        """Tells the words."""
        super().accept()
        self.written.emit(self.text.toPlainText().strip()[:_LONGEST_NOTE])


class LogDialog(QDialog):
    """The log of a run, to be read and copied. Of a very long one the end is shown; all of it is copied."""

    def __init__(self, name: str, log: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("logDialog")
        self.setWindowTitle(f"Log of {name}")
        self.resize(760, 480)
        self.text = QPlainTextEdit(_end_of(log) or "Nothing was written to the log of this run.", readOnly=True)
        self.text.setObjectName("runLog")
        self.text.setAccessibleName("Log")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(_Buttons.Close)
        copying = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copying.setObjectName("copyLog")
        copying.setEnabled(bool(log))
        copying.clicked.connect(lambda checked=False: QGuiApplication.clipboard().setText(log))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)


def _end_of(log: str) -> str:
    """What is shown of a log: whole lines, and a word on those that are left out."""
    if len(log) <= _SHOWN:
        return log
    _, _, shown = log[-_SHOWN:].partition("\n")
    lines = log.count("\n") - shown.count("\n")
    return f"Left out before this: {lines:,} {noun(lines, 'line')}. Copy has them all.\n{shown}"
