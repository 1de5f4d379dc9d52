"""The window that tests share: what the next one finds in it is what it would find in a new one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from designer.ui.app.application import new_window, open_in
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.analyzer import AnalyzerPanel
from designer.ui.panels.confusion import ConfusionPanel
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.palette import PalettePanel
from designer.ui.panels.values import ValuesPanel
from designer.ui.style.theme import Theme
from tests.ui.driving import CTRL, action, choose
from tests.ui.kept_window import KeptWindow, end, serve_events
from tests.ui.window_state import State, differences, state_of


@pytest.fixture
def keeping(theme: Theme, kept: KeptWindow, tmp_path: Path) -> Iterator[KeptWindow]:
    """One of its own, with no window yet."""
    kept.let_go()
    made = KeptWindow(theme, tmp_path)
    yield made
    made.let_go()


def open_first(window: MainWindow, qtbot: QtBot) -> None:
    """As at a first start."""
    open_in(window)
    window.show()
    window.activateWindow()
    window.view.fit()
    qtbot.waitUntil(lambda: window.panel(FeatureMapsPanel).shown is not None, timeout=60_000)


def opened(window: MainWindow, qtbot: QtBot) -> State:
    """What a window knows and shows after a first start, once each of its panels has been in sight."""
    open_first(window, qtbot)
    for name, dock in window.docks.items():
        dock.raise_()
        serve_events()
        assert not dock.visibleRegion().isEmpty(), name
    analyzer = window.panel(AnalyzerPanel)
    qtbot.waitUntil(lambda: analyzer.model.rowCount() == len(window.scene.cards))
    confusion = window.panel(ConfusionPanel)
    qtbot.waitUntil(lambda: confusion.shown is not None and confusion.shown.done == confusion.shown.of, timeout=30_000)
    window.arrangement.reset()
    states = [state_of(window)]

    def is_at_rest() -> bool:
        states.append(state_of(window))
        return states[-2] == states[-1]

    qtbot.wait(200)
    qtbot.waitUntil(is_at_rest)
    return states[-1]


def use(window: MainWindow, qtbot: QtBot) -> None:
    """Some of what tests do: looks inside, edits, and things that are switched, typed, moved and resized."""
    window.scene.select("dense1")
    qtbot.waitUntil(lambda: window.panel(ValuesPanel).shown is not None, timeout=60_000)
    window.editor.append("dropout", "dense1")
    window.editor.set_training("epochs", 3)
    choose(window, "conv2", "pool2")
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    action(window, "actionShapesOnEdges").trigger()
    action(window, "actionZoomIn").trigger()
    window.panel(PalettePanel).search.setText("conv")
    window.docks["History"].raise_()
    window.docks["Palette"].close()
    window.resize(1300, 800)
    serve_events()


def test_that_a_kept_window_is_as_a_new_one(
    keeping: KeptWindow, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("DESIGNER_DATA", str(tmp_path / "settings of the new one"))
        new = new_window(theme)
        fresh = opened(new, qtbot)
        end(new)
    window = keeping.take()
    open_first(window, qtbot)
    use(window, qtbot)
    assert len(differences(fresh, state_of(window))) > 20
    keeping.give_back(window)
    assert keeping.left == []
    assert keeping.take() is window
    opened(window, qtbot)

    def is_as_new() -> None:
        assert differences(fresh, state_of(window)) == []

    try:
        qtbot.waitUntil(is_as_new)
    finally:
        end(window)


def test_that_a_window_in_which_something_is_left_is_not_kept(keeping: KeptWindow, qtbot: QtBot) -> None:
    window = keeping.take()
    open_first(window, qtbot)
    window.notices.tell("left", "This stays until somebody closes it.", [], None)
    keeping.give_back(window)
    assert any("This stays until somebody closes it." in line for line in keeping.left)
    assert not keeping.has_one
