"""The time slider: what is seen inside is of the epoch that it stands at, and its right end is now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.protocol.events import ActivationsCaptured, EpochEnded, WeightsTaken
from designer.engine.runs.run_folder import Run
from designer.ui.app.main_window import MainWindow
from designer.ui.curves.figure_plot import FigurePlot
from designer.ui.curves.options import CurveOptions
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.run_figures import RunFigures, _read
from designer.ui.panels.runs_dialogs import EpochsDialog
from designer.ui.panels.time_slider import TimeSlider
from designer.ui.panels.training import TrainingPanel
from tests.ui.conftest import Opening
from tests.ui.test_kept_runs import vowels
from tests.ui.test_training_panel import wait_for_state


class Seen:
    """A window whose network was trained for some epochs, with what was captured in it since."""

    def __init__(self, window: MainWindow, qtbot: QtBot, block: str) -> None:
        self.window, self._qtbot = window, qtbot
        self.steps: list[int] = []
        self.figures: list[dict[str, float]] = []
        self.captured: list[ActivationsCaptured] = []
        window.bridge.epoch_ended.connect(self._ended)
        window.bridge.captured.connect(self.captured.append)
        window.scene.select(block)
        qtbot.keyClick(window, Qt.Key.Key_F5)
        wait_for_state(window, qtbot, "On the test samples")
        self.time = window.panel(CurvesPanel).findChild(TimeSlider)
        self.wait_for_step(self.steps[-1])

    def _ended(self, event: EpochEnded) -> None:
        self.steps.append(event.step)
        self.figures.append(dict(event.metrics))

    @property
    def run(self) -> Run:
        kept = self.window.bench.kept_runs.last
        assert kept is not None
        return Run(kept.folder)

    def go_to(self, epoch: int) -> None:
        """To a place of the slider, as a drag does."""
        self.time.slider.setValue(epoch)

    def wait_for_step(self, step: int) -> None:
        self._qtbot.waitUntil(lambda: bool(self.captured) and self.captured[-1].step == step, timeout=30_000)


@pytest.fixture
def seen(opening: Opening, tmp_path: Path, qtbot: QtBot) -> Seen:
    path = tmp_path / "vowels.network.json"
    files.write(vowels(3), path)
    return Seen(opening(path), qtbot, "lstm1")


def test_that_it_goes_back_to_each_epoch_and_comes_back_to_now(seen: Seen, qtbot: QtBot) -> None:
    assert seen.time.isVisible()
    now = seen.captured[-1].values
    slider = seen.time.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    seen.wait_for_step(seen.steps[0])
    first = seen.captured[-1].values
    assert not (first == now).all()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    seen.wait_for_step(seen.steps[1])
    qtbot.keyClick(slider, Qt.Key.Key_End)
    seen.wait_for_step(seen.steps[2])
    assert (seen.captured[-1].values == now).all()


def test_that_play_shows_every_epoch_in_its_order_and_ends_at_now(seen: Seen, qtbot: QtBot) -> None:
    taken: list[WeightsTaken] = []
    seen.window.bridge.weights_taken.connect(taken.append)
    qtbot.mouseClick(seen.time.findChild(QAbstractButton, "timePlay"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(taken) and taken[-1].is_last, timeout=30_000)
    assert [event.step for event in taken] == [*seen.steps, seen.steps[-1]]
    assert seen.time.slider.value() == seen.time.slider.maximum()
    seen.wait_for_step(seen.steps[2])


def test_that_it_goes_where_the_network_is_another_one_and_while_it_trains(seen: Seen, qtbot: QtBot) -> None:
    seen.window.editor.append("dropout", "lstm2")
    qtbot.waitUntil(lambda: not seen.time.isVisible())
    seen.window.editor.stack.undo()
    qtbot.waitUntil(seen.time.isVisible)
    qtbot.keyClick(seen.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not seen.time.isVisible())
    qtbot.waitUntil(lambda: not seen.window.bridge.training, timeout=60_000)


def network_of(weights: dict[str, torch.Tensor], image: torch.Tensor) -> torch.Tensor:
    """The article's CNN, written down once more: the classes' probabilities of an image [1, 28, 28]."""
    x = image[None]
    for name, pools in (("conv1", True), ("conv2", True), ("conv3", False)):
        x = F.relu(F.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"]))
        x = F.max_pool2d(x, 2) if pools else x
    x = F.relu(F.linear(x.flatten(1), weights["dense1.weight"], weights["dense1.bias"]))
    return F.linear(x, weights["dense2.weight"], weights["dense2.bias"])[0].softmax(0)


def test_that_kernels_maps_and_the_prediction_are_what_the_checkpoint_of_the_epoch_gives(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    path, design = tmp_path / "digits.network.json", files.read(example("mnist_cnn"))
    settings = design.training.model_copy(update={"epochs": 2, "batch_size": 256})
    files.write(replace(design, training=settings), path)
    seen = Seen(opening(path), qtbot, "conv1")
    maps = seen.window.panel(FeatureMapsPanel)
    for view in ("kernels", "feature_maps:out"):
        maps.view_chosen.emit(view)
        qtbot.waitUntil(lambda view=view: maps.shown is not None and maps.shown.view == view, timeout=30_000)
        for epoch, step in enumerate(seen.steps, start=1):
            seen.go_to(epoch)
            seen.wait_for_step(step)
            weights = {
                name.removeprefix("model."): value
                for name, value in load_file(seen.run.epochs.path(epoch)).items()
                if name.startswith("model.")
            }
            qtbot.waitUntil(lambda step=step: maps.shown is not None and maps.shown.step == step)
            shown = maps.shown
            image = torch.from_numpy(shown.sample.x)
            kernels, bias = weights["conv1.weight"], weights["conv1.bias"]
            wanted = kernels if view == "kernels" else F.relu(F.conv2d(image[None], kernels, bias))[0]
            assert torch.allclose(torch.from_numpy(shown.values), wanted, atol=1e-5)
            (verdict,) = shown.sample.verdicts
            assert torch.allclose(torch.from_numpy(verdict.scores), network_of(weights, image), atol=1e-5)
        seen.go_to(3)
        seen.wait_for_step(seen.steps[-1])


def test_that_hidden_states_are_what_the_checkpoint_of_the_epoch_gives(seen: Seen) -> None:
    lstm = torch.nn.LSTM(12, 64, batch_first=True)
    for epoch in (2, 1, 3):
        seen.go_to(epoch)
        seen.wait_for_step(seen.steps[epoch - 1])
        kept = load_file(seen.run.epochs.path(epoch)).items()
        own = {name.rpartition(".")[2]: value for name, value in kept if name.startswith("model.lstm1")}
        lstm.load_state_dict(own)
        shown = seen.captured[-1]
        with torch.no_grad():
            wanted = lstm(torch.from_numpy(shown.sample.x)[None])[0][0]
        assert (shown.block, shown.sight.title) == ("lstm1", "hidden state h")
        assert torch.allclose(torch.from_numpy(shown.values), wanted, atol=1e-5)


def test_that_an_epoch_whose_weights_made_room_is_told_and_the_nearest_one_looked_at(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "vowels.network.json"
    files.write(vowels(6), path)
    seen = Seen(opening(path), qtbot, "lstm1")
    for epoch in (3, 4):
        seen.run.epochs.path(epoch).unlink()
    seen.time.refresh()
    told, slider = seen.time.label, seen.time.slider
    assert "Of 6 epochs 4 have their weights kept" in slider.toolTip()
    wide = told.width()
    for wanted, looked_at in ((3, 2), (4, 5), (1, 1), (4, 5)):
        seen.go_to(wanted)
        assert told.text() == (f"epoch {wanted}" if wanted == looked_at else f"{wanted} is not kept: epoch {looked_at}")
        seen.wait_for_step(seen.steps[looked_at - 1])
    assert told.width() == wide
    seen.run.epochs.path(2).unlink()  # while nobody has looked
    seen.go_to(2)
    qtbot.waitUntil(lambda: told.text() == "2 is not kept: epoch 1", timeout=30_000)
    seen.wait_for_step(seen.steps[0])
    qtbot.mouseClick(seen.time.findChild(QAbstractButton, "timePlay"), Qt.MouseButton.LeftButton)
    seen.go_to(1)
    places: list[int] = []
    slider.valueChanged.connect(places.append)
    qtbot.waitUntil(lambda: bool(places) and places[-1] == slider.maximum(), timeout=30_000)
    assert places == [5, 6, 7]


def test_that_a_quick_drag_asks_for_where_it_began_and_where_it_ended_alone(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "vowels.network.json"
    files.write(vowels(8), path)
    seen = Seen(opening(path), qtbot, "lstm1")
    taken: list[WeightsTaken] = []
    seen.window.bridge.weights_taken.connect(taken.append)
    for epoch in (*range(8, 0, -1), *range(1, 6)):
        seen.go_to(epoch)
    seen.wait_for_step(seen.steps[4])
    assert [event.step for event in taken] == [seen.steps[7], seen.steps[4]]
    assert seen.time.label.text() == "epoch 5"


def across(widget: QWidget, x: float) -> float:
    """A place along a widget, on the screen."""
    return widget.mapToGlobal(QPointF(x, 0.0)).x()


def validated_at(plot: FigurePlot, along: str) -> list[float]:
    """Where the plot has its points of epochs, on the screen."""
    (run,) = (run.curves for run in plot._runs)
    places = [run.place(step, along) for step, _ in plot.validation]
    return [across(plot.viewport(), plot.frame.pixel(place, 0.0).x()) for place in places]


@pytest.mark.parametrize("along", ["step", "epoch", "time"])
def test_that_each_stop_stands_below_the_point_of_its_epoch(seen: Seen, qtbot: QtBot, along: str) -> None:
    curves, slider = seen.window.panel(CurvesPanel), seen.time.slider
    curves.row.changed.emit(CurveOptions(along=along))

    def stand_below() -> bool:
        points = validated_at(curves.loss, along)
        stops = [across(slider, slider.place_of(epoch)) for epoch in (1, 2, 3)]
        return stops == pytest.approx(points, abs=0.5) and slider.rect().contains(round(slider.place_of(4)), 1)

    assert curves.loss.frame.room.width() > 50
    assert stand_below()
    seen.window.resize(seen.window.width() - 60, seen.window.height() - 20)
    qtbot.waitUntil(stand_below)
    assert curves.runs.main is not None
    ends = [curves.runs.main.place(step, along) for step in seen.steps]
    curves._zoom_to((ends[0] + ends[1]) / 2, (ends[1] + ends[2]) / 2)
    assert stand_below()
    middle = QPoint(round(slider.place_of(2)), slider.height() // 2)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert slider.value() == 2
    assert slider.value_at(0.0) == 2  # the first epoch is out of sight
    for plot in (curves.loss, curves.accuracy):
        line = plot.overlay().looked_at
        assert line is not None
        assert across(plot.viewport(), plot.frame.pixel(line, 0.0).x()) == pytest.approx(validated_at(plot, along)[1])
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert curves.loss.overlay().looked_at is None


def test_that_the_figures_are_those_of_the_epoch_at_the_slider(seen: Seen) -> None:
    figures = seen.window.panel(TrainingPanel).findChild(RunFigures)

    def told() -> list[str]:
        parts = [figures.shown(part, name) for part in ("train", "val", "test") for name in ("loss", "accuracy")]
        return [figures._when.text(), *parts]

    now = told()
    assert now[0] == "epoch 3"
    seen.go_to(1)
    first = seen.figures[0]
    names = [f"{part}_{name}" for part in ("train", "val") for name in ("loss", "accuracy")]
    wanted = [_read(name.partition("_")[2], first[name]) for name in names]
    assert told() == ["epoch 1", *wanted, "–", "–"]
    seen.go_to(4)
    assert told() == now


def test_that_a_run_branches_from_the_epoch_at_the_slider(seen: Seen, qtbot: QtBot) -> None:
    before = seen.run.folder
    seen.go_to(2)
    seen.time.slider.menu_wanted.emit(QPoint())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Branch From Epoch 2…"]
    menu.close()
    qtbot.mouseClick(seen.time.branch, Qt.MouseButton.LeftButton)
    dialog = seen.window.findChild(EpochsDialog)
    assert dialog.epochs.currentText() == "2"
    dialog.more.setValue(1)
    dialog.accept()
    with qtbot.waitSignal(seen.window.bridge.finished, timeout=60_000):
        pass
    assert seen.run.folder != before
    assert seen.steps[-1] == seen.steps[2]  # two epochs of the first run, and one of its own
    qtbot.waitUntil(lambda: seen.time.slider.maximum() == 4)
