"""Samples of a person's own in the real window: drawn, typed, dropped; what becomes of them, and the way back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.design import Design
from designer.core.graph.network import Node
from designer.core.graph.roles import OutputBlock
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.data import opening as data_opening
from designer.data import sources
from designer.engine.protocol.events import ActivationsCaptured
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.drawing_pad import DrawingDialog, DrawingPad
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.sample_views import ImageView, TextView
from tests.helpers import block, pairs_file
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, NONE, action, drop_files, looking, move_pressed
from tests.ui.test_sample_panel import opened, written


def digits_file(folder: Path, epochs: int = 2) -> Path:
    """Digits that are learned in a moment."""
    return written(
        folder,
        "mnist_5k",
        Node("input", block("input", sizes=[1, 28, 28]), ()),
        Node("conv1", block("conv2d", out_channels=8, activation="relu"), ("input",)),
        Node("pool1", block("max_pool2d"), ("conv1",)),
        Node("flatten", block("flatten"), ("pool1",)),
        Node("dense1", block("dense", out_features=10), ("flatten",)),
        Node("output", block("output"), ("dense1",)),
        epochs=epochs,
        learning_rate=0.003,
    )


def reviews_file(folder: Path) -> Path:
    return written(
        folder,
        "movie_reviews",
        Node("input", block("input", sizes=[None], axes="tokens"), ()),
        Node("embedding1", block("embedding", num_embeddings=5000, embedding_dim=4), ("input",)),
        Node("pool1", block("global_max_pool"), ("embedding1",)),
        Node("dense1", block("dense", out_features=2), ("pool1",)),
        Node("output", block("output"), ("dense1",)),
    )


def child(window: MainWindow, kind: type[Any], name: str) -> Any:
    found = window.findChild(kind, name)
    assert found is not None
    return found


def digit(folder: Path, number: int) -> Path:
    """A sample of the test as a file."""
    pixels = sources.load("mnist_5k").test.columns["image"][number, 0]
    Image.fromarray((pixels * 255).round().astype(np.uint8)).save(folder / "digit.png")
    return folder / "digit.png"


def captured(window: MainWindow, qtbot: QtBot, own: bool) -> ActivationsCaptured:
    """What the panels show once the sample is the person's own, or again one of the data."""

    def shown() -> ActivationsCaptured | None:
        found = [panel.shown for panel in looking(window).panels.values() if panel.shown is not None]
        return found[0] if found and found[0].sample.is_own == own else None

    qtbot.waitUntil(lambda: shown() is not None, timeout=30_000)
    event = shown()
    assert event is not None
    return event


