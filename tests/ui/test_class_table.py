"""The figures of each class beside the curves: told while a run learns, sorted by a click, and there again later."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QToolButton, QTreeView
from pytestqt.qtbot import QtBot

from designer.engine.protocol.class_figures import ClassFigures
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Finished, Started
from designer.ui.app.main_window import MainWindow
from designer.ui.curves.class_history import ClassHistory
from designer.ui.curves.class_table import ClassTable
from designer.ui.panels.curves import CurvesPanel
from tests.ui.test_training_panel import run_of, vowels

pytestmark = pytest.mark.kept_window


@pytest.fixture
def panel(window: MainWindow) -> Iterator[CurvesPanel]:
    panel = window.panel(CurvesPanel)
    window.bench.panels.show("Curves")
    yield panel
    window.bridge._set_training(False)
    panel.row._choose(classes=False)
    if panel._classes is not None:
        panel._classes.setParent(None)
        panel._classes.deleteLater()
        panel._classes = None


def table_of(panel: CurvesPanel, qtbot: QtBot) -> ClassTable:
    """Wants it by the mouse."""
    button = panel.findChild(QToolButton, "curvesClasses")
    if not button.isChecked():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (table,) = panel.findChildren(ClassTable)
    return table


def rows(table: ClassTable) -> list[list[str]]:
    model = table.model
    return [[model.index(row, column).data() for column in range(5)] for row in range(model.rowCount())]


def named(table: ClassTable) -> list[str]:
    """The classes from top to bottom; their means stand behind them, however they are sorted."""
    names = [row[0] for row in rows(table)]
    assert names.pop() == "mean of the classes"
    return names


def sort_by(table: ClassTable, qtbot: QtBot, column: int) -> None:
    header = table.findChild(QTreeView).header()
    place = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def figures(part: str, output: str = "output", names: tuple[str, ...] = ("a", "b", "c"), of: int = 3) -> ClassFigures:
    shares = tuple(round(0.2 + 0.3 * (place % 3), 3) for place in range(len(names)))
    samples = tuple(range(1500, 1500 + len(names)))
    return ClassFigures(part, output, of, names, shares, shares[::-1], shares, samples)  # type: ignore[arg-type]


def tell(window: MainWindow, *classes: ClassFigures, epoch: int = 1) -> None:
    window.bridge.epoch_ended.emit(EpochEnded(epoch, 10 * epoch, {"train_loss": 1.0}, 9.0, classes, run="r"))
    window.panel(CurvesPanel)._draw()


def begin(window: MainWindow, panel: CurvesPanel) -> None:
    window.bridge._set_training(True)
    panel.preparing("first")
    window.bridge.started.emit(Started("cpu", 1, 9, 3, 5, 50, run="r"))
    batches = {"loss": np.ones(10, np.float32)}
    window.bridge.batches_ended.emit(BatchesEnded(10, 1, batches, 1.0, run="r"))


def test_that_a_run_tells_of_each_class_and_is_there_again_from_its_folder(window: MainWindow, qtbot: QtBot) -> None:
    vowels(window, qtbot, epochs=2)
    panel = window.panel(CurvesPanel)
    window.bench.panels.show("Curves")
    told: list[Finished] = []
    window.bridge.finished.connect(told.append)
    run_of(window, qtbot)
    table = table_of(panel, qtbot)
    (ended,) = told
    (test,) = [item for item in ended.classes if item.part == "test"]
    assert len(test.names) == 9
    share = sum(round(recall * count) for recall, count in zip(test.recall, test.samples, strict=True)) / sum(
        test.samples
    )
    assert share == pytest.approx(ended.metrics["test_accuracy"], abs=1e-6)
    before = rows(table)
    assert before[0] == [
        test.names[0],
        f"{test.samples[0]:,}",
        *(f"{x[0]:.3f}" for x in (test.precision, test.recall, test.f1)),
    ]
    assert [float(mean) for mean in before[-1][2:]] == pytest.approx(
        [np.mean(values) for values in (test.precision, test.recall, test.f1)], abs=1e-3
    )
    choice = table.findChild(QComboBox, "classesOf")
    assert [choice.itemText(place) for place in range(choice.count())] == ["test", "validation, epoch 2"]
    folder = window.bench.kept_runs.folder
    assert folder is not None
    panel.runs.forget()
    assert rows(table) == []
    panel.show_run(folder)
    qtbot.waitUntil(lambda: rows(table) == before, timeout=10_000)


def test_that_an_epoch_tells_anew_and_what_a_person_has_chosen_and_sorted_stays(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot
) -> None:
    begin(window, panel)
    table = table_of(panel, qtbot)
    assert table.empty.isVisible()
    tell(window, figures("val", "first"), figures("val", "second", ("x", "y", "z")))
    choice = table.findChild(QComboBox, "classesOf")
    assert [choice.itemText(place) for place in range(2)] == [
        "first · validation, epoch 1",
        "second · validation, epoch 1",
    ]
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert named(table) == ["x", "y", "z"]
    sort_by(table, qtbot, 4)
    sort_by(table, qtbot, 4)
    assert named(table) == ["z", "y", "x"]
    tell(window, figures("val", "first"), figures("val", "second", ("x", "y", "w")), epoch=2)
    assert choice.currentText() == "second · validation, epoch 2"
    assert named(table) == ["w", "y", "x"]
    sort_by(table, qtbot, 4)
    assert named(table) == ["x", "y", "w"], "the third click brings the order of the data back"
    assert rows(table)[0] == ["x", "1,500", "0.200", "0.800", "0.200"]


def test_that_many_classes_are_told_to_be_more_than_there_are_rows(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot
) -> None:
    begin(window, panel)
    table = table_of(panel, qtbot)
    tell(window, figures("val", names=tuple(f"class {place}" for place in range(50)), of=2000))
    assert table.findChild(QLabel, "classesSaid").text().startswith("50 of 2,000 classes, those with the most samples.")
    menu = QMenu()
    panel.row.fill(menu)
    (entry,) = [item for item in menu.actions() if item.text() == "Figures per &Class"]
    assert entry.isChecked()
    entry.trigger()
    assert not table.isVisible()


def click_class(table: ClassTable, qtbot: QtBot, name: str, column: int) -> None:
    index = table.model.index(table.model.row_of(name), column)
    table.view.scrollTo(index)
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=table.view.visualRect(index).center())


def epoch_figures(recall: float, names: tuple[str, ...] = ("a", "b")) -> ClassFigures:
    some = tuple(recall if place else 1.0 for place in range(len(names)))
    return ClassFigures("val", "output", 2, names, (0.5,) * len(names), some, (0.25,) * len(names), (9,) * len(names))


def test_that_a_class_that_is_chosen_has_its_curve_over_the_epochs_beside_the_mean(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot
) -> None:
    begin(window, panel)
    table = table_of(panel, qtbot)
    for epoch, recall in enumerate((0.2, 0.4), start=1):
        tell(window, epoch_figures(recall), epoch=epoch)
    assert table.curve.words() == "Choose a class to see its curve over the epochs."
    click_class(table, qtbot, "b", 0)
    assert table.curve.words() == "b · F1: 0.250 after epoch 2, mean of the classes 0.250"
    click_class(table, qtbot, "b", 3)
    assert table.curve.words() == "b · Recall: 0.400 after epoch 2, mean of the classes 0.700"
    tell(window, epoch_figures(0.6), epoch=3)
    assert table.curve.words() == "b · Recall: 0.600 after epoch 3, mean of the classes 0.800"
    assert table.curve.accessibleDescription() == table.curve.words()
    qtbot.keyClick(table.view, Qt.Key.Key_Up)
    assert table.curve.words() == "a · Recall: 1.000 after epoch 3, mean of the classes 0.800"
    sort_by(table, qtbot, 3)
    assert table.curve.words().startswith("a · Recall")
    tell(window, epoch_figures(0.6, ("b", "c")), epoch=4)
    assert table.curve.words().startswith("a · Recall: not told after epoch 4")
    assert table.curve.grab().toImage().width() > 0


def test_that_it_is_said_why_there_are_no_figures_of_classes(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot
) -> None:
    begin(window, panel)
    table = table_of(panel, qtbot)
    assert table.empty.text().endswith("once an epoch has been validated.")
    tell(window)
    assert table.empty.text().startswith("No Output of this run names classes")
    assert "Confusion" in table.empty.text()


def test_that_a_run_that_goes_on_from_before_has_no_curve_of_what_it_has_lost() -> None:
    history = ClassHistory()
    for epoch, recall in ((1, 0.1), (2, 0.2), (3, 0.3), (2, 0.9)):
        history.take(epoch, [epoch_figures(recall)])
    epochs, own, mean = history.curve("output", "b", "recall")
    assert (epochs.tolist(), own.tolist(), mean.tolist()) == ([1, 2], [0.1, 0.9], [0.55, 0.95])
    assert [len(part) for part in history.curve("another", "b", "recall")] == [0, 0, 0]
    for epoch in range(1, 10_000):
        history.take(epoch, [epoch_figures(0.5)])
    epochs, _, _ = history.curve("output", "b", "f1")
    assert len(epochs) <= 2_048
    assert (epochs[0], epochs[-1]) == (1, 9_999)
    assert (np.diff(epochs) > 0).all()
