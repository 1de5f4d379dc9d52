"""A training of few steps is told before it is run and after it, and a click gives it enough."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from designer.core.assist.enough_steps import FewSteps, few_steps
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.core.storage.resources import examples
from designer.data import opening
from designer.engine.protocol.events import EpochEnded
from designer.ui.app.main_window import MainWindow
from designer.ui.editing.commands import MERGE_SECONDS
from designer.ui.panels.training import TrainingPanel
from tests.ui.test_begun_networks import begin, flowers  # noqa: F401


@pytest.mark.parametrize(
    ("samples", "epochs", "found"),
    [(125, 10, FewSteps(40, 100)), (1000, 10, None), (20, 10, FewSteps(10, 400)), (0, 10, None), (125, 100, None)],
)
def test_that_few_steps_are_counted_and_enough_epochs_named(samples: int, epochs: int, found: FewSteps | None) -> None:
    assert few_steps(TrainingSettings(epochs=epochs, batch_size=32, validation_share=0.2), samples) == found


def test_that_no_example_has_few_steps() -> None:
    designs = [files.read(path) for path in examples()]
    assert not [item.about.title for item in designs if few_steps(item.training, opening.counts(item.data)[0])]


def test_that_few_steps_are_told_and_mended_by_a_click(window: MainWindow, qtbot: QtBot, flowers) -> None:  # noqa: F811
    panel = window.panel(TrainingPanel)
    begin(window, qtbot, flowers)
    window.editor.set_training("device", "cpu")
    window.editor.set_training("batch_size", 32)
    window.editor.set_training("epochs", 2)
    assert panel.state.text().startswith("Ready to train, but 2 epochs make only 4 steps: ")
    with qtbot.waitSignal(window.bridge.finished, timeout=30_000):
        window.action("actionTrain").trigger()
    qtbot.waitUntil(panel.few.isVisible)
    assert panel.few.text().startswith("Only 4 steps: <a")
    assert panel.few.height() < 2 * panel.few.fontMetrics().lineSpacing()  # one line: there is room for it at the foot
    qtbot.wait(int(1000 * MERGE_SECONDS) + 50)  # after which an edit of the same setting is another step of the history
    panel.few.linkActivated.emit("epochs")
    assert window.editor.design.training.epochs == 200
    assert not panel.few.isVisible()
    window.action("actionUndo").trigger()
    assert window.editor.design.training.epochs == 2


def test_that_more_epochs_are_not_advised_where_a_run_has_learned_all_or_got_worse(
    window: MainWindow,
    qtbot: QtBot,
    flowers,  # noqa: F811
) -> None:
    begin(window, qtbot, flowers)
    window.editor.set_training("batch_size", 32)
    window.editor.set_training("epochs", 2)
    few, told = window.panel(TrainingPanel).few, []
    for loss, accuracy in ((0.6, 0.8), (0.5, 0.9), (0.9, 0.9), (0.5, 0.9), (0.1, 1.0)):
        window.bridge.epoch_ended.emit(EpochEnded(1, 1, {"val_loss": loss, "val_accuracy": accuracy}, 1.0))
        few.show_for(window.editor.design)
        told.append(bool(few.text()))
    assert told == [True, True, False, True, False]
    window.editor.set_data("gun_point")
    few.show_for(window.editor.design)
    assert few.text()  # it says nothing of other data
