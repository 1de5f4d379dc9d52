"""File > Import: a network of Keras in the window, with its report and its weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from designer.data import sources
from designer.engine.protocol.events import ActivationsCaptured
from designer.ui.app.main_window import MainWindow
from designer.ui.files.importing import ImportReport
from designer.ui.panels.inspector import InspectorPanel
from tests.interop.written import digits_model
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, Buttons, action


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model that the person chooses, and beside it the file that it is saved in."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "digits.keras"), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "digits.network.json"), ""))
    return tmp_path / "digits.keras"


def import_chosen(window: MainWindow, qtbot: QtBot) -> ImportReport:
    action(window, "actionImport").trigger()
    report = window.findChild(ImportReport, "importReport")
    assert report is not None
    assert report.isVisible()
    qtbot.waitUntil(lambda: window.scene.current == "flat")  # the first block, once the canvas is drawn
    return report


CASES = Path(__file__).parents[1] / "interop" / "cases"


def test_that_a_model_of_keras_is_imported_by_the_command_line_open_and_recent(
    opening: Opening, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, answers: Answers
) -> None:
    model, configuration = next(CASES.rglob("model.keras")), next(CASES.rglob("model.json"))
    window = opening(model)
    answers.then = Buttons.Discard
    for way in ("command line", "Open", "Recent"):
        if way == "Open":
            monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(configuration), ""))
            action(window, "actionOpen").trigger()
        elif way == "Recent":
            window.bench.opening.open_file(model)
        qtbot.waitUntil(lambda: window.findChild(ImportReport, "importReport") is not None)
        report = window.findChild(ImportReport, "importReport")
        assert report.isVisible()
        assert (window.filing.name, window.editor.document.path) == ("model", None)
        assert window.isWindowModified()
        assert window.scene.cards
        report.close()
        qtbot.waitUntil(lambda: window.findChild(ImportReport, "importReport") is None)


def test_that_an_hdf5_file_and_a_damaged_model_given_to_open_are_told_by_the_import(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    before = window.editor.design
    for name, content, words in (
        ("old.h5", b"\x89HDF\r\n\x1a\n model_config", "save it as .keras"),
        ("cut.keras", b"PK\x03\x04", "the archive is damaged"),
    ):
        (tmp_path / name).write_bytes(content)
        window.bench.opening.open_file(tmp_path / name)
        assert answers.seen[-1].name == "importError"
        assert words in answers.seen[-1].text
    assert window.editor.design is before


def rows(report: ImportReport) -> list[tuple[str, str, str]]:
    table = report.findChild(QTableWidget, "importNotes")
    every = [[table.item(row, column).text() for column in range(3)] for row in range(table.rowCount())]
    return [(what, why, layers) for what, why, layers in every]


def expected(weights: dict[str, np.ndarray], sample: int) -> np.ndarray:
    """What the model gives for a digit."""
    data = sources.load("mnist_5k")
    pixels = data.test.sample(data.info.features[0].name, sample)
    logits = pixels.reshape(-1) @ weights["kernel"] + weights["bias"]
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def values_of_scores(window: MainWindow, qtbot: QtBot) -> ActivationsCaptured:
    """What is seen inside of the last layer, once it is that of the imported weights."""
    seen: list[ActivationsCaptured] = []
    window.bridge.captured.connect(seen.append)
    window.scene.select("scores")
    qtbot.waitUntil(
        lambda: any(event.block == "scores" and event.weights == "imported" for event in seen), timeout=20_000
    )
    return next(event for event in reversed(seen) if event.block == "scores" and event.weights == "imported")


def test_that_an_imported_model_is_seen_with_its_weights_which_come_back_when_its_file_is_opened(
    opening: Opening, window: MainWindow, chosen: Path, qtbot: QtBot
) -> None:
    weights = digits_model(chosen)
    report = import_chosen(window, qtbot)
    assert set(window.scene.cards) == {"flat_input", "flat", "scores", "output"}
    assert window.editor.problems() == []
    assert window.isWindowModified()
    assert window.windowTitle().startswith("digits")
    assert "The weights came along" in report.findChild(QLabel, "importSummary").text()
    assert [(what, layers) for what, _, layers in rows(report)] == [("Changed", "the whole model")]
    seen = values_of_scores(window, qtbot)
    np.testing.assert_allclose(seen.values, expected(weights, seen.sample.index), atol=1e-5)
    report.close()

    action(window, "actionSave").trigger()
    kept = chosen.with_name("digits.run") / "checkpoint.safetensors"
    qtbot.waitUntil(kept.exists, timeout=20_000)
    again = opening(chosen.with_name("digits.network.json"))
    seen = values_of_scores(again, qtbot)
    np.testing.assert_allclose(seen.values, expected(weights, seen.sample.index), atol=1e-5)


def test_that_training_begins_from_imported_weights(window: MainWindow, chosen: Path, qtbot: QtBot) -> None:
    weights = digits_model(chosen)
    import_chosen(window, qtbot).close()
    for name, value in (("learning_rate", 1e-8), ("epochs", 1)):
        window.editor.set_training(name, value)
    values_of_scores(window, qtbot)
    with qtbot.waitSignal(window.bridge.finished, timeout=60_000):
        action(window, "actionTrain").trigger()
    seen: list[ActivationsCaptured] = []
    window.bridge.captured.connect(seen.append)
    window.bridge.watch("scores", 3)
    qtbot.waitUntil(lambda: any(event.sample.index == 3 for event in seen), timeout=20_000)
    assert seen[-1].weights == "trained"
    np.testing.assert_allclose(seen[-1].values, expected(weights, 3), atol=1e-3)


def test_that_what_has_no_counterpart_is_named_first_and_shown_as_a_problem(
    window: MainWindow, chosen: Path, qtbot: QtBot
) -> None:
    digits_model(chosen, with_lambda=True)
    report = import_chosen(window, qtbot)
    what, why, layers = rows(report)[0]
    assert (what, layers) == ("No counterpart", "twice")
    assert why.startswith("Lambda: ")
    assert ["twice" in problem.message for problem in window.editor.problems()][:1] == [True]
    assert report.isVisible()
    window.editor.stack.setClean()
    action(window, "actionNew").trigger()
    assert not [shown for shown in window.findChildren(ImportReport) if shown.isVisible()]


def test_that_weights_are_in_use_once_a_placeholder_is_taken_out(
    window: MainWindow, chosen: Path, qtbot: QtBot
) -> None:
    weights = digits_model(chosen, with_lambda=True)
    import_chosen(window, qtbot).close()
    window.scene.select("twice")
    (remove,) = [
        button for button in window.panel(InspectorPanel).findChildren(QPushButton, "fix") if button.isVisible()
    ]
    assert remove.text() == "Remove 'twice'"
    remove.click()
    assert window.editor.problems() == []
    seen = values_of_scores(window, qtbot)
    np.testing.assert_allclose(seen.values, expected(weights, seen.sample.index), atol=1e-5)


def test_that_another_network_is_not_given_the_imported_weights(window: MainWindow, chosen: Path, qtbot: QtBot) -> None:
    digits_model(chosen)
    import_chosen(window, qtbot).close()
    values_of_scores(window, qtbot)
    same = window.editor.design
    window.filing.show_imported(same, "the same, made anew")
    seen: list[ActivationsCaptured] = []
    window.bridge.captured.connect(seen.append)
    window.scene.select("flat")
    window.scene.select("scores")
    qtbot.waitUntil(lambda: any(event.block == "scores" for event in seen), timeout=20_000)
    assert {event.weights for event in seen} == {"untrained"}


def test_that_a_broken_model_is_told_and_the_open_document_stays(
    window: MainWindow, chosen: Path, answers: Answers
) -> None:
    chosen.write_bytes(b"PK cut short")
    before = window.editor.design
    action(window, "actionImport").trigger()
    assert [(answer.name, "cut short" in answer.text) for answer in answers.seen] == [("importError", True)]
    assert window.editor.design is before


def test_that_no_error_of_an_import_leaves_the_cursor_of_waiting(
    window: MainWindow, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "damaged.keras"
    path.write_bytes(b"PK\x03\x04")
    window.bench.importing.import_file(path)
    assert answers.seen[0].name == "importError"
    assert QApplication.overrideCursor() is None

    before = window.editor.design

    def runs_out(*_: object) -> None:
        assert QApplication.overrideCursor() is not None
        raise MemoryError

    monkeypatch.setattr("designer.interop.keras.importing.read", runs_out)
    window.bench.importing.import_file(path)
    assert (answers.seen[1].name, window.editor.design) == ("importError", before)
    assert "it takes more memory than there is: close other programs" in answers.seen[1].text
    assert QApplication.overrideCursor() is None

    def fails(_: Path) -> None:
        raise LookupError("nobody has foreseen this")

    monkeypatch.setattr("designer.interop.keras.importing.import_keras", fails)
    with pytest.raises(LookupError):
        window.bench.importing.import_file(path)
    assert QApplication.overrideCursor() is None
