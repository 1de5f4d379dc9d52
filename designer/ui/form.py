"""A form made from a pydantic model's typed fields: bounds, units and help come from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from designer.core import entry
from designer.core.block import Block
from designer.core.entry import EntryError, quoted
from designer.core.fields import ColumnOf, PerAxis, RealNumbers, Sizes, WholeNumbers, bounds, expected
from designer.ui.elided import ElidedBox
from designer.ui.labels import value_label
from designer.ui.number_boxes import EntryMessage, NumberBox, RealBox, WholeBox
from designer.ui.wheel import WheelGuard

_SHARE_STEP = 0.05
_LEAST_BOX, _LEAST_OF_THREE = 56, 44
"""Pixels of a number's box: room for four digits, and for two beside two other boxes."""


def narrow_box() -> ElidedBox:
    """A list that shows as much of a long entry as there is room for, instead of making its panel wider."""
    box = ElidedBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    return box


class Field(QWidget):
    """One editor. `edited(value)` comes with every value that a person has entered."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        column.addLayout(self._row)
        self._message: EntryMessage | None = None

    @property
    def problem(self) -> str:
        """Why what was typed is not taken; empty where nothing is wrong."""
        return self._message.words.text() if self._message and not self._message.isHidden() else ""

    def tell_problem(self, message: str, nearest: object = None) -> None:
        """Says below the field why what was typed is not taken; nothing for an empty message."""
        if self._message is None:
            if not message:
                return
            self._message = EntryMessage()
            self._message.wanted.connect(self.take_nearest)
            self.layout().addWidget(self._message)
        self._message.tell(message, nearest if isinstance(nearest, int | float) else None)

    def take_nearest(self, value: float) -> None:
        """Takes the value that was offered in the place of what was typed."""
        self.tell_problem("")
        self.edited.emit(value)

    def take_back(self) -> None:
        """The value again, in the place of what was typed and not taken."""
        self.tell_problem("")

    def show_value(self, value: Any) -> None:
        """Shows a value without `edited`."""
        raise NotImplementedError

    def editors(self) -> list[QWidget]:
        """The widgets that take the keyboard."""
        return [child for child in self.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _whole_box(low: int, high: int) -> WholeBox:
    box = WholeBox(low, high)
    box.setMinimumWidth(_LEAST_BOX)
    return box


def _show_in(box: NumberBox, value: Any) -> None:
    """Shows a value without a signal. What was typed and not taken stays until there is another one."""
    if box.value() == value and box.is_wrong():
        return
    box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(False)


class NumberField(Field):
    """A number in a box with arrows."""

    def __init__(self, box: NumberBox) -> None:
        super().__init__()
        self._box = box
        self._box.valueChanged.connect(self._tell)
        self._box.refused.connect(self.tell_problem)
        self._box.taken.connect(lambda: self.tell_problem(""))
        self._row.addWidget(self._box)

    def _tell(self, value: float) -> None:
        self.tell_problem("")
        self.edited.emit(value)

    def take_nearest(self, value: float) -> None:
        self._box.setValue(value)  # type: ignore[arg-type]
        self.take_back()

    def take_back(self) -> None:
        super().take_back()
        if self._box.is_wrong():
            self._box.take_back()

    def show_value(self, value: Any) -> None:
        if self._box.value() != value:
            self.tell_problem("")
        _show_in(self._box, value)


class WholeField(NumberField):
    """A whole number, with its unit: 1 step, 2 steps."""

    def __init__(self, low: int, high: int, unit: str) -> None:
        box = _whole_box(low, high)
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
        self._boxes = tuple(_whole_box(rule.low, rule.high) for _ in rule.axes)
        many = len(rule.axes) > 2
        for number, (axis, box) in enumerate(zip(rule.axes, self._boxes, strict=True)):
            box.valueChanged.connect(self._tell)
            box.refused.connect(self.tell_problem)
            box.taken.connect(self._look_again)
            box.setToolTip(f"{axis}, in {unit}" if many and unit else axis)
            box.setMinimumWidth(_LEAST_OF_THREE if many else _LEAST_BOX)
            box.setAccessibleName(axis)
            if number:
                self._row.addWidget(QLabel("×"))
            self._row.addWidget(box, 1)
        if unit and not many:
            self._row.addWidget(QLabel(unit))

    def _tell(self) -> None:
        self._look_again()
        self.edited.emit(tuple(box.value() for box in self._boxes))

    def _look_again(self) -> None:
        if not any(box.is_wrong() for box in self._boxes):
            self.tell_problem("")

    def take_nearest(self, value: float) -> None:
        for box in self._boxes:
            if box.is_wrong():
                box.setValue(int(value))
                box.take_back()
                break
        self._look_again()

    def take_back(self) -> None:
        super().take_back()
        for box in self._boxes:
            if box.is_wrong():
                box.take_back()

    def show_value(self, value: Any) -> None:
        for box, size in zip(self._boxes, value, strict=True):
            _show_in(box, size)
        self._look_again()


class ShareField(NumberField):
    """A number within a small range."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__(RealBox(low, high, _SHARE_STEP))


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
    """A value that is written out; what cannot be read stays as it was typed, with the reason below it."""

    def __init__(self, read: Callable[[str], Any], write: Callable[[Any], str], expected: str) -> None:
        super().__init__()
        self._read, self._write, self._expected = read, write, expected
        self._value: Any = None
        self._line = QLineEdit()
        self._line.setPlaceholderText(expected)
        self._line.editingFinished.connect(self._finish)
        self._line.textEdited.connect(lambda: self.tell_problem(""))
        self._row.addWidget(self._line)

    def _finish(self) -> None:
        if self._line.text() == self._write(self._value):
            self.tell_problem("")
            return
        try:
            value = self._read(self._line.text())
        except EntryError as error:
            self.tell_problem(str(error), error.nearest)
            return
        except ValueError as error:
            self.tell_problem(self._words(str(error)))
            return
        self.tell_problem("")
        self.edited.emit(value)
        self._line.setText(self._write(self._value))

    def _words(self, reason: str) -> str:
        """The field's own words; what Python says of a number that it cannot read is none."""
        known = reason if reason.startswith(("expected", "only")) else f"expected {self._expected}"
        return known if ", got " in known else f"{known}, got {quoted(self._line.text().strip())}"

    def tell_problem(self, message: str, nearest: object = None) -> None:
        super().tell_problem(message, nearest)
        self._line.setToolTip(message)
        frame = "QLineEdit { border: 1px solid #d1382c; }" if message else ""
        if frame != self._line.styleSheet():  # even the same one has all of the panel laid out anew
            self._line.setStyleSheet(frame)

    def take_nearest(self, value: float) -> None:
        super().take_nearest(value)
        self._line.setText(self._write(self._value))

    def take_back(self) -> None:
        super().take_back()
        self._line.setText(self._write(self._value))

    def show_value(self, value: Any) -> None:
        if self.problem and value == self._value:
            return
        self._value = value
        self.tell_problem("")
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

    return TextField(read, lambda row: ", ".join(shortest(number) for number in row), rule.expected)


def shortest(value: float) -> str:
    """A number with all its digits, and no more."""
    brief = f"{value:g}"
    return brief if float(brief) == value else repr(value)


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
        return WholeField(*bounds(info), unit)
    if info.annotation is float:
        low, high = bounds(info)
        if low == 0 and high <= 1:
            return ShareField(low, high)
        return TextField(lambda text: entry.number(text, info), shortest, expected(info))
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
        self.rows = QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setVerticalSpacing(6)
        self._guard = WheelGuard(self)
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
            editor.installEventFilter(self)
            self._helps[editor] = info.description or ""
        self._guard.guard(field)
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
            else:
                field.show_value(getattr(model, name))
