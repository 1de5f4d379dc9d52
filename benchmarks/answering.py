"""Answers at random for what waits for an answer: dialogs, menus, drags, and the dialogs of the system."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QDesktopServices, QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget
from shiboken6 import isValid

from benchmarks.hands import Hands
from tests.ui.driving import LEFT, NONE

_TICK_MS = 4
_PATIENCE = 5
"""After so many ticks within one action, a menu or a dialog waits for an answer; after many more, a drag does."""
_PATIENCE_OF_DRAGS = 150
_MOST_ANSWERS = 12


class Answering(QObject):
    """Answers while an action waits for it, by a timer; and between two actions, when it is asked."""

    def __init__(self, chance: random.Random, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._chance, self._tell = chance, tell
        self._hands = Hands(chance)
        self.inside = False
        """Whether an action is under way."""
        self._ticks = self._answers = 0
        self._timer = QTimer(self, interval=_TICK_MS, timeout=self._tick)

    def begin(self) -> None:
        """An action begins."""
        self.inside, self._ticks, self._answers = True, 0, 0
        self._timer.start()

    def end(self) -> None:
        """It has ended."""
        self.inside = False
        self._timer.stop()

    def _tick(self) -> None:
        """By a timer of its own: one that is served does not come again for a dialog that opens meanwhile."""
        self._ticks += 1
        if self.inside and self._ticks > _PATIENCE:
            QTimer.singleShot(0, self, self._serve)

    def _serve(self) -> None:
        if self.inside and not self.answer() and self._ticks > _PATIENCE_OF_DRAGS:
            QDrag.cancel()

    def answer(self) -> bool:
        """Does something to the menu or the dialog in front; whether there is one."""
        if popup := QApplication.activePopupWidget():
            self._answer_popup(popup)
        elif dialog := QApplication.activeModalWidget():
            self._answer_dialog(dialog)
        else:
            return False
        return True

    def _answer_popup(self, popup: QWidget) -> None:
        self._answers += 1
        usable = []
        if isinstance(popup, QMenu):
            usable = [it for it in popup.actions() if it.isEnabled() and it.isVisible() and not it.isSeparator()]
        if self._answers > _MOST_ANSWERS:
            popup.close()
        elif usable and self._chance.random() < 0.7 and isinstance(popup, QMenu):
            chosen = self._chance.choice(usable)
            self._tell(f"in a menu: {chosen.text()!r}")
            QTest.mouseClick(popup, LEFT, NONE, popup.actionGeometry(chosen).center())
        else:
            key = self._chance.choice([Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return])
            self._tell(f"in a list: {key.name}")
            QTest.keyClick(self._hands.focus(popup), key)

    def _answer_dialog(self, dialog: QWidget) -> None:
        self._answers += 1
        self._tell(f"in {type(dialog).__name__} {dialog.objectName()!r}")
        if self._answers > _MOST_ANSWERS and isinstance(dialog, QDialog):
            dialog.reject()
            return
        self._tell(f"  {self._hands.in_a_form(dialog)}")
        if self._chance.random() < 0.2 and isValid(dialog):
            QTest.keyClick(dialog, self._chance.choice([Qt.Key.Key_Escape, Qt.Key.Key_Return]))


class SystemDialogs:
    """What stands in for the dialogs and programs of the system: paths in one folder, and nothing else is opened."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self._chance, self._folder = chance, folder
        self.trusting = True
        """Whether files of Python are chosen, which bring kinds into the whole process."""

    def to_read(self, *words: object) -> tuple[str, str]:
        """One of the files that are there; or none."""
        there = sorted(self._folder.rglob("*.*"))
        suits = [path for path in there if path.suffix == ".keras"] if "Keras" in str(words) else there
        if self._for_python(words):
            suits = [path for path in there if path.suffix == ".py"] if self.trusting else []
        return (str(self._chance.choice(suits)), "") if suits and self._chance.random() < 0.8 else ("", "")

    def to_write(self, *words: object) -> tuple[str, str]:
        """A new name, or one that is there; or none."""
        if self._chance.random() < 0.2 or (self._for_python(words) and "blocks" in str(words) and not self.trusting):
            return "", ""
        names = ["a", "b.network.json", "c.json", "d.py", "e.svg", "f.png", "g.pdf", "no folder/h", "数字", "i" * 250]
        return str(self._folder / "written" / self._chance.choice(names)), ""

    def _for_python(self, words: tuple[object, ...]) -> bool:
        return "Python file" in str(words) or "blocks of my own" in str(words)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Puts these in the place of the system's."""
        (self._folder / "written").mkdir(exist_ok=True)
        stand_ins = (
            (QFileDialog, "getOpenFileName", self.to_read),
            (QFileDialog, "getSaveFileName", self.to_write),
            (QDesktopServices, "openUrl", lambda url: True),
            (QDrag, "exec", lambda *_: Qt.DropAction.IgnoreAction),
        )
        before = [(owner, name, owner.__dict__[name]) for owner, name, _ in stand_ins]
        for owner, name, stand_in in stand_ins:
            setattr(owner, name, staticmethod(stand_in))
        try:
            yield
        finally:
            for owner, name, own in before:
                setattr(owner, name, own)
