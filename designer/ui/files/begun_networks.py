"""Whose file the open design is: a network that was begun within the history is in none, and undo gives the old one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from designer.core.graph.design import Design
from designer.ui.editing.commands import DesignCommand
from designer.ui.editing.editor import Editor
from designer.ui.files.file_watch import FileWatch


@dataclass(frozen=True)
class _Home:
    """The file of a design, what it held when it was last read or saved, and a name for a design in no file."""

    path: Path | None
    untitled: str
    seen: str = ""


class BegunNetworks:
    """Notes each edit that begins another network, and gives back the file of the one before when it is undone.

    `untitled` gives and `name` sets what a design is called that is in no file.
    """

    def __init__(
        self, editor: Editor, watch: FileWatch, untitled: Callable[[], str], name: Callable[[str], object]
    ) -> None:
        self._editor, self._watch, self._untitled, self._name = editor, watch, untitled, name
        self._homes: list[tuple[DesignCommand | None, _Home]] = []
        self._now: DesignCommand | None = None
        """The last edit so far that began a network; None for the design that was opened."""
        editor.stack.indexChanged.connect(lambda place: self._follow())

    def note_last(self, untitled: str) -> None:
        """The edit that has just been made begins a network with a name, and without a file."""
        command = self._editor.history()[self._editor.stack.index() - 1]
        self._homes.append((command, _Home(None, untitled)))
        self._follow()

    def forget(self) -> None:
        """Another design is opened, without a history."""
        self._homes, self._now = [], None

    def is_touched(self) -> bool:
        """Whether anything but the data was changed since the network was opened, saved or begun."""
        design = self._editor.design
        if not design.network.nodes:
            return False
        clean = self._editor.stack.cleanIndex()
        before = [self._editor.state_at(clean)] if clean >= 0 else []
        before += [self._now.after] if self._now else []
        return not any(_same_but_for_data(design, other) for other in before)

    def _follow(self) -> None:
        """What is begun has its home as long as the edit is not undone."""
        if not self._homes:
            return
        applied = self._editor.history()[: self._editor.stack.index()]
        begun = {id(command) for command, _ in self._homes}
        now = next((command for command in reversed(applied) if id(command) in begun), None)
        if now is not self._now:
            self._homes = [(command, home) for command, home in self._homes if command is not self._now]
            self._homes.append((self._now, _Home(self._editor.document.path, self._untitled(), self._watch.seen)))
            self._now = now
            self._move_to(next(home for command, home in self._homes if command is now))

    def _move_to(self, home: _Home) -> None:
        self._name(home.untitled)
        self._editor.document.set_path(home.path)
        if home.path:
            self._watch.expect_from_before(home.seen)


def _same_but_for_data(one: Design, other: Design) -> bool:
    return replace(one, data=other.data) == other
