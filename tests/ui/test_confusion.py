"""Confusion: which class is taken for which, of the epoch that is looked at, counted while somebody looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.protocol.events import ClassesCounted
from designer.engine.protocol.requests import CountClasses, Request
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.confusion import ConfusionPanel
from designer.ui.panels.confusion_view import ConfusionView, ink_on
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.time_slider import TimeSlider
from designer.ui.style.theme import Theme
from tests.engine.service.test_class_counts import by_hand
from tests.ui.conftest import Opening
from tests.ui.test_kept_runs import vowels
from tests.ui.test_training_panel import wait_for_state


@pytest.fixture
def trained(opening: Opening, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """A window whose network was trained for three epochs, while nobody looked at its classes."""
    path = tmp_path / "vowels.network.json"
    files.write(vowels(3), path)
    window = opening(path)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    wait_for_state(window, qtbot, "On the test samples")
    return window


def panel_of(window: MainWindow) -> ConfusionPanel:
    return window.panel(ConfusionPanel)


def look(window: MainWindow, qtbot: QtBot) -> ClassesCounted:
    """Brings the panel to the front and waits for the whole of it."""
    window.docks["Confusion"].raise_()
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.done == panel.shown.of, timeout=30_000)
    assert panel.shown is not None
    return panel.shown


def shows(window: MainWindow, counts: np.ndarray) -> bool:
    shown = panel_of(window).shown
    return shown is not None and (np.array(shown.counts) == counts).all()


def test_that_the_classes_are_those_of_the_epoch_at_the_slider(
    trained: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []
    submit = trained.bridge._worker.submit
    monkeypatch.setattr(trained.bridge._worker, "submit", lambda request: (asked.append(request), submit(request)))
    slider = trained.panel(CurvesPanel).findChild(TimeSlider)
    run = trained.bench.kept_runs.last
    assert run is not None
    slider.slider.setValue(2)
    with qtbot.waitSignal(trained.bridge.weights_taken, timeout=30_000):
        pass
    assert not [request for request in asked if isinstance(request, CountClasses)]  # nobody looks
    now = look(trained, qtbot)
    seen = []
    for epoch in (1, 3, 2):
        slider.slider.setValue(epoch)
        wanted = by_hand(trained.editor.design, run.folder, epoch)
        qtbot.waitUntil(
            lambda wanted=wanted: (np.array(panel_of(trained).shown.counts) == wanted).all(), timeout=30_000
        )
        shown = panel_of(trained).shown
        seen.append(shown.step)
        right = 100 * np.trace(wanted) / wanted.sum()
        assert panel_of(trained).caption.text() == (
            f"54 validation samples · {right:.1f}\N{NO-BREAK SPACE}% right · trained weights, step {shown.step}"
        )
    assert seen == [7, 21, 14]
    assert now.step == 14
    slider.slider.setValue(slider.slider.maximum())
    qtbot.waitUntil(lambda: panel_of(trained).shown.step == 21, timeout=30_000)


def test_that_a_cell_says_what_was_taken_for_what(trained: MainWindow, qtbot: QtBot) -> None:
    shown = look(trained, qtbot)
    view = panel_of(trained).view
    many = len(shown.classes)
    cells = view.cells()
    for row, column in ((0, 0), (2, 7), (many - 1, 0)):
        at = QPointF(
            cells.left() + (column + 0.5) * cells.width() / many, cells.top() + (row + 0.5) * cells.height() / many
        )
        assert view.cell_at(at) == (row, column)
        point = at.toPoint()
        QApplication.sendEvent(view, QHelpEvent(QHelpEvent.Type.ToolTip, point, view.mapToGlobal(point)))
        count, of = shown.counts[row][column], sum(shown.counts[row])
        told = f"{count} of {of} ({100 * count / of:.1f}\N{NO-BREAK SPACE}%)"
        name = shown.classes[row]
        assert view.words_of(row, column) == (
            f"{name} recognised: {told}" if row == column else f"{name} taken for {shown.classes[column]}: {told}"
        )
    assert view.cell_at(QPointF(1, 1)) is None
    QToolTip.hideText()


def test_that_the_last_count_stays_until_an_epoch_has_ended_and_another_one_follows_each(
    trained: MainWindow, qtbot: QtBot
) -> None:
    before = look(trained, qtbot)
    trained.editor.set_training("epochs", 400)
    shown: list[ClassesCounted | None] = []
    captions: list[str] = []
    trained.bridge.classes_counted.connect(lambda event: shown.append(panel_of(trained).shown))
    trained.bridge.classes_counted.connect(lambda event: captions.append(panel_of(trained).caption.text()))
    trained.bench.kept_runs.begin()
    qtbot.waitUntil(lambda: len({item.epoch for item in shown if item and item.epoch}) > 2, timeout=60_000)
    assert before.epoch == 0
    assert all(item and item.step == 7 * item.epoch for item in shown if item and item.epoch)
    told = [f" right · after epoch {item.epoch}, step {item.step}" for item in shown if item and item.epoch]
    assert all(any(caption.endswith(words) for caption in captions) for words in told)
    qtbot.mouseClick(trained.findChild(QPushButton, "pauseButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel_of(trained).shown.is_within, timeout=30_000)
    paused = panel_of(trained).shown
    assert f" right · within epoch {paused.epoch}, step {paused.step}" in panel_of(trained).caption.text()
    qtbot.mouseClick(trained.findChild(QPushButton, "stopButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not trained.bridge.training, timeout=60_000)
    qtbot.waitUntil(lambda: not panel_of(trained).shown.epoch, timeout=30_000)
    assert panel_of(trained).shown.step == paused.step
    trained.editor.remove(["dense"])
    qtbot.waitUntil(lambda: panel_of(trained).shown is None, timeout=30_000)
    trained.editor.stack.undo()
    qtbot.waitUntil(lambda: panel_of(trained).shown is not None, timeout=30_000)


def test_that_at_a_pause_in_the_first_epoch_the_classes_are_there_at_once(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "vowels.network.json"
    design = vowels(3)
    files.write(replace(design, training=design.training.model_copy(update={"batch_size": 1})), path)
    window = opening(path)
    window.docks["Confusion"].raise_()
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.shown is not None, timeout=30_000)  # of the weights that nothing has learned
    with qtbot.waitSignal(window.bridge.batches_ended, timeout=60_000):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.mouseClick(window.findChild(QPushButton, "pauseButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.is_within, timeout=30_000)
    assert panel.shown is not None
    assert panel.shown.epoch == 1
    assert " right · within epoch 1, step " in panel.caption.text()
    qtbot.mouseClick(window.findChild(QPushButton, "stopButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)


def test_that_numbers_are_no_classes_and_that_is_said(opening: Opening, qtbot: QtBot) -> None:
    window = opening(example("mackey_glass_wavenet"))
    window.docks["Confusion"].raise_()
    said = panel_of(window)._message
    qtbot.waitUntil(lambda: said.text() == "No Output of this network names classes.", timeout=30_000)
    assert not said.visibleRegion().isEmpty()


def test_that_of_several_outputs_one_is_chosen_and_of_steps_it_is_told_how_many(opening: Opening, qtbot: QtBot) -> None:
    window = opening(example("pairs_siamese"))
    look(window, qtbot)
    panel = panel_of(window)
    assert [panel.outputs.itemText(place) for place in range(panel.outputs.count())] == [
        "same",
        "first_digit",
        "second_digit",
    ]
    assert panel.outputs.isVisible()
    panel.outputs.setFocus()
    qtbot.keyClick(panel.outputs, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.output == "first_digit", timeout=30_000)
    assert len(panel.shown.classes) == 10
    steps = ClassesCounted("output", ("output",), ("a", "b"), ((9000, 1000), (2000, 8000)), "validation", 40, 40)
    window.bridge.classes_counted.emit(steps)
    assert panel.caption.text() == (
        "20,000 steps of 40 validation samples · 85.0\N{NO-BREAK SPACE}% right · untrained weights"
    )
    assert panel.outputs.isHidden()
    near = ClassesCounted("output", ("output",), ("a", "b"), ((3, 1), (0, 4)), "test", 40, 40, by_neighbours=True)
    window.bridge.classes_counted.emit(near)
    assert panel.caption.text() == (
        "8 of 40 test samples · 87.5\N{NO-BREAK SPACE}% right by the nearest neighbour · untrained weights"
    )


@pytest.mark.parametrize("size", [(160, 100), (460, 190), (1400, 700)])
@pytest.mark.parametrize("many", [2, 10, 60, 300])
def test_that_any_number_of_classes_is_drawn_in_any_room(
    theme: Theme, qtbot: QtBot, size: tuple[int, int], many: int
) -> None:
    view = ConfusionView(theme)
    qtbot.addWidget(view)
    view.resize(*size)
    counts = np.eye(many, dtype=int) * 9
    counts[0, 1] = 3
    view.show_counts(tuple(f"class {place}" for place in range(many)), counts.tolist())
    assert view.accessibleDescription() == "class 0 taken for class 1: 3 of 12 (25.0\N{NO-BREAK SPACE}%)"
    image, cells = view.grab().toImage(), view.cells()
    assert view.rect().toRectF().contains(cells)

    def pixel(row: int, column: int) -> str:
        place = QPoint(
            int(cells.left() + (column + 0.12) * cells.width() / many),
            int(cells.top() + (row + 0.5) * cells.height() / many),
        )
        return image.pixelColor(place).name()

    if cells.height() / many > 3:
        assert len({pixel(0, 0), pixel(0, 1), pixel(1, 0)}) == 3


def test_that_the_axes_are_named_at_their_middles(theme: Theme, qtbot: QtBot) -> None:
    view = ConfusionView(theme)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show_counts(tuple("abcd"), (np.eye(4, dtype=int) * 9).tolist())
    image, cells, line = view.grab().toImage(), view.cells(), view.fontMetrics().height()

    def written(room: QRect) -> QRect:
        """What of a room is not ground."""
        ground = image.pixelColor(0, 0)
        places = [
            QPoint(x, y)
            for x in range(room.left(), room.right())
            for y in range(room.top(), room.bottom())
            if image.pixelColor(x, y) != ground
        ]
        xs, ys = [place.x() for place in places], [place.y() for place in places]
        return QRect(QPoint(min(xs), min(ys)), QPoint(max(xs), max(ys)))

    across = written(QRect(0, 0, view.width(), line))
    assert abs(across.center().x() - cells.center().x()) < 4
    side = written(QRect(0, 0, line, view.height()))
    assert abs(side.center().y() - cells.center().y()) < 4
    assert side.height() > side.width()


@pytest.mark.parametrize(("ground", "ink"), [("#dd6e20", "#000000"), ("#2d8bc4", "#000000"), ("#0072b2", "#ffffff")])
def test_that_counts_are_written_in_what_is_read_best_on_their_cell(ground: str, ink: str) -> None:
    assert ink_on(QColor(ground)) == ink
