"""The form of how data are read, made from the options of whichever source takes them."""

from __future__ import annotations

from typing import get_args

import pytest
from PySide6.QtWidgets import QLineEdit, QTableWidget
from pytestqt.qtbot import QtBot

from designer.data.formats.base import ColumnChoice, ColumnChoices, is_for_people
from designer.data.formats.registry import formats
from designer.data.formats.table_options import TableOptions
from designer.data.preview import TablePreview
from designer.ui.panels.data_table import TableRows
from designer.ui.style.labels import value_label
from designer.ui.style.theme import Theme
from designer.ui.widgets.column_table import ColumnTable
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.number_boxes import RealBox, WholeBox


@pytest.mark.parametrize("name", sorted(formats()))
def test_that_every_option_that_people_choose_has_an_editor_that_shows_its_value(qtbot: QtBot, name: str) -> None:
    options = formats()[name].options
    form = ModelForm({field: info for field, info in options.model_fields.items() if is_for_people(info)}, names=False)
    qtbot.addWidget(form)
    form.show_model(options())
    assert form.fields
    assert all(editor.accessibleName() for field in form.fields.values() for editor in field.editors())


@pytest.mark.parametrize("percent", [100, 150])
def test_that_boxes_of_numbers_are_as_high_as_lines_of_text(theme: Theme, qtbot: QtBot, percent: int) -> None:
    theme.set_text_size(percent)
    try:
        line, boxes = QLineEdit(), (WholeBox(0, 9), RealBox(0, 1, 0.1))
        for widget in (line, *boxes):
            qtbot.addWidget(widget)
        assert [box.sizeHint().height() for box in boxes] == [line.sizeHint().height()] * 2
    finally:
        theme.set_text_size(100)


def test_that_what_is_chosen_by_itself_is_called_as_other_choices_are() -> None:
    splits = get_args(TableOptions.model_fields["encoding"].annotation)
    assert "auto" in splits
    assert [value_label(name) for name in ("auto", "mean", "stretch")] == ["auto", "mean", "stretch"]


def test_that_choices_for_a_column_are_whole_whatever_the_letters_are(theme: Theme, qtbot: QtBot) -> None:
    rule = next(item for item in TableOptions.model_fields["columns"].metadata if isinstance(item, ColumnChoices))
    table = ColumnTable(rule)
    qtbot.addWidget(table)
    table.resize(240, 200)
    table.show_value([ColumnChoice(name="a_long_name_of_a_column", role="ignored", type="yes_no")])
    table.show()
    theme.set_text_size(150)
    try:
        cells, metrics = table.findChild(QTableWidget), table.fontMetrics()
        widest = [metrics.horizontalAdvance(text) + 20 for text in ("ignored", "yes or no")]
        qtbot.waitUntil(lambda: [cells.columnWidth(1) >= widest[0], cells.columnWidth(2) >= widest[1]] == [True, True])
        assert cells.rowHeight(0) >= metrics.height() + 4
        assert cells.columnWidth(0) >= 6 * metrics.averageCharWidth()
    finally:
        theme.set_text_size(100)


def test_that_every_column_of_a_head_can_be_scrolled_to_beside_what_is_learned(theme: Theme, qtbot: QtBot) -> None:
    long = "A customer who wrote that it took longer than was promised"
    rows = tuple((str(number), long, "3.5", "no") for number in range(3))
    view = TableRows(theme, TablePreview("first rows", ("id", "remark", "spent", "left"), rows))
    qtbot.addWidget(view)
    view.resize(120, 100)
    view.show()
    first = view.seen()
    assert list(first) == [0, 1, 3]
    view.bar.setValue(view.bar.maximum())
    assert list(view.seen()) == [1, 2, 3]
    assert view.seen()[2][1] <= view.seen()[3][0] == first[3][0]
    view.resize(400, 100)
    assert list(view.seen()) == [0, 1, 2, 3]
    assert view.bar.isHidden()
