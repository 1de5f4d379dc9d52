"""A network begun for some data is a design of its own: its name, its words and its file, until it is undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from sklearn import datasets

from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.about import AboutPanel
from tests.data.formats.made import striped_pictures
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, Answers, Buttons
from tests.ui.test_data_panel import opened


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """A table, which no network for pictures suits."""
    table = tmp_path / "flowers.csv"
    rows = [f"{4 + number % 3 + number / 100:.2f},{number % 7},{'abc'[number % 3]}" for number in range(60)]
    table.write_text("\n".join(["length,width,species", *rows]), encoding="utf-8")
    return table


def begin(window: MainWindow, qtbot: QtBot, flowers: Path) -> None:
    """Presses the second of the networks that are offered for the table."""
    content = opened(window, qtbot, flowers)
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "startingNetwork2") is not None)
    qtbot.mouseClick(content.findChild(QPushButton, "startingNetwork2"), LEFT)


def save(window: MainWindow, monkeypatch: pytest.MonkeyPatch, name: Path) -> list[str]:
    """Saves; gives the names that were offered for the file, where one is asked for."""
    offered: list[str] = []

    def ask(parent: object, title: str, start: str, filters: str) -> tuple[str, str]:
        offered.append(Path(start).name)
        return str(name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    window.action("actionSave").trigger()
    return offered


def test_that_a_begun_network_is_named_after_its_data_and_says_what_it_is(
    window: MainWindow, qtbot: QtBot, flowers: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = window.editor.design.about
    begin(window, qtbot, flowers)
    about = window.editor.design.about
    assert window.windowTitle() == "flowers – Wide and deep[*] – Network Designer"
    assert about.title == "flowers – Wide and deep"
    assert about.text.startswith("A network to begin with, for the data “flowers” (60 rows, 3 columns: ")
    assert (about.to_try, about.source, about.result, about.section) == ("", "", "", "")
    assert window.panel(AboutPanel).words["title"].toPlainText() == about.title
    assert window.editor.problems() == []
    window.action("actionUndo").trigger()
    assert window.editor.design.about == example
    assert window.windowTitle() == "mnist_cnn[*] – Network Designer"
    window.action("actionRedo").trigger()
    assert save(window, monkeypatch, tmp_path / "one") == ["flowers – Wide and deep.network.json"]
    assert window.windowTitle() == "one[*] – Network Designer"


def test_that_the_network_to_begin_with_is_marked_and_in_sight(window: MainWindow, qtbot: QtBot, flowers: Path) -> None:
    window.resize(1440, 900)
    content = opened(window, qtbot, flowers)
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "startingNetwork2") is not None)
    first, second = (content.findChild(QPushButton, f"startingNetwork{place}") for place in (1, 2))
    assert (first.property("role"), second.property("role")) == ("primary", "")
    qtbot.waitUntil(lambda: first.visibleRegion().boundingRect().height() == first.height())


def test_that_a_begun_network_leaves_the_file_of_the_one_before_as_it_is(
    opening: Opening, qtbot: QtBot, flowers: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.network.json", tmp_path / "new.network.json"
    first = opening()
    files.write(first.editor.design, old)
    text = old.read_text(encoding="utf-8")
    window = opening(old)
    begin(window, qtbot, flowers)
    assert window.editor.document.path is None
    assert len(save(window, monkeypatch, new)) == 1
    assert old.read_text(encoding="utf-8") == text
    assert files.read(new).about.title == "flowers – Wide and deep"
    window.action("actionUndo").trigger()
    assert window.editor.document.path == old
    assert window.isWindowModified()
    window.action("actionRedo").trigger()
    assert window.editor.document.path == new
    assert not window.isWindowModified()


@pytest.mark.parametrize("answer", [Buttons.Cancel, Buttons.Discard])
def test_that_work_of_a_persons_own_is_not_replaced_without_the_question(
    window: MainWindow, qtbot: QtBot, flowers: Path, answers: Answers, answer: Buttons
) -> None:
    answers.then = answer
    window.editor.set_param("conv1", "out_channels", 7)
    begin(window, qtbot, flowers)
    assert [box.name for box in answers.seen] == ["unsavedQuestion"]
    assert ("conv1" in window.editor.design.network.nodes) == (answer == Buttons.Cancel)
    assert window.filing.name == ("mnist_cnn" if answer == Buttons.Cancel else "flowers – Wide and deep")


def test_that_a_file_that_is_opened_over_a_begun_network_has_its_own_name(
    window: MainWindow, qtbot: QtBot, flowers: Path, tmp_path: Path
) -> None:
    path = tmp_path / "old.network.json"
    files.write(window.editor.design, path)
    begin(window, qtbot, flowers)
    assert window.filing.open(path)
    assert (window.filing.name, window.editor.document.path) == ("old", path)


def test_that_irises_are_learned_by_the_first_network_with_the_settings_it_brings(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    datasets.load_iris(as_frame=True).frame.to_csv(tmp_path / "iris.csv", index=False)
    content = opened(window, qtbot, tmp_path / "iris.csv")
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "startingNetwork1") is not None)
    qtbot.mouseClick(content.findChild(QPushButton, "startingNetwork1"), LEFT)
    training = window.editor.design.training
    assert (training.batch_size, training.validation_share) == (8, 0.0)
    with qtbot.waitSignal(window.bridge.finished, timeout=60_000) as ended:
        window.action("actionTrain").trigger()
    assert ended.args is not None
    assert ended.args[0].metrics["test_accuracy"] > 0.85  # two of the three kinds told apart give 0.67


def test_that_an_example_that_is_fitted_to_data_is_named_after_them(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = window.editor.design.about
    window.editor.set_training("epochs", 3)  # what a person did to it is kept, and nobody asks
    content = opened(window, qtbot, striped_pictures(tmp_path / "pets"))
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "fitNetwork") is not None)
    qtbot.mouseClick(content.findChild(QPushButton, "fitNetwork"), LEFT)
    assert window.editor.problems() == []
    assert window.editor.design.training.epochs == 3
    about = window.editor.design.about
    assert (about.title, about.to_try, about.section) == ("pets", "", "")
    assert about.text.startswith("The network of “CNN on handwritten digits”, brought into line with the data “pets” (")
    content = opened(window, qtbot, striped_pictures(tmp_path / "birds", ("a", "b", "c")))
    named = []

    def offered() -> bool:
        """Looks between any two turns, also where what was offered before is not deleted yet."""
        named.append([button.objectName() for button in content.fit.buttons()][:1])
        return content.fit.isEnabled() and named[-1] == ["fitNetwork"]

    qtbot.waitUntil(offered)
    assert set(map(tuple, named)) <= {(), ("fitNetwork",)}
    qtbot.mouseClick(content.fit.buttons()[0], LEFT)
    assert window.editor.design.about.title == "birds"
    assert window.editor.design.about.text.startswith(
        "The network of “pets”, brought into line with the data “birds” ("
    )
    for _ in range(2):
        window.action("actionUndo").trigger()
    assert window.editor.design.about == about
    assert save(window, monkeypatch, tmp_path / "one") == ["pets.network.json"]
    window.action("actionUndo").trigger()
    assert window.editor.design.about == example
    assert window.windowTitle() == "mnist_cnn[*] – Network Designer"
