"""Editor: the open document with its history. Every edit of every panel goes through here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from designer.core.diff.change import Change, Parts, difference
from designer.core.diff.edit_summary import things_words
from designer.core.edits import clipboard, group_editing, grouping, inline_groups, network_edits, notes, placed_edits
from designer.core.graph.binding import DataInfo, longest_of
from designer.core.graph.block import Block
from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.core.graph.definition import definitions
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath, agreeing, reachable, use_at
from designer.core.graph.messages import Fix, Problem, all_wrong, found_anew
from designer.core.graph.network import NetworkError
from designer.core.graph.registry import find
from designer.core.graph.settings import Position
from designer.core.inference.bounding import bounded
from designer.core.inference.infer import Inference, infer_inside
from designer.core.session.document import Document
from designer.core.storage import files
from designer.core.validation import check
from designer.core.validation.all_problems import Found
from designer.core.validation.check_data import suited
from designer.core.validation.check_groups import problems_inside
from designer.data import opening, sources
from designer.ui.editing.commands import DesignCommand

BY_ITSELF = ""
"""The text of an edit that is called by what it has changed."""
NO_LONGER = "Nothing was changed: this problem, or this way to mend it, is no longer there"
USE = "group:"
"""What comes to the canvas for one more use of a group is called so, with the name of the group behind."""


class Editor(QObject):
    """Edits the document, undoably.

    Signals: `changed(change)` once for every edit, for each way back or forth, for a design that is opened, and for
    another group that is shown; who shows some parts alone asks by `listen` for these. `refused(message)` when an edit
    cannot be made; `added(block_id)` when an edit has put a block in.

    What is being edited is `shown`: the design, or the inside of the group that `path` leads to. The canvas shows the
    network that `root` leads to, with the groups in it that are open in place; `path` begins with `root`.
    """

    changed = Signal(Change)
    refused = Signal(str)
    added = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listeners: tuple[tuple[Parts, Callable[[Change], object]], ...] = ()
        self.changed.connect(self._tell)  # one way through Qt for all of them: each takes as long as a short listener
        self.document = Document()
        self.document.changed.connect(self._pass_on)
        self.stack = QUndoStack(self)
        self._checked: Design | None = None
        self._problems: list[Problem] = []
        self._modelled: Inference | None = None
        self._a_model = False
        self.path: GroupPath = ()
        self.root: GroupPath = ()
        self.shown = self.design
        self._inside: list[Inference] = []
        self._outermost: Inference | None = None
        """The shapes of the whole network that those in `_inside` follow from."""
        self._opening = False

    def listen(self, parts: Parts, slot: Callable[[Change], object]) -> None:
        """Calls `slot` with each change of any of these parts, and with no other."""
        self._listeners = (*self._listeners, (parts, slot))

    def _tell(self, change: Change) -> None:
        """Each listener in its turn. One that fails is told of as Qt would, and the others are called all the same."""
        for parts, slot in self._listeners:
            if change.touches(parts):
                try:
                    slot(change)
                except Exception:
                    sys.excepthook(*sys.exc_info())

    def _pass_on(self, change: Change) -> None:
        """Tells of a change of the document, and of the place in it that is shown, where that is another one now."""
        after = change.after
        root = () if self._opening else reachable(after.network, self.root)
        path = () if self._opening else reachable(after.network, self.path)
        where = self._show_inside(inline_groups.seen_in_place(after, path, len(root)), root)
        self.changed.emit(replace(change, where=where) if where else change)

    @property
    def design(self) -> Design:
        """The design as it stands."""
        return self.document.design

    @property
    def data(self) -> DataInfo | None:
        """What is known of the design's data; None where the source is not known."""
        return opening.info(self.design.data)

    @property
    def longest(self) -> dict[str, int]:
        """The most steps that the data have for each Input whose length varies."""
        return longest_of(self.design.network, self.data)

    @property
    def shown_inference(self) -> Inference:
        """The shapes of what the canvas shows; inside a group those of the use that is open."""
        return self._inside[-1] if self._inside else self.document.inference

    def shown_problems(self) -> list[Problem]:
        """The problems of what the canvas shows."""
        if not self.path:
            return self.problems()
        return problems_inside(self.shown_inference, use_at(self.design.network, self.path).definition)

    def inference_at(self, path: GroupPath) -> Inference | None:
        """The shapes of a network on the way to what is being edited; None for another one."""
        if self.path[: len(path)] != path:
            return None
        return self._inside[len(path) - 1] if path else self.document.inference

    def open_group(self, path: GroupPath, alone: bool = False) -> None:
        """Goes into a group, or to the whole network for an empty path.

        Where it is open in place it is edited there; it fills the canvas where it is not, or is to be seen alone.
        """
        try:
            group_editing.opened(self.design, path)
        except NetworkError as error:
            self.refused.emit(str(error))
            return
        if where := self._show_inside(path, path if alone else self._root_for(path)):
            self.changed.emit(Change(self.design, self.design, where=where))

    def _root_for(self, path: GroupPath) -> GroupPath:
        """What fills the canvas so that a group is seen in place: what does now, else what is as far out as can be."""
        now = [len(self.root)] if path[: len(self.root)] == self.root else []
        lengths = (*now, *range(len(path)))
        found = (length for length in lengths if inline_groups.seen_in_place(self.design, path, length) == path)
        return path[: next(found, len(path))]

    def _show_inside(self, path: GroupPath, root: GroupPath) -> Parts:
        """Keeps what is shown in step with the document and the path; shapes inside are inferred again as needed.

        Gives PATH and ROOT, as far as these are others now.
        """
        where = (Parts.PATH if path != self.path else Parts(0)) | (Parts.ROOT if root != self.root else Parts(0))
        if path != self.path or self._outermost is not self.document.inference:
            self._infer_inside(path, [] if path != self.path else self._inside)
        self.path, self.root, self.shown = path, root, group_editing.opened(self.design, path)
        return where

    def _infer_inside(self, path: GroupPath, old: list[Inference]) -> None:
        self._inside = []
        self._outermost = outer = self.document.inference
        with bounded():
            for place, name in enumerate(path):
                outer = infer_inside(outer, name, old[place] if place < len(old) else None)
                self._inside.append(outer)

    def problems(self) -> list[Problem]:
        """All that keeps the design from being trained. Found once for a design: every panel asks at every change."""
        if self._checked is not self.design:
            self._checked, self._problems = self.design, self._find_problems()
        return self._problems

    def _find_problems(self) -> list[Problem]:
        if self.data is None and self.design.data.source != NO_DATA:
            message = f"the data source '{self.design.data.source}' is not known: choose another one"
            return [Problem(message, fixes=(_usual_data(),))]
        return check.problems(self.design, self.document.inference, self.data)

    def is_a_model(self) -> bool:
        """Whether the network can be built, though its data or a loss may keep it from being trained."""
        if self._modelled is not self.document.inference:
            self._modelled = self.document.inference
            self._a_model = not self.problems() or not check.network_problems(self._modelled)
        return self._a_model

    def open(self, design: Design, path: Path | None) -> None:
        """Shows another design, all of it, with an empty history."""
        self.stack.clear()
        self.document.set_path(path)
        self._opening = True
        try:
            self.document.make(difference(self.design, placed_edits.settled(design)))
        finally:
            self._opening = False

    def go_to(self, place: int) -> None:
        """Goes to another place in the history: 0 for how it was opened, else after so many edits."""
        with self.document.only_the_last():
            self.stack.setIndex(place)

    def history(self) -> list[DesignCommand]:
        """All edits, with those that were undone and can be done again."""
        commands = (self.stack.command(place) for place in range(self.stack.count()))
        return [command for command in commands if isinstance(command, DesignCommand)]

    def state_at(self, place: int) -> Design:
        """The design after so many edits of the history; 0 for how it was opened."""
        edits_made = self.history()
        place = min(place, len(edits_made))
        if not edits_made:
            return self.design
        return edits_made[place - 1].after if place else edits_made[0].before

    def renew_kinds(self) -> None:
        """Takes the kinds that there are now: what was unknown may be known, and what is gone becomes unknown."""
        try:
            design = files.parse(files.dumps(self.design), "The open network")
        except files.FileError as error:
            self.refused.emit(str(error))
            return
        if design == self.design:
            return
        if self.stack.count():
            self.edit("Load custom blocks", lambda _: design)
        else:
            self.document.set_design(design)

    def edit(self, text: str, change: Callable[[Design], Design], key: str = "") -> bool:
        """Makes an edit of the whole design that can be undone; False, with `refused`, where it is not possible.

        `text` is what undo calls it, as in "Duplicate conv1"; `BY_ITSELF` where what has changed says it. Edits with
        the same `key` that follow within a second become one.
        """
        before, shown, path = self.design, self.shown, self.path
        try:
            after = inline_groups.settled(before, change(before))
            agreeing(after.network)
            files.expect_that_it_fits(after)
        except ValidationError as error:
            self.refused.emit(all_wrong(error))
            return False
        except (NetworkError, ValueError) as error:
            self.refused.emit(str(error))
            return False
        made = difference(before, after)
        if made:
            self.stack.push(DesignCommand(self.document, made, text, key))
            new = placed_edits.newest(shown, self.shown)
            if new and path == self.path:
                self.added.emit(new)
        return True

    def edit_shown(self, text: str, change: Callable[[Design], Design], key: str = "") -> bool:
        """Makes an edit of what the canvas shows: of the design, or of an open group, where all its uses follow."""
        path = self.path
        if path and text:
            text = f"{use_at(self.design.network, path).definition.name} › {text}"
        return self.edit(text, lambda design: group_editing.edited(design, path, change), key and f"{key} in {path}")

    def mend(self, found: Found, title: str) -> bool:
        """Makes the one-click mend of this title, as it is found in the design of now; refused where it is not.

        `found` is a problem of the whole design, or of what the canvas showed when it was found.
        """
        fix = found_anew(self._problems_at(found.path), found.problem, title)
        if fix is None:
            self.refused.emit(NO_LONGER)
            return False
        edit = self.edit_shown if found.path else self.edit
        return edit(BY_ITSELF, lambda design: placed_edits.mended(design, fix.apply))

    def _problems_at(self, path: GroupPath) -> list[Problem]:
        if not path:
            return self.problems()
        return self.shown_problems() if path == self.path else []

    def append(self, kind: str, after: str | None) -> bool:
        """A new block behind another one, or at the end; refused for a group that is no longer used."""
        try:
            block = self.new_block(kind)
        except ValueError as error:
            self.refused.emit(str(error))
            return False
        return self.edit_shown(BY_ITSELF, lambda design: placed_edits.appended(design, block, after))

    def remove(
        self,
        blocks: Iterable[str],
        edges: Iterable[tuple[str, int]] = (),
        words: Iterable[str] = (),
        verb: str = "Delete",
    ) -> bool:
        """Takes blocks, edges and notes (`words`) out. `verb` is what the history calls it."""
        gone, cut, torn = list(blocks), list(edges), list(words)

        def change(design: Design) -> Design:
            return notes.removed(placed_edits.removed(design, gone, cut), torn)

        return self.edit_shown(BY_ITSELF if verb == "Delete" else f"{verb} {things_words(gone, len(torn))}", change)

    def duplicate(self, blocks: Iterable[str], words: Iterable[str] = ()) -> bool:
        """Copies of blocks and notes (`words`) beside them; blocks take what the originals take."""
        copied, noted = list(blocks), list(words)
        return self.edit_shown(
            f"Duplicate {things_words(copied, len(noted))}",
            lambda design: clipboard.duplicated(design, copied, noted),
        )

    def disconnect_block(self, target: str, port: int) -> bool:
        """No edge to an input port."""
        return self.edit_shown(
            BY_ITSELF, lambda design: design.edit(lambda net: network_edits.disconnect(net, target, port))
        )

    def move(self, places: dict[str, Position], key: str = "") -> bool:
        """Blocks to other places; moves with the same key that follow each other are one."""
        return self.edit_shown(BY_ITSELF, lambda design: design.placed(places), key)

    def set_param(self, block_id: str, name: str, value: Any) -> bool:
        """A parameter of a block."""
        return self.edit_shown(
            BY_ITSELF,
            lambda design: design.edit(lambda net: network_edits.set_params(net, block_id, **{name: value})),
            key=f"param {block_id} {name}",
        )

    def rename(self, old: str, new: str) -> bool:
        """Another name for a block."""
        return self.edit_shown(BY_ITSELF, lambda design: placed_edits.renamed(design, old, new))

    def set_training(self, name: str, value: Any) -> bool:
        """A training setting."""

        def change(design: Design) -> Design:
            settings = type(design.training).model_validate({**design.training.model_dump(), name: value})
            return replace(design, training=settings)

        return self.edit(BY_ITSELF, change, key=f"training {name}")

    def set_about(self, name: str, text: str) -> bool:
        """A part of the words about the network."""

        def change(design: Design) -> Design:
            words = type(design.about).model_validate({**design.about.model_dump(), name: text})
            return replace(design, about=words)

        return self.edit(BY_ITSELF, change, key=f"about {name}")

    def set_data(self, source: str) -> bool:
        """Another data source."""
        return self.edit(BY_ITSELF, lambda design: replace(design, data=DataSettings(source=source)), key="data")

    def set_own_data(self, data: DataSettings) -> bool:
        """A person's own data as they were found; changes of how they are read that follow each other are one edit."""
        key = f"data {data.path}" if data.path == self.design.data.path else ""
        return self.edit(BY_ITSELF, lambda design: replace(design, data=data), key)

    def new_block(self, kind: str) -> Block:
        """A block of a kind, or one more use of a group (`group:` and its name); a new group gets a name of its own."""
        found = self.prototype(kind)
        if found is None:
            raise ValueError(f"there is no kind called {kind!r}")
        if kind.startswith(USE):
            return found
        suiting = suited(found, self.design.network, self.data) if self.data else found
        return grouping.with_free_name(self.design, suiting)

    def prototype(self, kind: str) -> Block | None:
        """What a block of this kind would be, or one more use of a group; None where there is no such thing."""
        if kind.startswith(USE):
            name = kind.removeprefix(USE)
            known = definitions(self.design.network)
            return grouping.another_use(self.design, name) if name in known else None
        block_class = find(kind)
        return block_class() if block_class else None


def _usual_data() -> Fix:
    """The data that a new network has; which ones a person wants, nobody else knows."""
    usual = DataSettings()
    known = sources.info(usual.source)
    title = known.title if known else usual.source
    return Fix(f"Choose '{title}'", lambda design: replace(design, data=usual), guess=True)
