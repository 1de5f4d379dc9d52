"""Freezing in the window: by the menu, by the inspector, for one block, several and groups; and what is seen of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.core.validation.all_problems import Found
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.overlays.spoken import spoken
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.learning_box import LearningBox
from designer.ui.style.theme import Theme
from designer.ui.workbench.kept_runs import KeptRun
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, Answers, action, choose, click, middle, point
from tests.ui.test_context_menu import entry, opened
from tests.ui.test_kept_runs import runs_of, vowels
from tests.ui.test_painted_at_once import dots
from tests.ui.test_training_panel import wait_for_state

pytestmark = pytest.mark.kept_window


def frozen(window: MainWindow) -> list[str]:
    return [name for name, node in window.editor.design.network.nodes.items() if node.block.frozen]


def learning(window: MainWindow) -> LearningBox:
    return window.panel(InspectorPanel).learning


def flag(window: MainWindow) -> QCheckBox:
    found = learning(window).findChild(QCheckBox)
    assert found is not None
    return found


def rate(window: MainWindow) -> QLineEdit:
    found = learning(window).findChild(QLineEdit)
    assert found is not None
    return found


def press(window: MainWindow) -> None:
    """The box, as a person clicks it."""
    window.panel(InspectorPanel).ensureWidgetVisible(flag(window))
    QTest.mouseClick(flag(window), LEFT, pos=QPoint(8, flag(window).height() // 2))


def test_that_the_menu_on_the_canvas_freezes_all_selected_blocks_that_learn_and_takes_it_back(
    window: MainWindow,
) -> None:
    choose(window, "conv1", "pool1", "conv2")
    menu = opened(window, middle(window, "conv2"))
    entry(menu, "Freeze").trigger()
    menu.close()
    assert frozen(window) == ["conv1", "conv2"]
    assert window.editor.stack.undoText() == "Freeze conv1, conv2"
    menu = opened(window, middle(window, "conv2"))
    entry(menu, "Unfreeze").trigger()
    menu.close()
    assert frozen(window) == []
    assert window.editor.stack.undoText() == "Unfreeze conv1, conv2"
    window.editor.stack.undo()
    assert frozen(window) == ["conv1", "conv2"]
    window.editor.stack.undo()
    assert frozen(window) == []
    assert window.editor.stack.index() == 0


def test_that_keys_freeze_and_that_what_cannot_learn_is_offered_no_such_thing(window: MainWindow) -> None:
    click(window, middle(window, "pool1"))
    assert not action(window, "actionFreeze").isEnabled()
    assert not learning(window).isVisible()
    choose(window, "conv1")
    assert action(window, "actionFreeze").isEnabled()
    QTest.keyClick(window.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert frozen(window) == ["conv1"]
    assert action(window, "actionFreeze").text() == "Un&freeze"


def test_that_the_inspector_freezes_a_block_and_gives_it_a_rate(window: MainWindow) -> None:
    choose(window, "conv1")
    assert learning(window).isVisible()
    assert [label.text() for label in learning(window).findChildren(QLabel)][:3] == ["Learning", "Frozen", "Rate ×"]
    rate(window).setFocus()
    rate(window).selectAll()
    QTest.keyClicks(rate(window), "0.1")
    QTest.keyClick(rate(window), Qt.Key.Key_Return)
    assert window.editor.design.network.nodes["conv1"].block.rate_factor == 0.1
    assert window.editor.stack.undoText() == "conv1: rate factor 1.0 → 0.1"
    press(window)
    assert frozen(window) == ["conv1"]
    assert not rate(window).isEnabled()
    assert "(frozen)" in window.panel(InspectorPanel).findChild(QLabel, "blockFacts").text()  # type: ignore[union-attr]
    assert window.editor.stack.undoText() == "Freeze conv1"
    window.editor.stack.undo()
    assert not flag(window).isChecked()
    assert rate(window).isEnabled()


def test_that_a_rate_that_cannot_be_is_told_and_changes_nothing(window: MainWindow) -> None:
    choose(window, "conv1")
    rate(window).setFocus()
    rate(window).selectAll()
    QTest.keyClicks(rate(window), "0")
    QTest.keyClick(rate(window), Qt.Key.Key_Return)
    assert window.editor.design.network.nodes["conv1"].block.rate_factor == 1.0
    assert any("1e-06" in label.text() for label in learning(window).findChildren(QLabel))


def test_that_several_blocks_have_one_section_for_all(window: MainWindow) -> None:
    choose(window, "conv1")
    press(window)
    choose(window, "conv1", "conv2", "pool1")
    assert learning(window).isVisible()
    assert not flag(window).isChecked()
    mixed = learning(window).findChild(QLabel, "learningMixed")
    assert mixed is not None
    assert mixed.text() == "1 of 2 are frozen."
    press(window)
    assert frozen(window) == ["conv1", "conv2"]
    assert not mixed.isVisible()
    window.scene.clearSelection()
    assert not learning(window).isVisible()


def test_that_a_frozen_group_is_marked_closed_and_open_and_said(opening: Opening) -> None:
    window = opening(example("digits_resnet"))
    choose(window, "residual1")
    action(window, "actionFreeze").trigger()
    assert frozen(window) == ["residual1"]
    assert "Frozen: it is not learned" in window.scene.cards["residual1"].toolTip()
    assert "Frozen: it is not learned" in spoken(window.scene)
    action(window, "actionExpand").trigger()
    assert "Frozen: it is not learned" in window.scene.cards["residual1"].toolTip()


def inked(window: MainWindow, block_id: str, ink: str) -> int:
    """The dots of a colour at the right end of a card's lower line."""
    card = window.scene.cards[block_id]
    place = QRect(
        point(window, card.pos() + QPointF(CARD_WIDTH - 24, 24)),
        point(window, card.pos() + QPointF(CARD_WIDTH - 8, CARD_HEIGHT - 4)),
    )
    shown = dots(window.view.viewport().grab(place).toImage()).astype(int)
    wanted = QColor(ink)
    blue_first = np.array([wanted.blue(), wanted.green(), wanted.red()])
    return int((np.abs(shown - blue_first).max(axis=2) < 60).sum())


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_that_a_snowflake_stands_on_its_card(window: MainWindow, theme: Theme, scheme: Qt.ColorScheme) -> None:
    theme.follow(scheme)
    window.view.zoom_by(1 / window.view.transform().m11())
    choose(window, "conv1")
    action(window, "actionFreeze").trigger()
    window.scene.clearSelection()
    window.view.look_at(window.scene.cards["conv1"].area.center())
    ink = theme.colours.accent
    assert inked(window, "conv1", ink) > 20
    window.editor.stack.undo()
    assert inked(window, "conv1", ink) == 0
    theme.follow(Qt.ColorScheme.Light)


