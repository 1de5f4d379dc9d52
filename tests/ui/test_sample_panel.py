"""The sample panel: every feature as what it is, and what each Output makes of it."""

from __future__ import annotations

import html
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.core.graph.network import Network, Node
from designer.core.storage import files
from designer.core.storage.resources import example, resource
from designer.data import sources
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.film_view import FilmView
from designer.ui.panels.line_view import LineView
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.sample_views import ImageView, PointsView, TextView
from designer.ui.panels.training import TrainingPanel
from tests.helpers import block, design_of, pairs_file
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, action, looking


def opened(opening: Opening, qtbot: QtBot, path: Path, block_id: str) -> tuple[MainWindow, SamplePanel]:
    """The window with a file, and its panel once a block of it is looked into."""
    window = opening(path)
    window.scene.clearSelection()
    window.scene.select(block_id)
    panel = window.panel(SamplePanel)
    qtbot.waitUntil(lambda: bool(panel.verdict.text()), timeout=60_000)
    return window, panel


def written(folder: Path, source: str, *nodes: Node, **training: Any) -> Path:
    path = folder / "net.network.json"
    files.write(design_of(Network.of(nodes), source, **training), path)
    return path


def captions(panel: SamplePanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible() and label.toolTip()]


def is_seen_whole(panel: SamplePanel) -> bool:
    """Whether nothing has to be scrolled, down to the verdict."""
    body = panel.findChild(QScrollArea, "sampleBody")
    assert body is not None
    return body.verticalScrollBar().maximum() == 0 and panel.verdict.visibleRegion().boundingRect().size() == (
        panel.verdict.size()
    )


def colours(picture: ImageView) -> int:
    """How many there are in what is painted."""
    image = picture.grab().toImage()
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})


