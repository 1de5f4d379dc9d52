"""The quiet end of a window: what changes while Qt takes it apart tells nobody."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QObject
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QDockWidget,
    QLineEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

_SPEAKING = (
    QUndoStack,
    QAction,
    QItemSelectionModel,
    QDockWidget,
    QAbstractItemView,
    QAbstractSpinBox,
    QLineEdit,
    QTextEdit,
    QScrollBar,
)


def silence(window: QWidget, *others: QObject) -> None:
    """Blocks the signals of a window's histories, actions, fields, lists and bars, and of `others`.

    They change once more while they are taken apart, and by then whoever listened may be gone. `findChildren` is asked
    for each class of them: for QObject it makes a Python object of each of more than a thousand parts, those among them
    that only Qt should touch, which now and then ended the process.
    """
    for part in (*others, *(part for kind in _SPEAKING for part in window.findChildren(kind))):
        part.blockSignals(True)
