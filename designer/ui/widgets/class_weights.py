"""An editor for how much each class counts: all alike, balanced, or a number for each, one of which is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.core.schema.fields import BALANCED, WeightsByName
from designer.ui.widgets.fields import ChoiceField, Field, narrow_box
from designer.ui.widgets.number_boxes import RealBox
from designer.ui.widgets.text_field import shortest

_NONE, _OWN = "none", "own_numbers"
_STEP = 0.5


class ClassWeightsField(Field):
    """How they count, and for own numbers below it a list of the classes, with the number of the one that is chosen."""

    def __init__(self, rule: WeightsByName) -> None:
        super().__init__()
        self._value: str | tuple[tuple[str, float], ...] | None = None
        self._classes: tuple[str, ...] = ()
        self._how = ChoiceField((_NONE, BALANCED, _OWN))
        self._how.edited.connect(self._choose)
        self._row.addWidget(self._how)
        self._box = narrow_box()
        self._box.setAccessibleName("Class")
        self._box.setObjectName("class_weights_class")
        self._box.activated.connect(lambda place: self._show_number())
        self._number = RealBox(rule.low, rule.high, _STEP)
        self._number.setAccessibleName("Weight of the class")
        self._number.setObjectName("class_weights_number")
        self._number.valueChanged.connect(self._weigh)
        self._number.refused.connect(self.tell_problem)
        self._number.taken.connect(lambda: self.tell_problem(""))
        self._own = QWidget()
        row = QHBoxLayout(self._own)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._box, 1)
        row.addWidget(self._number, 1)
        self._column.addWidget(self._own)
        self._show()

    def offer(self, classes: Sequence[str]) -> None:
        """The names of the classes of the data."""
        if tuple(classes) != self._classes:
            self._classes = tuple(classes)
            self._box.clear()
            self._show()

    def take_nearest(self, value: float) -> None:
        self._number.setValue(value)  # type: ignore[arg-type]  # the base for type checking is QSpinBox
        self.take_back()

    def take_back(self) -> None:
        super().take_back()
        if self._number.is_wrong():
            self._number.take_back()

    def show_value(self, value: Any) -> None:
        if value != self._value:
            self._value = value
            self._show()

    @property
    def _numbers(self) -> dict[str, float]:
        """What is given by name, also for classes that the data do not have."""
        return dict(self._value) if isinstance(self._value, tuple) else {}

    def _show(self) -> None:
        numbers = self._numbers
        self._how.show_value(_OWN if numbers else self._value or _NONE)
        self._how.allow({} if self._classes or numbers else {_OWN: "The classes of the data are not known."})
        names = list(dict.fromkeys([*self._classes, *numbers]))
        if [self._box.itemData(place) for place in range(self._box.count())] != names:
            self._box.clear()
            for name in names:
                self._box.addItem(name, name)
        if numbers and self._box.currentData() not in numbers:
            self._box.setCurrentIndex(names.index(next(iter(numbers))))
        for place, name in enumerate(names):
            self._box.setItemText(place, f"{name}: {shortest(numbers[name])}" if name in numbers else name)
        self._own.setVisible(bool(numbers))
        self._show_number()

    def _show_number(self) -> None:
        value = self._numbers.get(self._box.currentData(), 1.0)
        if self._number.value() != value or self._number.is_wrong():
            self._number.blockSignals(True)
            self._number.setValue(value)  # type: ignore[arg-type]  # the base for type checking is QSpinBox
            self._number.blockSignals(False)
        self.tell_problem("")

    def _choose(self, how: str) -> None:
        if how == _OWN:
            self.edited.emit(((self._classes[0], 1.0),) if self._classes else self._value)
        else:
            self.edited.emit(how if how == BALANCED else None)

    def _weigh(self, number: float) -> None:
        self.tell_problem("")
        given = {**self._numbers, self._box.currentData(): number}
        order = dict.fromkeys([*self._classes, *given])
        self.edited.emit(tuple((name, given[name]) for name in order if name in given))