def test_that_two_pictures_stand_side_by_side_and_each_output_has_its_verdict(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window, panel = opened(opening, qtbot, pairs_file(tmp_path), "dense1")
    assert [type(view) for view in panel.views] == [ImageView, ImageView]
    assert captions(panel) == ["first", "second", "same", "first"]
    left, right = panel.views
    assert left.mapTo(panel, left.rect().topLeft()).y() == right.mapTo(panel, right.rect().topLeft()).y()
    assert all(colours(view) > 5 for view in panel.views)
    assert panel.verdict.text().startswith("same: ")
    assert "<br>first: " in panel.verdict.text()
    assert [len(scores.rows) for scores in panel.scores] == [2, 10]
    digit = sources.load("digit_pairs").test.columns["first_digit"][0]
    assert [name for name, _, right in panel.scores[1].rows if right] == [str(digit)]

    action(window, "actionTrain").trigger()
    qtbot.waitUntil(action(window, "actionTrain").isEnabled, timeout=120_000)
    shown = [label.text() for label in window.panel(TrainingPanel).findChildren(QLabel) if label.isVisible()]
    assert {"same: loss", "same: accuracy", "first: loss", "first: accuracy"} <= set(shown)
    window.action("actionNew").trigger()
    assert panel.number.maximum() == 999


def test_that_a_sample_is_shown_at_a_click_where_no_block_is_selected(opening: Opening, qtbot: QtBot) -> None:
    window = opening(example("vowels_lstm"))
    panel = window.panel(SamplePanel)
    assert not window.scene.current
    words = panel.findChild(QLabel, "sampleWords")
    assert words.text().startswith("A sample of the data, and what the network makes of it, is shown here once")
    qtbot.mouseClick(panel.findChild(QPushButton, "sampleShow"), LEFT)
    qtbot.waitUntil(lambda: panel.views != [], timeout=30_000)
    assert "Label" in panel.verdict.text()
    assert panel.findChild(QPushButton, "sampleShow") is None
    window.action("actionNew").trigger()
    window.editor.set_data("gun_point")
    qtbot.waitUntil(lambda: panel.findChild(QPushButton, "sampleShow") is not None)
    qtbot.mouseClick(panel.findChild(QPushButton, "sampleShow"), LEFT)
    assert panel.findChild(QLabel, "sampleWords").text().startswith("The network has no Output yet")


class Shown(QObject):
    """The names of widgets that are shown as windows of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt calls it)
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(watched.objectName())
        return False


def test_that_nothing_is_a_window_of_its_own_while_another_example_is_opened(window: MainWindow, qtbot: QtBot) -> None:
    """For a moment, too: the window would no longer be the one that keys go to."""
    shown = Shown()
    QApplication.instance().installEventFilter(shown)
    action(window, "example_vowels_gru").trigger()
    qtbot.waitUntil(lambda: bool(window.scene.current))
    QApplication.instance().removeEventFilter(shown)
    assert shown.names == []


def test_that_a_text_is_shown_by_its_words(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "movie_reviews",
        Node("input", block("input", sizes=[None], axes="tokens"), ()),
        Node("embedding1", block("embedding", num_embeddings=5000, embedding_dim=4), ("input",)),
        Node("pool1", block("global_max_pool"), ("embedding1",)),
        Node("dense1", block("dense", out_features=2), ("pool1",)),
        Node("output", block("output"), ("dense1",)),
    )
    _, panel = opened(opening, qtbot, path, "pool1")
    (view,) = panel.views
    assert isinstance(view, TextView)
    assert view.text.text().startswith("since dahmer <unknown> to standard slasher flick thrills")
    assert view.text.textFormat() == Qt.TextFormat.PlainText  # it's, not it&#x27;s
    assert panel.verdict.text().startswith("Label <b>negative</b><br>Prediction <b>")


def test_that_characters_of_a_text_stand_without_blanks_between_them(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        "next_letter",
        Node("input", block("input", sizes=[64], axes="tokens"), ()),
        Node("embedding1", block("embedding", num_embeddings=43, embedding_dim=4), ("input",)),
        Node("dense1", block("dense", out_features=42), ("embedding1",)),
        Node("output", block("output", task="sequence_to_sequence"), ("dense1",)),
    )
    _, panel = opened(opening, qtbot, path, "dense1")
    (view,) = panel.views
    assert isinstance(view, TextView)
    book = " ".join(resource("data", "alice.txt").read_text(encoding="utf-8").lower().replace("`", "'").split())
    read = view.text.text()
    assert len(read) == 64
    assert read in book
    assert f"Label <b>{html.escape(read[1:])}" in panel.verdict.text()


def test_that_the_steps_of_an_answer_stand_under_those_that_were_wanted(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        "number_reversal",
        Node("input", block("input", sizes=[None], axes="tokens"), ()),
        Node("started", block("input", sizes=[None], axes="tokens"), ()),
        Node("embedding1", block("embedding", num_embeddings=12, embedding_dim=4), ("input",)),
        Node("embedding2", block("embedding", num_embeddings=12, embedding_dim=4), ("started",)),
        Node("gru1", block("gru", hidden_size=6), ("embedding1", None)),
        Node("gru2", block("gru", hidden_size=6), ("embedding2", "gru1.state")),
        Node("dense1", block("dense", out_features=10), ("gru2.sequence",)),
        Node("output", block("output", task="sequence_to_sequence"), ("dense1",)),
    )
    window, panel = opened(opening, qtbot, path, "gru2")
    numbers, started = (view.text.text().split() for view in panel.views if isinstance(view, TextView))
    assert started == ["<start>", *numbers[:0:-1]]
    label, prediction = panel.verdict.text().split("<br>")
    assert label == f"Label <b>{' '.join(numbers[::-1])}</b>"
    wrong = prediction.count("<span style='color:")
    assert 0 < wrong <= len(numbers)
    assert prediction.endswith(" ✗")
    assert panel.scores == []
    qtbot.waitUntil(lambda: is_seen_whole(panel))
    line = panel.fontMetrics().lineSpacing()
    assert panel.verdict.mapTo(panel, QPoint(0, 0)).y() - panel.number.geometry().bottom() < 8 * line  # no gaps
    panel.number.setValue(3)
    qtbot.waitUntil(lambda: label not in panel.verdict.text(), timeout=30_000)
    assert window.panel(SamplePanel) is panel


def test_that_what_an_autoencoder_gives_back_stands_beside_its_picture(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        "mnist_5k",
        Node("input", block("input"), ()),
        Node("conv1", block("conv2d", out_channels=1, padding=1), ("input",)),
        Node("output", block("output", task="autoencoder", loss="bce"), ("conv1",)),
    )
    _, panel = opened(opening, qtbot, path, "conv1")
    assert [type(view) for view in panel.views] == [ImageView, ImageView]
    assert captions(panel) == ["original", "reconstruction"]
    qtbot.waitUntil(lambda: is_seen_whole(panel))
    original, back = panel.views
    assert isinstance(original, ImageView)
    assert isinstance(back, ImageView)
    assert original.frames != back.frames
    assert original.frames[0].size() == back.frames[0].size()
    assert panel.verdict.text().startswith("Mean error <b>0.")


def test_that_a_forecast_is_drawn_over_what_came(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "mackey_glass",
        Node("input", block("input", sizes=[128, 1]), ()),
        Node("dense1", block("dense", out_features=1), ("input",)),
        Node("output", block("output", task="sequence_to_sequence", loss="mse"), ("dense1",)),
    )
    _, panel = opened(opening, qtbot, path, "dense1")
    series, forecast = panel.views
    assert isinstance(series, LineView)
    assert isinstance(forecast, LineView)
    assert [len(view.getPlotItem().listDataItems()) for view in (series, forecast)] == [1, 2]
    wanted, predicted = (item.yData for item in forecast.getPlotItem().listDataItems())
    test = sources.load("mackey_glass").test
    np.testing.assert_array_equal(wanted, test.columns["next"][0, :, 0])
    mean = float(np.abs(wanted - predicted).mean())
    assert panel.verdict.text() == f"Mean error <b>{mean:.4g}</b>"
    qtbot.waitUntil(lambda: is_seen_whole(panel))


def test_that_a_picture_of_any_numbers_has_its_shades_as_a_spectrogram_in_decibels_has(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)

    def shades() -> list[int]:
        return [QColor(view.frames[0].pixel(x, 0)).red() for x in range(3)]

    loudness = np.array([[[[-3.0, 0.0, 2.0]]]], dtype=np.float32)
    view.show_images(loudness)
    assert shades() == [0, 153, 255]
    view.show_images(np.array([[[[0.0, 0.2, 0.4]]]], dtype=np.float32))  # from 0 to 1: as dark as it is
    assert shades() == [0, 51, 102]
    view.show_images(loudness, like=np.array([[[0.0, 1.0]]], dtype=np.float32))  # beside its original
    assert shades() == [0, 0, 255]


def film_file(folder: Path) -> Path:
    return written(
        folder,
        "moving_digits",
        Node("input", block("input", sizes=[8, 1, 20, 20], axes="image_sequence"), ()),
        Node("volume", block("frames_to_volume"), ("input",)),
        Node("conv1", block("conv3d", out_channels=2, padding=(1, 0, 0)), ("volume",)),
        Node("pool1", block("max_pool3d", kernel_size=(2, 1, 1)), ("conv1",)),
        Node("flatten", block("flatten"), ("pool1",)),
        Node("dense1", block("dense", out_features=8), ("flatten",)),
        Node("output", block("output"), ("dense1",)),
    )


def test_that_a_film_is_seen_frame_by_frame_in_the_sample_and_in_its_maps(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    """The frame that is clicked is large, and the maps are those of that moment, wherever a pooling has left fewer."""
    window, panel = opened(opening, qtbot, film_file(tmp_path), "pool1")
    (film,) = panel.views
    assert isinstance(film, FilmView)
    pictures, maps = film.pictures, looking(window).panels["maps"]
    assert isinstance(maps, FeatureMapsPanel)
    qtbot.waitUntil(lambda: maps.shown is not None and maps.shown.axes == ("C", "D", "H", "W"))
    assert (len(pictures.frames), pictures.current, len(maps.grid.places())) == (8, 0, 2)
    large, small = pictures.places()
    assert large.width() > small[5].width()
    qtbot.mouseClick(pictures, LEFT, pos=small[5].center().toPoint())
    assert pictures.current == 5
    shown = pictures.grab().toImage().pixel(large.center().toPoint())
    assert QColor(shown).value() == pytest.approx(QColor(pictures.frames[5].pixel(10, 10)).value(), abs=1)
    assert [label.text() for label in maps.findChildren(QLabel) if " of " in label.text()] == ["3 of 4"]
    assert maps.grid.text_at(maps.grid.places()[1].center()).startswith("map 1, slice 2, row 9")

    everything = maps.findChild(QCheckBox, "mapsAllFrames")
    assert everything is not None
    everything.click()
    assert len(maps.grid.places()) == 2 * 4
    slider = panel.findChild(QSlider, "sampleFrame")
    assert slider is not None
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert pictures.current == 0
    window.scene.clearSelection()
    window.scene.select("dense1")
    qtbot.waitUntil(lambda: maps.shown is None)


def test_that_a_film_plays_round_and_round_until_it_is_paused_or_put_away(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window, panel = opened(opening, qtbot, film_file(tmp_path), "dense1")
    (film,) = panel.views
    assert isinstance(film, FilmView)
    play = panel.findChild(QToolButton, "samplePlay")
    assert play is not None
    slider = panel.findChild(QSlider, "sampleFrame")
    assert slider is not None
    slider.setValue(6)
    play.click()
    assert play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: film.pictures.current == 1, timeout=20_000)
    play.click()
    assert not film.row.clock.playing
    play.click()
    window.docks["Sample"].hide()
    qtbot.waitUntil(lambda: not film.row.clock.playing, timeout=20_000)


def seen_colours(view: ImageView) -> set[str]:
    """The colours that twenty pixels and more have."""
    image = view.grab().toImage()
    found = Counter(image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height()))
    return {name for name, count in found.items() if count >= 20}


def test_that_a_box_and_the_one_that_was_found_are_drawn_over_the_picture_with_their_overlap(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        "digit_boxes",
        Node("input", block("input", sizes=[1, 40, 40]), ()),
        Node("flatten", block("flatten"), ("input",)),
        Node("dense1", block("dense", out_features=10), ("flatten",)),
        Node("digit", block("output", target="digit"), ("dense1",)),
        Node("dense2", block("dense", out_features=4, activation="sigmoid"), ("flatten",)),
        Node("box", block("output", target="box", task="regression"), ("dense2",)),
    )
    window, panel = opened(opening, qtbot, path, "dense2")
    (view,) = panel.views
    assert isinstance(view, ImageView)
    wanted, found = (box.place.astype(float) for box in view.boxes)
    np.testing.assert_array_equal(wanted, sources.load("digit_boxes").test.columns["box"][0])
    low = np.maximum(wanted[:2] - wanted[2:] / 2, found[:2] - found[2:] / 2)
    both = (np.minimum(wanted[:2] + wanted[2:] / 2, found[:2] + found[2:] / 2) - low).clip(0).prod()
    share = both / (wanted[2:].prod() + found[2:].prod() - both)
    assert f"<br>box: IoU <b>{share:.2f}</b>, <span" in panel.verdict.text()
    for other in ("Dark", "Light"):
        colours = window.theme.colours
        assert {colours.good, colours.accent} <= seen_colours(view)
        assert f"<span style='color:{colours.good}'>━ label</span>" in panel.verdict.text()
        assert f"<span style='color:{colours.accent}'>┅ prediction</span>" in panel.verdict.text()
        action(window, f"actionColours{other}").trigger()


def test_that_a_set_of_points_is_drawn_as_points(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "point_shapes",
        Node("points", block("input", sizes=[None, 2]), ()),
        Node("dense1", block("dense", out_features=6), ("points",)),
        Node("pool1", block("global_max_pool"), ("dense1",)),
        Node("output", block("output"), ("pool1",)),
    )
    _, panel = opened(opening, qtbot, path, "dense1")
    (view,) = panel.views
    assert isinstance(view, PointsView)
    points = sources.load("point_shapes").test.sample("points", 0)
    np.testing.assert_array_equal(view.points, points)
    places = np.array([[place.x(), -place.y()] for place in view.places()])
    assert len(places) == len(points)
    scale = np.ptp(places, axis=0) / np.ptp(points, axis=0)
    assert scale[0] == pytest.approx(scale[1], rel=1e-4)
    np.testing.assert_allclose(places - places[0], (points - points[0]) * scale, atol=1e-3)
    assert places.min() >= -view.height()
    assert panel.verdict.text().startswith("Label <b>")


@pytest.mark.parametrize("source", ["movie_reviews", "digit_pairs", "mackey_glass"])
def test_that_other_data_clear_the_way_for_their_own_sample(window: MainWindow, qtbot: QtBot, source: str) -> None:
    panel = window.panel(SamplePanel)
    qtbot.waitUntil(lambda: bool(panel.verdict.text()), timeout=60_000)
    window.editor.set_data(source)
    assert panel.number.maximum() == sources.sources()[source].test_samples - 1
    window.editor.stack.undo()
    panel.number.setValue(5)
    digit = sources.load("mnist_5k").test.columns["digit"][5]
    qtbot.waitUntil(lambda: f"Label <b>{digit}</b>" in panel.verdict.text(), timeout=30_000)
