"""The canvas is painted at once: it looks as if Qt had each item paint itself, and is up to date."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsView
from pytestqt.qtbot import QtBot

from designer.core.assist.block_query import Hit
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.brushes import pen
from designer.ui.canvas.items.level_of_detail import FAR, NEAR
from designer.ui.canvas.overlays.advising import Advising
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.editing import note_edits
from designer.ui.style.theme import Theme
from tests.ui.driving import LEFT, NONE, action, drag_kind, edge_middle, input_port, middle, output_port

SOME_WAY_OFF = 0.5 * (FAR + NEAR)


def look_from(window: MainWindow, zoom: float) -> None:
    window.view.zoom_by(zoom / window.view.transform().m11())
    window.view.look_at(window.scene.blocks_rect().center())
    QApplication.processEvents()


@pytest.fixture
def canvas(window: MainWindow) -> MainWindow:
    """The article's CNN from some way off, with nothing over it and nothing selected."""
    if action(window, "actionMinimap").isChecked():
        action(window, "actionMinimap").trigger()
    window.scene.clearSelection()
    look_from(window, SOME_WAY_OFF)
    return window


def dots(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(bytes(plain.constBits()), np.uint8).reshape(plain.height(), plain.width(), 4)[..., :3]


def apart(one: QImage, other: QImage) -> int:
    """How many dots differ by more than a smooth edge that lies a quarter of a dot beside does."""
    assert one.size() == other.size()
    return int((np.abs(dots(one).astype(int) - dots(other)).max(axis=2) > 64).sum())


class OneByOne(QGraphicsView):
    """What the view shows, as Qt paints it: item by item."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.scene())
        self._view = view
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHints(view.renderHints())
        self.resize(view.viewport().size())
        self.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.show()  # only then it has its size
        self.setTransform(view.transform())
        for own, others in (
            (self.horizontalScrollBar(), view.horizontalScrollBar()),
            (self.verticalScrollBar(), view.verticalScrollBar()),
        ):
            own.setRange(others.minimum(), others.maximum())
            own.setValue(others.value())
        assert self.viewportTransform() == view.viewportTransform()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        """As the canvas has it."""
        self._view.drawBackground(painter, rect)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        """As the canvas has it."""
        self._view.drawForeground(painter, rect)


def shown(view: QGraphicsView, dense: float = 1.0) -> QImage:
    """Painted as often as it takes for all pictures of cards to be kept, on a screen of a density."""
    image = QImage(view.viewport().size() * dense, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dense)
    for _ in range(3):
        view.viewport().render(image)
    image.setDevicePixelRatio(1.0)
    return image


def at_once(window: MainWindow) -> QImage:
    return shown(window.view)


def one_by_one(window: MainWindow, dense: float = 1.0) -> QImage:
    other = OneByOne(window.view)
    image = shown(other, dense)
    other.close()
    other.setScene(None)  # type: ignore[arg-type]
    other.deleteLater()
    return image


def plain(window: MainWindow) -> None:
    """Nothing is special."""


def selected(window: MainWindow) -> None:
    window.scene.select("conv2")  # with the button that adds a block


def several_selected(window: MainWindow) -> None:
    window.scene.select_only(["conv1", "pool2"])


def problem(window: MainWindow) -> None:
    window.editor.set_param("conv3", "kernel_size", (9, 9))


def advised(window: MainWindow) -> None:
    """The doctor has something to say of three blocks, one of which is selected."""
    advising = window.bench.scene.findChild(Advising)
    assert advising is not None
    advising.show({("conv1",): "Most ReLUs are dead.", ("dense1",): "They vanish.", ("pool2",): "It is saturated."})
    window.scene.select("dense1")


def frozen(window: MainWindow) -> None:
    window.scene.select_only(["conv1", "conv3"])
    action(window, "actionFreeze").trigger()
    window.scene.clearSelection()


def on_another(window: MainWindow) -> None:
    """A card covers half of another one, its name and the line between them."""
    x, y = window.editor.shown.view.positions["conv2"]
    window.editor.move({"dense1": (x + 60, y + 20)})


def edge_under_mouse(window: MainWindow) -> None:
    window.view.look_at(window.scene.edges["conv3", 0].end)
    QTest.mouseMove(window.view.viewport(), edge_middle(window, "conv3"))
    assert window.scene.edges["conv3", 0].hovered


def edge_selected(window: MainWindow) -> None:
    window.scene.edges["conv3", 0].setSelected(True)


def connecting(window: MainWindow) -> None:
    """An edge is dragged to a port, which lights up; the edge that was there is hidden."""
    viewport = window.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, input_port(window, "pool2"))
    QTest.mouseMove(viewport, output_port(window, "conv1"))
    QTest.mouseMove(viewport, input_port(window, "conv3"))
    assert not window.scene.edges["pool2", 0].isVisible()
    assert window.scene.cards["conv3"].target_port == 0


def note(window: MainWindow) -> None:
    x, y = window.editor.shown.view.positions["conv2"]
    name = note_edits.add(window.editor, (x + 200, y))
    note_edits.write(window.editor, name, "Learns edges", (200.0, 80.0))


def faded(window: MainWindow) -> None:
    window.scene.cards["conv2"].setOpacity(0.4)


def frame(window: MainWindow) -> None:
    """A group that is open in place, coloured by costs."""
    window.bench.opening.open_example(example("digits_resnet"))
    window.scene.select("residual1")
    action(window, "actionExpand").trigger()
    action(window, "actionColourByParameters").trigger()
    look_from(window, window.view.transform().m11())
    assert window.scene.frames.all_frames()


def found(window: MainWindow) -> None:
    window.view.highlights.found = [Hit((), "conv2"), Hit((), "dense1")]


def writing(window: MainWindow) -> None:
    note(window)
    QApplication.processEvents()
    (sheet,) = window.scene.notes.items.values()
    sheet.begin_writing()


def dragged(window: MainWindow) -> None:
    """A new block over an edge: a ghost of its card, with what would come of it."""
    drag_kind(window, "dropout", edge_middle(window, "conv3"))


STATES: tuple[Callable[[MainWindow], None], ...] = (
    plain,
    selected,
    several_selected,
    problem,
    advised,
    frozen,
    on_another,
    edge_under_mouse,
    edge_selected,
    connecting,
    note,
    faded,
    found,
    writing,
    dragged,
    frame,
)


@pytest.mark.parametrize("zoom", [SOME_WAY_OFF, 0.85])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_that_what_is_painted_at_once_looks_as_what_items_paint_one_by_one(
    canvas: MainWindow, state: Callable[[MainWindow], None], zoom: float
) -> None:
    look_from(canvas, zoom)
    before = at_once(canvas)
    state(canvas)
    QApplication.processEvents()
    seen = at_once(canvas)
    assert (state is plain) == (apart(seen, before) < 20)
    assert apart(seen, one_by_one(canvas)) < 4


def test_that_it_does_so_in_the_dark_and_on_dense_screens(canvas: MainWindow, theme: Theme) -> None:
    look_from(canvas, 1.1)
    for state in (note, problem, advised, on_another, edge_selected, several_selected):
        state(canvas)
    try:
        for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
            theme.follow(scheme)
            for dense in (1.5, 2.0):
                assert apart(shown(canvas.view, dense), one_by_one(canvas, dense)) < 4
    finally:
        theme.follow(Qt.ColorScheme.Light)


@pytest.mark.parametrize("zoom", [0.8 * FAR, SOME_WAY_OFF, 1.0])
def test_that_parts_that_are_painted_alone_make_up_the_whole(canvas: MainWindow, zoom: float) -> None:
    for state in (note, problem, on_another, found, selected):
        state(canvas)
    look_from(canvas, zoom)
    viewport, whole = canvas.view.viewport(), at_once(canvas)
    made = QImage(whole.size(), QImage.Format.Format_RGB32)
    wide, high = viewport.width(), viewport.height()
    for top in range(0, high, 10):  # two rectangles at a time
        parts = QRegion(0, top, wide // 2, 5) + QRegion(wide // 2, top + 5, wide - wide // 2, 5)
        others = QRegion(0, top, wide, 10) - parts
        for region in (parts, others):
            viewport.render(made, region.boundingRect().topLeft(), region)
    assert int(np.abs(dots(made).astype(int) - dots(whole)).max()) <= 2


def test_that_an_edge_covers_what_its_line_would(canvas: MainWindow) -> None:
    canvas.editor.move({"conv3": (-400.0, 300.0), "pool2": (300.0, -200.0)})
    for edge in canvas.scene.edges.values():
        pictures = []
        for as_a_line in (True, False):
            image = QImage(1600, 1600, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.white)
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(800, 400)
            if as_a_line:
                painter.setPen(pen(canvas.scene.theme.colours.edge, edge.width))
                painter.drawPath(edge.way)
            else:
                edge.draw(painter)
            painter.end()
            pictures.append(image)
        line, drawn = (dots(image).astype(int) for image in pictures)
        assert (line < 200).sum() > 100
        assert np.abs(line - drawn).sum() < 0.02 * (255 - line).sum()


def test_that_an_item_is_seen_to_change_after_all_was_painted_anew(canvas: MainWindow, qtbot: QtBot) -> None:
    """Qt's scenes tell of no item until the items are painted that a change of all of it is about: they never are."""
    look_from(canvas, 1.0)
    canvas.scene.show_shapes_on_edges(False)
    QApplication.processEvents()
    told = []
    canvas.scene.changed.connect(told.append)
    canvas.scene.cards["conv2"].update()
    qtbot.waitUntil(lambda: bool(told))


@pytest.mark.parametrize("zoom", [0.8 * FAR, SOME_WAY_OFF, 1.0])
def test_that_what_changes_is_seen_on_the_screen(canvas: MainWindow, qtbot: QtBot, zoom: float) -> None:
    look_from(canvas, zoom)
    canvas.editor.remove(list(canvas.scene.cards))
    QApplication.processEvents()
    canvas.editor.stack.undo()  # Qt itself has never painted what is there now
    QApplication.processEvents()
    viewport, start = canvas.view.viewport(), middle(canvas, "pool1")

    def is_up_to_date() -> bool:
        screen = canvas.screen().grabWindow(canvas.winId()).toImage()
        seen = screen.copy(viewport.rect().translated(viewport.mapTo(canvas, QPoint())))
        return apart(seen, at_once(canvas)) == 0

    QTest.mousePress(viewport, LEFT, NONE, start)
    assert canvas.scene.current == "pool1"
    qtbot.waitUntil(is_up_to_date)
    for step in (20, 40):
        QTest.mouseMove(viewport, start + QPoint(step, 0))
        qtbot.waitUntil(is_up_to_date)
    QTest.mouseRelease(viewport, LEFT, NONE, start + QPoint(40, 0))
    QTest.mouseMove(viewport, edge_middle(canvas, "conv3"))
    assert canvas.scene.edges["conv3", 0].hovered
    qtbot.waitUntil(is_up_to_date)
    canvas.editor.remove(["pool1"])
    qtbot.waitUntil(is_up_to_date)
    canvas.editor.stack.undo()
    qtbot.waitUntil(is_up_to_date)
