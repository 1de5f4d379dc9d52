"""View > Colour By: the canvas coloured by what its blocks cost."""

from __future__ import annotations

from designer.core.schema.units import QUANTITIES, Quantity
from designer.ui.canvas.overlays.colouring import Colouring
from designer.ui.canvas.overlays.legend import Legend
from designer.ui.widgets.menus import add_choices
from designer.ui.workbench.workbench import Workbench

_CHOICES: dict[Quantity | None, tuple[str, str, str]] = {
    None: ("actionColourByNothing", "&Nothing", "Colour the canvas by: nothing"),
    "parameters": ("actionColourByParameters", "&Parameters", "Colour the canvas by: parameters"),
    "multiply_adds": ("actionColourByMultiplyAdds", "&Multiply-Adds", "Colour the canvas by: multiply-adds"),
    "memory": ("actionColourByMemory", "M&emory", "Colour the canvas by: memory"),
    "time": ("actionColourByTime", "&Time", "Colour the canvas by: time"),
}


def install(bench: Workbench) -> None:
    """Adds the legend and the actions; the choice is remembered."""
    colouring = Colouring(bench.scene, bench.measuring, bench)
    legend = Legend(bench.view, colouring, bench.measuring, bench.theme)
    legend.raise_()
    menu = bench.menus.submenu("View/canvas", "&Colour By", "menuColourBy")
    actions = add_choices(bench.window, menu, _CHOICES, colouring.choose)

    def follow() -> None:
        actions[colouring.quantity].setChecked(True)
        if bench.settings.colour_by != (colouring.quantity or ""):  # a start writes nothing
            bench.settings.colour_by = colouring.quantity or ""

    kept = bench.settings.colour_by
    colouring.choose(next((item for item in QUANTITIES if item == kept), None))
    follow()
    colouring.changed.connect(follow)
