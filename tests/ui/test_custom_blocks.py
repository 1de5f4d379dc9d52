"""Custom blocks in the window: trusting a file, what then is in the palette, and what becomes of the open network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from designer.core.graph.block import Block, UnknownBlock
from designer.core.storage import files, plugins, trust
from designer.core.storage.resources import resource
from designer.ui.app.main_window import MainWindow
from designer.ui.files.custom_blocks import CustomBlocks
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.palette import PalettePanel
from designer.ui.widgets.form import ModelForm
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, Buttons, action, looking, shown_texts

TEMPLATE = resource("templates", "custom_block.py").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _kinds_stay() -> Iterator[None]:
    """What a test trusts is forgotten after it."""
    yield
    trust.list_path().unlink(missing_ok=True)
    assert plugins.load() == []


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the person chooses in every file dialog."""
    path = tmp_path / "my_blocks.py"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


def dialog_of(window: MainWindow, qtbot: QtBot) -> CustomBlocks:
    action(window, "actionCustomBlocks").trigger()
    qtbot.waitUntil(lambda: window.findChild(CustomBlocks) is not None)
    return window.findChild(CustomBlocks)


def press(dialog: CustomBlocks, qtbot: QtBot, name: str) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def rows(dialog: CustomBlocks) -> list[tuple[str, str, str]]:
    items = [dialog.list.topLevelItem(place) for place in range(dialog.list.topLevelItemCount())]
    return [(item.text(0), item.text(1), item.text(2)) for item in items]


def palette_titles(window: MainWindow) -> list[str]:
    return [item.text(0) for item in window.panel(PalettePanel).items()]


def with_swish(window: MainWindow, path: Path) -> Path:
    """A file of the open network, with a Swish before its Output."""
    data = files.to_json(window.editor.design)
    output = next(block for block in data["blocks"] if block["kind"] == "output")
    data["blocks"].append({"id": "swish1", "kind": "swish", "params": {"beta": 2.0}, "inputs": output["inputs"]})
    output["inputs"] = ["swish1"]
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_that_a_file_from_the_template_puts_its_kind_into_the_palette_and_its_form_builds(
    window: MainWindow, file: Path, qtbot: QtBot
) -> None:
    assert "Swish" not in palette_titles(window)
    dialog = dialog_of(window, qtbot)
    assert any("is a program" in text for text in shown_texts(dialog, QLabel))
    press(dialog, qtbot, "customNew")
    assert file.read_text(encoding="utf-8") == TEMPLATE
    assert rows(dialog) == [("my_blocks.py", "In use", "Swish")]
    dialog.close()
    assert "Swish" in palette_titles(window)
    window.editor.append("swish", "conv1")
    assert window.editor.problems() == []
    panel = window.panel(InspectorPanel)
    forms = [form for form in panel.findChildren(ModelForm) if form is not panel.learning.form]
    qtbot.waitUntil(lambda: any(form.isVisible() for form in panel.findChildren(ModelForm)))
    (form,) = [form for form in forms if form.isVisible()]
    assert list(form.fields) == ["beta"]
    assert action(window, "actionTrain").isEnabled()


def test_that_a_file_is_added_only_after_the_question(
    window: MainWindow, file: Path, answers: Answers, qtbot: QtBot
) -> None:
    file.write_text(TEMPLATE, encoding="utf-8")
    dialog = dialog_of(window, qtbot)
    answers.then = Buttons.Cancel
    press(dialog, qtbot, "customAdd")
    assert rows(dialog) == []
    assert trust.trusted() == []
    answers.then = Buttons.Yes
    press(dialog, qtbot, "customAdd")
    assert rows(dialog) == [("my_blocks.py", "In use", "Swish")]
    assert [seen.name for seen in answers.seen] == ["trustQuestion", "trustQuestion"]
    assert "a program that runs with your rights" in answers.seen[0].text


