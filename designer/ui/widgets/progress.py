"""How far something is: in a bar, and in words."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

_MANY = 1_000_000
"""What is so much, bytes mostly, is told by its share; it may be more than Qt counts."""


def show_progress(bar: QProgressBar, done: int, of: int) -> str:
    """Shows in a bar how much is done; in words: 3 of 8, or 25%. Nothing where it is not known of how much."""
    is_many = of >= _MANY
    if is_many:
        done, of = 100 * done // of, 100
    bar.setRange(0, of)
    bar.setValue(done)
    return f"{done}%" if is_many else f"{done:,} of {of:,}" if of else ""
