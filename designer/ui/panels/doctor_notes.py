"""What the doctor says of a run: each finding with its buttons, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from designer.engine.protocol.events import Diagnosed
from designer.ui.style import icons
from designer.ui.style.labels import plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.fix_button import FixButton
from designer.ui.widgets.flat_button import flat_button
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.layouts import take_out
from designer.ui.widgets.message_box import as_tip
from designer.ui.widgets.screen_reader import announce
from designer.ui.widgets.wrapped import WrappedLabel

_ICON = 16

Offer = tuple[str, str, str]
"""The id of what can be done, what its button says, and its tip."""


class DoctorCount(QToolButton):
    """How many findings there are, in the status bar, where nothing of the panel moves; a press leads to them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("doctorCount")
        self.setAutoRaise(True)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip("Shows what the doctor says of this run")
        self._theme = theme
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """How many findings there are."""
        self.setText(f"{plural(count, 'note')} on the run")
        self.setAccessibleName(self.text())
        self.setVisible(bool(count))
        self.colour()

    def colour(self) -> None:
        """The sign in the colour of the theme."""
        self.setIcon(QIcon(icons.pixmap("problem", self._theme.colours.found, _ICON)))


class FindingRow(QFrame):
    """One finding: its words, a button for each thing that can be done, and one that puts it away.

    `chosen(id)` when something is to be done, `block_wanted()` when the block is, `dismissed()` when it is put away.
    """

    chosen = Signal(str)
    block_wanted = Signal()
    dismissed = Signal()

    def __init__(self, finding: Diagnosed, offers: Iterable[Offer], theme: Theme) -> None:
        super().__init__()
        self.finding = finding
        self.setObjectName("doctorFinding")
        self._theme = theme
        self._picture = QLabel()
        self._picture.setFixedSize(_ICON, _ICON)
        words = WrappedLabel(self, finding.text)
        shut = flat_button("✕", "doctorDismiss", "Put this away until the next run")
        shut.clicked.connect(self.dismissed)
        buttons = FlowLayout()
        self.buttons: dict[str, FixButton] = {}
        for name, title, tip in offers:
            buttons.addWidget(self._button(name, title, tip))
        if finding.block:
            self._show_block = FixButton(f"Show {finding.block}")
            self._show_block.clicked.connect(self.block_wanted)
            buttons.addWidget(self._show_block)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(words)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        row.addWidget(shut, 0, Qt.AlignmentFlag.AlignTop)
        self.colour()

    def _button(self, name: str, title: str, tip: str) -> FixButton:
        button = FixButton(title)
        button.setObjectName(f"doctor_{name}")
        button.setToolTip(as_tip(tip))
        button.clicked.connect(lambda: self.chosen.emit(name))
        self.buttons[name] = button
        return button

    def tell_done(self, name: str) -> None:
        """What a button does has been done."""
        button = self.buttons[name]
        button.setText(f"{button.text().removesuffix(': done')}: done")

    def colour(self) -> None:
        """The sign in the colour of the theme."""
        self._picture.setPixmap(icons.pixmap("problem", self._theme.colours.found, _ICON))


class DoctorNotes(QWidget):
    """The findings of a run. `chosen(finding, id)` asks for something to be done, `block_wanted(name)` for a block.

    `offers_of` says what can be done about a finding in the design of now.
    """

    chosen = Signal(object, str)
    block_wanted = Signal(str)

    def __init__(self, theme: Theme, offers_of: Callable[[Diagnosed], Iterable[Offer]]) -> None:
        super().__init__()
        self.setObjectName("doctorNotes")
        self.count = DoctorCount(theme)
        self.rows: dict[str, FindingRow] = {}
        self._theme, self._offers_of = theme, offers_of
        self._dismissed: set[str] = set()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()
        theme.changed.connect(self._colour)

    def clear(self) -> None:
        """Another run begins, or another network is open."""
        self._dismissed.clear()
        for name in list(self.rows):
            self._drop(name)

    def take(self, finding: Diagnosed) -> None:
        """A finding has appeared, or is gone. One that was put away is not shown again in this run."""
        self._drop(finding.finding)
        if not finding.appears or finding.finding in self._dismissed:
            return
        row = FindingRow(finding, self._offers_of(finding), self._theme)
        row.chosen.connect(lambda name: self.chosen.emit(finding, name))
        row.block_wanted.connect(lambda: self.block_wanted.emit(finding.block))
        row.dismissed.connect(lambda: self._dismiss(finding.finding))
        self.rows[finding.finding] = row
        self._column.addWidget(row)
        self._tell_count()
        announce(row, finding.text)

    def _dismiss(self, name: str) -> None:
        self._dismissed.add(name)
        self._drop(name)

    def _drop(self, name: str) -> None:
        if row := self.rows.pop(name, None):
            take_out(row, self._column)
        self._tell_count()

    def _tell_count(self) -> None:
        self.count.show_count(len(self.rows))
        self.setVisible(bool(self.rows))

    def _colour(self) -> None:
        self.count.colour()
        for row in self.rows.values():
            row.colour()
