"""What an empty canvas says: how a first block, or a person's own data, come to it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

_MARGIN = 16
"""Pixels around the words."""
_WORDS = (
    "Type the name of a block, such as input, or drag one here from the palette.\n"
    "Or drop your own data: a folder of pictures, sounds or texts, a table.\n"
    "Examples are in the Examples menu."
)


def paint_invitation(painter: QPainter, viewport: QRect, colour: str) -> None:
    """The words in the middle of the view, wherever the scene is."""
    painter.resetTransform()
    painter.setPen(QColor(colour))
    painter.drawText(
        viewport.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN),
        int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
        _WORDS,
    )
