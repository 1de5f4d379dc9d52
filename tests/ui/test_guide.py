"""The panel that CONTRIBUTING.md shows works in the real window."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from designer.ui.app.main_window import MainWindow
from tests.guide import code
from tests.ui.driving import action


def test_that_the_example_of_a_panel_follows_the_design_and_has_its_command(window: MainWindow) -> None:
    (text,) = code("How to add a panel, or a command")
    names: dict[str, object] = {"__name__": "guide"}
    exec(text, names)
    install = names["install"]
    assert callable(install)
    install(window.bench)
    shown = window.docks["Counts"].widget()
    assert isinstance(shown, QLabel)
    action(window, "actionCounts").trigger()
    assert not shown.visibleRegion().isEmpty()
    assert "Conv2d: 3" in shown.text()
    window.editor.append("conv2d", "conv3")
    assert "Conv2d: 4" in shown.text()
