"""Sprites: what is drawn once and laid down many times looks as what is drawn directly, and never as it was before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, floor

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.sprites import Sprites
from designer.ui.canvas.overlays.advising import Advising
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.style.theme import LIGHT, Theme
from tests.ui.driving import action
from tests.ui.test_looks import dots

ROUNDED = 2
"""Of 255: what lies on glass and then on paper is rounded twice."""


@pytest.fixture
def calm(window: MainWindow, theme: Theme) -> Iterator[MainWindow]:
    """A window that shows nothing over the canvas, at 100 %."""
    if action(window, "actionMinimap").isChecked():
        action(window, "actionMinimap").trigger()
    window.resize(1440, 900)
    window.view.show_actual_size()
    window.view.see("conv1")
    window.scene.clearSelection()
    QApplication.processEvents()
    yield window
    theme.set_text_size(100)
    theme.follow(Qt.ColorScheme.Light)


def apart(one: QImage, other: QImage) -> int:
    """The largest difference of two dots."""
    return int(np.abs(dots(one) - dots(other)).max())


def inner(seen: QImage) -> QImage:
    """Without its rim, where Qt scales an icon that is cut otherwise than a whole one."""
    return seen.copy(seen.rect().adjusted(1, 1, -1, -1))


def card_drawn(window: MainWindow, card: BlockItem, scale: float, onto_the_screen: bool) -> QImage:
    """A card at a whole place. On a screen it is met three times, and is a sprite by then."""
    image = QImage(round(260 * scale), round(70 * scale), QImage.Format.Format_RGB32)
    widget = window.view.viewport() if onto_the_screen else None
    for _ in range(3 if onto_the_screen else 1):
        image.fill(window.scene.theme.colours.canvas)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(12, 10)
        painter.scale(scale, scale)
        card.paint(painter, QStyleOptionGraphicsItem(), widget)
        painter.end()
    return image


def advise(window: MainWindow, theme: Theme | None = None) -> None:
    """The doctor has something to say of two blocks."""
    advising = window.scene.findChild(Advising)
    assert advising is not None
    advising.show({("conv2",): "Most ReLUs are dead.", ("dense1",): "They vanish."})


def give_looks(window: MainWindow) -> None:
    """Some cards are wrong, some advised, some selected, some at the end of an edge that is dragged."""
    window.editor.set_param("conv3", "kernel_size", (9, 9))
    advise(window)
    cards = list(window.scene.cards.values())
    for number, card in enumerate(cards):
        card.setSelected(number % 2 == 0)
        card.target_port = 0 if number % 3 == 1 and card.result.node.inputs else None
        card.target_wrong = number % 2 == 1


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_that_a_sprite_looks_as_the_card_that_is_drawn(calm: MainWindow, theme: Theme, scheme: Qt.ColorScheme) -> None:
    theme.follow(scheme)
    calm.bench.opening.open_example(example("pairs_siamese"))
    plain = list(calm.scene.cards.values())[:6]
    assert all_alike(calm, plain, scales=(1.5,))
    calm.bench.opening.open_example(example("mnist_cnn"))
    give_looks(calm)
    assert all_alike(calm, calm.scene.cards.values(), scales=(0.7, 1.0, 1.5, 2.0))
    action(calm, "actionColourByParameters").trigger()
    assert all_alike(calm, calm.scene.cards.values(), scales=(1.1,))


def all_alike(window: MainWindow, cards: Iterable[BlockItem], scales: tuple[float, ...]) -> bool:
    kept = len(window.scene.sprites)
    for scale in scales:
        for card in cards:
            shown, drawn = (card_drawn(window, card, scale, way) for way in (True, False))
            assert apart(shown, drawn) <= ROUNDED, (card.block_id, scale)
    return len(window.scene.sprites) > kept


def test_that_cards_between_pixels_are_laid_onto_whole_ones(calm: MainWindow) -> None:
    """When they are met first, too, so that nothing jumps; words are where they would be without."""
    card, at = calm.scene.cards["conv2"], calm.view.viewport()
    pictures = []
    for shift in (0.0, 0.4, -0.4):
        image = QImage(300, 80, QImage.Format.Format_RGB32)
        image.fill(LIGHT.canvas)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(20 + shift, 12 - shift)
        card.paint(painter, QStyleOptionGraphicsItem(), at)
        painter.end()
        pictures.append(image.copy(0, 0, 58, 80))  # as far as the icon goes
    assert apart(pictures[0], pictures[1]) <= ROUNDED
    assert apart(pictures[0], pictures[2]) <= ROUNDED


def test_that_files_have_lines_and_turned_cards_are_drawn_as_they_are(calm: MainWindow) -> None:
    card = calm.scene.cards["conv2"]
    calm.scene.sprites.forget()
    for turned, widget in ((0.0, None), (30.0, calm.view.viewport())):
        for _ in range(3):
            image = QImage(300, 300, QImage.Format.Format_RGB32)
            image.fill(LIGHT.canvas)
            painter = QPainter(image)
            painter.rotate(turned)
            card.paint(painter, QStyleOptionGraphicsItem(), widget)
            painter.end()
        assert image.pixelColor(60, 60 if turned else 20) != image.pixelColor(290, 290)
    assert len(calm.scene.sprites) == 0


def other_theme(window: MainWindow, theme: Theme) -> None:
    theme.follow(Qt.ColorScheme.Dark)


def zoomed(window: MainWindow, theme: Theme) -> None:
    window.view.zoom_by(1.25, QPointF(0, 0))


def chosen(window: MainWindow, theme: Theme) -> None:
    window.scene.select("conv2")


def wrong(window: MainWindow, theme: Theme) -> None:
    window.editor.set_param("conv2", "kernel_size", (99, 99))


def coloured(window: MainWindow, theme: Theme) -> None:
    action(window, "actionColourByParameters").trigger()


def let_go(window: MainWindow, theme: Theme) -> None:
    """The ports of an edge are free again."""
    window.editor.disconnect_block("conv2", 0)


def aimed_at(window: MainWindow, theme: Theme) -> None:
    window.scene.cards["conv2"].target_port = 0
    window.scene.cards["conv2"].update()


def other_font(window: MainWindow, theme: Theme) -> None:
    theme.set_text_size(130)


CHANGES = (other_theme, advise, zoomed, chosen, aimed_at, let_go, coloured, wrong, other_font)


def test_that_a_change_is_seen_at_once(calm: MainWindow, theme: Theme) -> None:
    for change in CHANGES:
        calm.view.see("conv2")  # a zoom may have it out of view
        QApplication.processEvents()
        for _ in range(3):
            before = calm.view.viewport().grab().toImage()
        change(calm, theme)
        QApplication.processEvents()
        after = calm.view.viewport().grab().toImage()
        calm.scene.sprites.forget()
        anew = calm.view.viewport().grab().toImage()
        assert before != after, change
        assert apart(inner(after), inner(anew)) <= ROUNDED, change


def test_that_pictures_of_other_zooms_do_not_pile_up(qapp: QApplication) -> None:
    most = 1_000_000
    sprites, image = Sprites(most), QImage(300, 80, QImage.Format.Format_RGB32)
    for step in range(40):
        painter = QPainter(image)
        painter.scale(1 + step / 100, 1 + step / 100)
        for _ in range(2):
            sprites.draw(painter, "square", QRectF(0, 0, 200, 50), lambda on: on.drawRect(0, 0, 199, 49))
        painter.end()
        assert 0 < sprites.bytes_kept <= most
    assert 0 < len(sprites) < 30


@pytest.mark.parametrize("zoom", [0.7, 1.0, 1.1, 1.37])
def test_that_what_is_scrolled_moves_as_one(zoom: float, calm: MainWindow) -> None:
    """Cards and the dots below them: what Qt moves on the screen meets what is painted anew beside it."""
    view = calm.view
    view.zoom_by(zoom)
    view.see("conv2")
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().value() - 90)
    before = drawn_again(view)
    view.pan(QPointF(-11, -30))
    after = drawn_again(view)
    assert np.abs(before[31:-1, 12:-1] - after[1:-31, 1:-12]).max() <= ROUNDED


def test_that_dots_stand_on_the_grid_with_one_look_each(calm: MainWindow) -> None:
    """At a zoom at which most would lie between pixels."""
    view = calm.view
    view.zoom_by(1.1)
    view.centerOn(calm.scene.blocks_rect().bottomRight() + QPointF(900, 600))  # no card is in view
    seen = dots(view.viewport().grab().toImage())
    looks = set()
    for column in range(36, 40):
        for row in range(36, 40):
            at = view.viewportTransform().map(QPointF(24 * column, 24 * row) + far_corner(view))
            x, y = floor(at.x() + 0.5), floor(at.y() + 0.5)
            looks.add(seen[y - 2 : y + 2, x - 2 : x + 2].tobytes())
    (look,) = looks
    assert len(set(np.frombuffer(look, seen.dtype))) > 3


def drawn_again(view: CanvasView) -> np.ndarray:
    """When all looks are known, so that an icon at the rim is a whole one that is cut."""
    for _ in range(3):
        seen = view.viewport().grab().toImage()
    return dots(seen)


def far_corner(view: CanvasView) -> QPointF:
    """The point of the grid from which the 36th row and column are in view."""
    corner = view.mapToScene(0, 0)
    return QPointF(24 * (ceil(corner.x() / 24) - 34), 24 * (ceil(corner.y() / 24) - 34))
