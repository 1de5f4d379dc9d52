"""A label for sentences with paths in them: it breaks behind the parts of a path, and widens nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

_BREAK = "\N{ZERO WIDTH SPACE}"
_BEHIND = "/\\_.-"


class WrappedLabel(QLabel):
    """Plain words in as many lines as it takes. `said` is what was told, as it stands.

    It has a parent from the beginning: words shown without one would be a window for a moment.
    """

    def __init__(self, parent: QWidget, text: str = "", role: str = "") -> None:
        super().__init__(parent, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.said = ""
        self.setProperty("role", role)
        self.tell(text)

    def tell(self, text: str) -> None:
        """Shows a text, or nothing where there is none."""
        if text != self.said or not text:
            self.said = text
            self.setText("".join(letter + _BREAK if letter in _BEHIND else letter for letter in text))
            self.setAccessibleName(text)
            self.setVisible(bool(text))

    def minimumSizeHint(self) -> QSize:
        """No word makes the panel wider."""
        return QSize(0, super().minimumSizeHint().height())
