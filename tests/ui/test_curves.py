"""Curves: what is drawn of runs, read off them, kept of them, and how little of it depends on their length."""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.engine.protocol.events import (
    BatchesEnded,
    Continued,
    EpochEnded,
    Event,
    Failed,
    Noticed,
    Paused,
    SettingsChanged,
    Started,
)
from designer.engine.runs import metrics_file
from designer.engine.runs.run_about import begun_now, write_about
from designer.engine.runs.run_folder import Run
from designer.ui.app.main_window import MainWindow
from designer.ui.curves.figure_plot import FigurePlot
from designer.ui.curves.hues import HUES, ShownRun, run_hue
from designer.ui.curves.legend import short_names
from designer.ui.curves.options import CurveOptions
from designer.ui.curves.pills import spread
from designer.ui.curves.plot_grid import columns_for
from designer.ui.curves.reading import read_curves
from designer.ui.curves.run_curves import RunCurves
from designer.ui.curves.shown_runs import ShownRuns
from designer.ui.curves.tool_row import ToolRow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from tests.helpers import design_of, stripes_network
from tests.ui.test_colouring import luminance

pytestmark = pytest.mark.kept_window
STEPS, EPOCHS = 40, 4


def events_of(run: str, floor: float = 0.2) -> Iterator[Event]:
    """A run of four epochs with ten steps each; the third is the best."""
    yield Started("cpu", 10, 320, 80, EPOCHS, STEPS, 0, run=run)
    for epoch in range(1, EPOCHS + 1):
        last = 10 * epoch
        loss = floor + 2.0 / np.arange(last - 9, last + 1)
        figures = {"loss": loss, "accuracy": 1 - loss / 3, "gradient_norm": np.array([float(epoch)])}
        metrics = {name: values.astype(np.float32) for name, values in figures.items()}
        yield BatchesEnded(last, epoch, metrics, 40.0 - last, last / 10, run=run)
        if epoch == 2:
            yield SettingsChanged(last, epoch, {"learning_rate": "0.01"}, {"learning_rate": "0.001"}, run=run)
        checked = floor + (0.5, 0.3, 0.1, 0.2)[epoch - 1]
        figures = {
            "train_loss": float(loss.mean()),
            "val_loss": checked,
            "val_accuracy": 1 - checked,
            "val_loss/a": 9.0,
        }
        yield EpochEnded(epoch, last, figures, 100.0, run=run)


def kept(folder: Path, run: str, floor: float = 0.2) -> Path:
    """A folder with the lines of such a run."""
    folder.mkdir()
    for event in events_of(run, floor):
        metrics_file.append(folder / "metrics.jsonl", event)
    return folder


def read(folder: Path) -> RunCurves:
    return read_curves(folder, 0.9, lambda done, of: None)


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> Iterator[CurvesPanel]:
    panel = window.panel(CurvesPanel)
    window.bench.panels.show("Curves")
    yield panel
    window.bridge._set_training(False)


def train(window: MainWindow, run: str, floor: float = 0.2) -> None:
    """The window hears of a run."""
    panel = window.panel(CurvesPanel)
    window.bridge._set_training(True)
    panel.preparing(run, Path(run))
    for event in events_of(run, floor):
        if isinstance(event, Started):
            window.bridge.started.emit(event)
        else:
            panel._take(event)
    panel._due.stop()
    QApplication.processEvents()  # the plots have come, and have their room
    panel._draw()


def shown(panel: CurvesPanel) -> list[tuple[str, str]]:
    return [(run.curves.name, run.part) for run in panel.runs.shown()]


def wait_for_runs(panel: CurvesPanel, qtbot: QtBot, number: int) -> None:
    qtbot.waitUntil(lambda: not panel.runs.awaited and len(panel.runs.shown()) == number, timeout=10_000)


def pixel(plot: FigurePlot, x: float, y: float) -> QPoint:
    return plot.frame.pixel(x, y).toPoint()


def drag(plot: FigurePlot, start: QPoint, end: QPoint) -> None:
    target = plot.viewport()
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    for part in range(1, 4):
        QTest.mouseMove(target, start + (end - start) * part / 3)
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=end)


