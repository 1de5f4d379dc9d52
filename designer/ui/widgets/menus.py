"""The menu bar: sections in a fixed order, which the window and its features fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from designer.ui.widgets.typed import take_typed

Keys = QKeySequence | QKeySequence.StandardKey | str | None
Key = TypeVar("Key")
"""What is chosen."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "File": ("open", "data", "save", "export", "custom", "quit"),
    "Edit": ("history", "clipboard", "selection", "block", "groups", "arrange", "find"),
    "View": ("zoom", "canvas", "compare", "appearance", "docks", "layout"),
    "Training": ("run", "again", "measure", "sample"),
    "Examples": ("gallery",),
    "Help": ("commands", "about"),
}
"""Each menu's sections from top to bottom. A line stands between two that have something in them."""


def make_action(parent: QMainWindow, name: str, text: str, keys: Keys = None) -> QAction:
    """An action whose tip names its shortcut. Its object name is what tests, settings and people's tools find."""
    made = QAction(text, parent)
    made.setObjectName(name)
    if keys is not None:
        made.setShortcut(QKeySequence(keys))
    tell_shortcut(made)
    return made


def add_choices(
    window: QMainWindow,
    menu: QMenu,
    choices: Mapping[Key, tuple[str, str, str]],
    choose: Callable[[Key], object],
) -> dict[Key, QAction]:
    """Actions of which one is ticked, at the end of a menu. `choices` have their object names, texts and tips."""
    group = QActionGroup(menu)
    made = {}
    for key, (name, text, tip) in choices.items():
        action = made[key] = make_action(window, name, text)
        action.setToolTip(tip)
        action.setCheckable(True)
        group.addAction(action)
        menu.addAction(action)
        action.triggered.connect(lambda checked=False, chosen=key: choose(chosen))
    return made


def tell_shortcut(action: QAction) -> None:
    """The tip of an action with its shortcut."""
    shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    words = plain(action.text()).removesuffix("…")
    action.setToolTip(f"{words} ({shown})" if shown else words)


@dataclass(frozen=True)
class Placed:
    """An action with the titles of the menus that lead to it."""

    action: QAction
    path: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the action is called, without the marks of a menu."""
        return plain(self.action.text())


def plain(text: str) -> str:
    """A menu's text without the mark of its letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _placed(action: QAction, path: tuple[str, ...]) -> list[Placed]:
    menu = action.menu()
    if isinstance(menu, QMenu):
        inner = (*path, plain(action.text()))
        return [item for below in menu.actions() for item in _placed(below, inner)]
    return [] if action.isSeparator() else [Placed(action, path)]


class Menus:
    """The menus of a window, and the actions that features have put there."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._ends: dict[str, tuple[QMenu, QAction]] = {}
        self._submenus: dict[str, QMenu] = {}
        self._conditions: list[tuple[QAction, Callable[[], bool]]] = []
        for title, sections in SECTIONS.items():
            menu = window.menuBar().addMenu(f"&{title}")
            menu.setObjectName(f"menu{title}")
            for section in sections:
                self._ends[f"{title}/{section}"] = menu, menu.addSeparator()

    def menu(self, title: str) -> QMenu:
        """One menu of the bar, by its title."""
        return self._ends[f"{title}/{SECTIONS[title][0]}"][0]

    def add(self, section: str, *actions: QAction) -> None:
        """Puts actions at the end of a section, named as in "Edit/clipboard"."""
        menu, end = self._ends[section]
        for action in actions:
            menu.insertAction(end, action)

    def section(self, section: str) -> list[QAction]:
        """What stands in a section, from top to bottom."""
        menu, end = self._ends[section]
        actions = menu.actions()
        last = actions.index(end)
        first = max((place for place in range(last) if actions[place].isSeparator()), default=-1)
        return actions[first + 1 : last]

    def renew(self) -> None:
        """Has the menus that fill themselves when they are opened do so now; their actions before are gone then."""
        for menu in self._window.menuBar().findChildren(QMenu):
            menu.aboutToShow.emit()

    def placed(self) -> list[Placed]:
        """Every action that can be reached through the menu bar, in the order in which it stands there."""
        return [item for top in self._window.menuBar().actions() for item in _placed(top, ())]

    def submenu(self, section: str, title: str, name: str) -> QMenu:
        """A menu within a menu, at the end of a section; the one of this name, where it is there already."""
        menu, end = self._ends[section]
        if name not in self._submenus:
            made = self._submenus[name] = QMenu(title, menu)
            made.setObjectName(name)
            menu.insertMenu(end, made)
        return self._submenus[name]

    def action(
        self,
        section: str | QMenu,
        name: str,
        text: str,
        slot: Callable[[], object],
        keys: Keys = None,
        enabled: Callable[[], bool] | None = None,
    ) -> QAction:
        """A new action in a section, or in a menu within one.

        `enabled` is asked whenever the document, the selection or a run changes. What is being typed into a field is
        taken ahead of it: a training that is begun by F5 would have the value before, and the field show another one.
        """

        def act() -> None:
            take_typed()
            if enabled is None or enabled():
                slot()

        made = make_action(self._window, name, text, keys)
        made.triggered.connect(lambda checked=False: act())
        if enabled:
            self._conditions.append((made, enabled))
        if isinstance(section, QMenu):
            section.addAction(made)
        else:
            self.add(section, made)
        return made

    def refresh(self) -> None:
        """Asks each action that has a condition whether it can be used now."""
        for action, enabled in self._conditions:
            can = enabled()
            if action.isEnabled() is not can:  # asking takes a fifth of telling
                action.setEnabled(can)
