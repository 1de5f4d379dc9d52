"""What the machine has room for."""

from __future__ import annotations


def available_memory() -> int:
    """Bytes that can be taken without others having to give theirs away."""
    import psutil

    return int(psutil.virtual_memory().available)
