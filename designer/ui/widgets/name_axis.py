"""An axis of places that have names, such as classes: none runs into the next one, however little room there is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from designer.ui.style.class_words import shared_beginning
from designer.ui.widgets.plot_axes import WholeAxis

_GAP = 6.0
"""Pixels between two names."""
_LEAST = "abc…"
"""Of a name that is cut there are so many letters."""
_MEASURED = 20
"""Names of the most letters: of many thousand the width of each is not asked for at each drawing."""


class NameAxis(WholeAxis):
    """The names of places 0, 1, …; their numbers where there are none. What all names begin with is left out.

    A name that is too long is cut; where there is no room for a few letters, there is a name at each second place, or
    fewer.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.shared = ""
        """What all names begin with."""
        self._names: list[str] = []
        self._longest: list[str] = []
        self._between = math.inf

    def show_names(self, names: Sequence[str]) -> None:
        """Other names, or none."""
        self.shared = shared_beginning(names)
        self._names = [name[len(self.shared) :] for name in names]
        self._longest = sorted(self._names, key=len)[-_MEASURED:]
        self.picture = None
        self.update()

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """As many places between two names as leave room for a few letters of each."""
        if not self._names or not (high > low and size > 0):
            return super().tickSpacing(low, high, size)
        metrics = QFontMetricsF(QApplication.font())
        longest = max(map(metrics.horizontalAdvance, self._longest))
        least = min(longest, metrics.horizontalAdvance(_LEAST)) + _GAP
        each = size / (high - low)
        step = max(math.ceil(least / each), 1)
        self._between = step * each - _GAP
        return [(float(step), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The names, as far as there is room."""
        if not self._names:
            return super().tickStrings(values, scale, spacing)
        return [self._shown(round(value)) for value in values]

    def _shown(self, place: int) -> str:
        if not 0 <= place < len(self._names):
            return ""
        metrics = QFontMetricsF(QApplication.font())
        return metrics.elidedText(self._names[place], Qt.TextElideMode.ElideRight, self._between)
