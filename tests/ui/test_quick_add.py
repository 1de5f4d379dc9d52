"""Quick add: a few letters put a block behind, before or instead of the selected one, into an edge, or at a place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from designer.core.graph.block import Block
from designer.ui.app.main_window import MainWindow
from designer.ui.editing import group_edits
from designer.ui.search.picker import Picker
from tests.ui.driving import CTRL, LEFT, NONE, SHIFT, action, click, edge_middle, middle

pytestmark = pytest.mark.kept_window

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def line(window: MainWindow) -> QLineEdit:
    return window.findChild(QLineEdit, "quickAddLine")


def popup(window: MainWindow) -> Picker:
    return window.findChild(QFrame, "quickAdd")


def hint(window: MainWindow) -> str:
    return popup(window).findChild(QLabel).text()


def block_of(window: MainWindow, name: str) -> Block:
    return window.editor.design.network.nodes[name].block


def inputs(window: MainWindow, name: str) -> tuple[str | None, ...]:
    return window.editor.design.network.nodes[name].inputs


def test_that_a_letter_opens_the_search_and_enter_puts_the_block_behind_the_selected_one(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    click(window, middle(window, "conv1"))
    qtbot.keyClick(window.view, "c")
    assert line.hasFocus()
    qtbot.keyClicks(line, "onv 16 5 tanh")
    (first, *_) = popup(window).shown
    assert (first.title, first.detail, first.right) == ("Conv2d", "16 maps · 5×5 · tanh", "16×22×22")
    assert "Insert Conv2d between conv1 and pool1" in hint(window)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.scene.current == "conv4"
    assert (inputs(window, "conv4"), inputs(window, "pool1")) == (("conv1",), ("conv4",))
    assert not popup(window).isVisible()
    assert window.view.hasFocus()
    assert "Conv2d" in window.editor.stack.undoText()


@pytest.mark.parametrize(
    ("keys", "edges"),
    [
        (SHIFT, {"dropout1": ("conv1",), "pool1": ("dropout1",)}),
        (ALT, {"dropout1": ("conv1",), "conv2": ("dropout1",)}),
    ],
)
def test_that_shift_puts_it_before_and_alt_in_its_place(
    window: MainWindow, line: QLineEdit, qtbot: QtBot, keys: Qt.KeyboardModifier, edges: dict[str, tuple[str]]
) -> None:
    first = window.editor.design
    click(window, middle(window, "pool1"))
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "dropout")
    qtbot.keyClick(line, Qt.Key.Key_Return, keys)
    assert {name: inputs(window, name) for name in edges} == edges
    assert ("pool1" in window.scene.cards) == (keys == SHIFT)
    assert window.scene.current == "dropout1"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first


def test_that_a_panel_that_comes_to_the_front_does_not_bring_the_canvas_over_the_list(window: MainWindow) -> None:
    click(window, middle(window, "flatten"))
    QApplication.processEvents()
    click(window, middle(window, "pool1"))  # another panel suits it: the window lays itself out anew, later
    QTest.keyClick(window.view, "b")
    window.centralWidget().raise_()
    QApplication.processEvents()
    assert popup(window).isAncestorOf(window.childAt(popup(window).geometry().center()))


def test_that_escape_closes_it_and_what_is_wrong_is_said_and_not_added(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    first = window.editor.design
    click(window, middle(window, "conv1"))
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "conv2d 0")
    assert "out_channels: expected" in hint(window)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert popup(window).isVisible()
    line.setText("dense 10")
    assert popup(window).shown[0].right == "takes features (N×F), not images"
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not popup(window).isVisible()
    assert window.view.hasFocus()
    assert window.editor.design is first


def test_that_it_goes_into_the_selected_edge_and_with_nothing_selected_to_the_end(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    click(window, edge_middle(window, "conv2"))
    qtbot.keyClick(window.view, "d")
    qtbot.keyClicks(line, "ropout .3")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert inputs(window, "conv2") == ("dropout1",)
    assert block_of(window, "dropout1").value_of("p") == 0.3
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "dense 10 bias=no")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert inputs(window, "output") == ("dense3",)
    assert not block_of(window, "dense3").value_of("bias")


def test_that_enter_twice_on_an_empty_canvas_puts_an_input_there(
    empty_window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    action(empty_window, "actionQuickAdd").trigger()
    assert popup(empty_window).shown[0].title == "Input"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert list(empty_window.scene.cards) == ["input"]


def test_that_a_double_click_adds_where_it_is_on_nothing_or_on_an_edge(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    viewport, place = window.view.viewport(), middle(window, "conv2") + QPoint(330, 0)
    qtbot.mouseDClick(viewport, LEFT, NONE, place)
    qtbot.keyClicks(line, "input 8")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert (middle(window, "input1") - place).manhattanLength() <= 3
    qtbot.mouseDClick(viewport, LEFT, NONE, edge_middle(window, "pool2"))
    qtbot.keyClicks(line, "batchnorm")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert block_of(window, inputs(window, "pool2")[0] or "").title == "BatchNorm2d"


def test_that_groups_are_offered_and_inside_one_there_is_no_input_of_the_network(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    group_edits.group(window.editor, ["conv2", "pool2"])
    click(window, middle(window, "conv1"))
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "group")
    assert "One more use" not in popup(window).shown[0].title
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert inputs(window, window.scene.current) == ("conv1",)
    window.editor.open_group(("group1",))
    window.scene.select("conv2")
    window.view.setFocus()
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "input")
    assert [entry.title for entry in popup(window).shown if entry.title == "Input"] == []
    line.setText("dropout")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.editor.shown.network.nodes["pool2"].inputs == ("dropout1",)


def test_that_a_block_put_into_the_middle_of_a_long_chain_is_in_view(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    for _ in range(12):
        window.editor.append("dense", "dense1")
    action(window, "actionActualSize").trigger()
    window.scene.select("conv1")
    window.view.see("conv1")
    window.view.setFocus()
    for _ in range(9):
        qtbot.keyClick(window.view, "d")
        qtbot.keyClicks(line, "ropout")
        qtbot.keyClick(line, Qt.Key.Key_Return)
        assert window.view.viewport().rect().contains(middle(window, window.scene.current))


def test_that_the_search_closes_where_what_it_is_for_is_gone(window: MainWindow, line: QLineEdit) -> None:
    action(window, "actionGroup").trigger()
    window.scene.select("group1")
    action(window, "actionOpenGroup").trigger()
    window.scene.select("conv1")
    window.view.setFocus()
    QTest.keyClicks(window.view, "d")
    assert line.isVisible()
    QTest.keyClick(line, Qt.Key.Key_Up, ALT)
    assert window.editor.path == ()
    assert not line.isVisible()
    assert window.view.hasFocus()


def test_that_the_name_of_a_function_offers_the_activation_first(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    click(window, middle(window, "conv1"))
    for typed in ("relu", "tanh", "gelu", "softmax"):
        qtbot.keyClick(window.view, Qt.Key.Key_Return)
        line.setText(typed)
        first = popup(window).shown[0]
        assert first.title == "Activation", typed
        assert first.detail.lower() == typed
        qtbot.keyClick(line, Qt.Key.Key_Escape)
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    line.setText("relu")
    assert "LeakyReLU" in [row.title for row in popup(window).shown], "it is still offered"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert block_of(window, "activation1").value_of("function") == "relu"


def test_that_conv_on_a_free_place_offers_the_kind_that_suits_the_data(
    empty_window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    for source, kind in (("mnist_5k", "Conv2d"), ("japanese_vowels", "Conv1d")):
        empty_window.editor.set_data(source)
        action(empty_window, "actionQuickAdd").trigger()
        line.setText("conv")
        assert popup(empty_window).shown[0].title == kind
        qtbot.keyClick(line, Qt.Key.Key_Escape)


def test_that_conv_beside_a_network_offers_what_suits_its_end(window: MainWindow, line: QLineEdit) -> None:
    for name in ("output", "dense2", "dense1", "flatten"):
        window.editor.remove([name])
    QTest.mouseDClick(window.view.viewport(), LEFT, NONE, middle(window, "conv2") + QPoint(300, 0))
    line.setText("conv")
    assert popup(window).shown[0].title == "Conv2d"


def test_that_lstm_sequences_means_what_it_says(empty_window: MainWindow, line: QLineEdit, qtbot: QtBot) -> None:
    empty_window.editor.set_data("japanese_vowels")
    for typed in ("input", "lstm 64 sequences", "dense 9"):
        action(empty_window, "actionQuickAdd").trigger()
        line.setText(typed)
        if "sequences" in typed:  # what will be made is told before it is
            assert popup(empty_window).shown[0].detail == "64 units · gives sequence"
            assert popup(empty_window).shown[0].title == "LSTM"
            assert "gives&nbsp;<b>sequence</b>" in hint(empty_window)
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert inputs(empty_window, "dense1") == ("lstm1.sequence",)
    action(empty_window, "actionQuickAdd").trigger()
    empty_window.scene.select("input")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    click(empty_window, middle(empty_window, "input"))
    qtbot.keyClick(empty_window.view, Qt.Key.Key_Return)
    line.setText("gru 32 sequence")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert inputs(empty_window, "lstm1")[0] == "gru1.sequence"


def test_that_a_block_that_is_called_by_its_value_and_by_its_words_is_offered_once(
    window: MainWindow, line: QLineEdit, qtbot: QtBot
) -> None:
    click(window, middle(window, "conv1"))
    qtbot.keyClicks(window.view, "r")
    qtbot.keyClicks(line, "elu")
    offered = [(row.title, row.detail) for row in popup(window).shown]
    assert offered[0] == ("Activation", "ReLU")
    assert len(offered) == len(set(offered))