def draw_one(pad: DrawingPad) -> None:
    """A line from top to bottom."""
    top, bottom = QPoint(pad.width() // 2, pad.height() // 6), QPoint(pad.width() // 2, pad.height() * 5 // 6)
    QTest.mousePress(pad, LEFT, NONE, top)
    for step in range(1, 9):
        move_pressed(pad, top + (bottom - top) * step / 8)
    QTest.mouseRelease(pad, LEFT, NONE, bottom)


def invites(pad: DrawingPad) -> bool:
    """Whether words in grey stand in its middle."""
    middle, muted = pad.rect().center(), QColor(pad._theme.colours.muted).rgb()
    seen = pad.grab().toImage()
    return any(
        seen.pixel(x, y) == muted
        for x in range(middle.x() - 30, middle.x() + 30)
        for y in range(middle.y() - 8, middle.y() + 8)
    )


def test_that_a_one_that_is_drawn_is_taken_for_a_one_and_the_way_back_leads_to_the_data(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window, panel = opened(opening, qtbot, digits_file(tmp_path), "conv1")
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: panel.whose.text().startswith("trained"), timeout=120_000)
    label = panel.verdict.text()
    action(window, "actionDrawSample").trigger()
    dialog = child(window, DrawingDialog, "drawing")
    qtbot.waitExposed(dialog)
    assert invites(dialog.pad)
    assert QApplication.palette("QRadioButton") == QApplication.palette("QCheckBox")  # whose rings are seen in dark
    draw_one(dialog.pad)
    assert not invites(dialog.pad)
    qtbot.waitUntil(lambda: "Prediction <b>1</b>, " in panel.verdict.text(), timeout=30_000)
    assert "There is no label" in panel.verdict.text()
    (scores,) = panel.scores
    assert scores.rows[0][0] == "1"
    assert scores.rows[0][1] > 0.5
    assert not any(right for *_, right in scores.rows)
    assert child(window, QLabel, "sampleOwnTold").text() == "Drawn: 1×28×28"
    (view,) = panel.views
    assert isinstance(view, ImageView)
    seen = np.frombuffer(view.frames[0].constBits(), np.uint8)[::3].reshape(28, -1)[:, :28]
    assert seen[14, 14] > 200  # light on dark, and in the middle
    assert seen[:, :8].max() == 0
    maps = captured(window, qtbot, own=True)
    assert maps.block == "conv1"
    assert maps.values.shape[0] == 8

    child(window, QRadioButton, "drawingEraser").click()
    draw_one(dialog.pad)
    child(window, QPushButton, "drawingClear").click()
    qtbot.waitUntil(lambda: panel.verdict.text() == label, timeout=30_000)
    child(window, QRadioButton, "drawingPen").click()
    draw_one(dialog.pad)
    qtbot.waitUntil(lambda: "There is no label" in panel.verdict.text(), timeout=30_000)
    child(window, QPushButton, "sampleOwnBack").click()
    qtbot.waitUntil(lambda: panel.verdict.text() == label, timeout=30_000)
    assert not panel.own_row.isVisible()
    captured(window, qtbot, own=False)
    dialog.close()


def test_that_a_digit_dropped_as_a_picture_gives_what_the_sample_gives_and_stays_while_training(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window, panel = opened(opening, qtbot, digits_file(tmp_path, epochs=1), "conv1")
    panel.number.setValue(17)
    qtbot.waitUntil(lambda: captured(window, qtbot, own=False).sample.index == 17, timeout=30_000)
    theirs = captured(window, qtbot, own=False)
    before = window.editor.design
    assert drop_files(panel, digit(tmp_path, 17))
    ours = captured(window, qtbot, own=True)
    np.testing.assert_allclose(ours.values, theirs.values, atol=1e-5)
    np.testing.assert_allclose(ours.sample.verdicts[0].scores, theirs.sample.verdicts[0].scores, atol=1e-5)
    assert window.editor.design is before  # it is no data to learn from
    assert child(window, QLabel, "sampleOwnTold").text().startswith("digit.png: ")

    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: panel.whose.text().startswith("trained"), timeout=120_000)
    assert captured(window, qtbot, own=True).weights == "trained"
    panel.number.stepUp()
    captured(window, qtbot, own=False)


def test_that_a_sentence_is_judged_while_it_is_typed(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    window, panel = opened(opening, qtbot, reviews_file(tmp_path), "pool1")
    assert not action(window, "actionDrawSample").isEnabled()
    action(window, "actionTypeSample").trigger()
    field = child(window, QLineEdit, "sampleOwnText")
    assert field.hasFocus()
    QTest.keyClicks(field, "a film")
    problem = child(window, QLabel, "sampleOwnProblem")
    qtbot.waitUntil(lambda: "at least 5 words" in problem.said, timeout=30_000)
    QTest.keyClicks(field, " that makes you laugh, xyzzyx")
    qtbot.waitUntil(lambda: "There is no label" in panel.verdict.text(), timeout=30_000)
    (view,) = panel.views
    assert isinstance(view, TextView)
    qtbot.waitUntil(lambda: view.text.text() == "a film that makes you laugh <unknown>", timeout=30_000)
    assert not problem.isVisible()
    assert len(panel.scores[0].rows) == 2
    assert child(window, QLabel, "sampleOwnTold").text().endswith("Typed: 7 tokens")
    child(window, QPushButton, "sampleOwnBack").click()
    qtbot.waitUntil(lambda: panel.verdict.text().startswith("Label"), timeout=30_000)
    assert not field.isVisible()


def test_that_a_wrong_file_is_told_and_breaks_nothing(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    window, panel = opened(opening, qtbot, digits_file(tmp_path), "conv1")
    shown = panel.verdict.text()
    wrong = tmp_path / "notes.txt"
    wrong.write_text("no picture", encoding="utf-8")
    assert drop_files(panel, wrong)
    problem = child(window, QLabel, "sampleOwnProblem")
    qtbot.waitUntil(lambda: problem.said.endswith("notes.txt: expected a picture"), timeout=30_000)
    assert panel.verdict.text() == shown
    assert drop_files(panel, wrong, digit(tmp_path, 3))
    qtbot.waitUntil(lambda: "2 files were dropped" in window.statusBar().currentMessage())
    assert drop_files(panel, digit(tmp_path, 3))
    captured(window, qtbot, own=True)
    assert not problem.isVisible()


def test_that_a_sample_goes_with_the_data_that_it_was_for(opening: Opening, qtbot: QtBot, tmp_path: Path) -> None:
    window, panel = opened(opening, qtbot, digits_file(tmp_path), "conv1")
    assert drop_files(panel, digit(tmp_path, 3))
    captured(window, qtbot, own=True)
    window.editor.set_param("conv1", "out_channels", 4)
    qtbot.waitUntil(lambda: len(captured(window, qtbot, own=True).values) == 4, timeout=30_000)
    window.editor.set_data("gun_point")
    assert looking(window).own.values is None
    assert "does not fit any more" in child(window, QLabel, "sampleOwnProblem").said
    window.editor.stack.undo()
    qtbot.waitUntil(lambda: panel.verdict.text().startswith("Label"), timeout=30_000)


def test_that_of_two_inputs_one_is_ones_own_and_the_other_that_of_the_data(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window, panel = opened(opening, qtbot, pairs_file(tmp_path), "dense1")
    assert drop_files(panel, digit(tmp_path, 3))
    first, second = captured(window, qtbot, own=True).sample.features.values()
    test = sources.load("digit_pairs").test
    assert not np.array_equal(first, test.sample("first", 0))
    np.testing.assert_array_equal(second, test.sample("second", 0))
    assert "first: Prediction <b>" in panel.verdict.text()
    box = panel.own_row.feature
    assert [box.itemText(place) for place in range(box.count())] == ["first", "second"]
    assert box.isVisible()


def test_that_a_row_of_a_table_of_ones_own_is_typed_by_the_names_of_its_columns(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [f"{('Rome', 'Oslo', 'Bonn')[n % 3]},{20 + n % 30},{('no', 'yes')[n % 2]}" for n in range(60)]
    path = tmp_path / "people.csv"
    path.write_text("town,age,member\n" + "\n".join(rows), encoding="utf-8")
    name, found = data_opening.inspect(path, "table")
    data = data_opening.settings_for(path, name, found)
    network = starting_networks(found.info)[0].network
    files.write(Design(network, data, TrainingSettings(device="cpu")), tmp_path / "people.network.json")
    output = next(node.id for node, _ in network.of_type(OutputBlock))
    window, panel = opened(opening, qtbot, tmp_path / "people.network.json", output)
    action(window, "actionTypeSample").trigger()
    field = child(window, QLineEdit, "sampleOwnText")
    assert field.placeholderText() == "town, age"  # as in the file, whatever numbers become of them
    assert field.text() == ", ".join(value for _, value in panel.views[0].cells)  # to be changed here and there
    assert field.selectedText() == field.text()
    QTest.keyClicks(field, "age=35, town=Oslo")
    QTest.keyClick(field, Qt.Key.Key_Return)
    event = captured(window, qtbot, own=True)
    (numbers,) = event.sample.features.values()
    assert sorted(numbers[1:].tolist()) == [0, 0, 1]
    assert abs(numbers[0]) < 0.5  # the mean is 34.5: standardised as the others were
    QTest.keyClicks(field, ", twn=Rome")
    problem = child(window, QLabel, "sampleOwnProblem")
    qtbot.waitUntil(lambda: "no column is called 'twn'" in problem.said, timeout=30_000)
    window.editor.set_data("gun_point")
    assert not field.isVisible()
    assert not field.text()


def test_that_the_window_does_not_wait_for_what_is_read(
    opening: Opening, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, panel = opened(opening, qtbot, digits_file(tmp_path), "conv1")

    def slowly(*given: object) -> Any:
        time.sleep(0.3)
        return sample_of(*given)

    from designer.data.single_samples import sample_of

    monkeypatch.setattr("designer.ui.run.own_sample.sample_of", slowly)
    ticks: list[float] = []
    timer = QTimer(window, interval=5)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    path, begin, at_work = digit(tmp_path, 3), time.perf_counter(), time.thread_time()
    window.panel(SamplePanel).dropped.emit(path)
    assert time.thread_time() - at_work < 0.016
    assert time.perf_counter() - begin < 0.2
    qtbot.waitUntil(lambda: panel.own.values is not None, timeout=30_000)
    timer.stop()
    during = [tick for tick in ticks if begin < tick < begin + 0.3]
    assert len(during) > 10


def test_that_every_way_has_a_name_and_stands_in_a_menu(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(SamplePanel)
    offered = child(window, QPushButton, "sampleOwn").menu().actions()
    assert [item.objectName() for item in offered] == ["actionDrawSample", "actionTypeSample", "actionOpenSample"]
    assert [item.isEnabled() for item in offered] == [True, False, True]
    placed = [item.action for item in window.bench.menus.placed()]
    assert all(item in placed for item in offered)
    action(window, "actionDrawSample").trigger()
    dialog = child(window, DrawingDialog, "drawing")
    takers = [item for item in (*panel.findChildren(QWidget), *dialog.findChildren(QWidget)) if _takes_keys(item)]
    assert {"sampleOwn", "drawingPen", "drawingEraser", "drawingClear"} <= {item.objectName() for item in takers}
    assert [item for item in takers if not (item.accessibleName() or getattr(item, "text", str)())] == []
    dialog.close()


def _takes_keys(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible()
