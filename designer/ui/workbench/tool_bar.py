"""The tool bar: groups in a fixed order, which features fill."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QActionEvent
from PySide6.QtWidgets import QMainWindow, QToolBar, QToolButton

from designer.ui.style import icons
from designer.ui.style.theme import Colours, Theme

GROUPS = ("files", "history", "training", "view")
"""From left to right. A line stands between two that have something in them."""
_ICON = 20


def _text(colours: Colours) -> str:
    return colours.text


class ToolBar(QToolBar):
    """The bar below the menus, whose icons follow the theme; menus show them beside their words, too."""

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__("Tool bar")
        self.setObjectName("toolBar")
        self.setIconSize(QSize(_ICON, _ICON))
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._theme = theme
        self._coloured: list[tuple[QAction, str, Callable[[Colours], str]]] = []
        self._ends = {group: self.addSeparator() for group in GROUPS[1:]}
        for end in self._ends.values():
            end.setVisible(False)
        window.addToolBar(self)
        theme.changed.connect(self._colour_icons)

    def add(
        self,
        group: str,
        action: QAction,
        icon: str,
        colour: Callable[[Colours], str] = _text,
        *,
        with_text: bool = False,
    ) -> None:
        """Puts an action at the end of a group, with an icon in a colour of the theme."""
        following = GROUPS[GROUPS.index(group) + 1 :]
        self.insertAction(self._ends[following[0]], action) if following else self.addAction(action)
        if group in self._ends:
            self._ends[group].setVisible(True)
        button = self._button(action)
        if with_text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        else:
            # Words may change with each edit. Of one size, they do not have the whole window laid out anew for it.
            button.setFixedSize(button.sizeHint())
        self._coloured.append((action, icon, colour))
        self._colour(action, icon, colour)

    def actionEvent(self, event: QActionEvent) -> None:
        """Other words of an action change nothing here, and its button takes them by itself: Qt would lay out all."""
        button = self.widgetForAction(event.action())
        same_size = isinstance(button, QToolButton) and button.minimumSize() == button.maximumSize()
        if not (same_size and event.type() == QEvent.Type.ActionChanged and event.action().isVisible()):
            super().actionEvent(event)

    def _button(self, action: QAction) -> QToolButton:
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        return button

    def _colour(self, action: QAction, icon: str, colour: Callable[[Colours], str]) -> None:
        colours = self._theme.colours
        action.setIcon(icons.icon(icon, colour(colours), colours.border))

    def _colour_icons(self) -> None:
        for action, icon, colour in self._coloured:
            self._colour(action, icon, colour)
