from __future__ import annotations

from itertools import pairwise
from math import dist

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.core.layout.placement import CARD_WIDTH
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.level_of_detail import FAR
from designer.ui.canvas.overlays.legend import Legend
from designer.ui.style.cost_colormap import cost_colour, ramp, to_lab
from designer.ui.style.theme import DARK, LIGHT, Colours, Theme
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, action, point


def luminance(name: str) -> float:
    """Relative luminance as WCAG 2 has it."""
    parts = [int(name[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_that_signs_and_words_stand_out_from_the_panels(colours: Colours) -> None:
    below = luminance(colours.window)
    for name, least in (("found", 3.0), ("muted", 4.5), ("error", 4.5), ("good", 4.5), ("text", 4.5)):
        light, dark = sorted((luminance(getattr(colours, name)), below), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= least, name


def seen(window: MainWindow, block_id: str) -> str:
    """The colour of a card on the screen, right of its stripe, where nothing is written."""
    card = window.scene.cards[block_id]
    offset = card.input_place(0) if card.result.node.inputs else card.output_place()
    place = point(window, card.scenePos() + type(offset)(CARD_WIDTH - 4, 24))
    image: QImage = window.view.viewport().grab(window.view.viewport().rect()).toImage()
    return QColor(image.pixel(place if image.rect().contains(place) else QPoint(0, 0))).name()


def legend(window: MainWindow) -> Legend:
    found = window.view.findChild(Legend)
    assert found is not None
    return found


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_that_the_colours_are_even_to_the_eye_and_words_can_be_read_on_each(colours: Colours) -> None:
    names = ramp(colours)
    assert names[0] == colours.card
    steps = [dist(to_lab(one), to_lab(other)) for one, other in pairwise(names[::9])]
    assert max(steps) < 1.2 * min(steps)
    for name in names:
        light, dark = sorted((luminance(name), luminance(colours.text)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_that_the_canvas_shows_what_costs_most_in_the_strongest_colour(window: MainWindow, theme: Theme) -> None:
    assert seen(window, "conv2") == LIGHT.card
    action(window, "actionColourByMultiplyAdds").trigger()
    assert seen(window, "conv2") == ramp(LIGHT)[-1]
    assert seen(window, "pool1") == LIGHT.card
    share = window.scene.cards["conv3"].result.multiply_adds / window.scene.cards["conv2"].result.multiply_adds
    assert seen(window, "conv3") == cost_colour(share, LIGHT)
    assert legend(window).isVisible()
    assert (legend(window).title.text(), legend(window).most.text()) == ("Multiply-adds", "2.2 M")
    theme.follow(Qt.ColorScheme.Dark)
    try:
        assert seen(window, "conv2") == ramp(DARK)[-1]
    finally:
        theme.follow(Qt.ColorScheme.Light)


def test_that_colours_follow_edits_and_are_there_from_far_away(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionColourByParameters").trigger()
    window.editor.set_param("conv1", "out_channels", 4096)
    assert seen(window, "conv2") == ramp(LIGHT)[-1]
    assert legend(window).most.text() == "2.4 M"
    action(window, "actionUndo").trigger()
    assert seen(window, "conv3") == ramp(LIGHT)[-1]
    assert seen(window, "conv2") == cost_colour(18_496 / 36_928, LIGHT)
    window.view.zoom_by(0.8 * FAR / window.view.transform().m11())
    assert seen(window, "conv3") == ramp(LIGHT)[-1]
    assert window.scene.cards["conv2"].bar_colour().name() == cost_colour(18_496 / 36_928, LIGHT)


def test_that_the_inside_of_a_group_has_a_scale_of_its_own(opening: Opening) -> None:
    window = opening(example("digits_inception"))
    action(window, "actionColourByParameters").trigger()
    assert legend(window).most.text() == "12.5 k"
    window.scene.open_group("inception1")
    assert legend(window).most.text() == "3.5 k"
    assert seen(window, "three") == ramp(LIGHT)[-1]


def test_that_blocks_of_a_group_that_is_open_in_place_have_their_share_of_its_colour(opening: Opening) -> None:
    window = opening(example("digits_inception"))
    action(window, "actionColourByMultiplyAdds").trigger()
    window.scene.select("inception1")
    action(window, "actionExpand").trigger()
    window.view.fit()
    whole = window.scene.cards["inception1"].result.multiply_adds
    inner = next(layers for path, layers in window.scene.frames.all_layers() if path == ("inception1",))
    three = inner.cards.cards["three"]
    assert window.scene.cost_colour(three) == cost_colour(three.result.multiply_adds / whole, LIGHT)
    assert legend(window).most.text() == "972.2 k"
    window.editor.open_group(("inception1",))
    assert window.scene.cost_colour(window.scene.cards["three"]) == cost_colour(
        three.result.multiply_adds / whole, LIGHT
    )
    assert legend(window).most.text() == "972.2 k"


def test_that_times_are_asked_for_in_the_legend_and_shown_then(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionColourByTime").trigger()
    shown = legend(window)
    assert shown.title.text() == "Time for a batch: not measured yet"
    assert seen(window, "conv2") == LIGHT.card
    with qtbot.waitSignal(window.bridge.measured, timeout=60_000):
        QTest.mouseClick(shown.measure, LEFT)
    qtbot.waitUntil(lambda: not shown.measure.isVisible())
    times = window.bench.measuring.found
    assert times is not None
    slowest = max(times.forward, key=lambda name: times.forward[name] + times.backward[name])
    assert seen(window, slowest) == ramp(LIGHT)[-1]
    window.editor.set_param("conv1", "out_channels", 8)
    assert shown.most.text().endswith(", before the last edits")


def test_that_the_choice_is_remembered_until_the_legend_is_closed(window: MainWindow, opening: Opening) -> None:
    action(window, "actionColourByMemory").trigger()
    other = opening()
    assert legend(other).isVisible()
    assert action(other, "actionColourByMemory").isChecked()
    QTest.mouseClick(legend(other).closing, LEFT)
    assert not legend(other).isVisible()
    assert action(other, "actionColourByNothing").isChecked()
    assert seen(other, "conv1") == LIGHT.card
    assert not legend(opening()).isVisible()
