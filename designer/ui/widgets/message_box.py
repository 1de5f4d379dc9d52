"""Message boxes, and tips, that show words as they stand: names of files and groups may hold what looks like HTML."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget


class MessageBox(QMessageBox):
    """A message box whose words are plain text, those below as well, which Qt takes for HTML where they look so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setInformativeText(self, text: str) -> None:
        """The words below."""
        super().setInformativeText(text)
        for label in self.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)


def as_tip(text: str) -> str:
    """Words for a tip, which Qt takes for HTML where they look so."""
    if not GuiQt.mightBeRichText(text):
        return text
    return "<p>" + escape(text).replace("\n", "<br>") + "</p>"
