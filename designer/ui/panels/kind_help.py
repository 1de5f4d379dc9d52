"""What a kind does, for reading: prose, and its formulas each in a block of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from designer.ui.widgets.formulas import HelpPart, as_html, help_of


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
        self._labels: list[QLabel] = []
        """Those that are shown in their order, and hidden ones behind them."""

    def show_kind(self, kind: type) -> None:
        """Shows the docstring of a kind."""
        if kind is not self._shown:
            self._shown = kind
            self._show(help_of(kind))

    def show_text(self, html: str) -> None:
        """Shows a text of our own, which may have links."""
        if html != self._shown:
            self._shown = html
            self._show_parts([(html, "muted")])

    def _show(self, parts: list[HelpPart]) -> None:
        self._show_parts([(as_html(part), "formula" if part.is_formula else "muted") for part in parts])

    def _show_parts(self, parts: list[tuple[str, str]]) -> None:
        """Texts with their roles. A label of the same role takes the text: a new one would have to be styled."""
        free = [*self._labels]
        self._labels = []
        for place, (html, role) in enumerate(parts):
            label = next((label for label in free if label.property("role") == role), None)
            if label is None:
                label = self._made_label(role)
            else:
                free.remove(label)
            if self._layout.indexOf(label) != place:
                self._layout.insertWidget(place, label)
            label.setText(html)
            label.show()  # at once: Qt would do so after it has laid out the rest, and then once more
            self._labels.append(label)
        for label in free:
            label.hide()
            label.clear()
        self._labels += free

    def _made_label(self, role: str) -> QLabel:
        label = QLabel(wordWrap=True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setProperty("role", role)
        interaction = Qt.TextInteractionFlag
        label.setTextInteractionFlags(interaction.TextSelectableByMouse | interaction.LinksAccessibleByMouse)
        label.linkActivated.connect(self.link_followed)
        return label
