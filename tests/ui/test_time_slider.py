"""The time slider: what is seen inside is of the epoch that it stands at, and its right end is now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.protocol.events import ActivationsCaptured, EpochEnded, WeightsTaken
from designer.engine.runs.run_folder import Run
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.time_slider import TimeSlider
from tests.ui.conftest import Opening
from tests.ui.test_kept_runs import vowels
from tests.ui.test_training_panel import wait_for_state


class Seen:
    """A window whose network was trained for some epochs, with what was captured in it since."""

    def __init__(self, window: MainWindow, qtbot: QtBot, block: str) -> None:
        self.window, self._qtbot = window, qtbot
        self.steps: list[int] = []
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
