"""Boxes for numbers that take any text, and say what is wrong with it: a number of too many digits is never cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from designer.core.schema.fields import readable
from designer.core.schema.limits import capitalised
from designer.core.storage import entry

if TYPE_CHECKING:

    class _Box(QSpinBox):
        refused = Signal(str, object)
        taken = Signal()
else:
    _Box = object  # PySide6 has no classes with two bases of Qt

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LETTERS = "abcdefghijklmnopqrstuvwxyz ()"
_AROUND = 8
"""Pixels above and below the digits, as lists and lines of text have them: of its own a box is lower than these."""
_DECIMALS = 15
"""As many as a number between 0 and 1 holds without noise at its end."""


class _Typing(_Box):
    """What both boxes do with typed text: `refused(message, nearest)` where it is not taken, `taken()` where it is.

    Text that is not taken stays in the box, so that a slip can be mended; the value stays what it was.
    """

    def sizeHint(self) -> QSize:
        """As high as the fields beside it."""
        return self._as_high(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        """As high as the fields beside it."""
        return self._as_high(super().minimumSizeHint())

    def _as_high(self, size: QSize) -> QSize:
        return size.expandedTo(QSize(0, self.fontMetrics().height() + _AROUND))

    def typed(self) -> str:
        """What was typed, without what stands in front of it and behind it."""
        text = self.lineEdit().text().strip().removeprefix(self.prefix().strip()).strip()
        number = text.rstrip(_LETTERS) if self.suffix() else text
        left = text[len(number) :].strip()
        return number if self.suffix().strip().startswith(left) else text

    def wanted(self) -> str:
        """What may be typed, in words."""
        noun = "a whole number" if isinstance(self, QSpinBox) else "a number"
        return f"{noun} from {readable(self.minimum())} to {readable(self.maximum())}"

    def read(self) -> float:
        """The number that was typed. Raises EntryError."""
        whole = isinstance(self, QSpinBox)
        return entry.within(self.typed(), whole, self.minimum(), self.maximum(), self.wanted())

    def is_wrong(self) -> bool:
        """Whether the text is one that is not taken."""
        try:
            self.read()
        except entry.EntryError:
            return True
        return False

    def take_back(self) -> None:
        """The value again, in the place of what was typed and not taken."""
        self.lineEdit().setText(self._text_of_value())

    def shows_value(self) -> bool:
        """Whether its text is that of its value."""
        return self.lineEdit().text() == self._text_of_value()

    def _text_of_value(self) -> str:
        return self.prefix() + self.textFromValue(self.value()) + self.suffix()

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Every text may be typed; only a number within the bounds is taken."""
        state = QValidator.State.Intermediate if self.is_wrong() else QValidator.State.Acceptable
        return state, text, place

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the text, or says why not."""
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
            return
        problem, text = self._problem(), self.lineEdit().text()
        super().keyPressEvent(event)
        self._tell(problem, text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who goes on to another field has typed all."""
        problem, text = self._problem(), self.lineEdit().text()
        super().focusOutEvent(event)
        self._tell(problem, text)

    def finish(self) -> None:
        """What was typed counts now, as if the keyboard had gone on to another field."""
        problem, text = self._problem(), self.lineEdit().text()
        self.interpretText()
        self._tell(problem, text)

    def _problem(self) -> entry.EntryError | None:
        try:
            self.read()
        except entry.EntryError as error:
            return error
        return None

    def _tell(self, problem: entry.EntryError | None, text: str) -> None:
        """Qt has put the old value into the box by now, in the place of what it could not take."""
        if problem is None:
            self.taken.emit()
        else:
            self.lineEdit().setText(text)
            self.refused.emit(str(problem), problem.nearest)


class WholeBox(_Typing, QSpinBox):
    """A whole number."""

    refused = Signal(str, object)
    taken = Signal()

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setKeyboardTracking(False)

    def valueFromText(self, text: str) -> int:
        """The number that was typed; the one there was, where there is none."""
        return self.value() if self.is_wrong() else int(self.read())


class RealBox(_Typing, QDoubleSpinBox):  # type: ignore[misc]
    """A number with as many digits as it has."""

    refused = Signal(str, object)
    taken = Signal()

    def __init__(self, low: float, high: float, step: float) -> None:
        super().__init__()
        self.setDecimals(_DECIMALS)
        self.setRange(low, high)  # type: ignore[arg-type]
        self.setSingleStep(step)  # type: ignore[arg-type]
        self.setKeyboardTracking(False)

    def valueFromText(self, text: str) -> float:  # type: ignore[override]  # the base for type checking is QSpinBox
        """The number that was typed; the one there was, where there is none."""
        return self.value() if self.is_wrong() else self.read()

    def textFromValue(self, value: float) -> str:
        """No digit is left out, and no zero added."""
        return f"{value:.{_DECIMALS}g}"


NumberBox = WholeBox | RealBox


class EntryMessage(QWidget):
    """Why something typed is not taken, below its field, with the nearest value that would be as a button."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.words.setObjectName("fieldProblem")
        self.words.setProperty("role", "error")
        self.nearest = QPushButton()
        self.nearest.setObjectName("useNearest")
        self.nearest.setAccessibleName("Use the nearest value")
        self.nearest.clicked.connect(lambda: self.wanted.emit(self._offered))
        self._offered: float | str | None = None
        self.said = ""
        """What is wrong; empty for nothing."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.nearest, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def tell(self, message: str, nearest: float | str | None = None) -> None:
        """Says what is wrong; nothing, and no room taken, for an empty message."""
        self._offered = nearest
        self.said = capitalised(message)
        self.words.setText(self.said)
        self.nearest.setVisible(nearest is not None)
        if nearest is not None:
            self.nearest.setText(f"Use {nearest if isinstance(nearest, str) else readable(nearest)}")
        self.setVisible(bool(message))


def message_below(box: NumberBox) -> EntryMessage:
    """A message for a box that stands outside a form; the button takes the nearest value."""
    message = EntryMessage()
    box.refused.connect(message.tell)
    box.taken.connect(lambda: message.tell(""))
    box.valueChanged.connect(lambda: message.tell(""))

    def take(value: float) -> None:
        box.setValue(value)  # type: ignore[arg-type]
        box.take_back()
        message.tell("")

    message.wanted.connect(take)
    return message