@given(st.lists(st.floats(-50, 250), max_size=9))
def test_that_pills_do_not_overlap_stay_within_and_keep_their_order(wanted: list[float]) -> None:
    wanted.sort()
    places = spread(wanted, 20.0, 0.0, 200.0)
    assert all(after - before >= 20.0 - 1e-9 for before, after in pairwise(places))
    assert all(10.0 - 1e-9 <= place <= 190.0 + 1e-9 for place in places)


def test_that_a_pill_stands_at_the_end_of_its_curve_where_there_is_room() -> None:
    assert spread([30.0, 100.0], 20.0, 0.0, 200.0) == [30.0, 100.0]
    assert spread([100.0, 100.0], 20.0, 0.0, 200.0) == [90.0, 110.0]


@pytest.mark.parametrize(
    ("width", "height", "columns"), [(900, 100, 2), (900, 170, 2), (700, 240, 1), (900, 370, 1), (370, 170, 1)]
)
def test_that_plots_stand_above_one_another_unless_the_room_is_low_and_wide(
    width: int, height: int, columns: int
) -> None:
    assert columns_for(2, width, height) == columns


def test_that_hues_of_runs_differ_and_are_seen_on_light_and_dark(theme: Theme) -> None:
    try:
        for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
            theme.follow(scheme)
            hues = [run_hue(number, theme) for number in range(HUES)]
            assert len(set(hues)) == HUES
            base = luminance(theme.colours.base)
            for hue in hues:
                dark, light = sorted((luminance(hue), base))
                assert (light + 0.05) / (dark + 0.05) >= 4.5
    finally:
        theme.follow(Qt.ColorScheme.Light)


def test_that_a_kept_run_has_the_curves_that_it_had_while_it_learned(tmp_path: Path) -> None:
    live = RunCurves()
    for event in events_of("a"):
        live.take(event)
    again = read(kept(tmp_path / "run", "a"))
    assert again.figures == live.figures == ("loss", "accuracy", "gradient_norm", "loss/a")
    assert list(again.validation("loss").means) == list(live.validation("loss").means)
    assert (again.best.epoch, again.best_step, again.run, again.step) == (3, 30, "a", 40)
    assert [mark.text for mark in again.marks] == ["learning_rate 0.01 → 0.001"]
    for name in ("loss", "accuracy"):
        np.testing.assert_allclose(again.training(name).means, live.training(name).means, rtol=1e-6)
        assert list(again.training(name).steps) == list(live.training(name).steps)
    assert list(again.training("gradient_norm").counts) == [1.0] * 4
    assert list(again.places(np.array([10.0, 35.0]), "epoch")) == [1.0, 3.5]
    assert list(again.places(np.array([10.0, 35.0]), "time")) == pytest.approx([1.0, 3.5])
    assert again.step_at(3.5, "time") == pytest.approx(35.0)


def test_that_a_long_log_has_a_number_for_each_report_and_then_for_every_second_one(tmp_path: Path) -> None:
    live = RunCurves()
    for event in events_of("a"):
        live.take(event)
    folder = kept(tmp_path / "run", "a")
    metrics_file.thin(folder / "metrics.jsonl")
    again = read(folder).training("loss")
    np.testing.assert_allclose(again.means, live.training("loss").means.reshape(4, 10).mean(1), rtol=1e-6)
    assert list(again.counts) == [10.0] * 4
    metrics_file.thin(folder / "metrics.jsonl")
    assert list(read(folder).training("loss").counts) == [10.0, 20.0]


def test_that_of_many_steps_in_a_report_a_hundred_numbers_are_kept(tmp_path: Path) -> None:
    values = np.linspace(3, 1, 250, dtype=np.float32)
    values[7] = np.nan
    (tmp_path / "run").mkdir()
    for event in (
        Started("cpu", 10, 320, 80, 1, 250, 0, run="a"),
        BatchesEnded(250, 1, {"loss": values}, 0.0, run="a"),
    ):
        metrics_file.append(tmp_path / "run" / "metrics.jsonl", event)
    found = read(tmp_path / "run").training("loss")
    assert len(found.means) == 99  # one has the number that is none
    assert (found.steps[0], found.steps[-1]) == (3, 250)
    assert set(found.counts) == {2.0, 3.0}
    np.testing.assert_allclose(found.means[-1], values[-2:].mean(), rtol=1e-6)


