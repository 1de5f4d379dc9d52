"""What can be done with runs, as data: the panel makes its menu and its keys of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from designer.ui.widgets.message_box import as_tip

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

Runs = Sequence["RunSummary"]


@dataclass(frozen=True)
class RunCommand:
    """A command for the runs that are selected; `may` tells whether it can be used with them."""

    name: str
    """Of its action in the menu."""
    text: Callable[[Runs], str]
    tip: str
    do: Callable[[Runs], object]
    may: Callable[[Runs], bool]
    keys: tuple[str, ...] = ()
    group: int = 0
    """Commands of one group stand together, with a line between them and others."""
    yields: bool = False
    """Whether its key is the window's where it cannot be used here."""
    ticked: Callable[[], bool] | None = None
    """For what is on or off."""


def is_pressed(command: RunCommand, event: QKeyEvent) -> bool:
    """Whether a key that is pressed is one of the command's."""
    pressed = QKeySequence(
        QKeyCombination(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key()))
    )
    return any(QKeySequence(keys) == pressed for keys in command.keys)


def fill(menu: QMenu, commands: Sequence[RunCommand], runs: Runs) -> None:
    """Puts the commands into a menu, as they are for these runs."""
    before = commands[0].group if commands else 0
    for command in commands:
        if command.group != before:
            menu.addSeparator()
            before = command.group
        keys = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if command.keys else ""
        action = menu.addAction(f"{command.text(runs)}\t{keys}" if keys else command.text(runs))
        action.setObjectName(command.name)
        action.setToolTip(as_tip(command.tip))
        action.setEnabled(command.may(runs))
        if command.ticked:
            action.setCheckable(True)
            action.setChecked(command.ticked())
        action.triggered.connect(lambda checked=False, chosen=command: chosen.do(runs))
    menu.setToolTipsVisible(True)
