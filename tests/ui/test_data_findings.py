"""What is doubtful about data, in the Data panel: what decides is told first, and an answer moves nothing."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from designer.data.preview import Curves
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from designer.ui.panels.data_views import CurveRows
from designer.ui.widgets.column_table import ColumnTable
from designer.ui.widgets.fix_button import FixButton
from designer.ui.widgets.wrapped import WrappedLabel
from tests.ui.driving import LEFT
from tests.ui.test_data_panel import chosen, opened


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A table with gaps in two columns, a row that is there twice, one far outlier and a column that never changes."""
    by_chance = random.Random(3)
    rows = [
        f"{by_chance.randint(18, 80) if place % 9 else ''},{'' if place % 5 == 0 else by_chance.random() * 9000:.6},"
        f"{by_chance.choice('abc')},same,{by_chance.random() if place else 999999},{('yes', 'no')[place % 3 == 0]}"
        for place in range(60)
    ]
    path = tmp_path / "shop.csv"
    path.write_text("\n".join(["age,income,town,country,seconds,buys", *rows, rows[-1]]), encoding="utf-8")
    return path


def height(panel: DataPanel, widget: QWidget) -> int:
    """Where a widget is seen in the panel."""
    return widget.mapTo(panel.viewport(), QPoint(0, 0)).y()


def told(content: QWidget, words: str) -> list[WrappedLabel]:
    return [label for label in content.findChildren(WrappedLabel) if label.said == words and label.isVisible()]


def buttons(panel: DataPanel) -> list[FixButton]:
    return [button for button in panel.content.findings.findChildren(FixButton) if button.isVisible()]


def tabbed(qtbot: QtBot, start: QWidget, end: str) -> list[str]:
    """What the tab key goes through from a widget to that of a name."""
    start.setFocus()
    found: list[str] = []
    while len(found) < 30 and found[-1:] != [end]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        found.append(focused.objectName())
    assert found[-1] == end
    return found[:-1]


def test_that_what_decides_what_is_learned_is_told_above_the_networks(
    empty_window: MainWindow, qtbot: QtBot, shop: Path
) -> None:
    content = opened(empty_window, qtbot, shop)
    qtbot.waitUntil(lambda: content.fit.isEnabled() and content.fit.buttons() != [])
    rest(empty_window, qtbot)
    panel = empty_window.panel(DataPanel)
    guess = told(content, "It is a guess that buys is what is to be learned.")[0]
    network = content.findChild(QPushButton, "startingNetwork1")
    assert height(panel, guess) < height(panel, network)
    outlier = next(label for label in content.findChildren(WrappedLabel) if "has outliers" in label.said)
    assert outlier.said.endswith("but one is 999,999.")
    assert told(content, "seconds") == []  # the sentence begins with it, and the answer names it
    ways = tabbed(qtbot, content.findChild(QPushButton, "dataFile"), "transformAdd")
    assert ways[0] == "fix"
    assert ways.index("startingNetwork1") < len(ways) - ways[::-1].index("fix") - 1  # findings below it come behind it
    answer = next(button for button in content.findChildren(FixButton) if button.text() == "Learn income")
    qtbot.mouseClick(answer, LEFT)
    qtbot.waitUntil(lambda: [item["name"] for item in chosen(empty_window) if item["role"] == "target"] == ["income"])
    qtbot.waitUntil(lambda: bool(told(content, "12 of 61 rows are left out: income is missing there.")))
    left_out = told(content, "12 of 61 rows are left out: income is missing there.")[0]
    assert height(panel, left_out) < height(panel, content.findChild(QPushButton, "startingNetwork1"))


def test_that_an_answer_keeps_the_place_and_the_keyboard_where_they_are(
    window: MainWindow, qtbot: QtBot, shop: Path
) -> None:
    opened(window, qtbot, shop)
    window.resize(window.width(), 600)
    panel = window.panel(DataPanel)
    rest(window, qtbot)
    panel.ensureWidgetVisible(buttons(panel)[-1])
    answer = next(button for button in buttons(panel) if button.text() == "Take each once")
    panel.ensureWidgetVisible(answer)
    above = next(button for button in buttons(panel) if button.text() == "Take the median")
    place, scrolled = height(panel, above), panel.verticalScrollBar().value()
    assert scrolled > 0
    answer.setFocus()
    qtbot.mouseClick(answer, LEFT)
    qtbot.waitUntil(lambda: window.editor.design.data.options.get("repeated") == "once")
    rest(window, qtbot)
    assert QApplication.focusWidget() in buttons(panel)
    assert "Take each once" not in [button.text() for button in buttons(panel)]
    qtbot.waitUntil(lambda: height(panel, above) == place)


