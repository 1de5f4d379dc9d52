"""Carrying states over in the window: where it can be chosen, what is told where it cannot, and what a sample lacks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.panels.hidden_states import HiddenStatesPanel
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.training import TrainingPanel
from designer.ui.panels.training_form import TrainingForm
from tests.ui.conftest import Opening
from tests.ui.driving import action
from tests.ui.test_problems import panel as problems_panel
from tests.ui.test_problems import press
from tests.ui.test_training_panel import choose

pytestmark = pytest.mark.kept_window
FOLD = "Recurrent states"


def form_of(window: MainWindow, example: str, qtbot: QtBot) -> TrainingForm:
    """The form for an example, with its fold of states open."""
    action(window, f"example_{example}").trigger()
    form = window.panel(TrainingPanel).form
    qtbot.waitUntil(lambda: form.folds[FOLD].isVisible())
    if not form.folds[FOLD].button.isChecked():
        qtbot.mouseClick(form.folds[FOLD].button, Qt.MouseButton.LeftButton)
    return form


def tick(form: TrainingForm, qtbot: QtBot) -> None:
    qtbot.keyClick(form.fields["carry_states"].findChild(QCheckBox), Qt.Key.Key_Space)


def test_that_states_are_carried_by_choice_where_there_are_some(window: MainWindow, qtbot: QtBot) -> None:
    form = window.panel(TrainingPanel).form
    assert not form.folds[FOLD].isVisible(), "a network of convolutions has no states"
    form = form_of(window, "alice_next_letter", qtbot)
    assert not form.fields["reset_states"].isVisible()
    tick(form, qtbot)
    assert window.editor.design.training.carry_states
    assert form.fields["reset_states"].isVisible()
    assert not window.editor.problems()
    choose(qtbot, form.fields["reset_states"].findChild(QComboBox), "never")
    qtbot.mouseClick(form.folds[FOLD].button, Qt.MouseButton.LeftButton)
    assert form.folds[FOLD].button.accessibleName() == f"{FOLD}: carry states, reset states never"


def test_that_data_that_do_not_go_on_are_told_before_training_and_a_click_mends_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    form = form_of(window, "vowels_gru", qtbot)
    tick(form, qtbot)
    (problem,) = window.editor.problems()
    assert str(problem).startswith("States cannot be carried over from batch to batch: the samples of the data")
    (row,) = problems_panel(window, qtbot).rows
    press(row, "Turn carry_states off")
    assert not window.editor.design.training.carry_states
    assert not window.editor.problems()


def test_that_a_block_that_reads_a_sequence_turned_around_is_told_and_a_click_mends_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    form = form_of(window, "alice_next_letter", qtbot)
    tick(form, qtbot)
    assert not window.editor.problems()
    window.editor.append("reverse", "embedding")
    (problem,) = window.editor.problems()
    assert problem.block == "lstm"
    (row,) = problems_panel(window, qtbot).rows
    press(row, "Turn carry_states off")
    assert not window.editor.design.training.carry_states
    assert not window.editor.problems()


def test_that_a_sample_that_is_looked_at_says_that_its_states_begin_with_zeros(opening: Opening, qtbot: QtBot) -> None:
    window = opening()
    form = form_of(window, "alice_next_letter", qtbot)
    states, whose = window.panel(HiddenStatesPanel), window.panel(SamplePanel).whose
    qtbot.waitUntil(lambda: window.scene.current == "embedding" and "untrained" in whose.text(), timeout=30_000)

    def caption_of(block: str) -> str:
        window.scene.select(block)
        qtbot.waitUntil(lambda: states.shown is not None and states.shown.block == block, timeout=30_000)
        return states.findChild(QLabel, "insideCaption").text()

    assert caption_of("lstm").endswith("untrained weights")
    tick(form, qtbot)
    assert whose.text() == "untrained weights, states begin with zeros"
    assert caption_of("lstm").endswith("untrained weights, states begin with zeros")
    assert caption_of("embedding").endswith("untrained weights")
    assert caption_of("dropout").endswith("untrained weights, states begin with zeros")
