"""Finding blocks in the bar over the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.editing import note_edits
from designer.ui.search.find_bar import FindBar
from tests.ui.driving import CTRL, NONE, SHIFT, action

pytestmark = pytest.mark.kept_window


def bar_with(window: MainWindow, typed: str) -> FindBar:
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    bar = window.findChild(FindBar)
    assert bar is not None
    assert bar.line.hasFocus()
    QTest.keyClicks(bar.line, typed)
    return bar


def marked(window: MainWindow) -> set[str]:
    return {hit.name for hit in window.view.highlights.found}


def enter(bar: FindBar, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(bar.line, Qt.Key.Key_Return, keys)


def test_that_what_suits_is_marked_and_enter_goes_through_it_and_round(window: MainWindow) -> None:
    bar = bar_with(window, "kernel_size=3")
    assert marked(window) == {"conv1", "conv2", "conv3"}
    assert bar.said.text() == "1 of 3"
    visited = []
    for _ in range(4):
        enter(bar)
        visited.append(window.scene.current)
    enter(bar, SHIFT)
    assert [*visited, window.scene.current] == ["conv2", "conv3", "conv1", "conv2", "conv1"]
    assert bar.line.hasFocus()


def test_that_nothing_like_it_is_told_and_escape_gives_the_canvas_the_keyboard(window: MainWindow) -> None:
    bar = bar_with(window, "lstm")
    assert bar.said.text() == "Nothing like that"
    bar.line.clear()
    QTest.keyClicks(bar.line, "dense2")
    enter(bar)
    QTest.keyClick(bar.line, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert window.view.hasFocus()
    assert window.scene.current == "dense2"
    assert marked(window) == set()
    action(window, "actionFindNext").trigger()
    assert bar.isVisible(), "the same search again"
    assert window.scene.current == "dense2"


def test_that_blocks_inside_groups_are_gone_to(window: MainWindow) -> None:
    window.bench.opening.open_example(example("digits_inception"))
    bar = bar_with(window, "three_reduce")
    assert bar.said.text() == "2 found inside groups: Enter goes there"
    enter(bar)
    assert window.editor.path == ("inception1",)
    assert window.scene.current == "three_reduce"
    assert bar.said.text() == "1 of 2 · in inception1"


def test_that_the_search_follows_the_document(window: MainWindow) -> None:
    bar = bar_with(window, "conv2d")
    assert len(bar.places) == 3
    window.editor.remove(["conv2"])
    assert marked(window) == {"conv1", "conv3"}
    window.editor.stack.undo()
    assert len(bar.places) == 3


def test_that_the_selection_is_zoomed_to(window: MainWindow) -> None:
    window.view.zoom_by(0.3)
    for name in ("conv1", "pool1"):
        window.scene.cards[name].setSelected(True)
    QTest.keyClick(window, Qt.Key.Key_2, CTRL)
    seen = window.view.mapToScene(window.view.viewport().rect()).boundingRect()
    assert seen.contains(window.scene.selected_rect())
    assert window.view.transform().m11() > 0.9


def test_that_notes_are_found_by_their_words(window: MainWindow) -> None:
    name = note_edits.add(window.editor, (600.0, 40.0))
    note_edits.write(window.editor, name, "Why three convolutions? See conv1 of the article.", (232.0, 96.0))
    bar = bar_with(window, "article three")
    assert marked(window) == {"note1"}
    enter(bar)
    assert window.scene.notes.selected() == ["note1"]
    seen = window.view.mapToScene(window.view.viewport().rect()).boundingRect()
    assert seen.contains(window.scene.notes.items["note1"].sceneBoundingRect())
    bar.line.clear()
    QTest.keyClicks(bar.line, "conv1")
    assert [hit.name for hit in bar.places] == ["conv1", "note1"], "blocks come first"
