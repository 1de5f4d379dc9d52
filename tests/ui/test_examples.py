"""Every example in the window: it opens as valid, explains itself, trains at a press of F5, and is saved as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import examples
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from tests.ui.driving import action, looking

NAMES = [path.name.removesuffix(files.SUFFIX) for path in examples()]


@pytest.mark.parametrize("name", NAMES)
def test_that_an_example_trains_in_the_window_and_is_saved_as_it_was(
    name: str, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    action(window, f"example_{name}").trigger()
    design = window.editor.design
    assert window.filing.name == name
    assert window.editor.problems() == []
    for part in (design.about.title, design.about.text, design.about.source, design.about.result):
        assert part
    saved = tmp_path / f"{name}{files.SUFFIX}"
    files.write(design, saved)
    assert files.read(saved) == design

    qtbot.waitUntil(lambda: bool(window.scene.current))
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel(CurvesPanel).loss.series.count >= 3, timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(action(window, "actionTrain").isEnabled, timeout=60_000)
    assert np.isfinite(window.panel(CurvesPanel).loss.series.means).all()
    qtbot.waitUntil(lambda: any(panel.shown for panel in looking(window).panels.values()), timeout=60_000)
