"""Colours for amounts: from the card's own, for nothing, to a strong orange for the largest; even to the eye.

The way there is laid in OKLab (Ottosson 2020, bottosson.github.io/posts/oklab), where equal distances look equally
different, and is cut into pieces of equal length. Words on a card can be read on every one of its colours.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import cos, dist, radians, sin

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from designer.core.schema.units import Quantity
from designer.ui.style.theme import DARK, Colours

TITLES: dict[Quantity, str] = {
    "parameters": "Parameters",
    "multiply_adds": "Multiply-adds",
    "memory": "Memory for a batch",
    "time": "Time for a batch",
}
STEPS = 64
_STOPS = 16
"""Of a gradient: a painter draws straight between two of them, which nobody sees."""
_FINE = 512
Lab = tuple[float, float, float]
"""Lightness 0 to 1, green to red, blue to yellow."""

# Lightness and chroma of the end; hue in degrees at the start and at the end.
_LIGHT_END = (0.72, 0.165, 95.0, 52.0)
_DARK_END = (0.52, 0.13, 75.0, 45.0)


def cost_colour(share: float, colours: Colours) -> str:
    """The colour of an amount that is this share, 0 to 1, of the largest one."""
    return ramp(colours)[round(min(max(share, 0.0), 1.0) * (STEPS - 1))]


def paint_ramp(painter: QPainter, bar: QRectF, colours: Colours) -> None:
    """A bar with the colours from nothing, on the left, to the largest amount."""
    steps = ramp(colours)
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for stop in range(_STOPS + 1):
        gradient.setColorAt(stop / _STOPS, QColor(steps[stop * (len(steps) - 1) // _STOPS]))
    painter.setPen(QPen(QColor(colours.border)))
    painter.setBrush(gradient)
    painter.drawRect(bar)


@lru_cache(maxsize=4)
def ramp(colours: Colours) -> tuple[str, ...]:
    """The colours from nothing to the largest amount, as #rrggbb."""
    fine = [_on_the_way(colours, step / (_FINE - 1)) for step in range(_FINE)]
    gone = [0.0]
    for one, other in pairwise(fine):
        gone.append(gone[-1] + dist(one, other))
    places = [gone[-1] * step / (STEPS - 1) for step in range(STEPS)]
    nearest = [min(range(_FINE), key=lambda number: abs(gone[number] - place)) for place in places]
    return tuple(to_rgb(fine[number]) for number in nearest)


def _on_the_way(colours: Colours, part: float) -> Lab:
    """Lightness falls and chroma grows as straight lines, while the hue turns from yellow to orange."""
    lightness, chroma, first, last = _DARK_END if colours == DARK else _LIGHT_END
    start = to_lab(colours.card)
    hue = radians(first + (last - first) * part)
    return (
        start[0] + (lightness - start[0]) * part,
        start[1] * (1 - part) + chroma * part * cos(hue),
        start[2] * (1 - part) + chroma * part * sin(hue),
    )


def to_lab(name: str) -> Lab:
    """A colour as OKLab has it."""
    red, green, blue = (_linear(int(name[place : place + 2], 16) / 255) for place in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def to_rgb(lab: Lab) -> str:
    """A colour of OKLab as #rrggbb; what a screen cannot show is cut off."""
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * min(max(_screen(part), 0.0), 1.0)):02x}" for part in parts)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _screen(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
