"""Any sequence of edits: what is shown is the document, and its history leads back and forth without a loss."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QGraphicsItem

from designer.core import files
from designer.core.block import Block
from designer.core.design import Design
from designer.core.inference import Inference, infer
from designer.core.network import Network
from designer.core.registry import kinds
from designer.core.resources import example
from designer.core.settings import TrainingSettings
from designer.ui.canvas.scene import CanvasScene
from designer.ui.editor import Editor
from designer.ui.theme import Theme
from tests.helpers import values_of

PICK = st.integers(0, 1_000_000)
PLACES = st.tuples(st.integers(-1000, 1000).map(float), st.integers(-1000, 1000).map(float))
WRONG = st.sampled_from([-1, 0, 10**9, "three", None, 1.5, float("nan"), (0, 0), (1, 2, 3), True])
NAMES = st.sampled_from(["a", "conv1", "renamed", "", "1st", "class", "with space", "é", "x" * 65, "input"])


def told(inference: Inference) -> dict[str, tuple[str, str]]:
    """The shape and the problem of each block, in the words that a person reads."""
    return {
        name: (str(result.shape), str(result.problem.message) if result.problem else "")
        for name, result in inference.results.items()
    }


def edges_of(network: Network) -> set[tuple[str, str, int]]:
    return {
        (source, node.id, port) for node in network.nodes.values() for port, source in enumerate(node.inputs) if source
    }


class Editing(RuleBasedStateMachine):
    """Edits a document as all panels together can."""

    theme: Theme

    def __init__(self) -> None:
        super().__init__()
        self.editor = Editor()
        self.scene = CanvasScene(self.editor, self.theme)
        self.refusals: list[str] = []
        self.editor.refused.connect(self.refusals.append)

    @initialize(name=st.sampled_from(["", "mnist_cnn", "vowels_lstm"]))
    def begin(self, name: str) -> None:
        self.editor.open(files.read(example(name)) if name else Design(), None)
        self.first = self.editor.design

    def block(self, pick: int) -> str:
        names = list(self.editor.design.network.nodes)
        return names[pick % len(names)]

    def port(self, pick: int) -> tuple[str, int] | None:
        ports = [
            (node.id, port) for node in self.editor.design.network.nodes.values() for port in range(len(node.inputs))
        ]
        return ports[pick % len(ports)] if ports else None

    def has_blocks(self) -> bool:
        return bool(self.editor.design.network.nodes)

    def edited(self, done: bool, before: Design) -> None:
        """A refused edit says why and changes nothing."""
        if not done:
            assert self.refusals
            assert self.refusals.pop()
            assert self.editor.design is before
        self.refusals.clear()

    @rule(kind=st.sampled_from(sorted(kinds())), pick=st.none() | PICK)
    def append(self, kind: str, pick: int | None) -> None:
        before = self.editor.design
        after = self.block(pick) if pick is not None and self.has_blocks() else None
        self.edited(self.editor.append(kind, after), before)

    @rule(kind=st.sampled_from(sorted(kinds())), place=PLACES)
    def add_at(self, kind: str, place: tuple[float, float]) -> None:
        before = self.editor.design
        assert self.editor.add_at(kind, place)
        assert len(self.editor.design.network.nodes) == len(before.network.nodes) + 1

    @rule(kind=st.sampled_from(sorted(kinds())), pick=PICK, place=PLACES)
    def insert(self, kind: str, pick: int, place: tuple[float, float]) -> None:
        before, port = self.editor.design, self.port(pick)
        if port:
            self.edited(self.editor.insert(kind, *port, place), before)

    @precondition(has_blocks)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3), cut=st.none() | PICK)
    def remove(self, picks: list[int], cut: int | None) -> None:
        before, edge = self.editor.design, self.port(cut) if cut is not None else None
        gone = {self.block(pick) for pick in picks}
        self.edited(self.editor.remove(gone, [edge] if edge else []), before)
        assert gone.isdisjoint(self.editor.design.network.nodes)

    @precondition(has_blocks)
    @rule(source=PICK, pick=PICK)
    def connect(self, source: int, pick: int) -> None:
        before, port = self.editor.design, self.port(pick)
        if port:
            self.edited(self.editor.connect_blocks(self.block(source), *port), before)

    @rule(pick=PICK)
    def disconnect(self, pick: int) -> None:
        before, port = self.editor.design, self.port(pick)
        if port:
            self.edited(self.editor.disconnect_block(*port), before)

    @precondition(has_blocks)
    @rule(pick=PICK, name=NAMES)
    def rename(self, pick: int, name: str) -> None:
        before = self.editor.design
        self.edited(self.editor.rename(self.block(pick), name), before)

    @precondition(has_blocks)
    @rule(pick=PICK, field=PICK, data=st.data())
    def set_param(self, pick: int, field: int, data: st.DataObject) -> None:
        before, name = self.editor.design, self.block(pick)
        block = before.network.nodes[name].block
        if isinstance(block, Block) and block.form_fields():
            fields = list(block.form_fields().items())
            key, info = fields[field % len(fields)]
            self.edited(self.editor.set_param(name, key, data.draw(values_of(info) | WRONG)), before)

    @rule(field=st.sampled_from(sorted(TrainingSettings.model_fields)), data=st.data())
    def set_training(self, field: str, data: st.DataObject) -> None:
        before = self.editor.design
        value = data.draw(values_of(TrainingSettings.model_fields[field]) | WRONG)
        self.edited(self.editor.set_training(field, value), before)

    @rule(source=st.sampled_from(["mnist_5k", "japanese_vowels", "airline_passengers", "unknown"]))
    def set_data(self, source: str) -> None:
        self.edited(self.editor.set_data(source), self.editor.design)

    @precondition(has_blocks)
    @rule(pick=PICK, place=PLACES)
    def move(self, pick: int, place: tuple[float, float]) -> None:
        name = self.block(pick)
        assert self.editor.move({name: place})
        card = self.scene.cards[name].pos()
        assert (card.x(), card.y()) == place

    @precondition(has_blocks)
    @rule(picks=st.lists(PICK, max_size=3))
    def select_and_delete(self, picks: list[int]) -> None:
        self.scene.clearSelection()
        chosen: list[QGraphicsItem] = [*self.scene.cards.values(), *self.scene.edges.values()]
        for pick in picks:
            chosen[pick % len(chosen)].setSelected(True)
        self.scene.delete_selected()

    @rule(pick=PICK, fix=PICK)
    def mend(self, pick: int, fix: int) -> None:
        fixes = [item for problem in self.editor.problems() for item in problem.fixes]
        if fixes:
            before = self.editor.design
            self.edited(self.editor.apply(fixes[fix % len(fixes)]), before)

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

    @invariant()
    def inference_is_as_from_scratch(self) -> None:
        inference = self.editor.document.inference
        assert told(inference) == told(infer(self.editor.design.network))

    @invariant()
    def what_is_shown_is_the_document(self) -> None:
        network = self.editor.design.network
        assert set(self.scene.cards) == set(network.nodes)
        assert {(edge.source, edge.target, edge.port) for edge in self.scene.edges.values()} == edges_of(network)
        for name, card in self.scene.cards.items():
            assert card.result is self.editor.document.inference.results[name]

    @invariant()
    def each_block_has_its_place(self) -> None:
        places = self.editor.design.view.positions
        assert set(places) == set(self.editor.design.network.nodes)

    @invariant()
    def problems_can_be_told_and_each_mend_works(self) -> None:
        for problem in self.editor.problems():
            assert problem.message
            for fix in problem.fixes:
                assert fix.apply(self.editor.design) != self.editor.design

    def teardown(self) -> None:
        if hasattr(self, "first"):
            self.there_and_back()
        # Left to the interpreter's end they would outlive Qt, and crash.
        self.scene.blockSignals(True)
        self.scene.deleteLater()
        self.editor.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


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
