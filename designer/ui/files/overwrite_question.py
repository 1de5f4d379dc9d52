"""Files that are there already are replaced only if the person has said so, and so is what others put into one."""

from __future__ import annotations

import os
from enum import Enum, auto
from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QWidget

from designer.core.storage import files
from designer.ui.widgets.message_box import MessageBox

_Buttons = QMessageBox.StandardButton


def named(chosen: str) -> Path:
    """The architecture file that a name from the system's dialog stands for: people leave its ending out."""
    path = Path(chosen)
    return path if path.suffix == ".json" else path.with_name(path.name + files.SUFFIX)


def may_replace(window: QWidget, chosen: str, path: Path) -> bool:
    """Whether a file may be written. The system's dialog asks for the chosen name; `path` may have an ending more."""
    if Path(chosen) == path or not os.path.exists(path):  # which has no error for a name that is too long
        return True
    box = MessageBox(window)
    box.setObjectName("replaceQuestion")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Replace the file?")
    box.setText(f"There is a file {path.name} already. Replace it?")
    box.setStandardButtons(_Buttons.Yes | _Buttons.No)
    box.setDefaultButton(_Buttons.No)
    return bool(box.exec() == _Buttons.Yes)


class OverwriteChoice(Enum):
    """What to do with a file that is not as it was left."""

    RELOAD = auto()
    HERE = auto()
    OTHER_NAME = auto()
    NOTHING = auto()


def ask_about_change(window: QWidget, name: str, state: str) -> OverwriteChoice:
    """Asks before a save puts something in place of what another program, or another window, has done to the file."""
    box = MessageBox(window)
    box.setObjectName("fileChangedQuestion")
    box.setIcon(QMessageBox.Icon.Warning)
    gone = state == "gone"
    box.setWindowTitle("The file is gone" if gone else "The file has changed")
    what = (
        "is no longer there: it was deleted, moved or renamed" if gone else "was changed by another program or window"
    )
    box.setText(f"“{name}” {what} since it was last opened or saved here.")
    box.setInformativeText(
        "What is open here may be its only copy. Saving here makes the file anew."
        if gone
        else "Saving here replaces that change. Reloading shows it, and undo brings back what is open now."
    )
    box.setStandardButtons(_Buttons.Save | _Buttons.SaveAll | _Buttons.Cancel)
    box.button(_Buttons.Save).setText("Save &Here")
    box.button(_Buttons.SaveAll).setText("Save &Under Another Name…")
    if not gone:
        box.addButton(_Buttons.Reset).setText("&Reload")
    box.setDefaultButton(_Buttons.Save if gone else _Buttons.SaveAll)
    answers = {
        _Buttons.Save: OverwriteChoice.HERE,
        _Buttons.SaveAll: OverwriteChoice.OTHER_NAME,
        _Buttons.Reset: OverwriteChoice.RELOAD,
    }
    return answers.get(_Buttons(box.exec()), OverwriteChoice.NOTHING)
