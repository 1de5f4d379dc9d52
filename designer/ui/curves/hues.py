"""Colours of runs that lie over one another, which are told apart by light and by dark, with any colour vision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from designer.ui.style.theme import Theme

if TYPE_CHECKING:
    from designer.ui.curves.run_curves import RunCurves

Part = Literal["main", "ghost", "other"]
_LIGHT = ("#0072b2", "#c24a00", "#007a59", "#aa3b7e", "#7d6200", "#1b1f24")
_DARK = ("#56b4e9", "#f08a3c", "#2fc79a", "#e58bc4", "#e6d24a", "#e8eaed")
"""After Okabe and Ito (2008), darker on white and lighter on black: each at least 4.5:1 against what it is drawn on."""
HUES = len(_LIGHT)
"""How many there are; a further run has the first again, with another stroke."""


def run_hue(number: int, theme: Theme) -> str:
    """The colour of a run by its place among those that are shown."""
    hues = _DARK if theme.dark else _LIGHT
    return hues[number % HUES]


@dataclass(frozen=True)
class ShownRun:
    """A run with its colours. The ghost is the run before the main one; others were chosen to lie over it."""

    curves: RunCurves
    train_hue: str
    validation_hue: str
    part: Part = "main"
    name: str = ""
    """What it is called here, where several runs may have one name."""
    dotted: bool = False
    """A further run with a colour that another one has."""
