"""Finding a learning rate in the window: by mouse and by keys, while it is going, and where there is none."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.rate_finder import RateFinder
from designer.ui.panels.training import TrainingPanel
from tests.helpers import chain, dense, design_of, input_of, output_for
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, NONE, action
from tests.ui.test_accessibility import nameless
from tests.ui.test_training_panel import setting, wait_for_state


class Finder:
    """A window with a small network, and the finder that its button has opened."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.press_find()
        found = window.findChild(RateFinder)
        assert found is not None
        self.dialog: RateFinder = found
        qtbot.waitUntil(self.dialog.isVisible)

    def press_find(self) -> None:
        button = self.window.panel(TrainingPanel).findChild(QPushButton, "findRateButton")
        self.qtbot.mouseClick(button, LEFT)

    @property
    def rate(self) -> float:
        return self.window.editor.design.training.learning_rate

    @property
    def words(self) -> str:
        return self.dialog.findChild(QLabel, "rateFinderState").text()

    def wait_for(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: words in self.words, timeout=60_000)

    def place(self, rate: float) -> QPoint:
        """Where a rate is on the curve."""
        plot = self.dialog.plot
        loss = plot.loss_at(math.log10(rate))
        assert loss is not None
        pixel = plot.frame.pixel(math.log10(rate), loss).toPoint()
        room = plot.frame.room.toRect()
        return QPoint(pixel.x(), min(max(pixel.y(), room.top() + 2), room.bottom() - 2))

    def point_at(self, place: QPoint) -> None:
        """The mouse moves there: sent to the plot, as without a screen a window has the mouse that lies behind."""
        target, none = self.dialog.plot.viewport(), Qt.MouseButton.NoButton
        there = QPointF(target.mapToGlobal(place))
        QApplication.sendEvent(target, QMouseEvent(QEvent.Type.MouseMove, QPointF(place), there, none, none, NONE))

    def click(self, button: QPushButton) -> None:
        self.qtbot.mouseClick(button, LEFT)


@pytest.fixture
def finder(opening: Opening, qtbot: QtBot) -> Finder:
    return Finder(opening(example("flat_prices_table")), qtbot)


def test_that_a_click_on_the_curve_takes_a_rate_by_one_edit_and_the_button_the_one_that_is_suggested(
    finder: Finder,
) -> None:
    finder.wait_for("The loss is least at")
    window, dialog, plot = finder.window, finder.dialog, finder.dialog.plot
    before, edit_count = finder.rate, window.editor.stack.count()
    suggested = next(mark.rate for mark in plot.marks if mark.is_strong)
    assert dialog.use.text() == f"Use {suggested:g}"
    assert dialog.use.isDefault()
    assert 3e-3 < suggested < 3e-2
    place = finder.place(1e-3)
    finder.point_at(place)
    read = float(plot.words_of_cursor().split()[1])
    assert read == pytest.approx(1e-3, rel=0.05)
    assert plot.accessibleDescription() == plot.words_of_cursor()
    finder.qtbot.mouseClick(plot.viewport(), LEFT, pos=place)
    assert finder.rate == read
    assert setting(window, "learning_rate").text() == f"{finder.rate:g}"
    assert [mark.text for mark in plot.marks] == [f"{suggested:g} suggested", f"{finder.rate:g} set"]
    assert window.editor.stack.count() == edit_count + 1
    action(window, "actionUndo").trigger()
    assert finder.rate == before
    assert plot.marks[-1].rate == before
    finder.click(dialog.use)
    assert finder.rate == suggested
    assert not dialog.isVisible()
    assert window.editor.stack.count() == edit_count + 1
    finder.press_find()
    assert [mark.text for mark in plot.marks] == [f"{suggested:g} set, as suggested"]
    assert "The loss is least at" in finder.words  # what was found for this design is still there
    assert nameless(dialog) == []


