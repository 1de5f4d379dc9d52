"""Light and dark, and the size of letters: chosen in the View menu, at once, and remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.palette import PalettePanel
from designer.ui.panels.training import TrainingPanel
from designer.ui.style.theme import DARK, LIGHT, Theme
from tests.ui.conftest import Opening
from tests.ui.driving import action


@pytest.fixture(autouse=True)
def first_look(theme: Theme) -> Iterator[None]:
    yield
    theme.choose("system")
    theme.set_text_size(100)


def colour_at(widget: object) -> QColor:
    return widget.grab().toImage().pixelColor(3, 3)  # type: ignore[attr-defined]


def test_that_dark_and_light_are_chosen_at_once_for_canvas_plots_code_and_panels(
    window: MainWindow, qtbot: QtBot
) -> None:
    for name, colours in (("actionColoursDark", DARK), ("actionColoursLight", LIGHT)):
        action(window, name).trigger()
        assert action(window, name).isChecked()
        assert window.theme.colours is colours
        assert colour_at(window.view.viewport()) == QColor(colours.canvas)
        assert window.palette().window().color() == QColor(colours.window)
        assert window.panel(CurvesPanel).loss.backgroundBrush().color() == QColor(colours.base)
        assert window.panel(CurvesPanel).loss.getPlotItem().getAxis("left").textPen().color() == QColor(colours.muted)


def test_that_links_have_the_colour_of_the_theme_after_it_has_changed(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.set_data("gun_point")
    state = window.panel(TrainingPanel).state
    qtbot.waitUntil(lambda: "<a " in state.text())
    for name, colours in (("actionColoursDark", DARK), ("actionColoursLight", LIGHT)):
        action(window, name).trigger()
        picture = state.grab().toImage()
        seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
        assert colours.accent in seen
        assert (LIGHT if colours is DARK else DARK).accent not in seen


def test_that_a_choice_holds_against_the_system_and_the_system_is_followed_without_one(
    window: MainWindow, theme: Theme
) -> None:
    action(window, "actionColoursLight").trigger()
    theme.follow(Qt.ColorScheme.Dark)
    assert theme.colours is LIGHT
    action(window, "actionColoursSystem").trigger()
    theme.follow(Qt.ColorScheme.Dark)
    assert theme.colours is DARK
    theme.follow(Qt.ColorScheme.Light)
    assert theme.colours is LIGHT


def test_that_colours_and_text_size_are_there_again_the_next_time(opening: Opening) -> None:
    window = opening()
    action(window, "actionColoursDark").trigger()
    action(window, "actionTextLarger").trigger()
    window.close()
    window.theme.choose("light")
    window.theme.set_text_size(100)
    again = opening()
    assert again.theme.colours is DARK
    assert again.theme.text_size == 115
    assert action(again, "actionColoursDark").isChecked()


def test_that_no_kind_s_name_is_cut_in_the_palette_however_large_its_letters(window: MainWindow, qtbot: QtBot) -> None:
    tree = window.panel(PalettePanel).tree
    window.resize(900, 600)
    for size in (150, 100):
        window.theme.set_text_size(size)
        qtbot.waitUntil(lambda: tree.sizeHintForColumn(0) <= tree.viewport().width())
        assert window.width() == 900


def test_that_text_grows_and_shrinks_at_once_and_no_label_or_field_is_cut(window: MainWindow, qtbot: QtBot) -> None:
    first = QFontInfo(window.panel(TrainingPanel).state.font()).pointSizeF()
    positions = dict(window.editor.design.view.positions)
    for _ in range(4):
        action(window, "actionTextLarger").trigger()
    assert window.theme.text_size == 175
    qtbot.wait(50)
    assert QFontInfo(window.panel(TrainingPanel).state.font()).pointSizeF() > 1.6 * first
    assert window.editor.design.view.positions == positions
    content = window.panel(TrainingPanel).widget()
    assert content.width() <= window.panel(TrainingPanel).viewport().width()
    for label in content.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.height() >= label.fontMetrics().height(), label.text()
    tick = window.panel(CurvesPanel).loss.getPlotItem().getAxis("left").style["tickFont"]
    assert tick.pointSizeF() == QApplication.font().pointSizeF()
    action(window, "actionTextSmaller").trigger()
    assert window.theme.text_size == 150
    action(window, "actionTextNormal").trigger()
    assert QFontInfo(window.panel(TrainingPanel).state.font()).pointSizeF() == pytest.approx(first)
    for _ in range(20):
        action(window, "actionTextSmaller").trigger()
    assert window.theme.text_size == 80


def test_that_fields_stand_in_one_column_whatever_the_size_of_letters(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(TrainingPanel)

    def lefts() -> set[int]:
        boxes = (panel.source, *(panel.form.fields[name] for name in ("optimizer", "epochs", "batch_size")))
        return {box.mapTo(panel, QPoint()).x() for box in boxes}

    qtbot.waitUntil(lambda: len(lefts()) == 1)
    window.theme.set_text_size(150)
    qtbot.waitUntil(lambda: len(lefts()) == 1)
