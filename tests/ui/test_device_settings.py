"""Where it is computed, in which numbers and with how many threads: what the form offers, and how it is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from designer.core.graph.training_settings import VALIDATION
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.training import TrainingPanel
from designer.ui.widgets.fields import Field
from tests.ui.test_training_panel import choose

pytestmark = pytest.mark.kept_window


def field(window: MainWindow, name: str) -> Field:
    """A field of the form, whose fold is open."""
    panel = window.panel(TrainingPanel)
    panel.form.folds[VALIDATION].button.setChecked(True)
    return panel.form.fields[name]


def test_that_threads_say_auto_at_0_and_take_a_number(window: MainWindow, qtbot: QtBot) -> None:
    (box,) = field(window, "threads").findChildren(QSpinBox)
    assert box.text() == "0 (auto)"
    for typed, threads, shown in (("3", 3, "3 threads"), ("1", 1, "1 thread"), ("0", 0, "0 (auto)")):
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, typed)
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert window.editor.design.training.threads == threads
        assert box.text() == shown
    qtbot.keyClick(box, Qt.Key.Key_Return)  # what stands there is taken as it is
    assert window.editor.design.training.threads == 0
    assert not field(window, "threads").problem


def test_that_float16_is_greyed_on_a_cpu_with_the_reason(window: MainWindow, qtbot: QtBot) -> None:
    device, precision = (field(window, name).findChildren(QComboBox)[0] for name in ("device", "precision"))
    model, place = precision.model(), precision.findData("float16")
    assert isinstance(model, QStandardItemModel)
    assert model.item(place).isEnabled()
    choose(qtbot, device, "cpu")
    assert not model.item(place).isEnabled()
    assert "no float16" in precision.itemData(place, Qt.ItemDataRole.ToolTipRole)
    choose(qtbot, precision, "bfloat16")
    assert window.editor.design.training.precision == "bfloat16"
    qtbot.keyClick(precision, Qt.Key.Key_Down)
    assert window.editor.design.training.precision == "bfloat16"
    choose(qtbot, device, "auto")
    assert model.item(place).isEnabled()


def test_that_tips_name_what_pytorch_calls_it(window: MainWindow) -> None:
    for name, called in (
        ("precision", "torch.autocast(dtype=…)"),
        ("threads", "torch.set_num_threads(…)"),
        ("deterministic", "torch.use_deterministic_algorithms(True)"),
    ):
        assert called in field(window, name).toolTip()


def test_that_train_says_what_a_cpu_lacks_and_what_to_take_instead(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.set_training("device", "cpu")
    window.editor.set_training("precision", "float16")  # as a file may have it
    with qtbot.waitSignal(window.bridge.failed, timeout=30_000):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    said = window.panel(TrainingPanel).state.text()
    assert "precision: a CPU has no float16 to train with" in said
    assert "Set the precision to float32 or bfloat16." in said
