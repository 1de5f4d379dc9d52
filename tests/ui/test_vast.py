"""The window shows designs that stand for more than any machine holds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from designer.core.analysis.budgets import Budgets
from designer.core.schema import units
from designer.core.storage import files
from designer.ui.panels.analyzer import AnalyzerPanel
from tests.ui.conftest import Opening
from tests.ui.driving import action
from tests.vast import VAST


@pytest.mark.parametrize("name", ["doubled", "uses", "open in place"])
def test_that_the_analyzer_and_the_colours_show_a_vast_design(
    name: str, opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "vast.network.json"
    path.write_text(files.dumps(VAST[name]()), encoding="utf-8")
    began = time.process_time()
    window = opening(path)
    window.docks["Analyzer"].show()
    window.docks["Analyzer"].raise_()
    panel = window.docks["Analyzer"].widget()
    assert isinstance(panel, AnalyzerPanel)
    qtbot.waitUntil(lambda: panel.model.rowCount() == len(window.editor.design.network.nodes))
    window.settings.budgets = Budgets(block={"memory": 1.0, "parameters": 1.0})
    panel.refresh()
    index = QModelIndex()
    for _ in range(5):
        index = panel.model.index(1, 0, index)
        panel.table.expand(index)
    for colours in ("actionColourByMemory", "actionColourByMultiplyAdds"):
        action(window, colours).trigger()
    window.grab()
    shown = [panel.model.index(row, column).data() for row in range(panel.model.rowCount()) for column in (2, 3, 4)]
    assert all(shown)
    # Concatenates save nothing for gradients: what is past any machine passes, which the whole is told of.
    assert (units.BEYOND in panel.summary.text()) == (name == "doubled")
    assert window.editor.problems()
    assert not window.action("actionTrain").isEnabled()
    assert time.process_time() - began < 8
