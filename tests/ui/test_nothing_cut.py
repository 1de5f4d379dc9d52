"""What is shown is shown whole: captions, maps, numbers at axes, invitations, and networks from elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.view.invitation import paint_invitation
from designer.ui.panels.feature_maps import FeatureMapsPanel, MapGrid
from designer.ui.panels.film_clock import FilmClock
from designer.ui.panels.training import TrainingPanel
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.fields import narrow_box
from designer.ui.widgets.plot_axes import PlotAxis, WholeAxis, short_number
from designer.ui.widgets.status_bar import StatusBar
from tests.ui.conftest import Opening
from tests.ui.driving import action


@pytest.mark.parametrize("number", [7, 13, 31, 97])
def test_that_a_prime_number_of_maps_stands_in_a_grid_with_room_left_in_its_last_row(
    theme: Theme, qtbot: QtBot, number: int
) -> None:
    grid = MapGrid(theme)
    qtbot.addWidget(grid)
    grid.resize(300, 300)
    grid.show_maps(np.zeros((number, 8, 8), np.float32), ("C", "H", "W"))
    columns = len({place.left() for place in grid.places()})
    rows = len({place.top() for place in grid.places()})
    assert abs(columns - rows) <= 1
    assert columns * rows - number < columns


def test_that_thousands_of_maps_scroll_instead_of_becoming_dots(theme: Theme, qtbot: QtBot) -> None:
    panel = FeatureMapsPanel(theme, FilmClock())
    qtbot.addWidget(panel)
    panel.resize(500, 260)
    panel._stack.setCurrentIndex(1)
    panel.show()
    grid = panel.grid
    grid.show_maps(np.random.default_rng(0).random((9_999, 4, 4), dtype=np.float32), ("C", "H", "W"))
    qtbot.waitUntil(lambda: grid.height() > 5_000)
    places = grid.places()
    assert min(place.width() for place in places) >= 19
    assert max(place.right() for place in places) <= grid.width()
    assert max(place.bottom() for place in places) <= grid.height() + 1
    panel.resize(500, 600)
    grid.show_maps(np.zeros((32, 4, 4), np.float32), ("C", "H", "W"))
    qtbot.waitUntil(lambda: grid.height() < 700)
    assert min(place.width() for place in grid.places()) > 40


def test_that_a_caption_tells_the_step_where_it_has_no_room_for_all_of_it(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(FeatureMapsPanel)
    qtbot.waitUntil(lambda: panel.shown is not None, timeout=30_000)
    panel.tell(replace(panel.shown, weights="trained", step=12_345))
    caption = panel.caption
    for room, shown in (
        (600, "32 maps × 26 rows × 26 columns · trained weights, step 12,345"),
        (300, "32×26×26 · trained weights, step 12,345"),
    ):
        caption.resize(room, caption.height())
        assert caption.shown() == shown
    caption.resize(200, caption.height())
    assert "…" in caption.shown()
    assert caption.shown().endswith("step 12,345")
    assert caption.text().startswith("32 maps × 26 rows")  # as the tip tells it


def test_that_a_caption_that_has_no_room_has_an_ellipsis_beside_the_list(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(FeatureMapsPanel)
    qtbot.waitUntil(lambda: panel.shown is not None, timeout=30_000)
    assert panel.view.isVisible()
    panel.caption.setText(
        "32 maps × 26 rows × 26 columns · untrained weights, step 138 of many more than there is room for" * 2
    )
    assert "…" in panel.caption.shown()
    assert panel.caption.minimumSizeHint().width() < 100  # the words make no panel wider
    assert panel.caption.geometry().right() < panel.view.geometry().left()
    shown = QFontMetricsF(panel.caption.font()).horizontalAdvance(panel.caption.shown())
    assert shown <= panel.caption.width()


@pytest.mark.parametrize("size", [60, 150, 400, 1200])
@pytest.mark.parametrize("top", [9.0, 128.0, 3_000.0, 250_000.0])
def test_that_numbers_below_a_plot_never_meet(qapp: QApplication, size: int, top: float) -> None:
    metrics = QFontMetricsF(qapp.font())
    for axis in (WholeAxis("bottom"), PlotAxis("bottom")):
        ((spacing, _),) = axis.tickSpacing(0.0, top, float(size))
        places = np.arange(0, top + spacing / 2, spacing)
        widths = [metrics.horizontalAdvance(text) for text in axis.tickStrings(list(places), 1.0, spacing)]
        assert max(widths) + 8 < spacing * size / top or len(places) == 1  # there is a gap between two


def test_that_numbers_at_an_axis_are_short_and_differ() -> None:
    assert [short_number(value, 1e36) for value in (0.0, 1e36, 2e36)] == ["0", "1e36", "2e36"]
    assert [short_number(value, 0.05) for value in (0.25, 0.3)] == ["0.25", "0.30"]
    assert [short_number(value, 5e35) for value in (5e35, 1.5e36)] == ["5e35", "1.5e36"]


def test_that_the_invitation_of_an_empty_canvas_fits_it_and_goes_with_an_undo(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.arrangement.room == "small")
    muted = QColor(window.theme.colours.muted).rgb()
    action(window, "actionSelectAll").trigger()
    action(window, "actionDelete").trigger()
    qtbot.waitUntil(lambda: not window.scene.cards)
    viewport = window.view.viewport()

    def written() -> list[int]:
        picture = viewport.grab().toImage()
        return [x for x in range(picture.width()) for y in range(picture.height()) if picture.pixel(x, y) == muted]

    places = written()
    assert places
    assert min(places) >= 8
    assert max(places) < viewport.width() - 8
    window.show()
    qtbot.wait(50)
    assert window.view._invited
    painted: list[str] = []
    monkeypatch.setattr("designer.ui.canvas.view.canvas_view.paint_invitation", lambda *_: painted.append("words"))
    viewport.grab()
    assert painted
    action(window, "actionUndo").trigger()
    qtbot.waitUntil(lambda: not window.view._invited)
    painted.clear()
    viewport.grab()
    assert painted == []


def ink(width: int) -> float:
    """How dark the invitation makes a canvas of this width."""
    canvas = QImage(width, 400, QImage.Format.Format_Grayscale8)
    canvas.fill(255)
    painter = QPainter(canvas)
    paint_invitation(painter, canvas.rect(), "#000000")
    painter.end()
    return float(np.sum(255.0 - np.frombuffer(canvas.constBits(), np.uint8)))


def test_that_every_letter_of_the_invitation_is_painted_on_a_narrow_canvas(qapp: QApplication) -> None:
    assert ink(220) == pytest.approx(ink(1000), rel=0.03)


def test_that_what_is_said_of_a_problem_moves_no_field_under_the_mouse(window: MainWindow, qtbot: QtBot) -> None:
    form, state = window.panel(TrainingPanel).form, window.findChild(QLabel, "trainingState")
    before = form.mapTo(window, QPoint(0, 0))
    window.editor.remove(["output"])
    qtbot.waitUntil(lambda: "Before" in state.text())
    qtbot.wait(20)
    assert form.mapTo(window, QPoint(0, 0)) == before
    state.setText("Epoch 3 of 100 · step 1,234 of 20,000 · 1 min 05 s left")
    qtbot.wait(20)
    assert form.mapTo(window, QPoint(0, 0)) == before


@pytest.mark.parametrize(("far", "way"), [(0.0, "start"), (9e8, "start"), (-30_000.0, "Open")])
def test_that_a_network_that_was_saved_elsewhere_opens_in_view(
    opening: Opening, qtbot: QtBot, tmp_path: Path, far: float, way: str
) -> None:
    file = json.loads(example("mnist_cnn").read_text())
    file["view"] = {"positions": {block["id"]: [far, far + 120.0 * row] for row, block in enumerate(file["blocks"])}}
    path = tmp_path / "far.network.json"
    path.write_text(json.dumps(file))
    window = opening(path if way == "start" else example("vowels_lstm"))
    if way == "Open":
        window.view.look_at(QPointF(4e3, 4e3))  # where the person was does not matter
        window.bench.opening.open_file(path)
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.arrangement.room == "small")
    qtbot.wait(50)
    seen = QRectF(window.view.viewport().rect())
    for card in window.scene.cards.values():
        assert seen.contains(QRectF(window.view.mapFromScene(card.sceneBoundingRect()).boundingRect()))


def test_that_the_invitation_of_an_empty_canvas_is_painted_whole_where_the_last_card_has_gone(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    painted: list[QRectF] = []
    draw = window.view.drawForeground

    def noting(painter: QPainter, part: QRectF) -> None:
        painted.append(part)
        draw(painter, part)

    qtbot.wait(50)
    monkeypatch.setattr(window.view, "drawForeground", noting)
    action(window, "actionSelectAll").trigger()
    action(window, "actionDelete").trigger()
    whole = window.view.mapToScene(window.view.viewport().rect()).boundingRect()
    qtbot.waitUntil(lambda: any(part.contains(whole.adjusted(2, 2, -2, -2)) for part in painted))


def test_that_the_entry_of_a_list_that_has_no_room_ends_in_an_ellipsis(qtbot: QtBot) -> None:
    box = narrow_box()
    qtbot.addWidget(box)
    box.addItem("Stochastic gradient descent with momentum")
    box.resize(120, 26)
    box.show()
    assert box.shown().endswith("…")
    assert QFontMetricsF(box.font()).horizontalAdvance(box.shown()) <= 100
    box.resize(600, 26)
    assert box.shown() == box.currentText()


def test_that_a_message_that_is_longer_than_its_line_ends_in_an_ellipsis(window: MainWindow, qtbot: QtBot) -> None:
    bar, long = window.statusBar(), "What was done took place in a network whose name is " + "very " * 60 + "long"
    assert isinstance(bar, StatusBar)
    window.bench.say("Saved")
    assert bar.shown() == "Saved"
    before = bar.height()
    window.bench.say(long)
    assert bar.shown().endswith("…")
    assert long.startswith(bar.shown()[:-1])
    totals = window.findChild(ElidedLabel, "totals")
    painted = bar.grab(QRect(totals.x() - 4, 0, 4, bar.height())).toImage()
    assert {painted.pixel(x, y) for x in range(painted.width()) for y in range(4, painted.height() - 4)} == {
        bar.grab().toImage().pixel(2, bar.height() // 2)
    }
    assert bar.height() == before
