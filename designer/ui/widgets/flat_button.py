"""A small button without a frame, as those that close a bar or go to the next of what was found."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton


def flat_button(sign: str, name: str, words: str, keys: str = "") -> QToolButton:
    """A sign, and in words what it does: for those who hear it, and in its tip with the keys that do the same."""
    button = QToolButton(autoRaise=True)
    button.setText(sign)
    button.setObjectName(name)
    button.setToolTip(f"{words} ({keys})" if keys else words)
    button.setAccessibleName(words)
    return button
