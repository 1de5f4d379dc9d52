"""Widgets one below the other, without gaps."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Column(QWidget):
    """The last of its widgets takes the room."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for widget in widgets:
            self._layout.addWidget(widget)
        self._layout.setStretchFactor(widgets[-1], 1)

    def insert_before(self, below: QWidget, widget: QWidget) -> None:
        """Puts a widget directly over one that is there."""
        self._layout.insertWidget(self._layout.indexOf(below), widget)
