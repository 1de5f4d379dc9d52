"""Training from the window: its settings, its ends, and what a run leaves behind."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from designer.core.graph.training_settings import STATES, VALIDATION
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Failed, Finished, Started
from designer.engine.protocol.figures import figure_name
from designer.engine.protocol.requests import Train
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.hidden_states import HiddenStatesPanel
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.rate_curve import RateCurve
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.training import TrainingPanel
from tests.ui.conftest import Opening, engine_threads
from tests.ui.driving import CTRL, SHIFT, Answers, Buttons, action, shown_texts


def state_text(window: MainWindow) -> str:
    return window.findChild(QLabel, "trainingState").text()


def wait_for_state(window: MainWindow, qtbot: QtBot, text: str) -> None:
    qtbot.waitUntil(lambda: text in state_text(window), timeout=60_000)


def setting(window: MainWindow, name: str) -> QSpinBox | QLineEdit | QComboBox:
    field = window.panel(TrainingPanel).form.fields[name]
    return next(child for kind in (QSpinBox, QComboBox, QLineEdit) for child in field.findChildren(kind))


def enter(qtbot: QtBot, editor: QSpinBox | QLineEdit, text: str) -> None:
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def choose(qtbot: QtBot, box: QComboBox, value: str) -> None:
    """Goes through a list by keys until the value is there."""
    qtbot.keyClick(box, Qt.Key.Key_Home)
    while box.currentData() != value:
        before = box.currentIndex()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert box.currentIndex() != before


def vowels(window: MainWindow, qtbot: QtBot, epochs: int) -> None:
    action(window, "example_vowels_lstm").trigger()
    qtbot.waitUntil(lambda: window.scene.current == "lstm1")
    enter(qtbot, setting(window, "epochs"), str(epochs))
    assert window.editor.design.training.epochs == epochs


def run_of(window: MainWindow, qtbot: QtBot) -> tuple[np.ndarray, list[tuple[int, float]]]:
    """The curve of a whole run."""
    action(window, "actionTrain").trigger()
    assert not action(window, "actionTrain").isEnabled()
    qtbot.waitUntil(action(window, "actionTrain").isEnabled, timeout=60_000)
    assert "On the test samples" in state_text(window)
    return window.panel(CurvesPanel).loss.series.means, list(window.panel(CurvesPanel).loss.validation)


def test_that_the_same_seed_gives_the_same_curve_and_another_seed_another(window: MainWindow, qtbot: QtBot) -> None:
    vowels(window, qtbot, epochs=2)
    means, validation = run_of(window, qtbot)
    assert len(means) > 5
    assert len(validation) == 2
    again, validation_again = run_of(window, qtbot)
    np.testing.assert_array_equal(again, means)
    assert validation_again == validation
    enter(qtbot, setting(window, "seed"), "7")
    other, _ = run_of(window, qtbot)
    assert not np.allclose(other, means)


def test_that_the_curves_agree_with_the_steps_of_the_run(window: MainWindow, qtbot: QtBot) -> None:
    vowels(window, qtbot, epochs=3)
    run_of(window, qtbot)
    curves, bar = window.panel(CurvesPanel), window.findChild(QProgressBar, "trainingProgress")
    assert curves.loss.series.count == curves.accuracy.series.count == bar.maximum() == bar.value()
    assert [step for step, _ in curves.loss.validation] == [bar.maximum() // 3 * epoch for epoch in (1, 2, 3)]
    assert all(0.0 <= share <= 1.0 for _, share in curves.accuracy.validation)


def test_that_numbers_are_told_by_how_far_they_are_off(window: MainWindow) -> None:
    metrics = {"train_loss": 0.02, "test_loss": 0.0171, "test_mae": 1_254_812.4}
    window.bridge.finished.emit(Finished("completed", 3, 30, metrics, 1.0))
    assert state_text(window).endswith(" On the test samples: loss 0.0171, off by 1,254,812 on average.")
    window.bridge.finished.emit(Finished("completed", 3, 30, metrics | {"test_mae": 0.25}, 1.0))
    assert state_text(window).endswith(" On the test samples: loss 0.0171, off by 0.25 on average.")


def test_that_both_curves_have_half_of_the_room_after_one_had_all_of_it(window: MainWindow, qtbot: QtBot) -> None:
    curves = window.panel(CurvesPanel)
    few = np.ones(3, dtype=np.float32)
    window.bridge._set_training(True)
    window.bridge.started.emit(Started("cpu", 10, 90, 10, 1, 6, 0, run="one"))
    window.bridge.batches_ended.emit(BatchesEnded(3, 1, {"loss": few}, 1.0))
    qtbot.waitUntil(lambda: curves.loss.height() == curves.plots.height() and not curves.accuracy.isVisible())
    window.bridge.started.emit(Started("cpu", 10, 90, 10, 1, 6, 0, run="two"))
    window.bridge.batches_ended.emit(BatchesEnded(3, 1, {"loss": few, "accuracy": few}, 1.0))
    qtbot.waitUntil(lambda: curves.accuracy.isVisible())
    qtbot.waitUntil(lambda: abs(curves.loss.height() - curves.accuracy.height()) <= 1)
    assert curves.accuracy.mapTo(curves, curves.accuracy.rect().bottomRight()).y() < curves.height()
    window.bridge._set_training(False)


@pytest.mark.parametrize("held", [0, 10])
def test_that_the_legend_tells_of_validation_where_there_is_any(window: MainWindow, held: int) -> None:
    window.bridge.started.emit(Started("cpu", 10, 90, held, 1, 6, 0))
    assert any("validation" in text for text in shown_texts(window.panel(CurvesPanel), QLabel)) == bool(held)


def test_that_a_loss_that_is_not_finite_ends_the_run_with_a_message_and_training_works_again(
    window: MainWindow, answers: Answers, qtbot: QtBot
) -> None:
    answers.then = Buttons.Discard
    choose(qtbot, setting(window, "optimizer"), "sgd")
    enter(qtbot, setting(window, "learning_rate"), "100")
    assert (window.editor.design.training.optimizer, window.editor.design.training.learning_rate) == ("sgd", 100.0)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    wait_for_state(window, qtbot, "Training ended")
    assert "loss" in state_text(window)
    assert "learning rate" in state_text(window)
    assert "Training ended" in window.statusBar().currentMessage()
    assert action(window, "actionTrain").isEnabled()
    assert not action(window, "actionStop").isEnabled()

    vowels(window, qtbot, epochs=1)
    means, _ = run_of(window, qtbot)
    assert np.isfinite(means).all()


def places(window: MainWindow) -> dict[str, QPoint]:
    """Where the fields and buttons of the panel are on the screen."""
    panel = window.panel(TrainingPanel)
    parts = [
        *panel.form.fields.values(),
        panel.source,
        *(fold.button for fold in panel.form.folds.values()),
        *panel.findChildren(QPushButton),
    ]
    return {part.objectName(): part.mapToGlobal(QPoint()) for part in parts if part.isVisible()}


def settled(window: MainWindow, qtbot: QtBot) -> dict[str, QPoint]:
    """The places, once the panel has been laid out."""
    found: list[dict[str, QPoint]] = [{}]

    def stays() -> bool:
        qtbot.wait(150)
        found.append(places(window))
        return found[-1] == found[-2] and len(found[-1]) > 8

    qtbot.waitUntil(stays, timeout=20_000)
    return found[-1]


@pytest.mark.parametrize(("size", "letters"), [((1440, 900), 100), ((900, 600), 150)])
def test_that_nothing_that_is_said_of_a_run_moves_a_field_and_all_of_it_can_be_read(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int], letters: int
) -> None:
    panel, state = window.panel(TrainingPanel), window.panel(TrainingPanel).state
    try:
        window.theme.set_text_size(letters)
        window.resize(*size)
        window.docks["Training"].raise_()
        qtbot.waitUntil(lambda: panel.isVisible() and window.size().width() == size[0])
        before = settled(window, qtbot)
        failed = Failed("The loss became infinite in step 12, in the middle of epoch 1", "Try a smaller rate. " * 9)
        for say in (
            lambda: window.bridge.started.emit(Started("cpu", 1, 1, 1, 3, 9)),
            lambda: window.bridge.failed.emit(failed),
            lambda: panel.show_another(),
            lambda: window.bridge.failed.emit(Failed("No room", "")),
            lambda: window.bridge.failed.emit(failed),
        ):
            say()
            assert settled(window, qtbot) == before
        assert state.is_long
        whole = panel.findChild(QLabel, "trainingWords")
        assert panel.widget().width() <= panel.viewport().width()  # nothing is cut at the right
        assert window.panel(InspectorPanel).minimumSizeHint().width() <= window.panel(InspectorPanel).width()
        assert whole.text() == state.text() == f"Training ended: {failed.message}. {failed.hint}"
        assert failed.hint.strip()[:20] in state.toolTip()
        assert whole.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
        with qtbot.waitSignal(state.wanted):
            qtbot.mouseClick(state, Qt.MouseButton.LeftButton)
        assert whole.height() >= whole.heightForWidth(whole.width())
    finally:
        window.theme.set_text_size(100)


def test_that_the_figures_of_several_outputs_have_their_room_before_they_come(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "example_scenes_relation_network").trigger()
    qtbot.waitUntil(lambda: len(window.editor.design.network.of_kind("output")) == 2)
    before = settled(window, qtbot)
    outputs = tuple(node.id for node in window.editor.design.network.of_kind("output"))
    figures = {
        figure_name(part, figure, name): value
        for name in ("", *outputs)
        for part in ("train", "val")
        for figure, value in (("loss", 1.0), ("accuracy", 0.5))
    }
    window.panel(TrainingPanel).preparing("scenes")
    window.bridge.epoch_ended.emit(EpochEnded(1, 10, figures, 10.0))
    assert settled(window, qtbot) == before
    assert f"{outputs[0]}: loss" in shown_texts(window.panel(TrainingPanel), QLabel)


def test_that_metrics_are_ticked_in_a_list_that_stays_open_and_told_beside_the_loss(
    window: MainWindow, qtbot: QtBot
) -> None:
    vowels(window, qtbot, epochs=1)
    panel = window.panel(TrainingPanel)
    panel.form.folds[VALIDATION].button.setChecked(True)
    button = panel.form.fields["metrics"].findChildren(QToolButton)[0]
    assert (button.text(), button.accessibleName()) == ("none", "Metrics")
    settled(window, qtbot)
    panel.ensureWidgetVisible(button)
    settled(window, qtbot)
    assert panel.viewport().rect().contains(button.mapTo(panel.viewport(), button.rect().center()))
    menu = button.menu()

    def tick() -> None:
        if not menu.isVisible():
            QTimer.singleShot(10, tick)
            return
        for label in ("F1", "AUROC", "top-3"):
            (entry,) = [item for item in menu.actions() if item.text() == label]
            qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
            assert menu.isVisible()
        qtbot.keyClick(menu, Qt.Key.Key_Escape)

    QTimer.singleShot(0, tick)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.editor.design.training.metrics == ("top_3", "f1", "auroc")
    assert button.text() == "top-3, F1, 1 more"
    figures = panel._figures
    assert [figures.shown("val", name) for name in ("loss", "accuracy", "f1", "auroc", "top_3")] == ["–"] * 5
    before = settled(window, qtbot)
    run_of(window, qtbot)
    for part in ("train", "val", "test"):
        assert 0 < float(figures.shown(part, "f1")) <= 1
        assert figures.shown(part, "top_3").endswith("%")
    assert figures.shown("train", "auroc") == "–"
    assert 0 < float(figures.shown("test", "auroc")) <= 1
    assert settled(window, qtbot) == before
    panel.form.folds[VALIDATION].button.setChecked(False)
    assert "metrics top-3, F1, AUROC" in panel.form.folds[VALIDATION].button.accessibleName()


def test_that_a_run_that_has_ended_is_compared_with_plain_methods_without_a_field_that_moves(
    window: MainWindow, answers: Answers, qtbot: QtBot
) -> None:
    answers.then = Buttons.Discard
    action(window, "example_vowels_masking").trigger()
    qtbot.waitUntil(lambda: window.scene.current == "masking1" or window.editor.design.training.epochs > 1)
    enter(qtbot, setting(window, "epochs"), "1")
    before = settled(window, qtbot)
    run_of(window, qtbot)
    figures = window.panel(TrainingPanel)._figures
    qtbot.waitUntil(lambda: figures.baseline[1] != "–", timeout=20_000)
    name, value, tip = figures.baseline
    assert (name, value) == ("baseline: logistic regression", "98.1\N{NO-BREAK SPACE}%")
    assert "chance 11.1\N{NO-BREAK SPACE}%, majority class 8.4\N{NO-BREAK SPACE}%, logistic" in tip
    assert settled(window, qtbot) == before
    action(window, "example_vowels_lstm").trigger()
    qtbot.waitUntil(lambda: figures.baseline[:2] == ("baseline", "–"))


def test_that_stop_ends_a_run_that_has_hardly_begun(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.findChild(QPushButton, "trainButton"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.findChild(QPushButton, "stopButton"), Qt.MouseButton.LeftButton)
    wait_for_state(window, qtbot, "Stopped")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.panel(CurvesPanel).loss.series.count > 3, timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_F5, SHIFT)
    wait_for_state(window, qtbot, "Stopped")


def test_that_a_second_run_is_refused_in_words_and_the_first_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F5)
    curves = window.panel(CurvesPanel)
    qtbot.waitUntil(lambda: curves.loss.series.count > 3, timeout=60_000)
    window.bridge.train(Train(window.editor.design))
    qtbot.waitUntil(lambda: "A run is under way" in window.statusBar().currentMessage(), timeout=30_000)
    before = curves.loss.series.count
    qtbot.waitUntil(lambda: curves.loss.series.count > before, timeout=60_000)
    action(window, "actionStop").trigger()
    wait_for_state(window, qtbot, "Stopped")


def test_that_the_network_may_be_edited_while_it_is_trained(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F5)
    curves = window.panel(CurvesPanel)
    qtbot.waitUntil(lambda: curves.loss.series.count > 3, timeout=60_000)
    window.editor.remove(["pool1", "dense1"])
    window.editor.append("dropout", "conv2")
    before = curves.loss.series.count
    qtbot.waitUntil(lambda: curves.loss.series.count > before, timeout=60_000)
    action(window, "actionStop").trigger()
    wait_for_state(window, qtbot, "Stopped")


def test_that_another_example_may_be_opened_while_one_is_trained(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel(CurvesPanel).loss.series.count > 3, timeout=60_000)
    action(window, "example_vowels_lstm").trigger()
    qtbot.waitUntil(lambda: window.scene.current == "lstm1")
    action(window, "actionStop").trigger()
    wait_for_state(window, qtbot, "Stopped")
    states = window.panel(HiddenStatesPanel)
    qtbot.waitUntil(lambda: states.shown is not None and states.shown.block == "lstm1", timeout=30_000)
    assert states.shown.weights == "untrained"


def test_that_closing_the_window_ends_the_run_and_its_thread(opening: Opening, qtbot: QtBot) -> None:
    window = opening()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel(CurvesPanel).loss.series.count > 3, timeout=60_000)
    assert len(engine_threads()) == 1
    window.close()
    assert engine_threads() == []
    assert not window.isVisible()


def test_that_at_the_first_size_the_usual_settings_and_all_folds_are_seen_without_scrolling(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = window.panel(TrainingPanel)
    window.resize(1440, 900)
    choose(qtbot, setting(window, "optimizer"), "sgd")
    window.findChild(QLabel, "trainingState").setText("Epoch 3 of 100 · step 1,234 of 20,000 · 1 min 05 s left")
    qtbot.waitUntil(lambda: panel.verticalScrollBar().maximum() == 0)
    assert panel.widget().width() <= panel.viewport().width()
    for name in ("optimizer", "learning_rate", "batch_size", "epochs"):
        assert not panel.form.fields[name].visibleRegion().isEmpty()
    there = {name: fold for name, fold in panel.form.folds.items() if not fold.isHidden()}
    assert panel.form.folds.keys() - there.keys() == {STATES}  # it has no recurrent block
    for fold in there.values():
        assert not fold.button.visibleRegion().isEmpty()
        assert not fold.button.isChecked()


def test_that_regularisation_is_folded_but_told_and_the_fold_is_remembered(opening: Opening, qtbot: QtBot) -> None:
    window = opening()
    form = window.panel(TrainingPanel).form
    assert form.folds["Regularisation"].button.accessibleName() == "Regularisation"
    assert not form.fields["l2"].isVisible()
    qtbot.mouseClick(form.folds["Regularisation"].button, Qt.MouseButton.LeftButton)
    assert form.fields["l2"].isVisible()
    enter(qtbot, setting(window, "l2"), "0.001")
    enter(qtbot, setting(window, "weight_decay"), "0.5")
    assert (window.editor.design.training.l2, window.editor.design.training.weight_decay) == (0.001, 0.5)
    assert form.folds["Regularisation"].button.accessibleName() == "Regularisation"
    again = opening().panel(TrainingPanel).form
    assert again.fields["l2"].isVisible()
    qtbot.mouseClick(form.folds["Regularisation"].button, Qt.MouseButton.LeftButton)
    assert not form.fields["l2"].isVisible()
    assert form.folds["Regularisation"].button.accessibleName() == "Regularisation: weight decay 0.5, L2 0.001"
    assert not opening().panel(TrainingPanel).form.fields["l2"].isVisible()


def test_that_a_setting_without_effect_is_greyed_says_why_and_is_not_told_by_the_fold(
    opening: Opening, qtbot: QtBot
) -> None:
    window = opening()
    form = window.panel(TrainingPanel).form
    qtbot.mouseClick(form.folds["Regularisation"].button, Qt.MouseButton.LeftButton)
    field = form.fields["label_smoothing"]
    assert field.isVisible()
    assert field.isEnabled()
    assert "label_smoothing" in field.toolTip()
    assert "changes nothing" not in field.toolTip()
    box = field.findChild(QDoubleSpinBox)
    enter(qtbot, box, "0.1")
    assert window.editor.design.training.label_smoothing == 0.1
    assert window.editor.stack.undoText() == "label smoothing 0.0 → 0.1"
    qtbot.mouseClick(form.folds["Regularisation"].button, Qt.MouseButton.LeftButton)
    assert form.folds["Regularisation"].button.accessibleName() == "Regularisation: label smoothing 0.1"
    qtbot.keyClick(window.view, Qt.Key.Key_Z, CTRL)
    assert window.editor.design.training.label_smoothing == 0.0
    action(window, "example_digits_autoencoder").trigger()
    qtbot.waitUntil(lambda: not field.isEnabled())
    window.editor.set_training("label_smoothing", 0.1)
    assert form.folds["Regularisation"].button.accessibleName() == "Regularisation"
    assert not field.isEnabled()
    assert field.toolTip().endswith("It changes nothing here: no Output has a loss that takes it.")
    assert form.fields["l2"].isEnabled()


def test_that_each_class_gets_a_number_of_its_own_by_hand(window: MainWindow, qtbot: QtBot) -> None:
    vowels(window, qtbot, epochs=1)
    form = window.panel(TrainingPanel).form
    qtbot.mouseClick(form.folds["Regularisation"].button, Qt.MouseButton.LeftButton)
    field = form.fields["class_weights"]
    how, names = field.findChildren(QComboBox)
    number = field.findChild(QDoubleSpinBox, "class_weights_number")
    assert not names.isVisible()
    choose(qtbot, how, "balanced")
    assert window.editor.design.training.class_weights == "balanced"
    choose(qtbot, how, "own_numbers")
    assert names.isVisible()
    choose(qtbot, names, "speaker 3")
    enter(qtbot, number, "2.5")
    choose(qtbot, names, "speaker 2")
    enter(qtbot, number, "4")
    weights = {"speaker 1": 1.0, "speaker 2": 4.0, "speaker 3": 2.5}
    assert dict(window.editor.design.training.class_weights) == weights
    assert [names.itemText(place) for place in range(4)] == [
        "speaker 1: 1",
        "speaker 2: 4",
        "speaker 3: 2.5",
        "speaker 4",
    ]
    enter(qtbot, number, "0")
    assert "from 0.001 to 10000" in field.problem
    qtbot.mouseClick(form.folds["Regularisation"].button, Qt.MouseButton.LeftButton)
    assert form.folds["Regularisation"].button.accessibleName() == "Regularisation: class weights of your own"
    choose(qtbot, how, "none")
    assert window.editor.design.training.class_weights is None
    assert not names.isVisible()
    while window.editor.stack.canUndo():
        window.editor.stack.undo()
    action(window, "example_digits_autoencoder").trigger()
    qtbot.waitUntil(lambda: not form.fields["label_smoothing"].isEnabled())
    qtbot.mouseClick(form.folds["Regularisation"].button, Qt.MouseButton.LeftButton)
    assert not field.isVisible(), "there are no classes"


def test_that_settings_are_undone_like_every_edit(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design.training
    enter(qtbot, setting(window, "batch_size"), "64")
    choose(qtbot, setting(window, "optimizer"), "rmsprop")
    assert window.editor.design.training.batch_size == 64
    assert window.editor.design.training.optimizer == "rmsprop"
    assert window.isWindowModified()
    for _ in range(window.editor.stack.count()):
        qtbot.keyClick(window.view, Qt.Key.Key_Z, CTRL)
    assert window.editor.design.training == first
    assert setting(window, "batch_size").value() == first.batch_size
    assert setting(window, "optimizer").currentData() == first.optimizer


def test_that_another_design_has_nothing_of_the_run_before(window: MainWindow, qtbot: QtBot) -> None:
    vowels(window, qtbot, epochs=1)
    run_of(window, qtbot)
    sample = window.panel(SamplePanel)
    qtbot.waitUntil(lambda: bool(sample.views), timeout=30_000)
    window.editor.stack.setClean()
    action(window, "actionNew").trigger()
    assert state_text(window).startswith("Before it can be trained")
    assert window.findChild(QProgressBar, "trainingProgress").value() == 0
    assert not window.panel(CurvesPanel).loss.isVisible()
    assert not sample.views
    assert not sample.verdict.isVisible()
    figures = [label.text() for label in window.panel(TrainingPanel).findChildren(QLabel)]
    assert not any("%" in text for text in figures)


def test_that_a_run_goes_on_under_its_name_where_another_design_is_opened(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionTrain").trigger()
    wait_for_state(window, qtbot, "Epoch 1 of")
    action(window, "example_vowels_lstm").trigger()
    wait_for_state(window, qtbot, "mnist_cnn: Epoch")
    assert window.panel(CurvesPanel).loss.isVisible()
    action(window, "actionStop").trigger()
    wait_for_state(window, qtbot, "mnist_cnn: Stopped in epoch")
    action(window, "actionNew").trigger()
    assert state_text(window).startswith("Before it can be trained")


@pytest.mark.parametrize("text", ["-1", "1000", "fast", "nan", "inf", ""])
def test_that_a_learning_rate_out_of_bounds_is_refused(window: MainWindow, qtbot: QtBot, text: str) -> None:
    first = window.editor.design
    line = setting(window, "learning_rate")
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.editor.design is first
    assert window.statusBar().currentMessage() or line.toolTip()


def test_that_other_data_is_told_to_fit_or_not(window: MainWindow, qtbot: QtBot) -> None:
    choose(qtbot, window.findChild(QComboBox, "dataSource"), "japanese_vowels")
    assert window.editor.design.data.source == "japanese_vowels"
    assert not action(window, "actionTrain").isEnabled()
    qtbot.waitUntil(
        lambda: any(button.isVisible() for button in window.panel(TrainingPanel).findChildren(QPushButton, "fix"))
    )
    qtbot.keyClick(window.view, Qt.Key.Key_Z, CTRL)
    assert action(window, "actionTrain").isEnabled()


def test_that_a_run_begun_in_a_small_window_shows_how_far_it_is(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.arrangement.room == "small")
    window.docks["About"].raise_()
    qtbot.waitUntil(lambda: window.panel(TrainingPanel).progress.visibleRegion().isEmpty())
    action(window, "actionTrain").trigger()
    assert [label.text() for label in window.panel(CurvesPanel).findChildren(QLabel) if label.isVisible()] == [
        "Preparing…"
    ]
    qtbot.waitUntil(lambda: not window.panel(TrainingPanel).progress.visibleRegion().isEmpty())
    action(window, "actionStop").trigger()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=20_000)


def test_that_what_keeps_a_network_from_training_is_a_click_away(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.arrangement.room == "small")
    window.docks["Training"].raise_()
    action(window, "actionSelectAll").trigger()
    action(window, "actionDelete").trigger()
    state = window.findChild(QLabel, "trainingState")
    assert "2 problems" in state.text()
    window.panel(TrainingPanel).verticalScrollBar().setValue(0)
    state.setFocus()
    qtbot.keyClick(state, Qt.Key.Key_Tab)
    problem = next(label for label in window.panel(TrainingPanel).findChildren(QLabel) if "no Input" in label.text())
    qtbot.keyClick(state, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not problem.visibleRegion().isEmpty())
    assert problem.visibleRegion().boundingRect().height() >= problem.fontMetrics().height()


def test_that_the_form_has_what_an_optimizer_takes_and_nothing_else(window: MainWindow, qtbot: QtBot) -> None:
    form = window.panel(TrainingPanel).form
    fold = form.folds["Optimizer"]
    taken = {
        "adam": {"beta1", "beta2", "eps"},
        "sgd": {"momentum", "nesterov"},
        "adagrad": {"eps"},
        "adafactor": set(),
        "muon": {"momentum", "beta1", "beta2", "eps"},
    }
    if not fold.button.isChecked():
        qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    for optimizer, names in taken.items():
        choose(qtbot, setting(window, "optimizer"), optimizer)
        shown = {name for name in ("momentum", "nesterov", "beta1", "beta2", "eps") if form.fields[name].isVisible()}
        assert shown == names
        assert fold.isVisible() is bool(names)
    choose(qtbot, setting(window, "optimizer"), "nadam")
    enter(qtbot, form.fields["beta2"].findChild(QDoubleSpinBox), "0.98")
    enter(qtbot, setting(window, "eps"), "1e-6")
    assert (window.editor.design.training.beta2, window.editor.design.training.eps) == (0.98, 1e-6)
    assert "betas" in form.fields["beta2"].toolTip()
    qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    assert not form.fields["eps"].isVisible()
    assert fold.button.accessibleName() == "Optimizer: beta2 0.98, eps 1e-06"


def test_that_the_learning_rate_is_drawn_before_training_as_the_schedule_says(window: MainWindow, qtbot: QtBot) -> None:
    form = window.panel(TrainingPanel).form
    fold, curve = form.folds["Schedule"], form.findChild(RateCurve)
    qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    assert not curve.isVisible(), "it stays the same"
    enter(qtbot, setting(window, "learning_rate"), "0.01")
    choose(qtbot, setting(window, "schedule"), "polynomial")
    assert curve.isVisible()
    assert curve.rates[0] == 0.01
    assert curve.rates == sorted(curve.rates, reverse=True)
    assert curve.rates[-1] < 0.0001
    enter(qtbot, setting(window, "warmup"), "0.5")
    top = curve.rates.index(max(curve.rates))
    assert len(curve.rates) * 0.48 < top < len(curve.rates) * 0.52
    assert "over 10 epochs, at most 0.01" in curve.toolTip()
    qtbot.waitUntil(lambda: curve.height() > 20 and curve.width() > 80)
    before = curve.grab().toImage()
    enter(qtbot, setting(window, "power"), "5")
    assert curve.grab().toImage() != before
    shown = {name for name, field in form.fields.items() if field.isVisible() and name in fold.form.fields}
    assert shown == {"schedule", "warmup", "power"}
    qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    assert fold.button.accessibleName() == "Schedule: polynomial, warmup 0.5, power 5"


def test_that_a_list_of_epochs_is_written_with_commas(window: MainWindow, qtbot: QtBot) -> None:
    form = window.panel(TrainingPanel).form
    qtbot.mouseClick(form.folds["Schedule"].button, Qt.MouseButton.LeftButton)
    choose(qtbot, setting(window, "schedule"), "multi_step")
    enter(qtbot, setting(window, "milestones"), "3, 6, 9")
    assert window.editor.design.training.milestones == (3, 6, 9)
    curve = form.findChild(RateCurve)
    assert len(set(curve.rates)) == 4
    enter(qtbot, setting(window, "milestones"), "soon")
    assert "1 to 32 whole numbers" in form.fields["milestones"].problem


def test_that_a_run_that_stops_early_has_ended_as_all_do(window: MainWindow, qtbot: QtBot) -> None:
    vowels(window, qtbot, epochs=40)
    form = window.panel(TrainingPanel).form
    fold = form.folds["Regularisation"]
    qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    enter(qtbot, setting(window, "early_stopping"), "1")
    qtbot.keyClick(form.fields["keep_best"].findChild(QCheckBox), Qt.Key.Key_Space)
    enter(qtbot, setting(window, "learning_rate"), "1")
    qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    assert fold.button.accessibleName() == "Regularisation: early stopping 1, keep best"
    _, validation = run_of(window, qtbot)
    losses = [loss for _, loss in validation]
    assert len(losses) == losses.index(min(losses)) + 2 < 40
