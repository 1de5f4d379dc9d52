"""What the panels that look inside show of a block, and the choice of what to see of it."""

from __future__ import annotations

import cProfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from designer.core.graph.network import Network, Node
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.data import opening as data_opening
from designer.engine.protocol.events import ActivationsCaptured
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from designer.ui.panels.feature_maps import FeatureMapsPanel, MapGrid
from designer.ui.panels.film_clock import FilmClock
from designer.ui.panels.hidden_states import HiddenStatesPanel
from designer.ui.panels.inspection import WATCHER
from designer.ui.panels.inspection_panel import InspectionPanel
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.values import ValuesPanel
from designer.ui.style.theme import Theme
from tests.helpers import block, design_of
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT, Answers, action, click, drop_files, looking, middle


def choice(window: MainWindow, panel: str) -> QComboBox:
    """Where a person picks what to see."""
    found = window.findChild(QComboBox, f"{panel}View")
    assert found is not None
    return found


def wait_for_view(qtbot: QtBot, window: MainWindow, panel: str, name: str, view: str) -> ActivationsCaptured:
    def shown() -> ActivationsCaptured | None:
        event = looking(window).panels[panel].shown
        return event if event is not None and (event.block, event.sight.title) == (name, view) else None

    qtbot.waitUntil(lambda: shown() is not None, timeout=30_000)
    event = shown()
    assert event is not None
    return event


def in_front(panel: QWidget) -> bool:
    """Whether it is the one of its tabs that is seen."""
    return not panel.visibleRegion().isEmpty()


def pick(combo: QComboBox, text: str) -> None:
    """With the arrow keys, as a person does."""
    assert combo.isVisible()
    places = {combo.itemText(place): place for place in range(combo.count())}
    way = places[text] - combo.currentIndex()
    for _ in range(abs(way)):
        QTest.keyClick(combo, Qt.Key.Key_Down if way > 0 else Qt.Key.Key_Up)
    assert combo.currentText() == text


def attention_file(folder: Path) -> Path:
    nodes = [
        Node("input", block("input", sizes=(None, 12)), ()),
        Node("attention1", block("multi_head_attention", num_heads=2), ("input", None)),
        Node("gru1", block("gru", hidden_size=16), ("attention1", None)),
        Node("dense1", block("dense", out_features=9), ("gru1",)),
        Node("output", block("output"), ("dense1",)),
    ]
    path = folder / "attention.network.json"
    path.write_text(files.dumps(design_of(Network.of(nodes), "japanese_vowels")), encoding="utf-8")
    return path


