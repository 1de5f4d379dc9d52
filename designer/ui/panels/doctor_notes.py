"""What the doctor says of a run: each finding with its buttons, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

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
_SIGN = "advice"
"""As at the blocks of the canvas: it tells advice from what is wrong."""

_DONE = ": done"


class Offer(NamedTuple):
    """What can be done: its id, what its button says, its tip, and the reason where it cannot be done by now."""

    name: str
    title: str
    tip: str
    reason: str = ""


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
        self.setIcon(QIcon(icons.pixmap(_SIGN, self._theme.colours.found, _ICON)))


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
        for offer in offers:
            buttons.addWidget(self._button(offer))
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

    def _button(self, offer: Offer) -> FixButton:
        button = FixButton(offer.title)
        button.setObjectName(f"doctor_{offer.name}")
        button.clicked.connect(lambda: self.chosen.emit(offer.name))
        self.buttons[offer.name] = button
        _show_offer(button, offer)
        return button

    def show_offers(self, offers: Iterable[Offer]) -> None:
        """What can be done by now, and why the rest cannot."""
        for offer in offers:
            if button := self.buttons.get(offer.name):
                if not offer.reason and not button.isEnabled():  # what it did was undone
                    button.setText(button.text().removesuffix(_DONE))
                _show_offer(button, offer)

    def tell_done(self, name: str) -> None:
        """What a button does has been done."""
        button = self.buttons[name]
        button.setText(f"{button.text().removesuffix(_DONE)}{_DONE}")

    def colour(self) -> None:
        """The sign in the colour of the theme."""
        self._picture.setPixmap(icons.pixmap(_SIGN, self._theme.colours.found, _ICON))


def _show_offer(button: FixButton, offer: Offer) -> None:
    button.setEnabled(not offer.reason)
    button.setToolTip(as_tip(offer.reason or offer.tip))
    button.setAccessibleDescription(offer.reason or offer.tip)


class DoctorNotes(QWidget):
    """The findings of a run. `chosen(finding, id)` asks for something to be done, `block_wanted(name)` for a block.

    `offers_of` says what can be done about a finding in the design of now. `changed()` when others are shown.
    """

    chosen = Signal(object, str)
    block_wanted = Signal(str)
    changed = Signal()

    def __init__(self, theme: Theme, offers_of: Callable[[Diagnosed], Iterable[Offer]]) -> None:
        super().__init__()
        self.setObjectName("doctorNotes")
        self.count = DoctorCount(theme)
        self.rows: dict[str, FindingRow] = {}
        self._theme, self._offers_of = theme, offers_of
        self._dismissed: set[tuple[str, str]] = set()
        """Findings that were put away, with whose they were."""
        self.whose = WrappedLabel(self, role="muted")
        self.whose.setObjectName("doctorRun")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.whose)
        self.hide()
        theme.changed.connect(self._colour)

    @property
    def shown(self) -> Mapping[str, Diagnosed]:
        """The findings that are shown, by their ids."""
        return {name: row.finding for name, row in self.rows.items()}

    def clear(self) -> None:
        """Another run begins, or another network is open."""
        self._dismissed.clear()
        self.show_all("", ())

    def show_all(self, whose: str, findings: Iterable[Diagnosed]) -> None:
        """Those of another run, which `whose` names; of the run of now nothing is said about that."""
        for name in list(self.rows):
            self._drop(name)
        self.whose.tell(whose)
        for finding in findings:
            if (whose, finding.finding) not in self._dismissed:
                self._put(finding, all_offers=bool(whose))
        self._tell_count()

    def take(self, finding: Diagnosed) -> None:
        """A finding has appeared, or is gone. One that was put away is not shown again in this run."""
        self._drop(finding.finding)
        if finding.appears and (self.whose.said, finding.finding) not in self._dismissed:
            self._put(finding)
            announce(self.rows[finding.finding], finding.text)
        self._tell_count()

    def refresh(self) -> None:
        """The design is another one: what can be done may be so, too."""
        for row in self.rows.values():
            row.show_offers(self._offers_of(row.finding))

    def _put(self, finding: Diagnosed, all_offers: bool = False) -> None:
        """With what can be done about it; of a run that is over with what cannot be done any longer, too."""
        offers = [offer for offer in self._offers_of(finding) if all_offers or not offer.reason]
        row = FindingRow(finding, offers, self._theme)
        row.chosen.connect(lambda name: self.chosen.emit(finding, name))
        row.block_wanted.connect(lambda: self.block_wanted.emit(finding.block))
        row.dismissed.connect(lambda: self._dismiss(finding.finding))
        self.rows[finding.finding] = row
        self._column.addWidget(row)

    def _dismiss(self, name: str) -> None:
        self._dismissed.add((self.whose.said, name))
        self._drop(name)
        self._tell_count()

    def _drop(self, name: str) -> None:
        if row := self.rows.pop(name, None):
            take_out(row, self._column)

    def _tell_count(self) -> None:
        self.count.show_count(len(self.rows))
        self.setVisible(bool(self.rows))
        self.changed.emit()

    def _colour(self) -> None:
        self.count.colour()
        for row in self.rows.values():
            row.colour()
