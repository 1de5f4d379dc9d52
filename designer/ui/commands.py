"""The one undo command: it holds the design before and after an edit."""

from __future__ import annotations

import time

from PySide6.QtGui import QUndoCommand

from designer.core.design import Design
from designer.core.document import Document

MERGE_SECONDS = 1.0
_MERGING = 1


class DesignCommand(QUndoCommand):
    """Puts a design into the document. Edits with the same key that follow within a second become one."""

    def __init__(self, document: Document, after: Design, text: str, key: str = "") -> None:
        super().__init__(text)
        self._document = document
        self.before = document.design
        self.after = after
        self._key = key
        self._made = time.monotonic()

    def undo(self) -> None:
        """Shows the design as it was."""
        self._document.set_design(self.before)

    def redo(self) -> None:
        """Shows the design with the edit."""
        self._document.set_design(self.after)

    def id(self) -> int:
        """Commands with an id may merge."""
        return _MERGING if self._key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Takes in the edit that follows, where it is of the same field and came soon after."""
        if not isinstance(other, DesignCommand) or other._key != self._key:
            return False
        if other._made - self._made > MERGE_SECONDS:
            return False
        self.after, self._made = other.after, other._made
        self.setText(other.text())
        return True
