"""What is typed into fields: never changed silently, told in the field's own words, and safe from the wheel."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QTabBar,
    QToolBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.core.graph.block import Block
from designer.core.graph.registry import kinds
from designer.core.graph.training_settings import TrainingSettings
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.training import TrainingPanel
from designer.ui.widgets.fields import ColumnField, Field
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.number_boxes import EntryMessage
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, Buttons, action

EVERY_MODEL = {**kinds(), "training": TrainingSettings}
HUGE_LOSS = Path(__file__).parent / "networks" / "huge_loss.network.json"
JARGON = ("Input should", "greater than", "less than", "valid integer", "valid number", "could not convert", "literal")


def editors_of(field: Field) -> list[QAbstractSpinBox | QLineEdit]:
    """What takes typed text: boxes, and lines that are not the inside of one."""
    boxes = field.findChildren(QAbstractSpinBox)
    lines = [line for line in field.findChildren(QLineEdit) if line.parentWidget() is field]
    return [*boxes, *lines]


def type_into(qtbot: QtBot, editor: QAbstractSpinBox | QLineEdit, text: str) -> None:
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def message_of(field: QWidget) -> str:
    return " ".join(label.text() for label in field.findChildren(QLabel, "fieldProblem") if label.isVisible())


def setting(window: MainWindow, name: str) -> Field:
    return window.panel(TrainingPanel).form.fields[name]


@pytest.mark.parametrize("kind", EVERY_MODEL)
def test_that_text_that_no_field_takes_stays_and_is_told_in_its_own_words(qtbot: QtBot, kind: str) -> None:
    model = EVERY_MODEL[kind]
    default = model()
    form = ModelForm(default.form_fields() if isinstance(default, Block) else model.model_fields)
    qtbot.addWidget(form)
    form.show()
    form.show_model(default)
    edits: list[object] = []
    form.edited.connect(lambda name, value: edits.append((name, value)))
    typed_into = [
        (editor, field)
        for field in form.fields.values()
        for editor in editors_of(field)
        if editor.isEnabled() and editor.isVisibleTo(form) and not isinstance(field, ColumnField)
    ]
    for (editor, field), text in itertools.product(typed_into, ("abc", "1234567890123", "-9999999999", "1e99", "")):
        type_into(qtbot, editor, text)
        assert edits == [], editor.objectName()
        assert text in editor.text()
        told = message_of(field)
        assert told.startswith(("Expected", "Only")), (editor.objectName(), told)
        assert not any(word in told for word in JARGON), told
    form.take_back()
    assert all(message_of(field) == "" for field in form.fields.values())


def test_that_a_number_with_too_many_digits_is_told_with_the_bounds_and_the_nearest_is_one_click_away(
    window: MainWindow, qtbot: QtBot
) -> None:
    field = setting(window, "batch_size")
    box = field.findChild(QAbstractSpinBox)
    type_into(qtbot, box, "200000")
    assert window.editor.design.training.batch_size == 32
    assert message_of(window.panel(TrainingPanel)) == "Expected a whole number from 1 to 65,536, got '200000'"
    assert box.text() == "200000"
    assert box.focusWidget() is not None
    qtbot.mouseClick(field.findChild(QPushButton, "useNearest"), Qt.MouseButton.LeftButton)
    assert window.editor.design.training.batch_size == 65_536
    assert box.text() == "65536"
    assert message_of(window.panel(TrainingPanel)) == ""
    type_into(qtbot, box, "20000")
    assert window.editor.design.training.batch_size == 20_000


def test_that_what_is_wrong_is_told_when_the_field_is_left_and_another_edit_keeps_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    box = setting(window, "epochs").findChild(QAbstractSpinBox)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "12345678")
    setting(window, "seed").findChild(QAbstractSpinBox).setFocus()
    qtbot.waitUntil(lambda: "1,000,000" in message_of(window.panel(TrainingPanel)))
    type_into(qtbot, setting(window, "seed").findChild(QAbstractSpinBox), "5")
    assert window.editor.design.training.seed == 5
    assert box.text() == "12345678"
    type_into(qtbot, box, "12")
    assert window.editor.design.training.epochs == 12
    assert message_of(window.panel(TrainingPanel)) == ""


@pytest.mark.parametrize(
    ("text", "told", "nearest"),
    [
        ("1e9", "Expected a number from 1e-08 to 100, got '1e9'", 100.0),
        ("abc", "Expected a number from 1e-08 to 100, got 'abc'", None),
        ("nan", "Expected a number from 1e-08 to 100, got 'nan'", None),
    ],
)
def test_that_a_learning_rate_that_cannot_be_is_told_in_words(
    window: MainWindow, qtbot: QtBot, text: str, told: str, nearest: float | None
) -> None:
    field = setting(window, "learning_rate")
    type_into(qtbot, field.findChild(QLineEdit), text)
    assert message_of(field) == told
    button = field.findChild(QPushButton, "useNearest")
    assert button.isVisible() == (nearest is not None)
    if nearest is not None:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert window.editor.design.training.learning_rate == nearest
        assert message_of(field) == ""


def test_that_what_is_wrong_in_a_field_of_a_small_window_stands_within_its_panel(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.arrangement.room == "small")
    window.docks["Training"].raise_()
    panel, field = window.panel(TrainingPanel), setting(window, "learning_rate")
    type_into(qtbot, field.findChild(QLineEdit), "1e9")
    words = field.findChild(QLabel, "fieldProblem")
    qtbot.waitUntil(lambda: 0 < words.height() <= 5 * words.fontMetrics().lineSpacing())
    qtbot.waitUntil(lambda: 0 < panel.widget().width() <= panel.viewport().width())


def test_that_no_digit_of_a_small_share_or_a_long_rate_is_lost(window: MainWindow, qtbot: QtBot) -> None:
    share, rate = setting(window, "validation_share"), setting(window, "learning_rate")
    type_into(qtbot, share.findChild(QAbstractSpinBox), "0.12345")
    assert window.editor.design.training.validation_share == 0.12345
    assert share.findChild(QAbstractSpinBox).text() == "0.12345"
    type_into(qtbot, rate.findChild(QLineEdit), "0.00123456789")
    assert window.editor.design.training.learning_rate == 0.00123456789
    assert rate.findChild(QLineEdit).text() == "0.00123456789"


def test_that_the_sample_that_is_not_there_is_told(window: MainWindow, qtbot: QtBot) -> None:
    sample = window.panel(SamplePanel)
    qtbot.waitUntil(lambda: sample.number.maximum() < 10_000, timeout=30_000)
    last, before = sample.number.maximum(), sample.number.value()
    type_into(qtbot, sample.number, "1234567")
    assert sample.number.value() == before
    assert f"to {last:,}" in message_of(sample)
    qtbot.mouseClick(sample.findChild(EntryMessage).nearest, Qt.MouseButton.LeftButton)
    assert sample.number.value() == last
    assert message_of(sample) == ""


def roll(widget: QWidget, notches: int) -> None:
    """As the system does, so that Qt may give the focus to what is under the mouse, and goes on to what is around."""
    window = widget.window()
    place = widget.mapTo(window, widget.rect().center())
    QTest.wheelEvent(window.windowHandle(), QPointF(place), QPoint(0, 120 * notches))
    QApplication.processEvents()


def wheeled(root: QWidget) -> list[QWidget]:
    found = root.findChildren(QWidget)
    kinds_ = (QAbstractSpinBox, QComboBox, QAbstractSlider, QTabBar)
    return [
        widget
        for widget in found
        if isinstance(widget, kinds_) and not isinstance(widget, QScrollBar) and widget.isVisible()
    ]


def state_of(widget: QWidget) -> object:
    if isinstance(widget, QAbstractSpinBox):
        return widget.text()
    return widget.currentIndex() if isinstance(widget, QComboBox | QTabBar) else widget.value()  # type: ignore[attr-defined]


def test_that_the_wheel_changes_no_field_of_the_window_that_has_no_focus(window: MainWindow, qtbot: QtBot) -> None:
    window.view.setFocus()
    found = wheeled(window)
    assert any(isinstance(widget, QTabBar) for widget in found)
    first = window.editor.design
    for widget in found:
        assert widget.focusPolicy() != Qt.FocusPolicy.WheelFocus, widget.objectName()
        before = state_of(widget)
        roll(widget, -1)
        roll(widget, 2)
        assert state_of(widget) == before, widget.objectName()
        assert not widget.hasFocus(), widget.objectName()
    assert window.editor.design is first


def test_that_the_wheel_over_a_field_scrolls_its_form(window: MainWindow, qtbot: QtBot) -> None:
    window.view.setFocus()
    window.panel(TrainingPanel).setMaximumHeight(300)
    bar = window.panel(TrainingPanel).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(0)
    batch = setting(window, "batch_size").findChild(QAbstractSpinBox)
    roll(batch, -1)
    assert bar.value() > 0
    assert window.editor.design.training.batch_size == 32


def test_that_a_loss_of_37_digits_is_short_and_stop_stays_where_it_is(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opening(Path(shutil.copy(HUGE_LOSS, tmp_path)))  # its runs lie beside it
    window.resize(1440, 900)
    stop = window.findChild(QPushButton, "stopButton")
    qtbot.wait(50)
    before = stop.mapTo(window, QPoint(stop.width(), 0)).x()
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: "Training ended" in window.panel(TrainingPanel).state.text(), timeout=60_000)
    figures = [label.text() for label in window.panel(TrainingPanel).findChildren(QLabel)]
    assert any(re.fullmatch(r"\d\.\d\de\+\d\d", text) for text in figures)
    assert max(map(len, (text for text in figures if "." in text and " " not in text))) <= 12
    assert stop.mapTo(window, QPoint(stop.width(), 0)).x() == before <= 1440
    assert window.panel(TrainingPanel).widget().width() <= window.panel(TrainingPanel).viewport().width()
    axis = window.panel(CurvesPanel).loss.getPlotItem().getAxis("left")
    spacing, _ = axis.tickSpacing(*axis.range, 150)[0]
    assert re.fullmatch(r"[125]e\d\d", axis.tickStrings([spacing], 1.0, spacing)[0])
    metrics = window.fontMetrics()
    assert metrics.horizontalAdvance("2.5e36") < axis.width()


@pytest.mark.parametrize(("name", "typed"), [("seed", "7"), ("learning_rate", "0.25")])
@pytest.mark.parametrize("given", ["key", "button"])
def test_that_a_command_takes_what_is_being_typed(
    window: MainWindow, qtbot: QtBot, name: str, typed: str, given: str
) -> None:
    action(window, "example_vowels_lstm").trigger()
    qtbot.waitUntil(lambda: window.scene.current == "lstm1")
    field = window.panel(TrainingPanel).form.fields[name]
    (editor,) = editors_of(field)
    editor.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is editor)
    editor.selectAll()
    qtbot.keyClicks(editor, typed)
    assert getattr(window.editor.design.training, name) != float(typed)
    if given == "key":
        qtbot.keyClick(editor, Qt.Key.Key_F5)
    else:
        button = window.findChild(QToolBar).widgetForAction(action(window, "actionTrain"))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    asked = window.bench.kept_runs.folder
    assert asked
    assert getattr(window.editor.design.training, name) == float(typed)
    qtbot.waitUntil(lambda: window.bench.kept_runs.last is not None, timeout=60_000)
    last = window.bench.kept_runs.last
    assert last
    assert getattr(last.design.training, name) == float(typed)
    action(window, "actionStop").trigger()
    qtbot.waitUntil(action(window, "actionTrain").isEnabled, timeout=60_000)


def test_that_closing_asks_about_what_is_being_typed(window: MainWindow, answers: Answers, qtbot: QtBot) -> None:
    (editor,) = editors_of(window.panel(TrainingPanel).form.fields["seed"])
    editor.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is editor)
    editor.selectAll()
    qtbot.keyClicks(editor, "7")
    answers.then = Buttons.Cancel
    assert not window.close()
    assert window.editor.design.training.seed == 7
    window.editor.stack.undo()