def test_that_options_without_effect_are_not_offered_and_come_once_they_have_one(
    window: MainWindow, qtbot: QtBot, shop: Path
) -> None:
    form = opened(window, qtbot, shop).form
    qtbot.waitUntil(form.fields["missing_numbers"].isVisible)
    assert not form.fields["target_scale"].isVisible()
    box = form.fields["columns"]
    assert isinstance(box, ColumnTable)
    box.choose(5, 1, "ignored")
    box.choose(4, 1, "target")
    qtbot.waitUntil(form.fields["target_scale"].isVisible)


def test_that_few_samples_to_validate_with_are_told_and_an_answer_sets_their_share(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "few.csv"
    path.write_text("a,b,kind\n" + "".join(f"{n},{n * n % 17},{'xy'[n % 2]}\n" for n in range(40)), encoding="utf-8")
    content = opened(window, qtbot, path)
    qtbot.waitUntil(lambda: content.findings.isVisible())
    panel = window.panel(DataPanel)
    few = "Only 6 samples are kept apart to validate with: their figures say little."
    none = "None of 34 samples is kept apart to validate with: a tenth would say little."
    assert (len(told(content, few)), len(told(content, none))) == (1, 0)
    for answer, share, shown in (("Learn from all", 0.0, 1), ("Keep 10 apart", 0.27, 0)):
        qtbot.mouseClick(next(button for button in buttons(panel) if button.text() == answer), LEFT)
        assert window.editor.design.training.validation_share == share
        assert (len(told(content, few)), len(told(content, none))) == (0, shown)
    assert "Keep 10 apart" not in [button.text() for button in buttons(panel)]


def test_that_a_legend_names_columns_in_as_many_lines_as_it_takes(window: MainWindow, qtbot: QtBot) -> None:
    names = ("pulse", "a long name of a column that has no room beside others", "breath")
    curve = np.zeros((4, 3), np.float32)
    rows = CurveRows(window.theme, Curves("curve", (curve,), ("",), (4,), names))
    qtbot.addWidget(rows)
    places, lines = rows._legend(160)
    assert [(row, text.rstrip("…")) for _, row, text in places] == [(0, "pulse"), (1, places[1][2][:-1]), (2, "breath")]
    assert names[1].startswith(places[1][2][:-1])
    assert (lines, places[1][2][-1]) == (3, "…")
    assert rows.needed(160) - rows.needed(2000) == 2 * rows.line()


def rest(window: MainWindow, qtbot: QtBot) -> None:
    """Waits until all that is to be shown of the data is there; what is offered for the network comes last."""
    panel = window.panel(DataPanel)
    qtbot.waitUntil(lambda: panel.at_hand.idle and panel.at_hand.preview is not None)
    qtbot.wait(200)
    qtbot.waitUntil(lambda: panel.at_hand.idle and panel.content.fit.isVisible())
    qtbot.wait(20)


def test_that_a_table_is_read_as_sequences_by_one_click_and_as_a_table_by_another(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = np.random.default_rng(0).normal(size=(30, 9)).round(3)
    lines = [",".join(f"x{place}" for place in range(9)) + ",kind"]
    lines += [",".join(map(str, row)) + f",{'ab'[number % 2]}" for number, row in enumerate(rows)]
    (tmp_path / "measured.csv").write_text("\n".join(lines))
    content = opened(window, qtbot, tmp_path / "measured.csv")

    def offered(title: str) -> list[FixButton]:
        return [item for item in content.first_findings.buttons() if item.text() == f"Read as {title}"]

    for before, title, after in (("table", "sequences", "sequences"), ("sequences", "a table", "table")):
        qtbot.waitUntil(lambda title=title: bool(offered(title)))
        assert window.editor.design.data.source == before
        qtbot.mouseClick(offered(title)[0], LEFT)
        qtbot.waitUntil(lambda source=after: window.editor.design.data.source == source)
