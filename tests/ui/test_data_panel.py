"""The Data panel through the real window: a person's own folder, from its path to a trained network."""

from __future__ import annotations

import gc
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from designer.core.diff.change import Parts
from designer.core.graph.data_settings import NO_DATA
from designer.core.storage import files
from designer.data import cache_room
from designer.data.formats.base import Answer, Finding, FoundData, Progress, untold
from designer.data.formats.image_folder import FORMAT
from designer.data.preview import PicturesPreview
from designer.data.row_cache import kept
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from designer.ui.panels.data_content import DataContent
from designer.ui.panels.data_form import DataForm
from designer.ui.panels.data_grids import PictureGrid
from designer.ui.panels.data_table import TableRows
from designer.ui.panels.data_views import Bars, wrapped
from designer.ui.panels.training import TrainingPanel
from designer.ui.widgets.column_table import ColumnTable
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.fix_button import FixButton
from tests.data.formats.made import moving_films, striped_pictures
from tests.data.lazily import CountedColumn
from tests.ui.driving import LEFT, drop_files
from tests.ui.test_training_panel import choose


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return striped_pictures(tmp_path / "pets")


def seen(window: MainWindow, qtbot: QtBot) -> DataContent:
    window.docks["Data"].raise_()
    return in_front(window, qtbot).content


def in_front(window: MainWindow, qtbot: QtBot) -> DataPanel:
    """The panel, once it is not behind another one."""
    panel = window.panel(DataPanel)
    qtbot.waitUntil(lambda: not window.docks["Data"].visibleRegion().isEmpty())
    return panel


def child(content: DataContent, kind: type[Any], name: str) -> Any:
    found = content.findChild(kind, name)
    assert found is not None, name
    return found


def enter_path(content: DataContent, qtbot: QtBot, path: Path | str) -> None:
    line = child(content, QLineEdit, "dataPath")
    line.setFocus()
    line.setText(str(path))
    qtbot.keyClick(line, Qt.Key.Key_Return)


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> DataContent:
    content = seen(window, qtbot)
    enter_path(content, qtbot, path)
    qtbot.waitUntil(lambda: Path(window.editor.design.data.path) == path and content.form.isVisible())
    return content


def said(content: DataContent, name: str) -> str:
    label = child(content, QLabel, name)
    return label.said if label.isVisible() else ""


def press(qtbot: QtBot, content: QWidget, name: str) -> None:
    """What has just been put in comes a turn later; what was there before may be on its way out, hidden."""

    def shown() -> list[QPushButton]:
        return [button for button in content.findChildren(QPushButton, name) if not button.isHidden()]

    qtbot.waitUntil(lambda: bool(shown()))
    qtbot.mouseClick(shown()[0], LEFT)


def views(content: DataContent, kind: type[QWidget]) -> list[Any]:
    return [view for view in content.findChildren(kind) if view.isVisible()]


