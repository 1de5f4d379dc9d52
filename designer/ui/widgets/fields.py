"""Editors for the values of typed fields, one class for a sort of value; what cannot be taken is said below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer.core.schema.fields import PerAxis, Unit
from designer.ui.style.labels import value_label
from designer.ui.widgets.elided import ElidedBox
from designer.ui.widgets.number_boxes import EntryMessage, NumberBox, RealBox, WholeBox

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
    takes_a_row = False
    """Whether it needs all of the width, with its name above it."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._column.addLayout(self._row)
        self._message: EntryMessage | None = None

    @property
    def problem(self) -> str:
        """Why what was typed is not taken; empty where nothing is wrong."""
        return self._message.said if self._message else ""

    def tell_problem(self, message: str, nearest: object = None) -> None:
        """Says below the field why what was typed is not taken; nothing for an empty message."""
        if self._message is None:
            if not message:
                return
            self._message = EntryMessage()
            self._message.wanted.connect(self.take_nearest)
            self._column.addWidget(self._message)
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

    def put_beside(self, widget: QWidget) -> None:
        """Something that helps with the value stands at its right."""
        self._row.addWidget(widget)

    def editors(self) -> list[QWidget]:
        """The widgets that take the keyboard."""
        return [child for child in self.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _whole_box(low: int, high: int) -> WholeBox:
    box = WholeBox(low, high)
    box.setMinimumWidth(_LEAST_BOX)
    return box


def _show_in(box: NumberBox, value: Any) -> None:
    """Shows a value without a signal. What was typed and not taken stays until there is another one.

    What a box shows already is not shown again, as it would be painted anew with each edit of any other field.
    """
    if box.value() == value and (box.shows_value() or box.is_wrong()):
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

    def __init__(self, low: int, high: int, unit: Unit) -> None:
        box = _whole_box(low, high)
        super().__init__(box)
        self._unit = unit
        box.valueChanged.connect(self._name_unit)
        self._name_unit(box.value())

    def _name_unit(self, value: int) -> None:
        suffix = f" {self._unit.of(value)}"
        if self._unit.many and suffix != self._box.suffix():
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
        if self.problem and not any(box.is_wrong() for box in self._boxes):
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

    def allow(self, reasons: Mapping[str, str]) -> None:
        """Greys the values that have a reason not to be chosen, which their tips tell."""
        model = self._box.model()
        assert isinstance(model, QStandardItemModel)
        for place in range(self._box.count()):
            why = reasons.get(self._box.itemData(place), "")
            model.item(place).setEnabled(not why)
            self._box.setItemData(place, why or None, Qt.ItemDataRole.ToolTipRole)

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
