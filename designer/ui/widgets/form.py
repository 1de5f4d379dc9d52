"""A form made from a pydantic model's typed fields: bounds, units and help come from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from designer.core.graph.block import Block
from designer.core.schema.fields import (
    ColumnOf,
    PerAxis,
    RealNumbers,
    Sizes,
    WeightsByName,
    WholeNumbers,
    bounds,
    expected,
    unit_of,
)
from designer.core.schema.shape import sizes_text
from designer.core.schema.some_of import SomeOf
from designer.core.storage import entry
from designer.data.formats.base import ColumnChoices
from designer.ui.widgets.class_weights import ClassWeightsField
from designer.ui.widgets.column_table import ColumnTable
from designer.ui.widgets.fields import ChoiceField, ColumnField, Field, FlagField, PerAxisField, ShareField, WholeField
from designer.ui.widgets.some_of_field import SomeOfField
from designer.ui.widgets.text_field import (
    TextField,
    names_field,
    numbers_field,
    optional_number_field,
    read_sizes,
    reals_field,
    shortest,
    text_field,
)
from designer.ui.widgets.wheel import WheelGuard


def _field_by(rule: object, unit: str) -> Field | None:
    """The editor for one of our own field types."""
    if isinstance(rule, ColumnChoices):
        return ColumnTable(rule)
    if isinstance(rule, PerAxis):
        return PerAxisField(rule, unit)
    if isinstance(rule, ColumnOf):
        return ColumnField(rule.role)
    if isinstance(rule, Sizes):
        return TextField(read_sizes, sizes_text, "1×28×28, L×12 or 64")
    if isinstance(rule, WeightsByName):
        return ClassWeightsField(rule)
    if isinstance(rule, RealNumbers):
        return reals_field(rule)
    if isinstance(rule, SomeOf):
        return SomeOfField(rule)
    return numbers_field(rule) if isinstance(rule, WholeNumbers) else None


def make_field(info: FieldInfo) -> Field:
    """The editor for a field. Raises TypeError for a type that has none."""
    unit = unit_of(info)
    for item in info.metadata:
        if (field := _field_by(item, unit.many)) is not None:
            return field
    if get_origin(info.annotation) is Literal:
        return ChoiceField(get_args(info.annotation))
    if info.annotation is bool:
        return FlagField()
    if info.annotation is int:
        return WholeField(*bounds(info), unit)
    if info.annotation is float:
        low, high = bounds(info)
        if low == 0 and high <= 1:
            return ShareField(low, high)
        return TextField(lambda text: entry.number(text, info), shortest, expected(info))
    if (field := _written_field(info)) is not None:
        return field
    raise TypeError(f"no editor for {info.annotation}")


def _written_field(info: FieldInfo) -> Field | None:
    """The editor for words, a list of names, or a number that need not be there."""
    if info.annotation is str:
        return text_field()
    if get_origin(info.annotation) is tuple and get_args(info.annotation) == (str, ...):
        return names_field()
    kinds = set(get_args(info.annotation)) - {NoneType}
    if NoneType in get_args(info.annotation) and kinds in ({int}, {float}):
        return optional_number_field(kinds.pop() is int, *bounds(info))
    return None


_LABELS = {
    "beta1": "Beta 1",
    "beta2": "Beta 2",
    "ema_decay": "EMA decay",
    "min_learning_rate": "Least rate",
    "plateau_patience": "Patience",
    "rate_factor": "Rate ×",
    "rate_gamma": "Gamma",
    "restart_epochs": "First fall",
    "restart_factor": "Longer by",
    "warmup": "Warm-up",
}


def field_label(name: str) -> str:
    """A field's name for people, where the name in files is not what they look for."""
    return _LABELS.get(name, name.replace("_", " ").capitalize())


class ModelForm(QWidget):
    """A row for each field of a model, or for each of the fields that are given.

    `edited(name, value)`; `help_wanted(text)` for the field with the focus.
    """

    edited = Signal(str, object)
    help_wanted = Signal(str)

    def __init__(self, model: type[BaseModel] | Mapping[str, FieldInfo], *, names: bool = True) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self._helps: dict[QObject, str] = {}
        self._tips: dict[str, str] = {}
        self.rows = QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setVerticalSpacing(6)
        self._guard = WheelGuard(self)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, info in (model if isinstance(model, Mapping) else model.model_fields).items():
            self.add(name, info, name if names else field_label(name))

    def add(self, name: str, info: FieldInfo, label: str) -> None:
        """One more row."""
        field = make_field(info)
        field.setObjectName(f"field_{name}")
        field.edited.connect(lambda value: self.edited.emit(name, value))
        for editor in field.editors():
            editor.setObjectName(editor.objectName() or name)
            if not editor.accessibleName():
                editor.setAccessibleName(label)
            editor.installEventFilter(self)
            self._helps[editor] = info.description or ""
        self._guard.guard(field)
        words = QLabel(label)
        words.setToolTip(info.description or "")
        field.setToolTip(info.description or "")
        self._tips[name] = info.description or ""
        if field.takes_a_row:
            self.rows.addRow(words)
            self.rows.addRow(field)
        else:
            self.rows.addRow(words, field)
        self.fields[name] = field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field that gets the focus tells its help."""
        if event.type() == QEvent.Type.FocusIn and watched in self._helps:
            self.help_wanted.emit(self._helps[watched])
        return False

    def offer_columns(self, columns: Mapping[str, Iterable[str]], taken: str) -> None:
        """The names of the data's columns by role, "feature" or "target", and the one that the block takes."""
        for field in self.fields.values():
            if isinstance(field, ColumnField):
                field.offer(columns[field.role], taken)

    def take_back(self) -> None:
        """The values again, where something was typed that was not taken."""
        for field in self.fields.values():
            field.take_back()

    def show_model(self, model: BaseModel) -> None:
        """Shows the values of a model."""
        for name, field in self.fields.items():
            if isinstance(model, Block):
                field.show_value(model.value_of(name))
                field.setEnabled(name not in model.idle_fields)
                self.rows.setRowVisible(field, name not in model.hidden_fields)
            else:
                field.show_value(getattr(model, name))

    def show_idle(self, reasons: Mapping[str, str]) -> None:
        """Greys the fields that have no effect; their tips say why."""
        for name, field in self.fields.items():
            why = reasons.get(name, "")
            field.setEnabled(not why)
            tip = "\n\n".join(filter(None, (self._tips[name], why)))
            for widget in filter(None, (field, self.rows.labelForField(field))):
                widget.setToolTip(tip)
