"""How the canvas looks at each zoom and with each size of the system's letters, and what an edit leaves alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items import lines_of_words
from designer.ui.canvas.items.level_of_detail import FAR, FONT_PIXELS, NEAR
from designer.ui.canvas.items.rect_grid import RectGrid
from designer.ui.panels.inspector import InspectorPanel
from tests.ui.driving import LEFT, NONE, action, drag, middle, point

pytestmark = pytest.mark.kept_window


def zoom(window: MainWindow, wanted: float) -> None:
    window.view.zoom_by(wanted / window.view.transform().m11())
    window.view.look_at(window.scene.blocks_rect().center())


def seen(window: MainWindow) -> QRectF:
    """What of the scene is in view."""
    return window.view.mapToScene(window.view.viewport().rect()).boundingRect()


def colours_of(window: MainWindow, block_id: str) -> set[str]:
    """The colours of the inner part of a card, as it is on the screen."""
    window.repaint()
    corner = window.scene.cards[block_id].scenePos()
    inner = QRectF(
        corner + QPointF(0.2 * CARD_WIDTH, 0.2 * CARD_HEIGHT), corner + QPointF(CARD_WIDTH, CARD_HEIGHT) * 0.8
    )
    rect = window.view.mapFromScene(inner).boundingRect()
    picture = window.view.viewport().grab().toImage()
    return {
        picture.pixelColor(x, y).name() for x in range(*rect.getCoords()[::2]) for y in range(*rect.getCoords()[1::2])
    }


def test_that_from_far_away_cards_are_bars_in_the_colour_of_their_category(window: MainWindow) -> None:
    zoom(window, NEAR)
    assert len(colours_of(window, "pool1")) > 10  # there are words
    zoom(window, 0.8 * FAR)
    bars = {name: colours_of(window, name) for name in ("conv1", "pool1", "conv2", "dense1")}
    assert all(len(bar) == 1 for bar in bars.values())
    assert bars["conv1"] == bars["conv2"]
    assert len(set.union(*bars.values())) == 3
    window.editor.remove(["pool1"])
    place = window.scene.blocks_rect().center()
    window.view.look_at(place)
    assert colours_of(window, "conv2") == bars["conv2"]


@pytest.mark.parametrize("first", [NEAR, 0.5 * (FAR + NEAR)])
def test_that_words_on_cards_are_laid_out_once_whatever_the_zoom(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, first: float
) -> None:
    zoom(window, first)
    assert len(colours_of(window, "pool1")) > 10  # there are words
    laid_out: list[str] = []
    monkeypatch.setattr(lines_of_words, "LineOfWords", lambda text, *rest: laid_out.append(text))
    zoom(window, 1.1 * first)
    assert len(colours_of(window, "pool1")) > 10
    assert laid_out == []


def test_that_a_drag_from_far_away_moves_the_bar(window: MainWindow) -> None:
    zoom(window, 0.8 * FAR)
    bar = colours_of(window, "pool1")
    start = middle(window, "pool1")
    there = start + (point(window, QPointF(400, 0)) - point(window, QPointF()))
    drag(window, start, there)
    window.repaint()
    picture = window.view.viewport().grab().toImage()
    assert {picture.pixelColor(there).name()} == bar
    assert picture.pixelColor(start).name() not in bar
    window.editor.stack.undo()
    assert colours_of(window, "pool1") == bar


def test_that_from_far_away_a_rectangle_selects_and_is_seen(window: MainWindow) -> None:
    zoom(window, 0.8 * FAR)
    viewport = window.view.viewport()
    plain = viewport.grab().toImage().pixelColor(100, 100)
    QTest.mousePress(viewport, LEFT, NONE, QPoint(4, 4))
    QTest.mouseMove(viewport, QPoint(50, 50))
    QTest.mouseMove(viewport, QPoint(viewport.width() - 8, viewport.height() - 8))
    assert viewport.grab().toImage().pixelColor(100, 100) != plain
    QTest.mouseRelease(viewport, LEFT, NONE, QPoint(viewport.width() - 8, viewport.height() - 8))
    assert set(window.scene.selected_blocks()) == set(window.scene.cards)


def test_that_from_far_away_a_selected_card_and_one_with_a_problem_stand_out(window: MainWindow) -> None:
    zoom(window, 0.8 * FAR)
    window.editor.set_param("conv1", "kernel_size", (40, 40))
    window.scene.select("pool1")
    window.repaint()
    picture = window.view.viewport().grab().toImage()
    colours = window.theme.colours
    for name, wanted in (("conv1", colours.error), ("pool1", colours.accent)):
        left = point(window, window.scene.cards[name].scenePos() + QPointF(0, CARD_HEIGHT / 2))
        around = [picture.pixelColor(left.x() + shift, left.y()) for shift in (-2, -1, 0, 1)]
        assert min(_apart(colour, QColor(wanted)) for colour in around) < 60


def _apart(one: QColor, other: QColor) -> int:
    return sum(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


@pytest.fixture
def letters(qapp: QApplication) -> Iterator[QApplication]:
    before = qapp.font()
    yield qapp
    qapp.setFont(before)


def test_that_with_larger_letters_of_the_system_cards_are_larger_and_that_is_100_per_cent(
    window: MainWindow, letters: QApplication
) -> None:
    action(window, "actionActualSize").trigger()
    before, font = window.view.transform().m11(), letters.font()
    font.setPixelSize(round(1.5 * FONT_PIXELS))
    letters.setFont(font)
    letters.sendEvent(window.view, QEvent(QEvent.Type.ApplicationFontChange))  # as Qt does while the program runs
    assert window.view.transform().m11() == pytest.approx(1.5)
    action(window, "actionZoomIn").trigger()
    action(window, "actionActualSize").trigger()
    assert window.view.transform().m11() == pytest.approx(1.5 * before)
    window.editor.remove(list(window.scene.cards)[2:])
    action(window, "actionFit").trigger()
    assert window.view.transform().m11() == pytest.approx(1.5)


def test_that_who_comes_back_from_a_group_finds_the_canvas_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    window.scene.select_only(["conv1", "pool1"])
    action(window, "actionGroup").trigger()
    (name,) = (name for name, card in window.scene.cards.items() if card.result.node.block.kind == "group")
    zoom(window, 1.7)
    window.view.look_at(QPointF(30, 300))
    before = seen(window)
    window.scene.select(name)
    action(window, "actionOpenGroup").trigger()
    assert window.view.fitted
    qtbot.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert window.editor.path == ()
    qtbot.waitUntil(lambda: seen(window).height() == before.height())  # the bar over the canvas is gone
    assert all(abs(a - b) <= 2 for a, b in zip(before.getRect(), seen(window).getRect(), strict=True))
    window.editor.stack.setClean()
    window.bench.opening.open_example(example("digits_inception"))
    assert window.view.fitted


def test_that_an_edit_leaves_alone_what_it_does_not_change(window: MainWindow) -> None:
    cards, edges = dict(window.scene.cards), dict(window.scene.edges)
    results = {name: card.result for name, card in cards.items()}
    box = window.panel(InspectorPanel).findChild(QComboBox, "activation")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("tanh"))
    box.activated.emit(box.currentIndex())
    assert window.editor.design.network.nodes["conv1"].block.value_of("activation") == "tanh"  # type: ignore[union-attr]
    assert window.scene.cards == cards
    assert window.scene.edges == edges
    assert [name for name, card in cards.items() if card.result is not results[name]] == ["conv1"]


def test_that_the_same_form_serves_the_next_block_of_a_kind(window: MainWindow) -> None:
    box = window.panel(InspectorPanel).findChild(QComboBox, "activation")
    assert isinstance(box, QComboBox)
    window.editor.set_param("conv2", "activation", "tanh")
    window.scene.select("conv2")
    assert window.panel(InspectorPanel).findChild(QComboBox, "activation") is box
    assert box.currentData() == "tanh"


def test_that_a_grid_finds_what_touches_a_rectangle() -> None:
    grid = RectGrid[str]()
    grid.put("small", QRectF(-10, -10, 5, 5))
    grid.put("wide", QRectF(-2000, 0, 4000, 48))
    assert sorted(grid.touching(QRectF(-100, -100, 200, 200))) == ["small", "wide"]
    assert grid.touching(QRectF(1500, 10, 1, 1)) == ["wide"]
    grid.put("small", QRectF(900, 900, 5, 5))
    assert grid.touching(QRectF(-100, -100, 200, 99)) == []
    assert grid.touching(QRectF(890, 890, 20, 20)) == ["small"]
    grid.take("wide")
    assert grid.touching(QRectF(1500, 10, 1, 1)) == []


def test_that_a_rectangle_as_wide_as_the_canvas_is_found_and_taken_at_once() -> None:
    grid = RectGrid[str]()
    everything = QRectF(-1e9, -1e9, 2e9, 2e9)
    grid.put("vast", everything)
    grid.put("small", QRectF(5, 5, 5, 5))
    assert grid.touching(QRectF(0, 0, 1, 1)) == ["vast"]
    assert sorted(grid.touching(everything)) == ["small", "vast"]
    grid.put("vast", QRectF(100, 100, 5, 5))
    assert grid.touching(QRectF(0, 0, 20, 20)) == ["small"]
    assert grid.touching(QRectF(101, 101, 1, 1)) == ["vast"]
    grid.put("vast", everything)
    grid.take("vast")
    assert grid.touching(everything) == ["small"]
