"""Bars over the canvas: what has happened by itself, with what can be done about it. They never take the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from designer.ui.widgets.flat_button import flat_button
from designer.ui.widgets.message_box import as_tip
from designer.ui.widgets.screen_reader import announce

_WIDE = 640


@dataclass(frozen=True)
class Choice:
    """A button: its object name, its text, what it does, and its tip."""

    name: str
    text: str
    slot: Callable[[], object]
    tip: str = ""


class Notices(QWidget):
    """The bars, one for each subject, the first above."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notices")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._bars: dict[str, Notice] = {}
        self.hide()

    def tell(self, subject: str, text: str, choices: Sequence[Choice], dismissed: Callable[[], object] | None) -> None:
        """Says something about a subject in place of what was said before. `dismissed` is called where it is closed."""
        self.drop(subject)
        bar = Notice(text, choices, lambda: self._close(subject, dismissed))
        self._bars[subject] = bar
        self._column.addWidget(bar)
        self.show()
        announce(bar, text)

    def drop(self, subject: str) -> None:
        """There is nothing more to say of a subject."""
        bar = self._bars.pop(subject, None)
        if bar is not None:
            bar.hide()
            self._column.removeWidget(bar)
            bar.deleteLater()
        self.setVisible(bool(self._bars))

    def texts(self) -> dict[str, str]:
        """What is being said of each subject."""
        return {subject: bar.label.text() for subject, bar in self._bars.items()}

    def _close(self, subject: str, dismissed: Callable[[], object] | None) -> None:
        self.drop(subject)
        if dismissed:
            dismissed()


class Notice(QFrame):
    """One bar. Where there is little room its buttons go below the words."""

    def __init__(self, text: str, choices: Sequence[Choice], close: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setAccessibleName("Notice")
        self.label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.label.setObjectName("noticeText")
        self.label.setMinimumWidth(120)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for choice in choices:
            buttons.addWidget(_button(choice))
        buttons.addStretch(1)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.setSpacing(8)
        self._box.addWidget(self.label, 1)
        self._box.addLayout(buttons)
        shut = flat_button("✕", "noticeClose", "Hide this notice")
        shut.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        shut.clicked.connect(lambda checked=False: close())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addLayout(self._box, 1)
        row.addWidget(shut, 0, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has room for another arrangement."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        self._box.setDirection(directions.LeftToRight if self.width() >= _WIDE else directions.TopToBottom)


def _button(choice: Choice) -> QPushButton:
    button = QPushButton(choice.text)
    button.setObjectName(choice.name)
    button.setToolTip(as_tip(choice.tip))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
    button.setAutoDefault(False)
    button.clicked.connect(lambda checked=False: choice.slot())
    return button
