"""An editor for any of some names: a button that opens a list to tick."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QInputDialog, QMenu, QSizePolicy, QToolButton

from designer.core.schema.some_of import Numbered, SomeOf
from designer.ui.widgets.fields import Field

_TOLD = 2
"""Names that there is room for; of more it is said how many they are."""


class _StayingMenu(QMenu):
    """A menu that stays open while entries are ticked, by the mouse or the space bar."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ticks what is under the mouse."""
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ticks the entry that the arrow keys have reached."""
        if event.key() != Qt.Key.Key_Space or not self._tick(self.activeAction()):
            super().keyPressEvent(event)

    @staticmethod
    def _tick(action: QAction | None) -> bool:
        if action is None or not action.isCheckable():
            return False
        action.trigger()
        return True


class SomeOfField(Field):
    """Names that are ticked, in groups, and further ones with a number. The button tells the first ones."""

    def __init__(self, rule: SomeOf) -> None:
        super().__init__()
        self._rule = rule
        self._button = QToolButton()
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._menu = _StayingMenu(self._button)
        self._actions: dict[str, QAction] = {}
        self._further: dict[Numbered, QAction] = {}
        """Where further names are asked for."""
        numbered = dict(rule.numbered)
        for title, group in rule.groups:
            self._menu.addSection(title)
            for name in group:
                self._add(name)
            if title in numbered:
                self._offer_numbered(numbered[title])
        self._button.setMenu(self._menu)
        self._row.addWidget(self._button)
        self.show_value(())

    def _add(self, name: str, before: QAction | None = None) -> None:
        action = self._actions[name] = QAction(self._rule.label(name), self._menu, checkable=True)
        action.triggered.connect(self._tell)
        if before:
            self._menu.insertAction(before, action)
        else:
            self._menu.addAction(action)

    def _offer_numbered(self, numbered: Numbered) -> None:
        """A way to names with a number that is not in the list; those that are chosen stand above it."""
        action = self._menu.addAction(f"{numbered.label}k…")
        action.setToolTip(numbered.question)
        action.triggered.connect(lambda: self._ask_number(numbered))
        self._further[numbered] = action

    def _ask_number(self, numbered: Numbered) -> None:
        number, given = QInputDialog.getInt(
            self, self._button.accessibleName(), numbered.question, numbered.usual, numbered.low, numbered.high
        )
        if given:
            self._take((*self._chosen, f"{numbered.begin}{number}"))

    @property
    def _chosen(self) -> tuple[str, ...]:
        return tuple(name for name, action in self._actions.items() if action.isChecked())

    def _tell(self) -> None:
        self._take(self._chosen)

    def _take(self, names: tuple[str, ...]) -> None:
        chosen = self._rule.in_order(names)
        self.show_value(chosen)
        self.edited.emit(chosen)

    def show_value(self, value: Any) -> None:
        self._list_further(tuple(name for name in value if name not in self._rule.named))
        for name, action in self._actions.items():
            action.setChecked(name in value)
        labels = [self._rule.label(name) for name in value]
        more = [f"{len(labels) - _TOLD} more"] if len(labels) > _TOLD else []
        self._button.setText(", ".join([*labels[:_TOLD], *more]) or "none")

    def _list_further(self, names: tuple[str, ...]) -> None:
        """Lists these of the names with a number, and no others beside those that are always there."""
        listed = tuple(name for name in self._actions if name not in self._rule.named)
        if names == listed:
            return
        for name in listed:
            action = self._actions.pop(name)
            self._menu.removeAction(action)
            action.deleteLater()
        for name in names:
            if numbered := self._rule.numbered_of(name):
                self._add(name, self._further[numbered])
