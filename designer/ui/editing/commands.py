"""The one undo command: it holds what an edit has changed, with the design before and after."""

from __future__ import annotations

import time
from datetime import datetime

from PySide6.QtGui import QUndoCommand

from designer.core.diff.change import Change, difference
from designer.core.diff.edit_summary import Sort, summary
from designer.core.graph.design import Design
from designer.core.session.document import Document

MERGE_SECONDS = 1.0
_MERGING = 1
_LONGEST = 80
"""So many letters of what an edit is called stand in the menu."""


class DesignCommand(QUndoCommand):
    """Makes a change of the document. Edits with the same key that follow within a second become one.

    `words` say what it does: those that were given, or, where there are none, what differs before and after.
    """

    def __init__(self, document: Document, change: Change, text: str = "", key: str = "") -> None:
        super().__init__()
        self._document = document
        self.change = change
        self.made_at = datetime.now()
        """When it was done, by the clock on the wall; for several that became one, the last of them."""
        self._key = key
        self._given = text
        self._sort: Sort | None = None
        self._made = time.monotonic()
        self._name()

    @property
    def before(self) -> Design:
        """The design as it was."""
        return self.change.before

    @property
    def after(self) -> Design:
        """The design with the edit."""
        return self.change.after

    def _name(self) -> None:
        self.words = self._given or summary(self.change).words
        shown = self.words if len(self.words) <= _LONGEST else f"{self.words[: _LONGEST - 1]}…"
        self.setText(shown.replace("&", "&&"))  # one alone would underline the next letter in the menu

    @property
    def sort(self) -> Sort:
        """What it is about."""
        if self._sort is None:
            self._sort = summary(self.change).sort
        return self._sort

    def undo(self) -> None:
        """Shows the design as it was."""
        self._document.make(self.change.reversed())

    def redo(self) -> None:
        """Shows the design with the edit."""
        self._document.make(self.change)

    def id(self) -> int:
        """Commands with an id may merge."""
        return _MERGING if self._key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Takes in the edit that follows, where it is of the same field and came soon after."""
        if not isinstance(other, DesignCommand) or other._key != self._key:
            return False
        if other._made - self._made > MERGE_SECONDS:
            return False
        self.change = difference(self.before, other.after)
        self._made, self.made_at = other._made, other.made_at
        self._given, self._sort = other._given, None
        self._name()
        self.setObsolete(not self.change)
        return True
