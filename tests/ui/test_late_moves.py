"""What an edit moves out of view goes there after the edit was seen, and nobody who looks finds it anywhere else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem
from pytestqt.qtbot import QtBot

from benchmarks.networks import residual
from designer.core.assist.drop_targets import Into
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.layers import card_layer, late_moves
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.editing import block_edits
from designer.ui.editing.editor import Editor
from designer.ui.widgets.timers import AfterEdit
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, NONE, action, middle, move_pressed, point

Line = list[tuple[float, float]]


@pytest.fixture
def long(opening: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window whose view shows the middle of 150 blocks at 100 %."""
    monkeypatch.setattr(card_layer, "MANY", 4)
    monkeypatch.setattr(late_moves, "AROUND", 200.0)
    path = tmp_path / "long.network.json"
    files.write(Design(residual(150)), path)
    window = opening(path)
    window.view.show_actual_size()
    name = list(window.scene.cards)[70]
    window.view.look_at(window.scene.cards[name].pos())
    window.grab()
    return window


@pytest.fixture
def fresh(long: MainWindow) -> Iterator[Callable[[], CanvasScene]]:
    """Makes a scene of the design that has never shown another one."""
    editors: list[Editor] = []

    def made() -> CanvasScene:
        editor = Editor()
        editors.append(editor)
        editor.open(long.editor.design, None)
        return CanvasScene(editor, long.scene.theme)

    yield made
    for editor in editors:
        editor.deleteLater()


def at_qt(item: QGraphicsItem) -> QRectF:
    """Where Qt has an item, without its being asked."""
    return item.boundingRect().translated(QGraphicsItem.pos(item))


def line(path: QPainterPath) -> Line:
    elements = (path.elementAt(number) for number in range(path.elementCount()))
    return [(round(element.x, 3), round(element.y, 3)) for element in elements]


def out_of_place(scene: CanvasScene, model: CanvasScene, rect: QRectF | None = None) -> set[object]:
    """The cards and edges that Qt has elsewhere than in another scene, as far as either is seen in a rectangle."""
    found: set[object] = set()
    assert scene.cards.keys() == model.cards.keys()
    assert scene.edges.keys() == model.edges.keys()
    for name, card in scene.cards.items():
        seen = rect is None or at_qt(card).intersects(rect) or at_qt(model.cards[name]).intersects(rect)
        if seen and at_qt(card) != at_qt(model.cards[name]):
            found.add(name)
    for end, edge in scene.edges.items():
        seen = rect is None or at_qt(edge).intersects(rect) or at_qt(model.edges[end]).intersects(rect)
        if seen and line(edge._way) != line(model.edges[end]._way):
            found.add(end)
    return found


def in_view(window: MainWindow) -> QRectF:
    return window.view.mapToScene(window.view.viewport().rect()).boundingRect()


def insert(window: MainWindow, before: str) -> None:
    block_edits.put(window.editor, window.editor.new_block("dropout"), Into(before))


def insert_in_view(window: MainWindow) -> None:
    """Above the middle of the network, so that half of all move."""
    insert(window, list(window.scene.cards)[70])
    assert window.scene.layer.is_late()


def test_that_an_edit_moves_what_is_in_view_at_once_and_the_rest_soon_after(
    long: MainWindow, fresh: Callable[[], CanvasScene], qtbot: QtBot
) -> None:
    insert_in_view(long)
    model = fresh()
    assert not out_of_place(long.scene, model, in_view(long))
    assert len(out_of_place(long.scene, model)) > 50
    qtbot.waitUntil(lambda: not long.scene.layer.is_late())
    assert not out_of_place(long.scene, model)
    for name, card in long.scene.cards.items():
        assert long.scene.layer.lying.rect(name) == card.area


