"""A small button without a frame, as those that close a bar or go to the next of what was found."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton


def flat_button(text: str, name: str, tip: str) -> QToolButton:
    """A sign, and in words what it does: for the tip, and without a shortcut in brackets for those who hear it."""
    button = QToolButton(autoRaise=True)
    button.setText(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    return button
