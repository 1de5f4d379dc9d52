"""What was found in one network is never done to another: buttons, menus, lists, drags and fields that are stale."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from designer.core.assist.drop_targets import Alone, Behind, InFront, Instead, Into
from designer.core.assist.edge_preview import Wire
from designer.core.graph.design import Design
from designer.core.graph.network import NetworkError
from designer.core.storage.resources import examples
from designer.core.validation.all_problems import Found
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.gestures.connecting import Connecting, Port
from designer.ui.canvas.gestures.dropping import Carrying, Dropping
from designer.ui.editing import block_edits, group_edits
from designer.ui.editing.editor import NO_LONGER, Editor
from designer.ui.editing.mending import Mending
from designer.ui.features.joining import _rows, _select_edge
from designer.ui.panels.history import HistoryPanel
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.problems import ProblemsPanel
from tests.ui.driving import action, middle


@pytest.fixture
def broken(window: MainWindow) -> MainWindow:
    """conv1 has groups that do not divide its channels."""
    window.editor.set_param("conv1", "groups", 5)
    for name in ("Problems", "History"):
        window.docks[name].show()
        window.docks[name].raise_()
        QApplication.processEvents()
    return window


@pytest.fixture
def refused(broken: MainWindow) -> list[str]:
    """What the status bar was told."""
    told: list[str] = []
    broken.editor.refused.connect(told.append)
    return told


def mend_button(widget: Any) -> QPushButton:
    button = widget.findChild(QPushButton, "fix")
    assert isinstance(button, QPushButton)
    return button


def problems(window: MainWindow) -> ProblemsPanel:
    found = window.docks["Problems"].widget()
    assert isinstance(found, ProblemsPanel)
    found.set_seen(True)
    return found


def test_that_a_mend_of_the_list_is_refused_once_the_problem_is_gone(broken: MainWindow, refused: list[str]) -> None:
    panel = problems(broken)
    button, found = mend_button(panel.rows[0]), panel.rows[0].found
    panel.set_seen(False)  # so that the list is not renewed
    broken.editor.stack.undo()
    before, count = broken.editor.design, broken.editor.stack.count()
    button.click()
    assert refused == [NO_LONGER]
    assert broken.editor.design is before
    assert broken.editor.stack.count() == count
    panel.rows[0].chosen.emit()
    assert found.problem.block == "conv1"


def test_that_a_mend_of_the_inspector_is_refused_once_the_problem_is_gone(
    broken: MainWindow, refused: list[str]
) -> None:
    broken.scene.select("conv1")
    button = mend_button(broken.panel(InspectorPanel))
    broken.editor.stack.undo()
    before = broken.editor.design
    button.click()
    assert refused == [NO_LONGER]
    assert broken.editor.design is before


@pytest.mark.parametrize("name", ["fixMenu", "contextMenu"])
def test_that_a_mend_of_a_menu_is_refused_in_another_network(
    broken: MainWindow, refused: list[str], name: str, qtbot: QtBot
) -> None:
    broken.scene.select("conv1")
    if name == "fixMenu":
        action(broken, "actionMend").trigger()
    else:
        keys, place = QContextMenuEvent.Reason.Keyboard, middle(broken, "conv1")
        event = QContextMenuEvent(keys, place, broken.view.mapToGlobal(place))
        QApplication.sendEvent(broken.view.viewport(), event)
    qtbot.waitUntil(lambda: bool(broken.findChildren(QMenu, name)))
    menu = broken.findChildren(QMenu, name)[-1]
    mend = next(item for item in menu.actions() if item.text().startswith("Set groups of 'conv1'"))
    broken.editor.stack.setClean()
    assert broken.filing.open(next(path for path in examples() if "mnist_cnn." in path.name))
    before = broken.editor.design
    mend.trigger()
    assert refused == [NO_LONGER]
    assert broken.editor.design is before
    menu.close()


def test_that_a_mend_is_found_anew_where_the_same_problem_is_still_there(
    broken: MainWindow, refused: list[str]
) -> None:
    mending = Mending(broken.editor)
    found = mending.found()[0]
    broken.editor.rename("conv2", "other")  # another design, with the same problem
    assert mending.apply(found, "Set groups of 'conv1' to 1")
    assert broken.editor.design.network.nodes["conv1"].block.value_of("groups") == 1
    assert "other" in broken.editor.design.network.nodes  # the mend of the old design would have brought conv2 back
    assert refused == []


def test_that_a_mend_with_a_block_that_is_called_otherwise_by_now_is_refused(
    broken: MainWindow, refused: list[str]
) -> None:
    broken.editor.stack.undo()
    broken.editor.disconnect_block("conv2", 0)
    mending = Mending(broken.editor)
    found = mending.found()[0]
    broken.editor.rename("pool1", "other")
    before = broken.editor.design
    assert not mending.apply(found, "Connect 'pool1' to 'conv2'")
    assert refused == [NO_LONGER]
    assert broken.editor.design is before
    assert mending.apply(found, "Connect 'other' to 'conv2'")


def test_that_a_mend_inside_a_group_is_not_made_outside_of_it(broken: MainWindow, refused: list[str]) -> None:
    group_edits.group(broken.editor, ["conv1", "pool1"])
    (group,) = (name for name in broken.editor.shown.network.nodes if group_edits.is_group(broken.editor, name))
    broken.editor.open_group((group,), alone=True)
    (problem,) = broken.editor.shown_problems()
    found, title = Found(broken.editor.path, problem), problem.fixes[0].title
    broken.editor.open_group(())
    before = broken.editor.design
    assert not broken.editor.mend(found, title)
    assert refused == [NO_LONGER]
    assert broken.editor.design is before
    broken.editor.open_group((group,), alone=True)
    assert not broken.editor.mend(Found(("another",), problem), title)  # where the very same is wrong
    assert refused == [NO_LONGER] * 2
    assert broken.editor.mend(found, title)


GONE: dict[str, Callable[[Editor], object]] = {
    "behind": lambda editor: block_edits.put(editor, editor.new_block("dropout"), Behind("conv2")),
    "instead": lambda editor: block_edits.put(editor, editor.new_block("dropout"), Instead("conv2")),
    "into": lambda editor: block_edits.put(editor, editor.new_block("dropout"), Into("conv2", 0)),
    "in front": lambda editor: block_edits.put(editor, editor.new_block("dropout"), InFront("conv2", 0)),
    "into another port": lambda editor: block_edits.put(editor, editor.new_block("dropout"), Into("conv1", 4)),
    "wire": lambda editor: block_edits.wire(editor, Wire("conv2", "conv1", 0)),
    "wire to": lambda editor: block_edits.wire(editor, Wire("input", "conv2", 0)),
    "wire to a port": lambda editor: block_edits.wire(editor, Wire("input", "conv1", 5)),
    "carry": lambda editor: block_edits.carry(editor, "conv2", Behind("conv1")),
    "carry to": lambda editor: block_edits.carry(editor, "conv1", Behind("conv2")),
    "rename": lambda editor: editor.rename("conv2", "conv9"),
    "set": lambda editor: editor.set_param("conv2", "out_channels", 3),
    "disconnect": lambda editor: editor.disconnect_block("conv2", 0),
    "disconnect a port": lambda editor: editor.disconnect_block("conv1", 3),
    "append": lambda editor: editor.append("dropout", "conv2"),
    "append a group": lambda editor: editor.append("group:gone", None),
    "ungroup": lambda editor: group_edits.ungroup(editor, "conv2"),
    "expand": lambda editor: group_edits.expand(editor, "conv2"),
    "make independent": lambda editor: group_edits.make_independent(editor, "conv2"),
    "rename a group": lambda editor: group_edits.rename(editor, "gone", "other"),
}


@pytest.mark.parametrize("edit", GONE.values(), ids=GONE)
def test_that_an_edit_of_a_block_that_is_gone_is_refused_in_words(
    edit: Callable[[Editor], object], cnn_example: Design, qapp: QApplication
) -> None:
    editor, told = Editor(), []
    editor.refused.connect(told.append)
    editor.open(cnn_example, None)
    editor.remove(["conv2"])
    before = editor.design
    assert not edit(editor)
    assert editor.design is before
    assert len(told) == 1
    assert "conv" in told[0] or "gone" in told[0]


def test_that_a_drag_ends_with_nothing_where_the_network_has_changed(broken: MainWindow) -> None:
    scene, editor = broken.scene, broken.editor
    place = scene.cards["pool1"].scenePos() + QPointF(40, 20)
    drags = [
        Dropping(scene, editor.new_block("dropout")),
        Carrying(scene, "conv2"),
        Connecting(scene, Port("conv2", 0)),
        Connecting(scene, Port("conv2", None, "out")),
    ]
    editor.remove(["conv2"])
    before = editor.design
    for drag in drags:
        drag.drop(place)
    assert editor.design is before


def test_that_what_was_typed_for_one_block_is_not_given_to_another(broken: MainWindow, refused: list[str]) -> None:
    broken.scene.select("conv1")
    box = (
        broken.panel(InspectorPanel).findChild(QAbstractSpinBox, "height")
        or broken.panel(InspectorPanel).findChildren(QAbstractSpinBox)[1]
    )
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "7")
    before = broken.editor.design
    broken.scene.select("pool1")  # as F8 does, while the keyboard stays in the field
    assert broken.editor.design is before
    assert refused == []


def test_that_a_name_that_was_typed_goes_with_its_block(broken: MainWindow, refused: list[str]) -> None:
    block_edits.put(broken.editor, broken.editor.new_block("dropout"), Alone())
    name = broken.scene.current
    broken.panel(InspectorPanel).name.setFocus()
    broken.panel(InspectorPanel).name.selectAll()
    QTest.keyClicks(broken.panel(InspectorPanel).name, "better")
    count = broken.editor.stack.count()
    broken.editor.stack.undo()
    broken.panel(InspectorPanel).name.editingFinished.emit()
    assert broken.editor.stack.count() == count  # an edit in the middle of an undo would cut the history
    assert name not in broken.editor.design.network.nodes
    assert refused == []


def test_that_a_menu_of_the_history_knows_when_its_row_is_another_edit(broken: MainWindow, refused: list[str]) -> None:
    panel = broken.docks["History"].widget()
    assert isinstance(panel, HistoryPanel)
    panel.set_seen(True)
    panel.list.customContextMenuRequested.emit(panel.list.visualRect(panel.model.index(1)).center())
    menu = panel.findChildren(QMenu)[-1]
    broken.editor.stack.undo()
    broken.editor.rename("conv2", "other")
    before = broken.editor.design
    for item in menu.actions():
        item.trigger()
    assert broken.editor.design is before
    assert refused == ["Nothing was done: this state is no longer in the history"] * 2
    menu.close()


def test_that_a_network_tells_which_block_is_not_there(broken: MainWindow) -> None:
    network = broken.editor.design.network
    with pytest.raises(NetworkError, match="there is no block 'nobody' here"):
        _ = network.nodes["nobody"]
    assert network.nodes.get("nobody") is None
    assert "nobody" not in network.nodes


class Hoarder:
    """Keeps whatever can be pressed, and presses it later, when it is stale."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window, self.editor, self.random = window, window.editor, random.Random(seed)
        self.kept: list[Callable[[], object]] = []

    def keep(self) -> None:
        """Buttons, menus, rows, drags and fields of the network as it is now."""
        window, scene = self.window, self.window.scene
        scene.select(self.random.choice(list(scene.cards) or [""]))
        rows = problems(window).rows
        self.kept += [_press(button) for button in window.findChildren(QPushButton, "fix")]
        self.kept += [_press(button) for button in window.panel(InspectorPanel).findChildren(QPushButton)]
        self.kept += [row.chosen.emit for row in rows]
        action(window, "actionMend").trigger()
        for menu in window.findChildren(QMenu, "fixMenu"):
            self.kept += [_trigger(item) for item in menu.actions()]
            menu.close()
        if scene.current:
            name = scene.current
            self.kept += [entry.run for _, entry in _rows(window)][:20]
            self.kept += [lambda: _select_edge(window, (name, 0)), lambda: scene.open_group(name)]
            self.kept += [
                lambda field=field: window.panel(InspectorPanel)._edit(field, self.random.choice([1, 3, "relu", True]))
                for field in ("groups", "out_channels", "kernel_size", "activation")
            ]
            spots = (Behind(name), Instead(name), InFront(name), Into(name))
            block = self.editor.new_block(self.random.choice(["dense", "conv2d", "lstm", "add", "flatten"]))
            self.kept += [lambda spot=spot: block_edits.put(self.editor, block, spot) for spot in spots]
            drop = Dropping(scene, block)
            self.kept.append(lambda: drop.drop(scene.sceneRect().center()))

    def edit(self) -> None:
        """Another network: undo, redo, an edit that breaks it, or another file."""
        names = list(self.editor.shown.network.nodes) or [""]
        name, other = self.random.choice(names), self.random.choice(names)
        edits: list[Callable[[], object]] = [
            self.editor.stack.undo,
            self.editor.stack.redo,
            lambda: self.editor.remove([name]),
            lambda: self.editor.disconnect_block(name, 0),
            lambda: self.editor.set_param(name, "groups", 5),
            lambda: self.editor.set_param(name, "kernel_size", 99),
            lambda: block_edits.wire(self.editor, Wire(name, other, 0)),
            lambda: group_edits.group(self.editor, [name, other]),
        ]
        self.random.choice(edits)()
        if self.random.random() < 0.05:
            self.editor.stack.setClean()
            self.window.filing.open(self.random.choice(examples()))

    def press(self) -> None:
        """Something that was kept, maybe long ago."""
        if self.kept:
            self.random.choice(self.kept)()


def _press(button: QPushButton) -> Callable[[], object]:
    return lambda: button.click() if isValid(button) else None


def _trigger(item: QAction) -> Callable[[], object]:
    return lambda: item.trigger() if isValid(item) else None


@pytest.fixture
def hoarder(broken: MainWindow) -> Iterator[Hoarder]:
    yield Hoarder(broken, 5)
    for menu in broken.findChildren(QMenu, "fixMenu"):
        menu.close()


def test_that_hundreds_of_stale_buttons_do_no_harm(hoarder: Hoarder) -> None:
    """Exceptions in slots and in Qt's virtual functions fail a test by themselves."""
    editor = hoarder.editor
    for step in range(240):
        if step % 6 == 0:
            hoarder.keep()
        hoarder.edit()
        hoarder.press()
        assert hoarder.window.scene.cards.keys() == editor.shown.network.nodes.keys()
        del hoarder.kept[:-300]
