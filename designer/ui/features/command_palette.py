"""The command palette: every action, kind and block by a few letters of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ui.search.command_search import CommandSearch
from designer.ui.search.picker import Picker

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow

_INVITATION = "What do you want to do?"
_HINT = "@ goes to a block · + adds a block · ↑ ↓ choose, Enter does it, Esc closes"


def install(window: MainWindow) -> None:
    """Adds the action."""
    search = CommandSearch(window)
    picker = Picker(window, "commandPalette", "Command palette")

    def show() -> None:
        window.menus.renew()
        picker.open(search, _INVITATION, _HINT)

    window.menus.action(
        "Help/commands",
        "actionCommandPalette",
        "&Command Palette…",
        show,
        "Ctrl+Shift+P",
    )
