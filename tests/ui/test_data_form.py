"""The form of how data are read, made from the options of whichever source takes them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from designer.data.formats.base import is_for_people
from designer.data.formats.registry import formats
from designer.ui.widgets.form import ModelForm


@pytest.mark.parametrize("name", sorted(formats()))
def test_that_every_option_that_people_choose_has_an_editor_that_shows_its_value(qtbot: QtBot, name: str) -> None:
    options = formats()[name].options
    form = ModelForm({field: info for field, info in options.model_fields.items() if is_for_people(info)}, names=False)
    qtbot.addWidget(form)
    form.show_model(options())
    assert form.fields
    assert all(editor.accessibleName() for field in form.fields.values() for editor in field.editors())