def test_that_an_unknown_block_of_the_open_network_becomes_known_when_its_file_is_trusted(
    window: MainWindow, file: Path, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    window.bench.opening.open_file(with_swish(window, tmp_path / "net.network.json"))
    block = window.editor.design.network.nodes["swish1"].block
    assert isinstance(block, UnknownBlock)
    window.scene.select("swish1")
    (words,) = [
        label for label in window.panel(InspectorPanel).findChildren(QLabel) if "Custom Blocks…</a>" in label.text()
    ]
    file.write_text(TEMPLATE, encoding="utf-8")
    words.linkActivated.emit("custom")
    dialog = window.findChild(CustomBlocks)
    answers.then = Buttons.Yes
    press(dialog, qtbot, "customAdd")
    block = window.editor.design.network.nodes["swish1"].block
    assert isinstance(block, Block)
    assert block.params() == {"beta": 2.0}
    assert window.editor.problems() == []
    assert not window.isWindowModified()
    press(dialog, qtbot, "customRemove")
    assert window.editor.design.network.nodes["swish1"].block == UnknownBlock("swish", {"beta": 2.0})
    assert "Swish" not in palette_titles(window)


def test_that_taking_kinds_away_from_an_edited_network_can_be_undone(
    window: MainWindow, file: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(window, qtbot)
    press(dialog, qtbot, "customNew")
    window.editor.append("swish", "conv1")
    press(dialog, qtbot, "customRemove")
    assert isinstance(window.editor.design.network.nodes["swish1"].block, UnknownBlock)
    action(window, "actionUndo").trigger()
    assert window.editor.design.network.nodes["swish1"].block.params() == {"beta": 1.0}


def test_that_a_file_that_has_changed_is_said_to_have_and_is_trusted_again(
    window: MainWindow, file: Path, answers: Answers, qtbot: QtBot
) -> None:
    file.write_text(TEMPLATE, encoding="utf-8")
    plugins.trust_file(file)
    file.write_text(TEMPLATE.replace('title = "Swish"', 'title = "Swoosh"'), encoding="utf-8")
    dialog = dialog_of(window, qtbot)
    assert rows(dialog) == [("my_blocks.py", "Changed since it was trusted", "Swish")]
    assert "trust it again" in dialog.details.text()
    answers.then = Buttons.Yes
    press(dialog, qtbot, "customTrust")
    assert rows(dialog) == [("my_blocks.py", "In use", "Swoosh")]
    assert "Swoosh" in palette_titles(window)


@pytest.mark.parametrize(("text", "words"), [("def (", "line 1: invalid syntax"), ("x = 1\nx / 0\n", "line 2: Zero")])
def test_that_a_mistake_in_a_file_is_shown_with_its_line(
    window: MainWindow, file: Path, answers: Answers, qtbot: QtBot, text: str, words: str
) -> None:
    file.write_text(text, encoding="utf-8")
    answers.then = Buttons.Yes
    dialog = dialog_of(window, qtbot)
    press(dialog, qtbot, "customAdd")
    assert rows(dialog) == [("my_blocks.py", "Not usable", "")]
    assert f"my_blocks.py, {words}" in dialog.details.text()


def test_that_a_new_start_knows_trusted_kinds_and_tells_of_a_file_that_has_changed(
    opening: Opening, file: Path, tmp_path: Path
) -> None:
    file.write_text(TEMPLATE, encoding="utf-8")
    plugins.trust_file(file)
    first = opening()
    path = with_swish(first, tmp_path / "net.network.json")
    listed = trust.list_path().read_bytes()
    plugins.remove_file(file)
    trust.list_path().write_bytes(listed)
    second = opening(path)
    assert second.editor.problems() == []
    plugins.remove_file(file)
    file.write_text(TEMPLATE + "# more\n", encoding="utf-8")
    trust.list_path().write_bytes(listed)
    third = opening(path)
    assert isinstance(third.editor.design.network.nodes["swish1"].block, UnknownBlock)
    assert "my_blocks.py has changed since you trusted it" in third.statusBar().currentMessage()


def test_that_a_module_that_cannot_be_made_is_told_where_its_values_would_be_and_harms_nothing(
    window: MainWindow, file: Path, qtbot: QtBot
) -> None:
    file.write_text(TEMPLATE.replace("super().__init__()", "super().__init__(no_such=1)"), encoding="utf-8")
    plugins.trust_file(file)
    window.editor.append("swish", "conv1")
    window.scene.select("swish1")

    def told() -> list[str]:
        return [text for panel in looking(window).panels.values() for text in _texts(panel) if "no_such" in text]

    qtbot.waitUntil(lambda: bool(told()), timeout=30_000)
    assert "cannot be shown" in told()[0]
    action(window, "actionUndo").trigger()
    window.scene.select("conv1")
    maps = window.panel(FeatureMapsPanel)
    qtbot.waitUntil(lambda: maps.shown is not None and maps.shown.block == "conv1", timeout=30_000)


def _texts(panel: QWidget) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel)]