def test_that_a_block_is_being_loaded_and_not_to_be_selected_once_it_is(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opening(attention_file(tmp_path))
    told = {name: panel._message for name, panel in looking(window).panels.items()}
    assert told["maps"].text().startswith("Select a convolution")
    click(window, middle(window, "attention1"))
    assert told["maps"].text() == "Loading what attention1 gives…"
    assert window.panel(SamplePanel).findChild(QLabel, "sampleWords").text() == "Loading the sample…"
    wait_for_view(qtbot, window, "maps", "attention1", "weights")
    assert told["states"].text().startswith("Select a")
    window.scene.clearSelection()
    assert told["maps"].text().startswith("Select a convolution")


def test_that_the_sample_is_there_where_another_file_has_the_same_block_selected(
    window: MainWindow, qtbot: QtBot
) -> None:
    sample = window.panel(SamplePanel)
    wait_for_view(qtbot, window, "maps", "conv1", "out")
    assert window.filing.open(example("mnist_cnn"))
    assert window.scene.current == "conv1"
    qtbot.waitUntil(lambda: bool(sample.views), timeout=30_000)


def test_that_the_gates_and_the_cell_state_of_an_lstm_can_be_chosen(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "example_vowels_lstm").trigger()
    qtbot.waitUntil(lambda: window.scene.current == "lstm1")
    hidden = wait_for_view(qtbot, window, "states", "lstm1", "hidden state h").values
    combo = choice(window, "states")
    assert [combo.itemText(place) for place in range(combo.count())][:3] == ["hidden state h", "last", "state"]
    cell, gate = {}, {}
    for view, kept in (("cell state c", cell), ("output gate o", gate)):
        pick(combo, view)
        event = wait_for_view(qtbot, window, "states", "lstm1", view)
        assert event.values.shape == hidden.shape
        kept["values"] = event.values
    np.testing.assert_allclose(hidden, gate["values"] * np.tanh(cell["values"]), atol=1e-5)

    # Another block shows what tells most of it; the first one what was chosen for it.
    click(window, middle(window, "lstm2"))
    wait_for_view(qtbot, window, "states", "lstm2", "hidden state h")
    click(window, middle(window, "lstm1"))
    wait_for_view(qtbot, window, "states", "lstm1", "output gate o")
    assert combo.currentText() == "output gate o"


def test_that_attention_shows_a_map_for_each_head_and_its_output_by_choice(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opening(attention_file(tmp_path))
    click(window, middle(window, "attention1"))
    event = wait_for_view(qtbot, window, "maps", "attention1", "weights")
    steps = len(event.sample.x)
    assert event.values.shape == (2, steps, steps)
    panel = window.panel(FeatureMapsPanel)
    assert f"2 heads × {steps} queries × {steps} keys" in panel.caption.text()
    assert in_front(panel)
    pick(choice(window, "maps"), "out")
    event = wait_for_view(qtbot, window, "states", "attention1", "out")
    assert event.values.shape == (steps, 12)
    qtbot.waitUntil(lambda: in_front(window.panel(HiddenStatesPanel)) and not in_front(panel))
    assert panel.shown is None


def test_that_what_another_watcher_sees_stays_out_of_the_panels(window: MainWindow, qtbot: QtBot) -> None:
    wait_for_view(qtbot, window, "maps", "conv1", "out")
    combo, seen = choice(window, "maps"), window.bridge.captured
    assert [combo.itemText(place) for place in range(combo.count())] == ["out", "kernels"], "no panel shows gradients"
    with qtbot.waitSignal(seen, check_params_cb=lambda event: event.watcher == "canvas", timeout=30_000):
        window.bridge.watch("conv1", 5, "gradient:out", "canvas")
    shown = looking(window).panels["maps"].shown
    assert shown is not None
    assert (shown.sample.index, shown.sight.title) == (0, "out")
    with qtbot.waitSignal(seen, check_params_cb=lambda event: event.watcher == WATCHER, timeout=30_000):
        looking(window).sample.number.setValue(7)
    wait_for_view(qtbot, window, "maps", "conv1", "out")


def test_that_kernels_can_be_looked_at_and_a_block_with_one_thing_to_see_offers_no_choice(
    window: MainWindow, qtbot: QtBot
) -> None:
    wait_for_view(qtbot, window, "maps", "conv1", "out")
    pick(choice(window, "maps"), "kernels")
    event = wait_for_view(qtbot, window, "maps", "conv1", "kernels")
    assert event.values.shape == (32, 1, 3, 3)
    assert "32 kernels × 1 input × 3 rows × 3 columns" in window.panel(FeatureMapsPanel).caption.text()
    click(window, middle(window, "pool1"))
    wait_for_view(qtbot, window, "maps", "pool1", "out")
    assert not choice(window, "maps").isVisible()


def test_that_maps_of_two_axes_stay_together_in_the_grid_and_tell_their_places(theme: Theme, qtbot: QtBot) -> None:
    grid = MapGrid(theme)
    qtbot.addWidget(grid)
    grid.resize(500, 200)
    values = np.arange(6 * 5 * 4 * 3, dtype=np.float32).reshape(6, 5, 4, 3)
    grid.show_maps(values, ("C", "D", "H", "W"))
    places = grid.places()
    assert len(places) == 30
    columns = len({place.left() for place in places})
    assert columns % 5 == 0 or 5 % columns == 0
    corner = places[13].topLeft() + QPointF(0.5, 0.5)
    assert grid.text_at(corner) == f"map 2, slice 3, row 0, column 0: {values[2, 3, 0, 0]:.4g}"


def test_that_thousands_of_maps_that_are_shown_again_take_little_work(theme: Theme, qtbot: QtBot) -> None:
    grid = MapGrid(theme)
    qtbot.addWidget(grid)
    grid.resize(500, 200)
    values = np.ones((9_999, 1, 1), np.float32)
    for _ in range(2):  # what is higher than the room grows once
        grid.show_maps(values, ("C", "H", "W"))
    last = grid.places()[-1].center()
    with cProfile.Profile() as profile:
        grid.show_maps(values, ("C", "H", "W"))
        assert grid.text_at(last).startswith("map 9998, ")
    assert sum(entry.callcount for entry in profile.getstats()) < 2_000
    assert grid.text_at(last + QPointF(0.0, grid.places()[0].height() + 1)) == ""


def test_that_a_place_is_told_with_its_word_where_the_sample_is_a_text(window: MainWindow, qtbot: QtBot) -> None:
    event = wait_for_view(qtbot, window, "maps", "conv1", "out")
    words = ("not", "a", "film")
    weights = np.arange(18, dtype=np.float32).reshape(2, 3, 3)
    maps, states, values = (looking(window).panels[name] for name in ("maps", "states", "values"))
    assert isinstance(maps, FeatureMapsPanel)
    assert isinstance(states, HiddenStatesPanel)
    assert isinstance(values, ValuesPanel)
    shown = replace(event, values=weights, axes=("A", "Q", "K"), words=words)
    maps.show_capture(shown)
    corner = maps.grid.places()[1].topLeft() + QPointF(0.5, 0.5)
    assert maps.grid.text_at(corner) == "head 1, query 0 (not), key 0 (not): 9"
    states.show_capture(replace(shown, values=weights[0], axes=("L", "F")))
    assert states.text_at(QPointF(2.5, 1.5)) == "step 2 (film), unit 1: 7"
    assert states.text_at(QPointF(3.5, 1.5)) == ""
    values.show_capture(replace(shown, values=np.array([4.0, 1.0, 7.0], np.float32), axes=("L",)))
    assert values.text_at(QPointF(1.2, 0)) == "step 1 (a): 1"
    assert values.text_at(QPointF(2.6, 0)) == ""
    values.show_capture(replace(shown, values=np.array([4.0, -1.0, 7.0, 0.0], np.float32), axes=("L",)))
    below, above = ((list(bars.opts["x"]), list(bars.opts["height"])) for bars in (values.below, values.above))
    assert (below, above) == (([1], [-1.0]), ([0, 2, 3], [4.0, 7.0, 0.0]))


def test_that_states_without_the_steps_of_the_input_have_the_room_to_themselves(
    window: MainWindow, qtbot: QtBot
) -> None:
    action(window, "example_vowels_lstm").trigger()
    event = wait_for_view(qtbot, window, "states", "lstm1", "hidden state h")
    panel = window.panel(HiddenStatesPanel)
    assert isinstance(panel, HiddenStatesPanel)
    qtbot.waitUntil(lambda: panel.heat.getViewBox().height() < 0.9 * panel.height())
    lower = panel.heat.getViewBox().height()
    shorter = ActivationsCaptured("conv1", event.sample, event.values[:5], "untrained", 0, ("L", "F"))
    panel.show_capture(shorter)
    qtbot.waitUntil(lambda: panel.heat.getViewBox().height() > lower * 1.2)
    window.resize(window.width() + 100, window.height())
    qtbot.wait(50)
    assert panel.heat.getViewBox().viewRange()[0] == [0, 5]
    panel.show_capture(event)
    qtbot.waitUntil(lambda: panel.heat.getViewBox().height() < lower * 1.05)


def test_that_steps_and_units_are_counted_in_whole_numbers_below_their_middles(
    window: MainWindow, qtbot: QtBot
) -> None:
    event = wait_for_view(qtbot, window, "maps", "conv1", "out")
    panel = window.panel(HiddenStatesPanel)
    assert isinstance(panel, HiddenStatesPanel)
    for steps in (1, 2, 4, 31, 500):
        values = np.ones((steps, 3), np.float32)
        panel.show_capture(replace(event, values=values, axes=("L", "F")))
        for side, size in (("bottom", steps), ("left", 3)):
            axis = panel.heat.getViewBox().parentItem().getAxis(side)
            ((spacing, places), *_) = axis.tickValues(0, size, 300)
            numbers = axis.tickStrings(places, 1.0, spacing)
            assert numbers[0] == "0"
            assert places == [int(number) + 0.5 for number in numbers]
            assert len(numbers) == size or 2 <= len(numbers) <= 20


def test_that_maps_are_drawn_for_whatever_has_more_than_two_axes(
    theme: Theme, qtbot: QtBot, window: MainWindow
) -> None:
    event = wait_for_view(qtbot, window, "maps", "conv1", "out")
    panel = FeatureMapsPanel(theme, FilmClock())
    qtbot.addWidget(panel)
    everything = panel.findChild(QCheckBox, "mapsAllFrames")
    assert everything is not None
    everything.setChecked(True)  # of a film, a frame is shown alone
    for shape, axes in (((2, 3, 4, 5), ("L", "C", "H", "W")), ((2, 1, 6), ("HC", "S", "F"))):
        values = np.ones(shape, np.float32)
        panel.show_capture(ActivationsCaptured("here", event.sample, values, "untrained", 0, axes))
        assert len(panel.grid.places()) == values.size // (shape[-1] * shape[-2])


def waves(path: Path, steps: int = 24, shift: float = 0.0) -> Path:
    """Curves of one's own, a row each, as the archive of UCR has them."""
    path.parent.mkdir(exist_ok=True)
    random = np.random.default_rng(4)
    rows = []
    for number in range(40):
        label = 1 + number % 2
        curve = np.sin(np.arange(steps) / (1 + label)) + random.normal(shift, 0.1, steps)
        rows.append("\t".join([str(label), *(f"{value:.4f}" for value in curve)]))
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def told(panel: InspectionPanel) -> str:
    """The words that a panel shows instead of values; empty where it shows values."""
    return "" if panel.shown is not None else panel._message.text()


def take_data(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    assert drop_files(window, path)
    qtbot.waitUntil(lambda: window.editor.design.data.path == path.as_posix(), timeout=30_000)


def press_in_data_panel(window: MainWindow, qtbot: QtBot, name: str) -> None:
    content = window.panel(DataPanel).content
    qtbot.waitUntil(lambda: content.findChild(QPushButton, name) is not None, timeout=30_000)
    button = content.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, LEFT)


def train(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionTrain").trigger()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=60_000)


def wait_until_true_to(window: MainWindow, qtbot: QtBot, weights: str = "") -> ActivationsCaptured:
    """What one panel shows of the selected block: it is of the design that is open, and all others show none."""
    panels = looking(window).panels.values()

    def shown() -> list[ActivationsCaptured]:
        return [panel.shown for panel in panels if panel.shown is not None]

    def is_true() -> bool:
        found = shown()
        return [item.block for item in found] == [window.scene.current] and (
            found[0].sample.source == window.editor.design.data.identity and weights in ("", found[0].weights)
        )

    qtbot.waitUntil(is_true, timeout=30_000)
    (event,) = shown()
    for panel in panels:
        assert panel.shown is event or told(panel).startswith("Select "), told(panel)
        assert panel.shown is not event or in_front(panel)
    return event


@pytest.mark.parametrize("way", ["fitNetwork", "startingNetwork1"])
def test_that_after_own_sequences_and_a_network_for_them_every_panel_is_of_these_in_whatever_happens(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, way: str
) -> None:
    wait_until_true_to(window, qtbot, "untrained")
    take_data(window, qtbot, waves(tmp_path / "waves.tsv"))
    panels = looking(window).panels
    qtbot.waitUntil(lambda: {told(panel)[:24] for panel in panels.values()} == {"Mend the network first: "})
    assert window.panel(SamplePanel).views == []
    press_in_data_panel(window, qtbot, way)
    window.editor.set_training("epochs", 2)
    window.scene.select_only(["dense1"])
    event = wait_until_true_to(window, qtbot)
    assert event.sample.x.shape == (24, 1)
    for _ in range(2):  # trained, and trained again
        train(window, qtbot)
        wait_until_true_to(window, qtbot, "trained")
    for node in list(window.editor.design.network.nodes):
        window.scene.select_only([node])
        wait_until_true_to(window, qtbot, "trained")

    while window.editor.design.data.is_own:  # back to the CNN and its digits
        window.editor.stack.undo()
    window.scene.select_only(["conv1"])
    event = wait_until_true_to(window, qtbot)
    assert event.sample.features["image"].shape == (1, 28, 28)
    while window.editor.stack.canRedo():
        window.editor.stack.redo()
    window.scene.select_only(["dense1"])
    wait_until_true_to(window, qtbot, "trained")


def test_that_a_block_of_the_same_name_is_shown_in_the_panel_that_suits_it_now(
    window: MainWindow, qtbot: QtBot
) -> None:
    wait_until_true_to(window, qtbot, "untrained")
    cnn = window.editor.design
    states = window.panel(HiddenStatesPanel)
    nodes = [
        Node("input", block("input", sizes=(None, 12)), ()),
        Node("conv1", block("gru", hidden_size=16), ("input", None)),
        Node("dense1", block("dense", out_features=9), ("conv1",)),
        Node("output", block("output"), ("dense1",)),
    ]
    window.editor.edit("Other", lambda design: design_of(Network.of(nodes), "japanese_vowels"))
    qtbot.waitUntil(lambda: window.scene.current == "" or in_front(states), timeout=30_000)
    window.scene.select_only(["conv1"])
    assert wait_until_true_to(window, qtbot, "untrained").axes[0] == "L"
    window.editor.edit("Back", lambda design: cnn)
    window.scene.select_only(["conv1"])
    assert wait_until_true_to(window, qtbot, "untrained").axes[0] == "C"


def test_that_other_data_during_a_run_are_not_shown_with_what_the_run_learns_from(
    opening: Opening, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    answers.then = QMessageBox.StandardButton.Discard
    first, second = (waves(tmp_path / f"folder{shift}" / "waves.tsv", shift=shift) for shift in (0, 1))
    settings = []
    for path in (first, second):
        source, found = data_opening.inspect(path)
        settings.append(data_opening.settings_for(path, source, found))
    one, two = settings
    assert one.known is not None
    assert data_opening.info(one) == data_opening.info(two)  # but for where they lie they are the same
    nodes = [
        Node("input", block("input", sizes=(24, 1)), ()),
        Node("gru1", block("gru", hidden_size=8), ("input", None)),
        Node("dense1", block("dense", out_features=2), ("gru1",)),
        Node("output", block("output"), ("dense1",)),
    ]
    path = tmp_path / "waves.network.json"
    files.write(replace(design_of(Network.of(nodes), epochs=10_000), data=one), path)
    window = opening(path)
    window.scene.select_only(["gru1"])
    event = wait_until_true_to(window, qtbot, "untrained")
    values = event.sample.x
    action(window, "actionTrain").trigger()
    wait_until_true_to(window, qtbot, "training")

    window.editor.set_own_data(two)
    states, sample = window.panel(HiddenStatesPanel), window.panel(SamplePanel)
    words = "The run under way learns from other data"
    assert told(states).startswith(words)
    with qtbot.waitSignal(window.bridge.captured, timeout=30_000):
        pass
    assert told(states).startswith(words)
    assert any(label.text().startswith(words) for label in sample.findChildren(QLabel))
    window.editor.stack.undo()
    wait_until_true_to(window, qtbot, "training")
    window.editor.stack.redo()
    action(window, "actionStop").trigger()
    event = wait_until_true_to(window, qtbot, "earlier")
    assert not np.array_equal(event.sample.x, values)

    action(window, "actionTrain").trigger()
    wait_until_true_to(window, qtbot, "training")
    action(window, "example_vowels_gru").trigger()  # has a gru1, too
    window.scene.select_only(["gru1"])
    qtbot.waitUntil(lambda: told(states).startswith("A network of another file is being trained"), timeout=30_000)
    action(window, "actionStop").trigger()
    event = wait_until_true_to(window, qtbot, "untrained")
    assert event.sample.source == "japanese_vowels"
