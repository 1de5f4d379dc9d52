"""The command palette: every action, kind and block by a few letters of its name."""

from __future__ import annotations

from designer.ui.panels.palette import PalettePanel
from designer.ui.search.command_search import CommandSearch
from designer.ui.search.picker import Picker
from designer.ui.workbench.workbench import Workbench

_INVITATION = "What do you want to do?"
_HINT = "@ goes to a block · + adds a block · ↑ ↓ choose, Enter does it, Esc closes"


def install(bench: Workbench) -> None:
    """Adds the action."""
    search = CommandSearch(bench, bench.panels.of(PalettePanel).offers)
    picker = Picker(bench, "commandPalette", "Command palette")

    def show() -> None:
        bench.menus.renew()
        picker.open(search, _INVITATION, _HINT)

    bench.menus.action(
        "Help/commands",
        "actionCommandPalette",
        "&Command Palette…",
        show,
        "Ctrl+Shift+P",
    )
