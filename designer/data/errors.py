"""What goes wrong with data, and a person's change of mind."""

from __future__ import annotations


class DataError(Exception):
    """Data are not known, not there or cannot be read; the message says which, why and what to do."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """Somebody no longer wants to know."""
