"""A text network goes on with a typed beginning in the Sample panel, letter by letter."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.data import opening as data_opening
from designer.engine.inspection.writing import Writer
from designer.engine.model.build import build
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.sample_views import Scores
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, action


@pytest.fixture
def alice(opening: Opening) -> MainWindow:
    window = opening(example("alice_next_letter"))
    window.bench.panels.show("Sample")
    return window


def child(window: MainWindow, kind: type[Any], name: str) -> Any:
    found = window.panel(SamplePanel).findChild(kind, name)
    assert found is not None, name
    return found


def type_beginning(window: MainWindow, qtbot: QtBot, text: str) -> None:
    qtbot.mouseClick(child(window, QPushButton, "sampleWriteOn"), LEFT)
    line = child(window, QLineEdit, "writeBeginning")
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, text)


def text_of(window: MainWindow) -> str:
    return child(window, QPlainTextEdit, "writtenText").toPlainText()


def test_that_a_text_grows_letter_by_letter_with_what_may_come_next_and_a_seed_writes_it_again(
    alice: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, plain = set[str](), Writer._behind_text

    def noting(writer: Writer) -> Any:
        threads.add(threading.current_thread().name)
        return plain(writer)

    monkeypatch.setattr(Writer, "_behind_text", noting)
    type_beginning(alice, qtbot, "alice was ")
    bars = child(alice, Scores, "writeNext")
    qtbot.waitUntil(lambda: len(bars.rows) == 6, timeout=30_000)  # before anything is written
    design = alice.editor.design
    assert threads == {"designer-engine"}
    dataset = data_opening.load(design.data)
    child(alice, QWidget, "writeTemperature").setValue(0.7)
    child(alice, QWidget, "writeLength").setValue(25)
    child(alice, QWidget, "writeSeed").setValue(5)
    qtbot.mouseClick(child(alice, QPushButton, "writeButton"), LEFT)
    lengths = set()
    qtbot.waitUntil(lambda: lengths.add(len(text_of(alice))) or len(text_of(alice)) == 35, timeout=30_000)
    assert len(lengths) > 10  # it was seen to grow
    assert threads == {"designer-engine"}
    model = build(design.network, seed=design.training.seed)
    writer = Writer(model, design.network, dataset, "alice was ", 0.7, 5)
    for _ in range(25):
        writer.step()
    assert text_of(alice) == writer.text
    names, shares = writer.likeliest(6)
    assert [share for _, share, _ in bars.rows] == pytest.approx(shares, abs=1e-6)
    assert [name for name, _, _ in bars.rows] == ["blank" if name == " " else name for name in names]
    assert child(alice, QPushButton, "writeButton").text() == "Write"
    QTest.keyClick(child(alice, QLineEdit, "writeBeginning"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(text_of(alice)) == 35, timeout=30_000)
    assert text_of(alice) == writer.text


def test_that_a_text_can_be_stopped_and_goes_on_beside_a_run(alice: MainWindow, qtbot: QtBot) -> None:
    alice.editor.set_training("batch_size", 512)
    action(alice, "actionTrain").trigger()
    qtbot.waitUntil(lambda: alice.bridge._has_run, timeout=30_000)
    type_beginning(alice, qtbot, "the ")
    child(alice, QWidget, "writeLength").setValue(100_000)
    button = child(alice, QPushButton, "writeButton")
    qtbot.mouseClick(button, LEFT)
    assert button.text() == "Stop"
    qtbot.waitUntil(lambda: len(text_of(alice)) > 8, timeout=60_000)
    assert alice.bridge.training
    qtbot.mouseClick(button, LEFT)
    assert button.text() == "Write"
    qtbot.wait(300)
    written = text_of(alice)
    qtbot.wait(300)
    assert text_of(alice) == written
    assert child(alice, QWidget, "writeWhose").text().startswith(("training", "untrained"))
    action(alice, "actionStop").trigger()
    qtbot.waitUntil(lambda: not alice.bridge.training, timeout=60_000)


def test_that_wrong_beginnings_are_told_and_other_networks_and_samples_close_it(
    alice: MainWindow, qtbot: QtBot
) -> None:
    panel = alice.panel(SamplePanel)
    type_beginning(alice, qtbot, "7 cats")
    problem = child(alice, QWidget, "writeProblem")
    qtbot.waitUntil(lambda: "'7' is none of the words" in problem.said, timeout=30_000)
    child(alice, QLineEdit, "writeBeginning").clear()
    qtbot.mouseClick(child(alice, QPushButton, "writeButton"), LEFT)
    assert problem.said.startswith("Type a beginning")
    qtbot.mouseClick(child(alice, QPushButton, "writeBack"), LEFT)
    assert not child(alice, QLineEdit, "writeBeginning").isVisible()
    action(alice, "actionWriteOn").trigger()
    assert child(alice, QLineEdit, "writeBeginning").isVisible()
    child(alice, QPlainTextEdit, "writtenText").setPlainText("written by another network")
    alice.docks["Sample"].hide()
    alice.editor.set_param("dropout", "p", 0.3)
    alice.docks["Sample"].show()  # what has changed meanwhile counts now
    assert not text_of(alice)
    panel.number.stepUp()
    assert not child(alice, QLineEdit, "writeBeginning").isVisible()
    action(alice, "actionWriteOn").trigger()
    alice.editor.set_data("movie_reviews")
    assert not child(alice, QLineEdit, "writeBeginning").isVisible()
    assert not child(alice, QPushButton, "sampleWriteOn").isVisible()
    qtbot.waitUntil(lambda: not action(alice, "actionWriteOn").isEnabled())
