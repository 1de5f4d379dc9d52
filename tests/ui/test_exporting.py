"""File > Export in the real window, with the weights that there are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from designer.ui.app.main_window import MainWindow
from designer.ui.panels.code import CodePanel
from tests.codegen.alone import run_alone
from tests.interop.written import digits_model
from tests.ui.driving import Answers, Buttons, action
from tests.ui.test_code import code_of


def choosing(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """The file dialog, in which a person would choose."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path) if path else "", ""))


def message(window: MainWindow, qtbot: QtBot, wanted: str) -> None:
    """Waits for what the status bar says."""
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == wanted, timeout=60_000)


def importing(window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """A model of Keras for the digits, in the window; gives its weights."""
    weights = digits_model(path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    action(window, "actionImport").trigger()
    return weights


def test_that_save_and_the_menu_write_the_script_with_its_data(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = code_of(window, qtbot, "class MnistCnn")
    choosing(monkeypatch, None)
    action(window, "actionExportPyTorch").trigger()
    assert list(tmp_path.iterdir()) == []
    choosing(monkeypatch, tmp_path / "digits")
    qtbot.mouseClick(window.panel(CodePanel).save, Qt.MouseButton.LeftButton)
    message(window, qtbot, "Exported to digits.py, with mnist_5k.npz beside it")
    assert (tmp_path / "digits.py").read_text(encoding="utf-8") == text
    assert (tmp_path / "mnist_5k.npz").exists()
    choosing(monkeypatch, tmp_path / "again.py")
    action(window, "actionExportPyTorch").trigger()
    message(window, qtbot, "Exported to again.py, with mnist_5k.npz beside it")
    assert (tmp_path / "again.py").read_text(encoding="utf-8") == text


def test_that_an_export_that_fails_says_why(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choosing(monkeypatch, tmp_path / "no folder" / "m.py")
    action(window, "actionExportPyTorch").trigger()
    qtbot.waitUntil(lambda: bool(answers.seen), timeout=20_000)
    assert answers.seen[0].name == "exportError"
    assert "the script cannot be written" in answers.seen[0].text


def test_that_an_export_that_cannot_be_written_leaves_no_weights_behind(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing(window, tmp_path / "digits.keras", monkeypatch)
    (tmp_path / "m.py").mkdir()
    choosing(monkeypatch, tmp_path / "m.py")
    answers.then = Buttons.Yes
    action(window, "actionExportModel").trigger()
    qtbot.waitUntil(lambda: len(answers.seen) == 2, timeout=20_000)
    assert "The export could not be written." in answers.seen[1].text
    assert "there is a folder of this name" in answers.seen[1].text
    assert sorted(item.name for item in tmp_path.iterdir() if "data" not in item.name) == ["digits.keras", "m.py"]
    answers.unexpected.clear()  # the message has no Yes


def test_that_an_imported_network_which_does_not_suit_its_data_is_taken_away_with_its_weights(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = importing(window, tmp_path / "digits.keras", monkeypatch)
    window.editor.set_data("gun_point")
    text = code_of(window, qtbot, "class Digits(")
    choosing(monkeypatch, tmp_path / "taken.py")
    answers.then = Buttons.Yes
    qtbot.mouseClick(window.panel(CodePanel).save, Qt.MouseButton.LeftButton)
    message(window, qtbot, "Exported to taken.py, with taken.safetensors beside it")
    assert [(answer.name, "Take the imported weights along?" in answer.text) for answer in answers.seen] == [
        ("weightsQuestion", True)
    ]
    assert run_alone(tmp_path / "taken.py", tmp_path / "elsewhere") == ["output: (2, 10)"]
    kept = load_file(tmp_path / "taken.safetensors")
    np.testing.assert_array_equal(kept["scores.weight"], weights["kernel"].T)
    np.testing.assert_array_equal(kept["scores.bias"], weights["bias"])

    answers.then = Buttons.No
    choosing(monkeypatch, tmp_path / "plain.py")
    action(window, "actionExportModel").trigger()
    message(window, qtbot, "Exported to plain.py")
    assert (tmp_path / "plain.py").read_text(encoding="utf-8") == text
    assert not (tmp_path / "plain.safetensors").exists()


def test_that_the_script_of_a_trained_network_measures_what_the_training_did(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("epochs", 1), ("validation_share", 0.9)):
        window.editor.set_training(name, value)
    ends: list[float] = []
    window.bridge.finished.connect(lambda event: ends.append(event.metrics["test_loss"]))
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: bool(ends), timeout=60_000)
    choosing(monkeypatch, tmp_path / "digits.py")
    answers.then = Buttons.Yes
    action(window, "actionExportPyTorch").trigger()
    message(window, qtbot, "Exported to digits.py, with mnist_5k.npz and digits.safetensors beside it")
    assert "Take the trained weights along?" in answers.seen[0].text
    (line,) = run_alone(tmp_path / "digits.py", tmp_path / "elsewhere")
    assert float(line.split()[2]) == pytest.approx(ends[0], rel=1e-4)


def test_that_weights_are_taken_along_while_training_goes_on(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.editor.set_training("epochs", 500)
    action(window, "actionTrain").trigger()
    qtbot.waitSignal(window.bridge.batches_ended, timeout=60_000).wait()
    choosing(monkeypatch, tmp_path / "digits.py")
    answers.then = Buttons.Yes
    action(window, "actionExportModel").trigger()
    message(window, qtbot, "Exported to digits.py, with digits.safetensors beside it")
    assert window.bridge.training
    assert "weights as they are now" in answers.seen[0].text
    action(window, "actionStop").trigger()
    assert all(np.isfinite(item).all() for item in load_file(tmp_path / "digits.safetensors").values())


def test_that_an_export_that_is_called_off_writes_nothing(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing(window, tmp_path / "digits.keras", monkeypatch)
    choosing(monkeypatch, tmp_path / "taken.py")
    answers.then = Buttons.Cancel
    action(window, "actionExportPyTorch").trigger()
    qtbot.waitUntil(lambda: bool(answers.seen), timeout=60_000)
    answers.then = Buttons.Yes
    choosing(monkeypatch, tmp_path / "no folder" / "m.py")
    action(window, "actionExportPyTorch").trigger()
    qtbot.waitUntil(lambda: len(answers.seen) == 2, timeout=60_000)
    answers.then = Buttons.Ok
    qtbot.waitUntil(lambda: len(answers.seen) == 3, timeout=60_000)
    assert [item.name for item in answers.seen] == ["weightsQuestion", "weightsQuestion", "exportError"]
    assert "the weights cannot be written" in answers.seen[2].text
    # Unsaved work is kept beside it after a moment.
    assert [path.name for path in tmp_path.iterdir() if path.name != "designer-data"] == ["digits.keras"]


def test_that_weights_of_another_network_are_not_offered(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing(window, tmp_path / "digits.keras", monkeypatch)
    window.editor.set_param("scores", "out_features", 7)
    choosing(monkeypatch, tmp_path / "taken.py")
    action(window, "actionExportModel").trigger()
    message(window, qtbot, "Exported to taken.py")
    assert answers.seen == []
