"""How data are read, as a form: the source, its options, and how samples are kept apart for the test."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from designer.core.graph.data_settings import DataSettings
from designer.data.formats.registry import format_of
from designer.data.looking import Look
from designer.data.parts import splits_ruled_out
from designer.ui.widgets.fields import ChoiceField, narrow_box
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.timers import once_after
from designer.ui.widgets.wrapped import WrappedLabel

_SETTLED_MS = 350
"""Milliseconds without another change, after which the data are looked at again."""
_GIVEN = "The data say themselves which samples are for the test."
_SPLIT = ("split", "test_share", "split_seed")


class DataForm(QWidget):
    """`source_chosen(name)`, `split_changed(name, value)`; `options_changed(changes)` once no more come for a while."""

    source_chosen = Signal(str)
    options_changed = Signal(dict)
    split_changed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.options: ModelForm | None = None
        self._source = ""
        self._changes: dict[str, Any] = {}
        self._settled = once_after(self, _SETTLED_MS, self._tell)
        self._reading = WrappedLabel()
        self._formats = narrow_box()
        self._formats.setObjectName("dataFormat")
        self._formats.setAccessibleName("Read as")
        self._formats.activated.connect(lambda place: self._choose(self._formats.itemData(place)))
        read_as = QFormLayout()
        read_as.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        read_as.addRow("Read as", self._formats)
        self._options_at = QVBoxLayout()
        self.holding = ModelForm({"reading": DataSettings.model_fields["reading"]}, names=False)
        self.holding.edited.connect(self.split_changed)
        self.split = ModelForm({name: DataSettings.model_fields[name] for name in _SPLIT}, names=False)
        self.split.edited.connect(self.split_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(_heading("How it is read"))
        column.addWidget(self._reading)
        column.addLayout(read_as)
        column.addLayout(self._options_at)
        column.addWidget(self.holding)
        column.addSpacing(6)
        column.addWidget(_heading("Kept apart for the test"))
        column.addWidget(self.split)

    def show_look(self, look: Look) -> None:
        """Shows what was found; what a person has just typed, and is not read yet, stays."""
        self._reading.tell(look.found.reading)
        self._show_formats(look)
        if look.settings.source != self._source:
            self._make_options(look)
        if self.options and not self._changes:
            self.options.show_model(look.found.options)
        self._show_split(look)

    def _show_split(self, look: Look) -> None:
        """How samples are kept apart; what cannot be done with these data is greyed."""
        split = self.split.fields["split"]
        assert isinstance(split, ChoiceField)
        split.allow(splits_ruled_out(look.found))
        self.split.show_model(look.settings)
        self.holding.show_model(look.settings)
        given = look.settings.split in ("given", "auto") and look.found.given_parts[2]
        self.split.show_idle(dict.fromkeys(("test_share", "split_seed"), _GIVEN) if given else {})

    def _show_formats(self, look: Look) -> None:
        if tuple(self._formats.itemData(place) for place in range(self._formats.count())) != look.formats:
            self._formats.clear()
            for name in look.formats:
                form = format_of(name)
                self._formats.addItem(form.title, name)
                self._formats.setItemData(self._formats.count() - 1, form.description, 3)
        self._formats.setCurrentIndex(self._formats.findData(look.settings.source))
        self._formats.setEnabled(len(look.formats) > 1)

    def _make_options(self, look: Look) -> None:
        """The options that a person can change: each of them says what it does."""
        self._source, self._changes = look.settings.source, {}
        fields = {name: info for name, info in type(look.found.options).model_fields.items() if info.description}
        empty_layout(self._options_at)
        self.options = ModelForm(fields, names=False)
        self.options.setObjectName("dataOptions")
        self.options.edited.connect(self._note)
        self._options_at.addWidget(self.options)

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
