"""The problems of the open design with their places, and mending them: what panel, keys and badges share."""

from __future__ import annotations

from PySide6.QtCore import QObject

from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath
from designer.core.graph.messages import found_anew
from designer.core.validation.all_problems import Found, everywhere, mended_everywhere
from designer.ui.editing.editor import BY_ITSELF, NO_LONGER, Editor
from designer.ui.style.labels import plural


class Mending(QObject):
    """Looks for the problems of a design once, when somebody asks."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._of: Design | None = None
        self._found: list[Found] = []
        self._last: Found | None = None

    def found(self) -> list[Found]:
        """All problems, also those inside groups, in the order in which to mend them."""
        if self._of is not self._editor.design:
            self._of = self._editor.design
            self._found = everywhere(self._editor.problems(), self._editor.document.inference)
        return self._found

    def apply(self, found: Found, title: str) -> bool:
        """Makes the one-click mend of this title where the problem is; refused where either is there no longer."""
        now = next((item for item in self.found() if item.identity == found.identity), None)
        fix = found_anew([now.problem], found.problem, title) if now else None
        if now is None or fix is None:
            self._editor.refused.emit(NO_LONGER)
            return False
        return self._editor.edit(BY_ITSELF, lambda design: now.mended(design, fix))

    def mend_all(self) -> int:
        """Makes every mend that needs no choice, as one edit. Gives how many there were."""
        design = self._editor.design
        after, done = mended_everywhere(design, self._editor.data)
        if done:
            words = BY_ITSELF if len(done) == 1 else f"Mend {plural(len(done), 'problem')}"
            self._editor.edit(words, lambda _: after)
        return len(done)

    def step(self, way: int, here: GroupPath) -> Found | None:
        """The next problem, or the one before; from the block `here`, if there is none of it that was seen last."""
        found = self.found()
        if not found:
            return None
        place = self._index(found, here)
        last = found[place] if place is not None else None
        self._last = found[(place + way) % len(found)] if last and place is not None else found[min(way, 0)]
        return self._last

    def visit(self, found: Found) -> None:
        """Goes on from here with the next step."""
        self._last = found

    def _index(self, found: list[Found], here: GroupPath) -> int | None:
        """Where the person is among the problems: at the one seen last, unless another block was selected since."""
        for number, item in enumerate(found):
            if self._last and item.identity == self._last.identity and item.place in ((), here):
                return number
        return next((number for number, item in enumerate(found) if here and item.place == here), None)