def test_that_with_all_frozen_nothing_can_be_trained_until_a_click_mends_it(window: MainWindow) -> None:
    action(window, "actionSelectAll").trigger()
    action(window, "actionFreeze").trigger()
    (problem,) = window.editor.problems()
    assert "nothing is left to learn" in problem.message
    assert not action(window, "actionTrain").isEnabled()
    assert window.editor.mend(Found((), problem), "Unfreeze all blocks")
    assert frozen(window) == []
    assert window.editor.problems() == []
    assert action(window, "actionTrain").isEnabled()


def test_that_a_run_can_be_gone_on_with_by_a_network_that_learns_in_another_way(window: MainWindow) -> None:
    before = window.editor.design
    run = KeptRun(Path("somewhere"), before, 1, 10)
    choose(window, "conv1")
    action(window, "actionFreeze").trigger()
    assert run.fits(window.editor.design)
    window.editor.set_param("conv1", "out_channels", 8)
    assert not run.fits(window.editor.design)


@pytest.mark.parametrize("choice", ["train_go_on", "train_branch"])
def test_that_what_was_trained_learns_on_with_frozen_blocks(
    choice: str, opening: Opening, tmp_path: Path, qtbot: QtBot, answers: Answers
) -> None:
    file = tmp_path / "vowels.network.json"
    files.write(vowels(1), file)
    window = opening(file)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    wait_for_state(window, qtbot, "On the test samples")
    (first,) = runs_of(file)
    before = read_checkpoint(Run(first).checkpoint).part("model.")
    choose(window, "lstm1")
    action(window, "actionFreeze").trigger()
    said: list[str] = []
    window.bridge.noticed.connect(lambda event: said.append(event.text))
    answers.again = choice
    qtbot.keyClick(window, Qt.Key.Key_F5)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.bridge.training, timeout=30_000)
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)
    assert any("Freeze lstm1" in text for text in said)
    assert len(runs_of(file)) == (1 if choice == "train_go_on" else 2)
    last = next(run for run in runs_of(file) if choice == "train_go_on" or run != first)
    after = read_checkpoint(Run(last).checkpoint)
    assert after.position.epoch == 3
    stayed = {name for name, value in after.part("model.").items() if torch.equal(value, before[name])}
    assert stayed == {name for name in before if name.startswith("lstm1.")}
    assert files.read(Run(last).design).network.nodes["lstm1"].block.frozen
