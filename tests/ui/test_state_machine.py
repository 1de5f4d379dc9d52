"""Any sequence of edits: what is shown is the document, and its history leads back and forth without a loss."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsItem

from designer.core.assist import preview
from designer.core.assist.drop_targets import Alone
from designer.core.assist.edge_preview import Wire, judged
from designer.core.edits import align, clipboard
from designer.core.edits.learning import with_learning
from designer.core.graph.block import Block
from designer.core.graph.definition import definitions
from designer.core.graph.registry import kinds
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.core.validation.all_problems import Found
from designer.ui.canvas.scene.selection_edits import delete_selected
from designer.ui.editing import block_edits, group_edits, note_edits
from designer.ui.editing.editor import BY_ITSELF, USE
from designer.ui.editing.mending import Mending
from designer.ui.style.theme import Theme
from tests.drawing import values_of
from tests.ui.machine import NAMES, PICK, PLACES, WRONG, Machine


class Editing(Machine):
    """Edits a document as all panels together can."""

    @rule(kind=st.sampled_from(sorted(kinds())), pick=st.none() | PICK)
    def append(self, kind: str, pick: int | None) -> None:
        before = self.editor.design
        after = self.block(pick) if pick is not None and self.has_blocks() else None
        self.edited(self.editor.append(kind, after), before)

    @rule(kind=st.sampled_from(sorted(kinds())), place=PLACES)
    def add_alone(self, kind: str, place: tuple[float, float]) -> None:
        before, count = self.editor.design, len(self.editor.shown.network.nodes)
        done = bool(block_edits.put(self.editor, self.editor.new_block(kind), Alone(place)))
        self.edited(done, before)
        assert done or self.editor.path
        assert len(self.editor.shown.network.nodes) == count + done

    @precondition(Machine.has_blocks)
    @rule(kind=st.sampled_from(sorted(kinds())), pick=PICK, sort=PICK)
    def put(self, kind: str, pick: int, sort: int) -> None:
        before, block, spot = self.editor.design, self.editor.new_block(kind), self.spot(pick, sort)
        found = preview.of_new(self.editor.shown, self.editor.shown_inference, block, spot)
        name = block_edits.put(self.editor, block, spot)
        self.edited(bool(name), before)
        if name:
            result = self.editor.shown_inference.results[name]
            assert found.allowed
            assert found.shapes == (result.shapes or ())

    @precondition(Machine.has_blocks)
    @rule(carried=PICK, pick=PICK, sort=PICK)
    def carry(self, carried: int, pick: int, sort: int) -> None:
        before, block, spot = self.editor.design, self.block(carried), self.spot(pick, sort)
        node = self.editor.shown.network.nodes[block]
        if isinstance(node.block, Block) and spot.suits(self.editor.shown.network, node.block):
            done = block_edits.carry(self.editor, block, spot)
            self.edited(done, before)
            if done:
                assert self.editor.shown.network.nodes[block].block == node.block

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3))
    def take_out(self, picks: list[int]) -> None:
        before, names = self.editor.design, {self.block(pick) for pick in picks}
        done = block_edits.take_out(self.editor, names)
        self.edited(done, before)
        assert names <= set(self.editor.shown.network.nodes)

    @precondition(Machine.has_blocks)
    @rule(source=PICK, pick=PICK, more=st.booleans(), taken=st.none() | PICK)
    def wire(self, source: int, pick: int, more: bool, taken: int | None) -> None:
        before, port, old = self.editor.design, self.port(pick), self.port(taken) if taken is not None else None
        if port is None:
            return
        block, number = port
        number = len(self.editor.shown.network.nodes[block].inputs) if more else number
        edge = Wire(self.block(source), block, number, old)
        verdict = judged(self.editor.shown, self.editor.shown_inference, edge)
        if verdict.allowed:
            self.edited(block_edits.wire(self.editor, edge, verdict.fix), before)

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3), cut=st.none() | PICK)
    def remove(self, picks: list[int], cut: int | None) -> None:
        before, edge = self.editor.design, self.port(cut) if cut is not None else None
        gone = {self.block(pick) for pick in picks}
        done = self.editor.remove(gone, [edge] if edge else [])
        self.edited(done, before)
        assert not done or gone.isdisjoint(self.editor.shown.network.nodes)

    @precondition(Machine.has_blocks)
    @rule(source=PICK, pick=PICK)
    def connect(self, source: int, pick: int) -> None:
        before, port = self.editor.design, self.port(pick)
        if port:
            self.edited(block_edits.wire(self.editor, Wire(self.block(source), *port)), before)

    @rule(pick=PICK)
    def disconnect(self, pick: int) -> None:
        before, port = self.editor.design, self.port(pick)
        if port:
            self.edited(self.editor.disconnect_block(*port), before)

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, min_size=1, max_size=4), cut=st.booleans())
    def copy(self, picks: list[int], cut: bool) -> None:
        chosen, before = {self.block(pick) for pick in picks}, self.editor.design
        self.copied = clipboard.dumps(clipboard.clipped(self.editor.shown, chosen, "/".join(self.editor.path)))
        if cut:
            self.edited(self.editor.remove(chosen, verb="Cut"), before)

    @precondition(lambda self: self.copied)
    @rule(place=st.none() | PLACES)
    def paste(self, place: tuple[float, float] | None) -> None:
        before, clip = self.editor.design, clipboard.parse(self.copied)
        inside, known = bool(self.editor.path), definitions(before.network)
        where = clipboard.Where("/".join(self.editor.path), known, place, inside)
        count = len(self.editor.shown.network.nodes)
        done = self.editor.edit_shown("Paste", lambda design: clipboard.pasted(design, clip, where))
        self.edited(done, before)
        assert not done or len(self.editor.shown.network.nodes) == count + len(clip.design.network.nodes)

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3))
    def duplicate(self, picks: list[int]) -> None:
        before = self.editor.design
        self.edited(self.editor.duplicate({self.block(pick) for pick in picks}), before)

    @precondition(Machine.has_blocks)
    @rule(pick=PICK, name=NAMES)
    def rename(self, pick: int, name: str) -> None:
        before = self.editor.design
        self.edited(self.editor.rename(self.block(pick), name), before)

    @precondition(Machine.has_blocks)
    @rule(pick=PICK, field=PICK, data=st.data())
    def set_param(self, pick: int, field: int, data: st.DataObject) -> None:
        before, name = self.editor.design, self.block(pick)
        block = self.editor.shown.network.nodes[name].block
        if isinstance(block, Block) and block.form_fields():
            fields = list(block.form_fields().items())
            key, info = fields[field % len(fields)]
            self.edited(self.editor.set_param(name, key, data.draw(values_of(info) | WRONG)), before)

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3), frozen=st.booleans(), rate=st.sampled_from([0.0, 0.5, 2.0]))
    def learn_otherwise(self, picks: list[int], frozen: bool, rate: float) -> None:
        before, names = self.editor.design, {self.block(pick) for pick in picks}
        self.edited(
            self.editor.edit_shown(
                BY_ITSELF, lambda design: with_learning(design, names, frozen=frozen, rate_factor=rate)
            ),
            before,
        )
        assert self.editor.shown_inference.trained <= self.editor.shown_inference.parameters

    @rule(field=st.sampled_from(sorted(TrainingSettings.model_fields)), data=st.data())
    def set_training(self, field: str, data: st.DataObject) -> None:
        before = self.editor.design
        value = data.draw(values_of(TrainingSettings.model_fields[field]) | WRONG)
        self.edited(self.editor.set_training(field, value), before)

    @rule(source=st.sampled_from(["mnist_5k", "japanese_vowels", "airline_passengers", "unknown"]))
    def set_data(self, source: str) -> None:
        self.edited(self.editor.set_data(source), self.editor.design)

    @precondition(Machine.has_blocks)
    @rule(pick=PICK, place=PLACES)
    def move(self, pick: int, place: tuple[float, float]) -> None:
        name = self.block(pick)
        assert self.editor.move({name: place})
        assert self.scene.cards[name].scenePos() == QPointF(*place) + self.scene.offset

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, max_size=3))
    def lay_out(self, picks: list[int]) -> None:
        before = self.editor.design
        chosen = {self.block(pick) for pick in picks}
        done = self.editor.edit_shown("Lay out", lambda design: align.laid_out(design, chosen))
        self.edited(done, before)

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, max_size=3))
    def select_and_delete(self, picks: list[int]) -> None:
        self.scene.clearSelection()
        chosen: list[QGraphicsItem] = [*self.scene.cards.values(), *self.scene.edges.values()]
        for pick in picks:
            chosen[pick % len(chosen)].setSelected(True)
        delete_selected(self.scene)

    @rule(pick=PICK, fix=PICK)
    def mend(self, pick: int, fix: int) -> None:
        path = self.editor.path
        fixes = [(Found(path, item), fix.title) for item in self.editor.shown_problems() for fix in item.fixes]
        if fixes:
            before = self.editor.design
            self.edited(self.editor.mend(*fixes[fix % len(fixes)]), before)

    @rule(fix=PICK)
    def mend_anywhere(self, fix: int) -> None:
        mending = Mending(self.editor)
        fixes = [(found, item.title) for found in mending.found() for item in found.problem.fixes]
        if fixes:
            before = self.editor.design
            self.edited(mending.apply(*fixes[fix % len(fixes)]), before)

    @rule()
    def mend_all(self) -> None:
        before = set(self.editor.design.network.nodes)
        design = self.editor.design
        done = Mending(self.editor).mend_all()
        assert bool(done) == (self.editor.design != design)
        assert before <= set(self.editor.design.network.nodes)

    @precondition(Machine.has_blocks)
    @rule(picks=st.lists(PICK, min_size=1, max_size=4))
    def group(self, picks: list[int]) -> None:
        before = self.editor.design
        self.edited(group_edits.group(self.editor, {self.block(pick) for pick in picks}), before)

    @rule(pick=PICK)
    def ungroup(self, pick: int) -> None:
        before, name = self.editor.design, self.group_block(pick)
        if name:
            self.edited(group_edits.ungroup(self.editor, name), before)

    @rule(pick=PICK)
    def open_group(self, pick: int) -> None:
        if name := self.group_block(pick):
            self.scene.open_group(name)
            assert self.editor.path[-1] == name or self.refusals

    @rule()
    def close_group(self) -> None:
        self.editor.open_group(self.editor.path[:-1])

    @rule(pick=PICK)
    def expand_or_collapse(self, pick: int) -> None:
        before, name = self.editor.design, self.group_block(pick)
        if name and group_edits.is_expanded(self.editor, name):
            self.edited(group_edits.collapse(self.editor, name), before)
            assert not group_edits.is_expanded(self.editor, name)
        elif name:
            self.edited(group_edits.expand(self.editor, name), before)

    @rule(pick=PICK)
    def edit_in_place(self, pick: int) -> None:
        """Presses the mouse on a card, whatever it is in."""
        found = [card for _, layers in self.scene.frames.all_layers() for card in layers.cards.cards.values()]
        if found:
            card = found[pick % len(found)]
            self.scene.frames.enter_at(card.mapToScene(card.solid().center()))

    @rule(place=PLACES)
    def add_note(self, place: tuple[float, float]) -> None:
        before = self.editor.design
        name = note_edits.add(self.editor, place)
        self.edited(bool(name), before)
        assert not name or self.scene.notes.items[name].pos() == QPointF(*place) + self.scene.offset

    @rule(pick=PICK, after=st.none() | PICK)
    def use_again(self, pick: int, after: int | None) -> None:
        before, names = self.editor.design, list(definitions(self.editor.design.network))
        if names:
            behind = self.block(after) if after is not None and self.has_blocks() else None
            self.edited(self.editor.append(f"{USE}{names[pick % len(names)]}", behind), before)

    @precondition(lambda self: bool(self.editor.path))
    @rule(pick=PICK, field=PICK, other=st.none() | PICK)
    def expose(self, pick: int, field: int, other: int | None) -> None:
        before, name = self.editor.design, self.block(pick)
        block, definition = self.editor.shown.network.nodes[name].block, group_edits.open_definition(self.editor)
        assert definition is not None
        if isinstance(block, Block) and block.form_fields():
            fields, known = list(block.form_fields()), list(definition.parameters)
            joined = known[other % len(known)] if known and other is not None else ""
            self.edited(group_edits.expose(self.editor, name, fields[field % len(fields)], joined), before)

    @precondition(lambda self: bool(self.editor.path))
    @rule(pick=PICK)
    def hide(self, pick: int) -> None:
        before, definition = self.editor.design, group_edits.open_definition(self.editor)
        assert definition is not None
        if known := list(definition.parameters):
            self.edited(group_edits.hide(self.editor, known[pick % len(known)]), before)

    @rule(pick=PICK)
    def make_independent(self, pick: int) -> None:
        before, name = self.editor.design, self.group_block(pick)
        if name:
            self.edited(group_edits.make_independent(self.editor, name), before)

    @rule(pick=PICK, name=NAMES)
    def rename_group(self, pick: int, name: str) -> None:
        before, names = self.editor.design, list(definitions(self.editor.design.network))
        if names:
            self.edited(group_edits.rename(self.editor, names[pick % len(names)], name), before)

    @rule()
    def undo(self) -> None:
        self.editor.stack.undo()

    @rule()
    def redo(self) -> None:
        self.editor.stack.redo()

    @rule()
    def undo_all_and_redo_all(self) -> None:
        self.there_and_back()

    @rule()
    def save_and_open(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "any.network.json"
            files.write(self.editor.design, path)
            assert files.read(path) == self.editor.design

    def there_and_back(self) -> None:
        stack, here, place = self.editor.stack, self.editor.design, self.editor.stack.index()
        stack.setIndex(0)
        assert self.editor.design == self.first
        stack.setIndex(stack.count())
        self.what_is_shown_is_the_document()
        stack.setIndex(place)
        assert self.editor.design == here


@pytest.mark.usefixtures("qapp")
def test_that_no_sequence_of_edits_breaks_the_document_or_what_is_shown(theme: Theme) -> None:
    Editing.theme = theme
    run_state_machine_as_test(
        Editing,
        settings=settings(
            max_examples=200,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
