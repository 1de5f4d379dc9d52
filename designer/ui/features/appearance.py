"""View > Colours and View > Text Size: light, dark or as the system is, and letters of another size, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from PySide6.QtGui import QActionGroup

from designer.ui.style.theme import Scheme
from designer.ui.widgets.menus import make_action

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow

SIZES = (80, 90, 100, 115, 130, 150, 175, 200)
"""Percent of the system's letters."""
_NORMAL = 100
_SCHEMES: dict[Scheme, tuple[str, str, str]] = {
    "system": ("actionColoursSystem", "As the &System", "Light or dark, as the system is"),
    "light": ("actionColoursLight", "&Light", "Light colours"),
    "dark": ("actionColoursDark", "&Dark", "Dark colours"),
}


def install(window: MainWindow) -> None:
    """Takes what the person has chosen the last time, and adds the actions."""
    theme, settings = window.theme, window.settings
    kept = settings.colours
    theme.choose(next((scheme for scheme in get_args(Scheme) if scheme == kept), "system"))
    theme.set_text_size(_nearest(settings.text_size))
    _add_colours(window)
    _add_sizes(window)


def _add_colours(window: MainWindow) -> None:
    theme = window.theme
    menu = window.menus.submenu("View/appearance", "C&olours", "menuColours")
    group = QActionGroup(window)

    def choose(scheme: Scheme) -> None:
        window.settings.colours = scheme
        theme.choose(scheme)

    for scheme, (name, text, tip) in _SCHEMES.items():
        action = make_action(window, name, text)
        action.setToolTip(tip)
        action.setCheckable(True)
        action.setChecked(theme.scheme == scheme)
        group.addAction(action)
        menu.addAction(action)
        action.triggered.connect(lambda checked=False, chosen=scheme: choose(chosen))


def _add_sizes(window: MainWindow) -> None:
    theme, menus = window.theme, window.menus
    menu = menus.submenu("View/appearance", "Te&xt Size", "menuTextSize")

    def take(percent: int) -> None:
        window.settings.text_size = percent
        theme.set_text_size(percent)
        window.say(f"Text size: {percent} %")
        menus.refresh()

    def step(way: int) -> None:
        place = SIZES.index(_nearest(theme.text_size)) + way
        take(SIZES[min(max(place, 0), len(SIZES) - 1)])

    for name, text, keys, call in (
        ("actionTextLarger", "&Larger", "Ctrl+Alt++", lambda: step(1)),
        ("actionTextSmaller", "&Smaller", "Ctrl+Alt+-", lambda: step(-1)),
        ("actionTextNormal", "&Normal", "Ctrl+Alt+0", lambda: take(_NORMAL)),
    ):
        action = make_action(window, name, text, keys)
        menu.addAction(action)
        action.triggered.connect(lambda checked=False, made=call: made())


def _nearest(percent: int) -> int:
    return min(SIZES, key=lambda size: abs(size - percent))
