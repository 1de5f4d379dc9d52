"""What a kind does, for reading: prose, and its formulas each in a block of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from designer.ui.widgets.formulas import HelpPart, as_html, help_of
from designer.ui.widgets.layouts import empty_layout


class KindHelp(QWidget):
    """The help of one kind at a time. `link_followed(name)` for links in a text of our own."""

    link_followed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("kindHelp")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._shown: object = None

    def show_kind(self, kind: type) -> None:
        """Shows the docstring of a kind."""
        if kind is not self._shown:
            self._shown = kind
            self._show(help_of(kind))

    def show_text(self, html: str) -> None:
        """Shows a text of our own, which may have links."""
        if html != self._shown:
            self._shown = html
            empty_layout(self._layout)
            self._add(html, "muted")

    def _show(self, parts: list[HelpPart]) -> None:
        empty_layout(self._layout)
        for part in parts:
            self._add(as_html(part), "formula" if part.is_formula else "muted")

    def _add(self, html: str, role: str) -> None:
        label = QLabel(wordWrap=True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setText(html)
        label.setProperty("role", role)
        interaction = Qt.TextInteractionFlag
        label.setTextInteractionFlags(interaction.TextSelectableByMouse | interaction.LinksAccessibleByMouse)
        label.linkActivated.connect(self.link_followed)
        self._layout.addWidget(label)
