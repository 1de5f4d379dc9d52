"""The actions' shortcuts as a person has changed them, kept in the settings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from designer.ui.prefs.settings import Settings
from designer.ui.widgets.menus import Menus, Placed, tell_shortcut

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_FUNCTION_KEYS = range(Qt.Key.Key_F1, Qt.Key.Key_F35 + 1)

CANVAS_KEYS: tuple[tuple[str, str], ...] = (
    ("Up, Down", "Go along the edges to a source or a consumer"),
    ("Left, Right", "Go to the block beside"),
    ("Home, End", "Go to the first block or the last one"),
    ("Shift+Up, Down, Left, Right", "Go there and keep what is selected"),
    ("Shift+Home, Shift+End", "Select everything above or below as well"),
    ("Ctrl+Up, Down, Left, Right", "Move the selected blocks on the grid (with Shift in longer steps)"),
    ("Enter, or a letter", "Search a block to add at the selection"),
    ("Double click on nothing, or on an edge", "Search a block to add there"),
    ("Del, Backspace", "Delete what is selected"),
    ("Esc", "Select nothing; from a panel, back to the canvas"),
    ("Alt and drag", "Take a block out of its chain, and put it where it is dropped"),
    ("Ctrl while dragging", "Move freely, without guides"),
    ("Space and drag, middle button", "Move the view"),
    ("Ctrl and wheel, pinch", "Zoom at the mouse"),
)
"""What the canvas itself does with keys and gestures: these stay as they are."""


class Shortcuts:
    """Changes actions' shortcuts, and gives each of them its first one back."""

    def __init__(self, menus: Menus, settings: Settings) -> None:
        self._menus, self._settings = menus, settings
        self._first: dict[str, list[QKeySequence]] = {}
        for item in self.listed():
            self._first[item.action.objectName()] = item.action.shortcuts()
        for name, keys in settings.shortcuts.items():
            if (action := self._action(name)) is not None:
                _give(action, [QKeySequence(keys, _PORTABLE)] if keys else [])

    def listed(self) -> list[Placed]:
        """The actions that can have a shortcut: those of the menus that have a name."""
        return [item for item in self._menus.placed() if item.action.objectName()]

    def is_changed(self, action: QAction) -> bool:
        """Whether a person has changed its shortcut."""
        return action.objectName() in self._settings.shortcuts

    def refusal(self, keys: QKeySequence) -> str:
        """Why keys cannot be a shortcut; empty where they can."""
        if keys.isEmpty():
            return ""
        pressed = keys[0]  # type: ignore[index]
        if pressed.keyboardModifiers() & _HELD or pressed.key() in _FUNCTION_KEYS:
            return ""
        alone = keys_text(keys)
        return f"{alone} alone is typed in fields and on the canvas: hold Ctrl or Alt as well, or take F1 to F12."

    def owner(self, keys: QKeySequence, but: QAction) -> Placed | None:
        """The other action that has these keys, or some that begin with them."""
        others = (item for item in self.listed() if item.action is not but)
        return next((item for item in others if any(_clash(keys, one) for one in item.action.shortcuts())), None)

    def change(self, action: QAction, keys: QKeySequence) -> None:
        """Gives an action other keys, or none; whoever had them has none then."""
        while not keys.isEmpty() and (owner := self.owner(keys, action)):
            self._set(owner.action, [one for one in owner.action.shortcuts() if not _clash(keys, one)])
        self._set(action, [] if keys.isEmpty() else [keys])

    def reset(self, action: QAction) -> None:
        """Gives an action its first shortcut back; whoever had it has none then."""
        first = self._first.get(action.objectName(), [])
        for keys in first:
            while owner := self.owner(keys, action):
                self._set(owner.action, [one for one in owner.action.shortcuts() if not _clash(keys, one)])
        self._set(action, first)

    def reset_all(self) -> None:
        """Gives every action its first shortcut back."""
        self._settings.shortcuts = {}
        for item in self.listed():
            _give(item.action, self._first.get(item.action.objectName(), []))

    def _set(self, action: QAction, keys: Sequence[QKeySequence]) -> None:
        name, kept = action.objectName(), self._settings.shortcuts
        if list(keys) == self._first.get(name, []):
            kept.pop(name, None)
        else:
            kept[name] = keys[0].toString(_PORTABLE) if keys else ""
        self._settings.shortcuts = kept
        _give(action, keys)

    def _action(self, name: str) -> QAction | None:
        return next((item.action for item in self.listed() if item.action.objectName() == name), None)


def keys_text(keys: QKeySequence) -> str:
    """Keys as this system writes them."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def _clash(one: QKeySequence, other: QKeySequence) -> bool:
    """Whether two sequences are the same, or one begins the other."""
    nothing = QKeySequence.SequenceMatch.NoMatch
    return one.matches(other) != nothing or other.matches(one) != nothing


def _give(action: QAction, keys: Sequence[QKeySequence]) -> None:
    action.setShortcuts(list(keys))
    tell_shortcut(action)
