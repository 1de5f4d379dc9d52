"""Every figure says whose it is: of which network, which run, which sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from designer.core.edits import network_edits as edits
from designer.core.storage import files
from designer.data import sources
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.training import TrainingPanel
from designer.ui.panels.values import ValuesPanel
from designer.ui.widgets.elided import ElidedLabel
from tests.helpers import Item, chain, dense, design_of, input_of, output_for
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, action, looking

DROPOUT: Item = ("dropout", "dropout1", {"p": 0.2})


def opened(opening: Opening, qtbot: QtBot, folder: Path, epochs: int = 1, batch_size: int = 512) -> MainWindow:
    """A small network on digits, with its Dense selected."""
    network = chain(input_of(1, 28, 28), "flatten", DROPOUT, dense(10), output_for())
    path = folder / "small.network.json"
    path.write_text(files.dumps(design_of(network, epochs=epochs, batch_size=batch_size)), encoding="utf-8")
    window = opening(path)
    window.scene.select("dense1")
    qtbot.waitUntil(lambda: window.panel(ValuesPanel).shown is not None, timeout=20_000)
    return window


def run(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=20_000)
    qtbot.waitUntil(lambda: "trained weights" in words(window, "sampleWhose"), timeout=20_000)


def words(window: MainWindow, name: str) -> str:
    found = window.findChild(QWidget, name)
    assert isinstance(found, QLabel | ElidedLabel)
    return found.text() if found.isVisible() else ""


def change(window: MainWindow, **params: object) -> None:
    window.editor.edit("Change", lambda design: design.edit(lambda net: edits.set_params(net, "dropout1", **params)))


def test_that_an_edit_makes_trained_weights_earlier_ones_and_an_undo_makes_them_its_own_again(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(opening, qtbot, tmp_path)
    values = window.panel(ValuesPanel)
    run(window, qtbot)
    assert words(window, "trainingApart") == ""
    assert "before" not in window.panel(CurvesPanel)._legend.text()
    verdict = words(window, "trainingState")
    assert "On the test samples: " in verdict
    change(window, p=0.4)
    qtbot.waitUntil(lambda: "trained before the last edits" in values.caption.text(), timeout=30_000)
    assert words(window, "sampleWhose").startswith("trained before the last edits")
    assert words(window, "trainingApart").startswith("This was trained before the last edits. Since then: ")
    assert "0.4" in words(window, "trainingApart")
    assert words(window, "trainingState") == "Ready to train."
    assert words(window, "trainingApart").endswith(f"Before that: {verdict}")
    window.editor.set_data("gun_point")
    assert words(window, "trainingState").startswith("Before it can be trained, mend ")
    qtbot.keyClick(window.view, Qt.Key.Key_Z, CTRL)
    assert words(window, "trainingState") == "Ready to train."
    assert "before the last edits" in window.panel(CurvesPanel)._legend.text()
    qtbot.keyClick(window.view, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: "trained weights, step" in values.caption.text(), timeout=30_000)
    assert words(window, "trainingApart") == ""
    assert words(window, "trainingState") == verdict
    assert "before" not in window.panel(CurvesPanel)._legend.text()


def test_that_a_run_says_that_it_trains_the_network_as_it_was(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(opening, qtbot, tmp_path, epochs=10_000, batch_size=64)
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: "training, step" in words(window, "sampleWhose"), timeout=20_000)
    change(window, p=0.4)
    assert words(window, "trainingApart").startswith("This run trains the network as it was. Since it began: ")
    window.editor.set_data("gun_point")
    assert window.editor.problems()
    assert "data mnist_5k → gun_point" in words(window, "trainingApart")
    assert not window.panel(SamplePanel).views
    told = [label.text() for label in window.panel(SamplePanel).findChildren(QLabel)]
    assert any("run under way learns from other data" in text for text in told)
    for _ in range(2):
        qtbot.keyClick(window.view, Qt.Key.Key_Z, CTRL)
    assert words(window, "trainingApart") == ""
    change(window, p=0.1)
    qtbot.waitUntil(lambda: "of the network as it was" in words(window, "sampleWhose"), timeout=30_000)
    action(window, "actionStop").trigger()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=30_000)
    assert words(window, "trainingApart").startswith("This was trained before the last edits")


def test_that_a_stop_within_the_first_epoch_leaves_the_figures_so_far(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(opening, qtbot, tmp_path, batch_size=1)
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: window.panel(CurvesPanel).loss.series.count > 5, timeout=20_000)
    action(window, "actionStop").trigger()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=30_000)
    figures = window.panel(TrainingPanel)._figures
    assert float(figures.shown("train", "loss")) > 0
    assert "%" in figures.shown("train", "accuracy")
    assert [figures.shown("val", name) for name in ("loss", "accuracy")] == ["–", "–"]
    shown = [label.text() for label in window.panel(TrainingPanel).findChildren(QLabel) if label.isVisible()]
    assert "epoch 1, so far" in shown


def test_that_the_picture_follows_the_number_where_nothing_is_selected(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(opening, qtbot, tmp_path)
    sample = window.panel(SamplePanel)
    window.scene.clearSelection()
    qtbot.waitUntil(lambda: not looking(window).block)
    sample.number.setValue(17)
    qtbot.waitUntil(lambda: sample._shown is not None and sample._shown.index == 17, timeout=30_000)
    assert sample._shown is not None
    assert np.array_equal(sample._shown.x, sources.load("mnist_5k").test.columns["image"][17])
    assert "untrained weights" in words(window, "sampleWhose")


def test_that_a_sample_goes_where_the_network_can_judge_it_no_longer(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(opening, qtbot, tmp_path)
    sample = window.panel(SamplePanel)
    assert sample.views
    window.editor.edit("Remove", lambda design: design.edit(lambda net: edits.remove(net, ["flatten"])))
    qtbot.waitUntil(lambda: not sample.views, timeout=30_000)
    assert words(window, "sampleWhose") == ""
    assert any("Mend the network first" in label.text() for label in sample.findChildren(QLabel))
