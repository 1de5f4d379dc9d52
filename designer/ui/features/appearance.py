"""View > Colours and View > Text Size: light, dark or as the system is, and letters of another size, at once."""

from __future__ import annotations

from typing import get_args

from designer.ui.style.theme import Scheme
from designer.ui.widgets.menus import add_choices, make_action
from designer.ui.workbench.workbench import Workbench

SIZES = (80, 90, 100, 115, 130, 150, 175, 200)
"""Percent of the system's letters."""
_NORMAL = 100
_SCHEMES: dict[Scheme, tuple[str, str, str]] = {
    "system": ("actionColoursSystem", "As the &System", "Light or dark, as the system is"),
    "light": ("actionColoursLight", "&Light", "Light colours"),
    "dark": ("actionColoursDark", "&Dark", "Dark colours"),
}


def install(bench: Workbench) -> None:
    """Takes what the person has chosen the last time, and adds the actions."""
    theme, settings = bench.theme, bench.settings
    kept = settings.colours
    theme.choose(next((scheme for scheme in get_args(Scheme) if scheme == kept), "system"))
    theme.set_text_size(_nearest(settings.text_size))
    _add_colours(bench)
    _add_sizes(bench)


def _add_colours(bench: Workbench) -> None:
    theme = bench.theme
    menu = bench.menus.submenu("View/appearance", "C&olours", "menuColours")

    def choose(scheme: Scheme) -> None:
        bench.settings.colours = scheme
        theme.choose(scheme)

    add_choices(bench.window, menu, _SCHEMES, choose)[theme.scheme].setChecked(True)


def _add_sizes(bench: Workbench) -> None:
    theme, menus = bench.theme, bench.menus
    menu = menus.submenu("View/appearance", "Te&xt Size", "menuTextSize")

    def take(percent: int) -> None:
        bench.settings.text_size = percent
        theme.set_text_size(percent)
        bench.say(f"Text size: {percent} %")
        menus.refresh()

    def step(way: int) -> None:
        place = SIZES.index(_nearest(theme.text_size)) + way
        take(SIZES[min(max(place, 0), len(SIZES) - 1)])

    for name, text, keys, call in (
        ("actionTextLarger", "&Larger", "Ctrl+Alt++", lambda: step(1)),
        ("actionTextSmaller", "&Smaller", "Ctrl+Alt+-", lambda: step(-1)),
        ("actionTextNormal", "&Normal", "Ctrl+Alt+0", lambda: take(_NORMAL)),
    ):
        action = make_action(bench.window, name, text, keys)
        menu.addAction(action)
        action.triggered.connect(lambda checked=False, made=call: made())


def _nearest(percent: int) -> int:
    return min(SIZES, key=lambda size: abs(size - percent))