def test_that_a_run_that_goes_on_from_before_its_end_is_told_anew_from_there() -> None:
    curves = RunCurves()
    for event in events_of("a"):
        curves.take(event)
    curves.take(Started("cpu", 10, 320, 80, EPOCHS, STEPS, 20, run="a"))
    assert curves.training("loss").count == 20
    assert list(curves.validation("loss").steps) == [10, 20]
    curves.take(BatchesEnded(30, 3, {"loss": np.full(10, 0.5, np.float32)}, 1.0, 2.0))
    assert curves.training("loss").steps[-1] == 30
    assert curves.times.at(np.array([20.0, 30.0])) == pytest.approx([2.0, 4.0])


def test_that_pauses_and_notices_are_marks_too_and_one_place_has_one_mark() -> None:
    curves = RunCurves()
    changed = SettingsChanged(9, 1, {"optimizer": '"sgd"', "epochs": "4"}, {"optimizer": '"adam"', "epochs": "6"})
    for event in (Paused(5, 1), Continued(5, 1), Noticed("The disk is full.", 7), changed):
        curves.take(event)
    assert [(mark.step, mark.text) for mark in curves.marks] == [
        (5, "Paused\nGone on with"),
        (7, "The disk is full."),
        (9, "optimizer sgd → adam, epochs 4 → 6"),
    ]


def test_that_the_run_before_is_a_ghost_by_itself_and_can_be_left_out(window: MainWindow, panel: CurvesPanel) -> None:
    train(window, "first")
    assert shown(panel) == [("first", "main")]
    train(window, "second", 0.4)
    assert shown(panel) == [("first", "ghost"), ("second", "main")]
    assert "the run before" in panel.row.legend.words.text()
    grey = window.theme.colours.edge
    assert panel.loss._drawn[0]._smooth.opts["pen"].color() == QColor(grey)
    panel.row._choose(ghost=False)
    assert len(panel.loss._drawn) == 1
    assert CurveOptions.read(window.settings.curves).ghost is False
    panel.row._choose(ghost=True)
    window.bridge._set_training(False)
    panel.show_another()
    assert shown(panel) == []


@pytest.mark.parametrize(("before", "is_whole"), [(6e9, False), (0.9, True)])
def test_that_a_run_before_that_blew_up_does_not_flatten_the_one_of_now(
    window: MainWindow, panel: CurvesPanel, before: float, is_whole: bool
) -> None:
    train(window, "first", before)
    train(window, "second")
    _, top = panel.loss._plot.viewRange()[1]
    ghost, own = (drawn.smooth[1].max() for drawn in panel.loss._drawn)
    assert bool(top >= ghost) == is_whole
    assert own <= top < 3 * own


def test_that_a_run_that_fails_before_it_has_learned_leaves_the_one_before(
    window: MainWindow, panel: CurvesPanel
) -> None:
    train(window, "first")
    window.bridge.started.emit(Started("cpu", 10, 320, 80, EPOCHS, STEPS, 0, run="second"))
    assert [part for _, part in shown(panel)] == ["ghost", "main"]
    window.bridge.failed.emit(Failed("The loss became infinite in step 1", ""))
    assert shown(panel) == [("first", "main")]
    assert panel.loss.series.count == STEPS


