"""What there is little room for in the training area: whole words, and what is wanted at once stays in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.core.graph.training_settings import VALIDATION
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.curves.figure_words import value_words
from designer.ui.curves.pills import pill_width
from designer.ui.curves.plot_overlay import GAP, column_width
from designer.ui.panels.run_figures import RunFigures
from designer.ui.panels.training import TrainingPanel
from designer.ui.style.class_words import shared_beginning
from designer.ui.style.labels import duration
from designer.ui.widgets.fold_heading import FoldHeading
from designer.ui.widgets.name_axis import NameAxis
from tests.ui.conftest import Opening
from tests.ui.driving import LEFT
from tests.ui.test_kept_runs import vowels

pytestmark = pytest.mark.kept_window

BASELINE = "baseline: logistic regression"


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        *(("loss", value) for value in (0.05123, 0.00088888, 88_888.0, 8.888e-5, 8.888e8)),
        ("accuracy", 1.0),
        ("memory", 1023.0 * 2**20),
    ],
)
def test_that_the_column_beside_the_curves_has_room_for_each_value(
    qapp: QApplication, figure: str, value: float
) -> None:
    font = QApplication.font()
    width = pill_width(QFontMetricsF(font), value_words(figure, value))
    assert column_width(font, []) - 2 * GAP >= width


def test_that_a_fold_tells_whole_parts_and_how_many_more(qapp: QApplication) -> None:
    button = FoldHeading("Validation", "What is kept apart.")
    button.show()
    parts = ["seed 5", "validation share 0.3", "metrics top-3, F1"]
    button.tell(parts)
    seen = []
    for width in range(700, 60, -4):
        button.resize(width, button.sizeHint().height())
        seen.append(button.text())
        assert button.text() == "Validation: 3 changed" or button.sizeHint().width() <= width
        assert ("seed 5, validation share 0.3, metrics top-3, F1" in button.toolTip()) is (button.text() != seen[0])
    assert list(dict.fromkeys(seen)) == [
        "Validation: seed 5, validation share 0.3, metrics top-3, F1",
        "Validation: seed 5, validation share 0.3 and 1 more",
        "Validation: seed 5 and 2 more",
        "Validation: 3 changed",
    ]
    assert button.accessibleName() == seen[0]
    button.tell(["metrics top-3, F1"])
    button.resize(700, button.height())
    button.resize(button.sizeHint().width() - 2, button.height())
    assert button.text() == "Validation: metrics top-3 …"
    button.tell([])
    assert button.text() == "Validation"


def test_that_the_name_of_a_baseline_is_whole_beside_the_bar(window: MainWindow) -> None:
    figures = window.panel(TrainingPanel).findChild(RunFigures)
    assert figures is not None
    figures._tell_baseline(BASELINE, "100.0\N{NO-BREAK SPACE}%", "")
    window.panel(TrainingPanel).widget().layout().activate()
    figures.layout().activate()
    assert figures._method.shown() == BASELINE


@pytest.mark.parametrize("width", [60, 120, 240, 480, 2_000])
@pytest.mark.parametrize(
    "names", [[f"speaker {n}" for n in range(1, 10)], list("abcdefghij"), [f"{n}th class of some" for n in range(1000)]]
)
def test_that_names_below_bars_do_not_run_into_each_other(qapp: QApplication, names: list[str], width: int) -> None:
    axis = NameAxis("bottom")
    axis.show_names(names)
    low, high = -0.5, len(names) - 0.5
    metrics = QFontMetricsF(QApplication.font())
    ((_, places),) = axis.tickValues(low, high, width)
    told = axis.tickStrings(places, 1.0, 1.0)
    room = (places[1] - places[0]) * width / (high - low) if len(places) > 1 else width
    assert told
    assert all(text and metrics.horizontalAdvance(text) < room for text in told)
    if width == 2_000 and len(names) < 20:
        assert [axis.shared + text for text in told] == names


def test_that_whole_words_alone_are_left_out_of_names() -> None:
    assert shared_beginning(["speaker 1", "speaker 2"]) == "speaker "
    assert shared_beginning(["a b c", "a b d"]) == "a b "
    assert shared_beginning(["speaker 1", "speaking 2"]) == ""
    assert shared_beginning(["speaker", "speaker 2"]) == ""
    assert shared_beginning(["one"]) == shared_beginning([]) == ""


@pytest.fixture
def training(opening: Opening, tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window at its smallest, while its network learns."""
    path = tmp_path / "vowels.network.json"
    files.write(vowels(4000), path)
    window = opening(path)
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.arrangement.room == "small")
    with qtbot.waitSignal(window.bridge.epoch_ended, timeout=60_000):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    yield window
    window.bridge.stop()
    qtbot.waitUntil(lambda: not window.bridge.training, timeout=30_000)


def test_that_who_changes_the_rate_while_it_learns_sees_where_to_apply_it(training: MainWindow, qtbot: QtBot) -> None:
    panel = training.panel(TrainingPanel)
    assert panel.apply.visibleRegion().isEmpty()
    whole = panel.viewport().height()
    panel.form.folds[VALIDATION].button.setChecked(True)
    rate = panel.form.fields["learning_rate"]
    panel.ensureWidgetVisible(rate)
    top = rate.mapTo(panel, rate.rect().topLeft())
    training.editor.set_training("learning_rate", 0.0005)
    qtbot.waitUntil(lambda: not panel.apply.visibleRegion().isEmpty())
    assert rate.mapTo(panel, rate.rect().topLeft()) == top
    bar = panel.verticalScrollBar()
    for place in (bar.minimum(), bar.maximum()):
        bar.setValue(place)
        assert panel.apply.visibleRegion().boundingRect() == panel.apply.rect()
        assert panel.apply.mapTo(panel, panel.apply.rect().bottomRight()).x() <= panel.viewport().width()
    assert panel.viewport().height() < whole
    with qtbot.waitSignal(training.bridge.settings_changed, timeout=30_000):
        qtbot.mouseClick(panel.apply, LEFT)
    qtbot.waitUntil(lambda: panel.apply.visibleRegion().isEmpty())
    assert panel.viewport().height() == whole


def test_that_an_open_fold_looks_as_a_closed_one_but_for_its_arrow_and_has_a_ring_for_the_keyboard(
    window: MainWindow, qtbot: QtBot
) -> None:
    form = window.panel(TrainingPanel).form
    button = next(iter(form.folds.values())).button
    form.setFocus()

    def ground() -> set[str]:
        """The colours right of the words, from top to bottom."""
        image = button.grab().toImage()
        return {image.pixelColor(button.width() - 12, y).name() for y in range(button.height())}

    closed, seen = button.grab().toImage(), ground()
    assert len(seen) == 1
    button.setChecked(not button.isChecked())
    assert ground() == seen
    assert button.grab().toImage() != closed
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    assert window.theme.colours.accent in ground()
    button.setChecked(not button.isChecked())


@pytest.mark.parametrize(("seconds", "told"), [(8.2, "8 s"), (125, "2 min 05 s"), (4800, "1 h 20 min")])
def test_that_no_line_ends_within_a_duration(seconds: float, told: str) -> None:
    assert duration(seconds) == told.replace(" ", "\N{NO-BREAK SPACE}")
