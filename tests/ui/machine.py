"""A document and its canvas under edits of chance: what has to hold after each of them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
)
from PySide6.QtCore import QCoreApplication, QEvent, QPointF

from designer.core.assist.drop_targets import Behind, Beside, InFront, Instead, Into, Spot
from designer.core.edits.group_editing import opened
from designer.core.edits.inline_groups import levels, open_uses
from designer.core.graph.design import Design
from designer.core.graph.group_paths import agreeing
from designer.core.graph.network import Network
from designer.core.inference.infer import Inference, infer, infer_inside
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.editing import group_edits
from designer.ui.editing.editor import Editor
from designer.ui.style.theme import Theme

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


class Machine(RuleBasedStateMachine):
    """The document, what blocks and ports there are to choose from, and the invariants."""

    theme: Theme

    def __init__(self) -> None:
        super().__init__()
        self.editor = Editor()
        self.scene = CanvasScene(self.editor, self.theme)
        self.refusals: list[str] = []
        self.copied = ""
        self.editor.refused.connect(self.refusals.append)

    @initialize(name=st.sampled_from(["", "mnist_cnn", "vowels_lstm", "digits_inception"]))
    def begin(self, name: str) -> None:
        self.editor.open(files.read(example(name)) if name else Design(), None)
        self.first = self.editor.design

    def block(self, pick: int) -> str:
        names = list(self.editor.shown.network.nodes)
        return names[pick % len(names)]

    def port(self, pick: int) -> tuple[str, int] | None:
        ports = [
            (node.id, port) for node in self.editor.shown.network.nodes.values() for port in range(len(node.inputs))
        ]
        return ports[pick % len(ports)] if ports else None

    def has_blocks(self) -> bool:
        return bool(self.editor.shown.network.nodes)

    def edited(self, done: bool, before: Design) -> None:
        """A refused edit says why and changes nothing."""
        if not done:
            assert self.refusals
            assert self.refusals.pop()
            assert self.editor.design is before
        self.refusals.clear()

    def spot(self, pick: int, sort: int) -> Spot:
        port, block = self.port(pick), self.block(pick)
        spots: list[Spot] = [Instead(block), Behind(block), Beside(block)]
        if port:
            spots += [Into(*port), InFront(*port)]
        return spots[sort % len(spots)]

    def group_block(self, pick: int) -> str | None:
        """One of the groups that are shown."""
        found = [name for name in self.editor.shown.network.nodes if group_edits.is_group(self.editor, name)]
        return found[pick % len(found)] if found else None

    @invariant()
    def inference_is_as_from_scratch(self) -> None:
        found = infer(self.editor.design.network)
        assert told(self.editor.document.inference) == told(found)
        for name in self.editor.path:
            found = infer_inside(found, name)
        assert told(self.editor.shown_inference) == told(found)

    @invariant()
    def what_is_shown_is_the_document(self) -> None:
        assert self.editor.shown.network == opened(self.editor.design, self.editor.path).network
        network = self.editor.shown.network
        assert set(self.scene.cards) == set(network.nodes)
        assert {(edge.source, edge.target, edge.port) for edge in self.scene.edges.values()} == edges_of(network)
        for name, card in self.scene.cards.items():
            assert card.result is self.editor.shown_inference.results[name]

    @invariant()
    def all_that_is_open_in_place_is_shown(self) -> None:
        shown = {level.path: level for level in levels(self.editor.design, self.editor.root)}
        layers = dict(self.scene.frames.all_layers())
        assert set(layers) == set(shown)
        assert self.editor.path in shown
        for path, level in shown.items():
            network, drawn = level.design.network, layers[path].cards
            assert set(drawn.cards) == set(network.nodes)
            assert {(edge.source, edge.target, edge.port) for edge in drawn.edges.values()} == edges_of(network)
            assert set(layers[path].notes.items) == set(level.design.view.notes)
            assert {frame.block_id for frame in drawn.frames()} == set(open_uses(network, level.design.view))
            for name, card in drawn.cards.items():
                assert card.scenePos() == QPointF(*level.design.view.positions[name]) + QPointF(*level.offset)

    @invariant()
    def each_edge_leads_from_port_to_port(self) -> None:
        drawn = [layers.cards for _, layers in self.scene.frames.all_layers()]
        for layer, edge in [(one, edge) for one in drawn for edge in one.edges.values()]:
            name, _, port = edge.source.partition(".")
            source, target = layer.cards[name], layer.cards[edge.target]
            path = edge.way
            assert path.pointAtPercent(0) == source.mapToScene(source.output_place(port))
            assert path.pointAtPercent(1) == target.mapToScene(target.input_place(edge.port))

    @invariant()
    def each_block_has_its_place(self) -> None:
        for design in (self.editor.design, self.editor.shown):
            assert set(design.view.positions) == set(design.network.nodes)

    @invariant()
    def problems_can_be_told_and_each_mend_works(self) -> None:
        for design, problems in (
            (self.editor.design, self.editor.problems()),
            (self.editor.shown, self.editor.shown_problems()),
        ):
            for problem in problems:
                assert problem.message
                for fix in problem.fixes:
                    assert fix.apply(design) != design

    @invariant()
    def each_group_has_one_definition(self) -> None:
        agreeing(self.editor.design.network)

    def teardown(self) -> None:
        if hasattr(self, "first"):
            self.there_and_back()
        # Left to the interpreter's end they would outlive Qt, and crash.
        self.scene.blockSignals(True)
        self.scene.deleteLater()
        self.editor.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
