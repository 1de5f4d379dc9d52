"""What a person should know of their data before training, each with what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer.core.schema.units import few_of
from designer.data.formats.base import Answer, Finding
from designer.ui.style import icons
from designer.ui.style.theme import Theme
from designer.ui.widgets.fix_button import FixButton
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.wrapped import WrappedLabel

_ICON = 16
_NAMED = 3
"""Files, rows or columns that are named; the tip has more."""


class DataFindings(QWidget):
    """`answered(changes)` with the options that an answer sets."""

    answered = Signal(dict)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Finding, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        theme.changed.connect(self._make)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """A row for each."""
        if tuple(findings) != self._shown:
            self._shown = tuple(findings)
            self._make()

    def _make(self) -> None:
        empty_layout(self._column)
        self.setVisible(bool(self._shown))
        if self._shown:
            heading = QLabel("Before training")
            heading.setProperty("role", "heading")
            self._column.addWidget(heading)
        for finding in self._shown:
            self._column.addWidget(self._row(finding))

    def _row(self, finding: Finding) -> QFrame:
        frame = QFrame()
        frame.setObjectName("dataFinding")
        picture = QLabel()
        picture.setPixmap(icons.pixmap("problem", self._theme.colours.found, _ICON))
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(WrappedLabel(frame, finding.message))
        if finding.where:
            where = WrappedLabel(frame, few_of(finding.where, _NAMED), "muted")
            where.setToolTip("\n".join(finding.where))
            column.addWidget(where)
        if finding.answers:
            buttons = FlowLayout()
            for answer in finding.answers:
                buttons.addWidget(self._button(answer))
            column.addLayout(buttons)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        picture.setFixedSize(_ICON, _ICON)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        return frame

    def _button(self, answer: Answer) -> FixButton:
        button = FixButton(answer.title)
        button.clicked.connect(lambda: self.answered.emit(dict(answer.changes)))
        return button
