"""The next step once there are data: a network for them where there is none, or the one there is brought into line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from designer.core.assist.begun_design import begun, carried_over, name_of, plain_name
from designer.core.assist.data_fit import fitted
from designer.core.assist.starting_networks import StartingNetwork, starting_networks
from designer.core.diff.edit_summary import described
from designer.core.graph.binding import DataInfo
from designer.core.graph.design import Design
from designer.core.graph.settings import About
from designer.core.validation import check
from designer.data import opening
from designer.ui.editing.editor import BY_ITSELF, Editor
from designer.ui.run.data_at_hand import DataAtHand
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.timers import once_after
from designer.ui.widgets.wrapped import WrappedLabel

_SETTLED_MS = 150


class Begin(Protocol):
    """Takes what the edit is called, the edit, and what the new design is called; and whether the old one is left."""

    def __call__(self, words: str, change: Callable[[Design], Design], name: str, leaves: bool = True) -> object:
        """Makes the edit, unless the person would rather not leave what is open."""


@dataclass(frozen=True)
class _NextStep:
    """What can be offered for a design: its network brought into line, or networks to begin with."""

    of: Design
    fitted: Design | None = None
    words: str = ""
    networks: tuple[StartingNetwork, ...] = ()


def next_step(design: Design, info: DataInfo) -> _NextStep:
    """What to offer; nothing where all is well, or where something else than the data is in the way."""
    if not design.network.nodes:
        return _NextStep(design, networks=_offered(design, info))
    if not check.problems(design, data=info) or check.problems(design):
        return _NextStep(design)
    after = fitted(design, info)
    if after is None:
        return _NextStep(design, networks=_offered(design, info))
    return _NextStep(design, after, described(design, after).within, _offered(design, info))


def _offered(design: Design, info: DataInfo) -> tuple[StartingNetwork, ...]:
    return starting_networks(info, opening.counts(design.data)[0])


class DataFit(QWidget):
    """Buttons that change the network in one step. `begin` is called for another one, which is a design of its own."""

    def __init__(self, editor: Editor, at_hand: DataAtHand, begin: Begin) -> None:
        super().__init__()
        self._editor, self._at_hand, self._begin = editor, at_hand, begin
        self._seen = False
        self._offered: Design | None = None
        self._told: About | None = None
        """The words about a network that were written here last: where they stand as they were, they may be others."""
        self._settled = once_after(self, _SETTLED_MS, self._ask)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def refresh(self) -> None:
        """Asks for what to offer, once nothing has changed for a moment; what is for other data cannot be taken."""
        design, offered = self._editor.design, self._offered
        is_of_these = offered is None or offered.data == design.data
        self.setEnabled(is_of_these and self._at_hand.wanted is None)
        if design is not offered:
            self._settled.start()

    def buttons(self) -> list[QPushButton]:
        """What is offered, from above to below; what was offered before stays hidden in its row until Qt deletes it."""
        return [button for button in self.findChildren(QPushButton) if button.isVisibleTo(self)]

    def _ask(self) -> None:
        design = self._editor.design
        info = opening.info(design.data)
        if info is None:
            self._show(_NextStep(design))
        else:
            self._at_hand.ask("next step", lambda: next_step(design, info), self._heard)

    def _heard(self, step: _NextStep | None) -> None:
        if step and step.of is self._editor.design:
            self._show(step)

    def _show(self, step: _NextStep) -> None:
        self._offered = step.of
        self.setEnabled(self._at_hand.wanted is None)
        empty_layout(self._column)
        if step.fitted:
            self._offer_fit(step)
            self._offer_others(step)
        elif step.networks:
            self._offer_networks(step)
        self.setVisible(bool(step.fitted or step.networks))

    def _offer_fit(self, step: _NextStep) -> None:
        after = step.fitted
        assert after is not None
        self._column.addWidget(WrappedLabel(self, "The network does not suit these data yet."))
        button = _primary("fitNetwork", "Fit the Network to the Data")
        button.clicked.connect(lambda: self._fit(step.of, after))
        self._column.addWidget(button)
        self._column.addWidget(WrappedLabel(self, f"In one step that can be undone: {step.words}", "muted"))

    def _fit(self, before: Design, after: Design) -> None:
        """An example becomes a design of the person's own, named after the data; what was named so is named anew."""
        data = self._editor.data
        if self._editor.design is not before or data is None:
            return
        is_ours = bool(before.about.section) or before.about == self._told
        if is_ours and self._editor.document.path is None:
            carried = carried_over(after, data, self._summary())
            self._begin(BY_ITSELF, lambda design: carried, plain_name(data), leaves=False)
            self._told = carried.about
        else:
            self._editor.edit(BY_ITSELF, lambda design: after)

    def _summary(self) -> str:
        known = self._editor.design.data.known
        return known.summary if known else ""

    def _offer_networks(self, step: _NextStep) -> None:
        words = "Begin with a network for these data:"
        if step.of.network.nodes:
            words = "Replace the network by one for these data:"
        self._column.addWidget(WrappedLabel(self, words))
        for place, button in enumerate(self._buttons(step)):
            button.setProperty("role", "" if place else "primary")  # the one to begin with
            self._column.addWidget(button)
            self._column.addWidget(WrappedLabel(self, step.networks[place].line, "muted"))

    def _offer_others(self, step: _NextStep) -> None:
        """Networks in place of one that can be fitted, which may be for data of quite another sort."""
        if step.networks:
            self._column.addWidget(WrappedLabel(self, "Or replace it by one for these data:"))
            row = QWidget(self)
            others = FlowLayout(row)
            for button in self._buttons(step):
                others.addWidget(button)
            self._column.addWidget(row)

    def _buttons(self, step: _NextStep) -> list[QPushButton]:
        """One for each network to begin with."""
        buttons = []
        for place, network in enumerate(step.networks):
            button = QPushButton(network.title, self)
            button.setObjectName(f"startingNetwork{place + 1}")
            button.setToolTip(network.line)
            button.clicked.connect(lambda checked=False, chosen=network: self._begin_with(chosen))
            buttons.append(button)
        return buttons

    def _begin_with(self, chosen: StartingNetwork) -> None:
        data = self._editor.data
        if data is None:
            return
        summary, name = self._summary(), name_of(data, chosen)
        self._begin(
            f"Begin with {chosen.title}",
            lambda design: begun(design, data, summary, chosen, opening.counts(design.data)[0]),
            name,
        )
        about = self._editor.design.about
        self._told = about if about.title == name else self._told  # the person may have stayed with what there was


def _primary(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("role", "primary")
    return button
