"""TextField: values that are written out, such as sizes, rows of numbers and numbers of any size."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit

from designer.core.schema.fields import RealNumbers, RuleError, Sizes, WholeNumbers, readable
from designer.core.storage import entry
from designer.core.storage.entry import EntryError, quoted
from designer.ui.widgets.fields import Field


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
        except RuleError as error:
            self.tell_problem(self._told(error))
            return
        except ValueError:  # what Python says of a number that it cannot read is for programmers
            self.tell_problem(self._told(RuleError(self._expected)))
            return
        self.tell_problem("")
        self.edited.emit(value)
        self._line.setText(self._write(self._value))

    def _told(self, error: RuleError) -> str:
        """What the rule says, with what was typed where it does not tell what there was."""
        return f"{error.sentence}, got {error.got or quoted(self._line.text().strip())}"

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


def read_sizes(text: str) -> tuple[int | None, ...]:
    """Sizes as a person writes them, 1×28×28 or Lx12. Raises RuleError, with what was expected."""
    parts = text.replace("×", " ").replace("x", " ").replace("*", " ").replace(",", " ").split()
    return Sizes().read([None if part.upper() == "L" else int(part) for part in parts])


def numbers_field(rule: WholeNumbers) -> TextField:
    """An editor for a row of whole numbers."""

    def read(text: str) -> tuple[int, ...]:
        return rule.read([int(part) for part in text.replace("×", " ").replace("x", " ").replace(",", " ").split()])

    return TextField(read, lambda row: rule.separator.join(map(str, row)), rule.expected)


def reals_field(rule: RealNumbers) -> TextField:
    """An editor for a row of numbers."""

    def read(text: str) -> tuple[float, ...]:
        return rule.read([float(part) for part in text.replace(",", " ").split()])

    return TextField(read, lambda row: ", ".join(shortest(number) for number in row), rule.expected)


def text_field() -> TextField:
    """An editor for a line of words, or for none."""
    return TextField(str.strip, str, "")


def names_field() -> TextField:
    """An editor for a list of names, with commas between them."""

    def read(text: str) -> tuple[str, ...]:
        return tuple(name.strip() for name in text.split(",") if name.strip())

    return TextField(read, ", ".join, "names, with commas between them")


def optional_number_field(is_whole: bool, low: float | None, high: float | None) -> TextField:
    """An editor for a number that may be left out: an empty line is none."""
    noun = "a whole number" if is_whole else "a number"
    within = f" from {readable(low)} to {readable(high)}" if low is not None and high is not None else ""

    def read(text: str) -> float | None:
        if not text.strip():
            return None
        least, most = -math.inf if low is None else low, math.inf if high is None else high
        return entry.within(text, is_whole, least, most, f"{noun}{within}, or nothing")

    return TextField(read, lambda value: "" if value is None else shortest(value), "none")


def shortest(value: float) -> str:
    """A number with all its digits, and no more."""
    brief = f"{value:g}"
    return brief if float(brief) == value else repr(value)