def test_that_who_asks_for_a_place_is_told_the_new_one(long: MainWindow, fresh: Callable[[], CanvasScene]) -> None:
    insert_in_view(long)
    model = fresh()
    late = [name for name, card in long.scene.cards.items() if card.late]
    cards, others = long.scene.cards, model.cards
    assert len(late) > 20
    assert cards[late[0]].pos() == others[late[0]].pos()
    assert cards[late[1]].scenePos() == others[late[1]].scenePos()
    assert cards[late[2]].sceneBoundingRect() == others[late[2]].sceneBoundingRect()
    assert cards[late[3]].area == others[late[3]].area
    ends = [end for end, edge in long.scene.edges.items() if edge.late]
    edges = long.scene.edges
    assert line(edges[ends[0]].way) == line(model.edges[ends[0]].way)
    assert edges[ends[1]].start == model.edges[ends[1]].start
    assert edges[ends[2]].end == model.edges[ends[2]].end
    assert long.scene.blocks_rect() == model.blocks_rect()
    last = list(long.editor.design.network.nodes)[-1]
    assert [card.block_id for card in long.scene.cards_near(others[last].area)] == [last]
    assert not long.scene.is_free(others[late[-2]].area)


def test_that_what_comes_into_view_is_there(long: MainWindow, fresh: Callable[[], CanvasScene]) -> None:
    bar, last = long.view.verticalScrollBar(), list(long.scene.cards)[-1]
    ways: list[Callable[[], object]] = [
        lambda: bar.setValue(bar.value() + 700),
        lambda: bar.setValue(bar.maximum()),
        lambda: long.view.see(last),
        lambda: long.view.zoom_by(0.3),
        lambda: long.resize(long.width(), long.height() + 600),
        long.view.fit,
    ]
    for number, way in enumerate(ways):
        long.view.show_actual_size()
        long.view.look_at(long.scene.cards[list(long.scene.cards)[70]].pos())
        insert_in_view(long)
        model = fresh()
        way()
        if way is not ways[4]:  # the window has another size, and the view, once it is laid out
            assert not out_of_place(long.scene, model, in_view(long)), number
        long.view.viewport().grab()
        assert not out_of_place(long.scene, model, in_view(long)), number
        if way is ways[2]:
            assert in_view(long).contains(at_qt(model.cards[last]))


def test_that_qt_finds_things_where_they_belong(long: MainWindow, fresh: Callable[[], CanvasScene]) -> None:
    insert_in_view(long)
    model = fresh()
    last = list(long.editor.design.network.nodes)[-1]
    found = long.scene.card_at(at_qt(model.cards[last]).center())
    assert found is long.scene.cards[last]
    assert long.scene.layer.is_late()  # what lies elsewhere has not been needed
    found = [item for item in long.scene.items(at_qt(model.cards[last])) if item is long.scene.cards[last]]
    assert found
    assert not out_of_place(long.scene, model, at_qt(model.cards[last]))
    assert long.scene.itemsBoundingRect() == model.itemsBoundingRect()
    assert not out_of_place(long.scene, model)


def test_that_a_picture_of_the_scene_has_all_in_place(long: MainWindow, fresh: Callable[[], CanvasScene]) -> None:
    def picture(scene: CanvasScene, rect: QRectF) -> QImage:
        image = QImage(400, 1200, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        scene.render(painter, QRectF(image.rect()), rect)
        painter.end()
        return image

    insert_in_view(long)
    model = fresh()
    long.scene.clearSelection()
    bottom = model.blocks_rect()
    bottom.setTop(bottom.bottom() - 1200)
    assert picture(long.scene, bottom) == picture(model, bottom)


def test_that_all_is_dragged_from_where_it_belongs(long: MainWindow, qtbot: QtBot) -> None:
    view, name = long.view, list(long.scene.cards)[70]
    insert_in_view(long)
    before = dict(long.editor.design.view.positions)
    action(long, "actionSelectAll").trigger()
    start = middle(long, name)
    QTest.mousePress(view.viewport(), LEFT, NONE, start)
    for step in range(1, 6):
        move_pressed(view.viewport(), start + QPoint(12 * step, 0), Qt.KeyboardModifier.ControlModifier)
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.ControlModifier, start + QPoint(60, 0))
    after = long.editor.design.view.positions
    steps = {(after[name][0] - x, after[name][1] - y) for name, (x, y) in before.items()}
    assert len(steps) == 1
    assert steps != {(0.0, 0.0)}