def test_that_keys_read_the_curve_and_take_a_rate_and_escape_closes(finder: Finder) -> None:
    finder.wait_for("The loss is least at")
    plot, dialog = finder.dialog.plot, finder.dialog
    plot.setFocus()
    finder.qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert "not tried" in plot.words_of_cursor()  # the axis begins a little below the lowest rate
    before = finder.rate
    finder.qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert finder.rate == before
    for _ in range(40):
        finder.qtbot.keyClick(plot, Qt.Key.Key_Right)
    told = plot.words_of_cursor()
    finder.qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert told.startswith(f"rate {finder.rate:g} · loss ")
    assert 1e-4 < finder.rate < 1e-2
    assert dialog.isVisible()
    finder.qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_an_edit_makes_what_was_found_old_and_it_is_tried_again(finder: Finder) -> None:
    finder.wait_for("The loss is least at")
    editor = finder.window.editor
    editor.set_training("epochs", 7)
    assert "have changed" not in finder.words
    editor.set_training("batch_size", 16)
    finder.wait_for("The network or its settings have changed since then.")
    finder.dialog.close()
    finder.press_find()
    assert finder.words == "Getting ready…"
    finder.wait_for("The loss is least at")
    assert "have changed" not in finder.words
    for _ in range(2):
        action(finder.window, "actionUndo").trigger()
    finder.window.bench.opening.open_example(example("dna_motif_detector"))
    finder.qtbot.waitUntil(lambda: not finder.dialog.isVisible())
    assert finder.words == "Nothing has been tried yet."


def large() -> Design:
    """One whose steps take long enough for somebody to press a button."""
    network = chain(input_of(1, 28, 28), "flatten", dense(3000, activation="relu"), dense(10, "dense2"), output_for())
    return design_of(network, batch_size=512, epochs=1)


def test_that_it_can_be_cancelled_and_that_a_training_ends_it(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "large.network.json"
    files.write(large(), path)
    finder = Finder(opening(path), qtbot)
    dialog = finder.dialog
    finder.wait_for("Trying ")
    assert (dialog.again.text(), dialog.use.isEnabled()) == ("Cancel", False)
    finder.click(dialog.again)
    finder.wait_for("It was ended before it was done.")
    assert dialog.again.text() == "Try Again"
    finder.click(dialog.again)
    finder.wait_for("Trying ")
    action(finder.window, "actionTrain").trigger()
    finder.wait_for("It was ended, as a training began.")
    assert not dialog.again.isEnabled()
    assert not action(finder.window, "actionFindRate").isEnabled()
    wait_for_state(finder.window, qtbot, "On the test samples")
    assert dialog.again.isEnabled()


def test_that_a_network_with_a_problem_cannot_be_tried(finder: Finder) -> None:
    window, button = finder.window, finder.window.findChild(QPushButton, "findRateButton")
    finder.wait_for("The loss is least at")
    finder.dialog.close()
    assert action(window, "actionFindRate").isEnabled()
    window.scene.select(next(iter(window.editor.design.network.nodes)))
    action(window, "actionDelete").trigger()
    assert not action(window, "actionFindRate").isEnabled()
    assert not button.isEnabled()


def test_that_it_says_with_which_weights_it_begins_and_they_are_those_of_train(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "prices.network.json"
    design = files.read(example("flat_prices_table"))
    files.write(replace(design, training=design.training.model_copy(update={"epochs": 2})), path)
    window = opening(path)
    finder = Finder(window, qtbot)
    about = finder.dialog.findChild(QLabel, "rateFinderAbout")
    assert "with the weights that Train would begin with" in about.text()
    qtbot.waitUntil(lambda: not finder.dialog._finding.busy, timeout=60_000)
    assert "with new weights, as Train would begin with" in about.text()
    finder.dialog.close()
    action(window, "actionTrain").trigger()
    wait_for_state(window, qtbot, "On the test samples")
    run = window.bench.kept_runs.last
    assert run is not None
    finder.press_find()
    assert "with new weights" in about.text()
    assert not finder.dialog._finding.busy  # it is asked what Train means, and so nothing is known to be other
    finder.dialog.close()
    action(window, "actionAgainGoOn").trigger()
    finder.press_find()
    qtbot.waitUntil(lambda: not finder.dialog._finding.busy, timeout=60_000)
    learned = f"what the network has learned in {run.steps} steps, as Train would go on with it"
    assert learned in about.text()
    finder.dialog.close()
    finder.press_find()
    assert learned in about.text()
    finder.dialog.close()
    action(window, "actionAgainAsk").trigger()
