"""A form made from a pydantic model's typed fields: bounds, units and help come from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from designer.core.block import Block
from designer.core.fields import ColumnOf, PerAxis, RealNumbers, Sizes, WholeNumbers
from designer.ui.labels import value_label

_LEAST_BOX, _LEAST_OF_THREE = 56, 44
"""Pixels of a number's box: room for four digits, and for two beside two other boxes."""


def narrow_box() -> QComboBox:
    """A list that shows as much of a long entry as there is room for, instead of making its panel wider."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    return box


class _FocusGuard(QObject):
    """A wheel over a field that is not being edited scrolls the panel instead of changing the value."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class Field(QWidget):
    """One editor. `edited(value)` comes with every value that a person has entered."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    def show_value(self, value: Any) -> None:
        """Shows a value without `edited`."""
        raise NotImplementedError

    def editors(self) -> list[QWidget]:
        """The widgets that take the keyboard."""
        return [child for child in self.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _spin_box(low: int, high: int) -> QSpinBox:
    box = QSpinBox(minimum=low, maximum=high)
    box.setKeyboardTracking(False)
    box.setStepType(QSpinBox.StepType.DefaultStepType)
    box.setMinimumWidth(_LEAST_BOX)
    return box


class NumberField(Field):
    """A number in a box with arrows."""

    def __init__(self, box: QSpinBox | QDoubleSpinBox) -> None:
        super().__init__()
        self._box = box
        self._box.valueChanged.connect(self.edited.emit)
        self._row.addWidget(self._box)

    def show_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setValue(value)
        self._box.blockSignals(False)


class WholeField(NumberField):
    """A whole number, with its unit: 1 step, 2 steps."""

    def __init__(self, low: int, high: int, unit: str) -> None:
        box = _spin_box(low, high)
        super().__init__(box)
        self._unit = unit
        box.valueChanged.connect(self._name_unit)
        self._name_unit(box.value())

    def _name_unit(self, value: int) -> None:
        suffix = f" {self._unit.removesuffix('s') if value == 1 else self._unit}"
        if self._unit and suffix != self._box.suffix():
            self._box.setSuffix(suffix)

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        self._name_unit(value)


class PerAxisField(Field):
    """A size along each of several axes. With three, there is no room for the unit: it is in the tool tips."""

    def __init__(self, rule: PerAxis, unit: str) -> None:
        super().__init__()
        self._boxes = tuple(_spin_box(rule.low, rule.high) for _ in rule.axes)
        many = len(rule.axes) > 2
        for number, (axis, box) in enumerate(zip(rule.axes, self._boxes, strict=True)):
            box.valueChanged.connect(self._tell)
            box.setToolTip(f"{axis}, in {unit}" if many and unit else axis)
            box.setMinimumWidth(_LEAST_OF_THREE if many else _LEAST_BOX)
            box.setAccessibleName(axis)
            if number:
                self._row.addWidget(QLabel("×"))
            self._row.addWidget(box, 1)
        if unit and not many:
            self._row.addWidget(QLabel(unit))

    def _tell(self) -> None:
        self.edited.emit(tuple(box.value() for box in self._boxes))

    def show_value(self, value: Any) -> None:
        for box, size in zip(self._boxes, value, strict=True):
            box.blockSignals(True)
            box.setValue(size)
            box.blockSignals(False)


class ShareField(NumberField):
    """A number within a small range."""

    def __init__(self, low: float, high: float) -> None:
        box = QDoubleSpinBox(minimum=low, maximum=high, singleStep=0.05, decimals=3)
        box.setKeyboardTracking(False)
        super().__init__(box)


class ChoiceField(Field):
    """One of a few values."""

    def __init__(self, values: tuple[str, ...]) -> None:
        super().__init__()
        self._box = narrow_box()
        for value in values:
            self._box.addItem(value_label(value), value)
        self._box.activated.connect(lambda place: self.edited.emit(self._box.itemData(place)))
        self._row.addWidget(self._box)

    def show_value(self, value: Any) -> None:
        self._box.setCurrentIndex(self._box.findData(value))


class ColumnField(Field):
    """A column of the data by name, or an empty name for the first one that is free."""

    def __init__(self, role: Literal["feature", "target"]) -> None:
        super().__init__()
        self.role = role
        self._value = ""
        self._box = narrow_box()
        self._box.activated.connect(lambda place: self.edited.emit(self._box.itemData(place)))
        self._row.addWidget(self._box)
        self.offer(())

    def offer(self, names: Iterable[str], taken: str = "") -> None:
        """The columns to choose from, and the one that is taken where none is chosen."""
        self._box.clear()
        self._box.addItem(f"first free one: {taken}" if taken else "first free one", "")
        for name in names:
            self._box.addItem(name, name)
        self.show_value(self._value)

    def show_value(self, value: Any) -> None:
        self._value = value
        if self._box.findData(value) < 0:
            self._box.addItem(value, value)
        self._box.setCurrentIndex(self._box.findData(value))


class FlagField(Field):
    """Yes or no."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QCheckBox()
        self._box.clicked.connect(lambda checked: self.edited.emit(bool(checked)))
        self._row.addWidget(self._box)

    def show_value(self, value: Any) -> None:
        self._box.setChecked(value)


