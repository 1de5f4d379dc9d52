"""The inspector: forms made from the kinds' fields, and what an edit in them does at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.core.graph.block import Block
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import kinds
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.inspector import InspectorPanel, ProblemList
from designer.ui.panels.training import TrainingPanel
from designer.ui.style.theme import Theme
from designer.ui.widgets.fields import ColumnField
from designer.ui.widgets.form import ModelForm
from tests.helpers import design_of
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, action, click, looking, middle, shapes, shown_texts

pytestmark = pytest.mark.kept_window
EVERY_MODEL = {**kinds(), "training": TrainingSettings}


def visible_forms(window: MainWindow) -> list[ModelForm]:
    panel = window.panel(InspectorPanel)
    return [form for form in panel.findChildren(ModelForm) if form.isVisible() and form is not panel.learning.form]


def inspected(window: MainWindow, qtbot: QtBot, block_id: str) -> ModelForm:
    """The form that a click on a card brings."""
    click(window, middle(window, block_id))
    assert window.panel(InspectorPanel).name.text() == block_id
    return form_of(window, qtbot)


def form_of(window: MainWindow, qtbot: QtBot) -> ModelForm:
    qtbot.waitUntil(lambda: len(visible_forms(window)) == 1)
    return visible_forms(window)[0]


def fixes(panel: QWidget) -> list[QPushButton]:
    return [button for button in panel.findChildren(QPushButton, "fix") if button.isVisible()]


def type_into(qtbot: QtBot, editor: QWidget, text: str) -> None:
    editor.setFocus()
    editor.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def shown_value(field: QWidget) -> Any:
    """What a person reads in a field."""
    if boxes := field.findChildren(QCheckBox):
        return boxes[0].isChecked()
    if boxes := field.findChildren(QComboBox):
        return boxes[0].currentData()
    if boxes := field.findChildren(QDoubleSpinBox):
        return pytest.approx(boxes[0].value())
    if boxes := field.findChildren(QSpinBox):
        return boxes[0].value() if len(boxes) == 1 else tuple(box.value() for box in boxes)
    if buttons := field.findChildren(QToolButton):
        return buttons[0].text()
    return field.findChildren(QLineEdit)[0].text()


def change(qtbot: QtBot, field: QWidget) -> None:
    """Changes a field by keys, one step or to another value."""
    if boxes := field.findChildren(QCheckBox):
        qtbot.keyClick(boxes[0], Qt.Key.Key_Space)
    elif boxes := field.findChildren(QComboBox):
        qtbot.keyClick(boxes[0], Qt.Key.Key_Up if boxes[0].currentIndex() else Qt.Key.Key_Down)
    elif boxes := [*field.findChildren(QSpinBox), *field.findChildren(QDoubleSpinBox)]:
        qtbot.keyClick(boxes[0], Qt.Key.Key_Up)
    elif buttons := field.findChildren(QToolButton):
        next(entry for entry in buttons[0].menu().actions() if entry.isCheckable()).trigger()
    else:
        line = field.findChildren(QLineEdit)[0]
        expected = line.placeholderText()
        others = {"a number": "0.5", "each once": "1, 2", "whole numbers": "3"}
        type_into(qtbot, line, next((text for words, text in others.items() if words in expected), "2"))


def test_that_an_output_shows_what_its_loss_has_beside_its_name_and_nothing_of_others(
    opening: Opening, qtbot: QtBot
) -> None:
    window = opening(example("vowels_gru"))
    form = inspected(window, qtbot, "output")

    def shown() -> set[str]:
        return {name for name, field in form.fields.items() if field.isVisible()}

    plain = {"task", "loss", "target", "weight"}
    assert shown() == plain
    qtbot.keyClick(form.fields["loss"].findChildren(QComboBox)[0], Qt.Key.Key_F)  # focal
    qtbot.waitUntil(lambda: shown() == plain | {"gamma"})
    type_into(qtbot, form.fields["gamma"].findChildren(QLineEdit)[0], "3")
    assert window.editor.design.network.nodes["output"].block.loss_options == {"gamma": 3.0}  # type: ignore[union-attr]
    action(window, "actionUndo").trigger()
    action(window, "actionUndo").trigger()
    assert shown() == plain
    qtbot.keyClick(form.fields["loss"].findChildren(QComboBox)[0], Qt.Key.Key_End)  # triplet
    qtbot.waitUntil(lambda: shown() == plain | {"mining", "margin"})
    assert not window.editor.problems()
    action(window, "actionUndo").trigger()


@pytest.mark.parametrize("kind", EVERY_MODEL)
def test_that_the_form_of_each_kind_shows_its_defaults_and_tells_each_edit(qtbot: QtBot, kind: str) -> None:
    model = EVERY_MODEL[kind]
    default = model()
    fields = default.form_fields() if isinstance(default, Block) else model.model_fields
    form = ModelForm(fields)
    qtbot.addWidget(form)
    form.show()
    form.offer_columns({"feature": ["first", "second"], "target": ["kind"]}, "first")
    form.show_model(default)
    edits: list[tuple[str, Any]] = []
    form.edited.connect(lambda name, value: edits.append((name, value)))
    assert list(form.fields) == list(fields)
    for field in form.fields.values():
        if isinstance(field, ColumnField):
            field.offer(["one column", "another"])
    for name, field in form.fields.items():
        wanted, shown = getattr(default, name), shown_value(field)
        if wanted in (None, ()):
            wanted = "none"
        if isinstance(shown, str) and not isinstance(wanted, str):
            between = ", " if "," in shown else "×"
            numbers = wanted if isinstance(wanted, tuple) else (wanted,)
            wanted = between.join(f"{number:g}" if isinstance(number, float) else str(number) for number in numbers)
        assert shown == wanted
        edits.clear()
        form.rows.setRowVisible(field, True)  # be it that of another choice
        change(qtbot, field)
        assert len(edits) == 1
        told, value = edits[0]
        assert told == name
        assert value != getattr(default, name)
        model.model_validate({name: value})


def test_that_no_editor_of_any_kind_lies_beyond_the_inspector_at_its_first_width(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    made = [kind() for kind in kinds().values() if kind.belongs != "group"]
    nodes = [Node(item.kind, item, (None,) * len(item.input_ports)) for item in made]
    path = tmp_path / "every.network.json"
    files.write(design_of(Network.of(nodes)), path)
    window = opening(path)
    viewport = window.panel(InspectorPanel).viewport()
    beyond = []
    for item in made:
        window.scene.clearSelection()
        window.scene.select(item.kind)
        if not item.form_fields():
            continue
        form = form_of(window, qtbot)
        qtbot.waitUntil(lambda: window.panel(InspectorPanel).widget().width() <= viewport.width())
        editors = [editor for field in form.fields.values() for editor in field.editors() if editor.isVisible()]
        assert editors
        right = max(editor.mapTo(viewport, QPoint(editor.width(), 0)).x() for editor in editors)
        if right > viewport.width():
            beyond.append(item.kind)
    assert beyond == []


def test_that_a_form_shows_a_model_without_an_edit(qtbot: QtBot) -> None:
    form = ModelForm(kinds()["conv2d"])
    qtbot.addWidget(form)
    edits: list[object] = []
    form.edited.connect(lambda name, value: edits.append((name, value)))
    form.show_model(kinds()["conv2d"](kernel_size=(5, 7), bias=False, activation="relu", out_channels=9))
    assert edits == []
    assert shown_value(form.fields["kernel_size"]) == (5, 7)


def test_that_each_field_says_what_it_is_for_when_it_gets_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv1")
    formula = [
        text for text in shown_texts(window.panel(InspectorPanel), QLabel) if text.startswith("y[o] = activation(")
    ]
    assert formula
    spin = form_of(window, qtbot).fields["groups"].findChild(QSpinBox)
    spin.setFocus()
    wanted = kinds()["conv2d"].model_fields["groups"].description
    qtbot.waitUntil(lambda: wanted in shown_texts(window.panel(InspectorPanel), QLabel))
    assert formula[0] in shown_texts(window.panel(InspectorPanel), QLabel)


def test_that_the_facts_name_each_port_where_there_are_several(window: MainWindow, qtbot: QtBot) -> None:
    window.bench.opening.open_example(example("vowels_lstm"))
    qtbot.waitUntil(lambda: "lstm1" in window.scene.cards)
    window.scene.select("lstm1")
    facts = window.panel(InspectorPanel).findChild(QLabel, "blockFacts")
    qtbot.waitUntil(lambda: "→" in facts.text())
    result = window.editor.document.inference.results["lstm1"]
    lines = facts.text().split("\n")
    assert lines[:2] == ["LSTM", f"in:  {result.inputs[0]}"]
    assert [line.split(":")[0] for line in lines[2:5]] == ["→  last", "→  sequence", "→  state"]
    assert "parameters" in lines[5]
    window.scene.clearSelection()
    window.scene.select("output")
    assert facts.text().startswith("Output:  9\n")


def test_that_no_line_of_the_facts_ends_within_a_count(window: MainWindow) -> None:
    window.scene.select("conv1")
    counts = window.panel(InspectorPanel).findChild(QLabel, "blockFacts").text().split("\n")[1]
    assert counts.split(" ")[0] == "320\N{NO-BREAK SPACE}parameters"
    assert "-" not in counts
    assert "multiply\N{NON-BREAKING HYPHEN}adds" in counts


def test_that_the_fields_of_learning_begin_where_those_above_begin(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(InspectorPanel)
    for name in ("conv1", "dense1", "conv1"):
        window.scene.select(name)
        forms = (form_of(window, qtbot), panel.learning.form)
        fields = [field for form in forms for field in form.fields.values() if field.isVisible()]
        qtbot.waitUntil(lambda fields=fields: len({field.mapTo(panel, QPoint()).x() for field in fields}) == 1)


def test_that_what_a_block_cannot_give_yet_is_a_question_mark(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.remove(["flatten"])
    window.scene.clearSelection()
    window.scene.select("dense1")
    assert window.panel(InspectorPanel).findChild(QLabel, "blockFacts").text().endswith("→  ?")


def test_that_a_block_without_a_shape_names_the_one_that_it_waits_for(window: MainWindow) -> None:
    window.editor.disconnect_block("conv2", 0)
    for name in ("conv3", "output"):
        window.scene.select(name)
        facts = window.panel(InspectorPanel).findChild(QLabel, "blockFacts").text()
        assert "?" in facts
        assert facts.endswith("Not known before 'conv2' is mended.")
    window.scene.select("pool1")
    assert "Not known" not in window.panel(InspectorPanel).findChild(QLabel, "blockFacts").text()


def test_that_a_kernel_size_changes_the_shapes_downstream_at_once(window: MainWindow, qtbot: QtBot) -> None:
    before = shapes(window)
    inspected(window, qtbot, "conv1")
    height, _ = form_of(window, qtbot).fields["kernel_size"].findChildren(QSpinBox)
    type_into(qtbot, height, "7")
    assert window.editor.design.network.nodes["conv1"].block.kernel_size == (7, 3)
    assert shapes(window)["conv1"] == "32×22×26"
    changed = [name for name, shape in shapes(window).items() if shape != before[name]]
    assert "conv1" in changed
    assert "flatten" in changed
    assert "input" not in changed
    facts = window.panel(InspectorPanel).findChild(QLabel, "blockFacts").text()
    assert "1×28×28  →  32×22×26" in facts
    channels = form_of(window, qtbot).fields["out_channels"].findChild(QSpinBox)
    assert channels.text() == "32 maps"
    type_into(qtbot, channels, "1")
    assert channels.text() == "1 map"
    action(window, "actionUndo").trigger()
    assert channels.text() == "32 maps"


def test_that_a_padding_that_the_rule_does_not_use_takes_no_edit(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv1")
    fields = form_of(window, qtbot).fields
    assert fields["padding"].isEnabled()
    qtbot.keyClick(fields["padding_rule"].findChild(QComboBox), Qt.Key.Key_Down)
    assert window.editor.design.network.nodes["conv1"].block.padding_rule == "same"
    assert not fields["padding"].isEnabled()
    action(window, "actionUndo").trigger()
    assert fields["padding"].isEnabled()


def test_that_an_impossible_kernel_is_told_with_a_button_that_mends_it(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv1")
    height, _ = form_of(window, qtbot).fields["kernel_size"].findChildren(QSpinBox)
    type_into(qtbot, height, "99")
    assert window.scene.cards["conv1"].problem is not None
    assert not action(window, "actionTrain").isEnabled()
    assert any("conv1" in text and "99" in text for text in shown_texts(window.panel(InspectorPanel), QLabel))
    assert shapes(window)["conv2"] == "None"
    buttons = fixes(window.panel(InspectorPanel))
    assert buttons
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert window.scene.cards["conv1"].problem is None
    assert fixes(window.panel(InspectorPanel)) == []
    action(window, "actionUndo").trigger()
    assert window.scene.cards["conv1"].problem is not None


def test_that_a_wrong_class_count_is_mended_by_one_click_in_the_training_panel(
    window: MainWindow, qtbot: QtBot
) -> None:
    last = window.editor.design.network.nodes["output"].inputs[0]
    while window.editor.design.network.nodes[last].block.kind != "dense":
        last = window.editor.design.network.nodes[last].inputs[0]
    inspected(window, qtbot, last)
    type_into(qtbot, form_of(window, qtbot).fields["out_features"].findChild(QSpinBox), "7")
    assert not action(window, "actionTrain").isEnabled()
    (button,) = fixes(window.panel(TrainingPanel))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.editor.design.network.nodes[last].block.out_features == 10
    assert shown_value(form_of(window, qtbot).fields["out_features"]) == 10
    assert action(window, "actionTrain").isEnabled()
    assert fixes(window.panel(TrainingPanel)) == []


def test_that_a_missing_flatten_is_put_in_by_one_click_with_room_for_it(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.remove(["flatten"])
    button, _ = fixes(window.panel(TrainingPanel))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.editor.problems() == []
    new = window.editor.design.network.nodes["dense1"].inputs[0]
    cards = window.scene.cards
    assert window.scene.current == new
    overlapping = [
        name
        for name, card in cards.items()
        if name != new and card.sceneBoundingRect().intersects(cards[new].sceneBoundingRect())
    ]
    assert overlapping == []
    assert cards[new].pos().y() < cards["dense1"].pos().y()
    window.editor.append("dropout", new)
    assert window.editor.design.network.nodes["dropout1"].inputs == (new,)


def test_that_a_block_is_renamed_wherever_it_is_named(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv2")
    source = window.editor.design.network.nodes["conv2"].inputs
    type_into(qtbot, window.panel(InspectorPanel).name, "edges")
    assert "conv2" not in window.scene.cards
    node = window.editor.design.network.nodes["edges"]
    assert node.inputs == source
    assert window.editor.design.network.consumers["edges"]
    assert window.panel(InspectorPanel).name.text() == "edges"
    qtbot.waitUntil(lambda: looking(window).block in ("edges", ""))
    action(window, "actionUndo").trigger()
    assert "conv2" in window.scene.cards


def test_that_a_renamed_block_stays_selected_and_looked_into(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv1")
    type_into(qtbot, window.panel(InspectorPanel).name, "edges")
    assert window.scene.current == "edges"
    assert form_of(window, qtbot).isVisible()
    maps = window.panel(FeatureMapsPanel)
    qtbot.waitUntil(lambda: maps.shown is not None and maps.shown.block == "edges", timeout=30_000)


def test_that_the_name_that_was_meant_is_offered_below_the_one_that_cannot_be(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv2")
    type_into(qtbot, window.panel(InspectorPanel).name, "two words")
    use = next(
        item for item in window.panel(InspectorPanel).findChildren(QPushButton, "useNearest") if item.isVisible()
    )
    assert use.text() == "Use two_words"
    window.scene.select("conv1")
    assert not use.isVisible()
    inspected(window, qtbot, "conv2")
    type_into(qtbot, window.panel(InspectorPanel).name, "two words")
    qtbot.mouseClick(use, Qt.MouseButton.LeftButton)
    assert window.scene.current == window.panel(InspectorPanel).name.text() == "two_words"
    assert not use.isVisible()


@pytest.mark.parametrize("name", ["conv1", "1st", "two words", "class", "x" * 65, "e-mail"])
def test_that_an_invalid_name_is_refused_with_the_reason(window: MainWindow, qtbot: QtBot, name: str) -> None:
    first = window.editor.design
    inspected(window, qtbot, "conv2")
    type_into(qtbot, window.panel(InspectorPanel).name, name)
    assert window.editor.design is first
    assert window.panel(InspectorPanel).name.text() == "conv2"
    assert window.statusBar().currentMessage()
    assert window.scene.current == "conv2"


def test_that_quick_steps_of_one_field_are_one_undo(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design
    inspected(window, qtbot, "conv1")
    channels = form_of(window, qtbot).fields["out_channels"].findChild(QSpinBox)
    channels.setFocus()
    for _ in range(5):
        qtbot.keyClick(channels, Qt.Key.Key_Up)
    assert window.editor.design.network.nodes["conv1"].block.out_channels == 37
    assert window.editor.stack.count() == 1
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.editor.design == first
    assert channels.value() == 32


def test_that_edits_of_two_fields_are_two_undos(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv1")
    fields = form_of(window, qtbot).fields
    qtbot.keyClick(fields["out_channels"].findChild(QSpinBox), Qt.Key.Key_Up)
    qtbot.keyClick(fields["groups"].findChild(QSpinBox), Qt.Key.Key_Up)
    assert window.editor.stack.count() == 2


def test_that_text_that_is_no_size_is_marked_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design
    inspected(window, qtbot, "input")
    line = form_of(window, qtbot).fields["sizes"].findChild(QLineEdit)
    type_into(qtbot, line, "big")
    assert window.editor.design is first
    assert "expected" in line.toolTip()
    type_into(qtbot, line, "3x32x32")
    assert window.editor.design.network.nodes["input"].block.sizes == (3, 32, 32)
    assert line.toolTip() == ""


def test_that_the_inspector_is_empty_when_nothing_is_selected(window: MainWindow, qtbot: QtBot) -> None:
    inspected(window, qtbot, "conv1")
    window.scene.clearSelection()
    assert not window.panel(InspectorPanel).name.isVisible()
    assert visible_forms(window) == []


def test_that_a_message_that_quotes_a_file_is_shown_as_it_stands(qtbot: QtBot) -> None:
    box = ProblemList()
    qtbot.addWidget(box)
    box.show_problems([Problem("'net1' is of kind '<h1>Trust me</h1>', which is not known here", "net1")])
    (words,) = box.findChildren(QLabel)
    assert words.text().count("<h1>") == 1
    assert words.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_that_the_border_of_an_empty_check_box_is_seen(theme: Theme, qtbot: QtBot, scheme: Qt.ColorScheme) -> None:
    theme.follow(scheme)
    box = QCheckBox()
    qtbot.addWidget(box)
    picture, ground = box.grab().toImage(), QColor(theme.colours.window).lightness()
    across = [QColor(picture.pixel(x, picture.height() // 2)).lightness() for x in range(picture.width())]
    theme.follow(Qt.ColorScheme.Light)
    assert max(abs(light - ground) for light in across) > 60


def test_that_behind_another_panel_it_follows_an_edit_and_is_up_to_date_when_it_comes(
    window: MainWindow, qtbot: QtBot
) -> None:
    form = inspected(window, qtbot, "conv1")
    qtbot.waitUntil(lambda: not window.docks["Inspector"].visibleRegion().isEmpty())
    box = form.findChild(QSpinBox, "out_channels")
    window.docks["About"].raise_()
    qtbot.waitUntil(lambda: window.docks["Inspector"].visibleRegion().isEmpty())
    window.editor.set_param("conv1", "out_channels", 7)
    assert box.value() == 32
    qtbot.waitUntil(lambda: box.value() == 7)
    window.editor.set_param("conv1", "out_channels", 9)
    assert window.panel(InspectorPanel).first_editor() is box
    assert box.value() == 9  # somebody has asked for it
