"""Letters of 150 % in a window of 900×600: numbers and names are whole, or end in an ellipsis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.files.importing import ImportReport
from designer.ui.panels.analyzer import AnalyzerPanel
from designer.ui.panels.analyzer_drawing import PAD
from designer.ui.panels.analyzer_model import QUANTITY_OF
from designer.ui.panels.hidden_states import HiddenStatesPanel
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.search.picker import Picker, fitting_right
from tests.ui.conftest import Opening

MODEL = Path(__file__).parents[1] / "interop" / "cases" / "18-augmentation" / "model.keras"


@pytest.fixture
def narrow(window: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    window.resize(900, 600)
    window.theme.set_text_size(150)
    qtbot.waitUntil(lambda: window.arrangement.room == "small")
    yield window
    window.theme.set_text_size(100)


def test_that_the_analyzer_cuts_no_number_and_leaves_room_for_names(narrow: MainWindow, qtbot: QtBot) -> None:
    narrow.docks["Analyzer"].raise_()
    panel = narrow.docks["Analyzer"].widget()
    assert isinstance(panel, AnalyzerPanel)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 10)
    metrics, table = panel.table.fontMetrics(), panel.table
    for column in QUANTITY_OF:
        cells = [panel.model.index(row, column).data() for row in range(10)]
        widest = max(map(metrics.horizontalAdvance, [*cells, panel.totals_model.index(0, column).data()]))
        assert table.columnWidth(column) >= widest + 2 * PAD
        assert panel.totals.columnWidth(column) == table.columnWidth(column)
    name = panel.model.index(1, 0)
    assert table.visualRect(name).width() >= table.sizeHintForIndex(name).width()
    assert table.horizontalScrollBar().maximum() == 0


def test_that_the_report_of_an_import_grows_with_the_letters(narrow: MainWindow, qtbot: QtBot) -> None:
    narrow.theme.set_text_size(100)
    narrow.bench.importing.import_file(MODEL)
    report = narrow.findChild(ImportReport, "importReport")
    table = report.findChild(QTableWidget, "importNotes")
    narrow.theme.set_text_size(150)
    metrics = table.fontMetrics()
    qtbot.waitUntil(lambda: table.rowHeight(0) >= metrics.height())
    qtbot.waitUntil(lambda: table.columnWidth(0) > metrics.horizontalAdvance(table.item(0, 0).text()))
    report.close()


def test_that_a_wrong_entry_of_quick_add_shows_what_it_is(narrow: MainWindow, qtbot: QtBot) -> None:
    narrow.view.setFocus()
    QTest.keyClicks(narrow.view, "d")
    picker = narrow.findChild(Picker, "quickAdd")
    qtbot.waitUntil(picker.isVisible)
    QTest.keyClicks(picker.line, "ense 64 relux")
    entry, metrics = picker.shown[0], picker.list.fontMetrics()
    assert entry.error
    words = entry.title + entry.detail
    room = metrics.horizontalAdvance(words) * 3 // 2
    assert metrics.horizontalAdvance(words + fitting_right(entry, metrics, room)) < room


def test_that_quick_add_has_room_for_a_row_over_a_canvas_that_has_none(narrow: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: narrow.view.width() < 340)
    narrow.view.setFocus()
    QTest.keyClicks(narrow.view, "d")
    picker = narrow.findChild(Picker, "quickAdd")
    qtbot.waitUntil(picker.isVisible)
    assert picker.width() >= 340
    assert 0 <= picker.x() <= narrow.width() - picker.width()


def test_that_words_beside_two_axes_do_not_run_into_each_other(opening: Opening, qtbot: QtBot) -> None:
    window = opening(example("vowels_lstm"))
    window.resize(900, 600)
    window.theme.set_text_size(150)
    try:
        window.scene.select("lstm1")
        panel = window.panel(HiddenStatesPanel)
        qtbot.waitUntil(lambda: panel.shown is not None, timeout=30_000)
        qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty())
        labels = [plot.getAxis("left").label for plot in (panel._curves, panel._map)]
        places = [label.mapRectToScene(label.boundingRect()) for label in labels if label.isVisible()]
        assert not (len(places) == 2 and places[0].intersects(places[1]))
    finally:
        window.theme.set_text_size(100)


def test_that_fields_of_the_inspector_have_room_for_all_that_stands_in_them(narrow: MainWindow, qtbot: QtBot) -> None:
    narrow.scene.select("conv1")
    panel = narrow.panel(InspectorPanel)
    qtbot.waitUntil(lambda: panel.widget().width() >= panel.widget().minimumSizeHint().width())
    form = panel._form
    assert form is not None
    for name, field in form.fields.items():
        label = form.rows.labelForField(field)
        assert label.width() >= label.fontMetrics().horizontalAdvance(name)
        assert field.width() >= field.minimumSizeHint().width()
