"""What stands in place of a sample while there is none: why, and how one comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

_HOW = "A sample of the data, and what the network makes of it, is shown here once a block is selected, or at once:"
_NO_DATA = "The design has no data yet: samples of these are shown here. Choose some in the Data panel, or drop a file."


class EmptySample(QWidget):
    """Words and, where samples can be shown, the button `show_one`."""

    def __init__(self, reason: str, offers: bool) -> None:
        super().__init__()
        words = QLabel(reason or (_HOW if offers else _NO_DATA), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        words.setObjectName("sampleWords")
        words.setProperty("role", "muted")
        self.show_one = QPushButton("Show a Sample", self)
        self.show_one.setObjectName("sampleShow")
        self.show_one.setHidden(not offers)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words)
        column.addWidget(self.show_one, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