def test_that_a_rubber_band_takes_what_belongs_in_it(
    long: MainWindow, fresh: Callable[[], CanvasScene], qtbot: QtBot
) -> None:
    """Begun before an edit, and drawn on after it to far below what was in view."""
    viewport = long.view.viewport()
    seen = in_view(long)
    free = point(long, QPointF(seen.right() - 20, seen.top() + 30))
    QTest.mousePress(viewport, LEFT, NONE, free)
    move_pressed(viewport, free + QPoint(-30, 40))
    insert_in_view(long)
    model = fresh()
    far = point(long, QPointF(seen.left(), seen.bottom() + 3000))
    move_pressed(viewport, far)
    band = QRectF(QPointF(seen.left(), seen.top() + 30), QPointF(seen.right() - 20, seen.bottom() + 3000))
    wanted = {name for name, card in model.cards.items() if band.intersects(card.area)}
    QTest.mouseRelease(viewport, LEFT, NONE, far)
    assert set(long.scene.selected_blocks()) == wanted
    assert len(wanted) > 20


def test_that_time_begins_when_the_window_serves_its_events(qtbot: QtBot, qapp: QApplication) -> None:
    """So what an edit changes is painted first, however long the edit takes."""
    called: list[bool] = []
    timer = AfterEdit(qapp, 20, lambda: called.append(True))
    for _ in range(2):  # another edit begins anew
        time.sleep(0.03)
        timer.start()
        time.sleep(0.03)
        qapp.processEvents()
        assert not called
        assert timer.isActive()
    qtbot.waitUntil(lambda: called == [True])
    assert not timer.isActive()
    timer.deleteLater()


@pytest.mark.parametrize("seed", range(3))
def test_that_many_edits_leave_all_in_place(seed: int, long: MainWindow, fresh: Callable[[], CanvasScene]) -> None:
    """Random edits and looks: in view all is in its place after each, and everywhere once there is time for it."""
    chance = random.Random(seed)
    view, scene, editor = long.view, long.scene, long.editor
    late = 0

    def a_name() -> str:
        return chance.choice([name for name in scene.cards if editor.shown.network.nodes[name].sources])

    def remove() -> None:
        editor.remove(chance.sample(list(scene.cards), chance.randint(1, 3)))

    def move() -> None:
        names = chance.sample(list(scene.cards), chance.choice([1, 40]))
        places = editor.design.view.positions
        editor.move({name: (places[name][0] + 40, places[name][1] + 8) for name in names})

    def scroll() -> None:
        bar = view.verticalScrollBar()
        bar.setValue(bar.value() + chance.choice([-900, -300, 300, 900]))

    steps: list[Callable[[], object]] = [
        lambda: insert(long, a_name()),
        lambda: insert(long, a_name()),
        remove,
        move,
        editor.stack.undo,
        editor.stack.undo,
        editor.stack.redo,
        scroll,
        lambda: view.zoom_by(chance.choice([0.7, 1.5])),
        lambda: scene.cards[a_name()].pos(),
        lambda: scene.select(a_name()),
        lambda: scene.layer.bring_some(0.0) or scene.arrivals._bite(),
    ]
    for _ in range(30):
        chance.choice(steps)()
        if chance.random() < 0.3:
            view.viewport().grab()
        late += scene.layer.is_late()
        assert not out_of_place(scene, fresh(), in_view(long))
    assert late > 8
    scene.arrivals.settle()
    assert not out_of_place(scene, fresh())
    assert all(scene.layer.lying.rect(name) == card.area for name, card in scene.cards.items())
