"""Files that are there already are replaced only if the person has said so."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QWidget

_Buttons = QMessageBox.StandardButton


def may_replace(window: QWidget, chosen: str, path: Path) -> bool:
    """Whether a file may be written. The system's dialog asks for the chosen name; `path` may have an ending more."""
    if Path(chosen) == path or not path.exists():
        return True
    box = QMessageBox(window)
    box.setObjectName("replaceQuestion")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Replace the file?")
    box.setText(f"There is a file {path.name} already. Replace it?")
    box.setStandardButtons(_Buttons.Yes | _Buttons.No)
    box.setDefaultButton(_Buttons.No)
    return bool(box.exec() == _Buttons.Yes)