def test_that_a_path_pasted_with_quotes_is_looked_at_and_becomes_one_edit(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    content = seen(window, qtbot)
    enter_path(content, qtbot, f' "{pictures}" ')
    qtbot.waitUntil(lambda: said(content, "dataSummary") == "2 classes, 20 pictures, 12×12")
    assert [command.words for command in window.editor.history()] == ["data mnist_5k → pets"]
    assert said(content, "dataCounts") == "16 samples to learn from, 4 for the test."
    assert content.choice.box.currentText() == window.panel(TrainingPanel).source.currentText() == "pets"
    window.action("actionUndo").trigger()
    assert window.editor.design.data.source == "mnist_5k"
    assert content.choice.box.currentText() == "MNIST digits"


def test_that_who_drops_data_does_not_wait_for_the_panel_to_be_made(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    panel = window.panel(DataPanel)
    drop_files(window, pictures)
    assert not panel.is_made
    qtbot.waitUntil(lambda: panel.at_hand.data.path == pictures.as_posix())
    assert panel.is_made
    qtbot.waitUntil(lambda: said(panel.content, "dataSummary").startswith("2 classes"))


def test_that_samples_are_shown_with_their_labels_and_classes_with_their_numbers(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: any("cats" in grid.shown.labels for grid in views(content, PictureGrid)))
    grid = views(content, PictureGrid)[0].shown
    assert isinstance(grid, PicturesPreview)
    assert grid.labels[:4] == ("cats", "dogs", "cats", "dogs")
    bars = views(content, Bars)[0].shown
    assert (bars.names, bars.counts) == (("cats", "dogs"), (10, 10))


def test_that_what_was_found_is_laid_out_once_and_its_samples_once(
    window: MainWindow, qtbot: QtBot, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[bool] = []
    show = DataForm.show_look
    monkeypatch.setattr(DataForm, "show_look", lambda form, look: (laid_out.append(True), show(form, look)))
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: bool(views(content, PictureGrid)) and content.fit.isVisible())
    assert 1 <= len(laid_out) <= 2  # with what was found, and with its samples if these come in another turn


def test_that_many_classes_that_begin_alike_are_told_apart_and_counted(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    names = tuple(f"Species {number:02} of the northern islands" for number in range(13))
    content = opened(window, qtbot, striped_pictures(tmp_path / "birds", names, each=2))
    qtbot.waitUntil(lambda: any(names[0] in grid.shown.labels for grid in views(content, PictureGrid)))
    assert views(content, PictureGrid)[0].written()[:2] == (
        "…00 of the northern islands",
        "…01 of the northern islands",
    )
    assert "class: 13 classes, 2 each" in [label.text() for label in views(content, ElidedLabel)]


def test_that_a_text_that_goes_on_behind_its_lines_says_so(window: MainWindow) -> None:
    text = "one two three four five six seven eight nine ten"
    assert wrapped(text, window.font(), 10_000, 2) == [text]
    first, last = wrapped(text, window.font(), 100, 2)
    assert text.startswith(first)
    assert last.endswith("…")


def test_that_another_option_is_read_at_once_and_undone_in_one_step(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    content = opened(window, qtbot, pictures)
    choose(qtbot, content.form.fields["colour"].findChild(QComboBox), "grey")
    qtbot.waitUntil(lambda: window.editor.design.data.options.get("colour") == "grey")
    assert window.editor.data is not None
    assert window.editor.data.features[0].shape.sizes == (1, 12, 12)
    assert window.editor.history()[-1].words == "data colour none → grey"
    window.action("actionUndo").trigger()
    assert window.editor.data.features[0].shape.sizes == (3, 12, 12)
    qtbot.waitUntil(lambda: content.form.fields["colour"].findChild(QComboBox).currentData() == "rgb")


def test_that_the_share_for_the_test_is_another_without_reading_the_files_again(
    window: MainWindow, qtbot: QtBot, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = opened(window, qtbot, pictures)
    monkeypatch.setattr(type(FORMAT), "inspect", lambda *given: pytest.fail("the files were read again"))
    content.form.split.fields["test_share"].edited.emit(0.5)
    qtbot.waitUntil(lambda: said(content, "dataCounts") == "10 samples to learn from, 10 for the test.")
    assert window.editor.history()[-1].words == "data test share 0.15 → 0.5"


def test_that_a_split_that_these_data_do_not_allow_cannot_be_chosen(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    box = opened(window, qtbot, pictures).form.split.fields["split"].findChild(QComboBox)
    choose(qtbot, box, "chance")
    qtbot.keyClick(box, Qt.Key.Key_Down)  # neither groups nor times are known
    assert box.currentData() == "chance"
    assert "what belongs together" in box.itemData(box.findData("group"), Qt.ItemDataRole.ToolTipRole)
    qtbot.waitUntil(lambda: window.editor.design.data.split == "chance")


class Slow(threading.Event):
    """Reads in steps until somebody ends it, or lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.ended = threading.Event(), threading.Event()
        self.so_far = (3, 8)

    def inspect(self, path: Path, options: Any = None, progress: Progress = untold) -> Any:
        try:
            self.begun.set()
            while not self.wait(0.01):
                progress(*self.so_far)
            return _inspect(FORMAT, path, options, progress)
        finally:
            self.ended.set()


_inspect = type(FORMAT).inspect


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(type(FORMAT), "inspect", lambda form, *given: made.inspect(*given))
    return made


def test_that_a_long_reading_is_told_and_can_be_cancelled(
    window: MainWindow, qtbot: QtBot, pictures: Path, slow: Slow
) -> None:
    content = seen(window, qtbot)
    enter_path(content, qtbot, pictures)
    bar = child(content, QProgressBar, "dataProgress")
    qtbot.waitUntil(lambda: bar.isVisible() and (bar.value(), bar.maximum()) == (3, 8))
    assert not content.fit.isEnabled()  # what it offers is for the data before
    press(qtbot, content, "dataCancel")
    qtbot.waitUntil(slow.ended.is_set)
    assert not bar.isVisible()
    assert content.fit.isEnabled()
    assert window.editor.design.data.source == "mnist_5k"
    assert said(content, "dataProblem") == ""


@pytest.mark.parametrize(
    ("so_far", "most", "told"), [((2**33, 2**35), 100, "pets: 25%"), ((0, 0), 0, "pets…")], ids=["bytes", "not known"]
)
def test_that_more_bytes_than_qt_counts_and_what_nobody_knows_are_told(
    window: MainWindow, qtbot: QtBot, pictures: Path, slow: Slow, so_far: tuple[int, int], most: int, told: str
) -> None:
    slow.so_far = so_far
    content = seen(window, qtbot)
    enter_path(content, qtbot, pictures)
    bar = child(content, QProgressBar, "dataProgress")
    qtbot.waitUntil(lambda: bar.isVisible() and bar.maximum() == most and content.progress.words.said.endswith(told))
    slow.set()
    qtbot.waitUntil(lambda: Path(window.editor.design.data.path) == pictures)


def test_that_a_newer_wish_ends_the_older_one(
    window: MainWindow, qtbot: QtBot, pictures: Path, slow: Slow, tmp_path: Path
) -> None:
    content = seen(window, qtbot)
    enter_path(content, qtbot, pictures)
    qtbot.waitUntil(slow.begun.is_set)
    enter_path(content, qtbot, tmp_path / "nowhere")
    qtbot.waitUntil(lambda: said(content, "dataProblem") == f"{tmp_path / 'nowhere'}: there is no such file or folder")
    assert slow.ended.is_set()
    assert window.editor.design.data.source == "mnist_5k"


def test_that_a_window_that_is_closed_while_it_reads_ends_that(
    window: MainWindow, qtbot: QtBot, pictures: Path, slow: Slow
) -> None:
    enter_path(seen(window, qtbot), qtbot, pictures)
    qtbot.waitUntil(slow.begun.is_set)
    window.close()
    assert slow.ended.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "designer-data"]


def test_that_what_is_no_data_is_told_with_its_path_and_nothing_changes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    content = seen(window, qtbot)
    (tmp_path / "odd.bin").write_bytes(b"\x01\x02")
    enter_path(content, qtbot, tmp_path / "odd.bin")
    qtbot.waitUntil(lambda: said(content, "dataProblem") == f"{tmp_path / 'odd.bin'}: no data that this program reads")
    assert window.editor.history() == []


def test_that_an_answer_to_a_finding_sets_the_options(
    window: MainWindow, qtbot: QtBot, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(form: Any, *given: Any) -> FoundData[Any]:
        found = _inspect(form, *given)
        if found.options.colour == "grey":
            return found
        finding = Finding(
            "All pictures are grey.", ("cats/000.png",), (Answer("Read one channel", {"colour": "grey"}),)
        )
        return replace(found, findings=(finding,))

    monkeypatch.setattr(type(FORMAT), "inspect", doubtful)
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: bool(views(content, FixButton)))
    button = views(content, FixButton)[0]
    assert button.text() == "Read one channel"
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: window.editor.design.data.options.get("colour") == "grey")
    qtbot.waitUntil(lambda: "Read one channel" not in [each.text() for each in views(content, FixButton)])


def test_that_classes_of_very_different_sizes_are_weighed_by_an_answer_in_one_step(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    striped_pictures(tmp_path / "pets", ("cats",), each=24)
    striped_pictures(tmp_path / "pets", ("cats", "dogs"), each=2)
    content = opened(window, qtbot, tmp_path / "pets")
    qtbot.waitUntil(lambda: "Weigh classes by their number" in [item.text() for item in views(content, FixButton)])
    edits, data = len(window.editor.history()), window.editor.design.data
    (button,) = (item for item in views(content, FixButton) if item.text().startswith("Weigh"))
    qtbot.mouseClick(button, LEFT)
    assert window.editor.design.training.class_weights == "balanced"
    assert window.editor.design.data == data
    assert len(window.editor.history()) == edits + 1
    done = "Weigh classes by their number: done"
    qtbot.waitUntil(lambda: done in [item.text() for item in views(content, FixButton)])
    window.editor.stack.undo()
    assert window.editor.design.training.class_weights is None
    qtbot.waitUntil(lambda: "Weigh classes by their number" in [item.text() for item in views(content, FixButton)])


def test_that_a_network_is_fitted_in_one_step_and_learns_the_pictures(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "fitNetwork") is not None)
    assert window.editor.problems()
    others = [child(content, QPushButton, f"startingNetwork{place}").text() for place in (1, 2, 3)]
    assert others == ["CNN", "Linear", "Deeper CNN"]
    edits = len(window.editor.history())
    press(qtbot, content, "fitNetwork")
    assert window.editor.problems() == []
    assert len(window.editor.history()) == edits + 1
    qtbot.waitUntil(lambda: not content.fit.isVisible())
    window.editor.set_training("epochs", 6)
    window.editor.set_training("device", "cpu")
    with qtbot.waitSignal(window.bridge.finished, timeout=60_000) as ended:
        window.action("actionTrain").trigger()
    assert ended.args is not None
    assert ended.args[0].metrics["test_accuracy"] == 1.0


def test_that_an_empty_canvas_is_offered_three_networks_to_begin_with(
    empty_window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    content = seen(empty_window, qtbot)
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "startingNetwork3") is not None)
    there = []
    empty_window.editor.listen(Parts.DATA, lambda change: there.append(content.fit.isEnabled()))
    enter_path(content, qtbot, pictures)
    qtbot.waitUntil(lambda: bool(there))
    assert there == [False]  # what was offered for the data before can be taken no longer
    qtbot.waitUntil(content.fit.isEnabled)
    press(qtbot, content, "startingNetwork1")
    assert empty_window.editor.history()[-1].words == "Begin with CNN"
    assert empty_window.editor.problems() == []
    qtbot.waitUntil(lambda: not content.fit.isVisible())
    empty_window.action("actionUndo").trigger()
    assert not empty_window.editor.design.network.nodes


def test_that_dropped_films_are_learned_in_three_actions(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    """A network for images is on the canvas: for films others are offered, and the usual one of them sees motion."""
    films = moving_films(tmp_path / "films")
    drop_files(window, films)
    content = in_front(window, qtbot).content
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "startingNetwork2") is not None, timeout=20_000)
    assert said(content, "dataSummary") == "4 classes, 80 films of 6 frames"
    assert content.findChild(QPushButton, "fitNetwork") is None
    qtbot.waitUntil(lambda: bool(views(content, PictureGrid)))
    grid = views(content, PictureGrid)[0]
    assert grid.height() < 5 * 80  # a few of them are enough: the form is not far
    press(qtbot, content, "startingNetwork1")
    assert window.editor.problems() == []
    with qtbot.waitSignal(window.bridge.finished, timeout=60_000) as ended:
        window.action("actionTrain").trigger()
    assert ended.args is not None
    assert ended.args[0].metrics["train_accuracy"] > 0.9


def test_that_a_folder_dropped_on_the_window_opens_in_the_panel(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    drop_files(window, pictures)
    qtbot.waitUntil(lambda: Path(window.editor.design.data.path) == pictures)
    in_front(window, qtbot)


def test_that_an_archive_dropped_on_the_window_is_looked_into(
    window: MainWindow, qtbot: QtBot, pictures: Path, tmp_path: Path
) -> None:
    path = Path(shutil.make_archive(str(tmp_path / "my pets"), "zip", pictures.parent, pictures.name))
    drop_files(window, path)
    content = in_front(window, qtbot)
    qtbot.waitUntil(lambda: said(content, "dataSummary") == "2 classes, 20 pictures, 12×12")
    assert window.editor.design.data.path == path.as_posix()
    qtbot.waitUntil(lambda: any("cats" in grid.shown.labels for grid in views(content, PictureGrid)))


def test_that_a_file_keeps_the_data_and_they_are_looked_at_again(
    opening: Callable[..., MainWindow], qtbot: QtBot, pictures: Path, tmp_path: Path
) -> None:
    design = saved_with(opening, qtbot, pictures, tmp_path)
    again = opening(design)
    content = seen(again, qtbot)
    qtbot.waitUntil(content.form.isVisible)
    assert said(content, "dataSummary") == "2 classes, 20 pictures, 12×12"
    assert again.editor.history() == []
    assert not child(content, QPushButton, "dataMoved").isVisible()
    assert not child(content, QPushButton, "dataChanged").isVisible()


def saved_with(opening: Callable[..., MainWindow], qtbot: QtBot, pictures: Path, folder: Path) -> Path:
    """A file whose design has these data, and fits them."""
    window = opening()
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "fitNetwork") is not None)
    press(qtbot, content, "fitNetwork")
    target = folder / "net.network.json"
    files.write(window.editor.design, target)
    window.editor.stack.setClean()
    window.close()
    return target


@pytest.mark.parametrize(("more", "told"), [(0, "the same data as before"), (1, "these are other files")])
def test_that_data_that_moved_are_told_and_found_again(
    opening: Callable[..., MainWindow], qtbot: QtBot, pictures: Path, tmp_path: Path, more: int, told: str
) -> None:
    design = saved_with(opening, qtbot, pictures, tmp_path)
    moved = pictures.rename(tmp_path / "elsewhere")
    if more:
        striped_pictures(moved, each=11)
    window = opening(design)
    content = seen(window, qtbot)
    qtbot.waitUntil(child(content, QPushButton, "dataMoved").isVisible)
    assert window.editor.problems() == []
    enter_path(content, qtbot, moved)
    qtbot.waitUntil(lambda: told in said(content, "dataTold"))
    assert Path(window.editor.design.data.path) == moved
    assert not child(content, QPushButton, "dataMoved").isVisible()


def test_that_files_that_have_changed_since_are_told_and_taken_by_a_click(
    opening: Callable[..., MainWindow], qtbot: QtBot, pictures: Path, tmp_path: Path
) -> None:
    design = saved_with(opening, qtbot, pictures, tmp_path)
    striped_pictures(pictures, ("cats", "dogs", "horses"))
    window = opening(design)
    content = seen(window, qtbot)
    qtbot.waitUntil(child(content, QPushButton, "dataChanged").isVisible)
    assert len(window.editor.data.targets[0].classes) == 2
    press(qtbot, content, "dataChanged")
    qtbot.waitUntil(lambda: len(window.editor.data.targets[0].classes) == 3)
    assert window.editor.history()[-1].words == "data classes (cats, dogs) → (cats, dogs, horses)"
    assert not child(content, QPushButton, "dataChanged").isVisible()


def test_that_a_design_without_data_has_no_problems_and_train_leads_to_the_panel(
    window: MainWindow, qtbot: QtBot
) -> None:
    training = window.panel(TrainingPanel)
    choose(qtbot, training.source, NO_DATA)
    assert window.editor.design.data.source == NO_DATA
    assert window.editor.problems() == []
    assert "Choose data" in training.state.text()
    window.action("actionTrain").trigger()
    panel = in_front(window, qtbot)
    assert not window.bridge.training
    assert said(panel.content, "dataSummary").startswith("No data.")


def test_that_a_set_of_the_program_is_chosen_in_the_panel(window: MainWindow, qtbot: QtBot) -> None:
    content = seen(window, qtbot)
    choose(qtbot, content.choice.box, "japanese_vowels")
    assert window.editor.design.data.source == "japanese_vowels"
    assert "CC BY 4.0" in said(content, "dataCounts")


def test_that_a_run_tells_how_far_its_data_are_read_and_stops_meanwhile(
    window: MainWindow, qtbot: QtBot, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = opened(window, qtbot, pictures)
    qtbot.waitUntil(lambda: content.findChild(QPushButton, "fitNetwork") is not None)
    made = Slow()
    monkeypatch.setattr(type(FORMAT), "open", lambda form, *given: made.inspect(*given))
    press(qtbot, content, "fitNetwork")
    window.action("actionTrain").trigger()
    training = window.panel(TrainingPanel)
    qtbot.waitUntil(lambda: training.state.text() == "Reading the data: 3 of 8", timeout=20_000)
    window.action("actionStop").trigger()
    qtbot.waitUntil(lambda: training.state.text() == "Stopped before the first step.")
    assert not window.bridge.training


def test_that_a_role_is_chosen_for_a_column_of_a_table(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    rows = [f"{4 + number % 3 + number / 100:.2f},{number % 7},{'abc'[number % 3]}" for number in range(60)]
    table.write_text("\n".join(["length,width,kind", *rows]), encoding="utf-8")
    content = opened(window, qtbot, table)
    columns = content.form.fields["columns"]
    assert isinstance(columns, ColumnTable)
    cells = columns.findChild(QTableWidget)
    qtbot.waitUntil(lambda: bool(views(content, TableRows)))
    cells.setCurrentCell(1, 1)
    assert cells.item(1, 1).text() == "input"
    qtbot.keyClick(cells, Qt.Key.Key_F2)
    box = cells.findChild(QComboBox)
    qtbot.keyClick(box.view(), Qt.Key.Key_End)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [item["role"] for item in chosen(window)] == ["input", "ignored", "target"])
    assert cells.item(1, 1).text() == "ignored"
    window.action("actionUndo").trigger()
    qtbot.waitUntil(lambda: cells.item(1, 1).text() == "input")


def chosen(window: MainWindow) -> list[Any]:
    """The columns of the table, each with its role."""
    columns = window.editor.design.data.options["columns"]
    assert isinstance(columns, list)
    return [{"role": "input", **column} for column in columns if isinstance(column, dict)]


def test_that_the_menu_tells_what_the_data_cache_takes_and_empties_it(window: MainWindow, qtbot: QtBot) -> None:
    cache_room.empty()
    used = kept(CountedColumn(np.zeros((9, 4096), dtype=np.uint8)), "rows").take(np.arange(9))
    assert used.shape == (9, 4096)
    gc.collect()  # nobody has the rows any longer
    window.bench.menus.menu("File").aboutToShow.emit()
    action = window.action("actionEmptyDataCache")
    assert "KiB" in action.text()
    action.trigger()
    qtbot.waitUntil(lambda: "are free again" in window.statusBar().currentMessage())
    assert "KiB are free again." in window.statusBar().currentMessage()
    assert cache_room.used() == 0
    window.bench.menus.menu("File").aboutToShow.emit()
    assert action.text().endswith("(0 B)")