def test_that_runs_of_one_name_are_told_apart_by_when_they_were_begun(
    panel: CurvesPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    folders = [kept(tmp_path / str(hour), str(hour)) for hour in (7, 8)]
    for folder in folders:
        about = begun_now("digits", "", "mnist_5k")
        write_about(folder, about.model_copy(update={"begun": f"2026-11-30T0{folder.name}:15:00Z"}))
    panel.overlay(folders)
    wait_for_runs(panel, qtbot, 2)
    names = [run.name for run in panel.runs.shown()]
    assert all(name.startswith(("digits · 29 Nov, ", "digits · 30 Nov, ")) for name in names)
    assert len(set(names)) == 2


def test_that_runs_of_one_name_are_told_apart_by_the_settings_that_differ(
    panel: CurvesPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    folders = [kept(tmp_path / f"seed {seed}", str(seed)) for seed in range(3)]
    for seed, folder in enumerate(folders):
        write_about(folder, begun_now("digits", "", "mnist_5k"))
        files.write(design_of(stripes_network(), seed=seed % 2), Run(folder).design)
    panel.overlay(folders[:2])
    wait_for_runs(panel, qtbot, 2)
    assert [run.name for run in panel.runs.shown()] == ["digits · seed 0", "digits · seed 1"]
    panel.overlay(folders)
    wait_for_runs(panel, qtbot, 3)
    first, second, third = (run.name for run in panel.runs.shown())
    assert second == "digits · seed 1"
    assert first.startswith("digits · seed 0 · ")  # which alone is not enough
    assert third.startswith("digits · seed 0 · ")


def test_that_pills_tell_the_ends_and_while_pointed_at_the_values_there(window: MainWindow, panel: CurvesPanel) -> None:
    train(window, "one")
    loss = panel.loss
    ends = {pill.text for pill in loss.overlay().pills}
    smooth = loss.series.last_smooth
    assert ends == {f"{smooth:.4g}", "0.4"}
    QTest.mouseMove(loss.viewport(), pixel(loss, 20.0, 0.5))
    assert panel.accuracy.cursor_at == loss.cursor_at == pytest.approx(20.0, abs=0.5)
    read_there = {pill.text for pill in loss.overlay().pills}
    assert "0.5" in read_there  # the validation behind step 20
    assert f"{loss.series.at(loss.cursor_at)[0]:.4g}" in read_there
    assert panel.plots.shown[-1].overlay().tag == "step 20 · epoch 2.0"
    QApplication.sendEvent(loss, QEvent(QEvent.Type.Leave))
    assert {pill.text for pill in loss.overlay().pills} == ends


def test_that_a_drag_zooms_all_plots_and_a_double_click_shows_all_again(window: MainWindow, panel: CurvesPanel) -> None:
    train(window, "one")
    loss, accuracy = panel.loss, panel.accuracy
    whole = loss.frame.x
    middle = sum(loss.frame.y) / 2
    drag(loss, pixel(loss, 10.0, middle), pixel(loss, 30.0, middle))
    assert loss.frame.x == accuracy.frame.x == pytest.approx((10.0, 30.0), abs=1.0)
    assert loss.frame.y[1] < 1.5  # the part has a height of its own
    drag(loss, loss.frame.room.topLeft().toPoint() + QPoint(5, 2), loss.frame.room.center().toPoint())
    assert loss.y_zoom is not None
    QTest.mouseDClick(loss.viewport(), Qt.MouseButton.LeftButton, pos=loss.frame.room.center().toPoint())
    assert loss.frame.x == accuracy.frame.x == whole
    assert loss.y_zoom is None


def test_that_keys_read_along_the_curves_and_zoom(window: MainWindow, panel: CurvesPanel, qtbot: QtBot) -> None:
    train(window, "one")
    loss = panel.loss
    loss.setFocus()
    qtbot.keyClick(loss, Qt.Key.Key_Home)
    for _ in range(25):
        qtbot.keyClick(loss, Qt.Key.Key_Right)
    assert loss.cursor_at == pytest.approx(10.2, abs=0.1)
    assert loss.accessibleDescription().startswith("step 10 · epoch 1.0; Loss: one ")
    assert "Accuracy: one" in loss.accessibleDescription()
    whole = loss.frame.x
    qtbot.keyClick(loss, Qt.Key.Key_Plus)
    assert loss.frame.x[1] - loss.frame.x[0] < 0.8 * whole[1]
    qtbot.keyClick(loss, Qt.Key.Key_Escape)
    assert loss.frame.x == whole
    assert loss.cursor_at is None


def test_that_a_mark_tells_what_was_changed_and_a_click_on_a_curve_its_run(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot
) -> None:
    train(window, "one")
    loss = panel.loss
    place = pixel(loss, 20.0, 1.0)
    assert loss.words_at(QPointF(place)) == "learning_rate 0.01 → 0.001"
    assert loss.words_at(QPointF(pixel(loss, 25.0, 1.0))) == ""
    on_it = pixel(loss, 30.0, loss.series.at(30)[0])
    with qtbot.waitSignal(panel.run_chosen) as told:
        QTest.mouseClick(loss.viewport(), Qt.MouseButton.LeftButton, pos=on_it)
    assert told.args == [Path("one")]
    with qtbot.assertNotEmitted(panel.run_chosen):
        QTest.mouseClick(loss.viewport(), Qt.MouseButton.LeftButton, pos=pixel(loss, 30.0, 1.8))


def test_that_the_best_epoch_is_ringed_in_every_plot(window: MainWindow, panel: CurvesPanel) -> None:
    train(window, "one")
    for plot, value in ((panel.loss, 0.3), (panel.accuracy, 0.7)):
        x, y = plot._drawn[-1]._ring.getData()
        assert (list(x), list(y)) == ([30.0], pytest.approx([value]))


def test_that_values_are_drawn_as_logarithms_over_epochs_and_time(window: MainWindow, panel: CurvesPanel) -> None:
    train(window, "one")
    try:
        panel.row.log.click()
        panel.row._choose(along="epoch")
        x, y = panel.loss._drawn[-1].validation
        assert list(x) == [1.0, 2.0, 3.0, 4.0]
        np.testing.assert_allclose(10**y, [0.7, 0.5, 0.3, 0.4])
        panel.row._choose(along="time")
        assert list(panel.loss._drawn[-1].validation[0]) == pytest.approx([1.0, 2.0, 3.0, 4.0])
        ticks = panel.loss.getPlotItem().getAxis("left").tickValues(-2.0, 1.0, 200.0)[0][1]
        assert panel.loss.getPlotItem().getAxis("left").tickStrings(ticks, 1.0, 1.0)[0] == "0.01"
    finally:
        panel.row._choose(along="step", is_log=False)


def test_that_further_figures_have_plots_when_they_are_chosen(window: MainWindow, panel: CurvesPanel) -> None:
    train(window, "one")
    assert [plot.figure for plot in panel.plots.shown] == ["loss", "accuracy"]
    try:
        panel.row._choose_plot("gradient_norm", True)
        assert [plot.figure for plot in panel.plots.shown] == ["loss", "accuracy", "gradient_norm"]
        assert panel.plots.shown[2].series.means == pytest.approx([1.0, 2.0, 3.0, 4.0])
        assert len({round(plot.frame.room.left()) for plot in panel.plots.shown if plot.x() == 0}) == 1
    finally:
        panel.row._choose(figures=())


def test_that_a_figure_of_one_output_has_a_plot_by_its_name_when_it_is_chosen(
    window: MainWindow, panel: CurvesPanel
) -> None:
    train(window, "one")
    assert [plot.figure for plot in panel.plots.shown] == ["loss", "accuracy"]
    assert panel.runs.shown()[0].curves.figures[-1] == "loss/a"
    try:
        panel.row._choose_plot("loss/a", True)
        (plot,) = [plot for plot in panel.plots.shown if plot.figure == "loss/a"]
        assert plot.title == "a: Loss"
        assert [value for _, value in plot.validation] == [9.0] * EPOCHS
    finally:
        panel.row._choose(figures=())


def test_that_runs_lie_over_one_another_by_name_and_hue_and_one_can_be_taken_away(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    folders = [kept(tmp_path / name, name, 0.1 * number) for number, name in enumerate(("max", "mean", "sum"), start=1)]
    panel.overlay(folders)
    wait_for_runs(panel, qtbot, 3)
    assert shown(panel) == [("max", "other"), ("mean", "other"), ("sum", "other")]
    hues = {run.curves.name: run.train_hue for run in panel.runs.shown()}
    assert len(set(hues.values())) == 3
    assert len(panel.loss.overlay().pills) == 6
    QApplication.processEvents()
    crosses = [button for button in panel.findChildren(QToolButton, "removeRun") if button.isVisible()]
    assert [cross.accessibleName() for cross in crosses] == [f"Take the curves of {name} away" for name in hues]
    with qtbot.waitSignal(panel.run_removed) as told:
        qtbot.mouseClick(crosses[1], Qt.MouseButton.LeftButton)
    assert told.args == [folders[1]]
    assert {run.curves.name: run.train_hue for run in panel.runs.shown()} == {
        name: hue for name, hue in hues.items() if name != "mean"
    }
    train(window, "new")
    assert shown(panel) == [("new", "main"), ("max", "other"), ("sum", "other")]
    panel.overlay([])
    assert shown(panel) == [("new", "main")]


def test_that_a_kept_run_is_shown_alone_and_one_that_is_not_there_is_told(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.show_run(kept(tmp_path / "yesterday", "y"))
    assert panel._empty.text() == "Reading the curves…"
    wait_for_runs(panel, qtbot, 1)
    assert shown(panel) == [("yesterday", "main")]
    assert panel.loss.frame.x[0] == 0.0
    with qtbot.waitSignal(panel.said) as told:
        panel.show_run(tmp_path / "gone")
    assert told.args[0].startswith(f"{tmp_path / 'gone'}: there are no curves")
    assert panel._stack.currentIndex() == 0
    assert "nothing was trained there yet" in panel._empty.text()


def test_that_curves_are_saved_as_png_svg_and_csv_in_the_colours_of_the_window(
    window: MainWindow, panel: CurvesPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(window, "one")
    chosen = iter([(str(tmp_path / "a.png"), ""), (str(tmp_path / "b"), "SVG drawing (*.svg)"), ("", "")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: next(chosen))
    for _ in range(3):
        panel.row.saved.emit()
    image = QImage(str(tmp_path / "a.png"))
    assert image.width() >= 1500
    assert image.pixelColor(2, 2) == QColor(window.theme.colours.base)
    texts = [text for item in ElementTree.parse(tmp_path / "b.svg").iter() if (text := (item.text or "").strip())]
    assert "one: loss and accuracy over steps" in texts
    assert b"<image" not in (tmp_path / "b.svg").read_bytes()  # all of it is drawn, dots and axes, too
    assert {"training", "validation", "Loss", "Accuracy"} <= set(texts)
    with qtbot.waitSignal(panel.said) as told:
        panel.save(tmp_path / "c.csv")
    assert told.args == ["The curves were saved in c.csv."]
    with (tmp_path / "c.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    losses = [row for row in rows if row["figure"] == "loss"]
    assert [int(row["step"]) for row in losses] == list(range(1, STEPS + 1))
    assert float(losses[9]["value"]) == pytest.approx(0.4)
    assert (losses[9]["run"], losses[9]["epoch"], losses[9]["seconds"]) == ("one", "1", "1.000")
    assert [float(row["value"]) for row in rows if row["figure"] == "val_loss"] == pytest.approx([0.7, 0.5, 0.3, 0.4])


def test_that_curves_are_copied_from_the_context_menu(window: MainWindow, panel: CurvesPanel, qtbot: QtBot) -> None:
    train(window, "one")
    QGuiApplication.clipboard().clear()
    place = panel.loss.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, panel.loss.mapToGlobal(place))
    QApplication.sendEvent(panel.loss.viewport(), event)
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    copy = next(action for action in menu.actions() if action.text() == "&Copy as a Picture")
    copy.trigger()
    menu.close()
    assert not QGuiApplication.clipboard().image().isNull()


def test_that_what_is_drawn_of_a_million_steps_is_no_more_than_of_ten_thousand(
    window: MainWindow, panel: CurvesPanel
) -> None:
    window.bridge._set_training(True)
    window.bridge.started.emit(Started("cpu", 10, 320, 80, 100, 1_000_000, 0, run="long"))
    main, random = panel.runs.main, np.random.default_rng(0)
    drawn = []
    for until in (10_000, 1_000_000):
        for step in range(main.step + 10_000, until + 1, 10_000):
            main.take(BatchesEnded(step, 1, {"loss": random.random(10_000, np.float32)}, 1.0, step / 1000))
        panel._draw()
        line, raw = panel.loss._drawn[-1]._smooth, panel.loss._drawn[-1]._raw
        drawn.append((len(line.xData), len(raw.xData)))
    pixels = panel.loss.frame.room.width()
    assert max(drawn[0][0], drawn[1][0]) <= pixels + 2
    assert max(drawn[0][1], drawn[1][1]) <= 2 * pixels + 4
    assert raw.yData.max() > 0.999


def test_that_reports_that_come_at_once_are_drawn_once(window: MainWindow, panel: CurvesPanel, qtbot: QtBot) -> None:
    train(window, "one")
    drawn: list[object] = []
    redraw = panel.loss.redraw
    panel.loss.redraw = lambda *args: drawn.append(redraw(*args))
    try:
        for step in range(41, 141):
            metrics = {name: np.ones(1, np.float32) for name in ("loss", "accuracy")}
            window.bridge.batches_ended.emit(BatchesEnded(step, 5, metrics, 1.0))
        assert drawn == []
        qtbot.waitUntil(lambda: panel.loss.series.count == 140 and not panel._due.isActive())
        assert len(drawn) == 1
    finally:
        del panel.loss.redraw
        gc.collect()


@pytest.mark.parametrize("width", [369, 625, 1100])
def test_that_names_of_many_runs_leave_the_room_to_their_curves_and_differ(
    theme: Theme, qtbot: QtBot, width: int
) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    column, row = QVBoxLayout(place), ToolRow(theme, CurveOptions())
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(row)
    column.addStretch(1)
    called = ("mnist_cnn_sum_pooling", "mnist_cnn_avg_pooling", "mnist_cnn")
    names = [f"{name} · seed {seed}" for name in called for seed in range(3)]
    runs = [ShownRun(RunCurves(name), "#0072b2", "#0072b2", "other", name) for name in names]
    place.resize(width, 240)
    place.show()
    row.legend.show_runs(runs, True, False)
    row.place_legend(column)
    qtbot.waitUntil(lambda: row.legend.width() > width / 4)
    lines = row.legend.findChild(QScrollArea, "curvesLegend")
    assert 20 < lines.height() <= 3 * (row.fontMetrics().height() + 8)
    labels = [label for label in row.legend.findChildren(ElidedLabel) if label.isVisible()]
    told = ["".join(label.shown() for label in pair) for pair in zip(labels[::2], labels[1::2], strict=True)]
    assert len(set(told)) == len(runs)
    assert all(words.endswith(f"· seed {place % 3}") for place, words in enumerate(told))


def test_that_names_are_told_without_the_words_that_all_begin_with() -> None:
    assert short_names(["cnn_sum", "cnn_avg", "cnn"]) == {"cnn_sum": "…sum", "cnn_avg": "…avg", "cnn": "cnn"}
    assert short_names(["a", "b"]) == {"a": "a", "b": "b"}
    assert short_names(["same", "same"]) == {"same": "same"}
    assert short_names(["net one", "net only"]) == {"net one": "…one", "net only": "…only"}
    assert short_names(["network", "netting"]) == {"network": "network", "netting": "netting"}


def test_that_a_run_that_lies_over_none_is_not_told_apart_from_itself(theme: Theme, qtbot: QtBot) -> None:
    shown = ShownRuns(theme, 0.9, theme)
    shown.main = RunCurves("net", Path("run"))
    shown._others, shown._wanted = {Path("run"): RunCurves("net", Path("run"))}, (Path("run"),)
    shown._hues = {Path("run"): 0}
    shown._hides_main = True
    assert [run.name for run in shown.shown()] == ["net"]
    shown.close()
