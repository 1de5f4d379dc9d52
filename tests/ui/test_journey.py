"""The main journeys, from the first start to a file, on real data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.hidden_states import HiddenStatesPanel
from tests.ui.driving import CTRL, SHIFT, action, click, drop_kind, edge_middle, middle, shapes


def state_text(window: MainWindow) -> str:
    return window.findChild(QLabel, "trainingState").text()


def test_that_the_article_s_network_is_looked_into_trained_edited_and_kept(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(window.scene.cards) == 10
    assert action(window, "actionTrain").isEnabled()
    first = window.editor.design

    # Look inside, before any training.
    click(window, middle(window, "pool1"))
    assert window.scene.current == "pool1"
    click(window, middle(window, "conv1"))
    assert window.scene.current == "conv1"
    maps = window.panel(FeatureMapsPanel)
    qtbot.waitUntil(lambda: maps.shown is not None and maps.shown.block == "conv1", timeout=30_000)
    assert maps.grid.values.shape == (32, 26, 26)
    assert maps.shown.weights == "untrained"
    untrained = maps.grid.values.copy()

    # Train, and see it learn.
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert not action(window, "actionTrain").isEnabled()
    loss = window.panel(CurvesPanel).loss
    qtbot.waitUntil(lambda: loss.series.count > 20, timeout=30_000)
    series = loss.series
    qtbot.waitUntil(lambda: len(window.panel(CurvesPanel).loss.validation) > 0, timeout=60_000)
    before = series.count
    qtbot.waitUntil(lambda: series.count > before, timeout=30_000)
    assert window.panel(CurvesPanel).accuracy.series.count == series.count
    assert maps.shown.weights == "training"
    assert not np.allclose(maps.grid.values, untrained)
    assert series.means[-20:].mean() < series.means[:5].mean()

    # Stop.
    qtbot.keyClick(window, Qt.Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: state_text(window).startswith("Stopped"), timeout=10_000)
    assert action(window, "actionTrain").isEnabled()
    qtbot.waitUntil(lambda: maps.shown is not None and maps.shown.weights == "trained")

    # Edit: a block into an edge, and the shapes downstream follow.
    shapes_before = shapes(window)
    drop_kind(window, "max_pool2d", edge_middle(window, "conv2"))
    (new,) = set(window.scene.cards) - set(shapes_before)
    assert window.editor.design.network.nodes["conv2"].inputs == (new,)
    shapes_after = shapes(window)
    assert shapes_after["conv1"] == shapes_before["conv1"]
    assert shapes_after["conv2"] != shapes_before["conv2"]
    assert shapes_after["flatten"] != shapes_before["flatten"]
    assert window.isWindowModified()
    changed = window.editor.design

    # Undo all of it, and do it again.
    for _ in range(window.editor.stack.count()):
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first
    assert not window.isWindowModified()
    for _ in range(window.editor.stack.count()):
        qtbot.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert window.editor.design == changed

    # Save, change, open again.
    path = tmp_path / "mine.network.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    action(window, "actionSave").trigger()
    assert not window.isWindowModified()
    action(window, "actionNew").trigger()
    assert not window.scene.cards
    action(window, "actionOpen").trigger()
    assert window.editor.design == changed
    assert window.windowTitle().startswith("mine[*]")
    assert not window.isWindowModified()
    assert shapes(window) == shapes_after


def test_that_an_lstm_learns_and_shows_its_hidden_states(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "example_vowels_lstm").trigger()
    qtbot.waitUntil(lambda: window.scene.current == "lstm1")
    states = window.panel(HiddenStatesPanel)
    qtbot.waitUntil(lambda: states.shown is not None and states.shown.block == "lstm1", timeout=30_000)
    steps = len(states.shown.sample.x)
    assert states.shown.values.shape == (steps, 64)
    assert states.heat.image.shape == (steps, 64)
    untrained = states.shown.values.copy()

    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: "On the test samples" in state_text(window), timeout=120_000)
    step, accuracy = window.panel(CurvesPanel).accuracy.validation[-1]
    assert step == window.panel(CurvesPanel).accuracy.series.count
    assert accuracy >= 0.6  # nine speakers, 54 recordings: one is 2 points, and runs lie between 0.8 and 1.0

    click(window, middle(window, "lstm2"))
    click(window, middle(window, "lstm1"))
    qtbot.waitUntil(
        lambda: states.shown is not None and (states.shown.block, states.shown.weights) == ("lstm1", "trained"),
        timeout=30_000,
    )
    assert not np.allclose(states.shown.values, untrained)
