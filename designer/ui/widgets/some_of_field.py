"""An editor for any of some names: a button that opens a list to tick."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton

from designer.core.schema.some_of import SomeOf
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
    """Names that are ticked, in groups. The button tells the first ones."""

    def __init__(self, rule: SomeOf) -> None:
        super().__init__()
        self._rule = rule
        self._button = QToolButton()
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._menu = _StayingMenu(self._button)
        self._actions: dict[str, QAction] = {}
        for title, group in rule.groups:
            self._menu.addSection(title)
            for name, label in group.items():
                action = self._actions[name] = self._menu.addAction(label)
                action.setCheckable(True)
                action.triggered.connect(self._tell)
        self._button.setMenu(self._menu)
        self._row.addWidget(self._button)
        self.show_value(())

    def _tell(self) -> None:
        chosen = tuple(name for name, action in self._actions.items() if action.isChecked())
        self.show_value(chosen)
        self.edited.emit(chosen)

    def show_value(self, value: Any) -> None:
        for name, action in self._actions.items():
            action.setChecked(name in value)
        labels = [self._rule.named[name] for name in value]
        more = [f"{len(labels) - _TOLD} more"] if len(labels) > _TOLD else []
        self._button.setText(", ".join([*labels[:_TOLD], *more]) or "none")
