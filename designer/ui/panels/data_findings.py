"""What a person should know of their data before training, each with what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer.core.schema.units import few_of
from designer.data.formats.base import Answer, Finding
from designer.ui.style import icons
from designer.ui.style.theme import Theme
from designer.ui.widgets.fix_button import FixButton
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.layouts import take_out
from designer.ui.widgets.message_box import as_tip
from designer.ui.widgets.steady_place import SteadyPlace
from designer.ui.widgets.wrapped import WrappedLabel

_ICON = 16
_NAMED = 3
"""Files, rows or columns that are named; the tip has more."""


class _Row(QFrame):
    """One finding with its answers.

    `answered(changes)`, `training_chosen(settings)` or `source_chosen(name)` when a person gives one.
    """

    answered = Signal(dict)
    training_chosen = Signal(dict)
    source_chosen = Signal(str)

    def __init__(self, finding: Finding, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("dataFinding")
        self._theme = theme
        self._answers: dict[str, Answer] = {}
        self._picture = QLabel()
        self._picture.setFixedSize(_ICON, _ICON)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(WrappedLabel(self, finding.message))
        if finding.where and not finding.is_named:
            where = WrappedLabel(self, few_of(finding.where, _NAMED), "muted")
            where.setToolTip(as_tip("\n".join(finding.where)))
            column.addWidget(where)
        self.buttons = [self._button(answer) for answer in finding.answers]
        if self.buttons:
            flow = FlowLayout()
            for button in self.buttons:
                flow.addWidget(button)
            column.addLayout(flow)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.show_finding(finding)
        self.colour()

    def show_finding(self, finding: Finding) -> None:
        """The same words; what their answers set may have become something else."""
        self._answers = {answer.title: answer for answer in finding.answers}

    def show_training(self, settings: Mapping[str, object]) -> None:
        """Tells which answers are what the training settings say already. Their buttons keep the keyboard."""
        for button, (title, answer) in zip(self.buttons, self._answers.items(), strict=True):
            is_done = bool(answer.training) and answer.training.items() <= settings.items()
            button.setText(f"{title}: done" if is_done else title)

    def colour(self) -> None:
        """The sign in the colour of the theme."""
        self._picture.setPixmap(icons.pixmap("problem", self._theme.colours.found, _ICON))

    def _button(self, answer: Answer) -> FixButton:
        button = FixButton(answer.title)
        button.clicked.connect(lambda: self._give(self._answers[answer.title]))
        return button

    def _give(self, answer: Answer) -> None:
        if answer.source:
            self.source_chosen.emit(answer.source)
        elif answer.training:
            self.training_chosen.emit(dict(answer.training))
        else:
            self.answered.emit(dict(answer.changes))


class DataFindings(QWidget):
    """`answered(changes)` with the options that an answer sets, `training_chosen(settings)` with those of training.

    `source_chosen(name)` where an answer takes the data for something else. What says the same stays, and the keyboard
    with it.
    """

    answered = Signal(dict)
    training_chosen = Signal(dict)
    source_chosen = Signal(str)

    def __init__(self, theme: Theme, heading: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._rows: dict[tuple[object, ...], _Row] = {}
        self._training: Mapping[str, object] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._above = int(bool(heading))
        if heading:
            label = QLabel(heading)
            label.setProperty("role", "heading")
            self._column.addWidget(label)
        self.hide()
        theme.changed.connect(self._colour)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """A row for each. Where the one that has the keyboard goes, the one in its place gets it."""
        wanted = {_said(finding): finding for finding in findings}
        focused = self._focused()
        before, self._rows = self._rows, {}
        for place, (said, finding) in enumerate(wanted.items(), self._above):
            row = before.pop(said, None) or self._row(finding)
            row.show_finding(finding)
            row.show_training(self._training)
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
                row.show()  # now, as it may have to take the keyboard
            self._rows[said] = row
        self.setVisible(bool(self._rows))
        if focused is not None and not any(map(_has_focus, self._rows.values())):
            self._focus(focused)
        for row in before.values():
            take_out(row, self._column)

    def buttons(self) -> list[FixButton]:
        """All answers, from above to below."""
        return [button for row in self._rows.values() for button in row.buttons]

    def show_training(self, settings: Mapping[str, object]) -> None:
        """The training settings, which some answers set."""
        self._training = settings
        for row in self._rows.values():
            row.show_training(settings)

    def keep(self, place: SteadyPlace) -> None:
        """The row with the keyboard stays where it is, or those around it."""
        rows, used = list(self._rows.values()), self._focused()
        if used is not None:
            place.hold(rows[used], rows[:used][::-1], rows[used + 1 :])

    def _focused(self) -> int | None:
        return next((place for place, row in enumerate(self._rows.values()) if _has_focus(row)), None)

    def _row(self, finding: Finding) -> _Row:
        row = _Row(finding, self._theme)
        row.answered.connect(self.answered)
        row.training_chosen.connect(self.training_chosen)
        row.source_chosen.connect(self.source_chosen)
        return row

    def _focus(self, place: int) -> None:
        """The keyboard to the first answer in a row, or in one behind or before it."""
        rows = list(self._rows.values())
        near = [*rows[place:], *reversed(rows[:place])]
        button = next((button for row in near for button in row.buttons), None)
        if button:
            button.setFocus()

    def _colour(self) -> None:
        for row in self._rows.values():
            row.colour()


def _said(finding: Finding) -> tuple[object, ...]:
    """All that is read of a finding."""
    return finding.message, finding.where, tuple(answer.title for answer in finding.answers)


def _has_focus(row: _Row) -> bool:
    return any(button.hasFocus() for button in row.buttons)
