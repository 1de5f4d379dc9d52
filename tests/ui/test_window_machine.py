"""Any sequence of gestures in the real window: its canvas shows exactly the document, and its history leads back."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.core.graph.design import Design
from designer.core.graph.network import block_of, port_of
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.block_item import BlockItem
from tests.ui.driving import (
    ALT,
    CTRL,
    LEFT,
    NONE,
    SHIFT,
    action,
    drop_kind,
    edge_middle,
    input_port,
    middle,
    move_pressed,
    output_port,
)

STEPS = 40
PICK = st.integers(0, 1_000_000)
KINDS = (
    "conv2d",
    "max_pool2d",
    "dense",
    "flatten",
    "add",
    "lstm",
    "dropout",
    "embedding",
    "input",
    "output",
    "concatenate",
)
WALK = st.tuples(st.integers(-200, 200), st.integers(-200, 200))
ACTIONS = (
    *("actionCopy", "actionCut", "actionPaste", "actionDuplicate", "actionDelete", "actionTakeOut"),
    *(
        "actionGroup",
        "actionGroup",
        "actionUngroup",
        "actionOpenGroup",
        "actionCloseGroup",
        "actionExpand",
        "actionExpand",
        "actionCollapse",
    ),
    *("actionAddNote", "actionLayOut", "actionAlignLeft", "actionDistributeDown"),
)
TYPED = st.sampled_from(["conv2d 8", "dense 10", "max", "add", "dropout 0.3", "nothing of the sort", "lstm", "flatten"])


class Driving(RuleBasedStateMachine):
    """A person at the mouse and the keys, who knows the menus and has no plan."""

    window: MainWindow
    folder: Path

    @initialize(name=st.sampled_from(["", "mnist_cnn", "digits_inception", "pairs_siamese"]))
    def begin(self, name: str) -> None:
        QGuiApplication.clipboard().clear()
        self.window.editor.open(files.read(example(name)) if name else Design(), None)
        self.first = self.window.editor.design
        self.scene, self.editor = self.window.scene, self.window.editor

    def card(self, pick: int) -> str | None:
        names = list(self.scene.cards)
        return names[pick % len(names)] if names else None

    def seen(self) -> None:
        """All of the network is in the view, as far as one can zoom out."""
        self.window.view.fit()

    def drag(self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        viewport = self.window.view.viewport()
        QTest.mousePress(viewport, LEFT, keys, start)
        for share in (0.3, 0.7, 1.0):
            move_pressed(viewport, start + (end - start) * share, keys)
        QTest.mouseRelease(viewport, LEFT, keys, end)

    @rule(kind=st.sampled_from(KINDS), where=st.sampled_from(["edge", "card", "free"]), pick=PICK, place=WALK)
    def drop(self, kind: str, where: str, pick: int, place: tuple[int, int]) -> None:
        self.seen()
        edges, card = list(self.scene.edges), self.card(pick)
        target = QPoint(*place) + self.window.view.viewport().rect().center()
        if where == "edge" and edges:
            target = edge_middle(self.window, *edges[pick % len(edges)])
        elif where == "card" and card:
            target = middle(self.window, card)
        drop_kind(self.window, kind, target)

    @rule(source=PICK, taker=PICK, port=PICK)
    def connect(self, source: int, taker: int, port: int) -> None:
        self.seen()
        start, end = self.card(source), self.card(taker)
        if not start or not end:
            return
        nodes = self.editor.shown.network.nodes
        if nodes[start].block.output_ports and nodes[end].inputs:
            self.drag(output_port(self.window, start), input_port(self.window, end, port % len(nodes[end].inputs)))

    @rule(pick=PICK, by=WALK, keys=st.sampled_from([NONE, NONE, ALT]))
    def drag_a_card(self, pick: int, by: tuple[int, int], keys: Qt.KeyboardModifier) -> None:
        self.seen()
        if name := self.card(pick):
            start = middle(self.window, name)
            self.drag(start, start + QPoint(*by), keys)

    @rule(picks=st.lists(PICK, min_size=1, max_size=4), name=st.sampled_from(ACTIONS))
    def select_and_act(self, picks: list[int], name: str) -> None:
        self.seen()
        for place, pick in enumerate(picks):
            if card := self.card(pick):
                QTest.mouseClick(self.window.view.viewport(), LEFT, CTRL if place else NONE, middle(self.window, card))
        self.act(name)

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), cut=st.booleans())
    def copy_and_paste(self, picks: list[int], cut: bool) -> None:
        self.select_and_act(picks, "actionCut" if cut else "actionCopy")
        self.act("actionPaste")

    @rule(pick=PICK, more=st.integers(1, 3))
    def group_a_part_of_a_chain(self, pick: int, more: int) -> None:
        self.seen()
        part = [self.card(pick)] if self.card(pick) else []
        while part and len(part) <= more and (takers := self.editor.shown.network.consumers[part[-1]]):
            part.append(takers[0][0])
        names = list(self.scene.cards)
        self.select_and_act([names.index(name) for name in part], "actionGroup")

    @rule(name=st.sampled_from(["actionUndo", "actionUndo", "actionRedo", "actionCloseGroup"]))
    def act(self, name: str) -> None:
        if action(self.window, name).isEnabled():
            action(self.window, name).trigger()
        QTest.keyClick(QApplication.focusWidget() or self.window.view, Qt.Key.Key_Escape)

    @rule(pick=PICK)
    def open_by_double_click(self, pick: int) -> None:
        self.seen()
        if name := self.card(pick):
            viewport, place = self.window.view.viewport(), middle(self.window, name)
            QTest.mouseClick(viewport, LEFT, NONE, place)
            QTest.mouseDClick(viewport, LEFT, NONE, place)
            QTest.mouseRelease(viewport, LEFT, NONE, place)
            QApplication.processEvents()

    @rule(words=TYPED, keys=st.sampled_from([NONE, NONE, SHIFT, ALT]))
    def type_a_block(self, words: str, keys: Qt.KeyboardModifier) -> None:
        self.window.view.setFocus()
        QTest.keyClicks(self.window.view, words[0])
        QTest.keyClicks(QApplication.focusWidget() or self.window.view, words[1:])
        QTest.keyClick(QApplication.focusWidget() or self.window.view, Qt.Key.Key_Return, keys)
        QTest.keyClick(QApplication.focusWidget() or self.window.view, Qt.Key.Key_Escape)

    @rule()
    def save_and_open(self) -> None:
        before = self.editor.design
        path = self.folder / "any.network.json"
        files.write(before, path)
        self.window.editor.open(files.read(path), None)
        assert self.editor.design == before
        self.first = before

    @invariant()
    def what_is_given_up_goes(self) -> None:
        """As in the loop of the program: else each form that was ever shown would be laid out to the end."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @invariant()
    def the_canvas_shows_the_document(self) -> None:
        network, view = self.editor.shown.network, self.editor.shown.view
        wanted = {
            (node.id, port): ref for node in network.nodes.values() for port, ref in enumerate(node.inputs) if ref
        }
        assert set(self.scene.cards) == set(network.nodes)
        assert {end: edge.source for end, edge in self.scene.edges.items()} == wanted
        for name, card in self.scene.cards.items():
            assert isinstance(card, BlockItem)
            assert card.block_id == name
            assert card.scene() is self.scene
            assert card.isVisible()
            assert card.result is self.editor.shown_inference.results[name]
            assert card.scenePos() == QPointF(*view.positions[name]) + self.scene.offset

    @invariant()
    def edges_lead_from_port_to_port(self) -> None:
        for (target, port), edge in self.scene.edges.items():
            assert edge.isVisible()
            source, end = self.scene.cards[block_of(edge.source)], self.scene.cards[target]
            start = source.output_place(port_of(edge.source, source.result.node.block))
            assert edge.way.pointAtPercent(0) == source.mapToScene(start)
            assert edge.way.pointAtPercent(1) == end.mapToScene(end.input_place(port))

    @invariant()
    def every_edit_has_a_name(self) -> None:
        stack = self.editor.stack
        assert all(stack.text(place).strip() for place in range(stack.count()))

    def teardown(self) -> None:
        if not hasattr(self, "first"):
            return
        stack, last, place = self.editor.stack, self.editor.design, self.editor.stack.index()
        stack.setIndex(0)
        assert self.editor.design == self.first
        self.the_canvas_shows_the_document()
        stack.setIndex(place)
        assert self.editor.design == last


def test_that_no_gestures_part_the_canvas_from_the_document(empty_window: MainWindow, tmp_path: Path) -> None:
    Driving.window, Driving.folder = empty_window, tmp_path
    run_state_machine_as_test(
        Driving,
        settings=settings(stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)),
    )
    del Driving.window  # a window that a class holds stays for the rest of the tests
