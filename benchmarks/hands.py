"""Hands that do something at random to a widget: with the mouse at any place, with keys, in the fields of a form."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from tests.ui.driving import ALT, CTRL, LEFT, NONE, SHIFT, move_pressed

K = Qt.Key
WORDS = (
    *("", " ", "0", "1", "-1", "3", "16", "0.5", "1e9", "1e-320", "nan", "inf", "2, 3", "20000000000", "9" * 400),
    *("abc", "relu", "conv2d 8 3", "dense 10", "dropout 0.3", "lstm 64 sequences", "add", "nothing of the sort"),
    *("数字", "é", "<b>x</b>", "\x0c", "a\nb", "conv1", "input", "None", "x" * 300, "&File", "%s {0}", "max", "output"),
)
KEYS = (
    *(K.Key_Escape, K.Key_Escape, K.Key_Delete, K.Key_Backspace, K.Key_Return, K.Key_Space, K.Key_Tab, K.Key_Backtab),
    *(K.Key_Left, K.Key_Right, K.Key_Up, K.Key_Down, K.Key_Home, K.Key_End, K.Key_PageUp, K.Key_PageDown, K.Key_F2),
    *(K.Key_F3, K.Key_F5, K.Key_F10, K.Key_Menu, K.Key_Plus, K.Key_Minus, K.Key_0, K.Key_1, K.Key_Comma, K.Key_Slash),
    *(K(code) for code in range(int(K.Key_A), int(K.Key_Z) + 1)),
)
HELD = (NONE, NONE, NONE, CTRL, CTRL, SHIFT, ALT, CTRL | SHIFT, CTRL | ALT)
FIELDS = (
    *(QLineEdit, QAbstractSpinBox, QComboBox, QAbstractButton, QPlainTextEdit, QTextEdit, QTabBar),
    *(QAbstractSlider, QAbstractItemView),
)
RIGHT = Qt.MouseButton.RightButton


class Hands:
    """Each method does one thing, and says what it was."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def within(self, area: QRect) -> QPoint:
        """Any place of an area."""
        return QPoint(
            self.chance.randint(area.left(), max(area.left(), area.right())),
            self.chance.randint(area.top(), max(area.top(), area.bottom())),
        )

    def focus(self, otherwise: QWidget) -> QWidget:
        """Who has the keyboard."""
        return QApplication.focusWidget() or otherwise

    def at_any_place(self, host: QWidget) -> str:
        """Something with the mouse at a place of a widget, or of what lies there on top."""
        place = self.within(host.rect())
        target = host.childAt(place) or host
        return self.with_mouse(target, target.mapFrom(host, place))

    def with_mouse(self, target: QWidget, place: QPoint) -> str:
        """A click, a double click, the wheel, a context menu, or a drag; keys may be held."""
        keys, what = self.chance.choice(HELD), self.chance.choice(["click", "click", "double", "wheel", "menu", "drag"])
        told = f"{what} with {keys.name} on {named(target)} at {place.x()}, {place.y()}"
        if what == "click":
            QTest.mouseClick(target, LEFT, keys, place)
        elif what == "double":
            self._double_click(target, keys, place)
        elif what == "wheel":
            self.wheel(target, place, keys)
        elif what == "menu":
            open_menu(target, place)
        else:
            self.drag(target, place, self.within(target.rect().adjusted(-60, -60, 60, 60)), keys)
        return told

    def _double_click(self, target: QWidget, keys: Qt.KeyboardModifier, place: QPoint) -> None:
        QTest.mouseClick(target, LEFT, keys, place)
        if isValid(target):
            QTest.mouseDClick(target, LEFT, keys, place)
        if isValid(target):
            QTest.mouseRelease(target, LEFT, keys, place)

    def wheel(self, target: QWidget, place: QPoint, keys: Qt.KeyboardModifier) -> None:
        """One turn of the wheel, up or down."""
        turn, at = QPoint(0, self.chance.choice([-240, -120, 120, 240])), QPointF(place)
        everywhere, phase = QPointF(target.mapToGlobal(place)), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(at, everywhere, QPoint(), turn, Qt.MouseButton.NoButton, keys, phase, False)
        QApplication.sendEvent(target, event)

    def drag(self, target: QWidget, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier) -> None:
        """Presses, moves and lets go; sometimes Escape is pressed on the way, or the wheel turned."""
        QTest.mousePress(target, LEFT, keys, start)
        for share in (0.3, 0.7, 1.0):
            if isValid(target):
                move_pressed(target, start + (end - start) * share, keys)
        if self.chance.random() < 0.1 and isValid(target):
            QTest.keyClick(self.focus(target), K.Key_Escape)
        if self.chance.random() < 0.1 and isValid(target):
            self.wheel(target, end, NONE)
        if isValid(target):
            QTest.mouseRelease(target, LEFT, keys, end)

    def key(self, target: QWidget) -> str:
        """A key, or a chord."""
        key, keys = self.chance.choice(KEYS), self.chance.choice(HELD)
        QTest.keyClick(target, key, keys)
        return f"{keys.name} {key.name} on {named(target)}"

    def type_into(self, target: QWidget, words: Sequence[str] = WORDS) -> str:
        """Words, and often what ends them."""
        text = self.chance.choice(words)
        told = f"{text[:40]!r} into {named(target)}"
        if self.chance.random() < 0.5:
            QTest.keyClick(target, K.Key_A, CTRL)
        for letter in text[:60]:
            if isValid(target):
                type_letter(target, letter)
        if isValid(target):
            QTest.keyClick(target, self.chance.choice([K.Key_Return, K.Key_Tab, K.Key_Escape, K.Key_Down]))
        return told

    def in_a_form(self, host: QWidget) -> str:
        """Fills one of the fields of a widget, presses a button, turns to another tab, or chooses a row."""
        found = [it for kind in FIELDS for it in host.findChildren(kind) if it.isVisible() and it.isEnabled()]
        if not found:
            return self.key(host)
        field = self.chance.choice(found)
        if isinstance(field, QLineEdit | QAbstractSpinBox | QPlainTextEdit | QTextEdit):
            field.setFocus()
            return self.type_into(field)
        if isinstance(field, QComboBox) and field.count() and self.chance.random() < 0.6:
            return self._choose(field)
        if isinstance(field, QTabBar) and field.count():
            place = field.tabRect(self.chance.randrange(field.count())).center()
            told = f"tab at {place.x()} of {named(field)}"
            QTest.mouseClick(field, LEFT, NONE, place)
            return told
        if isinstance(field, QAbstractButton):
            told = f"button {named(field)} {field.text()!r}"
            QTest.mouseClick(field, LEFT)
            return told
        target = field.viewport() if isinstance(field, QAbstractItemView) else field
        return self.with_mouse(target, self.within(target.rect()))

    def _choose(self, field: QComboBox) -> str:
        """An entry by the keys, as the list may be long."""
        place = self.chance.randrange(field.count())
        told = f"entry {place} of {named(field)}"
        field.setFocus()
        field.setCurrentIndex(place)
        field.activated.emit(place)
        return told


def type_letter(target: QWidget, letter: str) -> None:
    """Of any alphabet."""
    if letter.isascii() and letter.isprintable():
        QTest.keyClicks(target, letter)
        return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, K.Key_unknown, NONE, letter))


def open_menu(target: QWidget, place: QPoint) -> None:
    """The right button."""
    QTest.mousePress(target, RIGHT, NONE, place)
    if isValid(target):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, target.mapToGlobal(place))
        QApplication.sendEvent(target, event)
    if isValid(target):
        QTest.mouseRelease(target, RIGHT, NONE, place)


def named(widget: QWidget) -> str:
    """What a widget is, for the journal."""
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}".strip()
