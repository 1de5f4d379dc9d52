"""How data are read, as a form: the source, its options, and how samples are kept apart for the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from designer.core.graph.data_settings import DataSettings
from designer.data.formats.base import is_for_people
from designer.data.formats.registry import format_of
from designer.data.looking import DataLook
from designer.data.parts import splits_ruled_out
from designer.ui.widgets.column_table import ColumnTable
from designer.ui.widgets.fields import ChoiceField, Field, narrow_box
from designer.ui.widgets.fold_heading import FoldHeading
from designer.ui.widgets.form import ModelForm, field_label
from designer.ui.widgets.layouts import align_labels, empty_layout
from designer.ui.widgets.timers import once_after
from designer.ui.widgets.wrapped import WrappedLabel

_SETTLED_MS = 350
"""Milliseconds without another change, after which the data are looked at again."""
_FIRST = 5
"""Options that are seen at once; few people change the others, which are folded away."""
_GIVEN = "The data say themselves which samples are for the test."
_SPLIT = ("split", "test_share", "split_seed")


class DataForm(QWidget):
    """`source_chosen(name)`, `setting_changed(name, value)`; `options_changed(changes)` once no more come for a while.

    `fields` are the options of the source by name.
    """

    source_chosen = Signal(str)
    options_changed = Signal(dict)
    setting_changed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self._forms: list[ModelForm] = []
        self._source = ""
        self._changes: dict[str, Any] = {}
        self._settled = once_after(self, _SETTLED_MS, self._tell)
        self._reading = WrappedLabel(self)
        self._formats = narrow_box()
        self._formats.setObjectName("dataFormat")
        self._formats.setAccessibleName("Read as")
        self._formats.activated.connect(lambda place: self._choose(self._formats.itemData(place)))
        self._read_as = QFormLayout()
        self._read_as.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._read_as.addRow("Read as", self._formats)
        self._first_at, self._rest_at = QVBoxLayout(), QVBoxLayout()
        self._holding = self._form_of("reading")
        self.split = self._form_of(*_SPLIT)
        self.fold = FoldHeading("More options", "What else can be said of how the data are read.")
        self.fold.setObjectName("dataFold")
        self.fold.toggled.connect(self._fold)
        self._lay_out()
        self._fold(False)

    def _form_of(self, *names: str) -> ModelForm:
        """A form of settings that every source has."""
        form = ModelForm({name: DataSettings.model_fields[name] for name in names}, names=False)
        form.edited.connect(self.setting_changed)
        return form

    def _lay_out(self) -> None:
        self._folded = QWidget()
        folded = QVBoxLayout(self._folded)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(6)
        folded.addLayout(self._rest_at)
        folded.addWidget(self._holding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(_heading("How it is read"))
        column.addWidget(self._reading)
        column.addLayout(self._read_as)
        column.addLayout(self._first_at)
        column.addWidget(self.fold)
        column.addWidget(self._folded)
        column.addSpacing(6)
        column.addWidget(_heading("Kept apart for the test"))
        column.addWidget(self.split)

    def made_for(self, look: DataLook) -> Iterator[None]:
        """Makes the options that people choose of a source, where it is another one, row by row."""
        if look.settings.source == self._source:
            return
        self._source, self._changes, self._forms, self.fields = "", {}, [], {}
        fields = {name: info for name, info in type(look.found.options).model_fields.items() if is_for_people(info)}
        names, made = list(fields), []
        for layout in (self._first_at, self._rest_at):
            empty_layout(layout)
        for layout, chosen in ((self._first_at, names[:_FIRST]), (self._rest_at, names[_FIRST:])):
            form = ModelForm({}, names=False)
            form.edited.connect(self._note)
            for name in chosen:
                form.add(name, fields[name], field_label(name))
                yield
            made.append(form)
            layout.addWidget(form)
            yield
        self._source, self._forms = look.settings.source, made
        self.fields = {name: field for form in made for name, field in form.fields.items()}
        align_labels(self._read_as, self._holding.rows, self.split.rows, *(form.rows for form in made))
        yield

    def show_look(self, look: DataLook) -> None:
        """Shows what was found, in what has been made for it; what a person has just typed, and is not read, stays."""
        self._reading.tell(look.found.reading)
        self._show_formats(look)
        if not self._changes:
            for form in self._forms:
                form.show_model(look.found.options)
        for form in self._forms:
            for name, field in form.fields.items():
                is_of_use = name not in look.found.without_effect
                if form.rows.isRowVisible(field) != is_of_use:
                    form.rows.setRowVisible(field, is_of_use)
        for field in self.fields.values():
            if isinstance(field, ColumnTable):
                field.show_facts(look.found.columns)
        self._show_settings(look)

    def _show_settings(self, look: DataLook) -> None:
        """How samples are kept apart and held; what cannot be done with these data is greyed."""
        split = self.split.fields["split"]
        assert isinstance(split, ChoiceField)
        split.allow(splits_ruled_out(look.found))
        self.split.show_model(look.settings)
        self._holding.show_model(look.settings)
        given = look.settings.split in ("given", "auto") and look.found.given_parts[2]
        self.split.show_idle(dict.fromkeys(("test_share", "split_seed"), _GIVEN) if given else {})

    def _show_formats(self, look: DataLook) -> None:
        if tuple(self._formats.itemData(place) for place in range(self._formats.count())) != look.formats:
            self._formats.clear()
            for place, name in enumerate(look.formats):
                form = format_of(name)
                self._formats.addItem(form.title, name)
                self._formats.setItemData(place, form.description, Qt.ItemDataRole.ToolTipRole)
        self._formats.setCurrentIndex(self._formats.findData(look.settings.source))
        self._formats.setEnabled(len(look.formats) > 1)

    def _fold(self, is_open: bool) -> None:
        self._folded.setVisible(is_open)

    def _choose(self, name: str) -> None:
        if name != self._source:
            self.source_chosen.emit(name)

    def _note(self, name: str, value: object) -> None:
        self._changes[name] = value
        self._settled.start()

    def _tell(self) -> None:
        changes, self._changes = self._changes, {}
        if changes:
            self.options_changed.emit(changes)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label