class TextField(Field):
    """A value that is written out; what cannot be read goes back to what it was, with the reason."""

    def __init__(self, read: Callable[[str], Any], write: Callable[[Any], str], expected: str) -> None:
        super().__init__()
        self._read, self._write, self._expected = read, write, expected
        self._value: Any = None
        self._line = QLineEdit()
        self._line.setPlaceholderText(expected)
        self._line.editingFinished.connect(self._finish)
        self._line.textEdited.connect(lambda: self._mark(""))
        self._row.addWidget(self._line)

    def _finish(self) -> None:
        if self._line.text() == self._write(self._value):
            return
        try:
            value = self._read(self._line.text())
        except ValueError:
            self._mark(f"expected {self._expected}, got {self._line.text()!r}")
            return
        self._mark("")
        self.edited.emit(value)
        self._line.setText(self._write(self._value))

    def _mark(self, problem: str) -> None:
        if problem == self._line.toolTip():
            return  # a style sheet, even the same one, has all of the panel laid out anew
        self._line.setToolTip(problem)
        self._line.setStyleSheet("QLineEdit { border: 1px solid #d1382c; }" if problem else "")

    def show_value(self, value: Any) -> None:
        self._value = value
        self._mark("")
        self._line.setText(self._write(value))


def _read_sizes(text: str) -> tuple[int | None, ...]:
    parts = text.replace("×", " ").replace("x", " ").replace("*", " ").replace(",", " ").split()
    return Sizes().read([None if part.upper() == "L" else int(part) for part in parts])


def _write_sizes(sizes: tuple[int | None, ...]) -> str:
    return "×".join("L" if size is None else str(size) for size in sizes)


def _numbers_field(rule: WholeNumbers) -> TextField:
    def read(text: str) -> tuple[int, ...]:
        return rule.read([int(part) for part in text.replace("×", " ").replace("x", " ").replace(",", " ").split()])

    return TextField(read, lambda row: rule.separator.join(map(str, row)), rule.expected)


def _reals_field(rule: RealNumbers) -> TextField:
    def read(text: str) -> tuple[float, ...]:
        return rule.read([float(part) for part in text.replace(",", " ").split()])

    return TextField(read, lambda row: ", ".join(f"{number:g}" for number in row), rule.expected)


def _bound(info: FieldInfo, name: str) -> Any:
    return next((getattr(item, name) for item in info.metadata if hasattr(item, name)), None)


def _field_by(rule: object, unit: str) -> Field | None:
    """The editor for one of our own field types."""
    if isinstance(rule, PerAxis):
        return PerAxisField(rule, unit)
    if isinstance(rule, ColumnOf):
        return ColumnField(rule.role)
    if isinstance(rule, Sizes):
        return TextField(_read_sizes, _write_sizes, "1×28×28, L×12 or 64")
    if isinstance(rule, RealNumbers):
        return _reals_field(rule)
    return _numbers_field(rule) if isinstance(rule, WholeNumbers) else None


def make_field(info: FieldInfo) -> Field:
    """The editor for a field. Raises TypeError for a type that has none."""
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    for item in info.metadata:
        if (field := _field_by(item, unit)) is not None:
            return field
    if get_origin(info.annotation) is Literal:
        return ChoiceField(get_args(info.annotation))
    if info.annotation is bool:
        return FlagField()
    if info.annotation is int:
        return WholeField(_bound(info, "ge"), _bound(info, "le"), unit)
    if info.annotation is float:
        low, high = _bound(info, "ge"), _bound(info, "le")
        if low == 0 and high <= 1:
            return ShareField(low, high)
        return TextField(float, lambda value: f"{value:g}", f"a number from {low:g} to {high:g}")
    raise TypeError(f"no editor for {info.annotation}")


def field_label(name: str) -> str:
    """A field's name for people, where the name in files is not what they look for."""
    return name.replace("_", " ").capitalize()


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
        self._guard = _FocusGuard(self)
        self.rows = QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setVerticalSpacing(6)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, info in (model if isinstance(model, Mapping) else model.model_fields).items():
            self._add(name, info, name if names else field_label(name))

    def _add(self, name: str, info: FieldInfo, label: str) -> None:
        field = make_field(info)
        field.setObjectName(f"field_{name}")
        field.edited.connect(lambda value: self.edited.emit(name, value))
        for editor in field.editors():
            editor.setObjectName(editor.objectName() or name)
            if not editor.accessibleName():
                editor.setAccessibleName(label)
            if isinstance(editor, QAbstractSpinBox | QComboBox):
                editor.installEventFilter(self._guard)
            editor.installEventFilter(self)
            self._helps[editor] = info.description or ""
        words = QLabel(label)
        words.setToolTip(info.description or "")
        field.setToolTip(info.description or "")
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

    def show_model(self, model: BaseModel) -> None:
        """Shows the values of a model."""
        for name, field in self.fields.items():
            if isinstance(model, Block):
                field.show_value(model.value_of(name))
                field.setEnabled(name not in model.idle_fields)
            else:
                field.show_value(getattr(model, name))
